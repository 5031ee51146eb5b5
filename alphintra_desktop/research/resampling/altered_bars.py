"""Bars that could have been: with noise, in other orders, or of a market without memory.

Open, high, low and close stay consistent: the high is never below the others, nor the low above.
All work on adjusted prices, for a path that mixes bars from before and after a split would need
splits that nobody had; other columns (volume, events) come with the bar they belong to.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from alphintra_desktop.market.bars import PRICES, Bars, Floats
from alphintra_desktop.research.resampling.bootstrap import longer_block, stationary_rows
from alphintra_desktop.simulation.simulated import Integers

Times = npt.NDArray[np.datetime64]


def closes_before(bars: Bars) -> Floats:
    """(T, N): each symbol's last close before a bar; NaN until it has one."""
    close = bars["close"]
    last = np.where(bars.present, np.arange(bars.count)[:, None], -1)
    last = np.maximum.accumulate(last, axis=0)[:-1]
    before = np.take_along_axis(close, np.maximum(last, 0), axis=0)
    first = np.full((1, close.shape[1]), np.nan)
    return np.vstack([first, np.where(last >= 0, before, np.nan)])


def volatility(bars: Bars) -> Floats:
    """(N,): the standard deviation of the log returns of each symbol's own bars."""
    moves = np.log(bars["close"] / closes_before(bars))
    return np.array([_deviation(column[np.isfinite(column)]) for column in moves.T])


def _deviation(values: Floats) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else 0.0


def noisy(bars: Bars, chance: np.random.Generator, level: float) -> Bars:
    """Every price moved by itself: times exp(level s z), with the symbol's volatility s of a bar.

    It is noise of measurement: it does not add up from bar to bar. High and low are made the
    highest and lowest of the four again.
    """
    scale = level * volatility(bars)
    moved = {
        name: bars[name] * np.exp(scale * chance.standard_normal(bars["close"].shape))
        for name in PRICES
    }
    return replace(bars, columns={**bars.columns, **consistent(moved)})


def consistent(prices: dict[str, Floats]) -> dict[str, Floats]:
    """The prices with the highest of the four as high and the lowest as low."""
    four = np.array([prices[name] for name in PRICES])
    return {
        "open": prices["open"],
        "high": four.max(axis=0),
        "low": four.min(axis=0),
        "close": prices["close"],
    }


# ---------------------------------------------------------------------- other orders of bars


def block_path(bars: Bars, chance: np.random.Generator, block: float) -> Bars:
    """Blocks of neighbouring bars in another order: see `bootstrap` for how they are drawn.

    A bar is what its prices were as multiples of the symbol's close before it. All symbols take
    the same rows, so that what happened on one day stays together. The times stay as they are.
    Bars within a day are drawn by whole days, so that each keeps its time of day.
    """
    bars = bars.adjusted()
    rows = rows_of_days(bars.timestamps, chance, block)
    before = closes_before(bars)
    moves = {name: (bars[name] / before)[rows] for name in PRICES}
    return _built(bars, moves, rows)


def rows_of_days(stamps: Times, chance: np.random.Generator, block: float) -> Integers:
    """(T - 1,) rows from 1 on that take the place of all rows but the first, in blocks of days.

    Where every day has one bar, or all bars are of one day, bars are drawn by themselves. A day
    that is shorter than the one whose place it takes is passed over for the next one that is not.
    """
    days = stamps.astype("datetime64[D]")
    first = np.flatnonzero(np.append(True, days[1:] != days[:-1]))
    if len(first) in (1, len(stamps)):
        return 1 + stationary_rows(chance, len(stamps) - 1, block)
    length = np.diff(np.append(first, len(stamps)))
    drawn = stationary_rows(chance, len(first), max(1.0, block / float(length.mean())))
    taken = [_long_enough(length, int(day), n) for n, day in enumerate(drawn)]
    rows = [first[day] + np.arange(length[n]) for n, day in enumerate(taken)]
    return np.asarray(np.concatenate(rows)[1:])


def _long_enough(length: Integers, day: int, place: int) -> int:
    """The day, or the next one that has as many bars as that in whose place it comes.

    The first day is never taken, for its first bar has no close before it. Where no other is long
    enough the day stays where it is.
    """
    for later in range(day, day + len(length)):
        found = later % len(length)
        if found and length[found] >= length[place]:
            return found
    return place


def block_of(bars: Bars) -> float:
    """The mean length of blocks that the returns of all symbols ask for: the longest of them."""
    moves = bars.adjusted()["close"] / closes_before(bars.adjusted()) - 1.0
    columns = (column[np.isfinite(column)] for column in moves.T)
    return max(longer_block(column) if len(column) > 3 else 1.0 for column in columns)


def shuffled(bars: Bars, chance: np.random.Generator) -> Bars:
    """Returns in random order, drawn with replacement, without drift: nothing can be foreseen.

    The moves overnight (to the open) and during the bar (to the close) are drawn by themselves, and
    each has its mean taken out, so that neither holding nor timing earns anything on average.
    Drawing without replacement would not do: a path with a known end can be foreseen.
    """
    bars = bars.adjusted()
    nights, days = (1 + chance.integers(bars.count - 1, size=bars.count - 1) for _ in range(2))
    night = _without_drift(bars["open"] / closes_before(bars))[nights]
    day = _without_drift(bars["close"] / bars["open"])[days]
    moves = {
        "open": night,
        "high": night * (bars["high"] / bars["open"])[days],
        "low": night * (bars["low"] / bars["open"])[days],
        "close": night * day,
    }
    return _built(bars, consistent(moves), days)


def _without_drift(ratios: Floats) -> Floats:
    """Divided by the mean of all rows that are drawn from: they keep money as it is on average."""
    known = np.isfinite(ratios)
    known[0] = False
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, ratios, 0.0).sum(axis=0) / count
    return ratios / np.where(mean > 0.0, mean, 1.0)


def _built(bars: Bars, moves: dict[str, Floats], rows: Integers) -> Bars:
    """Bars from (T - 1, N) multiples of the close before; the first bar stays.

    Where a move is missing the symbol has no bar.
    """
    whole = np.isfinite(np.array([moves[name] for name in PRICES])).all(axis=0)
    close = bars["close"]
    at = np.argmax(bars.present, axis=0)
    start = np.take_along_axis(close, at[None, :], axis=0)
    grown = start * np.cumprod(np.where(whole, moves["close"], 1.0), axis=0)
    before = np.vstack([start, grown[:-1]])
    columns = {name: values[np.append(0, rows)].copy() for name, values in bars.columns.items()}
    for name in PRICES:
        columns[name][1:] = np.where(whole, before * moves[name], np.nan)
    for name in ("adj_factor", "split"):
        columns[name] = np.where(np.isnan(columns["close"]), np.nan, 1.0)
    columns["dividend"] = np.where(np.isnan(columns["close"]), np.nan, 0.0)
    columns["volume"] = np.where(np.isnan(columns["close"]), np.nan, columns["volume"])
    return replace(bars, columns={n: np.ascontiguousarray(v) for n, v in columns.items()})


# ---------------------------------------------------------------------- a market without memory


def random_walk(bars: Bars, chance: np.random.Generator) -> Bars:
    """Prices of a fair game with each symbol's volatility: a bar opens at the close before it.

    The close is that times exp(-s^2 / 2 + s z), on average no change. The highest and the lowest
    price on the way are drawn from their distributions for a Brownian path with these two ends
    (its maximum is (x + sqrt(x^2 - 2 s^2 log u)) / 2), so that stops and targets inside a bar are
    fair as well. Symbols walk by themselves.
    """
    bars = bars.adjusted()
    columns = {name: values.copy() for name, values in bars.columns.items()}
    for n, deviation in enumerate(volatility(bars)):
        own = np.flatnonzero(bars.present[:, n])
        if len(own):
            for name, values in _walked(bars["close"][own[0], n], len(own), deviation, chance):
                columns[name][own, n] = values
    return replace(bars, columns=columns)


def _walked(
    start: float, count: int, deviation: float, chance: np.random.Generator
) -> list[tuple[str, Floats]]:
    move = deviation * chance.standard_normal(count) - deviation**2 / 2.0
    close = start * np.exp(np.cumsum(move))
    opened = np.append(start, close[:-1])
    up, down = -2.0 * deviation**2 * np.log(1.0 - chance.random((2, count)))
    high = opened * np.exp((move + np.sqrt(move**2 + up)) / 2.0)
    low = opened * np.exp((move - np.sqrt(move**2 + down)) / 2.0)
    prices = {"open": opened, "high": high, "low": low, "close": close}
    return list(consistent(prices).items())
