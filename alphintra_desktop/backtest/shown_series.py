"""What the outputs of a drawing's nodes look like as series of one number or flag a bar.

Most outputs are a series as they are. Market data shows its close, an order rule its condition, a
size or a stop its number, a strategy its entries or weights; costs have nothing to show. Series of
longer bars are shown on the bars of the dataset, from the close of the longer bar on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from alphintra_desktop.codegen.fingerprints import fingerprints
from alphintra_desktop.codegen.lower import Lowered
from alphintra_desktop.codegen.plan import inputs_first
from alphintra_desktop.codegen.problems import problems_of
from alphintra_desktop.graph.model import BYPASSED
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import Expr, Flags, MarketData, Numbers
from alphintra_desktop.nodes.market_data import calendars_of, dataset_of

Key = tuple[str, str]
_NOT_COMPUTABLE = ("timeframes", "two_datasets")


@dataclass(frozen=True)
class Shown:
    """The series to show of each output, all on the bars of `data`."""

    data: ops.Dataset | None
    series: Mapping[Key, Expr]


def shown_series(lowered: Lowered, nodes: Collection[str] = ()) -> Shown:
    """The series of the outputs of these nodes and of all before them; of all nodes for none.

    Outputs that cannot be computed are left out: of nodes whose inputs are not whole, or of other
    market data than the strategy's (without one: than most of the drawing's).
    """
    wanted = _upstream(lowered, nodes) if nodes else set(lowered.graph.nodes)
    found = {key: series_of(op) for key, op in lowered.outputs.items() if key[0] in wanted}
    series = {key: op for key, op in found.items() if op is not None}
    data = _main_dataset(lowered, series.values())
    if data is not None and _all_on(data, series.values()):
        return Shown(data, series)
    broken = _not_computable(lowered, series.values())
    return Shown(
        data,
        {
            key: on_bars
            for key, op in series.items()
            if op not in broken and (on_bars := _on_bars_of(data, op)) is not None
        },
    )


def shown_fingerprints(lowered: Lowered) -> dict[Key, str]:
    """What each output that has a series computes (see `codegen.fingerprints`).

    Outputs of bypassed nodes are among them: theirs is the series that they hand on.
    """
    prints = fingerprints(lowered.graph)
    return {key: made for key, made in prints.items() if _has_series(lowered, key)}


def _has_series(lowered: Lowered, key: Key) -> bool:
    if key in lowered.outputs:
        return series_of(lowered.outputs[key]) is not None
    node, output = key
    if lowered.graph.nodes[node].mode != BYPASSED:
        return False  # its inputs are not whole
    return not issubclass(lowered.types[node].outputs[output], ops.TradingCosts)


def series_of(op: Expr) -> Numbers | Flags | None:
    """One number or flag a bar that stands for the op; None for what has none."""
    match op:
        case Numbers() | Flags():
            return op
        case MarketData():
            return ops.Column(op, "close")
        case ops.ExitAfter(bars):
            return ops.Constant(bars)
        case ops.PortfolioStrategy():
            return op.weights
        case ops.SignalStrategy():
            entries = (ops.EnterLong, ops.EnterShort)
            return ops.AnyOf(tuple(rule.when for rule in op.rules if isinstance(rule, entries)))
        case _:  # a rule, a size, a stop: the one series inside it
            return next((part for part in op.inputs() if isinstance(part, Numbers | Flags)), None)


def _upstream(lowered: Lowered, nodes: Iterable[str]) -> set[str]:
    """The nodes and all that they are computed from."""
    found: set[str] = set()
    waiting = [node for node in nodes if node in lowered.graph.nodes]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            inputs = lowered.graph.inputs_by_node.get(node, {})
            waiting.extend(wire.source for wires in inputs.values() for wire in wires)
    return found


def _main_dataset(lowered: Lowered, series: Iterable[Expr]) -> ops.Dataset | None:
    if lowered.strategy is not None:
        for op in inputs_first([lowered.strategy], Expr.inputs):
            if isinstance(op, ops.Dataset):
                return op
    found = {op for op in inputs_first(series, Expr.inputs) if isinstance(op, ops.Dataset)}
    if len(found) < 2:
        return next(iter(found), None)
    counted = Counter(dataset_of(bars) for op in series for bars in calendars_of(op))
    return counted.most_common(1)[0][0]


def _all_on(data: ops.Dataset, series: Iterable[Expr]) -> bool:
    """Whether no other bars are drawn, not even longer ones: then all can be computed."""
    bars = (op for op in inputs_first(series, Expr.inputs) if isinstance(op, MarketData))
    return all(op == data for op in bars)


def _not_computable(lowered: Lowered, series: Iterable[Expr]) -> set[Expr]:
    """Ops that no bars can give a value, and all that are computed from them."""
    nodes = {p.place.node for p in problems_of(lowered) if p.code in _NOT_COMPUTABLE}
    found = {op for (node, _), op in lowered.outputs.items() if node in nodes}
    if found:
        for op in inputs_first(series, Expr.inputs):
            if any(part in found for part in op.inputs()):
                found.add(op)
    return found


def _on_bars_of(data: ops.Dataset | None, op: Numbers | Flags) -> Numbers | Flags | None:
    """The series on the bars of the dataset; None where it is not made of them alone."""
    calendars = calendars_of(op)
    if not calendars:
        return op
    if data is None or len(calendars) > 1 or dataset_of(calendars[0]) != data:
        return None
    (bars,) = calendars
    if bars == data:
        return op
    if isinstance(op, Numbers):
        return ops.OnBarClose(op, bars, data)
    as_numbers = ops.Choose(op, ops.Constant(1.0), ops.Constant(0.0))
    return ops.Above(ops.OnBarClose(as_numbers, bars, data), ops.Constant(0.5))
