from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.edits import (
    AddGroup,
    AddNode,
    AddNote,
    ChangeNote,
    Connect,
    Disconnect,
    Edit,
    MoveNodes,
    PutInGroup,
    RemoveGroup,
    RemoveNode,
    RemoveNote,
    RenameGraph,
    RenameGroup,
    RenameNode,
    ResetParam,
    Rewire,
    SetMode,
    SetParam,
    Together,
)
from alphintra_desktop.graph.model import Graph, Group, Node, Note, Wire
from tests.graph.random_graphs import edits_for, everything, graphs

FAST, SLOW, CROSS = "000000fa", "00000510", "00000c05"
TREND, INNER, NOTE = "06000001", "06000002", "0f000001"
INTO_LEFT = Wire(CROSS, "left", 0, FAST, "value", {"colour": "red"})
GRAPH = Graph(
    nodes={
        FAST: Node(FAST, "indicators.sma", title="Fast average", params={"window": 10}),
        SLOW: Node(SLOW, "indicators.sma"),
        CROSS: Node(CROSS, "conditions.crosses_above"),
    },
    wires=frozenset({INTO_LEFT}),
    groups={TREND: Group(TREND, "Trend"), INNER: Group(INNER, group=TREND)},
    notes={NOTE: Note(NOTE, text="Look\nhere, this is what I mean")},
)


@given(graphs, st.data())
def test_that_every_edit_is_taken_back_by_its_inverse_and_that_by_its_own(graph: Graph, data):
    edit = data.draw(edits_for(graph))
    after = edit.apply(graph)
    inverse = edit.inverse(graph)
    assert everything(inverse.apply(after)) == everything(graph)
    assert everything(inverse.inverse(after).apply(graph)) == everything(after)
    assert isinstance(edit.describe(graph), str)
    assert isinstance(inverse.describe(after), str)


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (AddNode(Node("00000001", "prices.close")), "Add close"),
        (RemoveNode(FAST), "Remove Fast average"),
        (MoveNodes({FAST: (1, 2)}), "Move Fast average"),
        (MoveNodes({FAST: (1, 2), SLOW: (1, 2)}), "Move 2 nodes"),
        (MoveNodes({FAST: (1, 2), TREND: (1, 2)}), "Move 2 items"),
        (MoveNodes({INNER: (1, 2)}), "Move group"),
        (MoveNodes({NOTE: (1, 2)}), "Move Look here, this is \N{HORIZONTAL ELLIPSIS}"),
        (SetMode((FAST,), "muted"), "Mute Fast average"),
        (SetMode((FAST, SLOW), "bypassed"), "Bypass 2 nodes"),
        (SetMode((SLOW,), ""), "Use sma"),
        (PutInGroup((FAST,), TREND), "Move Fast average into Trend"),
        (PutInGroup((FAST, NOTE), ""), "Move 2 items to the top"),
        (AddGroup(Group("00000001", "New")), "Add group New"),
        (RemoveGroup(TREND), "Remove group Trend"),
        (RenameGroup(TREND, "Up"), "Rename Trend to Up"),
        (AddNote(Note("00000001", "frame")), "Add frame"),
        (RemoveNote(NOTE), "Remove comment"),
        (RemoveNote("00000001"), "Remove note"),
        (ChangeNote(Note(NOTE, "frame")), "Change frame"),
        (SetParam(FAST, "window", 20), "Set window of Fast average to 20"),
        (SetParam(FAST, "adjusted", True), "Set adjusted of Fast average to on"),
        (SetParam(FAST, "adjusted", False), "Set adjusted of Fast average to off"),
        (SetParam(SLOW, "symbols", ("SPY", "QQQ")), "Set symbols of sma to SPY, QQQ"),
        (
            SetParam(SLOW, "code", "a\n" * 99),
            "Set code of sma to " + "a " * 19 + "a\N{HORIZONTAL ELLIPSIS}",
        ),
        (ResetParam(FAST, "window"), "Reset window of Fast average"),
        (RenameNode(FAST, "Quick"), "Rename Fast average to Quick"),
        (RenameGraph("Trend"), "Rename the strategy to Trend"),
        (Connect(Wire(CROSS, "right", 0, SLOW, "value")), "Connect sma to right of crosses_above"),
        (Disconnect(INTO_LEFT), "Disconnect Fast average to left of crosses_above"),
        (Rewire((INTO_LEFT,), ()), "Rewire 1 wires"),
        (Together((), "Paste"), "Paste"),
    ],
)
def test_that_the_history_names_what_was_done(edit: Edit, line: str):
    assert edit.describe(GRAPH) == line


def test_that_a_mode_is_taken_back_for_each_node_to_what_it_was():
    graph = SetMode((FAST,), "bypassed").apply(GRAPH)
    edit = SetMode((FAST, SLOW), "muted")
    after = edit.apply(graph)
    assert [after.nodes[node].mode for node in (FAST, SLOW, CROSS)] == ["muted", "muted", ""]
    assert edit.inverse(graph).apply(after) == graph


def test_that_items_go_back_to_the_groups_they_came_from():
    graph = PutInGroup((FAST, NOTE), INNER).apply(GRAPH)
    edit = PutInGroup((FAST, INNER, SLOW), "")
    after = edit.apply(graph)
    assert [item.group for item in (after.nodes[FAST], after.groups[INNER])] == ["", ""]
    assert after.notes[NOTE].group == INNER
    assert edit.inverse(graph).apply(after) == graph


def test_that_removing_a_node_and_taking_it_back_restores_its_wires_with_all_they_say():
    edit = RemoveNode(FAST)
    assert edit.apply(GRAPH).wires == frozenset()
    (wire,) = edit.inverse(GRAPH).apply(edit.apply(GRAPH)).wires
    assert wire.extra == {"colour": "red"}


def test_that_connecting_replaces_the_wire_it_is_told_to_replace():
    new = Wire(CROSS, "left", 0, SLOW, "value")
    edit = Connect(new, replaces=(INTO_LEFT,))
    after = edit.apply(GRAPH)
    assert after.wires == {new}
    assert edit.inverse(GRAPH).apply(after) == GRAPH


def test_that_undoing_the_first_value_of_a_param_makes_it_the_default_again():
    assert SetParam(SLOW, "window", 5).inverse(GRAPH) == ResetParam(SLOW, "window")
    assert SetParam(FAST, "window", 5).inverse(GRAPH) == SetParam(FAST, "window", 10)


def test_that_a_list_given_to_a_param_cannot_be_changed_behind_the_graph():
    symbols = ["SPY"]
    after = SetParam(FAST, "symbols", symbols).apply(GRAPH)
    symbols.append("QQQ")
    assert after.nodes[FAST].params["symbols"] == ("SPY",)


DEEP: list = []
for _ in range(60):
    DEEP = [DEEP]
STRANGER = Wire(SLOW, "left", 0, FAST, "value")


@pytest.mark.parametrize(
    ("edit", "message", "place"),
    [
        (AddNode(Node(FAST, "t")), "already is a node", Place(FAST)),
        (AddNode(Node("7", "t")), "'7' cannot be the id", Place("7")),
        (AddNode(Node("00000001", "t"), (INTO_LEFT,)), "not its own", Place("00000001")),
        (AddNode(Node("00000001", "t", position=(float("nan"), 0))), "position", Place("00000001")),
        (AddNode(Node("00000001", "t", extra={"a": {1}})), "noted as a", Place("00000001")),
        (AddNode(Node("00000001", "t", group="00000002")), "no group 00000002", Place("00000001")),
        (AddNode(Node("00000001", "t", mode="off")), "'off' is no mode", Place("00000001")),
        (AddNode(Node(TREND, "t")), "already is a node", Place(TREND)),
        (RemoveNode("00000001"), "no node 00000001", Place("00000001")),
        (SetMode((FAST,), "off"), "'off' is no mode", Place(FAST)),
        (SetMode((TREND,), "muted"), f"no node {TREND}", Place(TREND)),
        (MoveNodes({"00000001": (0, 0)}), "no node, group or note", Place("00000001")),
        (MoveNodes({TREND: (0, float("inf"))}), "position is not a finite", Place(TREND)),
        (PutInGroup(("00000001",), ""), "no node, group or note", Place("00000001")),
        (PutInGroup((TREND,), INNER), "would be inside itself", Place(TREND)),
        (PutInGroup((FAST,), FAST), f"no group {FAST}", Place(FAST)),
        (AddGroup(Group(FAST)), f"id {FAST} is taken", Place(FAST)),
        (AddGroup(Group("x")), "cannot be the id", Place("x")),
        (AddGroup(Group("00000001", group="00000001")), "no group 00000001", Place("00000001")),
        (RemoveGroup(FAST), f"no group {FAST}", Place(FAST)),
        (RemoveGroup(TREND), "still is something in the group Trend", Place(TREND)),
        (RenameGroup(NOTE, "x"), f"no group {NOTE}", Place(NOTE)),
        (AddNote(Note(TREND)), f"id {TREND} is taken", Place(TREND)),
        (AddNote(Note("00000001", "song")), "'song' is no kind", Place("00000001")),
        (AddNote(Note("00000001", colour="pink")), "'pink' is no colour", Place("00000001")),
        (RemoveNote(FAST), f"no note {FAST}", Place(FAST)),
        (ChangeNote(Note(TREND)), f"no note {TREND}", Place(TREND)),
        (ChangeNote(Note(NOTE, group=FAST)), f"no group {FAST}", Place(NOTE)),
        (SetParam("00000001", "a", 1), "no node 00000001", Place("00000001")),
        (SetParam(FAST, "a", float("inf")), "a is not a finite", Place(FAST, "a")),
        (SetParam(FAST, "a", 10**301), "a is too large", Place(FAST, "a")),
        (SetParam(FAST, "a", {1: 2}), "key that is not text: 1", Place(FAST, "a")),
        (SetParam(FAST, "a", object()), "of the type object", Place(FAST, "a")),
        (SetParam(FAST, "a", DEEP), "nested more than 50", Place(FAST, "a")),
        (Connect(replace(INTO_LEFT, source="00000001")), "no node", Place("00000001")),
        (Connect(INTO_LEFT), "already there", Place(CROSS)),
        (Connect(replace(STRANGER, slot=-1)), "slot -1", Place(SLOW)),
        (Connect(replace(STRANGER, extra={"a": b""})), "noted as a", Place(SLOW)),
        (Connect(STRANGER, (replace(STRANGER, slot=3),)), "is no wire Fast", Place(SLOW)),
        (Disconnect(STRANGER), "no wire Fast average to left of sma", Place(SLOW)),
    ],
)
def test_that_an_edit_that_does_not_fit_says_why_and_where(edit, message: str, place: Place):
    with pytest.raises(AlphintraError, match=message) as caught:
        edit.apply(GRAPH)
    assert caught.value.hint
    assert caught.value.place == place
