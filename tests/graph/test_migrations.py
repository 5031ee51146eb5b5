from __future__ import annotations

import json
from typing import Any

import pytest

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.files import FORMAT, graph_from_text
from alphintra_desktop.graph.migrations import NodeUpgrade, upgraded
from alphintra_desktop.graph.model import Graph, Node, Wire

A, B = "0000000a", "0000000b"


def boxes_became_nodes(data: dict[str, Any]) -> dict[str, Any]:
    data["nodes"] = data.pop("boxes")
    return data


def kinds_became_types(data: dict[str, Any]) -> dict[str, Any]:
    for node in data["nodes"]:
        node["type"] = node.pop("kind")
    return data


MIGRATIONS = (boxes_became_nodes, kinds_became_types)
ENTRY = {"id": A, "version": 4, "note": "kept"}


@pytest.mark.parametrize(
    "old",
    [
        {"version": 1, "boxes": [{**ENTRY, "kind": "x.y"}], "also": "kept"},
        {"version": 2, "nodes": [{**ENTRY, "kind": "x.y"}], "also": "kept"},
        {"version": 3, "nodes": [{**ENTRY, "type": "x.y"}], "also": "kept"},
    ],
)
def test_that_a_file_of_any_older_format_reads_as_one_of_the_newest(old: dict[str, Any]):
    old = {"format": FORMAT, "name": "Old", **old}
    graph = graph_from_text(json.dumps(old), "old", MIGRATIONS)
    node = Node(A, "x.y", 4, extra={"note": "kept"})
    assert graph == Graph({A: node}, name="Old", extra={"also": "kept"})


def test_that_a_damaged_file_of_an_older_format_is_refused_in_one_sentence():
    text = json.dumps({"format": FORMAT, "version": 1, "name": "Old"})
    with pytest.raises(AlphintraError, match=r"old is damaged: .* from format version 1"):
        graph_from_text(text, "old", MIGRATIONS)


def test_that_a_mistake_that_is_not_where_the_newest_format_has_it_is_told_without_a_line():
    old = {"format": FORMAT, "version": 1, "boxes": [{**ENTRY, "kind": 5}]}
    with pytest.raises(
        AlphintraError, match=r"has 5 as 'type' of the node 0000000a, not text\.$"
    ) as caught:
        graph_from_text(json.dumps(old), "old", MIGRATIONS)
    assert caught.value.place == Place(node=A)


def test_that_what_format_1_did_not_know_is_not_taken_for_what_format_2_knows():
    entry = {"id": A, "type": "x.y", "mode": 5, "group": "mine"}
    old = {"format": FORMAT, "version": 1, "nodes": [entry], "groups": "some", "notes": {}}
    graph = graph_from_text(json.dumps(old), "old")
    kept = {"mode of format 1": 5, "group of format 1": "mine"}
    assert graph.nodes[A] == Node(A, "x.y", extra=kept)
    assert graph.extra == {"groups of format 1": "some", "notes of format 1": {}}
    assert (graph.groups, graph.notes) == ({}, {})


@pytest.mark.parametrize("nodes", ["7", "[7]", "{}"])
def test_that_a_damaged_file_of_format_1_is_still_told_where_it_is_damaged(nodes: str):
    text = f'{{"format": "{FORMAT}", "version": 1,\n"nodes": {nodes}}}'
    with pytest.raises(AlphintraError, match="nodes") as caught:
        graph_from_text(text, "old")
    assert caught.value.place == Place(line=2)


def test_that_old_nodes_are_renewed_step_by_step_with_their_wires():
    upgrades = {
        ("averages.mean", 1): NodeUpgrade(
            params=lambda params: {"window": params.pop("period"), **params},
            inputs={"data": "values"},
        ),
        ("averages.mean", 2): NodeUpgrade(outputs={"result": "value"}, type="indicators.sma"),
    }
    old = Graph(
        {
            A: Node(A, "averages.mean", 1, params={"period": 5, "unknown": 1}, extra={"note": 1}),
            B: Node(B, "other", 1),
        },
        frozenset({Wire(A, "data", 0, B, "value", {"n": 1}), Wire(B, "data", 0, A, "result")}),
    )

    new = upgraded(old, upgrades)

    params = {"window": 5, "unknown": 1}
    assert new.nodes[A] == Node(A, "indicators.sma", 3, params=params, extra={"note": 1})
    assert new.nodes[B] == old.nodes[B]
    assert new.wires == {Wire(A, "values", 0, B, "value"), Wire(B, "data", 0, A, "value")}
    assert [wire.extra for wire in new.wires if wire.target == A] == [{"n": 1}]
    assert old.nodes[A].params == {"period": 5, "unknown": 1}
    assert upgraded(new, upgrades) is new
