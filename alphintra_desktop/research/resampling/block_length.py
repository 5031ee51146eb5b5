"""How long the blocks of a stationary bootstrap should be, from the data alone.

Politis and White 2004, "Automatic Block-Length Selection for the Dependent Bootstrap", Econometric
Reviews 23(1), pages 53-70, with the correction of Patton, Politis and White 2009, Econometric
Reviews 28(4), pages 372-375:

1. Find the smallest lag m after which `quiet` autocorrelations in a row are insignificant: at most
   2 sqrt(log10(n) / n) in size, with quiet = max(5, sqrt(log10 n)).
2. Weigh the autocovariances R(k) up to M = 2 m by the flat-top window, which is 1 until M / 2 and
   falls to 0 at M. g is the weighted sum of R(k), G that of |k| R(k), over both signs of k.
3. The length is (2 G^2 / (2 g^2))^(1/3) n^(1/3): the correction is the 2 g^2, the variance of the
   stationary bootstrap. At least 1, at most min(3 sqrt(n), n / 3).
"""

from __future__ import annotations

import math

import numpy as np

from alphintra_desktop.market.bars import Floats

SIGNIFICANT = 2.0  # the c of the paper


def block_length(values: Floats) -> float:
    """The mean length of the blocks, at least 1. 1 for fewer than 4 values, or equal ones."""
    count = len(values)
    centred = values - values.mean() if count else values
    if count < 4 or not float(centred @ centred) > 1e-28 * count:
        return 1.0
    quiet = max(5, math.ceil(math.sqrt(math.log10(count))))
    longest = min(count - 1, math.ceil(math.sqrt(count)) + quiet)
    covariances = np.array([centred[k:] @ centred[: count - k] / count for k in range(longest + 1)])
    last = last_significant(covariances[1:] / covariances[0], count, quiet)
    reach = min(2 * last, longest)
    lags = np.arange(1, reach + 1)
    weights = np.minimum(1.0, 2.0 * (1.0 - lags / max(reach, 1)))
    terms = 2.0 * weights * covariances[1 : reach + 1]
    spectrum, slope = covariances[0] + terms.sum(), (lags * terms).sum()
    if not abs(spectrum) > 1e-14 * covariances[0]:
        return _most(count)
    length = (slope / spectrum) ** 2
    return float(min(max(np.cbrt(length * count), 1.0), _most(count)))


def last_significant(correlations: Floats, count: int, quiet: int) -> int:
    """The smallest m, at least 1, after which `quiet` autocorrelations are insignificant.

    `correlations` begin with lag 1. Where no run of them is quiet, the last significant lag.
    """
    limit = SIGNIFICANT * math.sqrt(math.log10(count) / count)
    loud = np.flatnonzero(np.abs(correlations) > limit) + 1
    before = 0
    for lag in loud.tolist():
        if lag - before > quiet:
            break
        before = lag
    return max(before, 1)


def _most(count: int) -> float:
    return float(math.ceil(min(3.0 * math.sqrt(count), count / 3.0)))
