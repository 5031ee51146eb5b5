"""What ports carry, in plain words."""

from __future__ import annotations

IN_WORDS = {
    "MarketData": "market data",
    "Numbers": "numbers, one a bar",
    "Flags": "yes or no, one a bar",
    "OrderRule": "a rule about orders",
    "Sizing": "how much to trade",
    "StopRule": "a stop",
    "TradingCosts": "trading costs",
    "StrategyOp": "a strategy",
}


def in_words(type_: str) -> str:
    """What a port carries, for people."""
    return IN_WORDS.get(type_, type_ or "something that its node type does not know")
