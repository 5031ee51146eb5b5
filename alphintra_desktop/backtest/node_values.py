"""The values of a drawing's nodes, as a job: what every output says on every bar of a symbol.

A drawing need not be a strategy for that: each node whose inputs are whole is computed. The
generator writes the same statements as for a strategy, and they are run one by one, so that each
node's time is known, a failure is one node's, and what has not changed is not computed again.

1. Find the series to show of each output.
2. Write two files: one of the series that a symbol's own bars give, run on the shown symbol alone,
   and one of those that compare symbols, run on all.
3. Run their statements (`evaluation`); write the values of the shown symbol (`value_files`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from alphintra_desktop.backtest.evaluation import Progress, Stage, ValueCache
from alphintra_desktop.backtest.event_columns import events_of, with_events
from alphintra_desktop.backtest.shown_series import Key, Shown, shown_fingerprints, shown_series
from alphintra_desktop.backtest.statements import Statements, statements_of
from alphintra_desktop.backtest.value_files import FOLDER, LARGEST, ValueFiles, one_symbol
from alphintra_desktop.codegen.lower import Lowered, lower
from alphintra_desktop.codegen.module import written_values
from alphintra_desktop.codegen.plan import across_symbols
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import Expr
from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.market.store import LoadedBars, load_bars
from alphintra_desktop.report import Report
from alphintra_desktop.simulation.decisions import as_panel
from alphintra_desktop.simulation.standalone import own_bars

MEMORY = 500_000_000  # bytes of values that a worker keeps for the next time


@dataclass
class Memory:
    """What a worker keeps between jobs."""

    values: ValueCache = field(default_factory=lambda: ValueCache(MEMORY))
    files: dict[tuple[str, str], tuple[Path, int]] = field(default_factory=dict)


_MEMORY = Memory()


@dataclass(frozen=True)
class ValuesSpec:
    """What values are asked for: of the nodes `upto` and all before them, or of all nodes."""

    graph: str
    where: str = "the graph"
    upto: tuple[str, ...] = ()
    symbol: str = ""


def run_values(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: see `values_of`."""
    return values_of(ValuesSpec(**arguments), folder, report, _MEMORY)


def values_of(
    spec: ValuesSpec, folder: Path, report: Report, memory: Memory, limit: int = LARGEST
) -> dict[str, Any]:
    """Compute and write the values. Returns where they lie, as JSON can hold it."""
    lowered = lower(graph_from_text(spec.graph, spec.where))
    shown = shown_series(lowered, spec.upto)
    if shown.data is None or not shown.series:
        return {"symbol": "", "symbols": [], "bars": 0, "left_out": 0, **_nothing()}
    symbol = spec.symbol if spec.symbol in shown.data.symbols else shown.data.symbols[0]
    report.progress(0, of=0, doing="Loading bars")
    work = _Work(lowered, shown, shown.data, symbol, report, memory)
    files = work.compute(folder / "artifacts" / FOLDER, limit)
    prints = shown_fingerprints(lowered)
    return {
        "symbol": symbol,
        "symbols": list(shown.data.symbols),
        "bars": files.bars,
        "left_out": files.left_out,
        "outputs": {
            name: {**told, "fingerprint": prints[_key(name)]}
            for name, told in files.written.items()
        },
        "cached": sorted({_key(name)[0] for name in files.written} - work.ran),
        "failures": [_told(node, error) for node, error in work.failures.items()],
    }


def _nothing() -> dict[str, Any]:
    return {"outputs": {}, "cached": [], "failures": []}


def _key(name: str) -> Key:
    node, _, output = name.partition(".")
    return node, output


def _told(node: str, error: AlphintraError) -> dict[str, Any]:
    line = error.place.line if error.place is not None else None
    return {"node": node, "message": error.message, "hint": error.hint, "line": line}


@dataclass
class _Work:
    """One look into a drawing."""

    lowered: Lowered
    shown: Shown
    data: ops.Dataset
    symbol: str
    report: Report
    memory: Memory
    ran: set[str] = field(default_factory=set)
    failures: dict[str, AlphintraError] = field(default_factory=dict)

    def compute(self, folder: Path, limit: int) -> ValueFiles:
        own, wide = self._split()
        loaded = self._loaded("" if wide else self.symbol)
        given = _given(loaded, adjusted=self.data.adjusted)
        column = loaded.bars.symbols.index(self.symbol)
        stamps = given["timestamp"][given["present"][:, column]]
        files = ValueFiles(folder, stamps, len(own) + len(wide), self.memory.files, limit)
        if own:
            self._own_bars(own, given, self._hashes(loaded), files)
        if wide:
            self._side_by_side(wide, given, self._hashes(loaded), files)
        return files

    def _split(self) -> tuple[dict[Key, Expr], dict[Key, Expr]]:
        """The series of a symbol's own bars, and those that need all symbols side by side."""
        series = self.shown.series
        strategy = self.lowered.strategy
        shared = strategy is not None and (
            isinstance(strategy, ops.PortfolioStrategy)
            or strategy in across_symbols([strategy], calendar=False)
        )
        compared = across_symbols(series.values(), calendar=shared)
        own = {key: op for key, op in series.items() if op not in compared}
        return own, {key: op for key, op in series.items() if op in compared}

    def _loaded(self, only: str) -> LoadedBars:
        data = self.data
        ensure_sample_data()
        try:
            loaded = load_bars(
                data.dataset, data.symbols, data.timeframe, data.start, data.end, only=only
            )
        except AlphintraError as error:
            node, _ = self.lowered.owner[data]
            raise AlphintraError(
                error.message, hint=error.hint, place=error.place or Place(node=node)
            ) from error
        for mark in loaded.marks:
            self.report.message(mark)
        return with_events(loaded, events_of(self.shown.series.values()), self.lowered)

    def _hashes(self, loaded: LoadedBars) -> dict[str, str]:
        """By symbol: which bars exactly its values are on."""
        data, events = self.data, " ".join((*loaded.events.values(), *loaded.marks))
        return {
            symbol: f"{symbol} {sha256} {data.start} {data.end} {data.adjusted} {events}"
            for symbol, sha256 in loaded.sha256.items()
        }

    def _own_bars(
        self,
        series: dict[Key, Expr],
        given: dict[str, Any],
        hashes: dict[str, str],
        files: ValueFiles,
    ) -> None:
        file = self._statements(series, panel=False)
        bars = {hashes[self.symbol]: own_bars(given, given["symbols"].index(self.symbol))}
        stage = Stage(file.signals, file.names, bars, self.memory.values)
        stage.want(file.signals.returned.values())
        progress = self._progress(file, len(stage.needed))

        def found(name: str, values: list[Any]) -> None:
            _write(files, file, name, values[0], hashes[self.symbol])

        stage.run(progress, found)
        self._note(progress)

    def _side_by_side(
        self,
        series: dict[Key, Expr],
        given: dict[str, Any],
        hashes: dict[str, str],
        files: ValueFiles,
    ) -> None:
        file = self._statements(series, panel=True)
        assert file.features is not None
        bars = {hashes[s]: own_bars(given, n) for n, s in enumerate(given["symbols"])}
        everything = " ".join(hashes.values())
        wide = Stage(file.signals, file.names, {everything: given}, self.memory.values)
        wide.want(file.signals.returned.values())
        each = Stage(file.features, file.names, bars, self.memory.values)
        asked = {file.features.returned[key]: key for key in _features_read(file, wide)}
        each.want(asked)
        progress = self._progress(file, len(each.needed) + len(wide.needed))
        side_by_side: dict[str, Any] = {}

        def found_each(name: str, values: list[Any]) -> None:
            side_by_side.update(as_panel([{name: one} for one in values], given["present"]))

        each.run(progress, found_each)
        wide.give({asked[name]: values for name, values in side_by_side.items()})
        column = given["symbols"].index(self.symbol)

        def found(name: str, values: list[Any]) -> None:
            key = f"{self.symbol} of {everything}"
            _write(files, file, name, one_symbol(values[0], given, column), key)

        wide.run(progress, found, missing=[asked[n] for n in asked if n not in side_by_side])
        self._note(progress)

    def _statements(self, series: dict[Key, Expr], *, panel: bool) -> Statements:
        return statements_of(written_values(self.lowered, self.data, series, panel=panel))

    def _progress(self, file: Statements, total: int) -> Progress:
        return Progress(file.code, self.report, total=total)

    def _note(self, progress: Progress) -> None:
        self.ran.update(progress.seconds)
        self.failures.update(progress.failures)


def _write(files: ValueFiles, file: Statements, name: str, values: Any, bars: str) -> None:
    for output in file.signals.returned_as[name]:
        files.write(output, values, (file.signals.digests[name], bars))


def _features_read(file: Statements, wide: Stage) -> list[str]:
    """What the statements that must run take from each symbol's own bars."""
    assert file.features is not None
    made = {name for statement in wide.needed for name in statement.digests}
    return [key for key in file.features.returned if key in made]


def _given(loaded: LoadedBars, *, adjusted: bool) -> dict[str, Any]:
    """Bars as the functions of a generated file take them."""
    bars = loaded.bars.adjusted() if adjusted else loaded.bars
    return {
        "timestamp": bars.timestamps,
        "symbols": bars.symbols,
        "present": bars.present,
        **{name: np.asarray(values) for name, values in bars.columns.items()},
    }
