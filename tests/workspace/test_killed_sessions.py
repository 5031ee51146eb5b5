"""A process that is killed at any moment loses at most a second of editing, and nothing else.

`ALPHINTRA_KILLS=200` kills that many sessions instead of a dozen.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from alphintra_desktop.graph.files import read_graph, write_graph
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.runs.project import create_project
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace
from tests.shared_files import CHECKOUT
from tests.workspace.answers import Answers
from tests.workspace.editing_session import COUNTER

KILLS = int(os.environ.get("ALPHINTRA_KILLS") or 12)
LOST_AT_MOST = 1.0
GRAPHS = ("first", "second")

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL"),
]


def test_that_a_kill_at_any_moment_costs_at_most_a_second_of_editing(tmp_path: Path):
    choices = random.Random(KILLS)
    project = create_project(tmp_path / "project", "Killed").folder
    for name in GRAPHS:
        write_graph(
            project / "graphs" / f"{name}.alphintra",
            Graph({COUNTER: Node(COUNTER, "logic.number")}, name=name),
        )
    for round in range(KILLS):
        diary = tmp_path / f"diary_{round}"
        killed_at = _killed(project, diary, round, 0.05 + 2 * choices.random())
        _check_that_all_is_whole(project)
        found = _recovered(project)
        for name, number in _due(diary, killed_at).items():
            assert found[name] >= number, f"round {round}: {name} lost edits"
        _start_over(project)


def _killed(project: Path, diary: Path, seed: int, after: float) -> float:
    """Run a session and kill it some seconds after its first edit. When it was killed."""
    command = [sys.executable, "-m", "tests.workspace.editing_session", project, diary, str(seed)]
    session = subprocess.Popen(command, cwd=CHECKOUT)
    try:
        deadline = time.monotonic() + 60
        while not diary.exists() or not diary.stat().st_size:
            assert session.poll() is None, "the session ended by itself"
            assert time.monotonic() < deadline, "the session did not begin"
            time.sleep(0.01)
        time.sleep(after)
        assert session.poll() is None, "the session ended by itself"
    finally:
        killed_at = time.time()
        session.send_signal(signal.SIGKILL)
        session.wait()
    return killed_at


def _due(diary: Path, killed_at: float) -> dict[str, int]:
    """The number of the last edit of each graph that is too old to be lost."""
    due: dict[str, int] = {}
    for line in diary.read_text(encoding="utf-8").splitlines():
        when, name, number = line.split()
        if float(when) < killed_at - LOST_AT_MOST:
            due[name] = int(number)
    return due


def _check_that_all_is_whole(project: Path) -> None:
    for name in GRAPHS:
        read_graph(project / "graphs" / f"{name}.alphintra")


def _recovered(project: Path) -> dict[str, int]:
    """Open the project again and recover. The number of the last edit of each graph."""
    workspace = Workspace(Settings(), Answers("recover"))
    workspace.open(project)
    try:
        assert workspace.keeping.may_write, "the killed session still holds the lock"
        assert [notice.text for notice in workspace.notices.all] == []
        for sheet in workspace.sheets:
            # What was recovered is one step; undone, there is what was saved.
            assert sheet.document.history in ((), ("Recover unsaved changes",))
        return {
            sheet.path.stem: sheet.document.graph.nodes[COUNTER].params.get("number", 0)
            for sheet in workspace.sheets
        }
    finally:
        workspace.close()


def _start_over(project: Path) -> None:
    """The next round counts from 1 again."""
    assert not list((project / ".swap").glob("*.journal"))
    for name in GRAPHS:
        path = project / "graphs" / f"{name}.alphintra"
        write_graph(path, Graph({COUNTER: Node(COUNTER, "logic.number")}, name=name))
