"""A sweep's evaluator finds what the generated file finds, to the bit."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.codegen.emit import ACROSS
from alphintra_desktop.codegen.lower import Lowered
from alphintra_desktop.codegen.module import written
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.order import inputs_first
from alphintra_desktop.research.evaluate import Memory, Values
from tests.ir.examples import ALL, CLOSE, DAYS, GAPPY, HIGH, HOURS, LOW, RISING, named
from tests.ir.tables import random_table

ROOM = 2**24
ACCOUNT = (1e5, "next_open", "entry_bar", "one_per_symbol", False)
UNFIT = (*ACROSS, ops.CustomNumbers, ops.CustomFlags, *ops.AHEAD)


def fits(op: ops.Expr) -> bool:
    """Neither across symbols nor custom code, and longer bars only of the dataset itself."""
    return not any(
        isinstance(part, UNFIT)
        or (isinstance(part, ops.HigherTimeframe) and not isinstance(part.data, ops.Dataset))
        for part in inputs_first(op)
    )


FIT = [op for op in ALL if fits(op)]


def base_of(op: ops.Expr) -> ops.Dataset:
    return next((part for part in inputs_first(op) if isinstance(part, ops.Dataset)), HOURS)


def both_ways(op: ops.Expr, table) -> tuple[dict, dict]:
    """What the file's `signals` returns, and what the evaluator says: flags and numbers of it."""
    base = base_of(op)
    numbers = op if isinstance(op, ops.Numbers) else ops.Column(base, "close")
    flags = op if isinstance(op, ops.Flags) else ops.Above(op, ops.Constant(0.4321))
    closed, opened = ops.Column(base, "close"), ops.Column(base, "open")
    exits = ops.ExitLong(ops.AllOf((ops.Not(flags), ops.Above(closed, opened))))
    rules = (ops.EnterLong(flags), exits)
    strategy = ops.SignalStrategy(rules, ops.SharesPerTrade(numbers), (), (), *ACCOUNT)
    code = written(Lowered(Graph(name="Test"), strategy, {}, {}, {}, ()))
    assert not code.across
    file: dict = {"__name__": "strategy"}
    exec(compile(code.text, "<strategy>", "exec"), file)
    bars = table.own(0)
    values = Values(bars, ROOM)
    with np.errstate(all="ignore"):
        found = {name: values.of(part) for name, part in code.trading.decisions.items()}
        return file["signals"](bars), found


def assert_same_bits(expected: dict, found: dict) -> None:
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert type(found[name]) is type(value)
        np.testing.assert_array_equal(found[name], value)
        if isinstance(value, np.ndarray):
            assert found[name].dtype == value.dtype


@pytest.mark.parametrize("op", FIT, ids=named)
def test_that_an_op_comes_to_what_the_generated_file_says(op):
    table = random_table(7, rows=80, step=base_of(op).timeframe)
    assert_same_bits(*both_ways(op, table))


def test_that_every_op_that_fits_was_compared():
    unfit = {type(op) for op in ALL if not fits(op)}
    assert {type(op) for op in ALL} - {type(op) for op in FIT} <= unfit
    assert {type(op) for op in FIT} >= {type(op) for op in ALL} - set(UNFIT)


LEAVES = (CLOSE, GAPPY, HIGH, LOW, ops.Constant(3.0), ops.Constant(0.0))


def random_flags(draw: random.Random, depth: int) -> ops.Flags:
    one, two, three = (random_numbers(draw, depth - 1) for _ in range(3))
    kinds = (
        ops.Above(one, two),
        ops.CrossesAbove(one, two),
        ops.CrossesBelow(one, two),
        ops.Not(ops.AtMost(one, two)),
        ops.AllOf((ops.Below(one, two), ops.AtLeast(one, three))),
        ops.AnyOf((ops.Below(one, two), ops.Equal(one, three))),
        ops.Between(one, two, three),
        ops.HeldFor(ops.Below(one, two), draw.choice((1, 2, 4))),
    )
    return draw.choice(kinds)


def random_numbers(draw: random.Random, depth: int) -> ops.Numbers:
    if depth == 0:
        return draw.choice(LEAVES)
    one, two = (random_numbers(draw, depth - 1) for _ in range(2))
    window = draw.choice((1, 2, 4))
    kinds = (
        ops.Add(one, two),
        ops.Divide(one, two),
        ops.Power(one, two),
        ops.Negative(one),
        ops.Log(one),
        ops.Larger(one, two),
        ops.Lag(one, window),
        ops.ZScore(one, window),
        ops.Rolling(one, window, draw.choice(("mean", "max", "std"))),
        ops.Choose(random_flags(draw, depth), one, two),
        ops.BarsSince(random_flags(draw, depth)),
        ops.TaLib("SMA", (one,), (window + 1,), 0),
    )
    return draw.choice(kinds)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_that_any_expression_comes_to_what_the_generated_file_says(seed):
    draw = random.Random(seed)
    numbers = random_numbers(draw, draw.randint(1, 2))
    assert_same_bits(*both_ways(numbers, random_table(seed, rows=40)))


def test_that_equal_ops_are_computed_once():
    values = Values(random_table(1, gaps=False).own(0), ROOM)
    first = values.of(ops.TaLib("SMA", (CLOSE,), (5,), 0))
    assert values.of(ops.TaLib("SMA", (ops.Column(HOURS, "close"),), (5,), 0)) is first


def test_that_memory_never_holds_more_than_its_room():
    room = 4_000
    values = Values(random_table(1, rows=100, gaps=False).own(0), room)
    found = {}
    for window in (*range(2, 40), *range(2, 40)):
        op = ops.Rolling(ops.Add(CLOSE, HIGH), window, "mean")
        made = values.of(op)
        assert values.memory.used <= room
        np.testing.assert_array_equal(found.setdefault(window, made), made)


def test_that_what_was_used_last_is_forgotten_last():
    memory = Memory(room=2 * (200 + 80))
    memory.keep("a", np.zeros(10))
    memory.keep("b", np.zeros(10))
    memory.get("a")
    memory.keep("c", np.zeros(10))
    assert "b" not in memory
    assert "a" in memory


def test_that_a_strategy_may_be_thousands_of_ops_deep():
    deep: ops.Numbers = ops.Column(DAYS, "close")
    for _ in range(3_000):
        deep = ops.Lag(deep, 0)
        hash(deep)
    bars = random_table(1, rows=5, step="1d", gaps=False).own(0)
    np.testing.assert_array_equal(Values(bars, ROOM).of(deep), bars["close"])


def test_that_a_rising_bar_is_a_rising_bar():
    bars = random_table(3, gaps=False).own(0)
    np.testing.assert_array_equal(Values(bars, ROOM).of(RISING), bars["close"] > bars["open"])
