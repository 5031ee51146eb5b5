"""Whether the times of a file are those at which its bars open or close; we keep the open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from alphintra_desktop.market.raw_rows import RawRows
from alphintra_desktop.market.row_order import OrderedRows
from alphintra_desktop.market.timeframes import step_seconds

# Vendors that are known to name a bar after its close; those of the other kind are the rest.
_AT_CLOSE = ("NinjaTrader",)
_CLOSE_NAMES = ("close_time", "time_close", "end_time", "bar_end")
_US_OPEN, _US_CLOSE = 9 * 3600 + 30 * 60, 16 * 3600
_DAY = 86_400


def guessed_bar_stamp(raw: RawRows, table: OrderedRows, seconds: int) -> str:
    """ "open" or "close", by the vendor, by the name of the column, or by the hours of a session.

    `seconds` is the length of a bar. A day that begins one bar after 9:30 and ends at 16:00 on the
    clock of New York names its bars after their close.
    """
    layout = raw.layout
    if layout is not None and layout.shape in _AT_CLOSE:
        return "close"
    if layout is not None and _plain(layout.names[layout.columns["timestamp"]]) in _CLOSE_NAMES:
        return "close"
    return "close" if _ends_a_us_session(raw, table, seconds) else "open"


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def _ends_a_us_session(raw: RawRows, table: OrderedRows, seconds: int) -> bool:
    """Whether most days have the bars of a session in New York by their closes."""
    if raw.zoned or not 0 < seconds < _US_CLOSE - _US_OPEN:
        return False
    moments = table.stamps.astype("datetime64[s]").astype(np.int64)
    days, clocks = np.divmod(moments, _DAY)
    begins = np.concatenate([[True], np.diff(days) != 0])
    ends = np.append(begins[1:], True)
    first = np.median(clocks[begins]) == _US_OPEN + seconds
    return bool(first and np.median(clocks[ends]) == _US_CLOSE)


def at_open(table: OrderedRows, timeframe: str) -> OrderedRows:
    """The rows with times of closes made those of opens."""
    return replace(table, stamps=table.stamps - np.timedelta64(step_seconds(timeframe), "s"))
