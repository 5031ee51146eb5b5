"""The first hour with the program, by keyboard and mouse on a real screen."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from alphintra_desktop.graph.files import read_graph
from alphintra_desktop.runs.project import create_project
from alphintra_desktop.workspace.templates import template_text
from tests.shared_files import CHECKOUT
from tests.ui.journey.x_screen import Screen, screen, wait_for

FIRST_SETTING = (1262, 160)  # of the inspector, in the window as it first opens


@contextmanager
def desktop(on: Screen, home: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """The program as a user starts it, in a home of its own."""
    environment = {**on.environment, "HOME": str(home), "ALPHINTRA_HOME": str(home / "data")}
    program = subprocess.Popen(
        [sys.executable, "-m", "alphintra_desktop", "desktop", *arguments],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield program
    finally:
        program.kill()
        program.wait()


def runs_of(project: Path) -> int:
    with closing(sqlite3.connect(project / "project.sqlite")) as database:
        return int(database.execute("SELECT COUNT(*) FROM runs").fetchone()[0])


def modified_params(graph: Path) -> dict[str, object]:
    nodes = read_graph(graph).nodes.values()
    return {f"{node.title}.{name}": value for node in nodes for name, value in node.params.items()}


def test_that_a_stranger_gets_from_a_template_to_a_report_and_back(tmp_path: Path):
    with screen() as seat, desktop(seat, tmp_path) as program:
        try:
            _first_hour(seat, tmp_path, program)
        except AssertionError:
            seat.picture(tmp_path / "failed.png")
            raise


def test_that_a_killed_window_brings_back_what_was_not_saved(tmp_path: Path):
    project = create_project(tmp_path / "mine", "mine")
    graph = project.graphs / "sma_crossover.alphintra"
    graph.write_text(template_text("sma_crossover"), encoding="utf-8")
    drawn = modified_params(graph)
    with screen() as seat:
        with desktop(seat, tmp_path, str(project.folder)):
            seat.turn_to("SMA crossover")
            _shorten_the_fast_average(seat)
            time.sleep(1.0)  # what is older than that must not be lost
        assert modified_params(graph) == drawn
        with desktop(seat, tmp_path, str(project.folder)) as program:
            seat.turn_to("Recover")
            seat.press("Return")
            seat.turn_to("SMA crossover")

            def saved() -> bool:
                seat.press("ctrl+s")
                return modified_params(graph) != drawn

            wait_for(saved, "the recovered graph in its file")
            assert 13 in modified_params(graph).values()
            seat.press("ctrl+q")
            assert program.wait(30) == 0


def _shorten_the_fast_average(seat: Screen) -> None:
    seat.press("ctrl+p")
    wait_for(lambda: seat.windows("Go to"), "the list to choose from")
    seat.type("fast average")
    seat.press("Return")
    time.sleep(0.5)  # for the inspector to show the node
    seat.click(*FIRST_SETTING)
    seat.press("ctrl+a")
    seat.type("13")
    seat.press("Return")


def _first_hour(seat: Screen, home: Path, program: subprocess.Popen[bytes]) -> None:
    seat.turn_to("Alphintra")

    # A project from a template.
    seat.press("ctrl+shift+n")
    seat.turn_to("New project")
    projects = home / "Alphintra"

    def made() -> list[Path]:
        seat.type("SMA")
        seat.press("Return")
        return list(projects.glob("*/graphs/*.alphintra"))

    (graph,) = wait_for(made, "a project")
    project = graph.parent.parent
    seat.turn_to("SMA crossover")
    drawn = modified_params(graph)

    # Another param, run, read.
    _shorten_the_fast_average(seat)
    seat.press("ctrl+s")
    changed = wait_for(lambda: modified_params(graph) != drawn, "the change in the file")
    assert changed
    assert 13 in modified_params(graph).values()
    seat.press("F5")
    wait_for(lambda: runs_of(project) == 1, "a recorded run")

    # The report of it.
    report = home / "told.html"
    seat.turn_to("SMA crossover")

    def asked() -> bool:
        seat.press("ctrl+shift+e")
        return bool(seat.windows("Export report"))

    wait_for(asked, "the result, and the dialog for its report")
    seat.turn_to("Export report")
    seat.press("ctrl+a")
    seat.type(str(report))
    seat.press("Return")
    wait_for(report.exists, "the report")
    assert json.dumps("SMA crossover")[1:-1] in report.read_text("utf-8")

    # Everything back as it was.
    seat.turn_to("SMA crossover")
    seat.press("ctrl+1")
    seat.press("ctrl+z")
    seat.press("ctrl+s")
    wait_for(lambda: modified_params(graph) == drawn, "the graph as it was drawn")
    seat.press("ctrl+q")
    assert program.wait(30) == 0
