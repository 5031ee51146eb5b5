from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.codegen.fingerprints import fingerprints
from alphintra_desktop.codegen.lower import lower
from alphintra_desktop.graph.edits import MoveNodes, RenameNode, SetMode, SetParam
from alphintra_desktop.graph.model import Graph, Wire
from alphintra_desktop.graph.paths import downstream_of
from alphintra_desktop.nodes.catalog import node_type_of
from tests.drawing import Drawing, sma_crossover
from tests.strategy_graphs import strategy_graphs


def another(value):
    """A value of the same kind, and within the bounds of most."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case _:
            return value


def params_of(graph: Graph) -> list[tuple[str, str]]:
    return [
        (id, name)
        for id, node in sorted(graph.nodes.items())
        for name, param in node_type_of(node).params.items()
        if param.kind in (bool, int, float) and not param.choices
    ]


@settings(max_examples=60)
@given(strategy_graphs(), st.data())
def test_that_a_param_changes_what_is_downstream_and_nothing_else(graph, data):
    node, name = data.draw(st.sampled_from(params_of(graph)))
    default = node_type_of(graph.nodes[node]).params[name].default
    value = another(graph.nodes[node].params.get(name, default))
    before = fingerprints(graph)
    after = fingerprints(SetParam(node, name, value).apply(graph))
    assert before.keys() == after.keys()
    changed = {node for (node, output) in before if before[node, output] != after[node, output]}
    assert changed == downstream_of(graph, [node])


@settings(max_examples=40)
@given(strategy_graphs())
def test_that_outputs_with_the_same_name_compute_the_same(graph):
    lowered, prints = lower(graph), fingerprints(graph)
    assert lowered.outputs.keys() <= prints.keys()
    ops_by_print = {}
    for output, made in lowered.outputs.items():
        assert ops_by_print.setdefault(prints[output], made) is made


def test_that_titles_places_and_ids_make_no_difference():
    draw = Drawing()
    bars = draw.add("market_data.dataset")
    one = draw.add("prices.close", "One", bars=bars)
    other = draw.add("prices.close", "Other", bars=bars)
    before = fingerprints(draw.graph)
    assert before[one.id, "value"] == before[other.id, "value"]
    graph = RenameNode(one.id, "First").apply(MoveNodes({bars.id: (7, 7)}).apply(draw.graph))
    assert fingerprints(graph) == before


def test_that_a_default_that_is_written_down_makes_no_difference():
    graph = sma_crossover()
    fast = next(id for id, node in graph.nodes.items() if node.title == "Fast average")
    default = node_type_of(graph.nodes[fast]).params["period"].default
    plain = graph.with_node(type(graph.nodes[fast])(fast, "talib.sma"))
    assert fingerprints(SetParam(fast, "period", default).apply(plain)) == fingerprints(plain)
    wrong = SetParam(fast, "period", "ten").apply(plain)
    assert fingerprints(wrong)[fast, "value"] != fingerprints(plain)[fast, "value"]


def test_that_the_order_of_wires_into_one_input_makes_a_difference():
    draw = Drawing()
    close = draw.add("prices.close", bars=draw.add("market_data.dataset"))
    up, down = (draw.add(f"conditions.{name}", values=close) for name in ("rising", "falling"))
    one = draw.add("logic.all_of", conditions=[up, down])
    other = draw.add("logic.all_of", conditions=[down, up])
    prints = fingerprints(draw.graph)
    assert prints[one.id, "value"] != prints[other.id, "value"]


def test_that_each_output_of_a_node_has_a_name_of_its_own():
    draw = Drawing()
    close = draw.add("prices.close", bars=draw.add("market_data.dataset"))
    bands = draw.add("talib.bbands", values=close)
    prints = fingerprints(draw.graph)
    outputs = node_type_of(draw.graph.nodes[bands.id]).outputs
    assert len({prints[bands.id, output] for output in outputs}) == 3


def test_that_what_is_muted_has_no_name_and_what_is_bypassed_that_of_what_it_hands_on():
    graph = sma_crossover()
    by_title = {node.title or node.type: id for id, node in graph.nodes.items()}
    fast, close, up = by_title["Fast average"], by_title["prices.close"], by_title["Crosses up"]
    bypassed = fingerprints(SetMode((fast,), "bypassed").apply(graph))
    assert bypassed[fast, "value"] == bypassed[close, "value"]
    assert bypassed[up, "value"] != fingerprints(graph)[up, "value"]
    muted = fingerprints(SetMode((fast,), "muted").apply(graph))
    assert (fast, "value") not in muted
    assert (up, "value") in muted
    assert (fast, "value") not in fingerprints(
        SetMode((close,), "muted").apply(SetMode((fast,), "bypassed").apply(graph))
    )


@pytest.mark.parametrize("kind", ["no.such", "custom.python"])
def test_that_what_nobody_knows_has_no_name_nor_what_is_behind_it(kind: str):
    draw = Drawing()
    strange = draw.add(kind, code="def")
    behind = draw.add("transforms.lag", values=strange)
    missing = draw.add("transforms.lag")
    graph = draw.graph.with_wires([Wire(missing.id, "values", 0, "ffffffff", "value")])
    assert fingerprints(graph) == {}
    assert behind.id in graph.nodes


def test_that_nodes_in_a_loop_have_no_name():
    draw = Drawing()
    one = draw.add("transforms.lag")
    two = draw.add("transforms.lag", values=one)
    graph = draw.graph.with_wires([Wire(one.id, "values", 0, two.id, "value")])
    draw.add("transforms.lag", values=two)
    assert fingerprints(graph) == {}
