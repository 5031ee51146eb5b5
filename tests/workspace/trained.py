"""Trainings done for real and left in a project as a worker leaves them."""

from __future__ import annotations

from pathlib import Path

from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.jobs.events import Finished, Started
from alphintra_desktop.jobs.job import Spec, append, write_spec
from alphintra_desktop.learning.from_graph import trainings_of
from alphintra_desktop.learning.task import run_train
from alphintra_desktop.report import Report
from alphintra_desktop.runs.project import Project, create_project
from tests.learning.test_model_node import drawn


def train(project: Project, **asked) -> Path:
    """Train the model of `drawn`, and leave its folder as a worker does."""
    (spec,) = trainings_of(drawn(**asked), "one.alphintra")
    folder = project.new_job_folder()
    write_spec(folder, Spec("run_train", spec.arguments()))
    append(folder, Started("run_train", 1))
    append(folder, Finished(run_train(spec.arguments(), folder, Report())))
    return folder


def trained_project(folder: Path) -> Project:
    """A project with a graph and two trainings: of a direction, and of a return."""
    project = create_project(folder, "Trained")
    (project.graphs / "one.alphintra").write_text(graph_to_text(drawn()), encoding="utf-8")
    train(project)
    train(project, name="yours", target="return")
    return project
