"""Which ops become variables of the generated file, in which function, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from alphintra_desktop.codegen.emit import ACROSS, is_scalar
from alphintra_desktop.codegen.presence import CALENDAR
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import Expr


@dataclass(frozen=True)
class Plan:
    """The variables of each stage, every one after those it uses.

    `features` are the per-symbol ops that the panel stage starts from; without a panel stage all
    is done a symbol at a time, and `panel` is empty.
    """

    across: bool
    symbol: tuple[Expr, ...]
    features: tuple[Expr, ...]
    panel: tuple[Expr, ...]


def inputs_first(roots: Iterable[Expr], into: Callable[[Expr], Iterable[Expr]]) -> Iterator[Expr]:
    """Every op reachable from the roots once, after the ops it is computed from. No recursion."""
    done: set[Expr] = set()
    for root in roots:
        path: list[tuple[Expr, bool]] = [(root, False)]
        while path:
            op, ready = path.pop()
            if op in done:
                continue
            if ready:
                done.add(op)
                yield op
            else:
                path.append((op, True))
                path.extend((part, False) for part in reversed(list(into(op))))


def plan(decisions: Mapping[str, Expr], named: Mapping[Expr, object], *, panel: bool) -> Plan:
    """Decide what is computed where. `named` are the ops that a node stands for."""
    roots = list(decisions.values())
    everything = list(inputs_first(roots, Expr.inputs))
    across = _depending_on(ACROSS, everything)
    uses = Counter(part for op in everything for part in op.inputs())
    uses.update(roots)

    def is_variable(op: Expr) -> bool:
        if is_scalar(op) or isinstance(op, ops.Dataset):
            return False
        often = uses[op] > 1 and not isinstance(op, ops.Column | ops.EventColumn)
        return op in named or often or isinstance(op, ops.HigherTimeframe)

    if not across and not panel:
        return Plan(False, tuple(filter(is_variable, everything)), (), ())
    counted = [op for op in everything if _counts_calendar(op)]
    wide, features = _split(roots, _depending_on(ACROSS, everything, counted))
    per_symbol = set(features)
    symbol = inputs_first(features, Expr.inputs)
    return Plan(
        True,
        tuple(op for op in symbol if op in per_symbol or is_variable(op)),
        tuple(features),
        tuple(filter(is_variable, wide)),
    )


def across_symbols(roots: Iterable[Expr], *, calendar: bool) -> set[Expr]:
    """The ops that need all symbols side by side.

    With `calendar`, as where symbols share an account, also those that count its rows.
    """
    everything = list(inputs_first(roots, Expr.inputs))
    counted = [op for op in everything if calendar and _counts_calendar(op)]
    return _depending_on(ACROSS, everything, counted)


def _depending_on(
    kinds: tuple[type[Expr], ...], inputs_before_users: Iterable[Expr], those: Iterable[Expr] = ()
) -> set[Expr]:
    """The ops of these kinds, those ops, and all that are computed from them."""
    found = set(those)
    for op in inputs_before_users:
        if isinstance(op, kinds) or any(part in found for part in op.inputs()):
            found.add(op)
    return found


def _counts_calendar(op: Expr) -> bool:
    """Whether a row is counted: where symbols share an account, rows are those of all symbols."""
    return isinstance(op, ops.EveryBars | ops.OnNewPeriod) and isinstance(op.data, ops.Dataset)


def _split(roots: list[Expr], across: set[Expr]) -> tuple[list[Expr], list[Expr]]:
    """The ops of the panel stage, and the per-symbol ops they start from."""
    features: dict[Expr, None] = {}

    def into(op: Expr) -> list[Expr]:
        if op in across:
            return list(op.inputs())
        if not _anywhere(op):
            features[op] = None
        return []

    wide = [op for op in inputs_first(roots, into) if op in across or _anywhere(op)]
    return wide, list(features)


def _anywhere(op: Expr) -> bool:
    """Whether the op can be written in both stages: it needs no history of one symbol."""
    if isinstance(op, ops.Column):
        return isinstance(op.data, ops.Dataset)
    if isinstance(op, CALENDAR):
        return isinstance(op.data, ops.Dataset)
    return is_scalar(op) or isinstance(op, ops.MarketData)
