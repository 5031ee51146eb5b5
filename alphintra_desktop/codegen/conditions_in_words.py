"""When a condition holds, in plain words: "RSI(14) is below 30 and Close is above its SMA(200)".

Conditions are opened up as long as the words stay short; the others are called by their node's
title.
"""

from __future__ import annotations

from alphintra_desktop.codegen.lower import Lowered
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import Expr

LONGEST = 105
"""How many characters a condition may take."""

_COMPARED: dict[type[Expr], str] = {
    ops.Above: "is above",
    ops.Below: "is below",
    ops.AtLeast: "is at least",
    ops.AtMost: "is at most",
    ops.Equal: "is equal to",
    ops.CrossesAbove: "crosses above",
    ops.CrossesBelow: "crosses below",
}
_MOVED: dict[type[Expr], str] = {ops.Above: "higher", ops.Below: "lower"}


def condition_in_words(op: Expr, lowered: Lowered) -> str:
    """A clause that comes after "when"."""
    opened = _opened(op, lowered)
    if opened and len(opened) <= LONGEST:
        return opened
    match op:
        case ops.AllOf(conditions) if len(conditions) > 1:
            named = " and ".join(called(one, lowered) for one in conditions)
            return f"{named} hold" if len(named) <= LONGEST else _holds(op, lowered)
    return _holds(op, lowered)


def called(op: Expr, lowered: Lowered) -> str:
    """What the user calls the node of an op."""
    node, _ = lowered.owner.get(op, ("", ""))
    return f"'{lowered.title(node)}'" if node else "a condition"


def _holds(op: Expr, lowered: Lowered) -> str:
    return f"{called(op, lowered)} holds"


def _opened(op: Expr, lowered: Lowered) -> str:
    """What a condition is made of; empty where that takes more than words."""
    match op:
        case ops.AllOf(conditions):
            return " and ".join(_part(one, lowered) for one in conditions)
        case ops.AnyOf(conditions):
            return " or ".join(_part(one, lowered) for one in conditions)
        case ops.Not(condition):
            return f"{called(condition, lowered)} does not hold"
        case ops.HeldFor(condition, bars):
            return f"{_part(condition, lowered)} for {bars} bars"
    return _compared(op, lowered)


def _part(op: Expr, lowered: Lowered) -> str:
    """A condition among others: those that are made of several keep their name."""
    return _compared(op, lowered) or _holds(op, lowered)


def _compared(op: Expr, lowered: Lowered) -> str:
    match op:
        case ops.Above(left, ops.Lag(values, bars)) | ops.Below(left, ops.Lag(values, bars)) if (
            left == values
        ):
            ago = "one bar ago" if bars == 1 else f"{bars} bars ago"
            return f"{_number(left, lowered)} is {_MOVED[type(op)]} than {ago}"
        case ops.Between(values, low, high):
            bounds = f"{_number(low, lowered)} and {_number(high, lowered)}"
            return f"{_number(values, lowered)} is between {bounds}"
        case ops.OnNewPeriod(_, period):
            return f"a new {period} begins"
    if type(op) not in _COMPARED:
        return ""
    one, other = op.inputs()
    its = "its " if tuple(other.inputs()) == (one,) else ""
    return f"{_number(one, lowered)} {_COMPARED[type(op)]} {its}{_number(other, lowered)}"


def _number(op: Expr, lowered: Lowered) -> str:
    """What is compared: a number, a price, or a node with its settings."""
    if isinstance(op, ops.Constant):
        return f"{op.value:,.6g}"
    if op not in lowered.owner:
        return "a number"
    id, output = lowered.owner[op]
    node, kind = lowered.graph.nodes[id], lowered.types[id]
    which = f" {output.replace('_', ' ')}" if len(kind.outputs) > 1 else ""
    if node.title not in ("", kind.title) and not isinstance(op, ops.TaLib):
        return f"'{node.title}'{which}"
    settings = (node.params.get(name, param.default) for name, param in kind.params.items())
    numbers = [f"{value:g}" for value in settings if type(value) in (int, float)]
    name = op.function if isinstance(op, ops.TaLib) else kind.title
    return f"{name}({', '.join(numbers)}){which}" if numbers else f"{name}{which}"
