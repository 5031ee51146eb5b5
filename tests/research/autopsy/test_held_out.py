"""What an autopsy says about held-out bars: nothing unless they were opened for this very run."""

from __future__ import annotations

import json

import pytest

from alphintra_desktop.backtest.task import BacktestSpec, run_spec
from alphintra_desktop.graph.files import graph_to_text, write_graph
from alphintra_desktop.report import Report
from alphintra_desktop.research.autopsy.autopsy_task import AutopsySpec, run_autopsy
from alphintra_desktop.research.autopsy.held_out import holdout_of
from alphintra_desktop.research.holdout import run_holdout, set_holdout
from alphintra_desktop.runs.ledger import DataRange
from alphintra_desktop.runs.project import Project, create_project
from tests.drawing import sma_crossover
from tests.research.made_library import import_made_bars

GRAPH = sma_crossover(dataset="made", symbols="AA")
START = "2015-11-01"
DATA = DataRange("made", ("AA",), "1d", "2015-01-05", "2016-02-08")


@pytest.fixture
def project(library_of_this_test, tmp_path) -> Project:
    import_made_bars(library_of_this_test)
    made = create_project(tmp_path / "project", "Test")
    write_graph(made.graphs / "sma.alphintra", GRAPH)
    return made


def ran(project: Project) -> str:
    found = run_spec(BacktestSpec(graph_to_text(GRAPH)), project.new_job_folder(), Report())
    return str(found["run"])


def opened(project: Project, graph=GRAPH) -> dict:
    arguments = {"graph": graph_to_text(graph), "where": "the graph", "sure": True}
    return run_holdout(arguments, project.new_job_folder(), Report())


def test_that_nothing_is_known_where_nothing_is_held_out(project):
    assert (
        "no bars of its symbols are held out" in holdout_of(project, ran(project), DATA)["unknown"]
    )


def test_that_nothing_is_known_before_it_is_opened(project):
    set_holdout(project, "made", START)
    assert "never opened" in holdout_of(project, ran(project), DATA)["unknown"]


def test_that_bars_that_trials_had_seen_prove_nothing(project):
    run = ran(project)
    set_holdout(project, "made", START)
    opened(project)
    assert "had seen the bars" in holdout_of(project, run, DATA)["unknown"]


def test_that_another_strategys_opening_says_nothing(project):
    set_holdout(project, "made", START)
    other = sma_crossover(dataset="made", symbols="AA", prices="raw")
    opened(project, other)
    assert "another strategy" in holdout_of(project, ran(project), DATA)["unknown"]


def test_that_the_opened_run_tells_its_sharpe_ratio_there(project, tmp_path):
    set_holdout(project, "made", START)
    found = opened(project)
    told = holdout_of(project, found["run"], DATA)
    assert told["unknown"] == ""
    # The same bars, but in the run a position may be open when they begin.
    assert told["sharpe"] == pytest.approx(found["holdout"]["metrics"]["sharpe"], abs=1.5)
    spec = AutopsySpec(str(project.folder), found["run"], paths=20)
    whole = run_autopsy(json.loads(json.dumps(spec.arguments())), tmp_path, Report())
    assert whole["identical"]
    assert whole["bars"] == 400
    parts = {part["name"]: part for part in whole["integrity"]["parts"]}
    assert parts["holdout"]["points"] is not None
    assert parts["marks"]["points"] == 5.0  # a stamp is no fault
