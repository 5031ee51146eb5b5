"""Research in a workspace: found again on disk, begun with real workers, stopped, and used."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.events import Started, State
from alphintra_desktop.jobs.job import Spec, append, write_spec
from alphintra_desktop.jobs.warm_worker import COLD_WORKER, WarmWorkers
from alphintra_desktop.workspace.research_commands import can_use_params, edit_to, use_params
from alphintra_desktop.workspace.research_results import (
    drift_in_words,
    fold_heads,
    fold_rows,
    load_search,
    load_sweep,
    load_walk_forward,
)
from alphintra_desktop.workspace.research_runs import SEARCH, SWEEP, WALK_FORWARD, read_run
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace
from tests.workspace.answers import Answers
from tests.workspace.researched import AXES, TEXT, node, researched
from tests.workspace.test_runs_of_a_workspace import wait_for


@pytest.fixture(scope="module")
def done_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return researched(tmp_path_factory.mktemp("researched") / "project").folder


@pytest.fixture
def workspace(done_once: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(done_once, tmp_path / "project")
    jobs = JobBoard(lambda: WarmWorkers(COLD_WORKER, spares=0))
    made = Workspace(Settings(tmp_path / "settings.json"), Answers(), jobs)
    made.open(tmp_path / "project")
    wait_for(lambda: len(made.research.runs) == 2)
    yield made
    made.close()
    jobs.close()


def run_of(workspace: Workspace, kind):
    return next(run for run in workspace.research.runs if run.kind is kind)


def asked(workspace: Workspace, **arguments) -> Spec:
    return Spec("run_sweep", {"graph": TEXT, "axes": AXES, "where": "one.alphintra", **arguments})


def test_that_research_of_before_is_found_again_and_other_jobs_are_left_out(workspace):
    runs = workspace.research.runs
    assert [run.kind for run in runs] == [WALK_FORWARD, SWEEP]
    assert {run.name for run in runs} == {"SMA crossover"}
    assert all(run.best == run.best and run.seconds >= 0 for run in runs)
    assert {run.state for run in runs} == {"done"}


def test_that_a_job_folder_with_other_work_or_nothing_readable_is_no_research(tmp_path):
    assert read_run(tmp_path) is None
    write_spec(tmp_path, Spec("run_backtest", {"graph": TEXT}))
    assert read_run(tmp_path) is None


def test_that_what_somebody_else_has_deleted_is_gone_from_the_list(workspace):
    shutil.rmtree(run_of(workspace, SWEEP).folder)
    workspace.research.refresh()
    wait_for(lambda: [run.kind for run in workspace.research.runs] == [WALK_FORWARD])


def test_that_work_whose_window_has_gone_is_not_finished_and_a_search_can_go_on(tmp_path):
    write_spec(tmp_path, Spec("run_search", {"graph": TEXT, "axes": AXES}))
    append(tmp_path, Started("run_search", 1))
    run = read_run(tmp_path)
    assert run is not None
    assert (run.state, run.running, run.can_resume) == ("not finished", False, True)
    assert run.study == tmp_path.name


def test_that_a_sweep_is_read_with_its_plateau_and_what_luck_explains(workspace):
    found = load_sweep(run_of(workspace, SWEEP))
    assert found.table.count == 20
    assert found.plateau is not None
    assert found.keyed(found.plateau).keys() == {axis[:2] for axis in AXES}
    assert found.judgement.trials == 20
    assert "trials on this data" in found.judgement.sentences[0]
    assert found.judgement.overfitting.endswith("%")


def test_that_a_walk_forward_is_read_with_its_folds_and_their_drift(workspace):
    found = load_walk_forward(run_of(workspace, WALK_FORWARD))
    assert len(found.borders) == len(found.folds)
    assert len(found.equity) == len(found.timestamps)
    assert len(fold_rows(found)[0]) == len(fold_heads(found))
    assert found.latest.keys() == {axis[:2] for axis in AXES}
    assert len(drift_in_words(found.run.result)) == 2
    assert found.judgement.trials > 20


def test_that_a_chosen_point_becomes_one_edit_that_can_be_undone(workspace):
    point = {(node("Fast average"), "period"): 15, (node("Slow average"), "period"): 80}
    workspace.research.show(run_of(workspace, SWEEP))
    assert not can_use_params(workspace)
    workspace.research.choose(point)
    assert can_use_params(workspace)
    document = workspace.current.document
    before = document.graph
    use_params.run(workspace)
    periods = [document.graph.nodes[node].params["period"] for node, _ in point]
    assert periods == [15, 80]
    assert edit_to(document.graph, point) is None
    document.undo()
    assert document.graph == before


def test_that_params_of_nodes_that_no_open_graph_has_are_not_used(workspace):
    workspace.research.show(run_of(workspace, SWEEP))
    workspace.research.choose({("00000000", "period"): 15})
    with pytest.raises(AlphintraError, match="No open graph has the nodes"):
        use_params.run(workspace)


def test_that_a_sweep_begun_here_is_shown_at_once_and_its_result_kept(workspace):
    research = workspace.research
    research.draft(SWEEP)
    entry = research.start(asked(workspace), "SMA crossover")
    assert research.drafting is None
    assert research.shown is not None
    assert (research.shown.id, research.shown.running) == (entry.id, True)
    wait_for(lambda: not research.shown.running)
    assert research.shown.result is not None
    assert research.runs[0].id == entry.id
    wait_for(lambda: workspace.notices.all)
    assert workspace.notices.all[-1].text == "Sweep of SMA crossover is done."
    assert load_sweep(research.shown).table.count == 20


def test_that_what_fails_is_told_and_stays_in_the_list(workspace):
    axes = [[*AXES[0][:2], "10:10:-1"]]
    workspace.research.start(asked(workspace, axes=axes), "SMA crossover")
    wait_for(lambda: workspace.research.shown.row.state is State.FAILED)
    assert workspace.research.runs[0].state == "failed"
    wait_for(lambda: workspace.notices.all)
    assert "is not a range" in workspace.notices.all[-1].text


def test_that_a_cancelled_sweep_leaves_nothing_behind(workspace):
    entry = workspace.research.start(asked(workspace), "SMA crossover")
    workspace.research.cancel(workspace.research.shown)
    wait_for(lambda: not workspace.research.shown.running)
    if workspace.research.shown.row.state is State.CANCELLED:
        wait_for(lambda: not entry.folder.exists())


def test_that_a_stopped_search_goes_on_where_it_was(workspace):
    research = workspace.research
    arguments = {"sampler": "random", "trials": 8, "objectives": ["sharpe"], "seed": 3}
    spec = Spec("run_search", {"graph": TEXT, "axes": AXES, "where": "one.alphintra", **arguments})
    first = research.start(spec, "SMA crossover")
    wait_for(lambda: not research.shown.running)
    assert research.shown.result is not None
    again = research.resume(research.shown, trials=12)
    wait_for(lambda: not research.shown.running)
    run = research.shown
    assert (run.id, run.study, run.name) == (again.id, first.id, "SMA crossover")
    assert run.kind is SEARCH
    found = load_search(run)
    assert run.result["counts"]["trials"] == 12
    assert found.keyed(0).keys() == {axis[:2] for axis in AXES}
