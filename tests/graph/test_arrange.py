from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.graph.arrange import aligned, box_of, distributed, snapped
from alphintra_desktop.graph.model import Graph, Group, Node, Note, Wire
from alphintra_desktop.graph.tidying import tidied
from tests.graph.test_clipboard import moderate
from tests.graph.typed_graphs import typed_graphs

A, B, C, GROUP, FRAME, WORDS = (f"{n:08x}" for n in (1, 2, 3, 0x10, 0x20, 0x21))
GRAPH = Graph(
    nodes={
        A: Node(A, "source", position=(0, 0)),
        B: Node(B, "mean", position=(130, 50)),
        C: Node(C, "mean", position=(400, 300)),
    }
)
SIZES = {A: (100.0, 40.0), B: (60.0, 80.0), C: (100.0, 40.0)}


def places(graph: Graph) -> list[tuple[float, float]]:
    return [graph.nodes[node].position for node in (A, B, C)]


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        ("left", [(0, 0), (0, 50), (0, 300)]),
        ("right", [(400, 0), (440, 50), (400, 300)]),
        ("top", [(0, 0), (130, 0), (400, 0)]),
        ("bottom", [(0, 300), (130, 260), (400, 300)]),
        ("centre", [(200, 0), (220, 50), (200, 300)]),
        ("middle", [(0, 150), (130, 130), (400, 150)]),
    ],
)
def test_that_items_are_brought_into_line(side, expected):
    edit = aligned(GRAPH, SIZES, [A, B, C, "gone"], side)
    after = edit.apply(GRAPH)
    assert places(after) == expected
    assert edit.label == f"Align {side}"
    assert edit.inverse(GRAPH).apply(after) == GRAPH
    assert aligned(after, SIZES, [A, B, C], side).edits == ()


def test_that_gaps_are_made_equal_and_the_outer_ones_stay():
    assert places(distributed(GRAPH, SIZES, [A, B, C], "across").apply(GRAPH)) == [
        (0, 0),
        (220, 50),
        (400, 300),
    ]
    assert places(distributed(GRAPH, SIZES, [A, B, C], "down").apply(GRAPH))[1] == (130, 130)
    assert distributed(GRAPH, SIZES, [A, B], "down").edits == ()


def test_that_items_snap_to_the_grid():
    assert places(snapped(GRAPH, [A, B, "gone"], 40).apply(GRAPH))[:2] == [(0, 0), (120, 40)]


def test_that_a_note_is_as_large_as_it_says_and_a_node_as_large_as_usual():
    graph = Graph({A: Node(A, "x")}, notes={WORDS: Note(WORDS, position=(5, 5), size=(10, 20))})
    assert box_of(graph, {}, WORDS) == (5, 5, 15, 25)
    assert box_of(graph, {}, A)[2] > 100


def test_that_tidying_leads_from_left_to_right_and_keeps_the_corner():
    wires = [Wire(B, "values", 0, A, "value"), Wire(C, "values", 0, B, "value")]
    graph = GRAPH.with_wires(wires)
    edit = tidied(graph, SIZES, "")
    after = edit.apply(graph)
    (ax, ay), (bx, by), (cx, cy) = places(after)
    assert ax < bx < cx
    assert min(ax, bx, cx) == min(ay, by, cy) == 0
    assert (ay + 20, cy + 20) == (by + 40, by + 40)  # their middles are on one line
    assert tidied(after, SIZES, "").edits == ()
    assert edit.inverse(graph).apply(after) == graph
    assert tidied(Graph(), {}, "").edits == ()


def test_that_what_only_starts_lies_next_to_what_it_feeds():
    late = [Wire(B, "values", 0, A, "value"), Wire(C, "values", 0, B, "value")]
    start = "00000004"
    graph = GRAPH.with_node(Node(start, "source")).with_wires(
        [*late, Wire(C, "more", 0, start, "value")]
    )
    after = tidied(graph, SIZES, "").apply(graph)
    assert after.nodes[start].position[0] == after.nodes[B].position[0]


def test_that_a_long_wire_is_led_past_what_lies_between():
    wires = [Wire(B, "x", 0, A, "value"), Wire(C, "x", 0, B, "value"), Wire(C, "y", 0, A, "value")]
    graph = GRAPH.with_wires(wires)
    after = tidied(graph, SIZES, "").apply(graph)
    from_a, between, to_c = (box_of(after, SIZES, node) for node in (A, B, C))
    assert from_a.middle(1) == to_c.middle(1)
    assert not between.start(1) <= to_c.middle(1) <= between.end(1)


def test_that_a_group_is_laid_out_as_one_and_its_inside_is_left_alone():
    graph = Graph(
        {A: Node(A, "source"), B: Node(B, "mean", group=GROUP, position=(7, 7)), C: Node(C, "x")},
        frozenset({Wire(B, "values", 0, A, "value"), Wire(C, "values", 0, B, "value")}),
        groups={GROUP: Group(GROUP)},
    )
    after = tidied(graph, SIZES, "").apply(graph)
    lefts = [after.items[id].position[0] for id in (A, GROUP, C)]
    assert lefts == sorted(set(lefts))
    assert after.nodes[B].position == (7, 7)
    assert tidied(after, SIZES, GROUP).edits == ()


def test_that_frames_keep_what_they_frame_and_comments_go_above():
    frame = Note(FRAME, "frame", position=(390, 290), size=(200, 200))
    empty = Note("00000022", "frame", position=(9000, 9000))
    graph = GRAPH.with_wires([Wire(B, "values", 0, C, "value")])
    graph = graph.with_items([frame, empty, Note(WORDS, size=(80, 30), position=(400, 300))])
    after = tidied(graph, SIZES, "").apply(graph)
    x, y, right, bottom = box_of(after, SIZES, C)
    left, top, far, low = box_of(after, {}, FRAME)
    assert left < x < right < far
    assert top < y < bottom < low
    _, _, _, words = box_of(after, {}, WORDS)
    assert words < min(top, *(y for _, y in places(after)))
    assert after.notes["00000022"] == empty


def overlap(one, other) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@given(typed_graphs(loops=True), st.data())
def test_that_nothing_overlaps_once_tidied_and_no_wire_leads_back(graph: Graph, data):
    graph = graph.with_items(map(moderate, graph.items.values()))
    length = st.integers(10, 300).map(float)
    sizes = {id: data.draw(st.tuples(length, length)) for id in sorted(graph.items)}
    group = data.draw(st.sampled_from(["", *graph.groups]))
    edit = tidied(graph, sizes, group)
    assert tidied(graph, dict(reversed(sizes.items())), group) == edit
    after = edit.apply(graph)
    assert edit.inverse(graph).apply(after) == graph
    drawn = [
        box_of(after, sizes, id)
        for id, item in after.items.items()
        if item.group == group and id not in after.notes
    ]
    for place, box in enumerate(drawn):
        assert not any(overlap(box, other) for other in drawn[place + 1 :])


@given(typed_graphs())
def test_that_wires_lead_to_the_right_where_there_is_no_loop(graph: Graph):
    flat = Graph(graph.nodes, graph.wires).with_nodes(
        Node(node.id, node.type, position=node.position) for node in graph.nodes.values()
    )
    after = tidied(flat, {}, "").apply(flat)
    for wire in after.wires:
        source, target = after.nodes[wire.source], after.nodes[wire.target]
        assert source.position[0] < target.position[0]
