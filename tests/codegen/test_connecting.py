from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.codegen.connecting import OFTEN_USED, fitting, giving, why_not, wire_for
from alphintra_desktop.codegen.lower import lower
from alphintra_desktop.graph.edits import Connect
from alphintra_desktop.graph.model import Graph, Wire
from alphintra_desktop.ir.ops import Flags, MarketData, Numbers, StrategyOp
from alphintra_desktop.nodes.catalog import NODES, catalog, node_type_of
from tests.drawing import Drawing
from tests.strategy_graphs import strategy_graphs

DRAW = Drawing()
BARS = DRAW.add("market_data.dataset").id
CLOSE = DRAW.add("prices.close").id
LAG = DRAW.add("transforms.lag", "Yesterday").id
ABOVE = DRAW.add("conditions.above").id
ALL = DRAW.add("logic.all_of").id
CHOOSE = DRAW.add("arithmetic.choose").id
STRANGE = DRAW.add("no.such").id
GRAPH = DRAW.graph.with_wires(
    [
        Wire(CLOSE, "bars", 0, BARS, "value"),
        Wire(LAG, "values", 0, CLOSE, "value"),
        Wire(ABOVE, "left", 0, LAG, "value"),
    ]
)


def wire(source: str, output: str, target: str, input: str) -> Wire:
    return Wire(target, input, 0, source, output)


@pytest.mark.parametrize(
    ("drawn", "why"),
    [
        (wire(CLOSE, "value", ABOVE, "right"), None),
        (
            wire(BARS, "value", LAG, "values"),
            "'values' of Yesterday wants a series of numbers, and "
            "Market data gives market data. Take a column of it first, for example Close.",
        ),
        (
            wire(LAG, "value", ALL, "conditions"),
            "'conditions' of All of wants a condition, and Yesterday gives a series of numbers. "
            "Compare it first, for example with Above, Below or Crosses above.",
        ),
        (
            wire(ABOVE, "value", LAG, "values"),
            "This would make a loop: Above already depends on "
            "Yesterday. Take a wire between them away first.",
        ),
        (
            wire(LAG, "value", LAG, "values"),
            "A node cannot feed itself: connect what should come in first.",
        ),
        (wire(LAG, "value", ABOVE, "left"), "This wire is there already."),
        (
            wire(LAG, "upper", ABOVE, "left"),
            "Yesterday has no output 'upper'. Its outputs are: value.",
        ),
        (
            wire(ABOVE, "value", BARS, "x"),
            "This would make a loop: Above already depends on "
            "Market data. Take a wire between them away first.",
        ),
        (wire(CHOOSE, "value", BARS, "x"), "Market data has no input 'x'. Its inputs are: none."),
        (
            wire(STRANGE, "value", LAG, "values"),
            "What no.such is, is not known here. Replace the node first.",
        ),
        (
            wire(LAG, "value", STRANGE, "values"),
            "What no.such is, is not known here. Replace the node first.",
        ),
        (
            wire(STRANGE, "value", STRANGE, "x"),
            "A node cannot feed itself: connect what should come in first.",
        ),
        (wire("ffffffff", "value", LAG, "values"), "That node is gone. Draw the wire to another."),
    ],
)
def test_that_a_refused_wire_says_why_and_what_to_do(drawn: Wire, why: str | None):
    assert why_not(GRAPH, drawn) == why


def test_that_a_loop_with_a_node_of_an_unknown_type_names_the_type():
    graph = GRAPH.with_wires([wire(STRANGE, "value", LAG, "values")])
    why = why_not(graph, wire(LAG, "value", STRANGE, "x"))
    assert why is not None
    assert "depends on no.such" in why


def test_that_a_wire_takes_the_place_of_the_one_that_was_there():
    drawn = wire(CLOSE, "value", ABOVE, "left")
    edit = wire_for(GRAPH, drawn)
    assert edit == Connect(drawn, (wire(LAG, "value", ABOVE, "left"),))
    assert edit.apply(GRAPH).inputs_of(ABOVE)["left"] == (drawn,)


def test_that_an_input_for_many_takes_the_next_wire_as_its_last():
    graph = GRAPH.with_wires([Wire(ALL, "conditions", 4, ABOVE, "value")])
    edit = wire_for(graph, wire(CHOOSE, "value", ALL, "conditions"))
    assert edit == Connect(Wire(ALL, "conditions", 5, CHOOSE, "value"))
    first = wire_for(GRAPH, wire(ABOVE, "value", ALL, "conditions"))
    assert first == Connect(Wire(ALL, "conditions", 0, ABOVE, "value"))


def test_that_a_wire_whose_end_was_pulled_off_goes_somewhere_else():
    pulled = wire(LAG, "value", ABOVE, "left")
    assert why_not(GRAPH, pulled, loosened=pulled) is None
    moved = wire(LAG, "value", ABOVE, "right")
    edit = wire_for(GRAPH, moved, loosened=pulled)
    after = edit.apply(GRAPH)
    assert after.inputs_of(ABOVE) == {"right": (moved,)}
    assert edit.inverse(GRAPH).apply(after) == GRAPH
    assert edit.describe(GRAPH) == "Move a wire"


def test_that_a_wire_of_many_keeps_its_place_when_its_source_moves():
    wires = [
        Wire(ALL, "conditions", n, source, "value") for n, source in enumerate((ABOVE, CHOOSE))
    ]
    graph = GRAPH.with_wires(wires)
    edit = wire_for(graph, wire(STRANGE, "value", ALL, "conditions"), loosened=wires[0])
    assert edit.apply(graph).inputs_of(ALL)["conditions"] == (
        Wire(ALL, "conditions", 0, STRANGE, "value"),
        wires[1],
    )


def test_that_pulling_a_wire_off_and_putting_it_back_is_no_loop():
    pulled = wire(LAG, "value", ABOVE, "left")
    assert why_not(GRAPH, wire(ABOVE, "value", LAG, "values"), loosened=pulled) is not None
    assert "loop" not in str(why_not(GRAPH, wire(ABOVE, "value", LAG, "values"), loosened=pulled))


@settings(max_examples=30)
@given(strategy_graphs(), st.data())
def test_that_what_is_not_refused_is_no_problem_of_wires(graph: Graph, data):
    ends = st.sampled_from(sorted(graph.nodes))
    source, target = data.draw(ends), data.draw(ends)
    inputs = list(node_type_of(graph.nodes[target]).inputs) or ["none"]
    output = data.draw(st.sampled_from(list(node_type_of(graph.nodes[source]).outputs)))
    drawn = wire(source, output, target, data.draw(st.sampled_from(inputs)))
    if why_not(graph, drawn) is None:
        after = wire_for(graph, drawn).apply(graph)
        codes = {problem.code for problem in lower(after).problems}
        assert codes.isdisjoint({"loop", "wrong_type", "unknown_input", "too_many_wires"})


def test_that_what_is_used_often_is_offered_first():
    names = [kind.name for kind, _ in fitting(Numbers)]
    assert names[:2] == ["talib.sma", "talib.ema"]
    assert names.index("conditions.crosses_above") < names.index("talib.acos")
    assert giving(MarketData)[0][0].name == "market_data.dataset"
    assert set(OFTEN_USED) <= catalog().keys()


@pytest.mark.parametrize("kind", [MarketData, Numbers, Flags, StrategyOp])
def test_that_everything_that_fits_is_offered_and_nothing_else(kind):
    offered = dict((made.name, port) for made, port in fitting(kind))
    for made in NODES:
        takes = [name for name, port in made.inputs.items() if issubclass(kind, port.type)]
        assert offered.get(made.name) == (takes[0] if takes else None)
    gives = [(made.name, output) for made, output in giving(kind)]
    assert len(set(gives)) == len(gives)
    assert set(gives) == {
        (made.name, output)
        for made in catalog().values()
        for output, given_type in made.outputs.items()
        if issubclass(given_type, kind)
    }
