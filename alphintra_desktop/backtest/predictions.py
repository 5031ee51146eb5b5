"""Which predictions belong to a drawing: those of a model that was trained on what is drawn now.

A model's predictions carry the fingerprint of its node: of its settings, its features and its
label. Two projects may have a model of the same name; each reads the predictions of its own
drawing, and the newest of those. A model that is drawn otherwise than it was trained has none.
"""

from __future__ import annotations

from alphintra_desktop.codegen.fingerprints import fingerprints
from alphintra_desktop.codegen.lower import Lowered
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.node_type import SINGLE_OUTPUT
from alphintra_desktop.market.event_store import FINGERPRINT, EventTable, event_versions
from alphintra_desktop.nodes.models import MODEL, TABLE, table_of
from alphintra_desktop.nodes.params import checked_params

TRAIN = "Run > Train models does it, or `alphintra train` with the graph's file."


def predictions_of(table: str, lowered: Lowered | None) -> str:
    """The content of a table of predictions that a drawing is to read, by its hash.

    Raises `AlphintraError` where the model was never trained, or not as it is drawn.
    """
    versions = event_versions(table)
    name = table.removeprefix(TABLE)
    if not versions:
        raise AlphintraError(
            f"The model '{name}' has not been trained yet.",
            hint=TRAIN,
            place=Place(param="name"),
        )
    drawn = _drawn(table, lowered)
    fitting = [one for one in versions if not drawn or _trained_on(one) in ("", *drawn)]
    if fitting:
        return fitting[0].sha256
    raise AlphintraError(
        f"The model '{name}' has not been trained as it is drawn: its features, its label or its "
        "settings are other ones.",
        hint=f"Train it again: {TRAIN}",
        place=Place(param="name"),
    )


def _drawn(table: str, lowered: Lowered | None) -> set[str]:
    """The fingerprints of the drawing's models of that table; none where an Event node reads it."""
    if lowered is None:
        return set()
    prints = fingerprints(lowered.graph)
    found = set()
    for node in lowered.graph.nodes.values():
        if node.type == MODEL and (node.id, SINGLE_OUTPUT) in prints:
            settings, _ = checked_params(node, lowered.types[node.id])
            if table_of(settings["name"]) == table:
                found.add(prints[node.id, SINGLE_OUTPUT])
    return found


def _trained_on(version: EventTable) -> str:
    """The fingerprint in a table's source; empty for predictions of a training by options."""
    before, mark, fingerprint = version.source.rpartition(f" {FINGERPRINT}")
    return fingerprint if mark and before else ""
