"""Runs recorded for real, as a worker records them: a graph through its task, into a project."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from alphintra_desktop.backtest.task import BacktestSpec, run_spec
from alphintra_desktop.cli.project_commands import template_text
from alphintra_desktop.jobs.events import Finished
from alphintra_desktop.jobs.job import append
from alphintra_desktop.report import Report
from alphintra_desktop.runs.project import Project, create_project


@dataclass(frozen=True)
class Recorded:
    """A project with runs; `library` is the home whose bars they ran on."""

    project: Project
    folders: tuple[Path, ...]
    library: str


def recorded(folder: Path, *graphs: str) -> Recorded:
    """A project in which each of the graphs, given as text, ran once."""
    project = create_project(folder, "Recorded")
    folders = tuple(record(project, graph) for graph in graphs)
    return Recorded(project, folders, os.environ["ALPHINTRA_HOME"])


def record(project: Project, graph: str) -> Path:
    """Run a graph, and write its end down as a worker does."""
    folder = project.new_job_folder()
    result = run_spec(BacktestSpec(graph, with_report=False), folder, Report())
    append(folder, Finished(result))
    return folder


def changed_template(name: str, title: str, **params: object) -> str:
    """A template's graph with other params of the node whose title or type ends so."""
    content = json.loads(template_text(name))
    for node in content["nodes"]:
        if title in (node.get("title"), node["type"]):
            node.setdefault("params", {}).update(params)
    return json.dumps(content)
