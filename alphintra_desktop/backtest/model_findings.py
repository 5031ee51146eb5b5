"""What a run should say of the models whose predictions it used."""

from __future__ import annotations

from collections.abc import Iterator

from alphintra_desktop.backtest.result import Finding, Severity
from alphintra_desktop.codegen.fingerprints import fingerprints
from alphintra_desktop.codegen.lower import Lowered
from alphintra_desktop.graph.node_type import SINGLE_OUTPUT
from alphintra_desktop.market.event_store import FINGERPRINT, event_versions
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.nodes.models import MODEL, table_of
from alphintra_desktop.nodes.params import checked_params


def model_findings(lowered: Lowered, loaded: LoadedBars) -> tuple[Finding, ...]:
    """A warning for every model that was trained on another drawing than this one."""
    return tuple(_outdated(lowered, loaded))


def _outdated(lowered: Lowered, loaded: LoadedBars) -> Iterator[Finding]:
    nodes = [node for node in lowered.graph.nodes.values() if node.type == MODEL]
    prints = fingerprints(lowered.graph) if nodes else {}
    for node in nodes:
        settings, _ = checked_params(node, lowered.types[node.id])
        table = table_of(settings["name"])
        if table not in loaded.events:
            continue  # no order depends on it
        _, found, trained_on = _source(table, loaded.events[table]).rpartition(f" {FINGERPRINT}")
        if found and trained_on != prints.get((node.id, SINGLE_OUTPUT)):
            yield Finding(
                "model_outdated",
                Severity.WARNING,
                f"The model '{settings['name']}' was trained before the drawing of its features, "
                "its label or its settings was changed: its predictions are of the old ones.",
                "Train it again: Run > Train models, or `alphintra train`.",
            )


def _source(table: str, sha256: str) -> str:
    return next((one.source for one in event_versions(table) if one.sha256 == sha256), "")
