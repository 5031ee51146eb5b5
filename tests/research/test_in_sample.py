"""Measuring on a window: many points at once come out as one by one, to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.bars import Bars
from alphintra_desktop.research.grid import axis_of, grid_of
from alphintra_desktop.research.in_sample import InSample
from alphintra_desktop.research.points import Points
from alphintra_desktop.research.splits import Span
from tests.research.test_walk_forward import FAST, SLOW, sma, wandering


def points_of(graph: Graph) -> Points:
    """Inner axes around an outer one, which moves in the middle."""
    end = next(n for n, node in graph.nodes.items() if node.type == "strategy.strategy")
    axes = [
        axis_of(graph, FAST, "period", "2:8:2"),
        axis_of(graph, end, "fill", "next_open,next_close"),
        axis_of(graph, SLOW, "period", "10,15,20"),
    ]
    return Points(graph, grid_of(axes))


def with_a_hole(bars: Bars) -> Bars:
    for values in bars.columns.values():
        values[30, 0] = np.nan
    return bars


@pytest.mark.parametrize("span", [Span(0, 120), Span(1, 120), Span(140, 300)])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("bars", [wandering(), with_a_hole(wandering()), wandering(symbols=2)])
def test_that_points_together_come_out_as_one_by_one(span, threads, bars):
    points = points_of(sma("AA, BB" if len(bars.symbols) > 1 else "AA"))
    sample = InSample(points, bars, span, threads)
    size = points.grid.size
    alone = np.concatenate([sample.block(n, n + 1) for n in range(size)])
    np.testing.assert_array_equal(sample.block(0, size), alone)
    np.testing.assert_array_equal(sample.block(5, 17), alone[5:17])
    assert len(np.unique(alone[:, 0])) > size // 2
