"""Random drawings, from the graph to fills on both engines: where both can run, both do the same.

Where only the event engine can, the generated file's decisions are compared with those of the slow
evaluator, and its compiled way is not used, so that nothing is shared but the rules of the market.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from alphintra_desktop.backtest import vectorbt_engine
from alphintra_desktop.backtest.capabilities import choose_engine
from alphintra_desktop.backtest.deciding import signals_of
from alphintra_desktop.backtest.run import plain_rules, prices_of
from alphintra_desktop.backtest.verify import reference_decisions
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.codegen.problems import problems
from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.market.store import load_bars
from alphintra_desktop.simulation import event_engine
from alphintra_desktop.simulation.decisions import decisions_of
from tests.strategy_graphs import only, random_bars, strategy_graphs, symbols_of

SHARES = ("AAPL", "GOOG", "MSFT")


@pytest.fixture(scope="module")
def real_bars():
    """Three shares, of which one came to the market in the middle."""
    ensure_sample_data()
    return load_bars("sample", SHARES, "1d", "2004-06-01", "2006-06-01").bars


def ran_both_ways(graph, bars):
    """The fills and equity of the engine that is chosen, and of the event engine."""
    assume(not any(problem.blocking for problem in problems(graph)))
    code = generate(graph)
    bars = bars.adjusted() if code.trading.data.adjusted else bars
    rules = plain_rules(code.trading.rules)
    choice = choose_engine(rules, bars)
    event(choice.engine)
    decisions = decisions_of(signals_of(code, bars), bars.present)
    theirs = event_engine.simulate(rules, prices_of(bars), decisions)
    event(f"{choice.engine} fills" if len(theirs.fills.bar) else "no fills")
    if choice.engine == "vectorbt":
        return vectorbt_engine.simulate(rules, prices_of(bars), decisions), theirs
    slow = event_engine.simulate(
        rules, prices_of(bars), reference_decisions(code, bars), compiled=False
    )
    return slow, theirs


def assert_same(ours, theirs):
    orders = [
        np.lexsort((fills.reason, fills.symbol, fills.bar)) for fills in (ours.fills, theirs.fills)
    ]
    for name in ("bar", "symbol", "shares", "price", "cost", "reason"):
        left, right = (
            getattr(each.fills, name)[order]
            for each, order in zip((ours, theirs), orders, strict=True)
        )
        np.testing.assert_allclose(left, right, rtol=1e-8, atol=1e-8, err_msg=name)
    np.testing.assert_allclose(ours.equity, theirs.equity, rtol=1e-8, atol=1e-8)


@settings(max_examples=150)
@given(graph=strategy_graphs(), seed=st.integers(0, 10**6), gaps=st.sampled_from([0.0, 0.15]))
def test_that_both_engines_agree_trade_for_trade_on_random_strategies_and_bars(graph, seed, gaps):
    bars = random_bars(seed, rows=90, symbols=symbols_of(graph), gaps=gaps)
    assert_same(*ran_both_ways(graph, bars))


@settings(max_examples=40)
@given(graph=strategy_graphs(SHARES, "1d"))
def test_that_both_engines_agree_trade_for_trade_on_random_strategies_and_real_bars(
    real_bars, graph
):
    assert_same(*ran_both_ways(graph, only(real_bars, symbols_of(graph))))


@settings(max_examples=40)
@given(graph=strategy_graphs(timeframe="1h"), seed=st.integers(0, 10**6))
def test_that_both_engines_agree_trade_for_trade_on_hours(graph, seed):
    bars = random_bars(seed, rows=90, symbols=symbols_of(graph), step="1h")
    assert_same(*ran_both_ways(graph, bars))


@settings(max_examples=30)
@given(graph=strategy_graphs(prices="raw"), seed=st.integers(0, 10**6))
def test_that_both_ways_agree_on_raw_prices_with_splits_and_dividends(graph, seed):
    bars = random_bars(seed, rows=90, symbols=symbols_of(graph), events=0.03)
    assert_same(*ran_both_ways(graph, bars))
