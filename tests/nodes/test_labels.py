"""Label nodes: worked by hand, and refused wherever they would lead to an order."""

from __future__ import annotations

import numpy as np
import pytest

from alphintra_desktop.backtest.features import label_values
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.codegen.problem import GraphHasProblems
from alphintra_desktop.market.bars import Bars
from tests.drawing import Drawing

CLOSE = np.array([100.0, 101, 103, 99, 90, 91, 92, 108, 110, 109])
HIGH = np.array([100.0, 102, 104, 104, 95, 92, 93, 109, 111, 110])
LOW = np.array([99.0, 100, 101, 95, 88, 90, 91, 92, 108, 108])


def bars() -> Bars:
    stamps = (np.datetime64("2024-01-01") + np.arange(10)).astype("datetime64[ns]")
    prices = {"open": CLOSE, "high": HIGH, "low": LOW, "close": CLOSE}
    other = {"volume": 1.0, "adj_factor": 1.0, "split": 1.0, "dividend": 0.0}
    columns = {name: values[:, None] for name, values in prices.items()}
    columns |= {name: np.full((10, 1), value) for name, value in other.items()}
    return Bars(stamps, ("S",), columns)


def drawn(kind: str, **more):
    drawing = Drawing("Labels")
    data = drawing.add("market_data.dataset", dataset="any", symbols="S")
    close = drawing.add("prices.close", bars=data)
    width = drawing.add("arithmetic.constant", value=0.05)
    given = {"bars": data, "width": width}
    if kind == "labels.meta_label":
        ninety = drawing.add("arithmetic.constant", value=99.5)
        given["signal"] = drawing.add("conditions.above", left=close, right=ninety)
    if kind == "labels.trend_scan":
        given = {"values": close}
    return drawing, drawing.add(kind, **given, **more)


def told(kind: str, output: str, **more):
    drawing, label = drawn(kind, **more)
    values, open_for = label_values(drawing.graph, f"{label.id}.{output}", bars())
    return values[:, 0], open_for


def test_that_the_first_barrier_counts_and_the_stop_where_one_bar_reaches_both():
    side, open_for = told("labels.triple_barrier", "side", target=1.0, stop=1.0, longest=3)
    # On the last bars neither is reached, and time is not up.
    expected = [-1, -1, -1, -1, 1, 1, 1, np.nan, np.nan, np.nan]
    np.testing.assert_array_equal(side, expected)
    np.testing.assert_array_equal(open_for[:, 0][:7], [3, 2, 1, 1, 3, 2, 1])


def test_that_a_return_is_that_of_the_barrier_or_of_the_last_close_in_time():
    returns, _ = told("labels.triple_barrier", "returns", target=1.0, stop=1.0, longest=3)
    assert returns[0] == pytest.approx(-0.05)
    assert returns[5] == pytest.approx(0.05)
    late, _ = told("labels.triple_barrier", "returns", target=9.0, stop=9.0, longest=3)
    assert late[4] == pytest.approx(108 / 90 - 1)


def test_that_a_meta_label_is_there_only_where_the_signal_is():
    paid, open_for = told("labels.meta_label", "paid", target=1.0, stop=1.0, longest=3)
    on = CLOSE > 99.5
    assert np.isnan(paid[~on]).all()
    np.testing.assert_array_equal(paid[:3], [0, 0, 0])
    assert np.isnan(paid[8:]).all()
    assert open_for[0, 0] == 3


def test_that_a_trend_scan_takes_the_clearest_slope():
    scores, open_for = told("labels.trend_scan", "value", shortest=2, longest=4)
    assert open_for == 4
    by_hand = []
    for bars_ahead in (2, 3, 4):
        x, y = np.arange(bars_ahead + 1), CLOSE[: 1 + bars_ahead]
        slope, middle = np.polyfit(x, y, 1)
        left = ((y - middle - slope * x) ** 2).sum() / (bars_ahead - 1)
        by_hand.append(slope / np.sqrt(left / ((x - x.mean()) ** 2).sum()))
    assert scores[0] == pytest.approx(max(by_hand, key=abs))
    assert np.isnan(scores[6:]).all()


@pytest.mark.parametrize(
    ("kind", "output"),
    [
        ("labels.triple_barrier", "side"),
        ("labels.meta_label", "paid"),
        ("labels.trend_scan", "value"),
    ],
)
def test_that_a_strategy_that_trades_on_a_label_is_refused(kind: str, output: str):
    drawing, label = drawn(kind)
    nothing = drawing.add("arithmetic.constant", value=0.0)
    leak = drawing.add("conditions.above", left=label[output], right=nothing)
    drawing.add("strategy.strategy", rules=[drawing.add("signals.enter_long", when=leak)])
    with pytest.raises(GraphHasProblems) as caught:
        generate(drawing.graph)
    assert any(problem.code == "future" for problem in caught.value.problems)
