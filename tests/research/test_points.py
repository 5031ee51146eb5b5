"""The strategy built for a point is the strategy of the graph with the point's params."""

from __future__ import annotations

import pytest

from alphintra_desktop.codegen.lower import lower
from alphintra_desktop.codegen.problem import GraphHasProblems
from alphintra_desktop.codegen.trading import trading
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.research.grid import axis_of, grid_of
from alphintra_desktop.research.points import Points
from tests.drawing import Drawing, sma_crossover

FAST, SLOW, COSTS = "00000003", "00000004", "00000009"


def sma():
    return sma_crossover(dataset="made", symbols="AA")


def grid(graph, *texts):
    return grid_of([axis_of(graph, *text) for text in texts])


def test_that_a_point_has_the_strategy_of_the_graph_with_its_params():
    graph = sma()
    axes = grid(
        graph, (FAST, "period", "5:8:1"), (SLOW, "period", "20,30"), (COSTS, "fraction", "0,0.01")
    )
    points = Points(graph, axes)
    for number in range(axes.size):
        lowered = lower(axes.graph_at(graph, number))
        assert points.trading(number) == trading(lowered.strategy, points.data)


def test_that_points_share_the_very_ops_they_have_in_common():
    graph = sma()
    points = Points(graph, grid(graph, (FAST, "period", "5,6"), (SLOW, "period", "20,30")))
    first, second = (points.trading(number).decisions["long_entry"] for number in (0, 1))
    assert first.left is second.left
    assert first.right != second.right


def test_that_nodes_with_several_outputs_and_open_inputs_are_built():
    draw = Drawing()
    bars = draw.add("market_data.dataset", dataset="made", symbols="AA")
    close = draw.add("prices.close", bars=bars)
    macd = draw.add("talib.macd", "Macd", values=close)
    up = draw.add("conditions.above", left=macd["macd"], right=macd["signal"])
    down = draw.add("conditions.below", left=macd["macd"], right=macd["signal"])
    rules = [draw.add("signals.enter_long", when=up), draw.add("signals.exit_long", when=down)]
    draw.add("strategy.strategy", rules=rules)
    axes = grid(draw.graph, (macd.id, "fast", "5,12"), (macd.id, "slow", "20,30"))
    points = Points(draw.graph, axes)
    for number in range(4):
        lowered = lower(axes.graph_at(draw.graph, number))
        assert points.trading(number) == trading(lowered.strategy, points.data)


def test_that_an_axis_that_changes_the_bars_is_refused():
    graph = sma()
    with pytest.raises(AlphintraError, match="which bars"):
        Points(graph, grid(graph, ("00000001", "prices", "adjusted,raw")))


def test_that_an_axis_that_changes_nothing_is_refused():
    draw = Drawing()
    draw.graph = sma()
    idle = draw.add("arithmetic.constant", "Idle", value=1.0)
    with pytest.raises(AlphintraError, match="changes nothing"):
        Points(draw.graph, grid(draw.graph, (idle.id, "value", "1,2")))


def test_that_a_graph_with_problems_is_refused():
    graph = sma()
    axes = grid(graph, (FAST, "period", "5,6"))
    with pytest.raises(GraphHasProblems):
        Points(graph.without_node("00000002"), axes)


def test_that_a_plain_strategy_does_not_need_the_file():
    graph = sma()
    points = Points(graph, grid(graph, (FAST, "period", "5,6")))
    assert points.slow_because == ""
