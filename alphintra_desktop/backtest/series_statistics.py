"""What a series of numbers or flags is like, in a few figures."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt


class Statistic(NamedTuple):
    """One figure, in words."""

    name: str
    text: str


def statistics_of(values: npt.NDArray[Any]) -> tuple[Statistic, ...]:
    """Of flags: how often they are true and change; of numbers: their spread, and what is missing.

    The deviation has ddof 1; quartiles are interpolated linearly.
    """
    if values.dtype == np.bool_:
        return _of_flags(values)
    known = np.asarray(values[~np.isnan(values)], dtype=float)
    counted = (_count("Values", len(known)), _count("Missing", len(values) - len(known)))
    if not len(known):
        return counted
    deviation = known.std(ddof=1) if len(known) > 1 else np.nan
    low, first, middle, third, high = np.quantile(known, (0.0, 0.25, 0.5, 0.75, 1.0)).tolist()
    figures = (
        ("Mean", known.mean()),
        ("Deviation", deviation),
        ("Lowest", low),
        ("25 %", first),
        ("Median", middle),
        ("75 %", third),
        ("Highest", high),
    )
    return (*counted, *(Statistic(name, number(float(value))) for name, value in figures))


def _of_flags(values: npt.NDArray[np.bool_]) -> tuple[Statistic, ...]:
    true = int(values.sum())
    share = true / len(values) if len(values) else np.nan
    changes = int((values[1:] != values[:-1]).sum())
    return (
        _count("Values", len(values)),
        _count("True", true),
        Statistic("Share true", "–" if np.isnan(share) else f"{share:.2%}"),  # noqa: RUF001
        _count("Changes", changes),
    )


def _count(name: str, count: int) -> Statistic:
    return Statistic(name, f"{count:,}")


def number(value: float) -> str:
    """A number with as many digits as make sense; a dash for none."""
    return "–" if np.isnan(value) else f"{value:,.6g}"  # noqa: RUF001 - as a table prints nothing
