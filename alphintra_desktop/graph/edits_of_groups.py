"""The edits that add, change and take away groups and notes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from alphintra_desktop.graph.lookup import called, group_of, misfit, name_of, note_of, shown_value
from alphintra_desktop.graph.model import Graph, Group, Note
from alphintra_desktop.graph.values import check_group, keepable_group, keepable_note


@dataclass(frozen=True)
class AddGroup:
    """Make a group, with nothing in it yet."""

    group: Group

    def apply(self, graph: Graph) -> Graph:
        group = keepable_group(self.group)
        if group.id in graph.items:
            raise misfit(f"The id {group.id} is taken.", group.id)
        check_group(graph, group)
        return graph.with_items([group])

    def inverse(self, before: Graph) -> RemoveGroup:
        return RemoveGroup(self.group.id)

    def describe(self, before: Graph) -> str:
        return f"Add group {called(self.group)}"


@dataclass(frozen=True)
class RemoveGroup:
    """Take a group away in which there is nothing any more."""

    group: str

    def apply(self, graph: Graph) -> Graph:
        group = group_of(graph, self.group)
        if any(item.group == group.id for item in graph.items.values()):
            raise misfit(f"There still is something in the group {called(group)}.", group.id)
        return graph.without_group(group.id)

    def inverse(self, before: Graph) -> AddGroup:
        return AddGroup(group_of(before, self.group))

    def describe(self, before: Graph) -> str:
        return f"Remove group {name_of(before, self.group)}"


@dataclass(frozen=True)
class RenameGroup:
    """Give a group another title."""

    group: str
    title: str

    def apply(self, graph: Graph) -> Graph:
        return graph.with_items([replace(group_of(graph, self.group), title=self.title)])

    def inverse(self, before: Graph) -> RenameGroup:
        return RenameGroup(self.group, group_of(before, self.group).title)

    def describe(self, before: Graph) -> str:
        return f"Rename {name_of(before, self.group)} to {shown_value(self.title)}"


@dataclass(frozen=True)
class AddNote:
    """Place a comment or a frame."""

    note: Note

    def apply(self, graph: Graph) -> Graph:
        note = keepable_note(self.note)
        if note.id in graph.items:
            raise misfit(f"The id {note.id} is taken.", note.id)
        check_group(graph, note)
        return graph.with_items([note])

    def inverse(self, before: Graph) -> RemoveNote:
        return RemoveNote(self.note.id)

    def describe(self, before: Graph) -> str:
        return f"Add {self.note.kind}"


@dataclass(frozen=True)
class RemoveNote:
    """Take a comment or a frame away; what a frame lies around stays."""

    note: str

    def apply(self, graph: Graph) -> Graph:
        return graph.without_note(note_of(graph, self.note).id)

    def inverse(self, before: Graph) -> AddNote:
        return AddNote(note_of(before, self.note))

    def describe(self, before: Graph) -> str:
        return f"Remove {before.notes[self.note].kind if self.note in before.notes else 'note'}"


@dataclass(frozen=True)
class ChangeNote:
    """Put another note in the place of the one with its id: other words, size, colour or place."""

    note: Note

    def apply(self, graph: Graph) -> Graph:
        note = keepable_note(self.note)
        note_of(graph, note.id)
        check_group(graph, note)
        return graph.with_items([note])

    def inverse(self, before: Graph) -> ChangeNote:
        return ChangeNote(note_of(before, self.note.id))

    def describe(self, before: Graph) -> str:
        return f"Change {self.note.kind}"
