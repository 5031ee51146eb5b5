"""Trades in another order, late, or left out; params moved; the same in any number of processes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from alphintra_desktop.report import Cancelled, Report
from alphintra_desktop.research.executors.choice import PROCESSES, Spread
from alphintra_desktop.research.resampling.jitter import jitter, jittered_params, moved, with_params
from alphintra_desktop.research.resampling.order import (
    deepest,
    grown,
    order,
    overlapping,
    trade_fractions,
)
from alphintra_desktop.research.resampling.paths import Paths, shared
from alphintra_desktop.research.resampling.reruns import noise
from alphintra_desktop.research.resampling.stress import PARTS, stress
from alphintra_desktop.research.resampling.subject import Subject, Trader
from alphintra_desktop.research.resampling.timing import delay, delayed, skip, without_trades
from alphintra_desktop.runs.canonical import finite
from alphintra_desktop.simulation.event_engine import simulate
from alphintra_desktop.simulation.trades import round_trips
from tests.drawing import Drawing
from tests.research.resampling.stressed import made_bars, made_subject, stopped_crossover

# ------------------------------------------------------------------------ order


def test_that_every_order_of_trades_keeps_the_total_return():
    subject = made_subject()
    fractions = trade_fractions(subject)
    chance = np.random.default_rng(1)
    shuffled = np.array([chance.permutation(fractions) for _ in range(200)])
    ends = grown(shuffled)[:, -1] - 1.0
    np.testing.assert_allclose(ends, subject.metrics["total_return"], rtol=1e-9)
    assert np.unique(deepest(grown(shuffled)).round(9)).size > 50
    assert not overlapping(subject)


def test_that_drawdown_and_ruin_have_a_spread_and_no_sharpe_ratio_is_given():
    found = order(made_subject(), Paths(seed=1, paths=300))
    spread = found["max_drawdown"]
    assert spread["p05"] < spread["p50"] < 0.0
    chances = [one["chance"] for one in found["ruin"]]
    assert chances == sorted(chances, reverse=True)
    assert "sharpe" not in json.dumps(found).lower()
    assert deepest(grown(np.array([[0.5, -0.5, 0.1]])))[0] == pytest.approx(-0.5)


# ----------------------------------------------------------------------- timing


def test_that_a_delay_moves_every_decision_by_the_symbols_own_bars():
    subject = made_subject()
    later = delayed(subject.decisions, subject.bars.present, 3)
    assert (later.long_entry[3:] == subject.decisions.long_entry[:-3]).all()
    assert not later.long_entry[:3].any()
    present = subject.bars.present.copy()
    present[100:110] = False
    gap = delayed(subject.decisions, present, 3)
    assert (gap.long_entry[110:113] == subject.decisions.long_entry[97:100]).all()


def test_that_no_delay_is_the_run_as_it_was():
    subject = made_subject()
    curve = delay(subject, Paths(0, 1))["curve"]
    assert curve[0]["total_return"] == pytest.approx(subject.metrics["total_return"], rel=1e-9)
    assert [one["bars"] for one in curve] == [0, 1, 2, 3, 5, 10]


@pytest.mark.parametrize("graph", [None, stopped_crossover()], ids=["long", "both ways"])
def test_that_a_skipped_trade_is_gone_and_the_others_stay(graph):
    subject = made_subject(graph=graph)
    count = len(subject.trades.symbol)
    for skipped in range(0, count, 3):
        flags = np.arange(count) == skipped
        kept = without_trades(subject, flags)
        run = simulate(subject.rules, subject.prices, kept)
        left = round_trips(subject.rules, subject.prices, run).entry_bar
        expected = np.delete(subject.trades.entry_bar, skipped)
        assert sorted(left) == sorted(expected)


def test_that_skipping_tells_each_share():
    found = skip(made_subject(), Paths(seed=1, paths=100))
    middles = [level["trades"]["p50"] for level in found["levels"]]
    assert middles == sorted(middles, reverse=True)
    assert middles[-1] == pytest.approx(made_subject().metrics["trades"] / 2, rel=0.25)


# ----------------------------------------------------------------------- jitter


def test_that_params_stay_within_their_bounds_and_costs_stay_as_they_are():
    subject = made_subject()
    params = jittered_params(subject.graph)
    assert [one.title for one in params] == ["Fast average", "Slow average"]
    values = [moved(params[0], 0.1, np.random.default_rng(n)) for n in range(200)]
    assert set(values) == {9, 10, 11}
    assert all(isinstance(value, int) for value in values)


def test_that_a_jittered_path_is_the_strategy_with_those_params():
    subject = made_subject()
    params = jittered_params(subject.graph)
    graph = with_params(subject.graph, {(p.node, p.name): 7 for p in params[:1]})
    changed = Subject(graph, subject.bars)
    ours = Trader(subject.prices).measures(changed.rules, changed.decisions)
    assert ours.sharpe == pytest.approx(changed.metrics["sharpe"], rel=1e-9)
    found = jitter(subject, Paths(seed=1, paths=100))
    assert found["levels"][0]["sharpe"]["p05"] <= found["levels"][0]["sharpe"]["p95"]
    assert found["params"] == ["Fast average.period", "Slow average.period"]


# ------------------------------------------------------------------ all together


def test_that_noise_of_nothing_much_changes_nothing_much():
    found = noise(made_subject(), Paths(seed=1, paths=100))
    spreads = [level["total_return"] for level in found["levels"]]
    assert spreads[0]["p95"] - spreads[0]["p05"] < spreads[-1]["p95"] - spreads[-1]["p05"]


def test_that_all_parts_are_the_same_on_two_processes():
    subject = made_subject(200)
    asked = Paths(seed=5, paths=20)
    alone = stress(subject, (), asked)
    with shared(asked, subject, Spread(PROCESSES, 2)) as by_two:
        assert json.dumps(finite(stress(subject, (), by_two))) == json.dumps(finite(alone))
    assert [*alone["parts"]] == [part.name for part in PARTS]


def test_that_strategies_of_several_symbols_and_short_ones_are_stressed_too():
    graph = stopped_crossover()
    subject = Subject(graph, made_bars(250, symbols=3))
    found = stress(subject, (), Paths(seed=1, paths=20))
    assert not any(part["skipped"] for part in found["parts"].values())


def test_that_progress_goes_on_from_part_to_part_and_stops_where_it_is_asked_to():
    seen: list = []
    asked = Paths(1, 20, Report(seen.append))
    stress(made_subject(200), ("bootstrap", "costs", "noise"), asked)
    done = [progress.done for progress in seen]
    assert done == sorted(done)
    assert {progress.total for progress in seen} == {1000}
    assert done[-1] > 900
    stopping = Report(cancelled=lambda: len(seen) > 0)
    with pytest.raises(Cancelled):
        stress(made_subject(200), (), Paths(1, 20, stopping))


def test_that_a_strategy_that_never_trades_is_told_so_and_breaks_nothing():
    draw = Drawing("Never")
    bars = draw.add("market_data.dataset", dataset="made", symbols="A")
    returns = draw.add("transforms.returns", values=draw.add("prices.close", bars=bars))
    never = draw.add("conditions.above_level", values=returns, level=50.0)
    draw.add("strategy.strategy", rules=[draw.add("signals.enter_long", when=never)])
    found = stress(Subject(draw.graph, made_bars(200)), (), Paths(seed=1, paths=20))
    assert "nan" not in " ".join(s for part in found["parts"].values() for s in part["said"])
    assert found["parts"]["controls"]["verdict"] == "unknown"
    assert found["parts"]["entries"]["skipped"]
    json.dumps(finite(found), allow_nan=False)
