"""A strategy in plain words."""

from __future__ import annotations

import pytest

from alphintra_desktop.codegen.in_words import data_in_words, rules_in_words
from alphintra_desktop.codegen.lower import lower
from alphintra_desktop.graph.model import Graph
from tests.drawing import Drawing, sma_crossover


def test_that_data_rules_and_costs_are_told():
    lowered = lower(sma_crossover(symbols="AAPL, MSFT", start="2010-01-01"))
    assert data_in_words(lowered) == (
        "AAPL, MSFT: 1d bars of 'sample', adjusted prices, 2010-01-01 to the last bar."
    )
    assert rules_in_words(lowered) == (
        "Buy when SMA(10) crosses above SMA(20).",
        "Sell what was bought when SMA(10) crosses below SMA(20).",
        "Each entry takes all of the account.",
        "Trading costs 0.2 % commission.",
        "Orders are filled at the open of the next bar.",
        "An account of 100,000, split evenly by symbol.",
    )


def test_that_an_unfinished_strategy_has_no_words():
    assert data_in_words(lower(Graph())) == ""
    assert rules_in_words(lower(Graph())) == ()


@pytest.mark.parametrize(
    ("kind", "params", "sentence"),
    [
        ("sizing.shares", {"shares": 10}, "Each entry trades 10 shares."),
        ("sizing.cash", {"amount": 5000}, "Each entry trades for 5,000."),
        ("sizing.fraction_of_equity", {"fraction": 0.5}, "Each entry takes 0.5 of the account."),
        ("stops.stop_loss", {}, "Leave when the price moves 5 % against the position."),
        ("stops.take_profit", {}, "Leave when the price moves 10 % in favour of the position."),
        ("stops.trailing_stop", {}, "Leave when the price falls 10 % back from its best."),
        ("stops.exit_after", {"bars": 3}, "Leave after 3 bars."),
        ("costs.slippage", {"half_spread": 1}, "Trading costs 0.05 % slippage and 1 of spread."),
        ("costs.borrow_fee", {}, "Trading costs 1 % a year for borrowed shares."),
        ("costs.commission", {"per_order": 1.0}, "Trading costs 0.1 % commission, 1 an order."),
    ],
)
def test_that_sizes_stops_and_costs_are_told(kind: str, params: dict, sentence: str):
    draw = Drawing()
    close = draw.add("prices.close", bars=draw.add("market_data.dataset"))
    rising = draw.add("conditions.rising", values=close)
    port = {"sizing": "sizing", "stops": "stops", "costs": "costs"}[kind.partition(".")[0]]
    rules = [draw.add("signals.enter_short", when=rising)]
    draw.add("strategy.strategy", rules=rules, **{port: draw.add(kind, **params)})
    assert sentence in rules_in_words(lower(draw.graph))


def when(condition) -> str:
    """How the rule reads that buys on the condition that a drawing ends in."""
    draw, end = condition
    draw.add("strategy.strategy", rules=[draw.add("signals.enter_long", when=end)])
    return rules_in_words(lower(draw.graph))[0]


def drawn():
    draw = Drawing()
    bars = draw.add("market_data.dataset")
    return draw, bars, draw.add("prices.close", bars=bars)


def test_that_all_of_two_conditions_is_told_with_the_settings_of_what_is_compared():
    draw, _, close = drawn()
    low = draw.add("conditions.below_level", values=draw.add("talib.rsi", values=close), level=30)
    slow = draw.add("talib.sma", values=close, period=200)
    above = draw.add("conditions.above", left=close, right=slow)
    both = draw.add("logic.all_of", conditions=[low, above])
    assert when((draw, both)) == "Buy when RSI(14) is below 30 and Close is above its SMA(200)."


def test_that_any_of_not_and_held_for_are_told():
    for kind, said in (
        ("any_of", "Close is higher than one bar ago or 'Quiet' holds"),
        ("not_", "'Quiet' does not hold"),
        ("held_for", "'Quiet' holds for 3 bars"),
    ):
        draw, _, close = drawn()
        rising = draw.add("conditions.rising", values=close)
        quiet = draw.add("logic.all_of", "Quiet", conditions=[rising])
        ports = {"conditions": [rising, quiet]} if kind == "any_of" else {"condition": quiet}
        assert when((draw, draw.add(f"logic.{kind}", **ports))) == f"Buy when {said}."


def test_that_bounds_periods_named_nodes_and_outputs_are_told():
    draw, bars, close = drawn()
    channel = draw.add("channels.donchian_channel", bars=bars)
    inside = draw.add(
        "conditions.between", values=close, low=channel["lower"], high=channel["upper"]
    )
    said = "Close is between Donchian channel(20) lower and Donchian channel(20) upper"
    assert when((draw, inside)) == f"Buy when {said}."
    draw, bars, close = drawn()
    month = draw.add("logic.on_new_period", bars=bars)
    high = draw.add("transforms.highest_of_prior", "High of a month", values=close)
    falls = draw.add("conditions.falling", values=high, bars=5)
    both = draw.add("logic.all_of", conditions=[month, falls])
    assert when((draw, both)) == (
        "Buy when a new month begins and 'High of a month' is lower than 5 bars ago."
    )


def test_that_what_takes_too_many_words_is_called_by_its_title():
    draw, _, close = drawn()
    names = [f"The condition number {number}" for number in range(3)]
    parts = [
        draw.add("conditions.above", name, left=close, right=draw.add("talib.sma", values=close))
        for name in names
    ]
    levels = [
        draw.add(
            "conditions.below_level", name, values=draw.add("talib.rsi", values=close), level=n
        )
        for n, name in enumerate(names)
    ]
    all_of = draw.add("logic.all_of", "Everything", conditions=[*levels, *parts])
    assert when((draw, all_of)) == "Buy when 'Everything' holds."
    draw, _, close = drawn()
    parts = [
        draw.add(
            "conditions.crosses_above_level",
            f"Part {number}",
            values=draw.add(
                "transforms.z_score", f"A long title of the number {number}", values=close
            ),
            level=number,
        )
        for number in range(3)
    ]
    all_of = draw.add("logic.all_of", conditions=parts)
    assert when((draw, all_of)) == "Buy when 'Part 0' and 'Part 1' and 'Part 2' hold."
