"""A window's work without a window, as a process that can be killed.

    python -m tests.workspace.editing_session PROJECT DIARY SEED [EDITS]

Every edit gives the node `COUNTER` of a graph the edit's number. Before and after each the diary
gets a line, which is on the disk before the session goes on: what it says was done, was done.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

from alphintra_desktop.graph.edits import AddNode, MoveNodes, RemoveNode, SetParam, Together
from alphintra_desktop.graph.model import Node
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace
from tests.workspace.answers import Answers

COUNTER = "00000001"
ENDLESS = 10**9


class Diary:
    """Lines that are on the disk when `write` returns: time, graph, number of the edit."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def write(self, graph: str, number: int) -> None:
        self._file.write(f"{time.time():.6f} {graph} {number}\n".encode())
        os.fsync(self._file.fileno())


def session(project: Path, diary: Diary, seed: int, edits: int = ENDLESS) -> None:
    """Edit, undo, save and look around in both graphs of a project, without end."""
    choices = random.Random(seed)
    workspace = Workspace(Settings(), Answers("recover"))
    workspace.open(project)
    for number in range(1, edits + 1):
        sheet = choices.choice(workspace.sheets)
        _edit(sheet, number, choices)
        diary.write(sheet.path.stem, number)
        if choices.random() < 0.1:
            workspace.save(sheet)
        if choices.random() < 0.3:
            time.sleep(choices.random() * 0.1)


def _edit(sheet: Sheet, number: int, choices: random.Random) -> None:
    document = sheet.document
    others = sorted(document.graph.nodes.keys() - {COUNTER})
    count = SetParam(COUNTER, "number", number)
    match choices.randrange(4):
        case 0 if others:
            document.apply(Together((RemoveNode(choices.choice(others)), count), "Remove"))
        case 1 if others:
            moved = MoveNodes({choices.choice(others): (choices.random(), 0.0)})
            document.apply(Together((moved, count), "Move"))
        case 2:
            document.apply(SetParam(COUNTER, "undone", number))
            document.undo()
            document.apply(count)
        case _:
            fresh = Node(document.new_node_id(), "prices.close")
            document.apply(Together((AddNode(fresh), count), "Add"))


if __name__ == "__main__":
    project, diary, seed, *most = sys.argv[1:]
    session(Path(project), Diary(Path(diary)), int(seed), *map(int, most))
    time.sleep(600)
