"""What kinds of op are called in messages, and how one becomes another."""

from __future__ import annotations

from alphintra_desktop.ir.ops import Expr, Flags, MarketData, Numbers

_KINDS = {
    "MarketData": "market data",
    "Numbers": "a series of numbers",
    "Flags": "a condition",
    "OrderRule": "an entry or exit",
    "Sizing": "a position size",
    "StopRule": "a stop",
    "TradingCosts": "costs",
    "StrategyOp": "a strategy",
}


def a_kind_of(kind: type[Expr]) -> str:
    """What a user calls values of this type."""
    return _KINDS.get(kind.__name__, kind.__name__)


def how_to_convert(given: type[Expr], wanted: type[Expr]) -> str:
    """What to do where one type is given and another is wanted."""
    if issubclass(given, Numbers) and issubclass(wanted, Flags):
        return "Compare it first, for example with Above, Below or Crosses above."
    if issubclass(given, Flags) and issubclass(wanted, Numbers):
        return "Turn the condition into numbers with Choose."
    if issubclass(given, MarketData) and issubclass(wanted, Numbers):
        return "Take a column of it first, for example Close."
    return f"Connect {a_kind_of(wanted)} instead."
