"""What a node's function checks itself: texts with a meaning, and params that belong together."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir import ops
from alphintra_desktop.nodes.catalog import catalog

BARS = ops.Dataset("sample", ("AAPL", "MSFT"))
CLOSE = ops.Column(BARS, "close")
WEEKS = ops.HigherTimeframe(BARS, "1w")
UP = ops.Above(CLOSE, ops.Lag(CLOSE, 1))


def build(name: str, *wired: Any, **params: Any) -> Any:
    made = catalog()[name]
    defaults = {key: param.default for key, param in made.params.items()}
    return made.build(*wired, **{**defaults, **params})


def refusal(name: str, *wired: Any, **params: Any) -> tuple[str, str, str | None]:
    with pytest.raises(AlphintraError) as refused:
        build(name, *wired, **params)
    error = refused.value
    return error.message, error.hint, error.place.param if error.place else None


def test_that_market_data_reads_symbols_period_and_prices():
    made = build("market_data.dataset", symbols=" AAPL,MSFT , ", start="2010-01-31", prices="raw")
    symbols = ("AAPL", "MSFT")
    assert made == ops.Dataset("sample", symbols, "1d", "2010-01-31", "", False, "us_equities")


@pytest.mark.parametrize(
    ("params", "message", "param"),
    [
        ({"symbols": ""}, "At least one symbol is wanted, and '' has 0.", "symbols"),
        ({"symbols": " , "}, "At least one symbol is wanted, and ' , ' has 0.", "symbols"),
        ({"symbols": "A, B, A"}, "The symbol A is listed twice.", "symbols"),
        ({"timeframe": "daily"}, "'daily' is not a timeframe.", "timeframe"),
        ({"timeframe": "0d"}, "'0d' is not a timeframe.", "timeframe"),
        ({"start": "last year"}, "'last year' is not a day.", "start"),
        ({"end": "2010-02-30"}, "'2010-02-30' is not a day.", "end"),
        (
            {"start": "2011-01-01", "end": "2010-01-01"},
            "The period starts on 2011-01-01 and ends before that, on 2010-01-01.",
            "start",
        ),
    ],
)
def test_that_market_data_refuses_what_means_nothing(
    params: dict[str, str], message: str, param: str
):
    assert refusal("market_data.dataset", **params)[::2] == (message, param)


def test_that_a_day_without_dashes_is_written_with_them():
    made = build("market_data.dataset", start="20100131")
    assert made.start == "2010-01-31"


def test_that_longer_bars_need_a_timeframe():
    assert refusal("market_data.higher_timeframe", BARS, timeframe="x")[2] == "timeframe"


def test_that_numbers_of_longer_bars_find_their_way_back_by_themselves():
    average = ops.Rolling(ops.Column(WEEKS, "close"), 10, "mean")
    assert build("market_data.on_bar_close", average) == ops.OnBarClose(average, WEEKS, BARS)


def test_that_only_numbers_of_one_higher_timeframe_can_be_brought_back():
    message = "The numbers do not come from one higher timeframe."
    months = ops.Column(ops.HigherTimeframe(BARS, "1mo"), "close")
    back = build("market_data.on_bar_close", months)
    for values in (CLOSE, ops.Constant(1.0), ops.Add(ops.Column(WEEKS, "close"), months), back):
        assert refusal("market_data.on_bar_close", values)[0] == message


def test_that_another_symbol_must_be_among_the_market_data():
    assert build("market_data.of_symbol", CLOSE, symbol="MSFT") == ops.OfSymbol(CLOSE, "MSFT")
    assert refusal("market_data.of_symbol", CLOSE, symbol="SPY") == (
        "The market data has no symbol SPY.",
        "Add SPY to the symbols of the Market data node, or choose one of them: AAPL, MSFT.",
        "symbol",
    )
    assert refusal("market_data.of_symbol", CLOSE, symbol="AAPL, MSFT")[2] == "symbol"
    assert refusal("logic.is_symbol", BARS, symbols="AAPL, SPY")[2] == "symbols"


@pytest.mark.parametrize("name", ["arithmetic.clip", "conditions.between_levels"])
def test_that_limits_must_be_in_order(name: str):
    assert refusal(name, CLOSE, low=2.0, high=1.0)[2] == "low"
    build(name, CLOSE, low=1.0, high=1.0)


@pytest.mark.parametrize("name", ["logic.all_of", "logic.any_of"])
def test_that_a_condition_over_many_needs_one(name: str):
    assert refusal(name, ())[0] == "No condition is connected."


@pytest.mark.parametrize("text", ["9:30", "24:00", "09:60", "0930", "", "٠٩:٣٠"])
def test_that_a_session_needs_times_of_day(text: str):
    assert refusal("logic.in_session", BARS, start=text)[2] == "start"
    assert refusal("logic.in_session", BARS, end=text)[2] == "end"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", "a\0b", "x" * 5_000])
def test_that_a_session_needs_a_time_zone(zone: str):
    assert refusal("logic.in_session", BARS, time_zone=zone)[2] == "time_zone"


def test_that_weekdays_are_counted_from_monday_and_one_is_needed():
    none = dict.fromkeys(["monday", "tuesday", "wednesday", "thursday", "friday"], False)
    assert build("logic.on_weekdays", BARS).days == (0, 1, 2, 3, 4)
    assert build("logic.on_weekdays", BARS, **none, sunday=True).days == (6,)
    assert refusal("logic.on_weekdays", BARS, **none)[0] == "No day is chosen."


def test_that_a_wire_goes_before_the_param_of_a_size():
    wired = build("sizing.cash", CLOSE, amount=5.0)
    assert wired == ops.CashPerTrade(CLOSE)
    assert build("sizing.cash", None, amount=5.0) == ops.CashPerTrade(ops.Constant(5.0))


@pytest.mark.parametrize(
    ("timeframe", "market", "bars"),
    [("1d", "us_equities", 252), ("1d", "crypto", 365), ("1h", "us_equities", 6.5 * 252)],
)
def test_that_volatility_is_annualised_by_the_market(timeframe: str, market: str, bars: float):
    data = ops.Dataset("sample", ("AAPL",), timeframe, market=market)
    assert build("channels.realised_volatility", data).right == ops.Constant(sqrt(bars))
    fraction = build("sizing.volatility_target", data).fraction
    assert fraction.left.right.right == ops.Constant(sqrt(bars))


def test_that_volatility_of_longer_bars_is_annualised_by_their_timeframe():
    assert build("channels.realised_volatility", WEEKS).right == ops.Constant(sqrt(52))


def test_that_a_strategy_without_a_size_takes_all_of_the_account():
    made = build("strategy.strategy", (ops.EnterLong(UP),), None, (), ())
    assert made.sizing == ops.FractionPerTrade(ops.Constant(1.0))


def test_that_a_strategy_needs_an_entry():
    for rules in ((), (ops.ExitLong(UP), ops.ExitShort(UP))):
        message, hint, _ = refusal("strategy.strategy", rules, None, (), ())
        assert message == "The strategy has no entry, so it would never trade."
        assert "Enter long" in hint


def test_that_a_strategy_takes_one_stop_and_one_cost_of_a_kind():
    entry = (ops.EnterLong(UP),)
    stop, target = ops.StopLoss(ops.Constant(0.1)), ops.TakeProfit(ops.Constant(0.1))
    fee = ops.Commission(0.0, 0.0, 0.0)
    build("strategy.strategy", entry, None, (stop, target), (fee, ops.Slippage(0.0, 0.0)))
    assert "2 stop losses" in refusal("strategy.strategy", entry, None, (stop, stop), ())[0]
    assert "3 commissions" in refusal("strategy.strategy", entry, None, (), (fee, fee, fee))[0]
    assert "2 commissions" in refusal("strategy.portfolio_strategy", CLOSE, UP, (fee, fee))[0]


@pytest.mark.parametrize("kind", ["stop_loss", "take_profit", "trailing_stop"])
def test_that_a_stop_at_a_distance_is_a_fraction_of_the_close(kind: str):
    distance = ops.Constant(3.0)
    made = build(f"stops.{kind}_at_distance", BARS, distance, multiple=2.0)
    assert made.fraction == ops.Divide(ops.Multiply(distance, ops.Constant(2.0)), CLOSE)


def test_that_the_lowest_scores_can_be_chosen_too():
    assert build("portfolio.top_n", CLOSE, count=3) == ops.TopAcross(CLOSE, 3)
    lowest = build("portfolio.top_n", CLOSE, count=3, choose="lowest")
    assert lowest == ops.TopAcross(ops.Negative(CLOSE), 3)


def test_that_what_a_breakout_has_to_beat_leaves_the_current_bar_out():
    made = build("transforms.highest_of_prior", CLOSE, bars=20)
    assert made == ops.Lag(ops.Rolling(CLOSE, 20, "max"), 1)
