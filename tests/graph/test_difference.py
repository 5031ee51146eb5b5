from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.graph.difference import differences, edits_between
from alphintra_desktop.graph.document import GraphDocument
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.graph.model import Graph, Group, Node, Note, Wire
from tests.graph.random_graphs import edits_for, everything, graphs

FAST, SLOW, CROSS, BOX, INNER, WORDS = (f"0000000{number}" for number in range(6))
GRAPH = Graph(
    nodes={
        FAST: Node(FAST, "indicators.sma", title="Fast", params={"window": 10}),
        SLOW: Node(SLOW, "indicators.sma", title="Slow", group=INNER),
        CROSS: Node(CROSS, "conditions.crosses_above", group=BOX),
    },
    wires=frozenset({Wire(CROSS, "left", 0, FAST, "value", {"colour": "red"})}),
    groups={BOX: Group(BOX, "Box"), INNER: Group(INNER, "Inner", group=BOX)},
    notes={WORDS: Note(WORDS, text="why")},
)


@given(graphs, graphs)
def test_that_the_edits_lead_from_any_graph_to_exactly_any_other_and_back(one: Graph, other: Graph):
    other = replace(other, extra=one.extra)
    step = edits_between(one, other, "Recover")
    assert everything(step.apply(one)) == everything(other)
    assert graph_to_text(step.apply(one)) == graph_to_text(other)
    assert everything(step.inverse(one).apply(other)) == everything(one)
    assert bool(differences(one, other)) == bool(step.edits)


@given(graphs, st.data())
def test_that_the_edits_lead_to_what_some_edits_made_of_a_graph(graph: Graph, data):
    after = graph
    for _ in range(data.draw(st.integers(1, 4))):
        after = data.draw(edits_for(after)).apply(after)
    document = GraphDocument(graph)
    document.apply(edits_between(graph, after, "Recover"))
    assert everything(document.graph) == everything(after)
    assert graph_to_text(document.graph) == graph_to_text(after)
    document.undo()
    assert everything(document.graph) == everything(graph)


def test_that_groups_may_swap_their_places_and_go_with_all_that_is_in_them():
    swapped = replace(
        GRAPH, groups={BOX: Group(BOX, "Box", group=INNER), INNER: Group(INNER, "Inner")}
    )
    assert edits_between(GRAPH, swapped, "").apply(GRAPH) == swapped
    assert edits_between(GRAPH, Graph(), "").apply(GRAPH) == Graph()
    assert edits_between(Graph(), GRAPH, "").apply(Graph()) == GRAPH


def test_that_an_id_may_become_another_kind_of_item():
    after = Graph(nodes={BOX: Node(BOX, "prices.close")}, groups={FAST: Group(FAST)})
    assert edits_between(GRAPH, after, "").apply(GRAPH) == after


def test_that_what_equals_in_python_but_not_in_a_file_is_told_apart():
    one = Graph(nodes={FAST: Node(FAST, "a.b", params={"x": 1})})
    other = Graph(nodes={FAST: Node(FAST, "a.b", params={"x": True})})
    assert graph_to_text(edits_between(one, other, "").apply(one)) == graph_to_text(other)


def test_that_equal_graphs_need_no_edit():
    assert edits_between(GRAPH, GRAPH, "Nothing").edits == ()
    assert differences(GRAPH, GRAPH) == ()


def test_that_differences_are_told_in_words():
    after = replace(
        GRAPH,
        name="Trend",
        nodes={
            FAST: Node(FAST, "indicators.sma", title="Quick", params={"window": 20}, mode="muted"),
            CROSS: Node(CROSS, "conditions.crosses_below", position=(4, 4)),
            "000000aa": Node("000000aa", "prices.close"),
        },
        wires=frozenset({Wire(CROSS, "right", 0, "000000aa", "value")}),
        groups={BOX: Group(BOX, "Case", position=(1, 1))},
        notes={WORDS: Note(WORDS, text="because")},
    )
    assert differences(GRAPH, after) == (
        "Rename the strategy to Trend",
        "Add close",
        "Remove Slow",
        "Remove group Inner",
        "Change crosses_below",
        "Rename Fast to Quick",
        "Set window of Fast to 20",
        "Rename Box to Case",
        "Mute Fast",
        "Change comment",
        "Move 1 item",
        "Connect 1 wire",
        "Disconnect 1 wire",
    )
