"""Training the models of the open graph: what each foretold, and how well, comes back as a notice.

Training itself runs in a worker, a job a Model node, and its folder keeps the model and its card.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from alphintra_desktop.jobs.events import Cancelled, Failed, Finished, JobEvent
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.learning.from_graph import model_nodes, trainings_of
from alphintra_desktop.runs.project import home_project
from alphintra_desktop.workspace.command import Command, command
from alphintra_desktop.workspace.custom_code import time_limit_of
from alphintra_desktop.workspace.notices import Notice, Weight
from alphintra_desktop.workspace.questions import Option
from alphintra_desktop.workspace.training_runs import TASK, TrainingRun
from alphintra_desktop.workspace.workspace import Workspace

REMOVE = Option(
    "remove",
    "Remove",
    "Delete the model and what was found of it. Its predictions stay in the library.",
)


def has_models(workspace: Workspace) -> bool:
    """Whether the open graph has something to train."""
    sheet = workspace.current
    return sheet is not None and bool(model_nodes(sheet.document.graph))


@command(
    "run.train",
    "Train models",
    menu="Run",
    shortcut="F7",
    enabled=has_models,
    why_not="Add a Model node to the graph first.",
    section=2,
)
def train_models(workspace: Workspace) -> None:
    """Train every Model node of the graph, and watch; the strategy then has predictions."""
    sheet = workspace.current
    assert sheet is not None
    graph = sheet.document.graph
    limit = time_limit_of(graph)
    specs = [Spec(TASK, asked.arguments(), limit) for asked in trainings_of(graph, sheet.path.name)]
    begun = [_start(workspace, spec) for spec in specs]
    _watch(workspace, begun[0])


def train_again(workspace: Workspace, run: TrainingRun) -> None:
    """Do a training anew, with the graph and the settings that it had.

    Raises `AlphintraError` where the project is not to be written.
    """
    _watch(workspace, _start(workspace, run.spec))


def _start(workspace: Workspace, spec: Spec) -> str:
    """Begin a training; its id."""
    name = str(spec.arguments["name"])
    folder = (workspace.project or home_project()).new_job_folder()
    told = partial(_on_event, workspace, name, folder)
    return workspace.jobs.start(folder, spec, f"Train {name}", told).id


def _watch(workspace: Workspace, id: str) -> None:
    workspace.training.show(workspace.training.run(id))
    workspace.ask_for("training")


def ask_to_remove(workspace: Workspace, run: TrainingRun) -> None:
    """Remove a training from the project, if the user agrees."""
    text = f"{run.name} ({run.model.lower()}), of {run.asked.astimezone():%Y-%m-%d %H:%M}."
    if workspace.questions.choose("Remove training", text, (REMOVE,)) == REMOVE.id:
        workspace.training.remove(run)


def _on_event(workspace: Workspace, name: str, folder: Path, event: JobEvent) -> None:
    """Called from a thread of the job; notices may be told from anywhere."""
    match event:
        case Finished(result=result):
            card = folder / "artifacts" / "model" / "card.md"
            weight = Weight.DONE if foretells(result) else Weight.WARNING
            text = f"{name} is trained: {in_short(result)}"
            workspace.notices.tell(Notice(weight, text, "Execute uses it now.", file=card))
        case Failed(message=message, hint=hint, traceback=detail):
            shutil.rmtree(folder, ignore_errors=True)
            notice = Notice(Weight.ERROR, message, hint, detail, event.place)
            workspace.notices.tell(notice)
        case Cancelled():
            shutil.rmtree(folder, ignore_errors=True)
            workspace.notices.info(f"The training of {name} was cancelled.", "Nothing is kept.")
        case _:
            pass


def foretells(result: Mapping[str, Any]) -> bool:
    """Whether the predictions were better than chance alone often is."""
    chance = result["scores"]["p_value"]
    return chance is not None and chance <= 0.05


def in_short(result: Mapping[str, Any]) -> str:
    """How good the predictions were on what their models had not seen, in one sentence."""
    scores = result["scores"]
    chance = scores["p_value"]
    if chance is None or math.isnan(chance):
        return "there is too little to judge it by."
    named = "auc" if "auc" in scores else "ic"
    title = {"auc": "area under the ROC curve", "ic": "information coefficient"}[named]
    told = f"{title} {scores[named]:.3f} out of sample"
    if chance > 0.05:
        return f"{told}, which chance alone gives in {chance * 100:.0f}% of cases."
    return f"{told}; chance alone gives so much in {max(chance * 100, 0.01):.2g}% of cases."


TRAINING_COMMANDS: tuple[Command[Workspace], ...] = (train_models,)
