"""Round trips against other people's engines, exact arithmetic, and the money in the account."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
import talib
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.simulation.event_engine import simulate
from alphintra_desktop.simulation.rules import (
    CASH,
    FRACTION,
    NEXT_CLOSE,
    NEXT_OPEN,
    SAME_CLOSE,
    SHARES,
    Rules,
)
from alphintra_desktop.simulation.simulated import (
    EXIT,
    REASONS,
    STOP_LOSS,
    Fills,
    Prices,
    Simulated,
)
from alphintra_desktop.simulation.trades import Trades, closed_profits, round_trips
from tests.shared_files import shared
from tests.simulation.made_markets import (
    decided,
    fills_of,
    market,
    random_decisions,
    random_prices,
)

PLAIN = Rules()
FLAT = market(np.full(20, 100.0))


def trips(fills: Fills, prices: Prices = FLAT, rules: Rules = PLAIN) -> Trades:
    """The trades of fills, whatever account they belong to."""
    nothing = np.zeros(len(prices.close))
    return round_trips(rules, prices, Simulated(nothing, nothing, nothing, nothing, fills))


# ------------------------------------------------------------- other people's engines


def google() -> tuple[Prices, pd.DatetimeIndex]:
    bars = pd.read_parquet(shared("reference/data/GOOG.parquet")).astype(float)
    prices = market(
        bars["Close"].to_numpy(),
        open=bars["Open"].to_numpy(),
        high=bars["High"].to_numpy(),
        low=bars["Low"].to_numpy(),
    )
    return prices, pd.DatetimeIndex(bars.index)


def averages_cross(close: Any) -> dict[str, Any]:
    fast, slow = talib.SMA(close, 10), talib.SMA(close, 20)
    above, below = fast > slow, fast < slow
    before = np.roll(fast - slow, 1)
    before[0] = np.nan
    return {"long_entry": above & (before <= 0), "long_exit": below & (before >= 0)}


def strength_swings(close: Any) -> dict[str, Any]:
    strength = talib.RSI(close, 14)
    return {"long_entry": strength < 30, "long_exit": strength > 70}


TEN_SHARES: dict[str, Any] = {"size_kind": SHARES, "commission": 0.002}
ALL_IN: dict[str, Any] = {"cash": 1e10, "size_kind": FRACTION}
Signals = Callable[[Any], dict[str, Any]]
CASES: dict[str, tuple[Signals, float, Rules]] = {
    "sma_10shares_next_open": (averages_cross, 10.0, Rules(**TEN_SHARES)),
    "sma_10shares_same_close": (averages_cross, 10.0, Rules(**TEN_SHARES, fill=SAME_CLOSE)),
    "sma_all_in_next_open": (averages_cross, 1.0, Rules(**ALL_IN, commission=0.002)),
    "rsi_all_in_next_open": (strength_swings, 1.0, Rules(**ALL_IN, commission=0.002)),
    "sma_all_in_next_open_no_fee": (averages_cross, 1.0, Rules(**ALL_IN)),
}


def test_that_every_reference_backtest_is_run_here() -> None:
    cases = json.loads(shared("reference/backtests/cases.json").read_text("utf-8"))
    assert {case["case"] for case in cases} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_that_every_trade_is_the_one_other_engines_found(name: str) -> None:
    expected = pd.read_csv(
        shared(f"reference/backtests/{name}/trades.csv"), parse_dates=["entry_time", "exit_time"]
    )
    cases = json.loads(shared("reference/backtests/cases.json").read_text("utf-8"))
    (case,) = (case for case in cases if case["case"] == name)
    signals, size, rules = CASES[name]
    prices, days = google()
    decisions = decided(prices, size=size, **signals(prices.close[:, 0]))
    found = simulate(rules, prices, decisions, compiled=False)
    trades = round_trips(rules, prices, found)
    closed = ~trades.is_open

    assert closed.sum() == case["closed_trades"]
    assert trades.is_open.sum() == case["open_trades"]
    assert found.equity[-1] == pytest.approx(case["final_equity"], rel=1e-8)
    # Two cases list closed trades only.
    count = len(expected)
    assert count in (len(closed), int(closed.sum()))
    ours = Trades._make(column[:count] for column in trades)
    assert (days[ours.entry_bar] == pd.DatetimeIndex(expected["entry_time"])).all()
    assert (days[ours.exit_bar] == pd.DatetimeIndex(expected["exit_time"])).all()
    assert (np.where(ours.is_open, "open", "closed") == expected["status"]).all()
    assert (ours.side == 1).all()
    pairs = {
        "size": ours.shares,
        "entry_price": ours.entry_price,
        "exit_price": ours.exit_price,
        "fees": ours.costs,
        "pnl": ours.profit,
        "return_fraction": ours.return_fraction,
    }
    for column, values in pairs.items():
        np.testing.assert_allclose(values, expected[column], rtol=1e-8, atol=1e-12, err_msg=column)


@pytest.mark.parametrize("seed", range(4))
def test_that_scaled_and_turned_positions_split_into_the_trades_that_vectorbt_finds(
    seed: int,
) -> None:
    import vectorbt  # a second and a half

    rng = np.random.default_rng(seed)
    close = np.round(100 * np.cumprod(1 + rng.normal(0, 0.02, (150, 3)), axis=0), 2)
    wanted = np.where(rng.random(close.shape) < 0.4, rng.integers(-8, 9, close.shape), 0.0)
    wanted[wanted == 0] = np.nan
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(vectorbt.settings, "engine", "rust")
        theirs = vectorbt.Portfolio.from_orders(
            pd.DataFrame(close), size=wanted, fees=0.001, fixed_fees=1.0, init_cash=1e7
        )
        orders, expected = theirs.orders.records, theirs.exit_trades.records
    orders = orders.sort_values(["idx", "col"])
    signed = np.where(orders["side"] == 0, orders["size"], -orders["size"])
    columns = (orders["idx"], orders["col"], signed, orders["price"], orders["fees"])
    fills = fills_of(*zip(*columns, strict=True))

    table = pd.DataFrame(trips(fills, market(close))._asdict())
    table = table.sort_values(["symbol", "exit_bar", "is_open"], kind="stable")
    expected = expected.sort_values(["col", "exit_idx", "status"], ascending=[True, True, False])

    assert len(table) == len(expected) > 50
    pairs = {
        "symbol": expected["col"],
        "side": 1 - 2 * expected["direction"],
        "entry_bar": expected["entry_idx"],
        "exit_bar": expected["exit_idx"],
        "shares": expected["size"],
        "entry_price": expected["entry_price"],
        "exit_price": expected["exit_price"],
        "costs": expected["entry_fees"] + expected["exit_fees"],
        "profit": expected["pnl"],
        "return_fraction": expected["return"],
        "is_open": expected["status"] == 0,
    }
    for column, values in pairs.items():
        np.testing.assert_allclose(
            table[column].to_numpy(float), values.to_numpy(float), rtol=1e-9, atol=1e-9
        )


# ---------------------------------------------------------------------- exact arithmetic


def test_that_a_long_trade_earns_the_rise_less_both_costs() -> None:
    trades = trips(fills_of((2, 0, 8.0, 100.0, 1.0), (5, 0, -8.0, 112.5, 2.0)))

    assert trades.profit.tolist() == [97.0]
    assert trades.costs.tolist() == [3.0]
    assert trades.return_fraction.tolist() == [97.0 / 800.0]
    assert (trades.entry_bar, trades.exit_bar, trades.bars_held) == (2, 5, 3)
    assert trades.shares.tolist() == [8.0]
    assert trades.side.tolist() == [1]


def test_that_a_short_trade_earns_the_fall_less_both_costs() -> None:
    trades = trips(fills_of((2, 0, -8.0, 100.0, 1.0), (5, 0, 8.0, 87.5, 2.0)))

    assert trades.profit.tolist() == [97.0]
    assert trades.side.tolist() == [-1]
    assert trades.shares.tolist() == [8.0]


def test_that_each_sale_of_a_part_is_a_trade_at_the_average_price_with_its_part_of_the_costs() -> (
    None
):
    fills = fills_of(
        (1, 0, 4.0, 100.0, 4.0),
        (2, 0, 12.0, 116.0, 12.0),
        (3, 0, -4.0, 128.0, 1.0),
        (4, 0, -12.0, 104.0, 3.0),
    )
    trades = trips(fills)

    assert trades.entry_price.tolist() == [112.0, 112.0]
    assert trades.entry_bar.tolist() == [1, 1]
    assert trades.costs.tolist() == [5.0, 15.0]
    assert trades.profit.tolist() == [4 * 16.0 - 5.0, 12 * -8.0 - 15.0]


def test_that_buying_more_after_a_sale_averages_what_is_left_with_what_is_new() -> None:
    fills = fills_of(
        (1, 0, 8.0, 100.0, 0.0),
        (2, 0, -4.0, 100.0, 0.0),
        (3, 0, 4.0, 120.0, 0.0),
        (4, 0, -8.0, 110.0, 0.0),
    )
    assert trips(fills).entry_price.tolist() == [100.0, 110.0]


def test_that_a_fill_that_turns_a_position_round_shares_its_cost_by_shares() -> None:
    fills = fills_of((1, 0, 4.0, 100.0, 2.0), (2, 0, -16.0, 110.0, 8.0), (3, 0, 12.0, 90.0, 1.0))
    trades = trips(fills)

    assert trades.side.tolist() == [1, -1]
    assert trades.shares.tolist() == [4.0, 12.0]
    assert trades.entry_bar.tolist() == [1, 2]
    assert trades.costs.tolist() == [4.0, 7.0]
    assert trades.profit.tolist() == [36.0, 233.0]


def test_that_trades_come_in_the_order_of_their_exits_and_open_ones_last() -> None:
    close = np.full((10, 3), 100.0)
    close[-1] = [101.0, 102.0, 104.0]
    close[-2:, 1] = np.nan
    fills = fills_of(
        (1, 2, 1.0, 100.0, 0.5),
        (1, 1, 1.0, 100.0, 0.5),
        (2, 0, 1.0, 100.0, 0.0),
        (3, 2, -1.0, 100.0, 0.0),
        (4, 0, -1.0, 100.0, 0.0),
        (5, 0, -2.0, 100.0, 0.5),
    )
    trades = trips(fills, market(close))

    assert trades.symbol.tolist() == [2, 0, 0, 1]
    assert trades.is_open.tolist() == [False, False, True, True]
    assert trades.reason.tolist()[2:] == [-1, -1]
    # Marked at the last close there is, without a cost of leaving.
    assert trades.exit_price.tolist()[2:] == [101.0, 100.0]
    assert trades.profit.tolist()[2:] == [-2.5, -0.5]


def test_that_holding_time_counts_the_bars_that_the_symbol_had() -> None:
    close = np.full((10, 1), 100.0)
    close[[3, 4]] = np.nan
    trades = trips(fills_of((1, 0, 1.0, 100.0, 0.0), (6, 0, -1.0, 100.0, 0.0)), market(close))
    assert trades.bars_held.tolist() == [3]


def test_that_no_fills_are_no_trades() -> None:
    trades = trips(fills_of())
    assert [len(column) for column in trades] == [0] * len(Trades._fields)
    assert len(closed_profits(PLAIN, FLAT, fills_of())) == 0


def test_that_a_trade_says_how_it_ended_and_whether_its_bar_touched_stop_and_target() -> None:
    prices = market(
        [100.0, 100.0, 100.0, 100.0, 100.0, 100.0],
        high=[100.0, 100.0, 120.0, 100.0, 100.0, 100.0],
        low=[100.0, 100.0, 80.0, 100.0, 100.0, 100.0],
    )
    rules = Rules(has_stop_loss=True, has_take_profit=True)
    decisions = decided(
        prices, long_entry=[0, 3], long_exit=[4], size=0.5, stop_loss=0.1, take_profit=0.1
    )
    trades = round_trips(rules, prices, simulate(rules, prices, decisions))

    assert [REASONS[reason] for reason in trades.reason] == ["stop loss", "exit"]
    assert trades.reason.tolist() == [STOP_LOSS, EXIT]
    assert trades.ambiguous.tolist() == [True, False]


# --------------------------------------------- splits, dividends and fees for borrowing


def test_that_a_split_changes_the_shares_and_the_entry_price_and_not_the_profit() -> None:
    split = [1.0, 1.0, 1.0, 2.0, 1.0, 1.0]
    prices = market([100.0, 100.0, 104.0, 52.0, 54.0, 55.0], split=split)
    rules = Rules(has_events=True)
    fills = fills_of((1, 0, 8.0, 100.0, 0.0), (4, 0, -16.0, 54.0, 0.0))
    trades = trips(fills, prices, rules)

    assert trades.shares.tolist() == [16.0]
    assert trades.entry_price.tolist() == [50.0]
    assert trades.exit_price.tolist() == [54.0]
    assert trades.profit.tolist() == [64.0]
    assert trades.return_fraction.tolist() == [64.0 / 800.0]
    assert closed_profits(rules, prices, fills).tolist() == [64.0]


def test_that_a_split_happens_to_the_parts_of_a_position_that_are_held_then() -> None:
    split = [1.0, 1.0, 1.0, 2.0, 1.0, 1.0]
    prices = market([100.0, 100.0, 120.0, 60.0, 64.0, 65.0], split=split)
    rules = Rules(has_events=True)
    fills = fills_of((1, 0, 8.0, 100.0, 0.0), (2, 0, -4.0, 120.0, 0.0), (3, 0, 8.0, 60.0, 0.0))
    trades = trips(fills, prices, rules)

    # Eight of the shares at 50 (four before the split), eight at 60: sixteen at 55 that cost 65.
    assert trades.shares.tolist() == [4.0, 16.0]
    assert trades.entry_price.tolist() == [100.0, 55.0]
    assert trades.profit.tolist() == [80.0, 160.0]
    assert trades.is_open.tolist() == [False, True]


def test_that_dividends_are_earned_by_those_who_held_over_the_night_before() -> None:
    dividend = [0.0, 1.0, 2.0, 4.0, 8.0, 0.0]
    prices = market(np.full(6, 100.0), dividend=dividend)
    rules = Rules(has_events=True)
    long = trips(fills_of((1, 0, 8.0, 100.0, 0.0), (3, 0, -8.0, 100.0, 0.0)), prices, rules)
    short = trips(fills_of((1, 0, -8.0, 100.0, 0.0), (3, 0, 8.0, 100.0, 0.0)), prices, rules)

    assert long.profit.tolist() == [8 * 6.0]
    assert short.profit.tolist() == [-8 * 6.0]
    assert long.entry_price.tolist() == [100.0]
    assert long.return_fraction.tolist() == [0.06]


def test_that_a_short_trade_pays_for_every_close_at_which_it_borrowed() -> None:
    prices = market([100.0, 100.0, 200.0, 400.0, 100.0, 100.0])
    rules = Rules(short_side=True, borrow_rate=0.25, bars_per_year=1.0)
    fills = fills_of((1, 0, -8.0, 100.0, 0.0), (3, 0, 8.0, 100.0, 0.0))

    assert trips(fills, prices, rules).profit.tolist() == [-8 * 0.25 * (100.0 + 200.0)]
    assert closed_profits(rules, prices, fills).tolist() == [-600.0]


def test_that_apple_held_over_its_splits_of_2000_and_2005_jumps_nowhere() -> None:
    bars = pd.read_parquet(shared("data/ship/daily/AAPL.parquet"))
    bars = bars[bars["timestamp"] < "2006-01-01"]
    days = pd.DatetimeIndex(bars["timestamp"])
    split = np.where(days.isin(pd.to_datetime(["2000-06-21", "2005-02-28"])), 2.0, 1.0)
    assert split.prod() == 4.0
    columns = {name: bars[name].to_numpy() for name in ("open", "high", "low")}
    prices = market(bars["close"].to_numpy(), split=split, **columns)
    rules = Rules(cash=100_000.0, has_events=True)
    decisions = decided(prices, long_entry=[0], size=1.0)
    found = simulate(rules, prices, decisions, compiled=False)
    trades = round_trips(rules, prices, found)

    # All the money is in the one share, which paid no dividend in these years.
    adjusted = bars["adj_close"].to_numpy()
    ours, theirs = found.equity[2:] / found.equity[1:-1], adjusted[2:] / adjusted[1:-1]
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    assert (np.abs(ours[split[2:] > 1.0] - 1.0) < 0.1).all()

    bought, last = prices.open[1, 0], prices.close[-1, 0]
    assert trades.is_open.tolist() == [True]
    assert trades.shares[0] == pytest.approx(4 * 100_000.0 / bought, rel=1e-12)
    assert trades.entry_price[0] == pytest.approx(bought / 4, rel=1e-12)
    assert trades.profit[0] == pytest.approx(100_000.0 * (4 * last / bought - 1), rel=1e-12)
    assert trades.profit[0] == pytest.approx(found.equity[-1] - 100_000.0, rel=1e-9)


# --------------------------------------------------------------------------- properties


@st.composite
def random_rules(draw: st.DrawFn) -> Rules:
    weights, raw = draw(st.booleans()), draw(st.booleans())
    short = draw(st.booleans())
    return Rules(
        cash=10_000.0,
        size_kind=draw(st.sampled_from([SHARES, CASH, FRACTION])),
        fill=draw(st.sampled_from([NEXT_OPEN, NEXT_CLOSE, SAME_CLOSE])),
        commission=draw(st.sampled_from([0.0, 0.001])),
        commission_per_share=draw(st.sampled_from([0.0, 0.01])),
        commission_per_order=draw(st.sampled_from([0.0, 1.0])),
        slippage=draw(st.sampled_from([0.0, 0.001])),
        borrow_rate=draw(st.sampled_from([0.0, 0.1])),
        exit_after=draw(st.sampled_from([0, 3])),
        whole_shares=draw(st.booleans()),
        shared_cash=weights or draw(st.booleans()),
        short_side=weights or short,
        has_stop_loss=not weights and draw(st.booleans()),
        has_take_profit=not weights and draw(st.booleans()),
        has_trailing_stop=not weights and draw(st.booleans()),
        has_weights=weights,
        has_events=raw,
    )


@given(random_rules(), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.1]))
@settings(max_examples=150)
def test_that_the_profits_of_all_trades_are_the_change_of_the_account(
    rules: Rules, seed: int, gaps: float
) -> None:
    rng = np.random.default_rng(seed)
    prices = random_prices(rng, bars=60, symbols=3, gaps=gaps)
    found = simulate(rules, prices, random_decisions(rng, prices, rules), compiled=False)
    trades = round_trips(rules, prices, found)

    moved = np.abs(found.fills.shares * found.fills.price).sum() + rules.cash
    assert trades.profit.sum() == pytest.approx(found.equity[-1] - rules.cash, abs=1e-9 * moved)
    assert trades.costs.sum() == pytest.approx(found.fills.cost.sum(), abs=1e-9 * moved)
    assert (trades.shares > 0).all()
    assert (trades.bars_held >= 0).all()
    assert (np.diff(trades.is_open.astype(int)) >= 0).all()
    # The file that stands alone counts the very same profits, to the bit.
    alone = closed_profits(rules, prices, found.fills)
    assert alone.tolist() == trades.profit[~trades.is_open].tolist()


RandomFill = tuple[int, int, int, int]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.integers(-6, 6).filter(bool),
            st.integers(1, 400),
            st.integers(0, 9),
        ),
        max_size=40,
    )
)
def test_that_matching_is_what_exact_fractions_say(rows: list[RandomFill]) -> None:
    fills = fills_of(*((i, n, s, p, c) for i, (n, s, p, c) in enumerate(rows)))
    trades = trips(fills, market(np.full((41, 3), 100.0)))
    expected = exact_profits(rows)

    assert [float(profit) for profit in expected] == pytest.approx(
        trades.profit.tolist(), rel=1e-9, abs=1e-7
    )


def exact_profits(rows: list[RandomFill]) -> list[Fraction]:
    """Average-cost accounting by the book: one pot of shares, money and costs a symbol."""
    held: dict[int, Fraction] = defaultdict(Fraction)
    value: dict[int, Fraction] = defaultdict(Fraction)
    costs: dict[int, Fraction] = defaultdict(Fraction)
    closed = []
    for symbol, shares, price, cost in rows:
        change, paid = Fraction(shares), Fraction(cost)
        if held[symbol] * change < 0:
            part = min(abs(change), abs(held[symbol])) / abs(held[symbol])
            gone, worth = held[symbol] * part, value[symbol] * part
            exit_cost = paid * abs(gone / change)
            closed.append(gone * price - worth - costs[symbol] * part - exit_cost)
            held[symbol] -= gone
            value[symbol] -= worth
            costs[symbol] *= 1 - part
            change, paid = change + gone, paid - exit_cost
        held[symbol] += change
        value[symbol] += change * price
        costs[symbol] += paid
    ended = [held[n] * 100 - value[n] - costs[n] for n in sorted(held) if held[n]]
    return closed + ended
