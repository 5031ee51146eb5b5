"""Placing nodes without a mouse."""

from __future__ import annotations

from alphintra_desktop.graph.model import Graph, Group, Node
from alphintra_desktop.workspace.placing import APART, free_spot

A, B, G = "0000000a", "0000000b", "0000000c"


def test_that_a_free_place_is_taken_as_it_is():
    graph = Graph(nodes={A: Node(A, "prices.close", position=(0, 0))})
    assert free_spot(graph, (500, 0)) == (500, 0)


def test_that_the_next_place_below_is_taken_where_a_node_or_a_group_lies():
    graph = Graph(
        nodes={A: Node(A, "prices.close", position=(0, 0))},
        groups={G: Group(G, position=(0, APART[1]))},
    )
    assert free_spot(graph, (0, 0)) == (0, 2 * APART[1])


def test_that_only_what_is_in_the_same_group_is_in_the_way():
    nodes = {A: Node(A, "prices.close", group=G), B: Node(B, "prices.open", position=(0, 140))}
    graph = Graph(nodes=nodes, groups={G: Group(G, position=(900, 900))})
    assert free_spot(graph, (0, 0)) == (0, 0)
    assert free_spot(graph, (0, 0), G) == (0, APART[1])
