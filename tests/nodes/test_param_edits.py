"""Setting params as a user does."""

from __future__ import annotations

import pytest

from alphintra_desktop.graph.edits import ResetParam, SetParam, Together
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.graph.node_type import Param
from alphintra_desktop.graph.tunable import TunableRange
from alphintra_desktop.nodes.catalog import catalog
from alphintra_desktop.nodes.param_edits import (
    reset_params,
    set_params,
    shared_value,
    suggested_range,
    why_not,
    why_not_tunable,
)

A, B = "0000000a", "0000000b"
SMA = catalog()["talib.sma"]
PERIOD = SMA.params["period"]


def graph_of(**periods: int) -> Graph:
    nodes = {id: Node(id, "talib.sma", params={"period": value}) for id, value in periods.items()}
    return Graph(nodes={A: Node(A, "talib.sma"), B: Node(B, "talib.sma"), **nodes})


def reason(kind: str, name: str, value: object, **params: object) -> str | None:
    wrong = why_not(Node(A, kind, params=params), catalog()[kind], name, value)
    return wrong.message if wrong is not None else None


def test_that_the_default_is_not_kept_and_what_is_the_same_is_no_edit():
    assert set_params(graph_of(), [A], "period", PERIOD.default, PERIOD) is None
    kept = graph_of(**{A: 7})
    assert set_params(kept, [A], "period", 7, PERIOD) is None
    assert set_params(kept, [A], "period", PERIOD.default, PERIOD) == ResetParam(A, "period")
    assert set_params(kept, [A], "period", 8, PERIOD) == SetParam(A, "period", 8)


def test_that_several_nodes_change_in_one_step():
    edit = set_params(graph_of(**{A: 7}), [A, B], "period", 9, PERIOD)
    assert isinstance(edit, Together)
    assert len(edit.edits) == 2
    assert reset_params(graph_of(**{A: 7}), [A, B], "period") == ResetParam(A, "period")
    assert reset_params(graph_of(), [A, B], "period") is None


def test_that_a_shared_value_is_one_that_all_have():
    assert shared_value(graph_of(**{A: 7, B: 7}), [A, B], "period", PERIOD) == 7
    assert shared_value(graph_of(**{A: 7}), [A, B], "period", PERIOD) is None


@pytest.mark.parametrize(
    ("kind", "name", "value", "message"),
    [
        ("talib.sma", "period", 1, "'period' is 1, and 2 is the least."),
        ("talib.sma", "period", "x", "'period' is a whole number, not 'x'."),
        ("market_data.dataset", "timeframe", "7x", "'7x' is not a timeframe."),
        ("market_data.higher_timeframe", "timeframe", "soon", "'soon' is not a timeframe."),
        ("market_data.dataset", "start", "soon", "'soon' is not a day."),
        ("market_data.dataset", "symbols", "A, A", "The symbol A is listed twice."),
        ("market_data.of_symbol", "symbol", "A, B", "One symbol is wanted, and 'A, B' has 2."),
    ],
)
def test_that_a_wrong_value_is_told(kind: str, name: str, value: object, message: str):
    assert reason(kind, name, value) == message


def test_that_a_right_value_is_fine():
    assert reason("talib.sma", "period", 5) is None
    assert reason("market_data.dataset", "symbols", "A, B") is None
    assert reason("stops.stop_loss", "fraction", 0.5) is None


def test_that_a_value_is_not_blamed_for_what_was_wrong_before():
    assert reason("market_data.dataset", "end", "2020-01-01", start="soon") is None
    message = reason("market_data.dataset", "end", "2020-01-01", start="2021-01-01")
    assert message is not None
    assert "ends before that" in message


def test_that_wrong_code_is_told_with_its_line():
    kind = catalog()["custom.python"]
    wrong = why_not(Node(A, "custom.python"), kind, "code", "def f(a: Numbers):\n  return a")
    assert wrong is not None
    assert wrong.line == 1


def test_that_a_suggested_range_keeps_to_the_bounds():
    assert suggested_range(20, PERIOD) == TunableRange(11, 38, 3)  # 20 is one of them
    assert suggested_range(2, PERIOD).low == 2
    fraction = Param(1.0, float, low=0.0, high=1.0)
    assert suggested_range(1.0, fraction) == TunableRange(0.5, 1.0, 0.1)
    assert why_not_tunable("fraction", suggested_range(0.0, fraction), fraction) is None


def test_that_a_range_beyond_the_bounds_or_between_whole_numbers_is_told():
    assert why_not_tunable("period", TunableRange(1, 9, 1), PERIOD) is not None
    assert why_not_tunable("period", TunableRange(2, 9, 0.5), PERIOD) is not None
    assert why_not_tunable("period", TunableRange(2, 9, 1), PERIOD) is None
