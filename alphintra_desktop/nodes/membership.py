"""Comparing symbols where the market data names a universe: only its members take part."""

from __future__ import annotations

from alphintra_desktop.ir.ops import AllOf, Dataset, Divide, Expr, Flags, Numbers, TopAcross
from alphintra_desktop.ir.universe import is_member, membership
from alphintra_desktop.nodes.market_data import calendars_of


def of_members(values: Numbers) -> Numbers:
    """The values of members; no number for all others."""
    data = _data(values)
    return Divide(values, membership(data)) if data is not None else values


def chosen_members(chosen: Flags) -> Flags:
    """Those chosen that are members."""
    data = None if isinstance(chosen, TopAcross) else _data(chosen)
    return AllOf((chosen, is_member(membership(data)))) if data is not None else chosen


def _data(op: Expr) -> Dataset | None:
    """The one dataset on whose own bars the op is, where that names a universe."""
    calendars = calendars_of(op)
    data = calendars[0] if len(calendars) == 1 else None
    return data if isinstance(data, Dataset) and data.universe else None
