"""The automatic length of blocks: against the formula done by hand, and on series we know."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alphintra_desktop.research.resampling.block_length import block_length, last_significant


def autoregressive(chance: np.random.Generator, count: int, phi: float) -> np.ndarray:
    values = chance.standard_normal(count)
    for t in range(1, count):
        values[t] += phi * values[t - 1]
    return values


def test_that_independent_values_need_blocks_of_about_one():
    lengths = [block_length(np.random.default_rng(n).standard_normal(500)) for n in range(40)]
    assert np.median(lengths) < 3.0


def test_that_the_length_follows_theory_for_an_autoregression():
    # (2 G^2 / (2 g^2))^(1/3) n^(1/3) with g = s^2 / (1 - phi)^2 and G = 2 phi g / (1 - phi^2).
    phi, count = 0.5, 4000
    theory = (2 * phi / (1 - phi**2)) ** (2 / 3) * count ** (1 / 3)
    lengths = [
        block_length(autoregressive(np.random.default_rng(n), count, phi)) for n in range(20)
    ]
    assert np.mean(lengths) == pytest.approx(theory, rel=0.2)


def test_that_the_formula_is_the_one_of_the_paper():
    values = autoregressive(np.random.default_rng(3), 200, 0.6)
    count, centred = 200, values - values.mean()
    r = [float(np.sum(centred[k:] * centred[: count - k])) / count for k in range(60)]
    limit = 2 * math.sqrt(math.log10(count) / count)
    m = next(m for m in range(1, 50) if all(abs(r[m + k] / r[0]) <= limit for k in range(1, 6)))
    window = {k: min(1.0, 2 * (1 - k / (2 * m))) for k in range(1, 2 * m + 1)}
    g = r[0] + 2 * sum(window[k] * r[k] for k in window)
    slope = 2 * sum(window[k] * k * r[k] for k in window)
    assert block_length(values) == pytest.approx((2 * slope**2 / (2 * g**2) * count) ** (1 / 3))


def test_that_a_constant_or_nothing_has_blocks_of_one():
    assert block_length(np.zeros(100)) == 1.0
    assert block_length(np.empty(0)) == 1.0
    assert block_length(np.full(50, 0.1)) == 1.0


def test_that_blocks_are_never_longer_than_the_paper_lets_them_be():
    wandering = np.cumsum(np.random.default_rng(1).standard_normal(400))
    assert 1.0 <= block_length(wandering) <= math.ceil(3 * math.sqrt(400))


def test_that_a_lag_counts_until_a_quiet_run_begins():
    assert last_significant(np.array([0.9, 0.9, 0, 0, 0.9, 0, 0, 0, 0, 0, 0.9]), 100, 5) == 5
    assert last_significant(np.zeros(11), 100, 5) == 1
