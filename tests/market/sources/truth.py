"""What really happened at the vendors of the tests: bars, one split and one dividend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

NEW_YORK = ZoneInfo("America/New_York")
SPLIT_DAY, SPLIT = "2024-03-12", 2.0
DIVIDEND_DAY, DIVIDEND = "2024-03-07", 0.5
FIRST_DAY = datetime(2024, 2, 26, tzinfo=UTC)


@dataclass(frozen=True)
class Bar:
    """`at` is the UTC start; of a day at an exchange, midnight of its date."""

    at: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float

    @property
    def day(self) -> str:
        return self.at.date().isoformat()

    @property
    def epoch(self) -> int:
        return int(self.at.timestamp())


def bar(at: datetime, number: int, price: float) -> Bar:
    return Bar(at, price, price + 2, price - 1, price + 1, 1000.0 + number)


def share_days() -> list[Bar]:
    """Weekdays over the change to summer time in New York, halved by a split."""
    days = [FIRST_DAY + timedelta(days=n) for n in range(19)]
    weekdays = [day for day in days if day.weekday() < 5]
    return [_split(bar(day, n, 100.0 + 2 * n)) for n, day in enumerate(weekdays)]


def _split(raw: Bar) -> Bar:
    if raw.day < SPLIT_DAY:
        return raw
    halves = (raw.open / SPLIT, raw.high / SPLIT, raw.low / SPLIT, raw.close / SPLIT)
    return Bar(raw.at, *halves, raw.volume)


def share_hours() -> list[Bar]:
    """Seven hours of a session before and of one after the change to summer time."""
    starts = [
        datetime(2024, 3, day, hour, tzinfo=NEW_YORK).astimezone(UTC)
        for day in (8, 11)
        for hour in range(10, 16)
    ]
    return [bar(start, n, 50.0 + n) for n, start in enumerate(starts)]


def coin_days() -> list[Bar]:
    return [bar(FIRST_DAY + timedelta(days=n), n, 200.0 + n) for n in range(19)]


def coin_hours(count: int = 2300) -> list[Bar]:
    return [bar(FIRST_DAY + timedelta(hours=n), n, 300.0 + n % 64) for n in range(count)]


def stamps(bars: list[Bar]) -> np.ndarray:
    return np.array([b.at.replace(tzinfo=None) for b in bars], dtype="datetime64[ns]")


def column(bars: list[Bar], name: str) -> list[float]:
    return [getattr(b, name) for b in bars]
