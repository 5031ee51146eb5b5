"""Everything that is wrong with a graph, at once, in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from alphintra_desktop.codegen.emit import ACROSS
from alphintra_desktop.codegen.lower import Lowered, lower
from alphintra_desktop.codegen.plan import inputs_first
from alphintra_desktop.codegen.problem import Problem
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.adjustment import (
    adjusted_price_comparisons,
)
from alphintra_desktop.ir.causality import looks_ahead
from alphintra_desktop.ir.markets import timeframe_parts
from alphintra_desktop.ir.ops import Expr, MarketData

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "mo": 2_592_000}


def problems(graph: Graph) -> tuple[Problem, ...]:
    """Everything wrong with the drawing, blocking problems first, then top to bottom."""
    return problems_of(lower(graph))


def problems_of(lowered: Lowered) -> tuple[Problem, ...]:
    """The problems of a graph that is lowered already."""
    found = list(lowered.problems)
    if lowered.strategy is not None:
        everything = list(inputs_first([lowered.strategy], Expr.inputs))
        place = _Places(lowered, everything)
        for check in _CHECKS:
            found.extend(check(lowered.strategy, everything, place))
    nodes = lowered.graph.nodes

    def reading_order(problem: Problem) -> tuple[bool, float, float]:
        node = nodes.get(problem.place.node or "")
        x, y = node.position if node is not None else (0.0, 0.0)
        return (not problem.blocking, y, x)

    return tuple(sorted(found, key=reading_order))


class _Places:
    """Finds the node to blame for an op: its own, or the nearest node that uses it."""

    def __init__(self, lowered: Lowered, everything: list[Expr]) -> None:
        self._lowered = lowered
        self._users: dict[Expr, Expr] = {}
        for op in everything:
            for part in op.inputs():
                self._users.setdefault(part, op)

    def __call__(self, op: Expr) -> Place:
        while op not in self._lowered.owner and op in self._users:
            op = self._users[op]
        node, _ = self._lowered.owner.get(op, (None, ""))
        return Place(node=node)

    def title(self, op: Expr) -> str:
        """What the user calls the node of the op."""
        node = self(op).node
        return self._lowered.title(node) if node is not None else type(op).__name__


Found = Iterator[Problem]


def _future(strategy: ops.StrategyOp, _: list[Expr], place: _Places) -> Found:
    guilty = looks_ahead(strategy)
    if guilty is not None:
        yield Problem(
            "future",
            f"{place.title(guilty)} looks at later bars, and an order depends on it.",
            "Use it for labels and research only; take it off the path to the strategy.",
            place(guilty),
        )


def _adjusted_constants(strategy: ops.StrategyOp, _: list[Expr], place: _Places) -> Found:
    for op in adjusted_price_comparisons(strategy):
        yield Problem(
            "adjusted_price",
            f"{place.title(op)} compares an adjusted price with a fixed number. Adjusted "
            "prices of the past change with every later split and dividend.",
            "Set the market data to raw prices, or compare with another price or a return.",
            place(op),
        )


def _one_dataset(_: ops.StrategyOp, everything: list[Expr], place: _Places) -> Found:
    datasets = [op for op in everything if isinstance(op, ops.Dataset)]
    if not datasets:
        hint = "Add a Market data node and connect its columns."
        yield Problem("no_data", "The strategy uses no market data.", hint, Place())
    for extra in datasets[1:]:
        yield Problem(
            "two_datasets",
            f"{place.title(extra)} and {place.title(datasets[0])} are different market data in "
            "one strategy.",
            "Use one Market data node with all symbols; 'Value of a symbol' picks one of them.",
            place(extra),
        )


def _one_clock(_: ops.StrategyOp, everything: list[Expr], place: _Places) -> Found:
    clocks: dict[Expr, MarketData | None] = {}
    for op in everything:
        if isinstance(op, MarketData):
            clocks[op] = _clock(op)
            yield from _longer(op, place)
        elif isinstance(op, ops.OnBarClose):
            clocks[op] = _clock(op.data)
            if clocks[op.values] not in (op.higher, None):
                yield _mixed(op, place, "these numbers are not on those longer bars")
        else:
            seen = {clocks[part] for part in op.inputs()} - {None}
            if len(seen) > 1:
                yield _mixed(op, place, "it mixes bars of different lengths")
            clocks[op] = min(
                seen, key=lambda clock: isinstance(clock, ops.HigherTimeframe), default=None
            )
            if isinstance(op, ops.StrategyOp) and isinstance(clocks[op], ops.HigherTimeframe):
                yield _mixed(op, place, "orders would wait for longer bars")


def _clock(data: MarketData) -> MarketData:
    """Longer bars tick for themselves, datasets all alike: two of them are another problem."""
    return data if isinstance(data, ops.HigherTimeframe) else _BASE


_BASE = ops.Dataset("", ())


def _mixed(op: Expr, place: _Places, why: str) -> Problem:
    return Problem(
        "timeframes",
        f"{place.title(op)} cannot be computed: {why}.",
        "Bring the longer bars' numbers to the strategy's bars with 'Value on bar close'.",
        place(op),
    )


def _longer(op: MarketData, place: _Places) -> Found:
    if not isinstance(op, ops.HigherTimeframe):
        return
    base = op.data
    if not isinstance(base, ops.Dataset):
        yield Problem(
            "timeframes",
            f"{place.title(op)} makes longer bars out of longer bars.",
            "Connect the Market data node to it.",
            place(op),
        )
    elif not _seconds(op.timeframe) > _seconds(base.timeframe):
        yield Problem(
            "timeframes",
            f"{op.timeframe} bars are not longer than the {base.timeframe} bars they come from.",
            f"Choose a timeframe longer than {base.timeframe}.",
            place(op),
        )


def _seconds(timeframe: str) -> int:
    try:
        count, unit = timeframe_parts(timeframe)
    except AlphintraError:
        return 0
    return count * _SECONDS[unit]


def _after_symbols(_: ops.StrategyOp, everything: list[Expr], place: _Places) -> Found:
    """Longer bars and sessions are made a symbol at a time, before symbols are compared."""
    across: set[Expr] = set()
    for op in everything:
        if isinstance(op, ACROSS) or any(part in across for part in op.inputs()):
            across.add(op)
            if isinstance(op, ops.OnBarClose):
                yield Problem(
                    "timeframes",
                    f"{place.title(op)} comes after symbols are compared.",
                    "Compare the symbols after 'Value on bar close', not before it.",
                    place(op),
                )


_CHECKS: tuple[Callable[[ops.StrategyOp, list[Expr], _Places], Found], ...] = (
    _one_dataset,
    _future,
    _one_clock,
    _after_symbols,
    _adjusted_constants,
)
