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
        "Buy when 'Crosses up' holds.",
        "Sell what was bought when 'Crosses down' holds.",
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
