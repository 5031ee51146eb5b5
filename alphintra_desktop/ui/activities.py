"""What stands in the activity bar, and what lies around each centre until the user moves it.

Every builder imports its view when it is called, so that what is not shown is not loaded.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from alphintra_desktop.ui.activity import Activity, Pane
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.workspace import Workspace

LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea


def _graphs(workspace: Workspace, look: Look) -> QWidget:
    from alphintra_desktop.ui.graph_editor.build_page import build  # noqa: PLC0415

    return build(workspace, look)


def _library(workspace: Workspace, look: Look) -> QWidget:
    from alphintra_desktop.ui.node_library.pane import build  # noqa: PLC0415

    return build(workspace, look)


def _history(workspace: Workspace, look: Look) -> QWidget:
    from alphintra_desktop.ui.history.pane import build  # noqa: PLC0415

    return build(workspace, look)


def _inspector(workspace: Workspace, look: Look) -> QWidget:
    from alphintra_desktop.ui.inspector.pane import build  # noqa: PLC0415

    return build(workspace, look)


def _code(workspace: Workspace, look: Look) -> QWidget:
    from alphintra_desktop.ui.code_view.pane import build  # noqa: PLC0415

    return build(workspace, look)


def _problems(workspace: Workspace, look: Look) -> QWidget:
    from alphintra_desktop.ui.problems.pane import build  # noqa: PLC0415

    return build(workspace, look)


def _values(workspace: Workspace, look: Look) -> QWidget:
    from alphintra_desktop.ui.results.inspect_pane import build_inspect  # noqa: PLC0415

    return build_inspect(workspace, look)


def _scrubber(workspace: Workspace, look: Look) -> QWidget:
    from alphintra_desktop.ui.results.scrubber import build_scrubber  # noqa: PLC0415

    return build_scrubber(workspace, look)


def _notices(workspace: Workspace, look: Look) -> QWidget:
    from alphintra_desktop.ui.notices_pane import build  # noqa: PLC0415

    return build(workspace, look)


def _results(workspace: Workspace, look: Look) -> QWidget:
    from alphintra_desktop.ui.results.results_page import build  # noqa: PLC0415

    return build(workspace, look)


def _runs(workspace: Workspace, look: Look) -> QWidget:
    from alphintra_desktop.ui.results.runs_pane import build_runs  # noqa: PLC0415

    return build_runs(workspace, look)


def _data(workspace: Workspace, look: Look) -> QWidget:
    from alphintra_desktop.ui.data.page import build  # noqa: PLC0415

    return build(workspace, look)


def _research(workspace: Workspace, look: Look) -> QWidget:
    from alphintra_desktop.ui.research.page import build  # noqa: PLC0415

    return build(workspace, look)


def _training(workspace: Workspace, look: Look) -> QWidget:
    from alphintra_desktop.ui.training.page import build  # noqa: PLC0415

    return build(workspace, look)


def _jobs(workspace: Workspace, look: Look) -> QWidget:
    from alphintra_desktop.ui.jobs.page import build  # noqa: PLC0415

    return build(workspace, look)


BUILD = Activity(
    "build",
    "Build",
    "mdi6.graph-outline",
    _graphs,
    (
        Pane("library", "Nodes", "mdi6.shape-outline", LEFT, _library, tabs="left", size=260),
        Pane("history", "History", "mdi6.history", LEFT, _history, tabs="left"),
        Pane("inspector", "Inspector", "mdi6.tune", RIGHT, _inspector, size=360),
        Pane("code", "Code", "mdi6.language-python", RIGHT, _code),
        Pane("scrubber", "Bar", "mdi6.ray-vertex", BOTTOM, _scrubber, size=64, shown=False),
        Pane(
            *("problems", "Problems", "mdi6.alert-outline"),
            BOTTOM,
            _problems,
            tabs="below",
            size=170,
        ),
        Pane("values", "Values", "mdi6.table", BOTTOM, _values, tabs="below"),
        Pane("notices", "Notices", "mdi6.bell-outline", BOTTOM, _notices, tabs="below"),
    ),
    shortcut="Ctrl+1",
)
DATA = Activity("data", "Data", "mdi6.database-outline", _data, (), shortcut="Ctrl+2")
RESULTS = Activity(
    "results",
    "Results",
    "mdi6.chart-line",
    _results,
    (Pane("runs", "Runs", "mdi6.format-list-bulleted", LEFT, _runs, size=330),),
    shortcut="Ctrl+3",
)
RESEARCH = Activity(
    "research", "Research", "mdi6.chart-scatter-plot", _research, (), shortcut="Ctrl+4"
)
TRAINING = Activity("training", "Training", "mdi6.brain", _training, (), shortcut="Ctrl+5")
JOBS = Activity("jobs", "Jobs", "mdi6.progress-clock", _jobs, (), shortcut="Ctrl+6")
ACTIVITIES = (BUILD, DATA, RESULTS, RESEARCH, TRAINING, JOBS)
