"""Which numbers are in units of an adjusted price.

Adjusting for splits and dividends multiplies all earlier prices again at every later event. So an
adjusted price has no meaning of its own, only relative to another one, and comparing it with a
plain number (other than 0) gives another answer after the next dividend.
"""

from __future__ import annotations

from enum import Enum

from alphintra_desktop.ir import ops, talib_facts
from alphintra_desktop.ir.ops import Expr
from alphintra_desktop.ir.order import inputs_first


class _Unit(Enum):
    PRICE = "an adjusted price"
    NUMBER = "a number that the user wrote"
    OTHER = "anything else"


_PRICES = {"open", "high", "low", "close"}
_PRICE_STATISTICS = {"mean", "sum", "std", "min", "max", "median"}

Comparison = ops.Above | ops.Below | ops.AtLeast | ops.AtMost | ops.Equal
Crossing = ops.CrossesAbove | ops.CrossesBelow


def is_adjusted_price(op: Expr) -> bool:
    """Whether `op` is in units of an adjusted price: it doubles when the price does."""
    return _units(op)[id(op)] is _Unit.PRICE


def adjusted_price_against_constant(op: Expr) -> bool:
    """Whether `op` compares an adjusted price with a plain number other than 0."""
    return _is_guilty(op, _units(op))


def adjusted_price_comparisons(root: Expr) -> list[Expr]:
    """Every op below `root` that compares an adjusted price with a plain number, inputs first."""
    units = _units(root)
    return [op for op in inputs_first(root) if _is_guilty(op, units)]


def _is_guilty(op: Expr, units: dict[int, _Unit]) -> bool:
    if isinstance(op, ops.Between):
        return any(_differ(op.values, bound, units) for bound in (op.low, op.high))
    if isinstance(op, Comparison | Crossing):
        return _differ(op.left, op.right, units)
    return False


def _differ(left: Expr, right: Expr, units: dict[int, _Unit]) -> bool:
    sides = {units[id(left)], units[id(right)]}
    is_zero = any(isinstance(side, ops.Constant) and side.value == 0 for side in (left, right))
    return sides == {_Unit.PRICE, _Unit.NUMBER} and not is_zero


def _units(root: Expr) -> dict[int, _Unit]:
    units: dict[int, _Unit] = {}
    for op in inputs_first(root):
        units[id(op)] = _unit(op, units)
    return units


def _unit(op: Expr, units: dict[int, _Unit]) -> _Unit:
    match op:
        case ops.Constant():
            return _Unit.NUMBER
        case ops.Column():
            adjusted = op.name in _PRICES and _is_adjusted(op.data)
            return _Unit.PRICE if adjusted else _Unit.OTHER
        case ops.SessionVwap():
            return _Unit.PRICE if _is_adjusted(op.data) else _Unit.OTHER
        case ops.Multiply() | ops.Divide():
            return _scaled(op, units[id(op.left)], units[id(op.right)])
        case _ if _keeps_units(op):
            return _common(op, units)
        case _:
            return _Unit.OTHER


def _is_adjusted(data: Expr) -> bool:
    return any(isinstance(item, ops.Dataset) and item.adjusted for item in inputs_first(data))


def _scaled(op: ops.Multiply | ops.Divide, left: _Unit, right: _Unit) -> _Unit:
    if right is _Unit.NUMBER:
        return left
    if isinstance(op, ops.Multiply) and left is _Unit.NUMBER:
        return right
    return _Unit.OTHER


def _keeps_units(op: Expr) -> bool:
    match op:
        case ops.Rolling():
            return op.statistic in _PRICE_STATISTICS
        case ops.TaLib():
            return talib_facts.keeps_the_scale(op)
        case ops.Add() | ops.Subtract() | ops.Smaller() | ops.Larger() | ops.Choose():
            return True
        case ops.Lag() | ops.Change() | ops.Negative() | ops.Absolute() | ops.RollingQuantile():
            return True
        case _:
            return isinstance(op, ops.OnBarClose | ops.OfSymbol)


def _common(op: Expr, units: dict[int, _Unit]) -> _Unit:
    found = {units[id(item)] for item in op.inputs() if isinstance(item, ops.Numbers)}
    if _Unit.PRICE in found:
        return _Unit.PRICE
    return _Unit.NUMBER if found == {_Unit.NUMBER} else _Unit.OTHER
