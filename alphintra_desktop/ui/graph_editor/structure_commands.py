"""The commands of the Graph menu: adding, muting, grouping, running a part."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alphintra_desktop.graph.edits import SetMode
from alphintra_desktop.graph.groups import with_insides
from alphintra_desktop.graph.model import BYPASSED, MUTED
from alphintra_desktop.graph.regrouping import grouped, ungrouped
from alphintra_desktop.ui.graph_editor.edit_commands import NOTHING_SELECTED, has_selection
from alphintra_desktop.workspace.command import Command, command

if TYPE_CHECKING:  # it brings NodeGraphQt, which the first window does not wait for
    from alphintra_desktop.ui.graph_editor.canvas import Canvas

NO_GROUP = "Select a group first."


def chosen_nodes(canvas: Canvas) -> tuple[str, ...]:
    """The selected nodes, and those in selected groups."""
    graph = canvas.desk.graph
    return tuple(sorted(with_insides(graph, canvas.desk.chosen) & graph.nodes.keys()))


def chosen_group(canvas: Canvas) -> str | None:
    """The one selected item, if it is a group."""
    only = canvas.sheet.selection.only
    return only if only in canvas.desk.graph.groups else None


def has_nodes(canvas: Canvas) -> bool:
    """Whether a node is selected, if only within a group."""
    return bool(chosen_nodes(canvas))


def has_group(canvas: Canvas) -> bool:
    """Whether one group is selected."""
    return chosen_group(canvas) is not None


def is_inside(canvas: Canvas) -> bool:
    """Whether the inside of a group is shown."""
    return bool(canvas.desk.group)


@command("graph.add", "Add node…", menu="Graph", shortcut="Tab", section=1)
def add(canvas: Canvas) -> None:
    """Search the node types, and place one under the mouse."""
    canvas.placing.search()


@command("graph.comment", "Add comment", menu="Graph", shortcut="C", section=1)
def comment(canvas: Canvas) -> None:
    """Put some words on the canvas."""
    made = canvas.placing.add_comment()
    if made is not None:
        canvas.naming.edit_new(made)


@command("graph.frame", "Frame selection", menu="Graph", shortcut="Ctrl+J", section=1)
def frame(canvas: Canvas) -> None:
    """Put a frame with a title around what is selected; it moves what lies in it."""
    made = canvas.placing.add_frame()
    if made is not None:
        canvas.naming.edit_new(made)


@command(
    "graph.mute",
    "Mute",
    menu="Graph",
    shortcut="M",
    enabled=has_nodes,
    why_not=NOTHING_SELECTED,
    section=2,
)
def mute(canvas: Canvas) -> None:
    """Let the selected nodes count as not drawn, or count again."""
    _toggle(canvas, MUTED)


@command(
    "graph.bypass",
    "Bypass",
    menu="Graph",
    shortcut="B",
    enabled=has_nodes,
    why_not=NOTHING_SELECTED,
    section=2,
)
def bypass(canvas: Canvas) -> None:
    """Let the selected nodes hand on what comes in, or compute again."""
    _toggle(canvas, BYPASSED)


@command(
    "graph.run_upto",
    "Run up to here",
    menu="Graph",
    shortcut="R",
    enabled=has_nodes,
    why_not=NOTHING_SELECTED,
    section=2,
)
def run_upto(canvas: Canvas) -> None:
    """Compute what has changed of the selected nodes and of all before them."""
    canvas.sheet.values.run(chosen_nodes(canvas))


@command(
    "graph.group",
    "Group",
    menu="Graph",
    shortcut="Ctrl+G",
    enabled=has_selection,
    why_not=NOTHING_SELECTED,
    section=3,
)
def group(canvas: Canvas) -> None:
    """Make one node of what is selected, which can be entered and unpacked again."""
    desk = canvas.desk
    made = desk.sheet.document.new_node_id()
    edit = grouped(desk.graph, desk.chosen, made, "Group")
    if edit.edits:
        edit = replace(edit, edits=(*edit.edits, *canvas.placing.beside_others(edit, made)))
    if desk.apply(edit):
        desk.sheet.selection.choose([made])


@command(
    "graph.ungroup",
    "Ungroup",
    menu="Graph",
    shortcut="Ctrl+Shift+G",
    enabled=has_group,
    why_not=NO_GROUP,
    section=3,
)
def ungroup(canvas: Canvas) -> None:
    """Unpack the selected group where it lies."""
    desk, unpacked = canvas.desk, chosen_group(canvas)
    if unpacked is None:
        return
    items = [item.id for item in desk.graph.items.values() if item.group == unpacked]
    if desk.apply(ungrouped(desk.graph, unpacked)):
        desk.sheet.selection.choose(items)


@command(
    "graph.enter",
    "Enter group",
    menu="Graph",
    shortcut="Return",
    enabled=has_group,
    why_not=NO_GROUP,
    section=3,
)
def enter(canvas: Canvas) -> None:
    """Show the inside of the selected group."""
    canvas.sheet.selection.enter(chosen_group(canvas) or canvas.desk.group)


@command(
    "graph.leave",
    "Leave group",
    menu="Graph",
    shortcut="Backspace",
    enabled=is_inside,
    why_not="This is the top of the graph already.",
    section=3,
)
def leave(canvas: Canvas) -> None:
    """Show again what is around the group."""
    canvas.leave_group()


STRUCTURE_COMMANDS: tuple[Command[Canvas], ...] = (
    add,
    comment,
    frame,
    mute,
    bypass,
    run_upto,
    group,
    ungroup,
    enter,
    leave,
)


def _toggle(canvas: Canvas, mode: str) -> None:
    graph, nodes = canvas.desk.graph, chosen_nodes(canvas)
    already = all(graph.nodes[node].mode == mode for node in nodes)
    canvas.desk.apply(SetMode(nodes, "" if already else mode))
