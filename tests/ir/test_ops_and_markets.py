"""Ops are values; numbers may know their setting; a year has as many bars as its market says."""

from __future__ import annotations

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.markets import MARKETS, bars_per_year, is_intraday, timeframe_parts
from tests.ir.examples import CLOSE, DAYS, OPEN


def test_that_ops_that_compute_the_same_are_equal_and_found_in_a_dict():
    one, other = ops.Lag(ops.Add(CLOSE, OPEN), 2), ops.Lag(ops.Add(CLOSE, OPEN), 2)
    assert one == other
    assert {one: "here"}[other] == "here"
    assert one != ops.Lag(ops.Add(OPEN, CLOSE), 2)
    assert ops.Above(CLOSE, OPEN) != ops.Below(CLOSE, OPEN)


def test_that_an_op_cannot_be_changed():
    with pytest.raises(AttributeError):
        CLOSE.name = "open"


def test_that_the_inputs_of_an_op_are_its_ops_in_order_also_inside_tuples():
    both = ops.AllOf((ops.Above(CLOSE, OPEN), ops.Below(CLOSE, OPEN)))
    assert list(both.inputs()) == list(both.conditions)
    assert list(CLOSE.inputs()) == [CLOSE.data]
    assert list(DAYS.inputs()) == []


@pytest.mark.parametrize("value", [20, 0.5])
def test_that_a_named_number_is_that_number_and_knows_its_setting(value):
    made = ops.named(value, "9c2d4f10", "window")
    assert made == value
    assert hash(made) == hash(value)
    assert (made.node, made.param) == ("9c2d4f10", "window")


@pytest.mark.parametrize("value", [True, "mean", None])
def test_that_only_numbers_get_a_name(value):
    assert ops.named(value, "9c2d4f10", "window") is value


@pytest.mark.parametrize(
    ("market", "timeframe", "expected"),
    [
        ("us_equities", "1d", 252),
        ("us_equities", "1h", 252 * 6.5),
        ("us_equities", "5m", 252 * 78),
        ("us_equities", "30s", 252 * 780),
        ("crypto", "1d", 365),
        ("crypto", "4h", 365 * 6),
        ("fx", "1d", 260),
        ("futures", "2d", 126),
        ("us_equities", "1w", 52),
        ("crypto", "3mo", 4),
    ],
)
def test_that_bars_a_year_follow_from_market_and_timeframe(market, timeframe, expected):
    assert bars_per_year(market, timeframe) == pytest.approx(expected)
    assert market in MARKETS


def test_that_timeframes_are_read_or_refused_with_an_example():
    assert timeframe_parts("15m") == (15, "m")
    assert timeframe_parts("1mo") == (1, "mo")
    assert is_intraday("4h")
    assert not is_intraday("1w")
    for text in ("", "h", "0d", "1y", "-1d", "1 d"):
        with pytest.raises(AlphintraError, match="is not a timeframe") as caught:
            timeframe_parts(text)
        assert "1h" in caught.value.hint
