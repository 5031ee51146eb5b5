from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.clipboard import copied, duplicated, pasted
from alphintra_desktop.graph.document import GraphDocument
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.graph.groups import outermost, shown_in, with_insides
from alphintra_desktop.graph.model import Graph, Group, Node, Note, Wire
from tests.graph.random_graphs import everything
from tests.graph.typed_graphs import typed_graphs

SOURCE, MEAN, ABOVE = "00000001", "00000002", "00000003"
OUTER, INNER, NOTE = "06000001", "06000002", "0f000001"
BEND = {"bend": (1, 2)}
GRAPH = Graph(
    nodes={
        SOURCE: Node(SOURCE, "source"),
        MEAN: Node(MEAN, "mean", 3, "Slow", {"window": 5}, (100, 50), {"x": 1}, OUTER, "muted"),
        ABOVE: Node(ABOVE, "above", position=(300, 20)),
    },
    wires=frozenset(
        {Wire(MEAN, "values", 0, SOURCE, "value"), Wire(ABOVE, "left", 0, MEAN, "value", BEND)}
    ),
    groups={OUTER: Group(OUTER, "Signals", (200, 80)), INNER: Group(INNER, group=OUTER)},
    notes={NOTE: Note(NOTE, text="Hm", group=INNER, position=(7, 8))},
)


def ids_from(first: int) -> Callable[[], str]:
    numbers = iter(range(first, first + 1000))
    return lambda: f"{next(numbers):08x}"


def test_that_copied_items_come_back_as_they_were_with_new_ids():
    text = copied(GRAPH, [OUTER, ABOVE])
    edit, selected = pasted(text, GRAPH, ids_from(0x100), (1000, 0), inbound=True, group="")
    after = edit.apply(GRAPH)
    assert edit.inverse(GRAPH).apply(after) == GRAPH
    assert edit.label == "Paste 2 items"
    new = {item.id: item for item in after.items.values() if item.id not in GRAPH.items}
    by_kind = {getattr(item, "type", getattr(item, "title", None)): item for item in new.values()}
    signals, mean, above = by_kind["Signals"], by_kind["mean"], by_kind["above"]
    assert selected == {signals.id, above.id}
    assert replace(mean, id=MEAN, group=OUTER) == GRAPH.nodes[MEAN]
    assert mean.group == signals.id
    assert (signals.position, above.position) == ((1000, 60), (1100, 0))
    (joined,) = (wire for wire in after.wires if wire.target == above.id)
    assert (joined.source, joined.extra) == (mean.id, BEND)
    assert Wire(mean.id, "values", 0, SOURCE, "value") in after.wires


def test_that_wires_from_what_was_not_copied_come_only_if_wanted_and_if_it_is_there():
    text = copied(GRAPH, [MEAN])
    for graph, inbound, wires in ((GRAPH, True, 1), (GRAPH, False, 0), (Graph(), True, 0)):
        edit, _ = pasted(text, graph, ids_from(0x100), (0, 0), inbound=inbound, group="")
        assert len(edit.apply(graph).wires) == len(graph.wires) + wires
    assert edit.label == "Paste Slow"


def test_that_items_are_pasted_into_the_group_that_is_shown():
    edit, selected = pasted(
        copied(GRAPH, [ABOVE]), GRAPH, ids_from(0x100), (0, 0), inbound=False, group=INNER
    )
    after = edit.apply(GRAPH)
    assert selected < shown_in(after, INNER).ids


def test_that_duplicates_lie_beside_what_they_are_copies_of_and_are_fed_alike():
    edit, (made,) = duplicated(GRAPH, [MEAN], ids_from(0x100))
    after = edit.apply(GRAPH)
    assert after.nodes[made] == replace(GRAPH.nodes[MEAN], id=made, position=(140, 90))
    assert Wire(made, "values", 0, SOURCE, "value") in after.wires
    assert edit.label == "Duplicate Slow"
    assert duplicated(GRAPH, [], ids_from(0))[0].edits == ()


def test_that_the_text_of_a_whole_graph_file_can_be_pasted():
    edit, selected = pasted(
        graph_to_text(GRAPH), Graph(), ids_from(0x100), (0, 0), inbound=True, group=""
    )
    after = edit.apply(Graph())
    assert (len(after.items), len(after.wires), len(selected)) == (6, 2, 3)


def test_that_a_wire_into_nothing_is_not_pasted():
    loose = Graph({SOURCE: GRAPH.nodes[SOURCE]}, frozenset({Wire(MEAN, "values", 0, SOURCE, "v")}))
    edit, _ = pasted(graph_to_text(loose), GRAPH, ids_from(0x100), (0, 0), inbound=True, group="")
    assert edit.apply(GRAPH).wires == GRAPH.wires


NEWER = json.dumps({"format": "alphintra graph", "version": 99})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds nothing that belongs"),
        ("SELECT 1", "holds nothing that belongs"),
        ('{"nodes": []}', "holds nothing that belongs"),
        (graph_to_text(Graph(name="empty")), "holds nothing that belongs"),
        (NEWER, "The clipboard has the format version 99, and this program knows up to"),
        (copied(GRAPH, [MEAN])[:-30], "The clipboard ends in the middle"),
    ],
)
def test_that_what_cannot_be_pasted_says_so(text: str, message: str):
    with pytest.raises(AlphintraError, match=message) as caught:
        pasted(text, GRAPH, ids_from(0), (0, 0), inbound=True, group="")
    assert caught.value.hint


def moderate(item):
    """An item of a size and at a place from which a step does not lead beyond every number."""
    if isinstance(item, Note):
        item = replace(item, size=_within_a_million(item.size))
    return replace(item, position=_within_a_million(item.position))


def _within_a_million(pair):
    return tuple(max(-1e6, min(1e6, number)) for number in pair)


@given(typed_graphs(loops=True), st.data())
def test_that_a_duplicate_is_the_same_drawing_again(graph: Graph, data):
    graph = graph.with_items(map(moderate, graph.items.values()))
    ids = data.draw(st.sets(st.sampled_from(sorted(graph.items))))
    document = GraphDocument(graph)
    edit, made = duplicated(graph, ids, document.new_node_id)
    if not edit.edits:
        return
    document.apply(edit)
    after = document.graph
    assert len(made) == len(outermost(graph, ids))
    chosen = with_insides(graph, ids)
    assert len(after.items) == len(graph.items) + len(chosen)
    into = [wire for wire in graph.wires if wire.target in chosen]
    assert len(after.wires) == len(graph.wires) + len(into)
    assert after.wires > graph.wires or not into
    kinds = sorted(type(graph.items[id]).__name__ for id in chosen)
    fresh = after.items.keys() - graph.items.keys()
    assert sorted(type(after.items[id]).__name__ for id in fresh) == kinds
    document.undo()
    assert everything(document.graph) == everything(graph)
