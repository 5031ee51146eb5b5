"""Research done for real and left in a project as a worker leaves it: spec, events, artifacts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.jobs.events import Finished, Started
from alphintra_desktop.jobs.job import Spec, append, write_spec
from alphintra_desktop.jobs.running import Task
from alphintra_desktop.report import Report
from alphintra_desktop.research.task import run_sweep
from alphintra_desktop.research.walk_forward_task import run_walk_forward
from alphintra_desktop.runs.project import Project, create_project
from alphintra_desktop.workspace.templates import template_text

TEXT = template_text("sma_crossover")
GRAPH: Graph = graph_from_text(TEXT, "a test")


def node(title: str) -> str:
    """The id of a node of the strategy by its title."""
    return next(one.id for one in GRAPH.nodes.values() if one.title == title)


AXES = (
    (node("Fast average"), "period", "10:30:5"),
    (node("Slow average"), "period", "60:120:20"),
)


def research(project: Project, task: Task, **arguments: Any) -> Path:
    """Do some research on the strategy, and leave its folder as a worker does."""
    folder = project.new_job_folder()
    asked = {"graph": TEXT, "axes": AXES, "where": "one.alphintra", **arguments}
    name = getattr(task, "__name__", "")
    write_spec(folder, Spec(name, asked))
    append(folder, Started(name, 1))
    append(folder, Finished(task(asked, folder, Report())))
    return folder


def researched(folder: Path) -> Project:
    """A project with a sweep of 20 points and a walk-forward over them."""
    project = create_project(folder, "Researched")
    (project.graphs / "one.alphintra").write_text(TEXT, encoding="utf-8")
    research(project, run_sweep)
    research(project, run_walk_forward, in_sample=(504, 756), out_of_sample=(252,))
    return project
