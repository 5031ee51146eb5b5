from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.graph.edits import Together
from alphintra_desktop.graph.groups import inside, shown_in, with_insides
from alphintra_desktop.graph.inserting import inserted
from alphintra_desktop.graph.model import Graph, Group, Node, Note, Wire
from alphintra_desktop.graph.paths import leads_to
from alphintra_desktop.graph.regrouping import grouped, moved_into, ungrouped
from alphintra_desktop.graph.removing import removed, removed_joined
from tests.graph.random_graphs import everything
from tests.graph.typed_graphs import type_of, typed_graphs

SOURCE, MEAN, ABOVE, ALL, NEW = "00000001", "00000002", "00000003", "00000004", "0000000f"
OUTER, INNER, NOTE = "06000001", "06000002", "0f000001"
CHAIN = Graph(
    nodes={
        SOURCE: Node(SOURCE, "source"),
        MEAN: Node(MEAN, "mean", title="Slow", group=OUTER, position=(100, 50)),
        ABOVE: Node(ABOVE, "above", group=OUTER, position=(300, 90)),
        ALL: Node(ALL, "all"),
    },
    wires=frozenset(
        {
            Wire(MEAN, "values", 0, SOURCE, "value"),
            Wire(ABOVE, "left", 0, MEAN, "value", {"colour": "red"}),
            Wire(ALL, "conditions", 3, ABOVE, "value"),
        }
    ),
    groups={OUTER: Group(OUTER, "Signals"), INNER: Group(INNER, group=OUTER)},
    notes={NOTE: Note(NOTE, group=INNER)},
)


def undone(edit: Together, graph: Graph) -> Graph:
    """The graph after the edit, which must be possible to take back."""
    after = edit.apply(graph)
    assert everything(edit.inverse(graph).apply(after)) == everything(graph)
    return after


def test_that_a_selection_becomes_a_group_where_it_was():
    edit = grouped(CHAIN, [MEAN, ABOVE, "gone"], NEW, "Trend")
    after = undone(edit, CHAIN)
    assert after.groups[NEW] == Group(NEW, "Trend", (200, 70), OUTER)
    assert inside(after, NEW) == {MEAN, ABOVE}
    assert after.nodes[MEAN].position == (100, 50)
    assert edit.label == "Group 2 nodes"


def test_that_a_selection_from_several_groups_is_grouped_in_the_one_that_holds_all():
    assert undone(grouped(CHAIN, [NOTE, MEAN], NEW, ""), CHAIN).groups[NEW].group == OUTER
    assert undone(grouped(CHAIN, [NOTE, ALL], NEW, ""), CHAIN).groups[NEW].group == ""
    assert undone(grouped(CHAIN, [OUTER, MEAN], NEW, ""), CHAIN).nodes[MEAN].group == OUTER
    assert undone(grouped(CHAIN, [], NEW, ""), CHAIN).groups[NEW].position == (0, 0)


def test_that_unpacking_leaves_what_was_inside_around_where_the_group_lay():
    graph = undone(grouped(CHAIN, [MEAN, ABOVE], NEW, "Trend"), CHAIN)
    assert undone(ungrouped(graph, NEW), graph) == CHAIN
    far = graph.with_items([Group(NEW, "Trend", (1200, 70), OUTER)])
    edit = ungrouped(far, NEW)
    assert undone(edit, far).nodes[MEAN].position == (1100, 50)
    assert edit.label == "Unpack Trend"
    empty = Graph(groups={OUTER: Group(OUTER)})
    assert undone(ungrouped(empty, OUTER), empty) == Graph()


def test_that_items_move_into_a_group_and_out_of_it():
    edit = moved_into(CHAIN, [SOURCE, MEAN, OUTER], INNER)
    assert edit.label == "Move 2 nodes into group"
    assert inside(undone(edit, CHAIN), INNER) == {SOURCE, MEAN}
    after = undone(moved_into(CHAIN, [MEAN, SOURCE], ""), CHAIN)
    assert {node.id for node in shown_in(after, "").nodes} == {SOURCE, MEAN, ALL}
    assert moved_into(CHAIN, [MEAN], OUTER).edits == ()


def test_that_a_group_goes_with_everything_in_it():
    edit = removed(CHAIN, [OUTER])
    assert undone(edit, CHAIN) == Graph({SOURCE: CHAIN.nodes[SOURCE], ALL: CHAIN.nodes[ALL]})
    assert edit.label == "Remove Signals"
    assert removed(CHAIN, ["gone"]).edits == ()


def test_that_a_removed_node_leaves_its_chain_joined():
    after = undone(removed_joined(CHAIN, [MEAN], type_of), CHAIN)
    assert after.wires == {
        Wire(ABOVE, "left", 0, SOURCE, "value"),
        Wire(ALL, "conditions", 3, ABOVE, "value"),
    }
    (kept,) = (wire for wire in after.wires if wire.target == ABOVE)
    assert kept.extra == {"colour": "red"}


def test_that_a_chain_is_not_joined_where_types_do_not_fit():
    after = undone(removed_joined(CHAIN, [ABOVE], type_of), CHAIN)
    assert after.wires == {Wire(MEAN, "values", 0, SOURCE, "value")}
    after = undone(removed_joined(CHAIN, [MEAN, ABOVE], type_of), CHAIN)
    assert after.wires == frozenset()


def test_that_a_chain_is_joined_over_all_removed_nodes():
    second = Node(NEW, "mean")
    wires = [Wire(NEW, "values", 0, MEAN, "value"), Wire(ABOVE, "right", 0, NEW, "value")]
    graph = CHAIN.with_node(second).with_wires(wires)
    after = undone(removed_joined(graph, [MEAN, NEW], type_of), graph)
    assert Wire(ABOVE, "right", 0, SOURCE, "value") in after.wires
    assert Wire(ABOVE, "left", 0, SOURCE, "value") in after.wires


def test_that_wires_that_lead_nowhere_are_not_joined():
    wires = [Wire("ffffffff", "x", 0, MEAN, "value"), Wire(MEAN, "values", 0, "eeeeeeee", "value")]
    graph = CHAIN.with_wires(wires).without_wires([Wire(MEAN, "values", 0, SOURCE, "value")])
    after = undone(removed_joined(graph, [MEAN], type_of), graph)
    assert after.wires == {Wire(ALL, "conditions", 3, ABOVE, "value")}


def test_that_a_new_node_is_put_into_a_wire():
    wire = Wire(ABOVE, "left", 0, MEAN, "value")
    edit = inserted(CHAIN, Node(NEW, "bands", title="Bands"), wire, type_of)
    assert edit is not None
    after = undone(edit, CHAIN)
    assert wire not in after.wires
    assert {Wire(NEW, "values", 0, MEAN, "value"), Wire(ABOVE, "left", 0, NEW, "upper")} <= (
        after.wires
    )
    assert edit.label == "Insert Bands"


def test_that_a_node_of_the_graph_is_put_into_a_wire_where_it_was_dropped():
    graph = CHAIN.with_node(Node(NEW, "mean"))
    dropped = Node(NEW, "mean", position=(200, 70), group=OUTER)
    wire = Wire(ABOVE, "left", 0, MEAN, "value")
    edit = inserted(graph, dropped, wire, type_of)
    assert edit is not None
    after = undone(edit, graph)
    assert after.nodes[NEW] == dropped
    assert leads_to(after, MEAN, NEW)
    assert inserted(CHAIN, CHAIN.nodes[MEAN], wire, type_of) is None


def test_that_a_node_that_does_not_fit_is_not_put_into_a_wire():
    wire = Wire(ABOVE, "left", 0, MEAN, "value")
    for kind in ("source", "above", "all", "strange", "broken"):
        assert inserted(CHAIN, Node(NEW, kind), wire, type_of) is None
    assert inserted(CHAIN, Node(NEW, "mean"), Wire(ABOVE, "x", 0, MEAN, "value"), type_of) is None
    assert inserted(CHAIN, Node(NEW, "mean"), Wire(ABOVE, "left", 0, MEAN, "x"), type_of) is None
    absent = Wire(ABOVE, "right", 0, MEAN, "value")
    assert inserted(CHAIN, Node(NEW, "mean"), absent, type_of) is None


def test_that_putting_a_node_into_a_wire_makes_no_loop():
    after_all = Node(NEW, "choose")
    graph = CHAIN.with_node(after_all).with_wires([Wire(NEW, "when", 0, ALL, "value")])
    wire = Wire(ABOVE, "left", 0, MEAN, "value")
    assert inserted(graph, after_all, wire, type_of) is None


@given(typed_graphs(loops=True), st.data())
def test_that_removing_and_joining_keep_types_fitting_and_are_taken_back(graph: Graph, data):
    ids = data.draw(st.sets(st.sampled_from(sorted(graph.items)))) if graph.items else set()
    gone = with_insides(graph, ids)
    plain, joined = undone(removed(graph, ids), graph), removed_joined(graph, ids, type_of)
    after = undone(joined, graph)
    assert after.items == plain.items
    assert after.wires >= plain.wires
    assert gone.isdisjoint(after.items)
    for wire in after.wires - plain.wires:
        source, target = after.nodes[wire.source], after.nodes[wire.target]
        given_type = type_of(source).outputs[wire.output]
        assert issubclass(given_type, type_of(target).inputs[wire.input].type)
    assert joined.label == removed(graph, ids).label


@given(typed_graphs(), st.data())
def test_that_grouping_and_unpacking_give_the_same_graph(graph: Graph, data):
    group = data.draw(st.sampled_from(["", *graph.groups]))
    choices = sorted(shown_in(graph, group).ids)
    ids = data.draw(st.sets(st.sampled_from(choices), min_size=1)) if choices else set()
    after = undone(grouped(graph, ids, NEW, "x"), graph)
    if ids:
        assert undone(ungrouped(after, NEW), after) == graph
    for id in ids:
        assert after.items[id].group == NEW
