"""Multiples of costs, and the break-even, verified by running at it."""

from __future__ import annotations

import math

import pytest

from alphintra_desktop.research.resampling.costs import (
    PRECISE,
    break_even,
    costs,
    with_costs,
    with_slippage,
)
from alphintra_desktop.research.resampling.paths import Paths
from alphintra_desktop.research.resampling.subject import Subject, Trader
from tests.research.resampling.stressed import made_bars, made_subject


def earning_subject() -> Subject:
    """The first made-up history on which the crossover earns something."""
    subjects = (made_subject(400, seed) for seed in range(50))
    return next(one for one in subjects if one.metrics["total_return"] > 0.02)


def test_that_a_run_at_the_break_even_cost_earns_nothing_more():
    subject = earning_subject()
    found = costs(subject, Paths(0, 1))
    trader = Trader(subject.prices)
    multiple, more = found["break_even_multiple"], found["break_even_slippage"]
    for rules, dearer in (
        (with_costs(subject.rules, multiple), with_costs(subject.rules, multiple * (1 + PRECISE))),
        (
            with_slippage(subject.rules, more),
            with_slippage(subject.rules, more * (1 + PRECISE)),
        ),
    ):
        at, above = (trader.measures(r, subject.decisions).total_return for r in (rules, dearer))
        assert at > 0.0 >= above
        assert at == pytest.approx(0.0, abs=1e-3)


def test_that_one_times_the_costs_is_the_run_as_it_was_and_more_earns_less():
    subject = earning_subject()
    curve = costs(subject, Paths(0, 1))["curve"]
    by_multiple = {one["multiple"]: one["total_return"] for one in curve}
    assert by_multiple[1.0] == pytest.approx(subject.metrics["total_return"], rel=1e-9)
    assert [*by_multiple.values()] == sorted(by_multiple.values(), reverse=True)


def test_that_a_strategy_that_never_earns_has_no_break_even():
    losing = next(one for one in (made_subject(400, s) for s in range(50)) if _free(one) < 0.0)
    found = costs(losing, Paths(0, 1))
    assert found["break_even_multiple"] is None
    assert found["break_even_slippage"] is None
    assert "no cost at which it would break even" in found["said"][0]


def _free(subject: Subject) -> float:
    rules = with_costs(subject.rules, 0.0)
    return Trader(subject.prices).measures(rules, subject.decisions).total_return


def test_that_a_run_without_costs_is_told_so():
    subject = earning_subject()
    free = Subject(subject.graph, subject.bars)
    free.__dict__["rules"] = with_costs(subject.rules, 0.0)
    found = costs(free, Paths(0, 1))
    assert not found["has_costs"]
    assert found["break_even_multiple"] is None
    assert found["break_even_slippage"] > 0.0
    assert "no costs at all" in found["said"][0]


def test_that_a_break_even_is_found_to_its_precision():
    assert break_even(lambda cost: 1.0 - cost / 3.7, 1.0, 100.0) == pytest.approx(3.7, rel=PRECISE)
    assert break_even(lambda cost: 1.0, 1.0, 100.0) == math.inf
    assert break_even(lambda cost: -cost, 1.0, 100.0) is None


def test_that_bars_of_several_symbols_are_traded_as_in_a_run():
    subject = Subject(made_subject().graph, made_bars(200, symbols=1))
    ours = Trader(subject.prices).measures(subject.rules, subject.decisions)
    assert ours.total_return == pytest.approx(subject.metrics["total_return"], rel=1e-9)
