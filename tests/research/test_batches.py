"""Many points in one compiled call come to the same bits as one point after the other."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.graph.model import Graph
from alphintra_desktop.ir import ops
from alphintra_desktop.market.bars import Bars
from alphintra_desktop.nodes.catalog import catalog
from alphintra_desktop.report import Report
from alphintra_desktop.research.engine import Engine, Task, measure_grid
from alphintra_desktop.research.grid import axis_of, grid_of
from alphintra_desktop.research.skeleton import OPAQUE, FlagsHole, NumbersHole
from tests.drawing import Drawing

BARS = 160
PAIRS = ("above", "below", "at_least", "at_most", "equal", "crosses_above", "crosses_below")
LEVELS = ("above_level", "below_level", "crosses_above_level", "crosses_below_level")
STOPS = ("stops.stop_loss", "stops.take_profit", "stops.trailing_stop")


def made_bars(seed: int, wild: bool) -> Bars:
    """A walk in whole dollars or cents: many ties, and with `wild` falls that ruin a short."""
    draw = np.random.default_rng(seed)
    steps = draw.normal(0.0, 0.3 if wild else 0.02, BARS)
    close = np.maximum(np.round(40.0 * np.exp(np.cumsum(steps)), 0 if seed % 2 else 2), 1.0)
    opened = np.append(40.0, close[:-1]) + draw.integers(-1, 2, BARS)
    opened = np.maximum(opened, 1.0)
    spread = draw.integers(0, 3, (2, BARS))
    high = np.maximum(opened, close) + spread[0]
    low = np.maximum(np.minimum(opened, close) - spread[1], 0.5)
    one, none = np.ones(BARS), np.zeros(BARS)
    columns = {
        **{"open": opened, "high": high, "low": low, "close": close, "volume": one * 1000},
        **{"adj_factor": one, "split": one, "dividend": none},
    }
    days = (np.datetime64("2015-01-05") + np.arange(BARS)).astype("datetime64[ns]")
    return Bars(days, ("AA",), {name: values[:, None].copy() for name, values in columns.items()})


@st.composite
def drawings(draw: st.DrawFn) -> tuple[Graph, list[tuple[str, str, str]]]:
    """A strategy of conditions on two indicators, and axes that turn them, and perhaps a rule."""
    made = Drawing("Drawn")
    data = made.add("market_data.dataset", dataset="made", symbols="AA")
    close = made.add("prices.close", bars=data)
    fast = made.add("talib.sma", "Fast", values=close, period=3)
    slow = made.add("talib.sma", "Slow", values=close, period=9)
    strength = made.add("talib.rsi", "Strength", values=close, period=4)

    def condition(depth: int = 0) -> Any:
        kind = draw(st.sampled_from(["pair", "level", "logic"] if depth < 2 else ["pair", "level"]))
        if kind == "pair":
            name = draw(st.sampled_from(PAIRS))
            left, right = draw(st.permutations([close, fast, slow]))[:2]
            return made.add(f"conditions.{name}", left=left, right=right)
        if kind == "level":
            name, level = draw(st.sampled_from(LEVELS)), draw(st.sampled_from([30.0, 50.0, 70.0]))
            return made.add(f"conditions.{name}", values=strength, level=level)
        if draw(st.booleans()):
            return made.add("logic.not_", condition=condition(depth + 1))
        both = [condition(depth + 1), condition(depth + 1)]
        return made.add(draw(st.sampled_from(["logic.all_of", "logic.any_of"])), conditions=both)

    sides = draw(st.sampled_from([("long",), ("short",), ("long", "short")]))
    rules = [made.add(f"signals.{way}_{side}", when=condition()) for side in sides for way in WAYS]
    axes = [("Fast", "period", "2,3,5"), ("Slow", "period", "6,9"), ("Strength", "period", "2,4")]
    more: dict[str, Any] = {}
    stop = draw(st.sampled_from(["", *STOPS]))
    if stop:
        more["stops"] = [made.add(stop, "Stop", fraction=0.05)]
        axes.append(("Stop", "fraction", "0.03,0.2"))
    if draw(st.booleans()):
        more["costs"] = [made.add("costs.commission", fraction=0.002)]
    if draw(st.booleans()):
        more["sizing"] = made.add("sizing.fraction_of_equity", fraction=0.5)
    fill = draw(st.sampled_from(["next_open", "next_close"]))
    made.add("strategy.strategy", rules=rules, fill=fill, **more)
    return made.graph, axes


WAYS = ("enter", "exit")


def task_of(graph: Graph, axes: list[tuple[str, str, str]], bars: Bars) -> Task | None:
    """The task, with the axes that make a difference."""
    ids = {node.title: node.id for node in graph.nodes.values() if node.title}
    wired = {wire.source for wire in graph.wires}
    used = [axis for axis in axes if ids[axis[0]] in wired]
    if not used:
        return None
    return Task(graph, grid_of([axis_of(graph, ids[t], p, text) for t, p, text in used]), bars)


@settings(max_examples=60)
@given(drawn=drawings(), seed=st.integers(0, 50), wild=st.booleans(), threads=st.integers(1, 2))
def test_that_a_batch_comes_to_the_same_bits_as_one_point_after_the_other(
    drawn, seed: int, wild: bool, threads: int
):
    task = task_of(*drawn, made_bars(seed, wild))
    if task is None:
        return
    engine = Engine(task, threads=threads)
    assert engine.is_batched
    size = task.grid.size
    order = np.arange(size) if engine.order is None else engine.order
    assert sorted(order) == list(range(size))
    found = engine.block(0, size)
    np.testing.assert_array_equal(found, Engine(task)._one_by_one(order))


def crossover(periods: str) -> tuple[Graph, list[tuple[str, str, str]]]:
    made = Drawing("Crossover")
    data = made.add("market_data.dataset", dataset="made", symbols="AA")
    close = made.add("prices.close", bars=data)
    fast = made.add("talib.sma", "Fast", values=close, period=3)
    slow = made.add("talib.sma", "Slow", values=close, period=9)
    up = made.add("conditions.crosses_above", left=fast, right=slow)
    down = made.add("conditions.crosses_below", left=fast, right=slow)
    rules = [made.add("signals.enter_long", when=up), made.add("signals.exit_long", when=down)]
    made.add("strategy.strategy", rules=rules)
    return made.graph, [("Fast", "period", periods), ("Slow", "period", "20:60:1")]


def test_that_a_whole_grid_is_measured_by_compiled_batches_and_in_the_grids_order(monkeypatch):
    task = task_of(*crossover("2:19:1"), made_bars(4, wild=False))
    assert task is not None
    alone = Engine(task)
    expected = np.array([alone.measure(number) for number in range(task.grid.size)])

    def refuse(*_: object) -> None:
        raise AssertionError("a point was measured by itself")

    monkeypatch.setattr(Engine, "_one_by_one", refuse)
    np.testing.assert_array_equal(measure_grid(task, Report()), expected)


def test_that_a_bank_with_little_room_measures_in_parts():
    task = task_of(*crossover("2:19:1"), made_bars(2, wild=False))
    assert task is not None
    size = task.grid.size
    np.testing.assert_array_equal(
        Engine(task, room=1).block(0, size), Engine(task, threads=2).block(0, size)
    )


def plugged(op: Any, by: dict[ops.Expr, ops.Expr]) -> Any:
    """An op with others in place of its holes."""
    if isinstance(op, ops.Expr) and op in by:
        return by[op]
    if isinstance(op, tuple):
        return tuple(plugged(part, by) for part in op)
    if isinstance(op, ops.Expr) and is_dataclass(op):
        parts = {f.name: plugged(getattr(op, f.name), by) for f in fields(op) if f.init}
        return replace(op, **parts)
    return op


@pytest.mark.parametrize("name", OPAQUE)
def test_that_opaque_nodes_build_the_same_whatever_is_plugged_into_them(name: str):
    kind = catalog()[name]
    by: dict[ops.Expr, ops.Expr] = {}
    holes, series = [], []
    for number, port in enumerate(kind.inputs.values()):
        is_numbers = issubclass(ops.Column, port.type)
        hole: Any = NumbersHole(number, 0) if is_numbers else FlagsHole(number, 0)
        column = ops.Column(ops.Dataset("made", ("AA",)), f"c{number}")
        there: Any = column if is_numbers else ops.Above(column, ops.Constant(float(number)))
        by[hole] = there
        many = port.arity.value == "many"
        holes.append((hole,) if many else hole)
        series.append((there,) if many else there)
    params = {key: param.default for key, param in kind.params.items()}
    assert plugged(kind.build(*holes, **params), by) == kind.build(*series, **params)
