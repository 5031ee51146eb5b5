from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.document import GraphDocument
from alphintra_desktop.graph.edits import AddNode, Edit, RemoveNode, RenameGraph, RenameNode
from alphintra_desktop.graph.model import Graph, Node
from tests.graph.random_graphs import edits_for, everything, graphs

EMPTY = Graph(name="First")


def test_that_an_edit_is_announced_when_the_graph_has_changed():
    document = GraphDocument(EMPTY)
    seen: list[tuple[Edit, str]] = []
    document.edited.subscribe(lambda edit: seen.append((edit, document.graph.name)))
    document.apply(RenameGraph("Second"))
    document.undo()
    document.redo()
    assert seen == [
        (RenameGraph("Second"), "Second"),
        (RenameGraph("First"), "First"),
        (RenameGraph("Second"), "Second"),
    ]


def test_that_undo_and_redo_with_nothing_to_do_are_silent():
    document = GraphDocument(EMPTY)
    seen: list[Edit] = []
    document.edited.subscribe(seen.append)
    document.undo()
    document.redo()
    assert (seen, document.undo_label, document.redo_label) == ([], None, None)


def test_that_the_history_tells_what_is_done_and_what_is_undone():
    document = GraphDocument(EMPTY)
    for name in ("A", "B", "C"):
        document.apply(RenameGraph(name))
    document.undo()
    labels = tuple(f"Rename the strategy to {name}" for name in "ABC")
    assert (document.history, document.position) == (labels, 2)
    assert (document.undo_label, document.redo_label) == labels[1:]
    document.go_to(0)
    assert document.graph == EMPTY
    document.go_to(3)
    assert document.graph.name == "C"
    with pytest.raises(IndexError):
        document.go_to(4)


def test_that_an_edit_after_an_undo_forgets_what_was_undone():
    document = GraphDocument(EMPTY)
    document.apply(RenameGraph("A"))
    document.undo()
    document.apply(RenameGraph("B"))
    assert document.history == ("Rename the strategy to B",)
    document.redo()
    assert document.graph.name == "B"


def test_that_a_document_is_modified_until_it_is_saved_or_back_at_what_was_saved():
    document = GraphDocument(EMPTY)
    saved: list[Graph] = []
    document.saved.subscribe(saved.append)
    assert not document.modified
    document.apply(RenameGraph("A"))
    assert document.modified
    document.mark_saved()
    assert not document.modified
    assert saved == [document.graph]
    document.undo()
    assert document.modified
    document.redo()
    assert not document.modified


def test_that_what_was_saved_is_out_of_reach_once_its_step_is_forgotten():
    document = GraphDocument(EMPTY)
    document.apply(RenameGraph("A"))
    document.mark_saved()
    document.undo()
    document.apply(RenameGraph("B"))
    assert document.modified
    document.undo()
    assert document.modified


def test_that_an_edit_that_does_not_fit_changes_nothing():
    document = GraphDocument(EMPTY)
    document.apply(RenameGraph("A"))
    document.undo()
    with pytest.raises(AlphintraError):
        document.apply(RenameNode("00000001", "x"))
    assert (document.graph, document.redo_label) == (EMPTY, "Rename the strategy to A")


def test_that_an_id_is_not_used_again_after_its_node_is_gone():
    document = GraphDocument(Graph({"0000000a": Node("0000000a", "t")}))
    document.apply(RemoveNode("0000000a"))
    document.apply(AddNode(Node("0000000b", "t")))
    document.undo()
    given = {document.new_node_id() for _ in range(100)}
    assert len(given) == 100
    assert given.isdisjoint({"0000000a", "0000000b"})


def test_that_a_subscriber_may_not_answer_an_edit_with_an_edit():
    document = GraphDocument(EMPTY)
    subscription = document.edited.subscribe(lambda _: document.apply(RenameGraph("B")))
    with pytest.raises(RuntimeError, match="a subscriber"):
        document.apply(RenameGraph("A"))
    assert (document.graph.name, len(document.history)) == ("A", 1)
    subscription.cancel()
    document.apply(RenameGraph("C"))
    assert document.graph.name == "C"


class AnyEditing(RuleBasedStateMachine):
    """A document against the plain list of all graphs it went through."""

    @initialize(graph=graphs)
    def open(self, graph: Graph):
        self.document = GraphDocument(graph)
        self.graphs = [everything(graph)]
        self.now, self.saved = 0, everything(graph)
        self.mirror = graph
        self.document.edited.subscribe(self._follow)

    def _follow(self, edit: Edit):
        """What a view does: it keeps up by the announced edits alone."""
        self.mirror = edit.apply(self.mirror)

    @rule(data=st.data())
    def edit(self, data):
        edit = data.draw(edits_for(self.document.graph))
        self.document.apply(edit)
        self.now += 1
        self.graphs[self.now :] = [everything(self.document.graph)]

    @precondition(lambda self: self.now > 0)
    @rule()
    def undo(self):
        self.document.undo()
        self.now -= 1

    @precondition(lambda self: self.now < len(self.graphs) - 1)
    @rule()
    def redo(self):
        self.document.redo()
        self.now += 1

    @rule(data=st.data())
    def jump(self, data):
        self.now = data.draw(st.integers(0, len(self.graphs) - 1))
        self.document.go_to(self.now)

    @rule()
    def save(self):
        self.document.mark_saved()
        self.saved = self.graphs[self.now]

    @invariant()
    def agrees(self):
        assert everything(self.document.graph) == self.graphs[self.now]
        assert everything(self.mirror) == self.graphs[self.now]
        assert self.document.position == self.now
        assert len(self.document.history) == len(self.graphs) - 1
        if not self.document.modified:
            assert self.graphs[self.now] == self.saved

    def teardown(self):
        """All undos lead to the first graph, all redos to the last one."""
        for _ in range(self.now):
            self.document.undo()
        assert everything(self.document.graph) == self.graphs[0]
        for _ in self.graphs[1:]:
            self.document.redo()
        assert everything(self.document.graph) == self.graphs[-1]


TestAnyEditing = AnyEditing.TestCase
