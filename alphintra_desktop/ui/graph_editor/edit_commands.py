"""The commands of the Edit menu that work on what is selected on a canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alphintra_desktop.graph.edits import Disconnect
from alphintra_desktop.graph.removing import removed, removed_joined
from alphintra_desktop.workspace.command import Command, command

if TYPE_CHECKING:  # it brings NodeGraphQt, which the first window does not wait for
    from alphintra_desktop.ui.graph_editor.canvas import Canvas

NOTHING_SELECTED = "Select something on the canvas first."


def has_selection(canvas: Canvas) -> bool:
    """Whether something that is shown is selected."""
    return bool(canvas.desk.chosen)


def has_one(canvas: Canvas) -> bool:
    """Whether one thing is selected."""
    return len(canvas.desk.chosen) == 1


def can_delete(canvas: Canvas) -> bool:
    """Whether there is something to delete: items, or a wire."""
    return has_selection(canvas) or canvas.desk.wire is not None


@command(
    "edit.cut",
    "Cut",
    menu="Edit",
    shortcut="Ctrl+X",
    enabled=has_selection,
    why_not=NOTHING_SELECTED,
    section=2,
)
def cut(canvas: Canvas) -> None:
    """Copy what is selected and take it away; its chain is not joined."""
    canvas.placing.copy()
    canvas.desk.apply(removed(canvas.desk.graph, canvas.desk.chosen))


@command(
    "edit.copy",
    "Copy",
    menu="Edit",
    shortcut="Ctrl+C",
    enabled=has_selection,
    why_not=NOTHING_SELECTED,
    section=2,
)
def copy(canvas: Canvas) -> None:
    """Put what is selected on the clipboard, for any window, or as text for anything else."""
    canvas.placing.copy()


@command("edit.paste", "Paste", menu="Edit", shortcut="Ctrl+V", section=2)
def paste(canvas: Canvas) -> None:
    """Put the copied items under the mouse, with the wires between them."""
    canvas.placing.paste()


@command(
    "edit.paste_wired", "Paste with incoming wires", menu="Edit", shortcut="Ctrl+Shift+V", section=2
)
def paste_wired(canvas: Canvas) -> None:
    """Paste, and feed the copies from the same nodes as what was copied."""
    canvas.placing.paste(inbound=True)


@command(
    "edit.duplicate",
    "Duplicate",
    menu="Edit",
    shortcut="Ctrl+D",
    enabled=has_selection,
    why_not=NOTHING_SELECTED,
    section=2,
)
def duplicate(canvas: Canvas) -> None:
    """Put copies of what is selected beside it, fed from the same nodes."""
    canvas.placing.duplicate()


@command(
    "edit.delete",
    "Delete and join",
    menu="Edit",
    shortcut="Delete",
    enabled=can_delete,
    why_not=NOTHING_SELECTED,
    section=3,
)
def delete(canvas: Canvas) -> None:
    """Take away what is selected, and join the chain that it was in."""
    desk = canvas.desk
    if desk.wire is not None:
        desk.apply(Disconnect(desk.wire))
    else:
        desk.apply(removed_joined(desk.graph, desk.chosen, desk.types.of))


@command(
    "edit.delete_plain",
    "Delete",
    menu="Edit",
    shortcut="Shift+Delete",
    enabled=can_delete,
    why_not=NOTHING_SELECTED,
    section=3,
)
def delete_plain(canvas: Canvas) -> None:
    """Take away what is selected with all of its wires."""
    desk = canvas.desk
    if desk.wire is not None:
        desk.apply(Disconnect(desk.wire))
    else:
        desk.apply(removed(desk.graph, desk.chosen))


@command("edit.select_all", "Select all", menu="Edit", shortcut="Ctrl+A", section=4)
def select_all(canvas: Canvas) -> None:
    """Select everything that is shown."""
    picture = canvas.stage.picture
    boxes = (id for id in picture.faces if id in canvas.desk.graph.items)
    canvas.sheet.selection.choose([*boxes, *picture.notes])


@command(
    "edit.rename",
    "Rename",
    menu="Edit",
    shortcut="F2",
    enabled=has_one,
    why_not="Select one node, group or note first.",
    section=4,
)
def rename(canvas: Canvas) -> None:
    """Change the title of a node or group, or the words of a note, where they stand."""
    canvas.naming.edit(canvas.sheet.selection.only or "")


EDIT_COMMANDS: tuple[Command[Canvas], ...] = (
    cut,
    copy,
    paste,
    paste_wired,
    duplicate,
    delete,
    delete_plain,
    select_all,
    rename,
)
