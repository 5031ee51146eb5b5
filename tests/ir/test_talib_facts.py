"""What is said of TA-Lib's functions holds for the functions themselves, all of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import talib
from talib import abstract

from alphintra_desktop.ir import ops
from alphintra_desktop.ir.formulas import filled
from alphintra_desktop.ir.talib_facts import bars_back, keeps_the_scale, lookback
from tests.ir.examples import CLOSE

ROWS, CHANGED = 320, 150
# 0 stands for nothing to say, also before the lookback.
WHOLE_NUMBERS = ("HT_TRENDMODE", "MAXINDEX", "MININDEX", "MINMAXINDEX", "FRACTAL", "SUPERTREND")
OUT_OF_NOTHING = ("AD", "NVI", "PVI", "VWAP", "WAD")


def prices(seed: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.02, ROWS)))
    open_ = close * np.exp(random.normal(0, 0.01, ROWS))
    return {
        "open": open_,
        "high": np.maximum(open_, close) * (1 + abs(random.normal(0, 0.01, ROWS))),
        "low": np.minimum(open_, close) * (1 - abs(random.normal(0, 0.01, ROWS))),
        "close": close,
        "volume": random.integers(100, 1000, ROWS).astype(float),
        "periods": random.integers(2, 20, ROWS).astype(float),
    }


def run(function: str, bars: dict[str, np.ndarray], params=()) -> np.ndarray:
    """(outputs, T)."""
    names = []
    for value in abstract.Function(function).info["input_names"].values():
        names += [value] if isinstance(value, str) else value
    # Cosines and the like want numbers from -1 to 1, and exponentials small ones.
    scale = 0.001 if function in ("ACOS", "ASIN", "EXP", "COSH", "SINH") else 1
    made = getattr(talib, function)(*(bars[name] * scale for name in names), *params)
    return np.atleast_2d(np.array(made, dtype=float))


def op_of(function: str, params=None) -> ops.TaLib:
    defaults = tuple(abstract.Function(function).info["parameters"].values())
    return ops.TaLib(function, (CLOSE,), defaults if params is None else params, 0)


def last_trace(function: str, params=(), seeds=range(8)) -> int:
    """How long after one bar was changed the outputs still differ."""
    furthest = 0
    for seed in seeds:
        bars = prices(seed)
        changed = {name: values.copy() for name, values in bars.items()}
        for name in ("open", "high", "low", "close"):
            changed[name][CHANGED] *= np.exp(np.random.default_rng(seed).normal(0, 0.1))
        changed["volume"][CHANGED] *= 1.5
        before, after = run(function, bars, params), run(function, changed, params)
        same = np.isclose(before, after, rtol=1e-9, atol=1e-9, equal_nan=True).all(axis=0)
        furthest = max(furthest, int(np.flatnonzero(~same).max(initial=CHANGED)) - CHANGED)
    return furthest


@pytest.mark.parametrize("function", talib.get_functions())
def test_that_a_function_looks_back_as_far_as_is_said(function):
    # The trend mode seldom changes at all.
    seeds = range(40 if function == "HT_TRENDMODE" else 8)
    said, found = bars_back(op_of(function)), last_trace(function, seeds=seeds)
    assert found <= said
    assert math.isinf(said) == (found > lookback(op_of(function)))


@pytest.mark.parametrize("average", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13])
def test_that_the_kind_of_average_decides_how_far_back_a_function_looks(average):
    op = op_of("MA", (9.0, float(average)))
    found = last_trace("MA", (9, average))
    assert math.isinf(bars_back(op)) == (found > lookback(op))


@pytest.mark.parametrize("function", talib.get_functions())
def test_that_a_function_sees_nothing_of_the_bars_after(function):
    bars = prices(1)
    whole = run(function, bars)
    for rows in (70, 151, 290):
        known = run(function, {name: values[:rows] for name, values in bars.items()})
        np.testing.assert_array_equal(whole[:, :rows], known)


@pytest.mark.parametrize("function", talib.get_functions())
def test_that_outputs_in_units_of_the_price_are_known(function):
    if function in ("ACOS", "ASIN", "EXP", "COSH", "SINH"):
        assert not keeps_the_scale(op_of(function))
        return
    bars = prices(2)
    doubled = {
        name: values if name in ("volume", "periods") else 2 * values
        for name, values in bars.items()
    }
    once, twice = run(function, bars), run(function, doubled)
    changes = ~np.isclose(once, twice, equal_nan=True).all(axis=1)
    doubles = np.isclose(2 * once, twice, equal_nan=True).all(axis=1)
    assert keeps_the_scale(op_of(function)) == bool((changes & doubles).any())


@pytest.mark.parametrize("function", talib.get_functions())
def test_that_the_first_number_comes_after_the_lookback(function):
    made = run(function, prices(3))
    first = np.flatnonzero(~np.isnan(made).all(axis=0))[0]
    is_whole = "CDL" in function or function in WHOLE_NUMBERS
    assert first == (0 if is_whole else lookback(op_of(function)))


@pytest.mark.parametrize("function", talib.get_functions())
@pytest.mark.parametrize("rows", [0, 1, 2, 5])
def test_that_too_few_bars_give_no_number_and_no_error(function, rows):
    made = run(function, {name: values[:rows] for name, values in prices(1).items()})
    assert made.shape[1] == rows
    empty = run(function, {name: np.full(rows, np.nan) for name in prices(1)})
    assert np.isnan(empty[:, :-1]).all() or function in WHOLE_NUMBERS or "CDL" in function
    if rows and function in OUT_OF_NOTHING:
        assert empty[0, -1] in (0, 1000), "TA-Lib starts on the last bar if there is no number"
    elif function not in WHOLE_NUMBERS and "CDL" not in function:
        assert np.isnan(empty).all()


def test_that_a_gap_is_bridged_by_the_last_known_value_and_nothing_else_is():
    values = np.array([np.nan, np.nan, 1, np.nan, np.nan, 4, 5])
    np.testing.assert_array_equal(filled(values), [np.nan, np.nan, 1, 1, 1, 4, 5])
    np.testing.assert_array_equal(talib.SMA(filled(values), 2)[2:], [np.nan, 1, 1, 2.5, 4.5])
    assert np.isnan(talib.SMA(values, 2)[3:]).all(), "TA-Lib itself never recovers from a gap"
    np.testing.assert_array_equal(filled(np.array([1, 2])), [1.0, 2.0])
    assert len(filled(np.array([]))) == 0


# ------------------------------------------------ a few formulas written out by hand


def average(values, window, t):
    return sum(values[t - window + 1 : t + 1]) / window


def smoothed(values, first, seed, share):
    """Exponential smoothing from bar `first` on, where it is `seed`."""
    made = {first: seed}
    for t in range(first + 1, len(values)):
        made[t] = made[t - 1] + share * (values[t] - made[t - 1])
    return made


def check(made, expected):
    for t, value in expected.items():
        assert made[t] == pytest.approx(value, rel=1e-9)
    assert np.isnan(made[: min(expected)]).all()


def test_that_sma_ema_and_bollinger_bands_are_what_the_books_say():
    close = prices(4)["close"]
    check(talib.SMA(close, 10), {t: average(close, 10, t) for t in range(9, ROWS)})
    check(talib.EMA(close, 10), smoothed(close, 9, average(close, 10, 9), 2 / 11))
    upper, middle, lower = talib.BBANDS(close, 10, 2.0, 2.0, 0)
    spread = {
        t: math.sqrt(sum((x - average(close, 10, t)) ** 2 for x in close[t - 9 : t + 1]) / 10)
        for t in range(9, ROWS)
    }
    check(middle, {t: average(close, 10, t) for t in spread})
    check(upper, {t: average(close, 10, t) + 2 * width for t, width in spread.items()})
    check(lower, {t: average(close, 10, t) - 2 * width for t, width in spread.items()})


def test_that_rsi_is_wilders():
    close = prices(5)["close"]
    changes = np.diff(close, prepend=close[0])
    gains, losses = np.maximum(changes, 0), np.maximum(-changes, 0)
    gain = smoothed(gains, 14, average(gains, 14, 14), 1 / 14)
    loss = smoothed(losses, 14, average(losses, 14, 14), 1 / 14)
    check(talib.RSI(close, 14), {t: 100 * gain[t] / (gain[t] + loss[t]) for t in gain})


def test_that_average_true_range_starts_with_the_second_bar():
    bars = prices(6)
    high, low, close = bars["high"], bars["low"], bars["close"]
    ranges = [math.nan] + [
        max(high[t], close[t - 1]) - min(low[t], close[t - 1]) for t in range(1, ROWS)
    ]
    check(talib.ATR(high, low, close, 14), smoothed(ranges, 14, average(ranges, 14, 14), 1 / 14))


def test_that_macd_starts_both_averages_together():
    close = prices(7)["close"]
    slow = smoothed(close, 25, average(close, 26, 25), 2 / 27)
    fast = smoothed(close, 25, average(close, 12, 25), 2 / 13)
    line = np.array([math.nan] * 25 + [fast[t] - slow[t] for t in range(25, ROWS)])
    signal = smoothed(line, 33, average(line, 9, 33), 2 / 10)
    macd, made_signal, histogram = talib.MACD(close, 12, 26, 9)
    check(macd, {t: line[t] for t in signal})
    check(made_signal, signal)
    check(histogram, {t: line[t] - signal[t] for t in signal})
