"""The autopsy as a job and a command: a page whose every part opens its evidence."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from alphintra_desktop import worker
from alphintra_desktop.backtest.task import BacktestSpec, run_spec
from alphintra_desktop.cli.main import main
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.report import Cancelled, Report
from alphintra_desktop.research.autopsy.autopsy_task import PAGE, RESULT, AutopsySpec, run_autopsy
from alphintra_desktop.research.autopsy.tried import grid_of_row
from alphintra_desktop.research.task import SweepSpec, run_sweep
from alphintra_desktop.runs.ledger import ledger
from alphintra_desktop.runs.project import Project, create_project
from tests.backtest.html_outline import outline
from tests.drawing import sma_crossover
from tests.research.made_library import import_made_bars

HOSTILE = "</script><img src=x onerror=alert(1)>&amp;<!--"


def text_of(name: str = "SMA") -> str:
    return graph_to_text(replace(sma_crossover(dataset="made", symbols="AA"), name=name))


@pytest.fixture
def project(library_of_this_test, tmp_path) -> Project:
    import_made_bars(library_of_this_test)
    return create_project(tmp_path / "project", "Test")


def dissected(project: Project, name: str = "SMA") -> tuple[dict, Path]:
    ran = run_spec(BacktestSpec(text_of(name)), project.new_job_folder(), Report())
    folder = project.new_job_folder()
    spec = AutopsySpec(str(project.folder), ran["run"], paths=20)
    return run_autopsy(json.loads(json.dumps(spec.arguments())), folder, Report()), folder


def test_that_a_worker_knows_the_task():
    assert run_autopsy in worker.TASKS


def test_that_every_part_of_the_score_opens_its_evidence(project):
    found, folder = dissected(project)
    page = outline((folder / "artifacts" / PAGE).read_text())
    ids = [element.attributes["id"] for element in page.all("") if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    links = [str(link.attributes["href"])[1:] for link in page.all("a")]
    assert set(links) <= set(ids)
    for part in found["integrity"]["parts"]:
        assert part["evidence"] in links
        assert part["formula"] in page.text
        assert part["why"] in page.text
    assert [one.text for one in page.all("h1")] == ["Autopsy of SMA"]
    for table in page.all("table"):
        assert table.children[0].tag == "caption"
        assert len({len(row.children) for row in table.all("tr")}) == 1


def test_that_the_file_holds_all_sections_and_nothing_counts_as_a_trial(project):
    found, folder = dissected(project)
    kept = json.loads((folder / "artifacts" / RESULT).read_text())
    assert kept["identical"]
    assert kept["tried"]["trials"] == 1
    assert kept["overfitting"]["unknown"]
    assert kept["holdout"]["unknown"]
    assert not kept["causality"]["looks_ahead"]
    assert not kept["causality"]["unknown"]
    assert kept["kills"]["parts"]["controls"]["verdict"] in ("clean", "unknown")
    assert found["page"] == str(folder / "artifacts" / PAGE)
    with closing(project.database()) as database:
        assert len(ledger(database)) == 1


def test_that_a_sweep_over_its_params_makes_overfitting_known(project):
    axes = (("00000003", "period", "2:8:2"), ("00000004", "period", "15,20"))
    run_sweep(SweepSpec(text_of(), axes).arguments(), project.new_job_folder(), Report())
    found, _ = dissected(project)
    assert found["tried"]["by_kind"] == {"sweep": 8, "backtest": 1}
    assert 0.0 <= found["overfitting"]["probability"] <= 1.0
    assert found["overfitting"]["params"] == ["Fast average.period", "Slow average.period"]
    (part,) = (p for p in found["integrity"]["parts"] if p["name"] == "overfitting")
    assert part["points"] is not None


def test_that_a_space_of_any_size_is_thinned_to_what_can_be_measured():
    graph = sma_crossover(dataset="made", symbols="AA")
    periods = list(range(2, 2002))
    grid = grid_of_row(
        graph, {"00000003.period": periods, "00000004.period": periods, "search": "abc"}
    )
    assert grid is not None
    assert 1000 < grid.size <= 10_000
    assert grid.axes[0].values[0] == 2
    assert grid_of_row(graph, {"00000003.period": [1, 2], "0000beef.period": [1, 2]}) is None
    assert grid_of_row(graph, {"search": "abc"}) is None


def test_that_a_hostile_name_stays_a_name(project):
    _, folder = dissected(project, HOSTILE)
    page = outline((folder / "artifacts" / PAGE).read_text())
    assert page.all("h1")[0].text == f"Autopsy of {HOSTILE}"
    assert page.all("img") == []


def test_that_progress_never_goes_back_and_a_cancelled_autopsy_leaves_nothing(project):
    ran = run_spec(BacktestSpec(text_of()), project.new_job_folder(), Report())
    spec, seen = AutopsySpec(str(project.folder), ran["run"], paths=20), []
    folder = project.new_job_folder()
    run_autopsy(spec.arguments(), folder, Report(seen.append))
    shares = [one.done / one.total for one in seen if one.total]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    other, count = project.new_job_folder(), []
    stopping = Report(lambda _: count.append(1), lambda: len(count) > 100)
    with pytest.raises(Cancelled):
        run_autopsy(spec.arguments(), other, stopping)
    assert not (other / "artifacts").exists()


def test_that_a_run_that_is_not_there_is_told(project):
    spec = AutopsySpec(str(project.folder), "nothing", paths=20)
    with pytest.raises(AlphintraError, match="no run nothing"):
        run_autopsy(spec.arguments(), project.new_job_folder(), Report())


# --------------------------------------------------------------------- the command


def test_that_the_command_prints_the_score_and_copies_the_page(project, capsys, tmp_path):
    ran = run_spec(BacktestSpec(text_of()), project.new_job_folder(), Report())
    page = tmp_path / "page.html"
    line = ["autopsy", ran["run"], "--project", str(project.folder), "--paths", "20"]
    assert main([*line, "--report", str(page)]) == 0
    said = capsys.readouterr().out
    assert "Integrity " in said
    assert "unknown" in said
    assert "It survives higher costs" in said
    assert "<h1>Autopsy of SMA</h1>" in page.read_text()
    assert main([*line, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["integrity"]["out_of"] == 100


def test_that_bad_input_is_told(project, capsys):
    line = ["autopsy", "nothing", "--project", str(project.folder)]
    assert main(line) == 1
    assert "no run nothing" in capsys.readouterr().err
    assert main([*line, "--paths", "none"]) == 2
    assert "whole number above 0" in capsys.readouterr().err
