"""Numbers and times as a reader wants them: percents, thousands, as many digits as make sense."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

NOTHING = "–"  # noqa: RUF001 - a dash, as a table of figures prints it
MINUS = "−"  # noqa: RUF001 - as wide as a plus, and never broken at the end of a line


def figure(value: float, kind: str, *, short: bool = False) -> str:
    """A number for a human. `kind` is one of `KINDS`; others are printed with two decimals.

    `short` leaves out what the ticks of an axis do not need: "120k", "5%".
    """
    if math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    write = AXIS.get(kind, _trimmed) if short else KINDS.get(kind, _ratio)
    text = write(abs(value))
    return f"{MINUS}{text}" if value < 0 and text.strip("0.,%") else text


def signed(value: float, kind: str) -> str:
    """The same with a plus before gains."""
    text = figure(value, kind)
    return f"+{text}" if value > 0 and text.strip("0.,%") and text[0].isdigit() else text


def times(values: Any, *, daily: bool) -> list[str]:
    """Times as ISO text: dates alone on daily bars, to the minute otherwise; a dash for none."""
    stamps = np.asarray(values, dtype="datetime64[ns]")
    texts = np.datetime_as_string(stamps, unit="D" if daily else "m")
    return [NOTHING if text == "NaT" else text.replace("T", " ") for text in texts.tolist()]


def duration(span: np.timedelta64) -> str:
    """A stretch of time in its natural unit: "412 days", "5.5 hours", "12 minutes"."""
    minutes = float(span / np.timedelta64(1, "m"))
    for length, unit in ((1440.0, "day"), (60.0, "hour"), (1.0, "minute")):
        if minutes >= 2 * length or unit == "minute":
            number = _trimmed(round(minutes / length, 1 if unit == "hour" else 0))
            return f"{number} {unit}" if number == "1" else f"{number} {unit}s"
    raise AssertionError


def are_dates(timestamps: npt.NDArray[np.datetime64]) -> bool:
    """Whether every time is a midnight, so that the date says it all."""
    return bool((timestamps == timestamps.astype("datetime64[D]")).all())


def _percent(value: float) -> str:
    percent = value * 100
    if percent < 1e-6:
        return "0%"
    digits = 0 if percent >= 1000 else 1 if percent >= 100 else 2
    if 0 < percent < 0.1:
        digits = min(1 - math.floor(math.log10(percent)), 6)
    return f"{percent:,.{digits}f}%"


def _percents(value: float) -> str:
    """Without the sign, for tables that are all percents."""
    return f"{value * 100:,.1f}"


def _money(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:,.2f}"


def _price(value: float) -> str:
    if 0 < value < 1:
        return f"{value:.{min(3 - math.floor(math.log10(value)), 10)}f}"
    return f"{value:,.2f}" if value >= 10 else f"{value:,.4f}"


def _ratio(value: float) -> str:
    return f"{value:,.2f}"


def _count(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _bars(value: float) -> str:
    return f"{_count(value)} bar" if value == 1 else f"{_count(value)} bars"


def _shares(value: float) -> str:
    whole = value == int(value) or value >= 10_000
    return f"{value:,.0f}" if whole else f"{value:,.{2 if value >= 1 else 6}f}"


def _trimmed(value: float) -> str:
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text or "0"


def _short_percent(value: float) -> str:
    return f"{_trimmed(round(value * 100, 6))}%"


def _short_money(value: float) -> str:
    for size, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{_trimmed(value / size)}{letter}"
    return _trimmed(value)


KINDS: dict[str, Callable[[float], str]] = {
    "fraction": _percent,
    "percents": _percents,
    "money": _money,
    "price": _price,
    "ratio": _ratio,
    "count": _count,
    "bars": _bars,
    "shares": _shares,
}
AXIS: dict[str, Callable[[float], str]] = {
    "fraction": _short_percent,
    "money": _short_money,
    "price": _short_money,
}
