"""Symbols that share no cash, measured many points at a time, come out as stepped together."""

from __future__ import annotations

import numpy as np
import pytest

from alphintra_desktop.research.engine import Engine, Task
from alphintra_desktop.research.grid import axis_of, grid_of
from tests.research.test_walk_forward import FAST, SLOW, sma, wandering

TWO = "AA, BB"


def task(**strategy) -> Task:
    graph = sma(TWO)
    end = next(node for node in graph.nodes.values() if node.type == "strategy.strategy")
    graph = graph.with_node(type(end)(**{**vars(end), "params": {**end.params, **strategy}}))
    axes = [
        axis_of(graph, FAST, "period", "2:8:2"),
        axis_of(graph, end.id, "fill", "next_open,next_close"),
        axis_of(graph, SLOW, "period", "10,15,20"),
    ]
    return Task(graph, grid_of(axes), wandering(symbols=2))


def in_order(engine: Engine, *blocks: tuple[int, int]) -> np.ndarray:
    found = np.empty((engine.points.grid.size, 4))
    for block in blocks:
        places, values = engine.placed(block)
        found[places] = values
    return found


@pytest.mark.parametrize("threads", [1, 2])
def test_that_equity_added_up_of_symbols_is_that_of_the_account(threads):
    engine = Engine(task(), threads=threads)
    assert engine.is_batched
    size = engine.points.grid.size
    together = in_order(engine, (0, size))
    stepped = np.array([engine.measure(number) for number in range(size)])
    np.testing.assert_allclose(together, stepped, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(together[:, 3], stepped[:, 3])
    assert len(np.unique(together[:, 0])) > size // 2


def test_that_neither_blocks_nor_threads_change_a_bit():
    size = task().grid.size
    whole = in_order(Engine(task(), threads=2), (0, size))
    parts = in_order(Engine(task(), threads=1), (0, 5), (5, 6), (6, size))
    np.testing.assert_array_equal(parts, whole)


def test_that_symbols_that_share_cash_are_stepped_together():
    engine = Engine(task(accounts="shared"), threads=1)
    size = engine.points.grid.size
    stepped = np.array([engine.measure(number) for number in range(size)])
    np.testing.assert_array_equal(in_order(engine, (0, size)), stepped)
    alone = in_order(Engine(task(), threads=1), (0, size))
    assert not np.allclose(alone[:, 0], stepped[:, 0])
