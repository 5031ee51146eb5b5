"""Running a past run again on exactly its data, and saying why when the result is another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from alphintra_desktop.backtest.data_findings import fit_to_run
from alphintra_desktop.backtest.run import backtest
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.graph.files import content_hash, graph_from_text
from alphintra_desktop.market.holdout import lifted, stamps_of
from alphintra_desktop.market.store import load_pinned
from alphintra_desktop.report import Report
from alphintra_desktop.runs.ledger import Run
from alphintra_desktop.runs.manifest import equity_hash


@dataclass(frozen=True)
class Repeated:
    """Whether a run came out the same, and everything that was not the same about it.

    `differences` go by what differs (`versions.numpy`, `code_hash`): then and now.
    """

    run: str
    equity_hash: str
    identical: bool
    differences: Mapping[str, tuple[Any, Any]]


def repeat(run: Run, graph_text: str, report: Report | None = None) -> Repeated:
    """Run `run`'s graph again on the bars whose hashes its manifest names.

    Nothing is recorded: a repetition is no new trial. Raises `AlphintraError` when the graph or
    the bars are no longer there.
    """
    graph = graph_from_text(graph_text, f"the graph of run {run.id}")
    code = generate(graph)
    data = code.trading.data
    pins = {name.rpartition(" ")[0]: sha for name, sha in run.data_hashes.items()}
    in_order = {symbol: pins[symbol] for symbol in data.symbols if symbol in pins}
    with lifted(stamps_of(run.graph_hash, run.manifest.get("marks", ()))):
        loaded = load_pinned(data.dataset, data.timeframe, in_order, data.start, data.end)
    loaded = replace(loaded, events=run.manifest.get("event_hashes", {}))
    loaded = fit_to_run(loaded, report or Report(), ignore_quality=True)
    result = backtest(code, loaded, run=run.id, graph_hash=content_hash(graph), report=report)
    now = equity_hash(result.equity)
    before, after = _flat(run.manifest), _flat(result.manifest)
    apart = {
        name: (before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }
    return Repeated(run.id, now, now == run.equity_hash, apart)


def _flat(value: Any, name: str = "") -> dict[str, Any]:
    """A manifest as one level of dotted names."""
    if isinstance(value, Mapping):
        parts = (_flat(item, f"{name}.{key}" if name else str(key)) for key, item in value.items())
        return {key: item for part in parts for key, item in part.items()}
    return {name: list(value) if isinstance(value, tuple) else value}
