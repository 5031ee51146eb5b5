"""Which panel expressions say something about a symbol that has no bar.

Arrays of (bars, symbols) have a place for every symbol on every row, also where it has no bar.
There a missing number goes through most operations and stays missing, but not through all: the
opposite of "above" holds. Before symbols are compared, such a place must be emptied, or a symbol
that does not trade takes the place of one that does.
"""

from __future__ import annotations

from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import Dataset, Expr, Flags
from alphintra_desktop.ir.universe import is_leaving

CALENDAR = (ops.InSession, ops.OnWeekdays, ops.EveryBars, ops.OnNewPeriod)
_NUMBERS_EVERYWHERE = (ops.Constant, ops.EqualWeights, ops.InverseWeights)
_FLAGS_EVERYWHERE = (*CALENDAR, ops.Not)
_NEED_ONE_INPUT = (
    *(ops.Add, ops.Subtract, ops.Multiply, ops.Divide, ops.Power, ops.Smaller, ops.Larger),
    *(ops.Negative, ops.Absolute, ops.Sign, ops.Log, ops.SquareRoot),
    *(ops.Above, ops.Below, ops.AtLeast, ops.AtMost, ops.Equal, ops.Between, ops.AllOf),
)


def only_with_bar(op: Expr, known: dict[Expr, bool]) -> bool:
    """Whether the op is NaN or False wherever a symbol has no bar. Answers are kept in `known`."""
    if op not in known:
        known[op] = _only_with_bar(op, known)
    return known[op]


def _only_with_bar(op: Expr, known: dict[Expr, bool]) -> bool:
    if isinstance(op, (*_NUMBERS_EVERYWHERE, *_FLAGS_EVERYWHERE)):
        return False
    if isinstance(op, _NEED_ONE_INPUT):
        return any(only_with_bar(part, known) for part in op.inputs())
    if isinstance(op, ops.AnyOf):
        return all(only_with_bar(part, known) for part in op.inputs())
    if isinstance(op, ops.Choose):
        return only_with_bar(op.yes, known) and only_with_bar(op.no, known)
    return True


def nothing_without_bar(weights: Expr, known: dict[Expr, bool]) -> bool:
    """Whether a weight is missing or 0 wherever a symbol has no bar."""
    if isinstance(weights, ops.EqualWeights | ops.InverseWeights):
        return True
    if isinstance(weights, ops.Negative):
        return nothing_without_bar(weights.values, known)
    return only_with_bar(weights, known)


def on_every_row(op: Expr) -> bool:
    """Whether a condition says all it has to say on rows without a bar, too.

    That is one of the calendar, and with it that a symbol has left its universe.
    """
    if isinstance(op, ops.AnyOf):
        return all(of_calendar(part) or is_leaving(part) for part in op.conditions)
    return of_calendar(op)


def of_calendar(op: Expr) -> bool:
    """Whether a condition is one of the calendar alone, the same for all symbols."""
    if isinstance(op, CALENDAR):
        return isinstance(op.data, Dataset)
    if isinstance(op, ops.AllOf | ops.AnyOf | ops.Not):
        return all(of_calendar(part) for part in op.inputs() if isinstance(part, Flags))
    return False
