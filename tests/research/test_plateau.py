"""The neighbourhood of a point, and lone peaks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.research.grid import Axis, Grid
from alphintra_desktop.research.plateau import best_of, neighbourhood_means


def grid_of_shape(*shape: int) -> Grid:
    return Grid(
        tuple(Axis(str(n), "x", str(n), tuple(range(size))) for n, size in enumerate(shape))
    )


def slow_means(grid: Grid, metric: np.ndarray) -> list[float]:
    """Every pair of points compared."""
    places = list(itertools.product(*(range(size) for size in grid.shape)))
    means = []
    for here in places:
        near = [
            metric[number]
            for number, there in enumerate(places)
            if all(abs(a - b) <= 1 for a, b in zip(here, there, strict=True))
        ]
        means.append(float(np.mean(near)))
    return means


@given(shape=st.lists(st.integers(1, 4), min_size=1, max_size=3), seed=st.integers(0, 1000))
def test_that_a_plateau_is_the_mean_over_the_box_around_a_point(shape, seed):
    grid = grid_of_shape(*shape)
    metric = np.random.default_rng(seed).normal(size=grid.size)
    np.testing.assert_allclose(neighbourhood_means(grid, metric), slow_means(grid, metric))


def test_that_neighbours_are_near_in_value_however_the_list_is_written():
    grid = Grid((Axis("a", "x", "A", (20, 100, 50)),))
    np.testing.assert_allclose(
        neighbourhood_means(grid, np.array([1.0, 2.0, 6.0])), [3.5, 4.0, 3.0]
    )


def test_that_points_apart_by_a_choice_are_no_neighbours():
    grid = Grid((Axis("a", "x", "A", ("one", "two")), Axis("b", "y", "B", (1, 2))))
    means = neighbourhood_means(grid, np.array([1.0, 3.0, 10.0, 20.0]))
    np.testing.assert_allclose(means, [2.0, 2.0, 15.0, 15.0])


def test_that_the_plateau_may_lie_elsewhere_than_the_best_point():
    metric = np.array([0.0, 3.0, 0.0, 0.0, 2.0, 2.0, 2.0])
    best = best_of(grid_of_shape(7), metric)
    assert best is not None
    assert (best.point, best.plateau) == (1, 5)
    assert (best.value, best.around) == (3.0, 1.0)
    assert (best.plateau_value, best.plateau_around) == (2.0, 2.0)
    assert "lone peak" in best.warning


def test_that_a_best_point_among_good_ones_is_no_lone_peak():
    best = best_of(grid_of_shape(5), np.array([0.0, 1.8, 2.0, 1.9, 0.0]))
    assert best is not None
    assert best.warning == ""


def test_that_a_point_without_neighbours_is_not_called_lone():
    best = best_of(Grid((Axis("a", "x", "A", ("one", "two")),)), np.array([1.0, 5.0]))
    assert best is not None
    assert best.warning == ""


def test_that_points_without_a_number_do_not_hold_a_plateau_up():
    best = best_of(grid_of_shape(5), np.array([np.nan, 2.0, np.nan, 1.5, 1.5]))
    assert best is not None
    assert (best.point, best.plateau) == (1, 4)
    assert best.around == pytest.approx(2.0 / 3.0)


def test_that_a_grid_without_any_number_has_no_best_point():
    assert best_of(grid_of_shape(3), np.full(3, np.nan)) is None
