"""The generated file computes what the slow evaluator computes, which shares no code with it."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.codegen.lower import Lowered
from alphintra_desktop.codegen.module import written
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.reference import evaluate
from alphintra_desktop.simulation import standalone
from tests.ir.examples import ALL, CLOSE, GAPPY, HIGH, HOURS, LOW, RISING, named
from tests.ir.tables import random_table

NESTED = [
    op
    for op in ALL
    if isinstance(op, ops.OnBarClose)
    and isinstance(op.higher, ops.HigherTimeframe)
    and isinstance(op.higher.data, ops.HigherTimeframe)
]
CAUSAL = [op for op in ALL if not isinstance(op, ops.AHEAD) and op not in NESTED]
ACCOUNT = (1e5, "next_open", "entry_bar", "shared", False)


def strategy_of(flags: ops.Flags, numbers: ops.Numbers) -> ops.SignalStrategy:
    rules = (ops.EnterLong(flags), ops.ExitLong(RISING))
    return ops.SignalStrategy(rules, ops.SharesPerTrade(numbers), (), (), *ACCOUNT)


def code_of(flags: ops.Flags, numbers: ops.Numbers):
    graph = Graph(name="Test")
    return written(Lowered(graph, strategy_of(flags, numbers), {}, {}, {}, ()))


def decided(code, table):
    file: dict = {"__name__": "strategy"}
    exec(compile(code.text, "<strategy>", "exec"), file)
    bars = {
        "timestamp": table.timestamps,
        "symbols": table.symbols,
        "present": table.present,
        **table.columns,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if code.across:
            return standalone.decide_across(bars, file["features"], file["signals"])
        return standalone.decide_each(bars, file["signals"])


def step_of(op: ops.Expr) -> str:
    waiting = [op]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ops.Dataset):
            return part.timeframe
        waiting.extend(part.inputs())
    return "1h"


def assert_same(op: ops.Expr, made, table, across: bool) -> None:
    expected = evaluate(op, table, common_calendar=across)
    made = np.broadcast_to(np.asarray(made), expected.shape)
    here = table.present
    if isinstance(op, ops.Flags):
        np.testing.assert_array_equal(made[here].astype(bool), expected[here])
    else:
        np.testing.assert_allclose(made[here].astype(float), expected[here], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("op", CAUSAL, ids=named)
@pytest.mark.parametrize("symbols", [1, 3])
def test_that_every_op_computes_what_its_definition_says(op, symbols):
    table = random_table(7, rows=80, symbols=symbols, step=step_of(op))
    base = HOURS if step_of(op) == "1h" else ops.Dataset("sample", ("AA", "BB", "CC"), "1d")
    numbers = op if isinstance(op, ops.Numbers) else ops.Column(base, "close")
    flags = op if isinstance(op, ops.Flags) else ops.Above(op, ops.Constant(0.4321))
    code = code_of(flags, numbers)
    signals = decided(code, table)
    assert_same(flags, signals["long_entry"], table, code.across)
    assert_same(numbers, signals["size"], table, code.across)


leaves = st.sampled_from([CLOSE, GAPPY, HIGH, LOW, ops.Constant(3.0), ops.Constant(0.0)])
windows = st.sampled_from([1, 2, 4])
# Halves and quarters are exact, so that no last bit decides a comparison.
HALVES = st.sampled_from([ops.Constant(value) for value in (2.0, -4.0, 0.0)])


def deeper(numbers):
    flags = st.one_of(
        st.builds(ops.Above, numbers, numbers),
        st.builds(ops.CrossesAbove, numbers, numbers),
        st.builds(ops.Not, st.builds(ops.AtMost, numbers, numbers)),
        st.builds(ops.HeldFor, st.builds(ops.Below, numbers, numbers), windows),
        st.builds(
            lambda a: ops.AllOf((RISING, a)), st.builds(ops.Between, numbers, numbers, numbers)
        ),
        st.builds(ops.TopAcross, numbers, windows),
        st.builds(lambda n: ops.AtLeast(ops.RankAcross(n), ops.Constant(0.5)), numbers),
    )
    return st.one_of(
        st.builds(ops.Add, numbers, numbers),
        st.builds(ops.Subtract, numbers, numbers),
        st.builds(ops.Divide, numbers, HALVES),
        st.builds(ops.Smaller, numbers, numbers),
        st.builds(ops.Lag, numbers, windows),
        st.builds(ops.Rolling, numbers, windows, st.sampled_from(["mean", "max", "median"])),
        st.builds(ops.BarsSince, flags),
        st.builds(ops.Choose, flags, numbers, numbers),
        st.builds(ops.OfSymbol, numbers, st.sampled_from(["AA", "CC"])),
        st.builds(lambda n: ops.TaLib("SMA", (n,), (2,), 0), numbers),
    )


@settings(max_examples=150, deadline=None)
@given(numbers=st.recursive(leaves, deeper, max_leaves=8), seed=st.integers(0, 50))
def test_that_any_expression_computes_what_its_definition_says(numbers, seed):
    table = random_table(seed, rows=40)
    flags = ops.Above(numbers, ops.Constant(1.0))
    code = code_of(flags, numbers)
    signals = decided(code, table)
    assert_same(numbers, signals["size"], table, code.across)
    assert_same(flags, signals["long_entry"], table, code.across)


def test_that_calendars_and_constants_of_longer_bars_are_on_those_bars():
    base = ops.Dataset("sample", ("AA", "BB", "CC"), "1d")
    week = ops.HigherTimeframe(base, "1w")
    opened, closed = ops.Column(week, "open"), ops.Column(week, "close")
    table = random_table(3, rows=120, step="1d")
    for condition in (ops.EveryBars(week, 2), ops.OnNewPeriod(week, "month")):
        values = ops.OnBarClose(ops.Choose(condition, closed, opened), week, base)
        code = code_of(ops.Above(values, ops.Constant(4.0)), values)
        assert_same(values, decided(code, table)["size"], table, code.across)
    flat = ops.RollingCorrelation(closed, ops.Constant(2.0), 3)
    values = ops.OnBarClose(ops.Choose(ops.Above(flat, closed), closed, opened), week, base)
    code = code_of(ops.Above(values, ops.Constant(4.0)), values)
    assert_same(values, decided(code, table)["size"], table, code.across)


def test_that_a_symbol_without_a_bar_takes_no_place_among_symbols():
    table = random_table(5, rows=60)
    top = ops.TopAcross(CLOSE, 1)
    chosen = ops.Choose(top, ops.Constant(1.0), ops.Constant(5.0))
    for numbers in (
        ops.RankAcross(chosen),
        ops.RankAcross(ops.Choose(ops.EveryBars(CLOSE.data, 2), CLOSE, ops.Constant(2.0))),
        ops.OfSymbol(chosen, "BB"),
        ops.BarsSince(ops.TopAcross(ops.Multiply(chosen, CLOSE), 2)),
    ):
        code = code_of(ops.Above(numbers, ops.Constant(0.5)), numbers)
        assert_same(numbers, decided(code, table)["size"], table, code.across)
    others = ops.Not(top)
    for weights in (ops.EqualWeights(others), ops.InverseWeights(others, CLOSE)):
        code = code_of(ops.Above(weights, ops.Constant(0.3)), weights)
        assert_same(weights, decided(code, table)["size"], table, code.across)
