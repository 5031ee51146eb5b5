"""The open graph: what it is now, how it got here, and the one door through which it changes."""

from __future__ import annotations

from dataclasses import dataclass

from alphintra_desktop.graph.edits import Edit
from alphintra_desktop.graph.model import Graph, new_node_id
from alphintra_desktop.observe import Signal


@dataclass(frozen=True)
class Step:
    """One line of the history: an edit, how it is taken back, and what it is called."""

    edit: Edit
    inverse: Edit
    label: str


class GraphDocument:
    """The graph being edited, with its history.

    `edited` announces every change as the edit that made it (for an undo, the edit that took the
    step back), when `graph` is already the new one. `saved` announces that the graph was saved.
    A subscriber shows the change; it must not answer it with an edit of its own.
    """

    def __init__(self, graph: Graph) -> None:
        self.edited: Signal[Edit] = Signal()
        self.saved: Signal[Graph] = Signal()
        self._graph = graph
        self._steps: list[Step] = []
        self._position = 0
        self._saved_at: int | None = 0
        self._ids = set(graph.ids)
        self._announcing = False

    @property
    def graph(self) -> Graph:
        """The graph as it is now."""
        return self._graph

    @property
    def history(self) -> tuple[str, ...]:
        """What was done, oldest first. The last `len(history) - position` are undone just now."""
        return tuple(step.label for step in self._steps)

    @property
    def position(self) -> int:
        """How many steps of the history are in effect."""
        return self._position

    @property
    def undo_label(self) -> str | None:
        """What `undo` would take back, or None if there is nothing."""
        return self._steps[self._position - 1].label if self._position else None

    @property
    def redo_label(self) -> str | None:
        """What `redo` would do again, or None if there is nothing."""
        return self._steps[self._position].label if self._position < len(self._steps) else None

    @property
    def modified(self) -> bool:
        """Whether the graph differs from what was last saved (by its history, not its content)."""
        return self._position != self._saved_at

    @property
    def saved_position(self) -> int | None:
        """Where in the history the saved graph stands; None when it is no longer part of it."""
        return self._saved_at

    def new_node_id(self) -> str:
        """An id for a new node, unlike any that this document ever had or gave away."""
        made = new_node_id(self._ids)
        self._ids.add(made)
        return made

    def apply(self, edit: Edit) -> None:
        """Make an edit. Steps that were undone before are forgotten.

        Raises `AlphintraError`, and changes nothing, if the edit does not fit the graph.
        """
        before = self._graph
        after = edit.apply(before)
        step = Step(edit, edit.inverse(before), edit.describe(before))
        self._refuse_while_announcing()
        if self._saved_at is not None and self._saved_at > self._position:
            self._saved_at = None  # the saved graph was among what is forgotten now
        self._steps[self._position :] = [step]
        self._ids.update(after.ids)
        self._move(after, self._position + 1, edit)

    def undo(self) -> None:
        """Take the last step back, if there is one."""
        if self._position:
            step = self._steps[self._position - 1]
            self._move(step.inverse.apply(self._graph), self._position - 1, step.inverse)

    def redo(self) -> None:
        """Do the step again that was last taken back, if there is one."""
        if self._position < len(self._steps):
            step = self._steps[self._position]
            self._move(step.edit.apply(self._graph), self._position + 1, step.edit)

    def go_to(self, position: int) -> None:
        """Undo or redo until `position` steps of the history are in effect."""
        if not 0 <= position <= len(self._steps):
            raise IndexError(f"no position {position} in a history of {len(self._steps)} steps")
        while self._position > position:
            self.undo()
        while self._position < position:
            self.redo()

    def mark_saved(self) -> None:
        """Say that the graph as it is now has been saved."""
        self._saved_at = self._position
        self.saved.emit(self._graph)

    def _move(self, graph: Graph, position: int, edit: Edit) -> None:
        self._refuse_while_announcing()
        self._graph, self._position = graph, position
        self._announcing = True
        try:
            self.edited.emit(edit)
        finally:
            self._announcing = False

    def _refuse_while_announcing(self) -> None:
        """An edit made in answer to an edit would reach later subscribers in the wrong order."""
        if self._announcing:
            raise RuntimeError("a subscriber of `edited` edited the document")
