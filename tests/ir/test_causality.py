"""What an op says of its reach is true: bars further away do not matter, and nearer ones do."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from alphintra_desktop.ir import ops
from alphintra_desktop.ir.causality import Reach, bars_in, looks_ahead, reach
from alphintra_desktop.ir.order import inputs_first
from tests.ir import examples
from tests.ir.examples import CLOSE, DAYS, HOURS, OPEN, RISING, on_close
from tests.ir.fast import fast
from tests.ir.tables import Table, random_table

FINITE = [op for op in examples.ALL if math.isfinite(reach(op).back)]
COUNTS_BARS = (ops.CustomNumbers, ops.CustomFlags, ops.BarsSince, ops.EveryBars, ops.TaLib)


def smooth(seed: int, rows: int = 120, step: str = "1h") -> Table:
    """Prices without gaps, around 100."""
    table = random_table(seed, rows, step=step, gaps=False, whole=False)
    hours = np.arange(rows) * np.timedelta64(1 if step == "1h" else 24, "h")
    return replace(table, timestamps=np.datetime64("2024-01-01", "ns") + hours)


def step_of(op: ops.Expr) -> str:
    return "1d" if DAYS in inputs_first(op) else "1h"


def changed_at(table: Table, row: int, seed: int) -> Table:
    random = np.random.default_rng(seed)
    columns = {name: values.copy() for name, values in table.columns.items()}
    for values in columns.values():
        values[row] *= random.uniform(0.5, 1.5, values.shape[1])
    return replace(table, columns=columns)


def rows_that_change(op: ops.Expr, row: int, seed: int, table: Table) -> np.ndarray:
    before, after = fast(op, table), fast(op, changed_at(table, row, seed))
    same = np.isclose(before, after, rtol=1e-9, atol=1e-9, equal_nan=True)
    return np.flatnonzero(~same.all(axis=1))


@pytest.mark.parametrize("op", FINITE, ids=examples.named)
def test_that_a_bar_out_of_reach_changes_nothing(op):
    back, forward = reach(op).back, reach(op).forward or 0
    for seed in range(6):
        changed = rows_that_change(op, 40, seed, smooth(seed, step=step_of(op)))
        assert all(40 - forward <= row <= 40 + back for row in changed)


# Left out: what cannot change (constants, ranks of one value), and what seldom does.
SELDOM = (ops.Constant, ops.EqualWeights, ops.Sign, ops.OnBarClose, ops.SessionVwap, ops.OverDays)
SEEN_BELOW = (ops.Rolling, ops.RollingQuantile, *ops.AHEAD)
WINDOWS = [
    op
    for op in FINITE
    if isinstance(op, ops.Numbers)
    and not isinstance(op, (*SELDOM, *SEEN_BELOW))
    and not (isinstance(op, ops.TaLib) and op.function == "CDLDOJI")
    and math.isfinite(reach(op).warm_up)
    and op != ops.RollingRank(CLOSE, 1)
]


@pytest.mark.parametrize("op", WINDOWS, ids=examples.named)
def test_that_the_furthest_bar_within_reach_matters(op):
    found = {
        int(row) - 40
        for seed in range(30)
        for row in rows_that_change(op, 40, seed, smooth(seed, 60, step_of(op)))
    }
    assert max(found) == reach(op).back


@pytest.mark.parametrize("statistic", ops.ROLLING_STATISTICS)
def test_that_a_window_reaches_back_to_its_first_bar(statistic):
    op = ops.Rolling(CLOSE, 6, statistic)
    last = {rows_that_change(op, 40, seed, smooth(seed)).max(initial=40) for seed in range(30)}
    assert max(last) == 40 + reach(op).back == 45


@pytest.mark.parametrize(
    "op",
    [
        op
        for op in examples.ALL
        if isinstance(op, ops.Numbers)
        and not isinstance(
            op,
            (ops.OnBarClose, ops.BarsSince, ops.SquareRoot, ops.Log, ops.Power, ops.OverDays),
        )
        and not (isinstance(op, ops.TaLib) and op.function.startswith("CDL"))
    ],
    ids=examples.named,
)
def test_that_the_warm_up_ends_with_the_first_number(op):
    found = np.flatnonzero(~np.isnan(fast(op, smooth(2))[:, 0]))
    assert (found[0] if len(found) else math.inf) == reach(op).warm_up


def test_that_reach_adds_up_through_the_inputs():
    average = ops.Rolling(ops.Returns(CLOSE, 5), 20, "mean")
    assert reach(average) == Reach(24, 0, 24)
    assert reach(ops.CrossesAbove(average, ops.Constant(0))) == Reach(25, 0, 25)
    assert reach(ops.Choose(ops.Above(CLOSE, average), average, CLOSE)) == Reach(24, 0, 0)
    assert reach(ops.AnyOf((RISING, ops.Above(CLOSE, average)))) == Reach(24, 0, 0)
    assert reach(ops.AllOf((RISING, ops.Above(CLOSE, average)))) == Reach(24, 0, 24)
    assert reach(ops.Not(ops.Above(CLOSE, average))) == Reach(24, 0, 0)
    assert reach(ops.HeldFor(ops.LagFlags(RISING, 3), 4)) == Reach(6, 0, 6)
    assert reach(ops.AnyOf(())).warm_up == math.inf
    assert reach(ops.Constant(1)) == Reach(0, 0, 0)


def test_that_the_reach_of_ta_lib_follows_its_params():
    assert reach(ops.TaLib("SMA", (CLOSE,), (20.0,), 0)) == Reach(19, 0, 19)
    assert reach(ops.TaLib("RSI", (CLOSE,), (14,), 0)) == Reach(math.inf, 0, 14)
    assert reach(ops.TaLib("BBANDS", (CLOSE,), (5, 2.0, 2.0, 0), 0)).back == 4
    assert reach(ops.TaLib("BBANDS", (CLOSE,), (5, 2.0, 2.0, 1), 0)).back == math.inf
    assert reach(ops.TaLib("MACD", (CLOSE,), (12, 26, 9), 0)) == Reach(math.inf, 0, 33)


def test_that_longer_bars_reach_back_over_all_their_bars():
    weekly = ops.OnBarClose(ops.Lag(ops.Column(examples.WEEKS, "close"), 2), examples.WEEKS, DAYS)
    assert reach(weekly).back == 4 * 7 - 1
    assert reach(on_close("close", examples.FOUR_HOURS)).back == 2 * 4 - 1
    assert reach(on_close("close", examples.MONTHS)).back == 3 * 5 - 1
    assert reach(ops.SessionVwap(HOURS)).back == 23
    assert reach(ops.SessionVwap(DAYS)).back == 0


@pytest.mark.parametrize(
    ("timeframe", "step", "bars"),
    [("1d", "1h", 24), ("4h", "3h", 2), ("1w", "1d", 7), ("1mo", "1d", 31), ("1d", "1w", 1)],
)
def test_that_a_longer_bar_has_at_most_so_many_bars(timeframe, step, bars):
    assert bars_in(timeframe, step) == bars


FUTURE = ops.FutureReturns(CLOSE, 5)


def test_that_only_future_returns_look_forward():
    for op in examples.ALL:
        custom = isinstance(op, ops.CustomNumbers | ops.CustomFlags)
        expected = 2 if isinstance(op, ops.AHEAD) else None if custom else 0
        assert reach(op).forward == expected


def test_that_the_forward_reach_survives_everything_but_a_longer_lag():
    assert reach(ops.Rolling(FUTURE, 3, "mean")).forward == 5
    assert reach(ops.FutureReturns(FUTURE, 2)).forward == 7
    assert reach(ops.Lag(FUTURE, 2)).forward == 3
    assert reach(ops.Lag(FUTURE, 5)).forward == 0
    assert reach(ops.FutureReturns(ops.Lag(CLOSE, 9), 5)).forward == 0
    later_week = ops.FutureReturns(ops.Column(examples.WEEKS, "close"), 1)
    assert reach(ops.OnBarClose(later_week, examples.WEEKS, DAYS)).forward == 7


def test_that_custom_code_has_an_unknown_reach_forward_unless_its_input_has_a_known_one():
    def mine(op):
        return ops.CustomNumbers(examples.NUMBERS_CODE, (op,), (("window", 2),), "Mine")

    assert reach(ops.Lag(mine(CLOSE), 3)).forward is None
    assert reach(mine(FUTURE)).forward == 5
    assert looks_ahead(mine(CLOSE)) is None
    assert looks_ahead(mine(FUTURE)) is FUTURE


def test_that_the_op_that_brings_the_future_in_is_named():
    harmless = ops.Lag(ops.FutureReturns(CLOSE, 9), 9)
    guilty = ops.FutureReturns(OPEN, 2)
    when = ops.Above(ops.Add(harmless, guilty), ops.Constant(0))
    strategy = ops.SignalStrategy(
        (ops.EnterLong(RISING), ops.ExitLong(when)),
        ops.FractionPerTrade(ops.Constant(1)),
        *((), (), 1e5, "next_open", "entry_bar", "shared", False),
    )
    assert looks_ahead(strategy) is guilty
    assert looks_ahead(ops.EnterLong(ops.Above(harmless, CLOSE))) is None
    assert looks_ahead(guilty) is guilty


def test_that_every_kind_of_op_has_a_reach():
    shown = {type(item) for op in (*examples.ALL, *examples.RULES) for item in inputs_first(op)}
    kinds = {kind for kind in vars(ops).values() if isinstance(kind, type)}
    abstract = {kind for kind in kinds if issubclass(kind, ops.Expr) and kind.__subclasses__()}
    assert {kind for kind in kinds if issubclass(kind, ops.Expr)} - abstract == shown
    for op in examples.RULES:
        assert reach(op).forward == 0
        assert looks_ahead(op) is None


def test_that_thousands_of_ops_and_shared_work_are_no_trouble():
    op: ops.Numbers = CLOSE
    for _ in range(3000):
        op = ops.Add(op, ops.Lag(op, 1))
    assert len(inputs_first(op)) == 2 * 3000 + 2
    assert reach(op) == Reach(3000, 0, 3000)
    assert looks_ahead(op) is None


def test_that_inputs_come_before_what_is_made_of_them():
    in_order = inputs_first(ops.Above(ops.Add(CLOSE, OPEN), CLOSE))
    assert [type(op).__name__ for op in in_order] == ["Dataset", "Column", "Column", "Add", "Above"]
    assert in_order[1] is CLOSE
