from __future__ import annotations

import pickle
import random

from hypothesis import given

from alphintra_desktop.graph.model import IN_ORDER, NODE_ID, Graph, Node, Wire, new_node_id
from tests.graph.random_graphs import graphs


def test_that_new_ids_are_eight_hex_digits_and_never_taken():
    taken: set[str] = set()
    for _ in range(1000):
        made = new_node_id(taken)
        assert NODE_ID.fullmatch(made)
        assert made not in taken
        taken.add(made)


def test_that_an_id_which_is_taken_is_drawn_again():
    class AllTakenAtFirst:
        asked: list[str]

        def __init__(self):
            self.asked = []

        def __contains__(self, node: str) -> bool:
            self.asked.append(node)
            return len(self.asked) < 4

    taken = AllTakenAtFirst()
    assert new_node_id(taken) == taken.asked[3]


def test_that_the_inputs_of_a_node_come_by_name_and_in_slot_order():
    second = Wire("b", "values", 1, "a", "value")
    first = Wire("b", "values", 0, "c", "value")
    other = Wire("b", "data", 0, "a", "value")
    graph = Graph(wires=frozenset({second, first, other, Wire("c", "data", 0, "a", "value")}))
    assert graph.inputs_of("b") == {"data": (other,), "values": (first, second)}
    assert graph.inputs_of("nothing") == {}


def test_that_changing_what_inputs_of_returned_does_not_change_the_graph():
    graph = Graph(wires=frozenset({Wire("b", "data", 0, "a", "value")}))
    graph.inputs_of("b").clear()
    assert list(graph.inputs_of("b")) == ["data"]


def test_that_a_node_goes_with_its_wires_and_no_others():
    kept = Wire("b", "left", 0, "a", "value")
    graph = Graph({key: Node(key, "t") for key in "abc"}).with_wires(
        [kept, Wire("c", "left", 0, "a", "value"), Wire("a", "left", 0, "c", "value")]
    )
    smaller = graph.without_node("c")
    assert smaller == Graph({key: Node(key, "t") for key in "ab"}, frozenset({kept}))
    assert smaller.with_node(Node("c", "t")).without_wires([kept]).wires == frozenset()
    assert smaller.with_nodes([Node("c", "t"), Node("d", "t")]).ids == set("abcd")


def test_that_what_a_file_noted_at_a_wire_does_not_make_it_another_wire():
    plain, noted = Wire("b", "l", 0, "a", "v"), Wire("b", "l", 0, "a", "v", {"colour": "red"})
    assert plain == noted
    assert len({plain, noted}) == 1


@given(graphs)
def test_that_the_key_for_sorting_wires_orders_them_as_comparing_does(graph: Graph):
    assert sorted(graph.wires, key=IN_ORDER) == sorted(graph.wires)


@given(graphs)
def test_that_the_index_of_inputs_holds_every_wire_once(graph: Graph):
    found = [
        wire for node in graph.ids for wires in graph.inputs_of(node).values() for wire in wires
    ]
    assert sorted(found) == sorted(graph.wires)


def test_that_a_graph_can_be_sent_to_another_process():
    ids = [f"{number:08x}" for number in random.Random(1).sample(range(99), 9)]
    graph = Graph({key: Node(key, "t") for key in ids}).with_wires(
        [Wire(ids[0], "l", 0, ids[1], "v")]
    )
    assert graph.inputs_of(ids[0])
    assert pickle.loads(pickle.dumps(graph)) == graph
