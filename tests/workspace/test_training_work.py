"""Training in a workspace: found again on disk, done by real workers, stopped, and removed."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.events import Measured, Started
from alphintra_desktop.jobs.job import Spec, append, write_spec
from alphintra_desktop.jobs.warm_worker import COLD_WORKER, WarmWorkers
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.training_commands import ask_to_remove, train_models
from alphintra_desktop.workspace.training_compare import load_compared
from alphintra_desktop.workspace.training_results import load_training, model_heads
from alphintra_desktop.workspace.training_runs import Measures, read_training
from alphintra_desktop.workspace.workspace import Workspace
from tests.research.made_library import import_made_bars
from tests.workspace.answers import Answers
from tests.workspace.test_runs_of_a_workspace import wait_for
from tests.workspace.trained import trained_project


@pytest.fixture(scope="module")
def done_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The project, and the library that it was trained on."""
    library = os.environ["ALPHINTRA_HOME"]
    import_made_bars(tmp_path_factory.mktemp("bars"))
    return trained_project(tmp_path_factory.mktemp("trained") / "project").folder, library


@pytest.fixture
def workspace(done_once, tmp_path: Path, monkeypatch) -> Iterator[Workspace]:
    folder, library = done_once
    monkeypatch.setenv("ALPHINTRA_HOME", library)
    shutil.copytree(folder, tmp_path / "project")
    jobs = JobBoard(lambda: WarmWorkers(COLD_WORKER, spares=0))
    made = Workspace(Settings(tmp_path / "settings.json"), Answers(), jobs)
    made.open(tmp_path / "project")
    wait_for(lambda: len(made.training.runs) == 2)
    yield made
    made.close()
    jobs.close()


def test_that_trainings_of_before_are_found_again_and_other_jobs_are_left_out(workspace):
    other = workspace.project.new_job_folder()
    write_spec(other, Spec("run_sweep", {}))
    workspace.training.refresh()
    runs = workspace.training.runs
    assert [(run.name, run.target, run.score_name) for run in runs] == [
        ("yours", "return", "ic"),
        ("mine", "direction", "auc"),
    ]
    assert all(run.state == "done" and math.isfinite(run.score) for run in runs)
    assert read_training(other) is None


def test_that_a_training_nobody_works_on_any_more_is_not_called_running(workspace):
    folder = workspace.project.new_job_folder()
    write_spec(folder, Spec("run_train", {"name": "lost"}))
    append(folder, Started("run_train", 1))
    workspace.training.refresh()
    wait_for(lambda: len(workspace.training.runs) == 3)
    lost = workspace.training.runs[0]
    assert (lost.name, lost.running, lost.state) == ("lost", False, "not finished")
    shutil.rmtree(folder)
    workspace.training.refresh()
    wait_for(lambda: len(workspace.training.runs) == 2)


def test_that_a_training_is_looked_at_from_its_start_and_tells_its_measures(workspace):
    asked_for = []
    workspace.asked_for.subscribe(asked_for.append)
    train_models.run(workspace)
    begun = workspace.training.shown
    assert begun.running
    assert asked_for == ["training"]
    wait_for(lambda: not workspace.training.shown.running)
    ended = workspace.training.shown
    assert ended.state == "done"
    lines = workspace.training.measures(ended)
    found = load_training(ended)
    assert lines == found.lines
    assert lines.keys() == {"auc", "log_loss"}


def test_that_a_training_can_be_cancelled(workspace):
    train_models.run(workspace)
    run = workspace.training.shown
    workspace.training.cancel(run)
    wait_for(lambda: not workspace.training.shown.running)
    assert workspace.training.shown.state == "cancelled"
    wait_for(lambda: not run.folder.exists())


def test_that_a_training_is_removed_only_when_the_user_agrees(workspace):
    run = workspace.training.runs[1]
    workspace.training.show(run)
    workspace.questions.answers = [None, "remove"]
    ask_to_remove(workspace, run)
    assert run.folder.exists()
    ask_to_remove(workspace, run)
    assert not run.folder.exists()
    assert workspace.training.shown is None
    assert [one.name for one in workspace.training.runs] == ["yours"]


def test_that_what_was_found_of_a_direction_is_read_in_full(workspace):
    found = load_training(workspace.training.runs[1])
    assert found.verdict.startswith("Area under the ROC curve")
    named = {name: (value, guess) for name, value, guess in found.scores}
    assert named["Area under the ROC curve"] == (f"{found.roc.area:.4f}", "0.5000")
    assert named["Accuracy"][1].endswith("%")
    usual = found.thresholds[found.usual]
    assert usual.value == 0.5
    assert f"{usual.found.accuracy:.2%}" == named["Accuracy"][0]
    assert f"{usual.found.rows:,}" == named["Predictions judged"][0]
    assert found.thresholds[-1].found.true_up == 0
    assert [name for name, _ in found.importance] != []
    assert sum(one.rows for one in found.bins) == usual.found.rows
    assert len(found.models[0]) == len(model_heads(found))
    settings = dict(found.settings)
    assert (settings["Every"], settings["Label"]) == ("50", "Future return, bars 3")
    assert found.card.startswith("# mine")


def test_that_a_return_has_no_calibration_but_is_asked_whether_it_tells_ups(workspace):
    found = load_training(workspace.training.runs[0])
    assert found.verdict.startswith("Information coefficient")
    assert not found.calibration
    assert found.roc is not None
    assert found.thresholds[found.usual].value == 0.0
    assert found.lines.keys() == {"ic"}


@pytest.mark.parametrize("gone", ["training.json", "predictions.parquet", "model/config.json"])
def test_that_files_that_are_gone_or_torn_are_told(workspace, gone):
    run = workspace.training.runs[1]
    (run.folder / "artifacts" / gone).write_text("{", encoding="utf-8")
    with pytest.raises(AlphintraError, match="training of mine cannot be read"):
        load_training(run)
    (run.folder / "artifacts" / gone).unlink()
    with pytest.raises(AlphintraError, match="training of mine cannot be read"):
        load_training(run)


def test_that_measures_go_by_the_number_of_a_model_and_others_are_left_out():
    measures = Measures()
    for step, value in ((1, 0.6), (0, 0.5), (1, 0.7)):
        measures.take({("auc", ""): Measured("auc", value, step=step)})
    measures.take({("auc", "7"): Measured("auc", 1.0), ("seconds", ""): Measured("seconds", 1.0)})
    assert measures.lines() == {"auc": ((1.0, 0.5), (2.0, 0.7))}


def test_that_trainings_of_the_same_question_are_compared_without_a_warning(workspace):
    first = next(run for run in workspace.training.runs if run.name == "mine")
    workspace.training.show(first)
    workspace.training.compare([first])
    assert workspace.training.shown == first
    again = replace(first, id=f"{first.id}-again")
    compared = load_compared([again, first])
    assert compared.names == ("mine (1)", "mine (2)")
    assert compared.warning == ""
    assert compared.settings == ()
    assert all(row[1] == row[2] for row in compared.scores)


def test_that_of_several_only_those_that_are_done_are_compared(workspace):
    folder = workspace.project.new_job_folder()
    write_spec(folder, Spec("run_train", {"name": "lost"}))
    workspace.training.refresh()
    wait_for(lambda: len(workspace.training.runs) == 3)
    workspace.training.compare(workspace.training.runs)
    assert [run.name for run in workspace.training.compared] == ["mine", "yours"]
    workspace.training.remove(workspace.training.compared[0])
    assert workspace.training.compared == ()
