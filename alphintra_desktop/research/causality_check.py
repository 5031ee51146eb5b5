"""Does any node of a strategy know a later bar? Asked of the drawing first, then of its values.

1. Static: ops that read later bars, prices that later events change, fills at the deciding close.
2. Bars and symbols are sampled by a seed, on a stretch of the real data that is not too long.
3. Each node's own statements run alone at each sampled bar, with what their inputs said until then
   and another future after (`causality_probe`). Inputs are as they are in truth, so a node is
   blamed for what it does itself, and never for what it is given.
4. On data that begins later, each node tells how long that is felt: its warm-up.

A pass proves nothing but that no change was seen at the bars that were tested. A node that is
caught does look ahead: its past was seen to change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from alphintra_desktop.backtest.evaluation import Progress, Stage, ValueCache
from alphintra_desktop.backtest.shown_series import Key, Shown, shown_series
from alphintra_desktop.backtest.statements import Statement, Statements, statements_of
from alphintra_desktop.codegen.lower import Lowered
from alphintra_desktop.codegen.module import written_values
from alphintra_desktop.codegen.plan import across_symbols
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import Expr
from alphintra_desktop.market.bars import Bars
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.nodes.custom import CUSTOM
from alphintra_desktop.nodes.models import MODEL
from alphintra_desktop.report import Report
from alphintra_desktop.research.causality_findings import CausalityFinding, found, static_findings
from alphintra_desktop.research.causality_futures import FUTURES, Future
from alphintra_desktop.research.causality_probe import Ground, Probe, Verdict, VerdictMemory
from alphintra_desktop.simulation.decisions import as_panel
from alphintra_desktop.simulation.standalone import own_bars

BARS = 25
LONGEST = 20_000  # bars of one symbol
LARGEST = 2_000_000  # bars of all symbols, where they are compared
SYMBOLS = 3  # whose own bars are tested, where there are more
LATE_STARTS = 2
FEWEST_FOR_DRIFT = 40
CACHE = 200_000_000


@dataclass(frozen=True)
class CheckAsked:
    """How many bars are tested a node, which `seed` draws them."""

    bars: int = BARS
    seed: int = 0


@dataclass(frozen=True)
class NodeChecked:
    """A node that was tested: how often, and how long a later start of the data is felt.

    `settles` is in bars, to 1e-9 and to 1e-6 of the values; None where it does not within the
    bars there are.
    """

    node: str
    title: str
    tests: int
    failed_tests: int
    settles: tuple[int | None, ...]


@dataclass(frozen=True)
class Causality:
    """What a check found, the node nearest to the data first, and what it was made on."""

    findings: tuple[CausalityFinding, ...]
    nodes: tuple[NodeChecked, ...]
    symbols: tuple[str, ...]
    bars: int
    all_bars: int
    tested: CheckAsked

    @property
    def guilty(self) -> tuple[CausalityFinding, ...]:
        """The findings that say that something looks ahead."""
        return tuple(one for one in self.findings if one.looks_ahead)

    @property
    def warm_up(self) -> int:
        """The bars after which no node that settles at all feels where the data began."""
        return max((one.settles[-1] or 0 for one in self.nodes), default=0)

    @property
    def never_settle(self) -> tuple[str, ...]:
        """The nodes that feel where the data began for as long as there are bars."""
        return tuple(one.node for one in self.nodes if one.settles[-1] is None)


def check_causality(
    lowered: Lowered,
    loaded: LoadedBars,
    asked: CheckAsked,
    report: Report,
    memory: VerdictMemory,
) -> Causality:
    """Check all nodes that lead to the strategy; without one, all that can be computed."""
    shown = checked_series(lowered)
    static = static_findings(lowered)
    if shown.data is None or not shown.series:
        return Causality(static, (), (), 0, 0, asked)
    work = _Work(lowered, shown, shown.data, loaded, asked, report, memory)
    work.run({one.node for one in static if one.code == "future"})
    return Causality(
        tuple(_in_order(lowered, [*static, *work.findings])),
        tuple(work.nodes.values()),
        work.symbols,
        work.bars.count,
        loaded.bars.count,
        asked,
    )


def checked_series(lowered: Lowered) -> Shown:
    """The outputs that a check looks at."""
    ends = [node for (node, _), op in lowered.outputs.items() if op is lowered.strategy]
    shown = shown_series(lowered, ends if lowered.strategy is not None else ())
    labels = _only_labels(lowered, ends)
    kept = {key: op for key, op in shown.series.items() if key[0] not in labels}
    return replace(shown, series=kept)


def _only_labels(lowered: Lowered, ends: Sequence[str]) -> set[str]:
    """The nodes from which only a model learns what it is to foretell; they may look ahead."""
    graph = lowered.graph
    reached, waiting = set[str](), [node for node in (ends or graph.nodes) if node in graph.nodes]
    while waiting:
        node = waiting.pop()
        if node in reached:
            continue
        reached.add(node)
        is_model = graph.nodes[node].type == MODEL
        for port, wires in graph.inputs_by_node.get(node, {}).items():
            if not (is_model and port == "label"):
                waiting.extend(wire.source for wire in wires)
    return set(graph.nodes) - reached if ends else set()


def _in_order(lowered: Lowered, findings: Sequence[CausalityFinding]) -> Iterator[CausalityFinding]:
    """Nodes come after all that leads to them, as they were built."""
    order = {node: n for n, (node, _) in enumerate(lowered.outputs)}
    seen: set[tuple[str, str]] = set()
    for one in sorted(findings, key=lambda one: order.get(one.node, len(order))):
        if (one.node, one.code) not in seen:
            seen.add((one.node, one.code))
            yield one


@dataclass
class _Work:
    """One check."""

    lowered: Lowered
    shown: Shown
    data: ops.Dataset
    loaded: LoadedBars
    asked: CheckAsked
    report: Report
    memory: VerdictMemory
    findings: list[CausalityFinding] = field(default_factory=list)
    nodes: dict[str, NodeChecked] = field(default_factory=dict)
    tested: set[str] = field(default_factory=set)
    done: int = 0
    total: int = 0

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(self.asked.seed)
        bars = self.loaded.bars.adjusted() if self.data.adjusted else self.loaded.bars
        own, wide = self._split()
        self._own, self._wide = own, wide
        most = min(LONGEST, max(LARGEST // len(bars.symbols), 1)) if wide else LONGEST
        self.bars = _stretch(bars, most, self._random)
        chosen = self._random.permutation(len(bars.symbols))[:SYMBOLS]
        self._columns = sorted(int(n) for n in chosen)
        self.symbols = tuple(bars.symbols[n] for n in self._columns)
        self._given = _given(self.bars)

    def run(self, known: set[str]) -> None:
        """Test all nodes but those `known` to look ahead."""
        self._guilty_by_type = known
        own = self._statements(self._own, panel=False) if self._own else None
        wide = self._statements(self._wide, panel=True) if self._wide else None
        features = wide.features.statements if wide and wide.features else ()
        self.total = len(own.signals.statements) * len(self._columns) if own else 0
        self.total += len(features) * len(self._columns)
        self.total += len(wide.signals.statements) if wide else 0
        if own:
            for turn, column in enumerate(self._columns):
                self._test(own, own.signals, self._own_ground(column, turn))
            self._note_tested(own.signals.statements)
        if wide:
            self._side_by_side(wide)

    def _note_tested(self, statements: Sequence[Statement]) -> None:
        self.tested.update(digest for one in statements for digest in one.digests.values())

    def _side_by_side(self, file: Statements) -> None:
        assert file.features is not None
        for turn, column in enumerate(self._columns):
            self._test(file, file.features, self._own_ground(column, turn))
        late = {
            skipped: _later(self._given, skipped) for skipped in self._late_starts(self.bars.count)
        }
        ground = Ground(
            self._name("all"),
            self._with_features(file, self._given),
            {skipped: self._with_features(file, bars) for skipped, bars in late.items()},
            self._futures(self.bars.count, 0, 1),
            self.bars.count,
        )
        self._test(file, file.signals, ground)

    def _with_features(self, file: Statements, given: Mapping[str, Any]) -> dict[str, Any]:
        """Bars side by side with what each symbol's own bars say."""
        assert file.features is not None
        bars = {symbol: own_bars(given, n) for n, symbol in enumerate(given["symbols"])}
        each = Stage(file.features, file.names, bars, ValueCache(CACHE))
        wanted = {variable: key for key, variable in file.features.returned.items()}
        each.want(wanted)
        made: dict[str, Any] = {}

        def found_each(name: str, values: list[Any]) -> None:
            made.update(as_panel([{wanted[name]: one} for one in values], given["present"]))

        progress = Progress(file.code, Report(), total=len(each.needed))
        each.run(progress, found_each)
        return {**given, **made}

    # ----------------------------------------------------------------------- testing

    def _test(self, file: Statements, function: Any, ground: Ground) -> None:
        probe = Probe(file.code, function, file.names, ground, self.memory)
        for statement, verdict in probe.verdicts(self._chancy, self.tested):
            self.done = min(self.done + 1, self.total)
            if statement.node:
                title = self.lowered.title(statement.node)
                self.report.progress(self.done, of=self.total, doing=f"Testing {title}")
            self._note(statement, verdict, ground)

    def _chancy(self, statement: Statement) -> bool:
        node = self.lowered.graph.nodes.get(statement.node)
        return node is not None and node.type == CUSTOM

    def _note(self, statement: Statement, verdict: Verdict, ground: Ground) -> None:
        node = statement.node
        if not node or node in self._guilty_by_type:
            return
        title = self.lowered.title(node)
        if verdict.tests or verdict.drift:
            before = self.nodes.get(node)
            self.nodes[node] = _together(before, NodeChecked(node, title, *_counted(verdict)))
        finding = found(self.lowered, node, verdict, ground.bars["timestamp"])
        if finding is not None and finding not in self.findings:
            self.findings.append(finding)

    def _own_ground(self, column: int, turn: int) -> Ground:
        bars = own_bars(self._given, column)
        rows = len(bars["timestamp"])
        late = {skipped: _later(bars, skipped) for skipped in self._late_starts(rows)}
        futures = self._futures(rows, turn, len(self._columns))
        return Ground(self._name(self.bars.symbols[column]), bars, late, futures, rows)

    def _name(self, symbol: str) -> str:
        """Which bars are tested, and how."""
        data = self.data
        hashes = self.loaded.sha256 if symbol == "all" else {symbol: self.loaded.sha256.get(symbol)}
        asked, first = self.asked, self.bars.timestamps[0]
        events = tuple(self.loaded.events.values())
        parts = (hashes, events, data.start, data.end, data.adjusted, first, self.bars.count, asked)
        return f"{symbol} {len(self._columns)} {parts}"

    def _futures(self, rows: int, turn: int, turns: int) -> list[Future]:
        """Every kind of future at this turn's part of the sampled bars; the last bar is one."""
        if rows < 2:
            return []
        random = np.random.default_rng((self.asked.seed, rows))
        count = min(self.asked.bars, rows - 1)
        drawn = random.permutation(np.arange(1, rows - 1))[: max(count - 1, 0)]
        cuts = [rows - 1, *drawn.tolist()][turn::turns] or [rows - 1]
        return [Future(kind, cut, rows, self.asked.seed) for cut in cuts for kind in FUTURES]

    def _late_starts(self, rows: int) -> list[int]:
        if rows < FEWEST_FOR_DRIFT:
            return []
        random = np.random.default_rng((self.asked.seed, rows, 1))
        return sorted(random.integers(1, rows // 3, size=LATE_STARTS).tolist())

    def _statements(self, series: Mapping[Key, Expr], *, panel: bool) -> Statements:
        return statements_of(written_values(self.lowered, self.data, series, panel=panel))

    def _split(self) -> tuple[dict[Key, Expr], dict[Key, Expr]]:
        """The series of a symbol's own bars, and those that need all symbols side by side."""
        series, strategy = self.shown.series, self.lowered.strategy
        shared = isinstance(strategy, ops.PortfolioStrategy) or (
            strategy is not None and strategy in across_symbols([strategy], calendar=False)
        )
        compared = across_symbols(series.values(), calendar=shared)
        own = {key: op for key, op in series.items() if op not in compared}
        return own, {key: op for key, op in series.items() if op in compared}


def _counted(verdict: Verdict) -> tuple[int, int, tuple[int | None, ...]]:
    return verdict.tests, verdict.failed_tests, verdict.drift or (0, 0)


def _together(before: NodeChecked | None, now: NodeChecked) -> NodeChecked:
    """What two tests of one node came to."""
    if before is None:
        return now
    both = zip(before.settles, now.settles, strict=True)
    return replace(
        now,
        tests=before.tests + now.tests,
        failed_tests=before.failed_tests + now.failed_tests,
        settles=tuple(None if None in pair else max(pair) for pair in both),  # type: ignore[type-var]
    )


def _stretch(bars: Bars, most: int, random: np.random.Generator) -> Bars:
    """All bars, or a part of them that is not longer than that."""
    if bars.count <= most:
        return bars
    first = int(random.integers(0, bars.count - most + 1))
    columns = {name: values[first : first + most] for name, values in bars.columns.items()}
    return replace(bars, timestamps=bars.timestamps[first : first + most], columns=columns)


def _later(bars: Mapping[str, Any], skipped: int) -> dict[str, Any]:
    return {name: v if isinstance(v, tuple) else v[skipped:] for name, v in bars.items()}


def _given(bars: Bars) -> dict[str, Any]:
    """Bars as the functions of a generated file take them."""
    return {
        "timestamp": bars.timestamps,
        "symbols": bars.symbols,
        "present": bars.present,
        **{name: np.asarray(values) for name, values in bars.columns.items()},
    }
