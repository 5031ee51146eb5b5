"""Negative controls: they accuse who looks ahead, and hardly ever anybody else."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from alphintra_desktop.market.bars import Bars
from alphintra_desktop.research.resampling.controls import controls, moved_round, without_drift
from alphintra_desktop.research.resampling.paths import Paths
from alphintra_desktop.research.resampling.subject import Subject
from alphintra_desktop.simulation.rules import Decisions
from tests.fuzzing import rounds
from tests.research.resampling.stressed import made_bars, made_subject, stopped_crossover


@dataclass(frozen=True, eq=False)
class Clairvoyant(Subject):
    """Is long over each night and day of which it knows that it rises."""

    def decide(self, bars: Bars) -> Decisions:
        honest = super().decide(bars)
        opened = bars["open"]
        # At the close of t, the open of t + 2 is compared with that of t + 1: the future.
        rises = np.zeros(opened.shape, bool)
        rises[:-2] = opened[2:] > opened[1:-1] * 1.002
        falls = np.zeros(opened.shape, bool)
        falls[:-2] = ~rises[:-2]
        return honest._replace(long_entry=rises, long_exit=falls)


def test_that_an_honest_strategy_is_not_accused():
    found = controls(made_subject(), Paths(seed=1, paths=200))
    assert found["verdict"] == "clean"
    assert {one["earns"] for one in found["controls"].values()} == {False}
    assert "no leak is seen" in found["said"][0]
    assert "about 1%" in found["said"][0]


def test_that_stops_inside_bars_are_no_reason_to_be_accused():
    found = controls(made_subject(graph=stopped_crossover()), Paths(seed=2, paths=200))
    assert found["verdict"] == "clean"


def test_that_a_strategy_that_knows_the_future_is_found_out():
    honest = made_subject()
    found = controls(Clairvoyant(honest.graph, honest.bars), Paths(seed=1, paths=100))
    assert found["verdict"] == "leaks"
    assert found["controls"]["random_walk"]["earns"]
    assert found["controls"]["shuffled"]["earns"]
    assert "knows the future" in found["said"][0]


def test_that_who_does_not_trade_is_neither_clean_nor_accused():
    idle = made_subject(count=40, graph=stopped_crossover(fast=11))
    idle = replace(idle)
    idle.__dict__["decisions"] = Decisions._make(np.zeros_like(values) for values in idle.decisions)
    found = controls(_Idle(idle.graph, idle.bars), Paths(seed=1, paths=20))
    assert found["verdict"] == "unknown"


class _Idle(Subject):
    def decide(self, bars: Bars) -> Decisions:
        return Decisions._make(np.zeros_like(values) for values in super().decide(bars))


def test_that_a_shift_goes_round_and_keeps_every_decision():
    decisions = made_subject().decisions
    moved = moved_round(decisions, 100)
    assert moved.long_entry.sum() == decisions.long_entry.sum()
    assert (moved.long_entry[100:] == decisions.long_entry[:-100]).all()


def test_that_prices_without_drift_have_none():
    prices = without_drift(made_bars(500))
    moves = prices.close[1:, 0] / prices.close[:-1, 0]
    assert moves.mean() == pytest.approx(1.0, abs=1e-12)
    assert (prices.high >= prices.low).all()


@pytest.mark.fuzz
def test_that_honest_strategies_are_accused_no_more_often_than_said():
    """One in a hundred may be; of so many, more than this would be a wonder."""
    checks = min(rounds(20), 1000)
    accused = 0
    for number in range(checks):
        graph = stopped_crossover(fast=2 + number % 6)
        subject = made_subject(300, seed=number, graph=graph)
        accused += controls(subject, Paths(seed=number, paths=100))["verdict"] == "leaks"
    assert accused <= 0.01 * checks + 3.0 * np.sqrt(0.01 * checks) + 0.5
