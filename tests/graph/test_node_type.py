from __future__ import annotations

from typing import NamedTuple

import pytest

from alphintra_desktop.graph.node_type import SINGLE_OUTPUT, Arity, Param, Port, node_type, param
from alphintra_desktop.ir.ops import Add, Flags, Numbers


class Band(NamedTuple):
    upper: Numbers
    crossed: Flags


@node_type("Band", category="Bands", version=2, formula="mean", tags=("channel",))
def band(
    values: Numbers,
    when: Flags | None,
    *,
    window: int = param(20, low=1, high=500, unit="bars", help="How many bars."),
) -> Band:
    """A band around values."""
    raise NotImplementedError


@node_type("Sum", category="Arithmetic")
def total(values: tuple[Numbers, ...]) -> Numbers:
    left, right = values
    return Add(left, right)


def test_that_a_function_declares_the_ports_params_and_outputs_of_a_node_type():
    assert (band.name, band.title, band.category) == ("test_node_type.band", "Band", "Bands")
    assert (band.version, band.formula, band.tags) == (2, "mean", ("channel",))
    assert band.help == "A band around values."
    assert band.inputs["values"] == Port("values", Numbers, Arity.ONE)
    assert band.inputs["when"] == Port("when", Flags, Arity.OPTIONAL)
    assert band.params == {
        "window": Param(20, int, low=1, high=500, unit="bars", help="How many bars.")
    }
    assert band.outputs == {"upper": Numbers, "crossed": Flags}


def test_that_a_tuple_port_takes_many_wires_and_a_plain_return_is_the_single_output():
    assert total.inputs == {"values": Port("values", Numbers, Arity.MANY)}
    assert total.outputs == {SINGLE_OUTPUT: Numbers}
    assert total.help == ""


@pytest.mark.parametrize("default", [1, 1.0, "a", True, ("a",)])
def test_that_a_params_kind_is_that_of_its_default(default):
    assert param(default).kind is type(default)
