"""Bars that could have been: consistent, on the same calendar, and fair where they claim to be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alphintra_desktop.market.bars import Bars
from alphintra_desktop.research.resampling.altered_bars import (
    block_path,
    closes_before,
    noisy,
    random_walk,
    rows_of_days,
    shuffled,
    volatility,
)
from tests.research.resampling.stressed import made_bars

CHANCE = np.random.default_rng


def gappy(count: int = 300) -> Bars:
    """Two symbols; the second one begins later and misses some bars."""
    bars = made_bars(count, symbols=2)
    missing = CHANCE(5).random(count) < 0.1
    missing[:30] = True
    columns = {name: values.copy() for name, values in bars.columns.items()}
    for values in columns.values():
        values[missing, 1] = np.nan
    return replace(bars, columns=columns)


MADE = {
    "noise": lambda bars, chance: noisy(bars, chance, 0.3),
    "blocks": lambda bars, chance: block_path(bars, chance, 10.0),
    "shuffled": shuffled,
    "walk": random_walk,
}


@pytest.mark.parametrize("way", MADE)
@pytest.mark.parametrize("bars", [made_bars(300), gappy()], ids=["one", "gappy"])
def test_that_prices_stay_consistent(way, bars):
    made = MADE[way](bars, CHANCE(1))
    here = made.present
    four = np.array([made[name] for name in ("open", "high", "low", "close")])
    assert (np.isnan(four) == ~here).all()
    assert (made["high"][here] >= four.max(axis=0)[here]).all()
    assert (made["low"][here] <= four.min(axis=0)[here]).all()
    assert (made["low"][here] > 0.0).all()
    assert (made.timestamps == bars.timestamps).all()
    assert here.sum() > 0.8 * bars.present.sum()
    assert all(values.flags.c_contiguous for values in made.columns.values())
    assert not np.array_equal(made["close"], bars["close"], equal_nan=True)


def test_that_the_close_before_skips_missing_bars():
    bars = gappy(80)
    before = closes_before(bars)
    assert np.isnan(before[0]).all()
    for t in range(1, 80):
        known = bars["close"][:t, 1][bars.present[:t, 1]]
        assert before[t, 1] == known[-1] if len(known) else np.isnan(before[t, 1])


def test_that_one_block_of_everything_is_the_same_path_turned_round():
    bars = made_bars(50)
    made = block_path(bars, CHANCE(1), 1e9)
    was, now = (np.sort((b["close"] / closes_before(b))[1:, 0]) for b in (bars, made))
    np.testing.assert_allclose(now, was)
    assert made["close"][-1, 0] == pytest.approx(bars["close"][-1, 0])


def test_that_days_stay_together_across_symbols():
    bars = made_bars(200, symbols=2)
    pairs = {tuple(np.round(row, 9)) for row in (bars["close"] / closes_before(bars))[1:]}
    made = block_path(bars, CHANCE(1), 5.0)
    drawn = {tuple(np.round(row, 9)) for row in (made["close"] / closes_before(made))[1:]}
    assert drawn <= pairs


def test_that_splits_are_taken_out_before_bars_are_mixed():
    bars = made_bars(100)
    columns = dict(bars.columns)
    split = np.ones((100, 1))
    split[50] = 2.0
    factor = np.where(np.arange(100)[:, None] < 50, 0.5, 1.0)
    raw = {name: columns[name] / factor for name in ("open", "high", "low", "close")}
    made = block_path(
        replace(bars, columns={**columns, **raw, "split": split, "adj_factor": factor}),
        CHANCE(1),
        5.0,
    )
    moves = (made["close"] / closes_before(made))[1:]
    assert np.abs(np.log(moves)).max() < 0.4
    assert (made["split"] == 1.0).all()


@pytest.mark.parametrize("way", ["shuffled", "walk"])
def test_that_markets_without_memory_have_neither_drift_nor_dependence(way):
    bars, ends, correlated = made_bars(250), [], []
    for number in range(400):
        made = MADE[way](bars, CHANCE([1, number]))
        returns = (made["close"] / closes_before(made))[1:, 0] - 1.0
        ends.append(made["close"][-1, 0] / made["close"][0, 0])
        correlated.append(np.corrcoef(returns[1:], returns[:-1])[0, 1])
    for values, expected in ((np.array(ends), 1.0), (np.array(correlated), -1.0 / 249)):
        error = values.std() / np.sqrt(len(values))
        assert values.mean() == pytest.approx(expected, abs=3.5 * error)


def test_that_noise_has_the_asked_size_and_does_not_add_up():
    bars = made_bars(2000)
    made = noisy(bars, CHANCE(2), 0.1)
    moved = np.log(made["close"] / bars["close"])
    assert moved.std() == pytest.approx(0.1 * volatility(bars)[0], rel=0.05)
    assert abs(moved[-1, 0]) < volatility(bars)[0]


def test_that_a_stop_inside_a_walks_bar_is_a_fair_bet():
    """Leaving at a level below when a bar touches it, else at its close, earns nothing."""
    bars, earned = made_bars(3000), []
    for number in range(20):
        made = random_walk(bars, CHANCE([9, number]))
        level = made["open"] * (1.0 - 0.7 * volatility(bars)[0])
        left = np.where(made["low"] <= level, level, made["close"])
        earned.append((left / made["open"] - 1.0)[1:, 0])
    found = np.concatenate(earned)
    assert found.mean() == pytest.approx(0.0, abs=3.5 * found.std() / np.sqrt(len(found)))


def test_that_bars_within_a_day_keep_their_time_of_day():
    days = [7, 7, 4, 7, 7, 7, 4, 7, 7, 7]  # two of them shorter
    start = np.datetime64("2024-01-01T09:00", "ns")
    stamps = np.concatenate(
        [
            start + np.timedelta64(day, "D") + np.arange(count) * np.timedelta64(1, "h")
            for day, count in enumerate(days)
        ]
    )
    hours = (stamps - stamps.astype("datetime64[D]")).astype("timedelta64[h]")
    for number in range(50):
        rows = rows_of_days(stamps, CHANCE(number), 10.0)
        assert len(rows) == len(stamps) - 1
        assert rows.min() >= 1
        assert (hours[rows[6:]] == hours[1:][6:]).all()
    assert len({tuple(rows_of_days(stamps, CHANCE(n), 10.0)) for n in range(20)}) > 10
