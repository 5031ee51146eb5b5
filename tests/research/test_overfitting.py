"""The probability of backtest overfitting of a grid, against backtests of the generated file."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alphintra_desktop.backtest.run import backtest, load_data
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.report import Cancelled, Report
from alphintra_desktop.research.grid import axis_of, grid_of
from alphintra_desktop.research.overfitting import (
    MOST,
    PointReturns,
    overfitting_in_words,
    overfitting_of,
)
from alphintra_desktop.simulation.sharpe_inference import backtest_overfitting
from tests.drawing import sma_crossover
from tests.research.made_library import import_made_bars

FAST, SLOW = "00000003", "00000004"


@pytest.fixture
def drawn(library_of_this_test):
    import_made_bars(library_of_this_test)
    return sma_crossover(dataset="made", symbols="AA, BB")


def gridded(graph, fast="2:8:2", slow="15,25,40"):
    grid = grid_of([axis_of(graph, FAST, "period", fast), axis_of(graph, SLOW, "period", slow)])
    return grid, load_data(generate(graph))


def returns_by_file(graph, grid, loaded):
    curves = [backtest(generate(grid.graph_at(graph, n)), loaded).equity for n in range(grid.size)]
    return np.stack([curve[1:] / curve[:-1] - 1.0 for curve in curves], axis=1)


def test_that_the_returns_of_a_point_are_those_of_its_generated_file(drawn):
    grid, loaded = gridded(drawn)
    source = PointReturns(drawn, grid, loaded)
    found = np.stack([source.of(number) for number in range(grid.size)], axis=1)
    assert found == pytest.approx(returns_by_file(drawn, grid, loaded), rel=1e-9, abs=1e-12)


def test_that_a_small_grid_is_judged_whole(drawn):
    grid, loaded = gridded(drawn)
    found = overfitting_of(drawn, grid, loaded, Report())
    expected = backtest_overfitting(returns_by_file(drawn, grid, loaded)).probability
    assert found.points == grid.size
    assert found.probability == pytest.approx(expected, abs=0.01)


def test_that_a_large_grid_is_judged_by_some_points_which_the_seed_draws(drawn):
    grid, loaded = gridded(drawn, "2:40:1", "41:60:1")
    assert grid.size > MOST
    first, again = (overfitting_of(drawn, grid, loaded, Report(), seed=5) for _ in range(2))
    assert first == again
    assert first.points == MOST


def test_that_of_one_point_nothing_is_said(drawn):
    grid, loaded = gridded(drawn, "5", "20")
    found = overfitting_of(drawn, grid, loaded, Report())
    assert math.isnan(found.probability)
    assert "cannot be told" in overfitting_in_words(found.as_dict())


def test_that_it_can_be_cancelled(drawn):
    grid, loaded = gridded(drawn)
    with pytest.raises(Cancelled):
        overfitting_of(drawn, grid, loaded, Report(cancelled=lambda: True))


@pytest.mark.parametrize(("probability", "words"), [(0.7, "no better"), (0.1, "tends to be good")])
def test_that_the_sentence_says_which_way_it_went(probability, words):
    assert words in overfitting_in_words({"probability": probability, "points": 12})
