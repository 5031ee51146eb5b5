"""Which engine runs what, and what is said about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from alphintra_desktop.backtest.capabilities import ONLY_EVENT_ENGINE, choose_engine
from alphintra_desktop.market.bars import COLUMNS, Bars
from alphintra_desktop.simulation.rules import FRACTION, NEXT_CLOSE, SHARES, Rules

SHORT_TOO: dict[str, Any] = {"short_side": True, "size_kind": SHARES}
LATER_STOP: dict[str, Any] = {"has_stop_loss": True, "stops_on_entry_bar": False}
WEIGHTS: dict[str, Any] = {"has_weights": True, "shared_cash": True, "short_side": True}

# For every feature that vectorbt lacks: rules that ask for it, and the nearest ones that do not.
PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "corporate actions on raw prices": ({"has_events": True}, {}),
    "stops on the entry bar": ({"has_stop_loss": True}, LATER_STOP),
    "stop loss and trailing stop together": (
        {**LATER_STOP, "has_trailing_stop": True},
        {**LATER_STOP, "has_take_profit": True},
    ),
    "stops on a strategy that goes long and short": (
        {**LATER_STOP, **SHORT_TOO},
        {**LATER_STOP, **SHORT_TOO, "long_side": False},
    ),
    "stops with orders that fill at the close": ({**LATER_STOP, "fill": NEXT_CLOSE}, LATER_STOP),
    "stops with target weights": ({**LATER_STOP, **WEIGHTS}, WEIGHTS),
    "an exit after some bars": ({"exit_after": 5}, {}),
    "a borrow fee": ({"borrow_rate": 0.01, **SHORT_TOO}, {"borrow_rate": 0.01}),
    "a commission per share": ({"commission_per_share": 0.01}, {"commission": 0.01}),
    "a spread in money": ({"half_spread": 0.01}, {"slippage": 0.01}),
    "sizes in parts of the equity on a strategy that goes long and short": (
        {**SHORT_TOO, "size_kind": FRACTION},
        SHORT_TOO,
    ),
    "a commission per order on a strategy that goes long and short": (
        {**SHORT_TOO, "commission_per_order": 1.0},
        {"commission_per_order": 1.0},
    ),
    "whole shares on a strategy that goes long and short": (
        {**SHORT_TOO, "whole_shares": True},
        {"whole_shares": True},
    ),
    "cash shared by entries of several symbols": ({"shared_cash": True}, {}),
    "a commission per order with target weights": (
        {**WEIGHTS, "commission_per_order": 1.0},
        {**WEIGHTS, "commission": 0.001},
    ),
}


def bars(symbols: int) -> Bars:
    stamps = np.arange("2020-01-01", "2020-01-05", dtype="datetime64[D]").astype("datetime64[ns]")
    columns = {name: np.ones((4, symbols)) for name in COLUMNS}
    return Bars(stamps, tuple("ABC"[:symbols]), columns)


def test_that_every_feature_is_tried_here():
    assert set(PAIRS) == {feature.name for feature in ONLY_EVENT_ENGINE}


@pytest.mark.parametrize("name", PAIRS)
def test_that_what_vectorbt_lacks_runs_on_the_event_engine_and_the_reason_says_so(name: str):
    asked, _ = PAIRS[name]
    choice = choose_engine(Rules(**asked), bars(2))
    assert choice.engine == "event_engine"
    assert name in choice.reason


@pytest.mark.parametrize("name", PAIRS)
def test_that_the_nearest_strategy_without_it_runs_on_vectorbt(name: str):
    _, plain = PAIRS[name]
    assert choose_engine(Rules(**plain), bars(2)).engine == "vectorbt"


def test_that_one_symbol_has_nobody_to_share_its_cash_with():
    assert choose_engine(Rules(shared_cash=True), bars(1)).engine == "vectorbt"


def test_that_all_reasons_are_named():
    reason = choose_engine(Rules(has_events=True, exit_after=3), bars(1)).reason
    assert "corporate actions on raw prices" in reason
    assert "an exit after some bars" in reason
