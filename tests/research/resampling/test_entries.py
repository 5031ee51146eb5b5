"""Entries at random: the same trades at other times, and a p-value that is what it says."""

from __future__ import annotations

import numpy as np
import pytest

from alphintra_desktop.research.resampling.entries import (
    Stretches,
    chance_of,
    entries,
    mean_return,
    random_mean,
    stretches_of,
)
from alphintra_desktop.research.resampling.paths import Paths
from tests.fuzzing import rounds
from tests.research.resampling.stressed import made_subject, stopped_crossover


def wandering(chance: np.random.Generator, bars: int = 200) -> np.ndarray:
    return 100.0 * np.exp(np.cumsum(0.01 * chance.standard_normal(bars)))


def stretches(chance: np.random.Generator, prices: np.ndarray) -> Stretches:
    """Ten trades of one to eight bars."""
    length = chance.integers(1, 9, size=10)
    side = chance.choice([-1.0, 1.0], size=10)
    nothing = np.zeros(10, dtype=np.int64)
    return Stretches(nothing, length, side, np.zeros(10, bool), prices, prices)


class Recording(Stretches):
    """Keeps where trades were put instead of what they return."""

    def returns(self, first, order):
        return np.array([first, first + self.length[order]])


def test_that_random_trades_do_not_overlap_and_stay_on_the_bars():
    chance = np.random.default_rng(1)
    one = stretches(chance, wandering(chance, 60))
    kept = Recording(*(getattr(one, name) for name in one.__dataclass_fields__))
    starts = set()
    for _ in range(300):
        first, last = kept.drawn(chance)
        assert (first[1:] >= last[:-1]).all()
        assert first[0] >= 0
        assert last[-1] <= 59
        assert sorted(last - first) == sorted(one.length)
        starts.add(int(first[0]))
    assert len(starts) > 1


@pytest.mark.fuzz
def test_that_p_is_uniform_where_there_is_no_skill():
    """The measured strategy is itself a random one, on a new market each time."""
    samples, drawn = min(rounds(400), 5_000), 39
    found = []
    for number in range(samples):
        chance = np.random.default_rng([7, number])
        one = stretches(chance, wandering(chance))
        measured = float(one.drawn(chance).mean())
        others = np.array(
            [random_mean([one], np.random.default_rng([8, number, n])) for n in range(drawn)]
        )
        found.append(chance_of(others, measured))
    # Of 40 equally likely values, each tenth holds four.
    counts = np.histogram(found, bins=np.linspace(0.0, 1.0, 11) + 1e-9)[0]
    expected = samples / 10
    assert ((counts - expected) ** 2 / expected).sum() < 27.9  # chi-square, 9 degrees: 0.1 %
    assert np.mean(np.array(found) <= 0.05) == pytest.approx(0.05, abs=3.5 * 0.22 / samples**0.5)


def test_that_skill_has_a_small_p_and_its_opposite_a_large_one():
    chance = np.random.default_rng(3)
    prices = wandering(chance, 400)
    length = np.full(20, 5)
    best = np.sort(np.argsort(prices[5::6] / prices[:-5:6])[-20:] * 6)
    nothing = np.zeros(20, bool)
    skilled = Stretches(best, length, np.ones(20), nothing, prices, prices)
    drawn = np.array([random_mean([skilled], np.random.default_rng([9, n])) for n in range(200)])
    assert chance_of(drawn, mean_return([skilled])) == 1 / 201
    assert chance_of(drawn, -mean_return([skilled])) > 0.9


def test_that_a_runs_trades_are_taken_as_they_were():
    subject = made_subject(graph=stopped_crossover())
    (one,) = stretches_of(subject)
    trades = subject.trades
    assert len(one.first) == len(trades.symbol)
    closed = ~trades.is_open
    ours = one.returns(one.first, np.arange(len(one.first)))[closed[np.argsort(trades.entry_bar)]]
    theirs = (trades.side * (trades.exit_price / trades.entry_price - 1.0))[closed]
    np.testing.assert_allclose(np.sort(ours), np.sort(theirs), rtol=1e-9)  # it has no costs


def test_that_the_answer_says_how_many_random_ones_do_as_well():
    found = entries(made_subject(), Paths(seed=1, paths=200))
    assert 0.0 < found["p_value"] <= 1.0
    assert found["mean_trade"]["at_least_measured"] == pytest.approx(
        (found["p_value"] * 201 - 1) / 200
    )
    assert entries(made_subject(count=40), Paths(1, 10))["skipped"]
