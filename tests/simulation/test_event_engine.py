"""A bar in the market, rule by rule, in numbers that can be worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.simulation import event_engine
from alphintra_desktop.simulation.desk import opened_desk, with_room
from alphintra_desktop.simulation.rules import (
    CASH,
    FRACTION,
    NEXT_CLOSE,
    NEXT_OPEN,
    SAME_CLOSE,
    SHARES,
    Rules,
)
from alphintra_desktop.simulation.simulated import REASONS, Prices, Simulated
from tests.simulation.made_markets import decided, market, random_decisions, random_prices

TEN = Rules(cash=1_000.0, size_kind=SHARES)
NAN = np.nan


def run(rules: Rules, prices: Prices, **signals: Any) -> Simulated:
    return event_engine.simulate(rules, prices, decided(prices, **signals), compiled=False)


def told(found: Simulated) -> list[tuple[int, float, float, str]]:
    """Bar, shares, price and reason of every fill."""
    fills = found.fills
    rows = zip(fills.bar, fills.shares, fills.price, fills.reason, strict=True)
    return [(int(b), float(s), float(p), REASONS[r]) for b, s, p, r in rows]


def bars(*rows: tuple[float, float, float, float]) -> Prices:
    """One symbol's bars as open, high, low, close."""
    opened, high, low, close = np.array(rows, float).T
    return market(close, open=opened, high=high, low=low)


# ------------------------------------------------------------------------ when it fills

STEPS = bars(*[(10 * i + 1, 10 * i + 3, 10 * i, 10 * i + 2) for i in range(1, 6)])


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        (NEXT_OPEN, [(1, 2.0, 21.0, "entry"), (3, -2.0, 41.0, "exit")]),
        (NEXT_CLOSE, [(1, 2.0, 22.0, "entry"), (3, -2.0, 42.0, "exit")]),
        (SAME_CLOSE, [(0, 2.0, 12.0, "entry"), (2, -2.0, 32.0, "exit")]),
    ],
)
def test_that_an_order_fills_when_the_rules_say(fill: int, expected: list[Any]):
    found = run(TEN._replace(fill=fill), STEPS, long_entry=[0], long_exit=[2], size=2.0)
    assert told(found) == expected


def test_that_filling_on_the_same_bar_gives_another_result_than_on_the_next():
    signals: dict[str, Any] = {"long_entry": [0], "long_exit": [2], "size": 2.0}
    fair = run(TEN, STEPS, **signals)
    unfair = run(TEN._replace(fill=SAME_CLOSE), STEPS, **signals)
    assert not np.array_equal(fair.equity, unfair.equity)
    assert not np.array_equal(fair.fills.bar, unfair.fills.bar)


def test_that_what_is_decided_on_the_last_bar_never_fills():
    assert told(run(TEN, STEPS, long_entry=[4], size=2.0)) == []


def test_that_an_order_waits_for_the_next_bar_of_its_own_symbol():
    prices = market([10.0, NAN, NAN, 40.0, 50.0])
    found = run(TEN, prices, long_entry=[0], size=2.0)
    assert told(found) == [(3, 2.0, 40.0, "entry")]


def test_that_a_position_without_a_bar_is_worth_its_last_close():
    found = run(TEN, market([10.0, 20.0, NAN, 40.0]), long_entry=[0], size=2.0)
    assert found.position_value.tolist() == [0.0, 40.0, 40.0, 80.0]
    assert found.equity.tolist() == [1000.0, 1000.0, 1000.0, 1040.0]


def test_that_an_entry_is_ignored_while_its_side_is_held():
    found = run(TEN, STEPS, long_entry=[0, 1, 2], size=2.0)
    assert told(found) == [(1, 2.0, 21.0, "entry")]


def test_that_a_reversal_is_an_exit_and_then_an_entry():
    rules = TEN._replace(short_side=True)
    found = run(rules, STEPS, long_entry=[0], short_entry=[2], size=2.0)
    assert told(found) == [
        (1, 2.0, 21.0, "entry"),
        (3, -2.0, 41.0, "exit"),
        (3, -2.0, 41.0, "entry"),
    ]


def test_that_all_exits_come_before_all_entries_so_that_their_cash_can_be_used():
    rules = Rules(cash=100.0, size_kind=SHARES, shared_cash=True)
    prices = market(np.full((4, 2), 10.0))
    entries = np.array([[0, 1], [1, 0], [0, 0], [0, 0]], bool)
    exits = np.array([[0, 0], [0, 1], [0, 0], [0, 0]], bool)
    found = run(rules, prices, long_entry=entries, long_exit=exits, size=10.0)
    assert found.fills.symbol.tolist() == [1, 1, 0]
    assert found.fills.shares.tolist() == [10.0, -10.0, 10.0]


def test_that_shared_cash_goes_to_the_first_symbol_first():
    rules = Rules(cash=100.0, shared_cash=True)
    found = run(rules, market(np.full((3, 2), 10.0)), long_entry=[0], size=0.75)
    assert found.fills.shares.tolist() == [7.5, 2.5]


def test_that_symbols_with_accounts_of_their_own_share_the_cash_in_equal_parts():
    found = run(Rules(cash=100.0), market(np.full((3, 2), 10.0)), long_entry=[0], size=1.0)
    assert found.fills.shares.tolist() == [5.0, 5.0]


@pytest.mark.parametrize(("fill", "price"), [(NEXT_OPEN, 41.0), (NEXT_CLOSE, 42.0)])
def test_that_time_is_up_on_the_nth_bar_after_the_entry_bar(fill: int, price: float):
    rules = TEN._replace(exit_after=2, fill=fill)
    assert told(run(rules, STEPS, long_entry=[0], size=2.0))[1] == (3, -2.0, price, "time")


# ------------------------------------------------------------------------------- stops

LOSS = TEN._replace(has_stop_loss=True)
BOTH = LOSS._replace(has_take_profit=True)
NEAR = {"size": 1.0, "stop_loss": 0.25, "take_profit": 0.5}
STILL = (64.0, 64.0, 64.0, 64.0)


def stopped(rules: Rules, *after: tuple[float, float, float, float], **signals: Any) -> Simulated:
    """A position entered at 64 on bar 1, with some bars after it."""
    return run(rules, bars(STILL, *after), **{"long_entry": [0], **NEAR, **signals})


def test_that_a_stop_fills_at_its_level_below_the_price_of_entry():
    found = stopped(LOSS, STILL, (60.0, 62.0, 40.0, 50.0))
    assert told(found)[1] == (2, -1.0, 48.0, "stop loss")


def test_that_a_gap_through_the_stop_fills_at_the_open():
    assert told(stopped(LOSS, STILL, (40.0, 62.0, 39.0, 50.0)))[1] == (2, -1.0, 40.0, "stop loss")


def test_that_a_target_fills_at_its_level_and_a_gap_over_it_at_the_open():
    assert told(stopped(BOTH, STILL, (64.0, 97.0, 60.0, 70.0)))[1][2:] == (96.0, "take profit")
    assert told(stopped(BOTH, STILL, (99.0, 99.0, 98.0, 98.0)))[1][2:] == (99.0, "take profit")


def test_that_a_bar_that_touches_both_takes_the_stop_and_is_marked():
    found = stopped(BOTH, STILL, (64.0, 97.0, 40.0, 70.0))
    assert told(found)[1][2:] == (48.0, "stop loss")
    assert found.fills.ambiguous.tolist() == [False, True]


def test_that_stops_live_on_the_entry_bar_unless_the_rules_say_otherwise():
    entry_bar = (64.0, 64.0, 40.0, 64.0)
    assert told(stopped(LOSS, entry_bar, STILL))[1] == (1, -1.0, 48.0, "stop loss")
    later = LOSS._replace(stops_on_entry_bar=False)
    assert len(told(stopped(later, entry_bar, STILL))) == 1
    assert told(stopped(later, entry_bar, entry_bar))[1] == (2, -1.0, 48.0, "stop loss")


def test_that_an_exit_due_at_the_open_comes_before_a_stop_on_that_bar():
    found = stopped(LOSS, STILL, (60.0, 62.0, 40.0, 50.0), long_exit=[1])
    assert told(found)[1] == (2, -1.0, 60.0, "exit")


def test_that_levels_hang_on_the_price_paid_with_its_slippage():
    found = stopped(LOSS._replace(slippage=0.25), STILL, (62.0, 62.0, 60.0, 60.0))
    assert told(found) == [(1, 1.0, 80.0, "entry"), (2, -1.0, 45.0, "stop loss")]


TRAILING = TEN._replace(has_trailing_stop=True)


def test_that_a_trailing_stop_hangs_on_the_best_price_up_to_the_bar_before():
    rising = ((64.0, 128.0, 64.0, 120.0), (120.0, 160.0, 97.0, 150.0), (150.0, 150.0, 100.0, 100.0))
    found = stopped(TRAILING, *rising, trailing_stop=0.25)
    assert told(found)[1] == (3, -1.0, 120.0, "trailing stop")


def test_that_of_stop_loss_and_trailing_stop_the_nearer_one_is_taken():
    rules = LOSS._replace(has_trailing_stop=True)
    falling = stopped(rules, STILL, (64.0, 64.0, 30.0, 40.0), trailing_stop=0.5)
    assert told(falling)[1][2:] == (48.0, "stop loss")
    risen = stopped(
        rules, (64.0, 128.0, 64.0, 128.0), (128.0, 128.0, 30.0, 40.0), trailing_stop=0.5
    )
    assert told(risen)[1][2:] == (64.0, "trailing stop")


def test_that_shorts_have_their_stops_above_and_their_targets_below():
    rules = BOTH._replace(long_side=False, short_side=True, has_trailing_stop=True)
    quiet: dict[str, Any] = {"short_entry": [0], "long_entry": [], "trailing_stop": NAN}
    up = stopped(rules, STILL, (64.0, 81.0, 64.0, 80.0), **quiet)
    assert told(up)[1] == (2, 1.0, 80.0, "stop loss")
    down = stopped(rules, STILL, (64.0, 64.0, 31.0, 40.0), **quiet)
    assert told(down)[1] == (2, 1.0, 32.0, "take profit")
    both = stopped(rules, STILL, (64.0, 81.0, 31.0, 40.0), **quiet)
    assert told(both)[1][3] == "stop loss"
    assert both.fills.ambiguous.tolist() == [False, True]
    turned = ((64.0, 64.0, 48.0, 48.0), (48.0, 61.0, 48.0, 60.0))
    trailing = stopped(rules, *turned, **{**quiet, "trailing_stop": 0.25})
    assert told(trailing)[1] == (2, 1.0, 60.0, "trailing stop")


def test_that_orders_at_the_close_come_after_the_stops_of_the_bar():
    rules = LOSS._replace(fill=NEXT_CLOSE)
    found = stopped(rules, STILL, (60.0, 62.0, 40.0, 50.0), STILL, long_exit=[1])
    assert told(found)[1] == (2, -1.0, 48.0, "stop loss")


# ------------------------------------------------------------- what time and events cost


def test_that_a_short_pays_for_what_it_borrowed_at_every_close():
    rules = TEN._replace(short_side=True, borrow_rate=0.5, bars_per_year=4.0)
    found = run(rules, market([64.0, 64.0, 32.0, 32.0]), short_entry=[0], short_exit=[2], size=1.0)
    assert (found.equity - 1000.0).tolist() == [0.0, -8.0, -8.0 + 32.0 - 4.0, 20.0]


def test_that_splits_change_shares_and_stops_and_dividends_become_cash():
    rules = LOSS._replace(has_events=True)
    prices = market([64.0, 64.0, 32.0, 32.0, 20.0], split=[1, 1, 2, 1, 1], dividend=[0, 0, 0, 1, 0])
    found = run(rules, prices, long_entry=[0], size=1.0, stop_loss=0.25)
    assert told(found) == [(1, 1.0, 64.0, "entry"), (4, -2.0, 20.0, "stop loss")]
    assert found.equity.tolist() == [1000.0, 1000.0, 1000.0, 1002.0, 978.0]


def test_that_a_short_pays_the_dividend():
    rules = TEN._replace(short_side=True, has_events=True)
    prices = market(np.full(4, 64.0), dividend=[0.0, 0.0, 1.0, 0.0])
    found = run(rules, prices, short_entry=[0], size=2.0)
    assert found.equity.tolist() == [1000.0, 1000.0, 998.0, 998.0]


# -------------------------------------------------------------------------- weights

PORTFOLIO = Rules(cash=1024.0, has_weights=True, shared_cash=True, short_side=True)


def test_that_weights_are_parts_of_the_equity_at_the_prices_of_the_fill():
    prices = market([[64.0, 32.0], [64.0, 32.0], [128.0, 32.0], [128.0, 32.0]])
    found = run(PORTFOLIO, prices, weights=np.array([[0.5, -0.25]]), rebalance=[0, 1])
    assert found.fills.shares.tolist() == [-8.0, 8.0, -2.0, -4.0]
    assert found.fills.symbol.tolist() == [1, 0, 0, 1]
    assert found.equity.tolist() == [1024.0, 1024.0, 1536.0, 1536.0]


def test_that_sales_come_first_and_purchases_take_what_cash_there_is():
    prices = market(np.full((3, 2), 64.0))
    weights = np.array([[1.0, 0.0], [0.0, 1.5], [0.0, 0.0]])
    found = run(PORTFOLIO, prices, weights=weights, rebalance=[0, 1])
    assert found.fills.symbol.tolist() == [0, 0, 1]
    assert found.fills.shares.tolist() == [16.0, -16.0, 16.0]


def test_that_a_weight_that_is_no_number_sells_what_is_held():
    prices = market(np.full(4, 64.0))
    weights = np.array([1.0, NAN, 1.0, 1.0])
    found = run(PORTFOLIO, prices, weights=weights, rebalance=[0, 1])
    assert found.fills.shares.tolist() == [16.0, -16.0]


def test_that_a_weight_waits_for_the_symbols_next_bar():
    prices = market([[64.0, 64.0], [NAN, 64.0], [64.0, 64.0], [64.0, 64.0]])
    found = run(PORTFOLIO, prices, weights=0.5, rebalance=[0])
    assert found.fills.bar.tolist() == [1, 2]
    assert found.fills.symbol.tolist() == [1, 0]


def test_that_rounding_alone_is_no_reason_to_trade():
    prices = market(np.linspace(63.1, 64.7, 50))
    found = run(PORTFOLIO, prices, weights=1.0, rebalance=list(range(50)))
    assert len(found.fills.bar) == 1


# --------------------------------------------------------------------------- any rules

chances = st.booleans()


@st.composite
def any_rules(draw: st.DrawFn) -> Rules:
    weights = draw(chances)
    return Rules(
        cash=10_000.0,
        size_kind=draw(st.sampled_from([SHARES, CASH, FRACTION])),
        fill=draw(st.sampled_from([NEXT_OPEN, NEXT_CLOSE, SAME_CLOSE])),
        commission=draw(st.sampled_from([0.0, 0.001])),
        commission_per_share=draw(st.sampled_from([0.0, 0.01])),
        commission_per_order=draw(st.sampled_from([0.0, 1.0])),
        slippage=draw(st.sampled_from([0.0, 0.002])),
        half_spread=draw(st.sampled_from([0.0, 0.01])),
        borrow_rate=draw(st.sampled_from([0.0, 0.05])),
        exit_after=draw(st.sampled_from([0, 0, 3])),
        stops_on_entry_bar=draw(chances),
        whole_shares=draw(chances),
        shared_cash=weights or draw(chances),
        short_side=draw(chances),
        has_stop_loss=draw(chances) and not weights,
        has_take_profit=draw(chances) and not weights,
        has_trailing_stop=draw(chances) and not weights,
        has_weights=weights,
        has_events=draw(chances),
    )


@settings(max_examples=150)
@given(any_rules(), st.integers(0, 2**32 - 1), st.integers(1, 3))
def test_that_compiled_and_plain_python_give_the_same_bits(rules: Rules, seed: int, symbols: int):
    rng = np.random.default_rng(seed)
    prices = random_prices(rng, 60, symbols, gaps=0.1)
    decisions = random_decisions(rng, prices, rules)
    plain = event_engine.simulate(rules, prices, decisions, compiled=False)
    fast = event_engine.simulate(rules, prices, decisions, compiled=True)
    for left, right in zip((*plain[:4], *plain.fills), (*fast[:4], *fast.fills), strict=True):
        np.testing.assert_array_equal(left, right)


@settings(max_examples=150)
@given(any_rules(), st.integers(0, 2**32 - 1), st.integers(1, 3))
def test_that_no_money_appears_or_vanishes(rules: Rules, seed: int, symbols: int):
    rules = rules._replace(borrow_rate=0.0, has_events=False)
    rng = np.random.default_rng(seed)
    prices = random_prices(rng, 60, symbols, gaps=0.1)
    found = event_engine.simulate(rules, prices, random_decisions(rng, prices, rules))
    fills = found.fills
    spent = np.zeros(60)
    np.add.at(spent, fills.bar, fills.shares * fills.price + fills.cost)
    np.testing.assert_allclose(found.cash, rules.cash - np.cumsum(spent), rtol=1e-9, atol=1e-6)
    assert np.array_equal(found.equity, found.cash + found.position_value)
    held = np.zeros((60, symbols))
    np.add.at(held, (fills.bar, fills.symbol), fills.shares)
    close = np.zeros(symbols)
    for t, shares in enumerate(np.cumsum(held, axis=0)):
        close = np.where(prices.close[t] > 0.0, prices.close[t], close)
        assert found.position_value[t] == pytest.approx((shares * close).sum(), rel=1e-9, abs=1e-6)
        assert found.gross_value[t] == pytest.approx(
            (abs(shares) * close).sum(), rel=1e-9, abs=1e-6
        )


@settings(max_examples=60)
@given(any_rules(), st.integers(0, 2**32 - 1), st.integers(5, 55))
def test_that_taking_the_future_away_changes_nothing_before(rules: Rules, seed: int, cut: int):
    rng = np.random.default_rng(seed)
    prices = random_prices(rng, 60, 2, gaps=0.1)
    decisions = random_decisions(rng, prices, rules)
    whole = event_engine.simulate(rules, prices, decisions)
    known = event_engine.simulate(
        rules,
        Prices._make(values[:cut] for values in prices),
        type(decisions)._make(values[:cut] for values in decisions),
    )
    np.testing.assert_array_equal(whole.equity[:cut], known.equity)
    count = len(known.fills.bar)
    assert count == (whole.fills.bar < cut).sum()
    for left, right in zip(whole.fills, known.fills, strict=True):
        np.testing.assert_array_equal(left[:count], right)


def test_that_one_bar_after_the_other_is_the_same_as_all_at_once():
    rng = np.random.default_rng(4)
    rules = Rules(short_side=True, has_stop_loss=True, commission=0.001, exit_after=4)
    prices = random_prices(rng, 80, 2, gaps=0.1)
    decisions = random_decisions(rng, prices, rules)
    desk, equity = opened_desk(rules, prices, decisions), []
    for t in range(80):
        desk = with_room(desk)
        cash, value, _ = event_engine.step(desk, rules, t)
        equity.append(cash + value)
    np.testing.assert_array_equal(equity, event_engine.simulate(rules, prices, decisions).equity)


def test_that_the_compiled_engine_makes_room_for_any_number_of_fills():
    flags = np.arange(9_000) % 2 == 0
    prices = market(np.full(9_000, 64.0))
    decisions = decided(prices, long_entry=flags, long_exit=~flags, size=1.0)
    found = event_engine.simulate(TEN, prices, decisions, compiled=True)
    assert len(found.fills.bar) == 8_999
