from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.files import (
    content_hash,
    graph_from_text,
    graph_to_text,
    read_graph,
    write_graph,
)
from alphintra_desktop.graph.model import Graph, Group, Node, Note, Wire
from tests.graph.random_graphs import everything, graphs

CLOSE, CODE, ENTER = "0c105e00", "0c0de000", "0e47e500"
OUTER, INNER, FRAME, COMMENT = "06000001", "06000002", "0f000001", "0f000002"
SMALL = Graph(
    name="Größer",
    nodes={
        ENTER: Node(ENTER, "signals.enter_long", title="Buy", position=(480.5, -10.0)),
        CLOSE: Node(CLOSE, "prices.close", position=(0.0, 120.0), params={"b": 2, "a": [1.5, "x"]}),
        CODE: Node(
            CODE,
            "plugin.unknown",
            version=3,
            params={"code": "def rising(close):\n    return close > lag(close)\n"},
            extra={"seen": True, "colour": {"name": "teal", "alpha": 0.5}},
            group=INNER,
            mode="muted",
        ),
    },
    wires=frozenset(
        {
            Wire(ENTER, "when", 1, CODE, "value", {"bends": [[1, 2], [3, 4]]}),
            Wire(ENTER, "when", 0, CLOSE, "value"),
            Wire(CODE, "close", 0, CLOSE, "value"),
        }
    ),
    extra={"authors": [{"name": "Ada", "of": [CODE, ENTER]}]},
    groups={
        INNER: Group(INNER, "Inner", (240.0, 0.0), OUTER, {"folded": True}),
        OUTER: Group(OUTER, "Outer"),
    },
    notes={
        FRAME: Note(FRAME, "frame", "Signals", (400.0, -60.0), (300.0, 200.5), "blue"),
        COMMENT: Note(COMMENT, text="Two\nlines", group=OUTER, extra={"by": "me"}),
    },
)


@given(graphs)
def test_that_a_saved_graph_reads_the_same_and_saves_the_same(graph: Graph):
    text = graph_to_text(graph)
    read = graph_from_text(text, "strategy")
    assert everything(read) == everything(graph)
    assert graph_to_text(read) == text


@given(graphs, st.randoms())
def test_that_how_a_graph_came_about_makes_no_difference_to_its_text(graph: Graph, random):
    nodes = list(graph.nodes.items())
    random.shuffle(nodes)
    shuffled = replace(
        graph,
        nodes=dict(nodes),
        wires=frozenset(sorted(graph.wires)[::-1]),
        groups=dict(reversed(graph.groups.items())),
        notes=dict(reversed(graph.notes.items())),
    )
    assert graph_to_text(shuffled) == graph_to_text(graph)
    assert content_hash(shuffled) == content_hash(graph)


def test_that_a_graph_file_looks_as_it_always_did(golden):
    golden("graph/small.alphintra", graph_to_text(SMALL))


def test_that_what_the_program_does_not_know_survives_byte_for_byte(tmp_path):
    text = graph_to_text(SMALL)
    path = tmp_path / "small.alphintra"
    path.write_text(text, encoding="utf-8")
    write_graph(path, read_graph(path))
    assert path.read_bytes() == text.encode()


def test_that_moving_a_node_changes_one_line_of_its_file():
    moved = SMALL.with_node(replace(SMALL.nodes[ENTER], position=(1.0, 2.0)))
    before, after = graph_to_text(SMALL).split("\n"), graph_to_text(moved).split("\n")
    assert [line for line in after if line not in before] == ['      "position": [1, 2]']
    assert len(before) == len(after)


@pytest.mark.parametrize(
    "value",
    [
        "one line",
        "two\nlines",
        "\n",
        "a\r\nb",
        {"$lines": ("a", "b")},
        {"$$lines": 1},
        {"$lines": 1, "b": 2},
        {"lines": 1},
        {"x$lines": 1},
        (),
        {},
        None,
        True,
        0.1,
        1e300,
        -(10**300),
        tuple(range(100)),
    ],
)
def test_that_a_params_value_reads_as_it_was(value):
    graph = Graph({CLOSE: Node(CLOSE, "t", params={"a": value})})
    (node,) = graph_from_text(graph_to_text(graph), "x").nodes.values()
    assert node.params == {"a": value}
    assert type(node.params["a"]) is type(value)


@given(st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010), max_size=6))
def test_that_halves_of_surrogate_pairs_can_be_saved(title: str):
    graph = Graph({CLOSE: Node(CLOSE, title, title=title, params={title: title})}, name=title)
    text = graph_to_text(graph)
    assert text.encode().decode() == text
    read = graph_from_text(text, "x")
    assert graph_to_text(read) == text
    joined = title.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    assert read.nodes[CLOSE].title == joined
    assert len(content_hash(graph)) == 64


def test_that_a_wire_to_a_missing_node_is_kept_for_the_user_to_see():
    graph = Graph(wires=frozenset({Wire(CLOSE, "a", 0, CODE, "value")}))
    assert graph_from_text(graph_to_text(graph), "x") == graph


def test_that_a_file_may_say_less_and_have_windows_line_ends():
    text = (
        '{"format": "alphintra graph", "version": 1,\r\n"nodes": [{"id": "0c105e00", "type": "t"}]}'
    )
    assert graph_from_text(text, "x") == Graph({CLOSE: Node(CLOSE, "t")})


def test_that_the_content_hash_knows_what_is_computed_and_nothing_else():
    moved = SMALL.with_node(Node(ENTER, "signals.enter_long", title="Go", position=(1.0, 2.0)))
    elsewhere = Graph(moved.nodes, moved.wires, "Renamed", {"frames": []})
    assert content_hash(elsewhere) == content_hash(SMALL)
    close = Node(CLOSE, "prices.close", params={"b": 2, "a": [1.5, "y"]})
    assert content_hash(SMALL.with_node(close)) != content_hash(SMALL)
    assert content_hash(SMALL.without_wires(list(SMALL.wires)[:1])) != content_hash(SMALL)
    assert content_hash(SMALL.with_node(Node(ENTER, "signals.exit_long"))) != content_hash(SMALL)
    muted = SMALL.with_node(replace(SMALL.nodes[ENTER], mode="muted"))
    bypassed = SMALL.with_node(replace(SMALL.nodes[ENTER], mode="bypassed"))
    assert len({content_hash(SMALL), content_hash(muted), content_hash(bypassed)}) == 3


def test_that_groups_and_notes_are_no_part_of_what_is_computed():
    nodes = [replace(node, group="") for node in SMALL.nodes.values()]
    flat = replace(SMALL, groups={}, notes={}).with_nodes(nodes)
    assert content_hash(flat) == content_hash(SMALL)


def test_that_a_graph_without_modes_has_the_hash_it_had_before_there_were_any():
    graph = Graph({CLOSE: Node(CLOSE, "prices.close", params={"a": 1})})
    known = "17ac893caf5a526458cd311b07739aef326483ae0feea339938fcfacd2b950be"
    assert content_hash(graph) == known


@pytest.mark.parametrize(
    ("graph", "message", "place"),
    [
        (Graph({"7": Node("7", "t")}), "'7' cannot be the id", Place("7")),
        (
            Graph({CLOSE: Node(CLOSE, "t", params={"a": float("nan")})}),
            "The value of a is not a finite number",
            Place(CLOSE, "a"),
        ),
        (Graph(extra={"a": {1}}), "noted as a is of the type set", None),
        (
            Graph({CLOSE: Node(CLOSE, "t", group=OUTER)}),
            f"no group {OUTER}, which {CLOSE} should be in",
            Place(CLOSE),
        ),
    ],
)
def test_that_a_graph_that_no_file_can_hold_is_refused_before_it_is_written(
    graph: Graph, message: str, place: Place | None, tmp_path
):
    path = tmp_path / "s.alphintra"
    with pytest.raises(AlphintraError, match=message) as caught:
        write_graph(path, graph)
    assert caught.value.place == place
    assert not list(tmp_path.iterdir())


def test_that_extra_keys_may_not_pass_for_known_ones():
    with pytest.raises(ValueError, match="nodes"):
        graph_to_text(Graph(extra={"nodes": []}))


# ------------------------------------------------------------- malformed files

NODE = '{"id": "0c105e00", "type": "t"}'
WIRE = '{"source": "0c105e00", "output": "v", "target": "0c0de000", "input": "i"}'


def file(nodes: str = "[]", wires: str = "[]", more: str = '"name": "x"') -> str:
    return (
        '{\n"format": "alphintra graph",\n"version": 2,\n'
        f'"nodes": {nodes},\n"wires": {wires},\n{more}\n}}\n'
    )


def node(more: str) -> str:
    return file(f'[\n{{"id": "0c105e00", "type": "t",\n{more}}}]')


def group(more: str) -> str:
    return file(more=f'"groups": [\n{{"id": "06000001",\n{more}}}]')


def note(more: str) -> str:
    return file(more=f'"notes": [\n{{"id": "0f000001",\n{more}}}]')


def wire(more: str) -> str:
    return file(wires=f'[\n{{"source": "0c105e00", "output": "v",\n{more}}}]')


MALFORMED = [
    # text that is no JSON
    ("", "is empty", None),
    (" \n ", "is empty", None),
    (file()[:40], "ends in the middle", 3),
    (file()[:-3], "ends in the middle", 6),
    (file()[:-7], "ends in the middle", 6),
    ("from pandas import *", "is not JSON at column 1: expecting value", 1),
    (file(more="name: 1"), "is not JSON at column 1", 6),
    (file(more='<<<<<<< ours\n"name": 1'), "has an unresolved merge conflict", 6),
    ("[" * 100_000, "nested too deep", None),
    (file(more='"x": ' + "9" * 5000), "more digits than can be read", None),
    (file(more='"x": [1,\nNaN]'), "has NaN where", 7),
    (file(more='"x": -Infinity'), "has -Infinity where", 6),
    (file(more='"x": 1,\n"y": {"a": [{}, []]},\n"x": 1'), "says 'x' twice", 8),
    # JSON of somebody else
    ("[]", "is not a graph of Alphintra Desktop", None),
    ("17", "is not a graph of Alphintra Desktop", None),
    ('{"nodes": [], "version": 1}', "is not a graph of Alphintra Desktop", None),
    # versions
    ('{"format": "alphintra graph"}', "has no 'version' of the graph", 1),
    ('{"format": "alphintra graph",\n"version": "1"}', "has '1' as 'version'", 2),
    ('{"format": "alphintra graph",\n"version": true}', "has True as 'version'", 2),
    ('{"format": "alphintra graph",\n"version": 0}', "format version 0, which never was", 2),
    ('{"format": "alphintra graph",\n"version": 99}', "version 99, and this program knows", 2),
    # the graph
    (file(more='"name": 5'), "has 5 as 'name' of the graph, not text", 6),
    (file(more='"name": null'), "has None as 'name'", 6),
    (file("{}"), "has a table as 'nodes' of the graph, not a list", 4),
    (file(wires="7"), "has 7 as 'wires'", 5),
    (file("[\n7]"), "has 7 among its nodes", 5),
    (file(wires="[\n[]]"), "has a list among its wires", 6),
    (file(more='"x": 1e999'), "has a value of 'x' that is not a finite number", 6),
    (file(more='"x": ' + "9" * 400), "'x' that is too large a number", 6),
    (file(more='"x": ' + "[" * 60 + "]" * 60), "'x' that is nested more than 50", 6),
    # nodes
    (file('[\n{"type": "t"}]'), "has no 'id' of one of its nodes", 5),
    (file('[{\n"id": "C105E"}]'), "has a node id 'C105E'", 5),
    (file('[{\n"id": "0c105e0\u0660"}]'), "has a node id", 5),
    (file(f"[{NODE},\n{NODE}]"), "has two items with the id 0c105e00", 5),
    (file('[\n{"id": "0c105e00"}]'), "has no 'type' of the node 0c105e00", 5),
    (node('"version": 0'), "has 0 as 'version' of the node 0c105e00, below 1", 6),
    (node('"version": 1.5'), "has 1.5 as 'version' of the node 0c105e00", 6),
    (node('"title": ["a"]'), "has a list as 'title'", 6),
    (node('"position": [1]'), "a position of the node 0c105e00 that is not two numbers", 6),
    (node('"position": [true, 1]'), "that is not two numbers", 6),
    (node('"position": "top"'), "has 'top' as 'position'", 6),
    (node('"position": [1e999, 1]'), "'position' that is not a finite number", 6),
    (node('"params": []'), "has a list as 'params'", 6),
    (node('"params": {\n"a": 1e999}'), "'a' that is not a finite number", 7),
    (node('"params": {\n"a": {"$lines": "x"}}'), "a text 'a' that is no list of lines", 7),
    (node('"params": {\n"a": {"$lines": ["x", 1]}}'), "a text 'a' that is no list", 7),
    (node('"note": [\n1e999]'), "has a value of 'note'", 6),
    (node('"mode": "asleep"'), "has 'asleep' as 'mode' of the node 0c105e00", 6),
    (node('"mode": 1'), "has 1 as 'mode' of the node 0c105e00, not text", 6),
    (node('"group": "in"'), "has a node id 'in'", 6),
    (node('"group": "06000001"'), "is damaged: there is no group 06000001, which 0c105e00", 6),
    # groups and notes
    (file(more='"groups": 7'), "has 7 as 'groups' of the graph, not a list", 6),
    (file(more='"groups": [\n{"title": "x"}]'), "has no 'id' of one of its groups", 7),
    (group('"title": 5'), "has 5 as 'title' of the group 06000001, not text", 8),
    (group('"position": [1]'), "a position of the group 06000001 that is not two numbers", 8),
    (group('"group": "06000001"'), "damaged: the group 06000001 would be inside itself", 8),
    (file(f"[{NODE}]", more='"groups": [\n{"id": "0c105e00"}]'), "two items with the id", 7),
    (note('"kind": "song"'), "has 'song' as 'kind' of the note 0f000001", 8),
    (note('"colour": "pink"'), "has 'pink' as 'colour' of the note 0f000001", 8),
    (note('"text": {"$lines": [1]}'), "a text of the note 0f000001 that is no list of lines", 8),
    (note('"text": []'), "has a list as 'text' of the note 0f000001, not text", 8),
    (note('"size": [1, "x"]'), "a size of the note 0f000001 that is not two numbers", 8),
    (note('"group": "06000001"'), "there is no group 06000001, which 0f000001", 8),
    # wires
    (file(wires=f"[{WIRE},\n{WIRE}]"), "has the same wire twice", 6),
    (wire('"target": "0c0de000"'), "has no 'input' of one of its wires", 6),
    (wire('"target": "code", "input": "i"'), "has a node id 'code'", 7),
    (wire('"target": "0c0de000", "input": 1'), "has 1 as 'input' of one of its wires", 7),
    (wire('"target": "0c0de000", "input": "i", "slot": -1'), "has -1 as 'slot'", 7),
    (wire('"target": 0, "input": "i"'), "has 0 as 'target'", 7),
    (wire(f'"target": "{"0" * 60}"'), r"has a node id '0{36}\.\.\.", 7),
]


@pytest.mark.parametrize(("text", "message", "line"), MALFORMED)
def test_that_a_malformed_file_gives_one_sentence_a_hint_and_the_line(
    text: str, message: str, line: int | None
):
    with pytest.raises(AlphintraError, match=message) as caught:
        graph_from_text(text, "s.alphintra")
    error = caught.value
    assert error.message.startswith("s.alphintra ")
    assert error.message.endswith(f" (line {line})." if line else ".")
    assert "\n" not in error.message + error.hint
    assert error.hint.endswith(".")
    assert (error.place.line if error.place else None) == line


def test_that_a_mistake_in_a_node_leads_to_the_node():
    with pytest.raises(AlphintraError) as caught:
        graph_from_text(node('"version": 0'), "s")
    assert caught.value.place == Place(node=CLOSE, line=6)


def test_that_the_small_malformed_examples_are_whole_without_their_mistake():
    text = file(f"[{NODE}]", f"[{WIRE}]")
    assert json.loads(text)
    assert len(graph_from_text(text, "s").wires) == 1
