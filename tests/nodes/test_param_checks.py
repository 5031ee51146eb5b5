"""What a user sets on a node is checked completely, and read from text by its kind."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Node
from alphintra_desktop.graph.node_type import NodeType, Param
from alphintra_desktop.nodes.catalog import NODES, catalog
from alphintra_desktop.nodes.params import checked_params, parse_value

BANDS = catalog()["talib.bbands"]
STRATEGY = catalog()["strategy.strategy"]


def check(made: NodeType, **params: Any) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    values, problems = checked_params(Node("00000001", made.name, params=params), made)
    return values, [(wrong.param, wrong.message, wrong.hint) for wrong in problems]


def test_that_what_is_not_set_gets_its_default():
    expected = {"period": 30, "deviations_up": 2.0, "deviations_down": 2.0, "average": "SMA"}
    assert check(BANDS, period=30) == (expected, [])


def test_that_a_whole_number_will_do_for_any_number_and_becomes_one():
    values, problems = check(BANDS, deviations_up=3)
    assert (values["deviations_up"], problems) == (3.0, [])
    assert type(values["deviations_up"]) is float


@pytest.mark.parametrize("value", [14.0, True, "14", None, [14], {"a": 1}])
def test_that_only_a_whole_number_is_a_whole_number(value: Any):
    values, [(param, message, hint)] = check(BANDS, period=value)
    assert (param, values["period"]) == ("period", 20)
    assert message == f"'period' is a whole number, not {value!r}."
    assert hint == "Give a whole number from 2 to 100000 (bars)."


@pytest.mark.parametrize("value", [True, "2", None])
def test_that_a_switch_or_a_text_is_no_number(value: Any):
    _, [(param, message, _)] = check(BANDS, deviations_up=value)
    assert (param, message) == ("deviations_up", f"'deviations_up' is a number, not {value!r}.")


@pytest.mark.parametrize("value", [1, 0, "true", None])
def test_that_only_a_switch_is_a_switch(value: Any):
    _, [(param, message, _)] = check(STRATEGY, whole_shares=value)
    assert (param, message) == ("whole_shares", f"'whole_shares' is true or false, not {value!r}.")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400])
def test_that_no_number_may_be_infinite_or_missing(value: float):
    made = catalog()["arithmetic.constant"]
    assert check(made, value=value)[1][0][1] == "'value' is not a finite number."


def test_that_bounds_are_allowed_themselves_and_nothing_beyond_them():
    assert check(BANDS, period=2)[1] == check(BANDS, period=100_000)[1] == []
    assert check(BANDS, period=1)[1][0][1] == "'period' is 1, and 2 is the least."
    assert check(BANDS, period=100_001)[1][0][1] == "'period' is 100001, and 100000 is the most."
    assert len(check(BANDS, period=10**400)[1][0][1]) < 100


def test_that_a_wrong_choice_names_the_right_ones():
    _, [(param, message, hint)] = check(STRATEGY, fill="tomorrow")
    assert (param, message) == ("fill", "'fill' cannot be 'tomorrow'.")
    assert hint == "Choose one of: next_open, next_close, same_close."


def test_that_an_unknown_param_is_reported_with_the_nearest_one():
    values, [(param, message, hint)] = check(BANDS, preiod=10)
    assert (param, message) == ("preiod", "Bollinger bands has no param 'preiod'.")
    assert hint == "Did you mean period?"
    assert "preiod" not in values


def test_that_an_unknown_param_like_no_other_names_them_all():
    assert check(BANDS, q=1)[1][0][2] == (
        "Its params are: period, deviations_up, deviations_down, average."
    )
    assert check(catalog()["prices.close"], q=1)[1][0][2] == "It has no params."


def test_that_everything_wrong_is_reported_at_once():
    _, problems = check(STRATEGY, cash="much", fill=3, whole_shares="no", leverage=2)
    assert [param for param, _, _ in problems] == ["cash", "fill", "whole_shares", "leverage"]


def test_that_a_long_wrong_value_is_cut_short():
    _, [(_, message, _)] = check(STRATEGY, fill="x" * 10_000)
    assert len(message) < 100


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.sampled_from([made for made in NODES if made.params]), st.data())
def test_that_any_value_of_a_file_is_taken_or_reported_and_what_is_taken_fits(
    made: NodeType, data: st.DataObject
):
    name = data.draw(st.sampled_from(sorted(made.params)))
    values, problems = check(made, **{name: data.draw(json_values)})
    param = made.params[name]
    assert len(problems) <= 1
    assert type(values[name]) is param.kind
    assert not param.choices or values[name] in param.choices
    assert param.low is None or values[name] >= param.low
    assert param.high is None or values[name] <= param.high


@pytest.mark.parametrize(
    ("param", "text", "value"),
    [
        (Param(14, int), "20", 20),
        (Param(14, int), " -3 ", -3),
        (Param(0.1, float), "20", 20.0),
        (Param(0.1, float), "1e-3", 0.001),
        (Param(True, bool), "no", False),
        (Param(False, bool), "True", True),
        (Param("next_open", str), "same_close", "same_close"),
        (Param("", str), " kept as it is ", " kept as it is "),
    ],
)
def test_that_text_is_read_by_the_kind_of_the_param(param: Param, text: str, value: Any):
    assert parse_value(param, text) == value
    assert type(parse_value(param, text)) is param.kind


@pytest.mark.parametrize(
    ("param", "text", "message"),
    [
        (Param(14, int, 2, 100), "14.5", "'14.5' is not a whole number."),
        (Param(0.1, float), "a lot", "'a lot' is not a number."),
        (Param(True, bool), "maybe", "'maybe' is not true or false."),
        (Param(14, int), "", "'' is not a whole number."),
    ],
)
def test_that_text_of_the_wrong_kind_is_refused(param: Param, text: str, message: str):
    with pytest.raises(AlphintraError) as refused:
        parse_value(param, text)
    assert refused.value.message == message
    assert refused.value.hint.startswith("Give ")


@given(st.text(), st.sampled_from([Param(1, int), Param(1.0, float), Param(True, bool)]))
def test_that_any_text_is_read_or_refused(text: str, param: Param):
    try:
        value = parse_value(param, text)
    except AlphintraError:
        return
    assert type(value) is param.kind
