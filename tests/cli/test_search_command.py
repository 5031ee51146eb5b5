"""`alphintra search`: what it prints, what it resumes, and what it refuses."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import pytest

from alphintra_desktop.cli import search_command
from alphintra_desktop.cli.main import main
from alphintra_desktop.graph.files import write_graph
from alphintra_desktop.graph.tunable import TunableRange, set_tunable
from alphintra_desktop.report import Report
from alphintra_desktop.research.studies import all_studies
from alphintra_desktop.runs.project import Project, create_project
from tests.cli.command_line import COMMAND, LONGEST_SECONDS
from tests.drawing import sma_crossover
from tests.research.made_library import import_made_bars
from tests.research.search_made import counted

TUNE = ("--tune", "Fast average.period=2:12:1", "--tune", "slow average.period=6:40:2")
SHORT = (*TUNE, "--trials", "16", "--constraint", "fast < slow")


@pytest.fixture
def project(library_of_this_test, tmp_path) -> Project:
    import_made_bars(library_of_this_test)
    project = create_project(tmp_path / "project", "Test")
    write_graph(project.graphs / "sma.alphintra", sma_crossover(dataset="made", symbols="AA"))
    return project


def search(project: Project, *more: str) -> int:
    return main(["search", str(project.folder), *more])


def test_that_a_search_prints_the_top_trials_the_plateau_and_luck(project, capsys):
    assert search(project, *SHORT, "--top", "3") == 0
    said = capsys.readouterr().out
    assert "SMA crossover: 16 trials in" in said
    assert "Best neighbourhood: Fast average.period = " in said
    assert "trials on this data so far" in said
    assert "Probability of backtest overfitting" in said


def test_that_a_search_without_named_params_turns_what_is_tunable(project, capsys):
    graph = sma_crossover(dataset="made", symbols="AA")
    graph = set_tunable(graph, "00000003", "period", TunableRange(2, 9, 1)).apply(graph)
    write_graph(project.graphs / "sma.alphintra", graph)
    assert search(project, "--sampler", "grid", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["counts"]["measured"], found["ended_by"]) == (8, "exhausted")
    assert Path(found["file"]).is_file()


def test_that_several_objectives_print_a_front(project, capsys):
    objectives = ("--objective", "sharpe", "--objective", "max_drawdown")
    assert search(project, *SHORT, *objectives) == 0
    assert "None beats these trials in all objectives: " in capsys.readouterr().out


def test_that_a_study_is_listed_and_resumed_with_a_larger_budget(project, capsys):
    assert search(project, *SHORT, "--json") == 0
    study = json.loads(capsys.readouterr().out)["study"]
    assert search(project, "--list") == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if study in line)
    assert line.split()[-2:] == ["16", "done"]
    assert search(project, "--resume", study, "--trials", "32", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["study"], found["counts"]["trials"]) == (study, 32)
    assert counted(project) == found["counts"]["measured"]
    assert search(project, "--list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["studies"][0]["trials"] == 32


def test_that_workers_find_the_same(project, capsys):
    found = []
    for more in ((), ("--workers", "2")):
        assert search(project, *SHORT, *more, "--json") == 0
        found.append(json.loads(capsys.readouterr().out)["top"])
    assert found[0] == found[1]


def test_that_a_project_without_studies_says_so(project, capsys):
    assert search(project, "--list") == 0
    assert "no studies yet" in capsys.readouterr().out


def test_that_a_cancelled_search_says_how_to_go_on(project, capsys, monkeypatch):
    steps = iter(range(40))
    stopping = Report(cancelled=lambda: next(steps, None) is None)

    class Watched(search_command.Console):
        def progress(self):
            return nullcontext(stopping)

    monkeypatch.setattr("alphintra_desktop.cli.main.Console", Watched)
    assert search(project, *SHORT, "--trials", "64") == 130
    study = all_studies(project)[0]
    told = capsys.readouterr().err
    assert f"--resume {study.id}" in told
    assert counted(project) > 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_that_ctrl_c_ends_a_search_that_goes_on_later(project):
    line = (*TUNE, "--sampler", "random", "--seconds", "600")
    going = subprocess.Popen(
        [*COMMAND, "search", str(project.folder), *line], stderr=subprocess.PIPE, text=True
    )
    end = time.monotonic() + LONGEST_SECONDS
    while not any(study.generations() for study in all_studies(project)):
        assert going.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)
    going.send_signal(signal.SIGINT)
    _, told = going.communicate(timeout=LONGEST_SECONDS)
    assert going.returncode == 130
    study = all_studies(project)[0]
    assert f"--resume {study.id}" in told
    tried = {trial.point for line in study.generations() for trial in line.trials}
    assert counted(project) >= len(tried)  # counted first, then kept
    assert not study.is_held()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ((), "no param is marked tunable"),
        (("--tune", "Fast average"), "does not say what to sweep"),
        (("--tune", "Fats.period=2:3:1"), "No node is called 'Fats'"),
        ((*TUNE, "--constraint", "fast"), "'fast' is not a constraint"),
        ((*TUNE, "--constraint", "profit > 1"), "called 'profit'"),
        ((*TUNE, "--constraint", "fast > 900"), "hardly any point"),
        ((*TUNE, "--seed", "-1"), "seed is negative"),
        ((*TUNE, "--folds", "90"), "cannot have 90 folds"),
        ((*TUNE, "--folds", "20", "--set", "Sample data.start=x"), "No node is called"),
        ((*TUNE, "--executor", "processes", "--address", "here:1"), "the address of a cluster"),
        (("--resume", "nothing"), "no study 'nothing'"),
        (("--resume", "nothing", *TUNE), "keeps what it searches for"),
        (
            (*TUNE, "--sampler", "cma-es", "--objective", "sharpe", "--objective", "total_return"),
            "has one objective",
        ),
    ],
)
def test_that_what_cannot_be_searched_is_told(project, capsys, more, says):
    assert search(project, *more) == 1
    assert says in capsys.readouterr().err
    assert counted(project) == 0


@pytest.mark.parametrize(
    "more",
    [("--sampler", "luck"), ("--trials", "0"), ("--seconds", "-1"), ("--objective", "fame")],
)
def test_that_what_is_not_understood_is_told(project, capsys, more):
    assert search(project, *more) == 2
    assert "search --help" in capsys.readouterr().err


def test_that_the_help_shows_examples(capsys):
    with pytest.raises(SystemExit):
        main(["search", "--help"])
    said = capsys.readouterr().out
    assert "--resume" in said
    assert "alphintra search my_strategy --list" in said
