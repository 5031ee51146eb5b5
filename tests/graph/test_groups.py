from __future__ import annotations

import pytest
from hypothesis import given

from alphintra_desktop.graph.groups import (
    Boundary,
    boundary,
    groups_inside,
    inside,
    outermost,
    shown_in,
    visible_end,
    way_to,
    with_insides,
)
from alphintra_desktop.graph.model import Graph, Group, Node, Note, Wire
from alphintra_desktop.graph.node_type import Arity
from alphintra_desktop.graph.paths import downstream_of, leads_to, upstream_of
from alphintra_desktop.ir.ops import Flags, Numbers
from tests.graph.random_graphs import graphs
from tests.graph.typed_graphs import type_of, typed_graphs

SOURCE, MEAN, BANDS, ABOVE, ALL = "00000001", "00000002", "00000003", "00000004", "00000005"
OUTER, INNER, NOTE = "06000001", "06000002", "0f000001"
GRAPH = Graph(
    nodes={
        SOURCE: Node(SOURCE, "source"),
        MEAN: Node(MEAN, "mean", title="Slow", group=OUTER, position=(0, 50)),
        BANDS: Node(BANDS, "bands", group=INNER, position=(0, 40)),
        ABOVE: Node(ABOVE, "above", group=OUTER, position=(100, 0)),
        ALL: Node(ALL, "all"),
    },
    wires=frozenset(
        {
            Wire(MEAN, "values", 0, SOURCE, "value"),
            Wire(BANDS, "values", 0, MEAN, "value"),
            Wire(ABOVE, "left", 0, BANDS, "upper"),
            Wire(ALL, "conditions", 0, ABOVE, "value"),
            Wire(ALL, "conditions", 1, BANDS, "wide"),
        }
    ),
    groups={OUTER: Group(OUTER, "Outer"), INNER: Group(INNER, group=OUTER)},
    notes={NOTE: Note(NOTE, group=INNER)},
)


def ports(made: Boundary) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    return (
        [(port.node, port.port) for port in made.inputs],
        [(port.node, port.port) for port in made.outputs],
    )


def test_that_the_inside_of_a_group_shows_what_is_directly_in_it():
    assert shown_in(GRAPH, "").ids == {SOURCE, ALL, OUTER}
    assert shown_in(GRAPH, OUTER).ids == {MEAN, ABOVE, INNER}
    assert shown_in(GRAPH, INNER).ids == {BANDS, NOTE}


def test_that_the_way_to_an_item_leads_from_the_top_down():
    assert way_to(GRAPH, NOTE) == (OUTER, INNER)
    assert way_to(GRAPH, INNER) == (OUTER,)
    assert way_to(GRAPH, SOURCE) == way_to(GRAPH, "not there") == ()


def test_that_the_inside_of_a_group_is_deep():
    assert inside(GRAPH, OUTER) == {MEAN, BANDS, ABOVE}
    assert inside(GRAPH, "") == set(GRAPH.nodes)
    assert groups_inside(GRAPH, OUTER) == {INNER}
    assert groups_inside(GRAPH, "") == {OUTER, INNER}
    assert with_insides(GRAPH, [INNER, SOURCE, "gone"]) == {INNER, BANDS, NOTE, SOURCE}
    assert with_insides(GRAPH, [SOURCE]) == {SOURCE}
    assert outermost(GRAPH, [BANDS, OUTER, ALL, "gone"]) == (ALL, OUTER)


def test_that_a_group_has_the_ports_that_cross_its_border_and_those_that_are_open():
    made = boundary(GRAPH, OUTER, type_of)
    assert ports(made) == (
        [(MEAN, "values")],
        [(ABOVE, "value"), (BANDS, "lower"), (BANDS, "wide")],
    )
    assert ports(boundary(GRAPH, INNER, type_of)) == (
        [(BANDS, "values")],
        [(BANDS, "upper"), (BANDS, "lower"), (BANDS, "wide")],
    )
    titles = [port.title for port in (*made.inputs, *made.outputs)]
    assert titles == ["Slow", "Above", "Bands: lower", "Bands: wide"]
    assert [port.type for port in made.outputs] == [Flags, Numbers, Flags]


def test_that_open_inputs_are_ports_unless_they_may_stay_open():
    graph = Graph({ABOVE: Node(ABOVE, "above"), ALL: Node(ALL, "all")})
    made = boundary(graph, "", type_of)
    assert ports(made)[0] == [(ABOVE, "left"), (ALL, "conditions")]
    assert [port.arity for port in made.inputs] == [Arity.ONE, Arity.MANY]


@pytest.mark.parametrize("kind", ["strange", "broken"])
def test_that_a_node_of_an_unknown_type_has_the_ports_that_wires_name(kind: str):
    graph = Graph(
        {MEAN: Node(MEAN, kind, group=OUTER)},
        frozenset({Wire(MEAN, "a", 0, "0000000f", "b"), Wire("0000000f", "a", 0, MEAN, "c")}),
        groups={OUTER: Group(OUTER)},
    )
    made = boundary(graph, OUTER, type_of)
    assert ports(made) == ([(MEAN, "a")], [(MEAN, "c")])
    assert made.inputs[0].type is made.outputs[0].type is None
    assert made.inputs[0].title == f"{kind}: a"


def test_that_a_node_is_stood_for_by_the_group_around_it():
    assert [visible_end(GRAPH, shown, BANDS) for shown in ("", OUTER, INNER)] == [
        OUTER,
        INNER,
        BANDS,
    ]
    assert visible_end(GRAPH, OUTER, SOURCE) is None
    assert visible_end(GRAPH, "", "not there") is None


def test_that_paths_follow_wires():
    assert upstream_of(GRAPH, [BANDS]) == {BANDS, MEAN, SOURCE}
    assert downstream_of(GRAPH, [BANDS]) == {BANDS, ABOVE, ALL}
    assert leads_to(GRAPH, SOURCE, ALL)
    assert not leads_to(GRAPH, ALL, SOURCE)
    assert leads_to(GRAPH, ALL, ALL)


@given(graphs)
def test_that_every_item_is_shown_in_exactly_one_place(graph: Graph):
    places = [shown_in(graph, group).ids for group in ("", *graph.groups)]
    assert sorted(id for ids in places for id in ids) == sorted(graph.items)
    for group in graph.groups:
        direct = {node.id for node in shown_in(graph, group).nodes}
        assert direct <= inside(graph, group)
        assert inside(graph, group) == {
            id for id in with_insides(graph, [group]) if id in graph.nodes
        }


@given(typed_graphs(loops=True))
def test_that_every_wire_across_a_border_has_a_port_there(graph: Graph):
    for group in graph.groups:
        within = inside(graph, group)
        inputs, outputs = ports(boundary(graph, group, type_of))
        assert len(set(inputs)) == len(inputs)
        for wire in graph.wires:
            if wire.source not in within and wire.target in within:
                assert (wire.target, wire.input) in inputs
            if wire.source in within and wire.target not in within:
                assert (wire.source, wire.output) in outputs
        fed_outside = {
            (wire.target, wire.input) for wire in graph.wires if wire.source not in within
        }
        fed_inside = {(wire.target, wire.input) for wire in graph.wires if wire.source in within}
        assert (fed_inside - fed_outside).isdisjoint(inputs)
