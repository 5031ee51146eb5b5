"""The short cut settles signals as every simulation does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.research.settling import Settling
from alphintra_desktop.simulation.decisions import as_panel, decisions_of
from alphintra_desktop.simulation.rules import Decisions

SIDES = ("long_entry", "long_exit", "short_entry", "short_exit")
AMOUNTS = ("size", "stop_loss", "take_profit", "trailing_stop")
ODD = (1.0, 0.5, 0.0, -1.0, np.nan, np.inf)


def random_signals(rng: np.random.Generator, bars: int) -> dict:
    signals: dict = {}
    for name in SIDES:
        if rng.random() < 0.6:
            signals[name] = rng.random(bars) < 0.4
    for name in AMOUNTS:
        kind = rng.random()
        if kind < 0.3:
            signals[name] = float(rng.choice(ODD))
        elif kind < 0.7:
            signals[name] = rng.choice(ODD, bars)
    return signals


def assert_settled_alike(signals: list[dict], present: np.ndarray, settling: Settling) -> None:
    expected = decisions_of(as_panel(signals, present), present)
    found = settling.decisions(signals)
    for name in Decisions._fields:
        array = getattr(found, name)
        np.testing.assert_array_equal(array, getattr(expected, name), err_msg=name)
        assert array.dtype == getattr(expected, name).dtype
        assert array.flags.c_contiguous
        assert array.flags.writeable


@given(seed=st.integers(0, 10**6), bars=st.integers(1, 12))
def test_that_one_symbol_is_settled_as_by_a_simulation(seed, bars):
    rng = np.random.default_rng(seed)
    present = np.ones((bars, 1), dtype=bool)
    settling = Settling(present)
    for _ in range(3):
        assert_settled_alike([random_signals(rng, bars)], present, settling)


@pytest.mark.parametrize("symbols", [1, 2])
def test_that_symbols_with_gaps_are_settled_as_by_a_simulation(symbols):
    rng = np.random.default_rng(5)
    present = rng.random((20, symbols)) < 0.8
    names = random_signals(rng, 1)
    signals = [
        {name: rng.random(count) < 0.5 if name in SIDES else 0.5 for name in names}
        for count in present.sum(axis=0)
    ]
    assert_settled_alike(signals, present, Settling(present))
