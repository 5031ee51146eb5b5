"""Grids: what a text spells, and the numbers of points."""

from __future__ import annotations

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.research.grid import Axis, Grid, axis_of, grid_of
from tests.drawing import sma_crossover

FAST, SLOW, COSTS = "00000003", "00000004", "00000009"


def graph():
    return sma_crossover(dataset="made", symbols="AA")


def test_that_a_range_includes_its_end():
    axis = axis_of(graph(), FAST, "period", "5:50:5")
    assert axis.values == tuple(range(5, 51, 5))
    assert axis.name == "Fast average.period"


def test_that_a_range_stops_before_an_end_that_no_step_meets():
    assert axis_of(graph(), FAST, "period", "5:12:5").values == (5, 10)


def test_that_a_range_of_fractions_is_counted_in_decimals():
    assert axis_of(graph(), COSTS, "fraction", "0.001:0.003:0.001").values == (0.001, 0.002, 0.003)


def test_that_a_list_keeps_its_order():
    assert axis_of(graph(), SLOW, "period", "20, 100,50").values == (20, 100, 50)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("5:50", "not a range"),
        ("5:50:0", "not a range"),
        ("50:5:5", "not a range"),
        ("1:nan:1", "not a range"),
        ("5,5", "same value twice"),
        ("5,x", "not a whole number"),
        ("5:6:0.5", "not a whole number"),
        ("0,5", "the least"),
        ("1:999999999:1", "the most"),
        ("", "not a whole number"),
    ],
)
def test_that_a_wrong_text_is_refused_with_the_reason(text, says):
    with pytest.raises(AlphintraError, match=says):
        axis_of(graph(), FAST, "period", text)


def test_that_an_unknown_param_and_a_text_are_refused():
    with pytest.raises(AlphintraError, match="no param 'perod'") as error:
        axis_of(graph(), FAST, "perod", "1,2")
    assert "period" in error.value.hint
    with pytest.raises(AlphintraError, match="is a text"):
        axis_of(graph(), "00000001", "dataset", "a,b")


def test_that_points_count_through_the_last_axis_first():
    grid = Grid((Axis("a", "x", "A", (1, 2)), Axis("b", "y", "B", (10, 20, 30))))
    assert grid.size == 6
    assert [grid.point(number) for number in range(6)] == [
        (one, two) for one in (1, 2) for two in (10, 20, 30)
    ]
    assert grid.named_point(5) == {"A.x": 2, "B.y": 30}


def test_that_no_axis_and_the_same_one_twice_are_refused():
    axis = axis_of(graph(), FAST, "period", "5,6")
    with pytest.raises(AlphintraError, match="nothing to sweep"):
        grid_of([])
    with pytest.raises(AlphintraError, match="swept twice"):
        grid_of([axis, axis])


def test_that_too_many_points_are_refused():
    axes = [Axis(str(n), "x", str(n), tuple(range(300))) for n in range(3)]
    with pytest.raises(AlphintraError, match="27,000,000 points"):
        grid_of(axes)


def test_that_the_graph_of_a_point_has_its_params():
    grid = grid_of([axis_of(graph(), FAST, "period", "5,6"), axis_of(graph(), SLOW, "period", "9")])
    made = grid.graph_at(graph(), 1)
    assert made.nodes[FAST].params["period"] == 6
    assert made.nodes[SLOW].params["period"] == 9
