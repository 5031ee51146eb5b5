"""Two evaluators that share no code, one fast and one obvious, agree on every op."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.ir import ops
from alphintra_desktop.ir.reference import evaluate
from tests.ir import examples
from tests.ir.fast import fast
from tests.ir.tables import Table, random_table, tables


def agree(op: ops.Expr, table: Table, tolerance: float = 0.0) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours = fast(op, table)
    theirs = evaluate(op, table)
    # Where a symbol has no bar, formulas that compare symbols may leave a weight of 0.
    ours, theirs = ours[table.present], theirs[table.present]
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(
        ours.astype(float), theirs.astype(float), rtol=tolerance, atol=tolerance, equal_nan=True
    )


@pytest.mark.parametrize("op", examples.EXACT, ids=examples.named)
@settings(max_examples=30)
@given(table=tables())
def test_that_the_fast_formula_gives_exactly_what_the_definition_says(op, table):
    agree(op, table)


@pytest.mark.parametrize("op", examples.ROUNDED, ids=examples.named)
@settings(max_examples=30)
@given(table=tables())
def test_that_the_fast_formula_gives_what_the_definition_says_but_for_rounding(op, table):
    agree(op, table, 1e-9)


@pytest.mark.parametrize("op", examples.ALL, ids=examples.named)
def test_that_formula_and_definition_agree_on_a_longer_table_of_uneven_prices(op):
    agree(op, random_table(7, 90, 2, whole=False), 1e-8)


def test_that_there_is_an_example_of_every_op_that_has_a_value():
    shown = {type(op) for op in examples.ALL}
    wanted = {
        kind
        for kind in vars(ops).values()
        if isinstance(kind, type) and issubclass(kind, ops.Numbers | ops.Flags)
    }
    assert wanted - shown == {ops.Numbers, ops.Flags}


def _numbers(inner: st.SearchStrategy) -> st.SearchStrategy:
    pairs = (ops.Add, ops.Subtract, ops.Smaller, ops.Larger)
    statistics = ("min", "max", "median", "sum")
    return st.one_of(
        *(st.builds(pair, inner, inner) for pair in pairs),
        st.builds(ops.Lag, inner, st.integers(0, 5)),
        st.builds(ops.Change, inner, st.integers(1, 5)),
        st.builds(ops.Rolling, inner, st.integers(1, 5), st.sampled_from(statistics)),
        st.builds(ops.Choose, _flags(inner), inner, inner),
        st.builds(ops.BarsSince, _flags(inner)),
        st.builds(ops.OfSymbol, inner, st.just("AA")),
        st.builds(ops.Sign, inner),
    )


def _flags(inner: st.SearchStrategy) -> st.SearchStrategy:
    compared = st.one_of(
        *(st.builds(kind, inner, inner) for kind in (ops.Above, ops.AtMost, ops.Equal)),
        st.builds(ops.CrossesAbove, inner, inner),
        st.builds(ops.CrossesBelow, inner, inner),
        st.builds(ops.TopAcross, inner, st.integers(1, 2)),
    )
    return st.one_of(
        compared,
        st.builds(ops.Not, compared),
        st.builds(ops.HeldFor, compared, st.integers(1, 4)),
        st.builds(ops.LagFlags, compared, st.integers(0, 4)),
        st.builds(ops.AllOf, st.tuples(compared, compared)),
        st.builds(ops.AnyOf, st.tuples(compared, compared)),
    )


LEAVES = st.sampled_from([examples.CLOSE, examples.OPEN, examples.GAPPY, ops.Constant(4)])


@settings(max_examples=150)
@given(op=st.recursive(LEAVES, _numbers, max_leaves=8), table=tables())
def test_that_any_composition_of_exact_ops_agrees(op, table):
    agree(op, table)
