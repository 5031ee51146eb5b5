"""What trading costs. Fractions, not percents: 0.001 is ten basis points."""

from __future__ import annotations

from alphintra_desktop.graph.node_type import node_type, param
from alphintra_desktop.ir.ops import BorrowFee, Commission, Slippage, TradingCosts


@node_type("Commission", category="Costs", tags=("fee", "broker"))
def commission(
    *,
    fraction: float = param(
        0.001, low=0.0, high=0.5, help="Of the traded value: 0.001 is ten basis points."
    ),
    per_share: float = param(0.0, low=0.0, high=1e6, unit="money", help="For every share traded."),
    per_order: float = param(0.0, low=0.0, high=1e9, unit="money", help="For every order filled."),
) -> TradingCosts:
    """What the broker takes for every order, buying and selling: the three parts are added up."""
    return Commission(fraction, per_share, per_order)


@node_type("Slippage", category="Costs", tags=("spread", "market impact"))
def slippage(
    *,
    fraction: float = param(
        0.0005, low=0.0, high=0.5, help="Of the price: 0.0005 is five basis points."
    ),
    half_spread: float = param(
        0.0, low=0.0, high=1e6, unit="money", help="Half of the gap between bid and ask, a share."
    ),
) -> TradingCosts:
    """How much worse than the quoted price an order is filled: buys higher, sells lower."""
    return Slippage(fraction, half_spread)


@node_type("Borrow fee", category="Costs", tags=("short", "stock loan"))
def borrow_fee(
    *,
    rate: float = param(
        0.01, low=0.0, high=10.0, unit="a year", help="Of the short value: 0.01 is one percent."
    ),
) -> TradingCosts:
    """What it costs to hold a short position, charged on every bar it is held."""
    return BorrowFee(rate)
