"""Datasets, weights and schedules: against slow and obvious versions of themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.learning.dataset import dataset_of, rows_of
from alphintra_desktop.learning.schedule import Schedule, blocks_of
from alphintra_desktop.learning.weights import uniqueness
from alphintra_desktop.market.store import load_bars
from tests.drawing import Drawing
from tests.learning.made_rows import empty_bars, made_rows
from tests.research.made_library import import_made_bars


def drawn(symbols="AA, BB"):
    drawing = Drawing("Learn")
    data = drawing.add("market_data.dataset", dataset="made", symbols=symbols)
    close = drawing.add("prices.close", bars=data)
    fast = drawing.add("talib.sma", "Fast", values=close, period=10)
    rsi = drawing.add("talib.rsi", "RSI", values=close, period=14)
    label = drawing.add("labels.future_return", values=close, bars=5)
    return drawing.graph, {"fast": fast.id, "rsi": rsi.id}, label.id, close.id


def test_that_rows_hold_what_the_drawing_says_of_bars_and_symbols(library_of_this_test):
    import_made_bars(library_of_this_test)
    graph, features, label, _ = drawn()
    loaded = load_bars("made", ("AA", "BB"), "1d")
    made, rows = dataset_of(graph, features, label, loaded)
    close = loaded.bars.adjusted()["close"]
    for number in range(2):
        own = np.flatnonzero(loaded.bars.present[:, number])
        later = dict(zip(own[:-5], own[5:], strict=True))
        for row in np.flatnonzero(rows.symbol == number)[::17]:
            bar = rows.bar[row]
            assert rows.end[row] == later.get(bar, -1)
            if bar in later:
                expected = close[later[bar], number] / close[bar, number] - 1.0
                assert rows.label[row] == pytest.approx(expected)
    assert rows.names == ("fast", "rsi")
    assert made.expressions["rsi"].startswith("TaLib")
    assert rows.left_out + len(rows) == loaded.bars.present.sum()


def test_that_features_which_look_ahead_and_labels_which_do_not_are_refused(library_of_this_test):
    import_made_bars(library_of_this_test)
    graph, features, label, close = drawn()
    loaded = load_bars("made", ("AA", "BB"), "1d")
    with pytest.raises(AlphintraError, match="it is a label, and no feature"):
        dataset_of(graph, {**features, "leak": label}, label, loaded)
    with pytest.raises(AlphintraError, match="does not look into the future"):
        dataset_of(graph, features, close, loaded)


def test_that_a_feature_which_carries_the_label_is_refused(library_of_this_test):
    import_made_bars(library_of_this_test)
    drawing = Drawing("Leak")
    data = drawing.add("market_data.dataset", dataset="made", symbols="AA")
    close = drawing.add("prices.close", bars=data)
    label = drawing.add("labels.future_return", values=close, bars=1)
    code = (
        "def leak(values: Numbers) -> Numbers:\n"
        "    later = np.append(values[1:], np.nan)\n"
        "    return later / values - 1 + 1e-9 * values\n"
    )
    leak = drawing.add("custom.python", "Leak", values=close, code=code)
    loaded = load_bars("made", ("AA",), "1d")
    with pytest.raises(AlphintraError, match="'leak' is all but the label"):
        dataset_of(drawing.graph, {"leak": leak.id}, label.id, loaded)


def test_that_too_few_rows_are_refused():
    with pytest.raises(AlphintraError, match="too few to learn from"):
        made_rows(bars=80)


def slow_uniqueness(rows):
    found = np.zeros(len(rows))
    for row in np.flatnonzero(rows.known):
        same = np.flatnonzero(rows.known & (rows.symbol == rows.symbol[row]))
        open_bars = range(rows.bar[row] + 1, rows.end[row] + 1)
        shares = [
            1.0 / sum(rows.bar[other] < bar <= rows.end[other] for other in same)
            for bar in open_bars
        ]
        found[row] = np.mean(shares)
    return found


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_that_uniqueness_is_the_mean_share_of_the_bars_a_label_is_open(seed: int):
    draw = np.random.default_rng(seed)
    shape = (140, 2)
    horizon = draw.integers(1, 9, shape).astype(float)
    horizon[draw.random(shape) < 0.1] = np.nan
    label = draw.normal(size=shape)
    bars = empty_bars(*shape)
    rows = rows_of(bars, {"x": draw.normal(size=shape)}, label, horizon)
    assert uniqueness(rows) == pytest.approx(slow_uniqueness(rows))


@given(
    seed=st.integers(0, 10_000),
    every=st.integers(0, 200),
    window=st.sampled_from((0, 250, 300)),
    embargo=st.integers(0, 10),
    horizon=st.integers(1, 20),
)
@settings(max_examples=40, deadline=None)
def test_that_no_model_learns_from_a_label_that_was_open_when_it_first_predicts(
    seed: int, every: int, window: int, embargo: int, horizon: int
):
    rows = made_rows(bars=600, symbols=2, seed=seed, horizon=horizon)
    blocks = blocks_of(rows, Schedule(260, every and every + 20, window, embargo))
    predicted = np.concatenate([block.predict for block in blocks])
    assert len(np.unique(predicted)) == len(predicted)
    assert set(rows.bar[predicted]) == set(range(260, 600))
    for block in blocks:
        assert (rows.end[block.train] < block.begin - embargo).all()
        assert (rows.end[block.train] >= 0).all()
        if window:
            assert rows.bar[block.train].min() >= block.begin - window


def test_that_a_schedule_with_nothing_to_predict_is_refused():
    rows = made_rows(bars=300)
    with pytest.raises(AlphintraError, match="No bar is left to predict"):
        blocks_of(rows, Schedule(300))
    with pytest.raises(AlphintraError, match="would learn from"):
        blocks_of(rows, Schedule(50, 10))
