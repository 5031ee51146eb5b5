"""A sweep as a job and as a command: its table, its row in the ledger, what it prints."""

from __future__ import annotations

import json
import math
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alphintra_desktop.cli.main import main
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text, write_graph
from alphintra_desktop.report import Report
from alphintra_desktop.research import sweep
from alphintra_desktop.research.task import SweepSpec, run_sweep
from alphintra_desktop.runs.ledger import ledger, verify_ledger
from alphintra_desktop.runs.project import Project, create_project
from tests.drawing import Drawing, sma_crossover
from tests.research.made_library import import_made_bars

FAST, SLOW = "00000003", "00000004"
AXES = ((FAST, "period", "2:8:2"), (SLOW, "period", "15,25,40"))


@pytest.fixture
def project(library_of_this_test, tmp_path) -> Project:
    import_made_bars(library_of_this_test)
    return create_project(tmp_path / "project", "Test")


def graph():
    return sma_crossover(dataset="made", symbols="AA")


def swept(project: Project, **more) -> tuple[dict, Path]:
    folder = project.new_job_folder()
    spec = SweepSpec(graph_to_text(graph()), AXES, **more)
    arguments = json.loads(json.dumps(spec.arguments()))
    return run_sweep(arguments, folder, Report()), folder


def rows(project: Project):
    with closing(project.database()) as database:
        verify_ledger(database)
        return ledger(database)


def test_that_the_table_has_a_row_a_point_and_the_summary_its_best(project):
    found, folder = swept(project)
    table = pd.read_parquet(folder / "artifacts" / "sweep.parquet")
    assert len(table) == 12
    best = table.loc[table["sharpe"].idxmax()]
    top = found["top"][0]
    assert top["sharpe"] == best["sharpe"] == found["best"]["sharpe"]
    assert top["params"] == {name: best[name] for name in top["params"]}
    assert list(table["Slow average.period"][:3]) == [15, 25, 40]
    json.dumps(found)


def test_that_every_point_counts_as_a_trial_once(project):
    first, _ = swept(project)
    again, _ = swept(project)
    assert first["luck"]["trials"] == again["luck"]["trials"] == 12
    row = rows(project)[0].content
    assert (row["kind"], row["trials"]) == ("sweep", 12)
    assert row["params"][f"{SLOW}.period"] == [15, 25, 40]


def test_that_luck_is_judged_by_the_variance_of_all_points(project):
    found, folder = swept(project)
    sharpes = pd.read_parquet(folder / "artifacts" / "sweep.parquet")["sharpe"] / math.sqrt(252)
    row = rows(project)[0].content
    assert row["metrics"]["sharpe_per_bar_variance"] == pytest.approx(np.var(sharpes, ddof=1))
    assert found["luck"]["lucky_sharpe"] > 0.0
    assert 0.0 <= found["luck"]["deflated_sharpe"] <= found["luck"]["probabilistic_sharpe"]


def test_that_a_sweep_that_fails_leaves_no_trial_and_no_table(project, monkeypatch):
    right = sweep.measure_grid
    monkeypatch.setattr(sweep, "measure_grid", lambda *a, **k: right(*a, **k) + 1e-6)
    folder = project.new_job_folder()
    spec = SweepSpec(graph_to_text(graph()), AXES)
    with pytest.raises(AlphintraError, match="the generated file"):
        run_sweep(spec.arguments(), folder, Report())
    assert rows(project) == []
    assert list(folder.iterdir()) == []


# --------------------------------------------------------------------- the command


def test_that_the_command_prints_top_points_plateau_and_luck(project, capsys):
    write_graph(project.graphs / "sma.alphintra", graph())
    line = ["sweep", str(project.folder), "--top", "3"]
    line += ["--sweep", "Fast average.period=2:8:2", "--sweep", "slow average.period=15,25,40"]
    assert main(line) == 0
    said = capsys.readouterr().out
    assert "12 points" in said
    assert "Best neighbourhood: Fast average.period = " in said
    assert "12 trials" in said
    assert "ran again through the generated file, with the same numbers" in said


def test_that_the_command_speaks_json(project, capsys):
    write_graph(project.graphs / "sma.alphintra", graph())
    assert main(["sweep", str(project.folder), "--sweep", f"{FAST}.period=3,5", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["points"] == 2
    assert Path(found["table"]).is_file()


@pytest.mark.parametrize(
    ("axes", "says"),
    [
        ([], "There is nothing to sweep."),
        (["--sweep", "Fast average"], "does not say what to sweep"),
        (["--sweep", "Fast.period=3,5"], "No node is called 'Fast'"),
        (["--sweep", "Fast average.period=9:3:1"], "is not a range"),
    ],
)
def test_that_a_wrong_axis_is_told_and_leaves_nothing(project, capsys, axes, says):
    write_graph(project.graphs / "sma.alphintra", graph())
    assert main(["sweep", str(project.folder), *axes]) == 1
    assert says in capsys.readouterr().err
    assert list(project.jobs.iterdir()) == []


def test_that_custom_code_is_swept_in_a_process_of_its_own(project, capsys):
    draw = Drawing()
    bars = draw.add("market_data.dataset", dataset="made", symbols="AA")
    close = draw.add("prices.close", bars=bars)
    code = (
        "def mine(values: Numbers, *, factor: float = 1.0) -> Flags:\n    return values > factor\n"
    )
    yes = draw.add("custom.python", "Mine", code=code, values=close)
    rules = [draw.add("signals.enter_long", when=yes)]
    draw.add("strategy.strategy", rules=rules)
    write_graph(project.graphs / "mine.alphintra", draw.graph)
    line = ["sweep", str(project.folder), "--sweep", "Mine.factor=90,100", "--time-limit", "60"]
    assert main(line) == 0
    assert "the strategy has custom code" in capsys.readouterr().out
