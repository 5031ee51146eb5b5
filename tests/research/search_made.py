"""Searches on made-up bars, in this process or in one that can be killed."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.report import Report
from alphintra_desktop.research.search_spec import SearchSpec
from alphintra_desktop.research.search_task import run_search
from alphintra_desktop.runs.ledger import ledger, verify_ledger
from alphintra_desktop.runs.project import Project, open_project
from tests.drawing import sma_crossover
from tests.shared_files import CHECKOUT

FAST, SLOW = "00000003", "00000004"
AXES = ((FAST, "period", "2:20:1"), (SLOW, "period", "6:60:2"))
CONSTRAINTS = ("fast < slow", "trades >= 5")

CHILD = """
import sys
from pathlib import Path
from tests.research.search_made import child
child(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def spec(**asked: Any) -> SearchSpec:
    """A search of the moving averages everybody knows."""
    asked = {"axes": AXES, "constraints": CONSTRAINTS, "trials": 48, "seed": 7, **asked}
    return SearchSpec(graph_to_text(sma_crossover(dataset="made", symbols="AA")), **asked)


def searched(
    project: Project,
    report: Report | None = None,
    spread: dict[str, Any] | None = None,
    **asked: Any,
) -> dict[str, Any]:
    """Run a search, or resume one with `study`. Returns the whole result."""
    folder = project.new_job_folder()
    arguments = asked if "study" in asked else spec(**asked).arguments()
    arguments |= {"spread": spread or {}}
    found = run_search(json.loads(json.dumps(arguments)), folder, report or Report())
    json.dumps(found, allow_nan=False)
    return json.loads((folder / "artifacts" / "search.json").read_text())


def counted(project: Project) -> int:
    """How many trials the ledger counts, which must be whole."""
    return sum(row.content["trials"] for row in rows(project))


def rows(project: Project) -> list[Any]:
    """The rows of the ledger, which must be whole."""
    with closing(project.database()) as database:
        verify_ledger(database)
        return ledger(database)


def without_time(found: dict[str, Any]) -> dict[str, Any]:
    """What two runs of the same search have in common."""
    return {name: v for name, v in found.items() if name not in ("run", "study", "seconds", "luck")}


# ------------------------------------------------------------ in a process of its own


def start(project: Project, arguments: dict[str, Any]) -> subprocess.Popen[str]:
    """A search in a process, which says a line for every step. Its job folder is the last line."""
    folder = project.new_job_folder()
    (folder / "arguments.json").write_text(json.dumps(arguments))
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(project.folder), str(folder)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )


def child(project: Path, folder: Path) -> None:
    """What runs in that process."""
    open_project(project)
    arguments = json.loads((folder / "arguments.json").read_text())

    def say(text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    run_search(arguments, folder, Report(send=lambda progress: say(progress.doing)))
    say("done")
