"""Who may be held when: membership of a point-in-time universe, as ops.

A universe is a table of events with the field `member`, 1 from the day a symbol joins and 0 from
its last day on. So at the close of the last day it is known that it is the last: no order to buy
is given then, and what is held is sold on the next bar.
"""

from __future__ import annotations

from alphintra_desktop.ir.ops import Above, AtMost, Constant, Dataset, EventColumn, Expr, Flags

TABLES = "universe."  # what the name of a universe's table of events begins with
MEMBER = "member"
DELISTING = "delisting_return"
_HALF = Constant(0.5)


def membership(data: Dataset, universe: str = "") -> EventColumn:
    """1 where a symbol may be bought, 0 where it is leaving or gone, no number before it joined.

    Of the universe with that name, else of the one that the data names.
    """
    return EventColumn(data, TABLES + (universe or data.universe), MEMBER, "last")


def is_member(member: EventColumn) -> Flags:
    """Whether the symbol may be bought."""
    return Above(member, _HALF)


def has_left(member: EventColumn) -> Flags:
    """Whether what is held of the symbol is to be sold. Never true of what was no member."""
    return AtMost(member, _HALF)


def is_leaving(op: Expr) -> bool:
    """Whether the op is what `has_left` gives."""
    return isinstance(op, AtMost) and is_membership(op.left)


def is_membership(op: Expr) -> bool:
    """Whether the op is what `membership` gives."""
    return isinstance(op, EventColumn) and op.table.startswith(TABLES) and op.field == MEMBER
