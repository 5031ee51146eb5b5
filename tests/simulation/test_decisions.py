"""What strategies return, and what is made of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from alphintra_desktop.simulation.decisions import as_panel, decisions_of
from alphintra_desktop.simulation.rules import Decisions

T, F = True, False


def settled(**signals: Any) -> Decisions:
    panel = {name: np.array(values)[:, None] for name, values in signals.items()}
    count = len(next(iter(signals.values())))
    return decisions_of(panel, np.ones((count, 1), bool))


def test_that_an_exit_cancels_an_entry_of_its_side_on_the_same_bar():
    found = settled(long_entry=[T, T, F], long_exit=[F, T, T], short_entry=[F, T, F])
    assert found.long_entry[:, 0].tolist() == [T, F, F]
    assert found.long_exit[:, 0].tolist() == [F, T, T]
    assert found.short_entry[:, 0].tolist() == [F, T, F]


def test_that_a_long_and_a_short_entry_on_the_same_bar_cancel_each_other():
    found = settled(long_entry=[T, T], short_entry=[T, F])
    assert found.long_entry[:, 0].tolist() == [F, T]
    assert found.short_entry[:, 0].tolist() == [F, F]


@pytest.mark.parametrize("size", [0.0, -1.0, np.inf, np.nan])
def test_that_a_size_or_a_stop_that_is_no_positive_number_is_none(size: float):
    found = settled(long_entry=[T, T], size=[size, 2.0], stop_loss=[size, 0.5])
    np.testing.assert_array_equal(found.size[:, 0], [np.nan, 2.0])
    np.testing.assert_array_equal(found.stop_loss[:, 0], [np.nan, 0.5])


def test_that_what_a_strategy_does_not_say_is_never_given_and_takes_no_room():
    found = decisions_of({"long_entry": True, "size": 1.0}, np.ones((1000, 500), bool))
    assert not found.short_exit.any()
    assert np.isnan(found.stop_loss).all()
    assert {values.strides for values in found[1:]} == {(0, 0)}


def test_that_without_a_bar_there_is_no_decision_but_a_weight_waits():
    present = np.array([[T, F], [T, T]])
    found = decisions_of({"long_entry": True, "weights": 0.5, "rebalance": True}, present)
    np.testing.assert_array_equal(found.long_entry, present)
    assert found.rebalance.all()


def test_that_each_symbol_speaks_of_its_own_bars_only():
    present = np.array([[T, F], [T, T], [T, T]])
    alone = [
        {"long_entry": np.array([T, F, T]), "size": 1.0, "stop_loss": np.array([0.1, 0.2, 0.3])},
        {"long_entry": np.array([T, T]), "size": 1.0, "stop_loss": np.array([0.4, 0.5])},
    ]
    panel = as_panel(alone, present)
    np.testing.assert_array_equal(panel["long_entry"], [[T, F], [F, T], [T, T]])
    np.testing.assert_array_equal(panel["stop_loss"], [[0.1, np.nan], [0.2, 0.4], [0.3, 0.5]])
    assert panel["size"] == 1.0


flags = arrays(bool, (6, 2))


@given(flags, flags, flags, flags)
def test_that_settling_is_what_the_rule_says_bar_by_bar(
    long_entry: Any, long_exit: Any, short_entry: Any, short_exit: Any
):
    given_ = {"long_entry": long_entry, "long_exit": long_exit}
    given_ |= {"short_entry": short_entry, "short_exit": short_exit}
    found = decisions_of(given_, np.ones((6, 2), bool))
    for place in np.ndindex(6, 2):
        long = bool(long_entry[place]) and not long_exit[place]
        short = bool(short_entry[place]) and not short_exit[place]
        assert found.long_entry[place] == (long and not short)
        assert found.short_entry[place] == (short and not long)


@given(st.integers(0, 3))
def test_that_settling_twice_changes_nothing(seed: int):
    rng = np.random.default_rng(seed)
    names = ("long_entry", "long_exit", "short_entry", "short_exit")
    panel = {name: rng.random((20, 3)) < 0.5 for name in names}
    once = decisions_of(panel, np.ones((20, 3), bool))
    twice = decisions_of(once._asdict(), np.ones((20, 3), bool))
    for left, right in zip(once, twice, strict=True):
        np.testing.assert_array_equal(left, right)
