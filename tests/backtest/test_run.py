"""A backtest from a graph: bars, signals, engine, and what it says of itself."""

from __future__ import annotations

import numpy as np
import pytest

from alphintra_desktop.backtest.deciding import inner_values, signals_of
from alphintra_desktop.backtest.run import (
    backtest,
    buy_and_hold,
    condition_counts,
    curve_metrics,
    load_data,
    marks_of,
    params_of,
    plain_rules,
)
from alphintra_desktop.backtest.strategy_file import StrategyFailed
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.bars import Bars
from alphintra_desktop.report import Report
from alphintra_desktop.runs.manifest import equity_hash
from alphintra_desktop.simulation.metrics import METRICS
from alphintra_desktop.simulation.rules import NEXT_CLOSE, SAME_CLOSE, Rules
from tests.drawing import Drawing, sma_crossover
from tests.strategy_graphs import loaded, random_bars


@pytest.fixture(scope="module")
def crossover():
    code = generate(sma_crossover(start="2003-01-01", end="2006-12-31"))
    data = load_data(code)
    return code, data, backtest(code, data, run="a run", graph_hash="abc")


def test_that_a_result_names_its_engine_its_reason_and_its_data(crossover):
    code, data, result = crossover
    assert (result.run, result.name) == ("a run", "SMA crossover")
    assert result.engine == "vectorbt"
    assert result.engine_reason.endswith(".")
    assert result.manifest["graph_hash"] == "abc"
    assert result.manifest["engine"] == "vectorbt"
    assert result.manifest["data_hashes"] == {"AAPL 1d": data.sha256["AAPL"]}
    assert result.manifest["params"] == params_of(code)
    assert result.marks == ()


def test_that_curves_tables_and_metrics_fit_together(crossover):
    _, _, result = crossover
    bars = result.bars.count
    for curve in (result.equity, result.drawdown, result.exposure, result.benchmark):
        assert curve.shape == (bars,)
    assert set(result.metrics) == {metric.name for metric in METRICS}
    assert set(result.benchmark_metrics) <= set(result.metrics)
    assert not {"trades", "win_rate"} & set(result.benchmark_metrics)
    closed = result.trades[result.trades["status"] == "closed"]
    assert result.metrics["trades"] == len(closed) > 10
    assert result.equity[-1] == pytest.approx(100_000.0 + result.trades["profit"].sum())
    assert result.drawdown.min() == result.metrics["max_drawdown"]
    held = np.zeros(bars, bool)
    for entry, exit_ in zip(closed["entry_bar"], closed["exit_bar"], strict=True):
        held[int(entry) : int(exit_)] = True
    assert ((result.exposure > 0.5) | ~held).all()


def test_that_every_order_fills_on_the_bar_after_its_signal(crossover):
    _, _, result = crossover
    entries = np.flatnonzero(result.signals["long_entry"][:, 0])
    bought = result.orders[result.orders["side"] == "buy"]["bar"].to_numpy()
    assert set(bought) <= set(entries + 1)
    opened = result.bars["open"][bought.astype(int), 0]
    prices = result.orders[result.orders["side"] == "buy"]["price"].to_numpy()
    np.testing.assert_allclose(prices, opened)


def test_that_repeating_a_run_gives_the_identical_equity(crossover):
    code, data, result = crossover
    again = backtest(code, data, run="another")
    assert equity_hash(again.equity) == equity_hash(result.equity)
    assert again.trades.equals(result.trades)


def test_that_adjusted_bars_are_traded_adjusted_and_raw_ones_raw(crossover):
    _, data, result = crossover
    factor = data.bars["adj_factor"]
    np.testing.assert_allclose(result.bars["close"], data.bars["close"] * factor)
    raw = backtest(generate(sma_crossover(prices="raw", end="2001-12-31")), data)
    assert raw.engine == "event_engine"
    np.testing.assert_array_equal(raw.bars["close"], data.bars["close"])


def test_that_progress_is_told_and_can_stop_the_run(crossover):
    code, data, _ = crossover

    class Stopped(AlphintraError):
        pass

    class Stopping(Report):
        def progress(self, done, *, of, doing=""):
            raise Stopped("stopped", hint="Run it again.")

    with pytest.raises(Stopped):
        backtest(code, data, report=Stopping())


def test_that_settings_become_plain_numbers_of_their_own_kind():
    code = generate(sma_crossover())
    rules = plain_rules(code.trading.rules)
    assert [type(value) for value in rules] == [type(value) for value in Rules()]
    assert rules == code.trading.rules


def test_that_only_filling_at_the_same_close_is_marked():
    assert marks_of(Rules()) == marks_of(Rules(fill=NEXT_CLOSE)) == ()
    (mark,) = marks_of(Rules(fill=SAME_CLOSE))
    assert "UNSAFE FILL" in mark


# --------------------------------------------------------------------- buy and hold


def made(close, **columns):
    close = np.array(close, float)
    stamps = np.arange(len(close)) + np.datetime64("2020-01-01")
    ones = np.where(np.isnan(close), np.nan, 1.0)
    given = {name: close for name in ("open", "high", "low", "close")}
    given |= {"volume": ones, "adj_factor": ones, "split": ones, "dividend": ones * 0, **columns}
    return Bars(stamps.astype("datetime64[ns]"), ("AA", "BB")[: close.shape[1]], given)


def test_that_buy_and_hold_puts_equal_parts_in_at_each_first_close():
    nan = np.nan
    bars = made([[10, nan], [20, 5], [nan, 10], [40, nan]])
    # AA: 1, 2, 2 (no bar), 4 times its part. BB: cash until its first bar, then 1, 2, 2 times.
    expected = 100.0 * (np.array([1, 2, 2, 4]) + np.array([1, 1, 2, 2])) / 2
    np.testing.assert_allclose(buy_and_hold(bars, 100.0), expected)


def test_that_buy_and_hold_crosses_a_split():
    bars = made([[10.0], [20.0], [10.0]], adj_factor=np.array([[0.5], [0.5], [1.0]]))
    np.testing.assert_allclose(buy_and_hold(bars, 100.0), [100.0, 200.0, 200.0])


def test_that_the_metrics_of_a_curve_are_those_that_need_no_trades():
    found = curve_metrics(100.0, np.array([100.0, 110.0, 99.0]), 252.0)
    assert found["total_return"] == pytest.approx(-0.01)
    assert found["max_drawdown"] == pytest.approx(-0.1)
    assert found["final_equity"] == 99.0
    assert "trades" not in found


# ----------------------------------------------------------------- signals and failures


def custom(body, **given):
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols="AA", dataset="made")
    close = draw.add("prices.close", bars=data)
    text = f"def mine(values: Numbers) -> Numbers:\n    {body}\n"
    mine = draw.add("custom.python", "My idea", code=text, values=close)
    above = draw.add("conditions.above", left=close, right=mine)
    draw.add("strategy.strategy", rules=[draw.add("signals.enter_long", when=above)], **given)
    return generate(draw.graph), mine.id


@pytest.mark.parametrize(
    "body",
    [
        "return values / [1, 2]",
        "raise KeyError('no')",
        "return None",
        "return values[1:]",
        "exit()",
    ],
)
def test_that_a_failure_of_custom_code_names_its_node(body):
    code, node = custom(body)
    with pytest.raises(StrategyFailed) as caught:
        backtest(code, loaded(random_bars(1, 50, ("AA",), gaps=0.0)))
    assert caught.value.place.node == node
    assert "My idea" in caught.value.message
    assert caught.value.hint


def test_that_the_variables_of_the_file_can_be_looked_at():
    code = generate(sma_crossover(end="2001-01-01"))
    bars = load_data(code).bars.adjusted()
    inner, outer = inner_values(code, bars), signals_of(code, bars)
    assert set(outer) <= set(inner)
    assert inner["fast_average"].shape == (bars.count, 1)
    np.testing.assert_array_equal(inner["crosses_up"], outer["long_entry"])


def test_that_a_strategy_without_trades_counts_what_its_conditions_filtered():
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols="AA, BB", dataset="made")
    close = draw.add("prices.close", bars=data)
    rising = draw.add("conditions.rising", "Up today", values=close)
    falling = draw.add("conditions.falling", "Down today", values=close)
    both = draw.add("logic.all_of", "Up and down", conditions=[rising, falling])
    draw.add("strategy.strategy", rules=[draw.add("signals.enter_long", when=both)])
    code, bars = generate(draw.graph), random_bars(1, 60, ("AA", "BB"))
    counts = condition_counts(code, bars)
    assert counts["Up and down"] == 0
    own = [bars["close"][bars.present[:, n], n] for n in range(2)]
    assert counts["Up today"] == sum(int((np.diff(close) > 0).sum()) for close in own)
    result = backtest(code, loaded(bars))
    assert len(result.trades) == 0
    found = next(finding for finding in result.findings if finding.code == "no_trades")
    assert "Up and down" in found.message + found.hint


def test_that_conditions_of_an_exit_are_no_reason_for_a_lack_of_trades():
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols="AA", dataset="made")
    close = draw.add("prices.close", bars=data)
    rising = draw.add("conditions.rising", "Up today", values=close)
    falling = draw.add("conditions.falling", "Down today", values=close)
    never = draw.add("logic.all_of", "Up and down", conditions=[rising, falling])
    late = draw.add("logic.any_of", "Time to go", conditions=[falling])
    rules = [draw.add("signals.enter_long", when=never), draw.add("signals.exit_long", when=late)]
    draw.add("strategy.strategy", rules=rules)
    counts = condition_counts(generate(draw.graph), random_bars(1, 60, ("AA",)))
    assert set(counts) == {"Up and down", "Up today", "Down today"}


def test_that_a_strategy_of_one_bar_and_of_no_trade_has_a_whole_result():
    code = generate(sma_crossover(dataset="made", symbols="AA"))
    for rows in (1, 2, 5):
        result = backtest(code, loaded(random_bars(1, rows, ("AA",), gaps=0.0)))
        np.testing.assert_array_equal(result.equity, np.full(rows, 100_000.0))
        assert result.metrics["total_return"] == 0.0
