"""An adjusted price is recognised in whatever it was averaged, shifted or scaled to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alphintra_desktop.ir import ops
from alphintra_desktop.ir.adjustment import (
    adjusted_price_against_constant,
    adjusted_price_comparisons,
    is_adjusted_price,
)
from tests.ir import examples
from tests.ir.examples import CLOSE, GAPPY, HIGH, HOURS, LOW, OPEN, RISING

RAW = ops.Column(replace(HOURS, adjusted=False), "close")
FIVE = ops.Constant(5)

PRICES = (
    *(CLOSE, OPEN, ops.Lag(HIGH, 3), ops.Change(CLOSE, 1), ops.Negative(CLOSE)),
    *(ops.Absolute(ops.Subtract(CLOSE, OPEN)), ops.Rolling(CLOSE, 20, "median")),
    *(ops.Rolling(CLOSE, 20, "std"), ops.RollingQuantile(LOW, 20, 0.1)),
    *(ops.TaLib("SMA", (CLOSE,), (20,), 0), ops.TaLib("ATR", (HIGH, LOW, CLOSE), (14,), 0)),
    *(ops.Add(CLOSE, FIVE), ops.Smaller(CLOSE, GAPPY), ops.Choose(RISING, CLOSE, FIVE)),
    *(ops.Multiply(ops.Constant(1.02), CLOSE), ops.Multiply(CLOSE, ops.Add(FIVE, FIVE))),
    *(ops.Divide(CLOSE, FIVE), ops.OfSymbol(CLOSE, "AA"), ops.SessionVwap(HOURS)),
    examples.on_close("close", examples.WEEKS),
)
OTHERS = (
    *(GAPPY, RAW, FIVE, ops.Returns(CLOSE, 1), ops.Divide(CLOSE, OPEN), ops.Divide(FIVE, CLOSE)),
    *(ops.Multiply(CLOSE, GAPPY), ops.Log(CLOSE), ops.ZScore(CLOSE, 20), ops.Add(FIVE, GAPPY)),
    *(ops.TaLib("RSI", (CLOSE,), (14,), 0), ops.Rolling(CLOSE, 20, "var"), ops.RankAcross(CLOSE)),
    *(ops.Rolling(GAPPY, 20, "mean"), ops.SessionVwap(replace(HOURS, adjusted=False)), RISING),
    *(ops.TaLib("SMA", (GAPPY,), (20,), 0), ops.Multiply(FIVE, FIVE)),
)


@pytest.mark.parametrize("op", PRICES, ids=examples.named)
def test_that_this_is_in_units_of_an_adjusted_price(op):
    assert is_adjusted_price(op)
    assert adjusted_price_against_constant(ops.Above(op, FIVE))


@pytest.mark.parametrize("op", OTHERS, ids=examples.named)
def test_that_this_is_not_in_units_of_an_adjusted_price(op):
    assert not is_adjusted_price(op)
    assert not adjusted_price_against_constant(ops.Above(op, FIVE))


@pytest.mark.parametrize(
    "kind",
    [
        *(ops.Above, ops.Below, ops.AtLeast, ops.AtMost, ops.Equal),
        *(ops.CrossesAbove, ops.CrossesBelow),
    ],
)
def test_that_every_comparison_with_a_number_is_reported_on_either_side(kind):
    assert adjusted_price_against_constant(kind(CLOSE, FIVE))
    assert adjusted_price_against_constant(kind(FIVE, CLOSE))
    assert adjusted_price_against_constant(kind(CLOSE, ops.Multiply(FIVE, FIVE)))
    assert not adjusted_price_against_constant(kind(CLOSE, OPEN))
    assert not adjusted_price_against_constant(kind(CLOSE, GAPPY))


def test_that_either_bound_of_between_is_looked_at():
    assert adjusted_price_against_constant(ops.Between(CLOSE, FIVE, HIGH))
    assert adjusted_price_against_constant(ops.Between(CLOSE, LOW, FIVE))
    assert adjusted_price_against_constant(ops.Between(FIVE, LOW, HIGH))
    assert not adjusted_price_against_constant(ops.Between(CLOSE, LOW, HIGH))


def test_that_comparing_with_zero_means_the_same_for_every_adjustment():
    assert not adjusted_price_against_constant(ops.Above(ops.Change(CLOSE, 1), ops.Constant(0)))
    assert not adjusted_price_against_constant(ops.CrossesBelow(ops.Constant(0.0), CLOSE))


def test_that_all_guilty_comparisons_of_a_strategy_are_found_in_one_pass():
    guilty = ops.Above(CLOSE, FIVE)
    strategy = ops.EnterLong(ops.AllOf((RISING, ops.Not(guilty))))
    assert adjusted_price_comparisons(strategy) == [guilty]
    assert adjusted_price_comparisons(ops.EnterLong(RISING)) == []


def test_that_a_deep_expression_keeps_its_units():
    op: ops.Numbers = CLOSE
    for _ in range(3000):
        op = ops.Add(op, op)
    assert is_adjusted_price(op)
