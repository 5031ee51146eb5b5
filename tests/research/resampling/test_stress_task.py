"""A stress test as a job and as a command: its file, its refusals, and no row in the ledger."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from alphintra_desktop import worker
from alphintra_desktop.backtest.task import BacktestSpec, run_spec
from alphintra_desktop.cli.main import main
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text, write_graph
from alphintra_desktop.report import Report
from alphintra_desktop.research.resampling.stress import PARTS
from alphintra_desktop.research.resampling.stress_task import (
    RESULT,
    StressSpec,
    run_stress,
    spec_of_run,
)
from alphintra_desktop.runs.ledger import ledger
from alphintra_desktop.runs.project import Project, create_project
from tests.drawing import sma_crossover
from tests.research.made_library import import_made_bars


@pytest.fixture
def project(library_of_this_test, tmp_path) -> Project:
    import_made_bars(library_of_this_test)
    return create_project(tmp_path / "project", "Test")


TEXT = graph_to_text(sma_crossover(dataset="made", symbols="AA"))


def stressed(project: Project, spec: StressSpec) -> tuple[dict, Path]:
    folder = project.new_job_folder()
    return run_stress(json.loads(json.dumps(spec.arguments())), folder, Report()), folder


def test_that_a_worker_knows_stress_tests():
    assert run_stress in worker.TASKS


def test_that_the_file_holds_what_was_asked_for_and_nothing_counts_as_a_trial(project):
    found, folder = stressed(project, StressSpec(TEXT, only=("costs", "bootstrap"), paths=20))
    kept = json.loads((folder / "artifacts" / RESULT).read_text())
    assert [*kept["parts"]] == ["bootstrap", "costs"]
    assert kept["bars"] == 400
    assert kept["paths"] == 20
    assert kept["base"].keys() == {"total_return", "sharpe", "max_drawdown", "trades"}
    assert found["run"] == folder.name
    with closing(project.database()) as database:
        assert ledger(database) == []


def test_that_a_recorded_run_is_stressed_on_its_own_bars(project):
    ran = run_spec(BacktestSpec(TEXT), project.new_job_folder(), Report())
    import_made_bars(project.folder.parent, bars=300)  # newer bars of the same name
    found, _ = stressed(project, spec_of_run(project, ran["run"], only=("costs",), paths=5))
    assert found["of"] == ran["run"]
    assert found["bars"] == 400
    assert found["base"]["total_return"] == pytest.approx(ran["metrics"]["total_return"], rel=1e-9)


def test_that_unknown_parts_and_senseless_numbers_are_refused(project):
    with pytest.raises(AlphintraError, match="no stress test 'cost'") as caught:
        stressed(project, StressSpec(TEXT, only=("cost",)))
    assert "costs" in caught.value.hint
    with pytest.raises(AlphintraError, match="cannot have 0 paths"):
        stressed(project, StressSpec(TEXT, paths=0))


# --------------------------------------------------------------------- the command


def test_that_the_command_prints_each_part(project, capsys):
    write_graph(project.graphs / "sma.alphintra", sma_crossover(dataset="made", symbols="AA"))
    assert main(["stress", str(project.folder), "--only", "bootstrap,costs", "--paths", "20"]) == 0
    said = capsys.readouterr().out
    assert "95% interval" in said
    assert "Profit factor" in said
    assert "Costs times" in said


def test_that_the_command_prints_tables_of_levels_and_the_verdict_of_the_controls(project, capsys):
    write_graph(project.graphs / "sma.alphintra", sma_crossover(dataset="made", symbols="AA"))
    only = "delay,skip,noise,jitter,paths,entries,order,controls"
    assert main(["stress", str(project.folder), "--only", only, "--paths", "20"]) == 0
    said = capsys.readouterr().out
    for head in ("Bars later", "Left out", "Noise", "Moved by", "Control "):
        assert head in said
    assert "Random walk" in said


def test_that_the_command_takes_a_run_and_speaks_json(project, capsys):
    ran = run_spec(BacktestSpec(TEXT), project.new_job_folder(), Report())
    line = ["stress", ran["run"], "--project", str(project.folder), "--only", "costs", "--json"]
    assert main(line) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["of"] == ran["run"]
    assert Path(found["result"]).exists()


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (["--only", "cots"], 1, "Did you mean costs?"),
        (["--paths", "0"], 2, "whole number above 0"),
        (["--seed", "-1"], 2, "seed"),
        (["nothing_here"], 1, "no run nothing_here"),
        (["nothing.alphintra"], 1, "nothing.alphintra"),
    ],
)
def test_that_bad_input_is_told(project, capsys, monkeypatch, more, code, said):
    write_graph(project.graphs / "sma.alphintra", sma_crossover(dataset="made", symbols="AA"))
    monkeypatch.chdir(project.folder)
    assert main(["stress", *more]) == code
    assert said in capsys.readouterr().err


def test_that_every_part_has_a_title():
    assert all(part.title for part in PARTS)


def test_that_symbols_with_gaps_are_stressed_together(project):
    text = graph_to_text(sma_crossover(dataset="made", symbols="AA,BB"))
    found, _ = stressed(project, StressSpec(text, paths=20, ignore_quality=True))
    assert [part["skipped"] for part in found["parts"].values()] == [""] * len(PARTS)
    assert found["parts"]["controls"]["verdict"] == "clean"
