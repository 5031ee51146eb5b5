"""Everything that can be done on a canvas by menu, key or palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alphintra_desktop.ui.graph_editor.arrange_commands import ARRANGE_COMMANDS
from alphintra_desktop.ui.graph_editor.edit_commands import EDIT_COMMANDS
from alphintra_desktop.ui.graph_editor.structure_commands import STRUCTURE_COMMANDS
from alphintra_desktop.workspace.command import Command

if TYPE_CHECKING:  # it brings NodeGraphQt, which the first window does not wait for
    from alphintra_desktop.ui.graph_editor.canvas import Canvas

GRAPH_COMMANDS: tuple[Command[Canvas], ...] = (
    *EDIT_COMMANDS,
    *STRUCTURE_COMMANDS,
    *ARRANGE_COMMANDS,
)
