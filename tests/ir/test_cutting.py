"""Taking the future away never changes the past, and whoever lets it is caught."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.ir import formulas, ops
from alphintra_desktop.ir.cutting import ChangedPast, first_change_when_cut, spread_cuts
from tests.ir import examples
from tests.ir.fast import fast
from tests.ir.tables import FUTURES, cut_off, random_table, without_future

CAUSAL = [op for op in examples.ALL if not isinstance(op, ops.AHEAD)]
ROWS = 60


def first_change(compute, table, futures=FUTURES):
    cuts = spread_cuts(len(table.timestamps), 6)
    for until in futures:
        found = first_change_when_cut(compute, table, until=until, cuts=cuts)
        if found is not None:
            return found
    return None


@pytest.mark.parametrize("op", CAUSAL, ids=examples.named)
@settings(max_examples=5)
@given(
    seed=st.integers(0, 10**6),
    step=st.sampled_from(["1h", "1d"]),
    gaps=st.booleans(),
    whole=st.booleans(),
)
def test_that_no_later_bar_changes_a_number_or_flag(op, seed, step, gaps, whole):
    table = random_table(seed, ROWS, step=step, gaps=gaps, whole=whole)
    assert first_change(lambda bars: {"value": fast(op, bars)}, table) is None


SEERS = [op for op in examples.ALL if isinstance(op, ops.AHEAD)]


@pytest.mark.parametrize("until", FUTURES)
@pytest.mark.parametrize("op", SEERS, ids=examples.named)
def test_that_what_looks_ahead_is_caught_by_every_way_to_change_the_future(op, until):
    found = first_change(lambda bars: {"value": fast(op, bars)}, random_table(1, ROWS), [until])
    assert found is not None
    assert found.name == "value"


def by_symbol(function):
    """A buggy formula of one symbol's own bars, made to compute a whole table."""

    def compute(table):
        result = np.full(table.present.shape, np.nan)
        for symbol in range(len(table.symbols)):
            result[table.present[:, symbol], symbol] = function(table.own(symbol))
        return {"value": result}

    return compute


def shifted_back(bars):
    return pd.Series(bars["close"]).shift(-1)


def centred_window(bars):
    return pd.Series(bars["close"]).rolling(5, center=True).mean()


def z_score_of_the_whole_sample(bars):
    close = pd.Series(bars["close"])
    return (close - close.mean()) / close.std()


def filled_from_behind(bars):
    return pd.Series(bars["volume"]).bfill()


def longer_bar_before_its_close(step, bars):
    longer = formulas.longer_bars(bars, {"1h": "4h", "1d": "1w"}[step], step, False)
    starts = np.searchsorted(longer["timestamp"], bars["timestamp"], side="right") - 1
    return longer["close"][starts]


def same_bar_of_another_symbol_later(bars):
    return np.roll(bars["close"], -1)


def normalised_by_the_maximum(bars):
    return bars["close"] / bars["close"].max(initial=1)


@pytest.mark.parametrize("step", ["1h", "1d"])
@pytest.mark.parametrize(
    "bug",
    [
        shifted_back,
        centred_window,
        z_score_of_the_whole_sample,
        filled_from_behind,
        "longer_bar_before_its_close",
        same_bar_of_another_symbol_later,
        normalised_by_the_maximum,
    ],
)
@pytest.mark.parametrize("gaps", [True, False])
def test_that_a_seeded_look_ahead_is_caught(bug, step, gaps):
    if bug == "longer_bar_before_its_close":
        bug = partial(longer_bar_before_its_close, step)
    table = random_table(3, ROWS, step=step, gaps=gaps)
    if bug is filled_from_behind:
        table.columns["volume"][::3] = np.nan
    found = first_change(by_symbol(bug), table)
    assert found is not None
    assert 0 <= found.bar < found.cut


def test_that_an_honest_computation_passes_the_check_that_catches_the_bugs():
    honest = by_symbol(lambda bars: pd.Series(bars["close"]).rolling(5).mean())
    assert first_change(honest, random_table(3, ROWS)) is None


@pytest.mark.parametrize("weekday_market", [True, False])
@pytest.mark.parametrize("step", ["1h", "1d", "1w"])
@pytest.mark.parametrize("timeframe", ["4h", "1d", "1w", "1mo"])
def test_that_longer_bars_stay_causal_when_bars_come_sooner_than_their_timeframe_says(
    timeframe, step, weekday_market
):
    def compute(table):
        made = np.full(table.present.shape, np.nan)
        for symbol in range(3):
            bars = table.own(symbol)
            longer = formulas.longer_bars(bars, timeframe, step, weekday_market)
            made[table.present[:, symbol], symbol] = formulas.on_bar_close(longer["close"], longer)
        return {"value": made}

    hours = random_table(5, ROWS, step="1h")
    faster = replace(
        hours, timestamps=hours.timestamps[:1] + (hours.timestamps - hours.timestamps[0]) // 3
    )
    assert first_change(compute, hours) is None
    assert first_change(compute, faster) is None


def test_that_the_first_bar_that_differs_is_named():
    table = random_table(1, 20, gaps=False)

    def compute(bars):
        close = bars.columns["close"]
        late = close.copy()
        late[5:9:3] += len(close)
        return {"entry": late, "exit": close, "stop": np.where(close > 0, late, late)}

    found = first_change_when_cut(compute, table, until=cut_off, cuts=[3, 10])
    assert found == ChangedPast(5, "entry", 10)


def test_that_an_output_that_appears_or_shrinks_with_the_future_is_a_change():
    table = random_table(1, 20)

    def appears(bars):
        return {"late": np.zeros(len(bars.timestamps))} if len(bars.timestamps) == 20 else {}

    def shrinks(bars):
        return {
            "short": np.zeros(min(len(bars.timestamps), 4 if len(bars.timestamps) < 20 else 20))
        }

    found = first_change_when_cut(appears, table, until=cut_off, cuts=[7])
    assert found == ChangedPast(0, "late", 7)
    found = first_change_when_cut(shrinks, table, until=cut_off, cuts=[7])
    assert found == ChangedPast(4, "short", 7)


def test_that_rounding_can_be_forgiven():
    table = random_table(1, 20)
    table.columns["close"][:] = 5

    def compute(bars):
        return {"value": np.full(len(bars.timestamps), 1 + 1e-12 * len(bars.timestamps))}

    strict = partial(first_change_when_cut, compute, table, until=without_future, cuts=[10])
    assert strict() is None
    loose = partial(first_change_when_cut, compute, table, until=cut_off, cuts=[10])
    assert loose() == ChangedPast(0, "value", 10)
    assert loose(tolerance=1e-9) is None


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 10, 1000])
def test_that_cuts_leave_something_on_both_sides(rows):
    cuts = spread_cuts(rows, 8)
    assert all(0 < cut < rows for cut in cuts)
    assert len(cuts) >= min(rows - 1, 4)
    assert cuts == sorted(set(cuts))
