"""Any edits, pastes and regroupings, followed by all undos, give the same graph."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from alphintra_desktop.graph.arrange import aligned, distributed, snapped
from alphintra_desktop.graph.clipboard import copied, duplicated, pasted
from alphintra_desktop.graph.document import GraphDocument
from alphintra_desktop.graph.edits import SetMode
from alphintra_desktop.graph.files import graph_from_text, graph_to_text
from alphintra_desktop.graph.groups import groups_inside, inside, shown_in, with_insides
from alphintra_desktop.graph.inserting import inserted
from alphintra_desktop.graph.model import MODES, Graph, Node
from alphintra_desktop.graph.regrouping import grouped, moved_into, ungrouped
from alphintra_desktop.graph.removing import removed, removed_joined
from alphintra_desktop.graph.tidying import tidied
from alphintra_desktop.graph.values import check_group
from tests.graph.random_graphs import everything
from tests.graph.test_clipboard import ids_from, moderate
from tests.graph.typed_graphs import TYPES, type_of, typed_graphs

SIDES = st.sampled_from(["left", "right", "top", "bottom", "centre", "middle"])


class AnyEditing(RuleBasedStateMachine):
    """What a user does on the canvas, on a document that must always be whole."""

    @initialize(graph=typed_graphs())
    def open(self, graph: Graph):
        graph = graph.with_items(map(moderate, graph.items.values()))
        self.document = GraphDocument(graph)
        self.first = everything(graph)
        self.clipboard = ""
        self.ids = ids_from(0x1000)  # random ones would not be the same when a failure is repeated

    @property
    def graph(self) -> Graph:
        return self.document.graph

    def some(self, data) -> set[str]:
        ids = sorted(self.graph.items)
        return data.draw(st.sets(st.sampled_from(ids), max_size=4)) if ids else set()

    def a_group(self, data) -> str:
        return data.draw(st.sampled_from(["", *sorted(self.graph.groups)]))

    @rule(data=st.data(), joined=st.booleans())
    def remove(self, data, joined):
        ids = self.some(data)
        gone = with_insides(self.graph, ids)
        edit = removed_joined(self.graph, ids, type_of) if joined else removed(self.graph, ids)
        self.document.apply(edit)
        assert gone.isdisjoint(self.graph.items)

    @rule(data=st.data())
    def group(self, data):
        ids, made = self.some(data), self.ids()
        self.document.apply(grouped(self.graph, ids, made, "Made"))
        assert shown_in(self.graph, made).ids <= ids

    @precondition(lambda self: self.graph.groups)
    @rule(data=st.data())
    def unpack(self, data):
        group = data.draw(st.sampled_from(sorted(self.graph.groups)))
        nodes = self.graph.nodes.keys()
        self.document.apply(ungrouped(self.graph, group))
        assert group not in self.graph.groups
        assert self.graph.nodes.keys() == nodes

    @rule(data=st.data())
    def move_into(self, data):
        ids, group = self.some(data), self.a_group(data)
        inner = {id for id in ids if id in self.graph.groups}
        if group and any(group in groups_inside(self.graph, id) or id == group for id in inner):
            inner_only = ids - inner
            self.document.apply(moved_into(self.graph, inner_only, group))
        else:
            self.document.apply(moved_into(self.graph, ids, group))

    @rule(data=st.data())
    def copy(self, data):
        self.clipboard = copied(self.graph, self.some(data) or self.graph.items)

    @precondition(lambda self: '"id"' in self.clipboard and len(self.graph.items) < 30)
    @rule(data=st.data(), inbound=st.booleans())
    def paste(self, data, inbound):
        group = self.a_group(data)
        edit, made = pasted(
            self.clipboard, self.graph, self.ids, (10, 20), inbound=inbound, group=group
        )
        self.document.apply(edit)
        assert made <= shown_in(self.graph, group).ids

    @precondition(lambda self: len(self.graph.items) < 30)
    @rule(data=st.data())
    def duplicate(self, data):
        edit, made = duplicated(self.graph, self.some(data), self.ids)
        self.document.apply(edit)
        assert made <= self.graph.items.keys()

    @precondition(lambda self: self.graph.wires)
    @rule(data=st.data(), kind=st.sampled_from(sorted(TYPES)))
    def insert(self, data, kind):
        wire = data.draw(st.sampled_from(sorted(self.graph.wires)))
        node = Node(self.ids(), kind, group=self.a_group(data))
        edit = inserted(self.graph, node, wire, type_of)
        if edit is not None:
            self.document.apply(edit)
            assert wire not in self.graph.wires

    @rule(data=st.data(), mode=st.sampled_from(MODES))
    def set_mode(self, data, mode):
        nodes = tuple(sorted(self.some(data) & self.graph.nodes.keys()))
        self.document.apply(SetMode(nodes, mode))

    @rule(data=st.data(), side=SIDES)
    def line_up(self, data, side):
        ids = self.some(data)
        if ids:
            self.document.apply(aligned(self.graph, {}, ids, side))
            self.document.apply(distributed(self.graph, {}, ids, "down"))
            self.document.apply(snapped(self.graph, ids))

    @rule(data=st.data())
    def tidy(self, data):
        group = self.a_group(data)
        self.document.apply(tidied(self.graph, {}, group))
        assert tidied(self.graph, {}, group).label == "Tidy up"

    @rule()
    def undo(self):
        self.document.undo()

    @rule()
    def redo(self):
        self.document.redo()

    @rule()
    def undo_everything_and_come_back(self):
        position, now = self.document.position, everything(self.graph)
        self.document.go_to(0)
        assert everything(self.graph) == self.first
        self.document.go_to(position)
        assert everything(self.graph) == now

    @invariant()
    def saved_and_read_it_is_the_same(self):
        if hasattr(self, "document"):
            text = graph_to_text(self.graph)
            assert everything(graph_from_text(text, "x")) == everything(self.graph)

    @invariant()
    def every_item_is_in_a_group_that_is_there(self):
        if hasattr(self, "document"):
            for item in self.graph.items.values():
                check_group(self.graph, item)
            assert inside(self.graph, "") == self.graph.nodes.keys()


TestAnyEditing = AnyEditing.TestCase
TestAnyEditing.settings = settings(max_examples=40, stateful_step_count=30)
