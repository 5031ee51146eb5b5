"""A walk-forward as a job and as a command: its table, its rows in the ledger, what it prints."""

from __future__ import annotations

import json
import math
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from alphintra_desktop import worker
from alphintra_desktop.cli.main import main
from alphintra_desktop.graph.files import graph_to_text, write_graph
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.report import Report
from alphintra_desktop.research import walk_forward_task
from alphintra_desktop.research.walk_forward_task import WalkForwardSpec, run_walk_forward
from alphintra_desktop.runs.ledger import ledger, verify_ledger
from alphintra_desktop.runs.project import Project, create_project
from tests.drawing import sma_crossover
from tests.research.made_library import import_made_bars

FAST, SLOW = "00000003", "00000004"
AXES = ((FAST, "period", "2:8:2"), (SLOW, "period", "15,20"))
LINE = ["--sweep", "Fast average.period=2:8:2", "--sweep", "slow average.period=15,20"]


@pytest.fixture
def project(library_of_this_test, tmp_path) -> Project:
    import_made_bars(library_of_this_test)
    return create_project(tmp_path / "project", "Test")


def walked(project: Project, **more) -> tuple[dict, Path]:
    folder = project.new_job_folder()
    lengths = {"in_sample": (100,), "out_of_sample": (50,)}
    text = graph_to_text(sma_crossover(dataset="made", symbols="AA"))
    spec = WalkForwardSpec(text, AXES, **{**lengths, **more})
    arguments = json.loads(json.dumps(spec.arguments()))
    return run_walk_forward(arguments, folder, Report()), folder


def rows(project: Project):
    with closing(project.database()) as database:
        verify_ledger(database)
        return ledger(database)


def test_that_a_worker_knows_the_task():
    assert run_walk_forward in worker.TASKS
    assert Spec("run_walk_forward", {}).task == run_walk_forward.__name__


def test_that_the_table_holds_the_stitched_account(project):
    found, folder = walked(project)
    table = pd.read_parquet(folder / "artifacts" / walk_forward_task.TABLE)
    assert len(found["folds"]) == 5
    assert table["fold"].tolist() == [0, *(n for n in range(1, 6) for _ in range(50))]
    grown = table["equity"].iloc[-1] / table["equity"].iloc[0] - 1.0
    assert grown == pytest.approx(found["out_of_sample"]["total_return"])
    day = str(table["timestamp"].iloc[1].date())
    assert found["folds"][0]["out_of_sample"][0] == day
    assert found["unused"] == 400 - 20 - 100 - 250
    json.dumps(found)


def test_that_every_point_of_every_fold_counts_as_a_trial_once(project):
    first, _ = walked(project)
    again, _ = walked(project)
    written = [row.content for row in rows(project)][: len(first["folds"]) + 1]
    assert [row["trials"] for row in written] == [8] * 5 + [1]
    assert [row["start"][:10] for row in written[:5]] == [
        fold["in_sample"][0] for fold in first["folds"]
    ]
    assert written[0]["params"][f"{SLOW}.period"] == [15, 20]
    assert written[-1]["params"]["out_of_sample"] == 50
    # The first window ends before the first bar out of sample: it looked at none of those.
    assert first["luck"]["trials"] == again["luck"]["trials"] == 8 * 4 + 1
    assert 0.0 <= first["luck"]["deflated_sharpe"] <= first["luck"]["probabilistic_sharpe"]


def test_that_several_lengths_make_a_matrix_with_its_failures(project):
    found, _ = walked(project, in_sample=(100, 380), out_of_sample=(50, 25))
    cells = found["matrix"]
    lengths = [(one["in_sample"], one["out_of_sample"]) for one in cells]
    assert lengths == [(100, 50), (100, 25), (380, 50), (380, 25)]
    assert [one.get("folds") for one in cells] == [5, 11, None, None]
    assert "400 bars do not hold one fold" in cells[2]["failure"]
    assert cells[0]["sharpe"] == found["out_of_sample"]["sharpe"]
    assert math.isfinite(cells[1]["sharpe"])
    assert len(rows(project)) == 5 + 1 + 11 + 1


def test_that_a_walk_that_fails_leaves_no_trial_and_no_table(project, monkeypatch):
    monkeypatch.setattr(walk_forward_task, "record_trials", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        walked(project)
    assert rows(project) == []
    (folder,) = project.jobs.iterdir()
    assert list(folder.iterdir()) == []


# --------------------------------------------------------------------- the command


def test_that_the_command_prints_folds_account_and_luck(project, capsys):
    write_graph(project.graphs / "sma.alphintra", sma_crossover(dataset="made", symbols="AA"))
    windows = ["--in-sample", "100,150", "--out-of-sample", "50", "--gap", "2", "--anchored"]
    assert main(["walk-forward", str(project.folder), *LINE, *windows]) == 0
    said = capsys.readouterr().out
    assert "5 folds of 8 points" in said
    assert "Efficiency, out over in sample: " in said
    assert "Fast average.period changed in " in said
    assert "trials on this data so far" in said
    assert "In sample" in said
    assert "The last 28 bars are too few for another fold." in said


def test_that_the_command_speaks_json(project, capsys):
    write_graph(project.graphs / "sma.alphintra", sma_crossover(dataset="made", symbols="AA"))
    windows = ["--in-sample", "100", "--out-of-sample", "50", "--carry"]
    assert main(["walk-forward", str(project.folder), *LINE, *windows, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["edges"] == "carried"
    assert found["windows"]["warm_up"] == 20
    assert Path(found["table"]).is_file()


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        ([*LINE, "--in-sample", "500"], 1, "400 bars do not hold one fold"),
        ([*LINE, "--in-sample", "5"], 1, "5 bars in sample are too few to choose by"),
        ([*LINE, "--gap", "-3"], 2, "not a number of bars"),
        ([], 1, "There is nothing to sweep."),
    ],
)
def test_that_wrong_windows_are_told_and_leave_nothing(project, capsys, more, code, says):
    write_graph(project.graphs / "sma.alphintra", sma_crossover(dataset="made", symbols="AA"))
    assert main(["walk-forward", str(project.folder), *more]) == code
    assert says in capsys.readouterr().err
    assert list(project.jobs.iterdir()) == []
