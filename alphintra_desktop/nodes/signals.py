"""When to enter and leave a position."""

from __future__ import annotations

from alphintra_desktop.graph.node_type import node_type
from alphintra_desktop.ir.ops import EnterLong, EnterShort, ExitLong, ExitShort, Flags, OrderRule


@node_type("Enter long", category="Signals", tags=("buy", "entry"))
def enter_long(when: Flags) -> OrderRule:
    """Buy when the condition holds and nothing is held; a short position is reversed.

    The order is decided at the bar's close and filled on the next bar. Nothing happens while a
    long position is held, nor if a long exit or a short entry is signalled on the same bar.
    """
    return EnterLong(when)


@node_type("Exit long", category="Signals", tags=("sell", "close"))
def exit_long(when: Flags) -> OrderRule:
    """Sell a long position when the condition holds. Without one, nothing happens."""
    return ExitLong(when)


@node_type("Enter short", category="Signals", tags=("sell short", "entry"))
def enter_short(when: Flags) -> OrderRule:
    """Sell short when the condition holds and nothing is held; a long position is reversed.

    The order is decided at the bar's close and filled on the next bar. Nothing happens while a
    short position is held, nor if a short exit or a long entry is signalled on the same bar.
    """
    return EnterShort(when)


@node_type("Exit short", category="Signals", tags=("cover", "buy back", "close"))
def exit_short(when: Flags) -> OrderRule:
    """Buy back a short position when the condition holds. Without one, nothing happens."""
    return ExitShort(when)
