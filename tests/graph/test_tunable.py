"""Which params a search may turn, noted on the node."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_from_text, graph_to_text
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.graph.tunable import TunableRange, set_tunable, tunable_of

NODE = "0000000a"
GRAPH = Graph(nodes={NODE: Node(NODE, "talib.sma", title="Fast")})
RANGE = TunableRange(5, 50, 5)


def test_that_a_param_becomes_tunable_and_undo_leads_back_to_the_same_graph():
    edit = set_tunable(GRAPH, NODE, "period", RANGE)
    after = edit.apply(GRAPH)
    assert tunable_of(after.nodes[NODE]) == {"period": RANGE}
    assert edit.describe(GRAPH) == "Tune period of Fast from 5 to 50"
    assert edit.inverse(GRAPH).apply(after) == GRAPH


def test_that_a_param_is_fixed_again_without_touching_the_others():
    both = set_tunable(GRAPH, NODE, "period", RANGE).apply(GRAPH)
    both = set_tunable(both, NODE, "kind", TunableRange(0, 1, 0.5)).apply(both)
    edit = set_tunable(both, NODE, "period", None)
    assert list(tunable_of(edit.apply(both).nodes[NODE])) == ["kind"]
    assert edit.inverse(both).apply(edit.apply(both)) == both


def test_that_ranges_are_kept_in_the_file():
    graph = set_tunable(GRAPH, NODE, "period", RANGE).apply(GRAPH)
    read = graph_from_text(graph_to_text(graph), "test")
    assert tunable_of(read.nodes[NODE]) == {"period": RANGE}


@pytest.mark.parametrize("noted", ["none", 3, {"period": "wide"}, {"period": (5, 1, 1)}])
def test_that_what_a_file_says_that_is_no_range_is_left_out(noted):
    assert tunable_of(replace(GRAPH.nodes[NODE], extra={"tunable": noted})) == {}


@pytest.mark.parametrize("numbers", [(1, 2, 0), (2, 1, 1), (1, float("inf"), 1)])
def test_that_a_range_without_values_is_refused(numbers):
    with pytest.raises(AlphintraError):
        TunableRange(*numbers)


def test_that_a_range_counts_its_values():
    assert TunableRange(0.1, 0.5, 0.1).count == 5
    assert TunableRange(5, 12, 5).count == 2


def test_that_a_node_that_is_gone_is_told():
    with pytest.raises(AlphintraError, match="There is no node 0000000b"):
        set_tunable(GRAPH, "0000000b", "period", RANGE)
