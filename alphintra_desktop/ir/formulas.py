"""The ops of a strategy as plain, fast functions.

Code generation copies the functions a strategy uses into its file, without their annotations. So
they know only `np`, `pd` and each other, take arrays of one symbol's own bars, (T,), unless they
say otherwise, and never look at a later bar (except `future_returns`). A missing number is NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Times = npt.NDArray[np.datetime64]
Values = Floats | float
Series = npt.NDArray[Any]
BarArrays = Mapping[str, Series]


# ------------------------------------------------------------------ arithmetic


def divide(left: Values, right: Values) -> Floats:
    """`left / right`; NaN where `right` is 0."""
    with np.errstate(all="ignore"):
        return np.where(np.equal(right, 0), np.nan, np.divide(left, right))


def power(base: Values, exponent: Values) -> Floats:
    """`base ** exponent`; NaN where that is no real number, or where either is missing."""
    with np.errstate(all="ignore"):
        result = np.power(np.asarray(base, dtype=float), exponent)
    known = np.isfinite(result) & ~np.isnan(base) & ~np.isnan(exponent)
    return np.where(known, result, np.nan)


def log(values: Values) -> Floats:
    """The natural logarithm; NaN at or below 0."""
    return np.log(np.where(np.greater(values, 0), values, np.nan))


def square_root(values: Values) -> Floats:
    """The square root; NaN below 0."""
    return np.sqrt(np.where(np.greater_equal(values, 0), values, np.nan))


# ---------------------------------------------------------------- through time


def lag(values: Floats, bars: int) -> Floats:
    """The value `bars` bars ago; NaN before the first."""
    result = np.full(len(values), np.nan)
    result[bars:] = values[: max(len(values) - bars, 0)]
    return result


def change(values: Floats, bars: int) -> Floats:
    """The value minus the value `bars` bars ago."""
    return values - lag(values, bars)


def returns(values: Floats, bars: int) -> Floats:
    """The value over the value `bars` bars ago, minus 1."""
    return divide(values, lag(values, bars)) - 1


def log_returns(values: Floats, bars: int) -> Floats:
    """The logarithm of the value over the value `bars` bars ago."""
    return log(divide(values, lag(values, bars)))


def future_returns(values: Floats, bars: int) -> Floats:
    """The return over the next `bars` bars. Looks ahead: for research only."""
    later = np.full(len(values), np.nan)
    later[: max(len(values) - bars, 0)] = values[bars:]
    return divide(later, values) - 1


def first_barrier(  # noqa: PLR0913, PLR0917 - a bar and both barriers
    close: Floats, high: Floats, low: Floats, up: Floats, down: Floats, bars: int, gives: str
) -> Floats:
    """What is reached first within `bars` bars: see the op. Looks ahead: for research only.

    Lopez de Prado 2018, "Advances in Financial Machine Learning", chapter 3.
    """
    count = len(close)
    above, below = close * (1 + up), close * (1 - down)
    found = np.full(count, np.nan)
    waiting = ~(np.isnan(above) | np.isnan(below))
    for ahead in range(1, min(bars, count - 1) + 1):
        rows = np.flatnonzero(waiting[: count - ahead])
        falls, rises = low[rows + ahead] <= below[rows], high[rows + ahead] >= above[rows]
        hit = falls | rises
        at, falls = rows[hit], falls[hit]
        if gives == "bars":
            found[at] = ahead
        elif gives == "return":
            found[at] = np.where(falls, below[at], above[at]) / close[at] - 1
        else:
            found[at] = np.where(falls, -1.0, 1.0)
        waiting[at] = False
    late = np.flatnonzero(waiting[: max(count - bars, 0)])
    if gives == "bars":
        found[late] = bars
    else:
        found[late] = close[late + bars] / close[late] - 1 if gives == "return" else 0.0
    return found


def trend_ahead(values: Floats, shortest: int, longest: int) -> Floats:
    """The largest t-value of a line through what comes. Looks ahead: for research only.

    Lopez de Prado 2020, "Machine Learning for Asset Managers", section 5.4.
    """
    count = len(values)
    found = np.full(count, np.nan)
    rows = max(count - longest, 0)
    for bars in range(shortest, longest + 1) if rows else ():
        windows = np.lib.stride_tricks.sliding_window_view(values, bars + 1)[:rows]
        steps = np.arange(bars + 1) - bars / 2
        moved = windows - windows.mean(axis=1, keepdims=True)
        across = (steps * steps).sum()
        slope = moved @ steps / across
        left = ((moved - slope[:, None] * steps) ** 2).sum(axis=1)
        score = slope / np.sqrt(np.maximum(left, 1e-18) / (bars - 1) / across)
        larger = ~(np.abs(score) <= np.abs(found[:rows]))
        found[:rows] = np.where(larger, score, found[:rows])
    return found


def filled(values: Floats) -> Floats:
    """The last known value where one is missing: TA-Lib cannot cross a gap."""
    return np.asarray(pd.Series(values, dtype=float).ffill())


def rolling(values: Floats, window: int, statistic: str) -> Floats:
    """A statistic (`mean`, `std`, ...) of the last `window` values."""
    windows = pd.Series(values).rolling(window)
    result = np.asarray(getattr(windows, statistic)())
    if statistic in ("std", "var"):  # of equal values, rounding leaves something else than 0
        return np.where(windows.max() == windows.min(), np.minimum(result, 0), result)
    return result


def rolling_quantile(values: Floats, window: int, quantile: float) -> Floats:
    """The `quantile` (0 to 1, interpolated) of the last `window` values."""
    return np.asarray(pd.Series(values).rolling(window).quantile(quantile))


def rolling_rank(values: Floats, window: int) -> Floats:
    """The share of the last `window` values at or below the current one."""
    return np.asarray(pd.Series(values).rolling(window).rank(method="max", pct=True))


def rolling_correlation(left: Floats, right: Floats, window: int) -> Floats:
    """Pearson's correlation over the last `window` bars; NaN where a series stands still."""
    result = np.asarray(pd.Series(left).rolling(window).corr(pd.Series(right)))
    return np.where(np.isfinite(result), result, np.nan)


def zscore(values: Floats, window: int) -> Floats:
    """How many standard deviations the value is from the mean of the last `window` values."""
    return divide(values - rolling(values, window, "mean"), rolling(values, window, "std"))


def bars_since(condition: Booleans) -> Floats:
    """How many bars ago the condition last held; NaN before the first time."""
    position = np.arange(len(condition))
    last = np.maximum.accumulate(np.where(condition, position, -1))
    return np.where(last >= 0, position - last, np.nan)


def session_vwap(bars: BarArrays) -> Floats:
    """Volume-weighted average of (high + low + close) / 3 since the start of the UTC day."""
    day = period_numbers(bars["timestamp"], "1d")
    money = (bars["high"] + bars["low"] + bars["close"]) / 3 * bars["volume"]
    volume = np.where(np.isnan(money), np.nan, bars["volume"])
    money_so_far = np.asarray(pd.Series(money).groupby(day).cumsum())
    volume_so_far = np.asarray(pd.Series(volume).groupby(day).cumsum())
    return divide(money_so_far, volume_so_far)


def over_days(bars: BarArrays, values: Floats, days: int) -> Floats:
    """The sum over the bars that began in the last `days` days; NaN until there are so many."""
    stamps = pd.DatetimeIndex(bars["timestamp"])
    whole = pd.Series(values, index=stamps).rolling(f"{days}D").sum()
    missing = pd.Series(np.isnan(values) * 1.0, index=stamps).rolling(f"{days}D").sum()
    full = (stamps - pd.Timedelta(days, "D") >= stamps[:1].min()) & np.equal(missing, 0)
    return np.where(full, whole, np.nan)


# ------------------------------------------------------------------ conditions


def between(values: Values, low: Values, high: Values) -> Booleans:
    """`low <= values <= high`."""
    return np.less_equal(low, values) & np.less_equal(values, high)


def crosses_above(left: Values, right: Values) -> Booleans:
    """Now `left > right`, and one bar ago `left <= right`."""
    return np.greater(left, right) & lag_flags(np.less_equal(left, right), 1)


def crosses_below(left: Values, right: Values) -> Booleans:
    """Now `left < right`, and one bar ago `left >= right`."""
    return np.less(left, right) & lag_flags(np.greater_equal(left, right), 1)


def held_for(condition: Booleans, bars: int) -> Booleans:
    """The condition held on each of the last `bars` bars."""
    held = np.cumsum(np.concatenate(([0], condition)))
    result = np.zeros(len(condition), dtype=bool)
    result[bars - 1 :] = held[bars:] - held[:-bars] == bars
    return result


def lag_flags(condition: Booleans, bars: int) -> Booleans:
    """Whether the condition held `bars` bars ago; False before the first."""
    result = np.zeros(len(condition), dtype=bool)
    result[bars:] = condition[: max(len(condition) - bars, 0)]
    return result


# ---------------------------------------------------------------- the calendar


def in_session(timestamp: Times, start: str, end: str, time_zone: str) -> Booleans:
    """The bar starts at or after `start` and before `end`; over midnight where end <= start."""
    local = pd.DatetimeIndex(timestamp).tz_localize("UTC").tz_convert(time_zone)
    minute = np.asarray(local.hour * 60 + local.minute)
    first, last = (int(clock[:-3]) * 60 + int(clock[-2:]) for clock in (start, end))
    if first < last:
        return (first <= minute) & (minute < last)
    return (first <= minute) | (minute < last)


def on_weekdays(timestamp: Times, days: Sequence[int]) -> Booleans:
    """The bar is on one of these days of the week; Monday is 0."""
    return np.isin((period_numbers(timestamp, "1d") + 3) % 7, days)


def every_bars(count: int, bars: int) -> Booleans:
    """The first of `count` bars and every `bars` bars after it."""
    return np.equal(np.arange(count) % bars, 0)


def on_new_period(timestamp: Times, period: str) -> Booleans:
    """The first bar of a calendar `day`, `week`, `month`, `quarter` or `year`."""
    timeframes = {"day": "1d", "week": "1w", "month": "1mo", "quarter": "3mo", "year": "12mo"}
    number = period_numbers(timestamp, timeframes[period])
    return np.not_equal(np.diff(number, prepend=number[:1] - 1), 0)


def period_numbers(timestamp: Times, timeframe: str) -> Whole:
    """The number of the period (`4h`, `1d`, `1w`, ...) a time is in. Weeks start on Monday."""
    unit = timeframe.lstrip("0123456789")
    count = int(timeframe.removesuffix(unit))
    if unit == "mo":
        return timestamp.astype("datetime64[M]").astype(np.int64) // count
    if unit == "w":
        return (timestamp.astype("datetime64[D]").astype(np.int64) + 3) // (7 * count)
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit]
    return timestamp.astype("datetime64[s]").astype(np.int64) // (seconds * count)


def period_starts(number: Whole, timeframe: str) -> Times:
    """When the periods with these numbers start."""
    unit = timeframe.lstrip("0123456789")
    count = int(timeframe.removesuffix(unit))
    if unit == "mo":
        return (number * count).astype("datetime64[M]").astype("datetime64[ns]")
    if unit == "w":
        return (number * count * 7 - 3).astype("datetime64[D]").astype("datetime64[ns]")
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit]
    return (number * count * seconds).astype("datetime64[s]").astype("datetime64[ns]")


def next_starts(timestamp: Times, step: str, weekdays: bool) -> Times:
    """When the next bar can start at the earliest; `weekdays`: no daily bars on weekends."""
    unit = step.lstrip("0123456789")
    count = int(step.removesuffix(unit))
    if unit == "mo":
        return timestamp.astype("datetime64[M]") + count
    if unit == "d" and weekdays:
        return np.busday_offset(timestamp.astype("datetime64[D]"), count, roll="backward")
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}[unit]
    return timestamp + np.timedelta64(count * seconds, "s")


def longer_bars(bars: BarArrays, timeframe: str, step: str, weekdays: bool) -> dict[str, Series]:
    """Bars of `step` gathered into bars of `timeframe`, stamped by their start.

    `last_complete` is, for each bar given, the last longer bar that is over when it closes, by
    the clock alone, or -1. A bar that comes sooner than it can belongs to the period after.
    """
    following = period_numbers(next_starts(bars["timestamp"], step, weekdays), timeframe)
    period = period_numbers(bars["timestamp"], timeframe)
    period[1:] = np.maximum(period[1:], np.maximum.accumulate(following)[:-1])
    is_first = np.diff(period, prepend=period[:1] - 1) != 0
    number = np.cumsum(is_first) - 1
    first = np.flatnonzero(is_first)
    last = np.flatnonzero(np.append(is_first[1:], is_first[:1]))
    return {
        "timestamp": period_starts(period[first], timeframe),
        "open": bars["open"][first],
        "high": np.maximum.reduceat(bars["high"], first),
        "low": np.minimum.reduceat(bars["low"], first),
        "close": bars["close"][last],
        "volume": np.add.reduceat(bars["volume"], first),
        "last_complete": number - (following <= period),
    }


def on_bar_close(values: Floats, longer: BarArrays) -> Floats:
    """Numbers of longer bars on the bars they are made of, each known once its bar is over."""
    # The NaN at the end is what a `last_complete` of -1 finds.
    return np.append(values, np.nan)[longer["last_complete"]]


# ----------------------------------------------- across the symbols, arrays (T, N)


def each(function: Callable[..., Any], present: Booleans, *series: npt.ArrayLike) -> Series:
    """A function of one symbol's own bars for every symbol; NaN or False where it has no bar."""
    result = np.full(present.shape, np.nan)
    for column, here in enumerate(present.T):
        own = [
            np.broadcast_to(item, present.shape)[here, column] if np.ndim(item) == 2 else item
            for item in series
        ]
        values = np.asarray(function(*own))
        if column == 0 and values.dtype == bool:
            result = np.zeros(present.shape, dtype=bool)
        result[here, column] = values
    return result


def custom(function: Callable[..., Any], kind: type, /, *series: Series, **settings: Any) -> Series:
    """A custom function's answer, which must be one number (float) or flag (bool) a bar."""
    result = np.asarray(function(*(np.array(values) for values in series), **settings))
    if result.shape != series[0].shape:
        raise ValueError(f"it returned shape {result.shape}, its input has {series[0].shape}")
    if result.dtype.kind not in ("biu" if kind is bool else "biuf"):
        raise TypeError(f"it returned {result.dtype} values: give one {kind.__name__} a bar")
    return result.astype(kind)


def rank_across(values: Floats) -> Floats:
    """The share of symbols at or below this one on the same bar; ties share."""
    return np.asarray(pd.DataFrame(values).rank(axis=1, method="max", pct=True))


def top_across(values: Floats, count: int) -> Booleans:
    """The `count` symbols with the highest values on the bar; earlier symbols win ties."""
    order = np.argsort(-values, axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    return (place < count) & ~np.isnan(values)


def equal_weights(chosen: Booleans) -> Floats:
    """One over the number of chosen symbols on the bar, 0 for the others."""
    return np.where(chosen, 1 / np.maximum(chosen.sum(axis=1, keepdims=True), 1), 0)


def inverse_weights(chosen: Booleans, values: Floats) -> Floats:
    """Weights in proportion to 1 / values over the chosen symbols whose value is above 0."""
    usable = chosen & (values > 0)
    inverse = np.where(usable, 1 / np.where(usable, values, 1), 0)
    total = inverse.sum(axis=1, keepdims=True)
    return inverse / np.where(total > 0, total, 1)


def of_symbol(values: Floats, symbols: Sequence[str], symbol: str) -> Floats:
    """The values of one symbol, for every symbol."""
    return np.repeat(values[:, [symbols.index(symbol)]], len(symbols), axis=1)


def is_symbol(symbols: Sequence[str], names: Sequence[str]) -> Booleans:
    """(1, N): True for the named symbols."""
    return np.array([[symbol in names for symbol in symbols]], dtype=bool)
