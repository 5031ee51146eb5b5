"""The commands that work on the window itself: what it shows, and how."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alphintra_desktop.errors import Place
from alphintra_desktop.graph.model import Node
from alphintra_desktop.ui.about import open_about
from alphintra_desktop.ui.chooser import Choice, Chooser
from alphintra_desktop.ui.earlier_versions import earlier_versions
from alphintra_desktop.ui.main_window import MainWindow
from alphintra_desktop.ui.read_only_badge import ReadOnlyBadge
from alphintra_desktop.ui.settings_dialog import KEYBOARD, open_settings
from alphintra_desktop.workspace.command import Command, command
from alphintra_desktop.workspace.live_code import Compiled
from alphintra_desktop.workspace.settings import FONT_SCALE, THEME
from alphintra_desktop.workspace.shortcuts import shortcut_of

STEP = 0.125


@command("view.palette", "Command palette…", menu="View", shortcut="Ctrl+Shift+P", section=1)
def palette(window: MainWindow) -> None:
    """Find any command by a few of its letters."""
    settings = window.workspace.settings
    choices = [
        Choice(
            entry.command.title.rstrip("…"),
            entry.action.trigger,
            aside="   ".join(
                filter(None, (entry.command.menu, shortcut_of(entry.command, settings)))
            ),
            help=entry.command.help,
            possible=entry.possible,
        )
        for entry in window.actions_of_commands.entries
        if entry.command.id != "view.palette"
    ]
    Chooser(choices, "Type a command", window).open()


@command("view.quick_open", "Quick open…", menu="View", shortcut="Ctrl+P", section=1)
def quick_open(window: MainWindow) -> None:
    """Go to a graph of the project, a node of the graph, or another project."""
    Chooser([*_graphs(window), *_nodes(window), *_projects(window)], "Go to", window).open()


@command("view.theme", "Switch between light and dark", menu="View", section=2)
def theme(window: MainWindow) -> None:
    """Light when it is dark, and dark when it is light."""
    now = "light" if window.look.colours.dark else "dark"
    window.workspace.settings.set(THEME, now)


@command("view.larger", "Larger text", menu="View", shortcut="Ctrl+Shift+=", section=2)
def larger(window: MainWindow) -> None:
    """Make all text larger."""
    _scale(window, STEP)


@command("view.smaller", "Smaller text", menu="View", shortcut="Ctrl+Shift+-", section=2)
def smaller(window: MainWindow) -> None:
    """Make all text smaller."""
    _scale(window, -STEP)


@command("view.reset_layout", "Reset layout", menu="View", section=3)
def reset_layout(window: MainWindow) -> None:
    """Put the panes of this activity back to where they were at first."""
    window.reset_layout()


@command("file.settings", "Settings…", menu="File", shortcut="Ctrl+,", section=8)
def settings(window: MainWindow) -> None:
    """Change how the program looks and works, and its keys."""
    open_settings(window.workspace.settings, list(window.actions_of_commands.commands()), window)


def is_read_only(window: MainWindow) -> bool:
    """Whether another window writes to the project."""
    return not window.workspace.keeping.may_write


@command(
    "file.take_over",
    "Take the project over",
    menu="File",
    enabled=is_read_only,
    why_not="This window writes to the project already.",
    section=8,
)
def take_over(window: MainWindow) -> None:
    """Write to the project here, and let the other window only read."""
    badge = window.findChild(ReadOnlyBadge)
    if isinstance(badge, ReadOnlyBadge):
        badge.take_over()


@command("file.quit", "Quit", menu="File", shortcut="Ctrl+Q", section=9)
def quit_program(window: MainWindow) -> None:
    """Close the window; what is not saved is asked about."""
    window.close()


@command("view.next_pane", "Go to the next pane", menu="View", shortcut="Ctrl+F6", section=3)
def next_pane(window: MainWindow) -> None:
    """Move the keyboard to the next pane, and from the last one to the centre."""
    window.page.focus_next(1)


@command(
    "view.previous_pane", "Go to the pane before", menu="View", shortcut="Ctrl+Shift+F6", section=3
)
def previous_pane(window: MainWindow) -> None:
    """Move the keyboard to the pane before this one."""
    window.page.focus_next(-1)


@command("help.keys", "Keyboard shortcuts…", menu="Help", section=1)
def keys(window: MainWindow) -> None:
    """The keys of every command, and how to change them."""
    commands = list(window.actions_of_commands.commands())
    open_settings(window.workspace.settings, commands, window, KEYBOARD)


@command("help.notices", "What the program has told", menu="Help", section=1)
def notices(window: MainWindow) -> None:
    """Everything told since the start."""
    window.workspace.ask_for("notices")


@command("help.about", "About Alphintra", menu="Help", section=9)
def about(window: MainWindow) -> None:
    """The version, and the licences of what it is built on."""
    open_about(window)


WINDOW_COMMANDS: tuple[Command[MainWindow], ...] = (
    palette,
    quick_open,
    theme,
    larger,
    smaller,
    reset_layout,
    earlier_versions,
    settings,
    take_over,
    quit_program,
    next_pane,
    previous_pane,
    keys,
    notices,
    about,
)


def _scale(window: MainWindow, by: float) -> None:
    kept = window.workspace.settings
    kept.set(FONT_SCALE, min(max(kept.get(FONT_SCALE) + by, FONT_SCALE.low), FONT_SCALE.high))


def _graphs(window: MainWindow) -> list[Choice]:
    workspace = window.workspace
    project = workspace.project
    paths = sorted(project.graphs.glob("*.alphintra")) if project is not None else []
    return [_graph(window, path) for path in paths]


def _graph(window: MainWindow, path: Path) -> Choice:
    return Choice(path.stem, lambda: window.workspace.open_sheet(path), aside="graph")


def _nodes(window: MainWindow) -> list[Choice]:
    sheet = window.workspace.current
    if sheet is None:
        return []
    made = sheet.live_code.latest
    known = made.lowered.graph.nodes if made is not None else {}
    return [
        Choice(
            made.lowered.title(node.id) if made and node.id in known else node.title or node.type,
            _revealing(window, node.id),
            aside=_kind_of(made, node),
        )
        for node in sheet.document.graph.nodes.values()
    ]


def _kind_of(made: Compiled | None, node: Node) -> str:
    """What a node is, beside what it is called."""
    kind = made.lowered.types.get(node.id) if made is not None else None
    return kind.title if kind is not None else node.type


def _revealing(window: MainWindow, node: str) -> Callable[[], None]:
    def reveal() -> None:
        sheet = window.workspace.current
        if sheet is not None and node in sheet.document.graph.nodes:
            window.show_activity("build")
            sheet.selection.reveal(Place(node=node))

    return reveal


def _projects(window: MainWindow) -> list[Choice]:
    return [_project(window, folder) for folder in window.workspace.recent_projects]


def _project(window: MainWindow, folder: Path) -> Choice:
    def open_it() -> None:
        if window.workspace.can_close():
            window.workspace.open(folder)

    return Choice(folder.name, open_it, aside=f"project in {folder.parent}")
