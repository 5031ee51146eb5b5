"""Splits and dividends, found in the adjustment of prices.

A vendor that gives traded prices and adjusted closes gives the events too, between the lines. Let
f = adjusted close / close, so that r = f[t] / f[t-1] is 1 on every day without an event. Steps:

1. A step is real when |ln r| exceeds what rounding of the two closes can make of it: half a unit of
   the last decimal of each of the four numbers, relative to them, and half as much again.
2. A real step is a split when r is at least 1.2 away from 1, the traded open really jumped by
   about 1 / r, and r is a ratio of small whole numbers: n:m up to 20 within rounding, or n:1, 1:n
   (to 50), 3:2, 5:2, 4:3, 5:4 and their inverses within 0.5 %, so that a dividend may fall on the
   same day.
3. What a split leaves of r, or all of r without one, is a dividend if it is still a real step and
   above 1: cash for a share held over the night = close[t-1] * (1 - split / r).

A spin-off looks the same as a dividend of its value, and is treated as one. A special dividend of
a fifth of the price or more whose r is a small ratio looks the same as a split.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from alphintra_desktop.market.bars import Booleans, Floats

_LEAST_SPLIT = np.log(1.2)
_MOST_DECIMALS = 9
# What float32 prices, which some vendors keep, cost in precision.
_FLOAT_NOISE = 2.0**-22


def _ratios(pairs: set[tuple[int, int]]) -> Floats:
    both = pairs | {(m, n) for n, m in pairs}
    plainest = sorted(both, key=lambda pair: (sum(pair), pair))
    values = np.array([n / m for n, m in plainest])
    _, first = np.unique(values, return_index=True)
    return values[np.sort(first)]


_PLAIN = _ratios({(n, 1) for n in range(2, 51)} | {(3, 2), (5, 2), (4, 3), (5, 4)})
_SMALL = _ratios({(n, m) for n, m in product(range(1, 21), repeat=2) if n != m})
_PLAIN_TOLERANCE = 0.005


@dataclass(frozen=True, eq=False)
class Adjustment:
    """Factors and events of one series, each (R,): see `Bars` for their meaning."""

    adj_factor: Floats
    split: Floats
    dividend: Floats


def from_adjusted_closes(opens: Floats, closes: Floats, adjusted: Floats) -> Adjustment:
    """The factor is adjusted / close to the last bit; events as this module's text says."""
    noise = _rounding(closes) / closes + _rounding(adjusted) / adjusted + _FLOAT_NOISE
    factor = adjusted / closes
    split, dividend = _events(opens, closes, factor, noise)
    return Adjustment(factor, split, dividend)


def from_factors(opens: Floats, closes: Floats, factor: Floats) -> Adjustment:
    """The same for a file that states the factor itself."""
    noise = _rounding(factor) / factor + _FLOAT_NOISE
    split, dividend = _events(opens, closes, factor, noise)
    return Adjustment(factor, split, dividend)


def factor_of_events(closes: Floats, split: Floats, dividend: Floats) -> Floats:
    """The factor that stated events make, 1 at the last bar: the CRSP back-adjustment."""
    before = np.concatenate([closes[:1], closes[:-1]])
    keeps = np.maximum(1.0 - dividend / before, 0.0) / split
    steps = np.concatenate([keeps[1:], [1.0]])
    return np.asarray(np.cumprod(steps[::-1])[::-1])


def already_in_the_prices(opens: Floats, closes: Floats, split: Floats) -> Booleans:
    """(R,): stated splits at which the price did not jump, so that it was adjusted before."""
    jump = _overnight(opens, closes)
    quiet = np.abs(jump + np.log(split)) > np.abs(jump)
    return np.asarray((split != 1) & quiet, dtype=np.bool_)


def _events(opens: Floats, closes: Floats, factor: Floats, noise: Floats) -> tuple[Floats, Floats]:
    step = np.concatenate([[0.0], np.diff(np.log(factor))])
    doubt = 1.5 * (noise + np.concatenate([noise[:1], noise[:-1]]))
    jump = _overnight(opens, closes)
    jumped = np.abs(jump + step) < np.abs(jump)
    split = np.ones(len(step))
    for row in np.flatnonzero((np.abs(step) > np.maximum(doubt, _LEAST_SPLIT - 0.005)) & jumped):
        split[row] = _nearest_ratio(float(np.exp(step[row])), float(doubt[row]))
    rest = step - np.log(split)
    before = np.concatenate([closes[:1], closes[:-1]])
    dividend = np.where(rest > doubt, before * -np.expm1(-rest), 0.0)
    return split, dividend


def _overnight(opens: Floats, closes: Floats) -> Floats:
    return np.concatenate([[0.0], np.log(opens[1:] / closes[:-1])])


def _nearest_ratio(step: float, doubt: float) -> float:
    """The plainest ratio that the step can be, or 1 if it is none."""
    for ratios, tolerance in ((_SMALL, doubt), (_PLAIN, max(doubt, _PLAIN_TOLERANCE))):
        near = ratios[np.abs(step / ratios - 1) <= tolerance]
        near = near[np.abs(np.log(near)) >= _LEAST_SPLIT - 1e-12]
        if len(near):
            return float(near[0])
    return 1.0


def _rounding(values: Floats) -> float:
    """Half a unit of the last decimal that any of the values has; 0 if they have very many."""
    for decimals in range(_MOST_DECIMALS):
        if np.array_equal(np.round(values, decimals), values):
            return float(0.5 * 10.0**-decimals)
    return 0.0
