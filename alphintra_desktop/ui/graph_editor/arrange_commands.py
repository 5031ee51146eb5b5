"""The commands that line things up, and those that move the view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from alphintra_desktop.graph.arrange import Direction, Side, aligned, distributed, snapped
from alphintra_desktop.graph.edits import Together
from alphintra_desktop.graph.edits_of_groups import ChangeNote
from alphintra_desktop.graph.model import NOTE_COLOURS
from alphintra_desktop.graph.tidying import tidied
from alphintra_desktop.ui.graph_editor.edit_commands import NOTHING_SELECTED, has_selection
from alphintra_desktop.workspace.command import Command, command

if TYPE_CHECKING:  # it brings NodeGraphQt, which the first window does not wait for
    from alphintra_desktop.ui.graph_editor.canvas import Canvas

SIDES: tuple[tuple[Side, str], ...] = (
    ("left", "Left sides"),
    ("right", "Right sides"),
    ("top", "Tops"),
    ("bottom", "Bottoms"),
    ("centre", "Centres, under each other"),
    ("middle", "Middles, beside each other"),
)
DIRECTIONS: tuple[tuple[Direction, str], ...] = (
    ("across", "Evenly across"),
    ("down", "Evenly downwards"),
)


def has_several(canvas: Canvas) -> bool:
    """Whether there is something to bring into line."""
    return len(canvas.desk.chosen) > 1


def has_note(canvas: Canvas) -> bool:
    """Whether a frame or comment is selected."""
    return not canvas.desk.chosen.isdisjoint(canvas.desk.graph.notes)


def _align(side: Side, title: str) -> Command[Canvas]:
    def run(canvas: Canvas) -> None:
        desk = canvas.desk
        desk.apply(aligned(desk.graph, canvas.stage.sizes(), desk.chosen, side))

    help_ = f"Bring the {title.lower()} of what is selected into line."
    return _arranging(f"graph.align_{side}", title, run, help_)


def _distribute(direction: Direction, title: str) -> Command[Canvas]:
    def run(canvas: Canvas) -> None:
        desk = canvas.desk
        desk.apply(distributed(desk.graph, canvas.stage.sizes(), desk.chosen, direction))

    return _arranging(f"graph.distribute_{direction}", title, run, "Make the gaps equal.")


def _arranging(id: str, title: str, run: Callable[[Canvas], object], help_: str) -> Command[Canvas]:
    why_not = "Select several nodes first."
    return Command(id, title, run, "Graph/Align", "", has_several, help_, why_not)


def _colour(name: str) -> Command[Canvas]:
    def run(canvas: Canvas) -> None:
        graph = canvas.desk.graph
        ids = sorted(canvas.desk.chosen & graph.notes.keys())
        edits = tuple(ChangeNote(replace(graph.notes[id], colour=name)) for id in ids)
        canvas.desk.apply(Together(edits, f"Colour {name}"))

    why_not = "Select a frame or a comment first."
    help_ = f"Make the selected frames and comments {name}."
    return Command(
        f"graph.colour_{name}", name.title(), run, "Graph/Colour", "", has_note, help_, why_not
    )


@command("graph.tidy", "Tidy up", menu="Graph", shortcut="Ctrl+T", section=4)
def tidy(canvas: Canvas) -> None:
    """Lay everything that is shown out anew, from left to right along the wires."""
    desk = canvas.desk
    if desk.apply(tidied(desk.graph, canvas.stage.sizes(), desk.group)):
        canvas.fit()


@command(
    "graph.snap_selection",
    "Snap selection to grid",
    menu="Graph/Align",
    enabled=has_selection,
    why_not=NOTHING_SELECTED,
    section=1,
)
def snap_selection(canvas: Canvas) -> None:
    """Put what is selected on the nearest points of the grid."""
    canvas.desk.apply(snapped(canvas.desk.graph, canvas.desk.chosen))


@command("view.fit", "Fit graph", menu="View", shortcut="F", section=4)
def fit(canvas: Canvas) -> None:
    """Show all of the graph."""
    canvas.fit()


@command("view.fit_selection", "Fit selection", menu="View", shortcut="Shift+F", section=4)
def fit_selection(canvas: Canvas) -> None:
    """Show all that is selected as large as it goes."""
    canvas.fit_selection()


@command("view.zoom_in", "Zoom in", menu="View", shortcut="Ctrl+=", section=4)
def zoom_in(canvas: Canvas) -> None:
    """Show less, and larger."""
    canvas.viewer.zoom_by(1.25)


@command("view.zoom_out", "Zoom out", menu="View", shortcut="Ctrl+-", section=4)
def zoom_out(canvas: Canvas) -> None:
    """Show more, and smaller."""
    canvas.viewer.zoom_by(0.8)


@command("view.natural_size", "Natural size", menu="View", shortcut="Ctrl+0", section=4)
def natural_size(canvas: Canvas) -> None:
    """Show the graph as large as it is drawn."""
    canvas.viewer.zoom_to(1.0)


ARRANGE_COMMANDS: tuple[Command[Canvas], ...] = (
    tidy,
    *(_align(side, title) for side, title in SIDES),
    *(_distribute(direction, title) for direction, title in DIRECTIONS),
    snap_selection,
    *(_colour(name) for name in NOTE_COLOURS),
    fit,
    fit_selection,
    zoom_in,
    zoom_out,
    natural_size,
)
