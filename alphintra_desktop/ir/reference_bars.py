"""Market data for the reference evaluator: one bar at a time, in plain Python values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from alphintra_desktop.ir import ops
from alphintra_desktop.ir.markets import MARKETS, timeframe_parts

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONDAY = datetime(1969, 12, 29, tzinfo=UTC)
_LENGTHS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


class History(Protocol):
    """Timestamps (T,), symbols, and columns (T, N) with NaN closes where a symbol has no bar."""

    @property
    def timestamps(self) -> npt.NDArray[np.datetime64]: ...
    @property
    def symbols(self) -> tuple[str, ...]: ...
    @property
    def columns(self) -> Mapping[str, npt.NDArray[np.float64]]: ...


class Bar(NamedTuple):
    """One bar of one symbol, with what events were `known` at its close, by name."""

    stamp: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float
    known: Mapping[str, float] = MappingProxyType({})


@dataclass
class Frame:
    """The own bars of every symbol, and the calendar: every stamp on which one of them has a bar.

    For longer bars, `known[symbol][t]` is the number of the last longer bar that is over when bar
    t of the shorter ones closes, or -1.
    """

    symbols: tuple[str, ...]
    bars: list[list[Bar]]
    calendar: list[datetime]
    known: list[list[int]] = field(default_factory=list)


def frame_of_history(history: History) -> Frame:
    """The bars of a table, symbol by symbol."""
    calendar = [_as_datetime(stamp) for stamp in history.timestamps]
    names = Bar._fields[1:-1]
    events = [name for name in history.columns if ops.EVENT_MARK in name]
    bars = [
        [
            Bar._make(
                (
                    stamp,
                    *(float(history.columns[name][row, number]) for name in names),
                    {name: float(history.columns[name][row, number]) for name in events},
                )
            )
            for row, stamp in enumerate(calendar)
            if not np.isnan(history.columns["close"][row, number])
        ]
        for number in range(len(history.symbols))
    ]
    return Frame(history.symbols, bars, calendar)


def longer_frame(frame: Frame, op: ops.HigherTimeframe) -> Frame:
    """The bars of `frame` gathered into longer ones."""
    made = [_gathered(bars, op) for bars in frame.bars]
    calendar = sorted({bar.stamp for bars, _ in made for bar in bars})
    return Frame(frame.symbols, [bars for bars, _ in made], calendar, [known for _, known in made])


def period_start(stamp: datetime, timeframe: str) -> datetime:
    """When the period that `stamp` is in starts. Weeks start on Monday."""
    count, unit = timeframe_parts(timeframe)
    if unit == "mo":
        months = ((stamp.year - 1970) * 12 + stamp.month - 1) // count * count
        return datetime(1970 + months // 12, months % 12 + 1, 1, tzinfo=UTC)
    first = _MONDAY if unit == "w" else _EPOCH
    length = _LENGTHS[unit] * count
    return first + (stamp - first) // length * length


def _gathered(bars: list[Bar], op: ops.HigherTimeframe) -> tuple[list[Bar], list[int]]:
    """The longer bars of one symbol, and for each bar the last one that is over at its close.

    A longer bar is over when the next bar cannot start in it any more. Should a bar come sooner
    than it can, it belongs to the period of the bar that was expected: what is over stays as it is.
    """
    longer: list[Bar] = []
    known = []
    earliest = datetime.min.replace(tzinfo=UTC)
    for bar in bars:
        start = max(period_start(bar.stamp, op.timeframe), earliest)
        if longer and longer[-1].stamp == start:
            longer[-1] = _joined(longer[-1], bar)
        else:
            longer.append(bar._replace(stamp=start))
        following = period_start(_next_start(bar.stamp, op.data), op.timeframe)
        earliest = max(earliest, following)
        known.append(len(longer) - 1 if following > start else len(longer) - 2)
    return longer, known


def _joined(longer: Bar, bar: Bar) -> Bar:
    is_known = longer.high == longer.high and bar.high == bar.high
    low_is_known = longer.low == longer.low and bar.low == bar.low
    return longer._replace(
        high=max(longer.high, bar.high) if is_known else float("nan"),
        low=min(longer.low, bar.low) if low_is_known else float("nan"),
        close=bar.close,
        volume=longer.volume + bar.volume,
    )


def _next_start(stamp: datetime, data: ops.MarketData) -> datetime:
    """The earliest start of the bar after the one that starts at `stamp`."""
    assert isinstance(data, ops.Dataset | ops.HigherTimeframe)
    count, unit = timeframe_parts(data.timeframe)
    if unit == "mo":
        months = stamp.year * 12 + stamp.month - 1 + count
        return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)
    if unit == "d" and _has_weekends_off(data):
        midnight = datetime(stamp.year, stamp.month, stamp.day, tzinfo=UTC)
        for _ in range(count):
            midnight += timedelta(days={4: 3, 5: 2}.get(midnight.weekday(), 1))
        return midnight
    return stamp + _LENGTHS[unit] * count


def _has_weekends_off(data: ops.MarketData) -> bool:
    while isinstance(data, ops.HigherTimeframe):
        data = data.data
    assert isinstance(data, ops.Dataset)
    return MARKETS[data.market].sessions < 365


def _as_datetime(stamp: Any) -> datetime:
    return _EPOCH + timedelta(microseconds=int(stamp.astype("datetime64[us]").astype(np.int64)))
