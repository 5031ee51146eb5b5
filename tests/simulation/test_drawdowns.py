"""Drawdowns against a walk along the curve, one bar after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.simulation.drawdowns import drawdown, drawdowns

curves = st.lists(st.integers(1, 6).map(float), min_size=1, max_size=40).map(np.array)


def walked(equity: Any, cash: float) -> list[tuple[float, int, int, int, int, int]]:
    """Every drawdown by walking: depth, start, trough, recovery, length, recovery length."""
    found, peak, at = [], cash, 0
    bar = 0
    while bar < len(equity):
        if equity[bar] >= peak:
            peak, at = equity[bar], bar
            bar += 1
            continue
        first = bar
        while bar < len(equity) and equity[bar] < peak:
            bar += 1
        trough = first + int(np.argmin(equity[first:bar]))
        back = bar if bar < len(equity) else -1
        depth = equity[trough] / peak - 1.0
        found.append((depth, at, trough, back, bar - first, -1 if back < 0 else back - trough))
    return sorted(found, key=lambda spell: spell[0])


@given(curves, st.sampled_from([0.5, 4.0]))
def test_that_every_drawdown_is_found_the_deepest_first(equity: Any, cash: float) -> None:
    rows = list(zip(*(column.tolist() for column in drawdowns(equity, cash)), strict=True))
    assert rows == walked(equity, cash)


@given(curves)
def test_that_a_drawdown_is_never_above_0_and_is_0_at_a_new_peak(equity: Any) -> None:
    below = drawdown(equity, equity[0])
    assert (below <= 0.0).all()
    assert (below > -1.0).all()
    assert below[np.argmax(equity)] == 0.0
    assert (below[equity == np.maximum.accumulate(equity)] == 0.0).all()


@given(curves)
def test_that_bars_below_the_peak_add_up_over_drawdowns(equity: Any) -> None:
    found = drawdowns(equity, equity[0])
    assert found.length.sum() == (drawdown(equity, equity[0]) < 0.0).sum()
    assert (found.recovery == -1).sum() <= 1
    assert (np.diff(found.depth) >= 0.0).all()


def test_that_the_money_at_the_start_is_the_first_peak() -> None:
    found = drawdowns(np.array([96.0, 98.0, 100.0]), 100.0)
    assert found.start.tolist() == [0]
    assert found.trough.tolist() == [0]
    assert found.recovery.tolist() == [2]
    assert found.length.tolist() == [2]


def test_that_a_rising_curve_has_no_drawdown() -> None:
    assert len(drawdowns(np.arange(1.0, 9.0), 1.0).depth) == 0
