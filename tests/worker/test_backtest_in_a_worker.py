"""The worker as it ships: warmed up, running a real backtest in a process of its own."""

from __future__ import annotations

from alphintra_desktop.cli.project_commands import template_text
from alphintra_desktop.jobs.events import Advanced, Failed, Finished
from alphintra_desktop.jobs.job import Spec, read_events
from alphintra_desktop.jobs.warm_worker import WarmWorkers
from alphintra_desktop.runs.ledger import runs, verify_ledger
from alphintra_desktop.runs.project import create_project


def spec_of(text: str) -> Spec:
    return Spec("run_backtest", {"graph": text, "where": "a test"}, timeout_s=120)


def test_that_a_warm_worker_runs_backtests_and_tells_what_is_wrong_with_a_graph(tmp_path):
    project = create_project(tmp_path / "project", "Test")
    seen: list[object] = []
    with WarmWorkers(spares=0) as workers:
        good = project.new_job_folder()
        ending = workers.run(good, spec_of(template_text("sma_crossover")), seen.append)
        assert isinstance(ending, Finished), ending
        bad = project.new_job_folder()
        refused = workers.run(bad, spec_of('{"format": "alphintra graph"'), seen.append)
    assert ending.result["metrics"]["trades"] == 17
    assert any(isinstance(event, Advanced) for event in seen)
    assert (good / "artifacts" / "report.html").exists()
    assert isinstance(refused, Failed)
    assert refused.hint
    assert not refused.traceback
    assert isinstance(read_events(bad)[-1], Failed)
    database = project.database()
    assert [run.id for run in runs(database)] == [good.name]
    assert verify_ledger(database) == 1
    database.close()


def test_that_the_same_backtest_twice_has_the_same_equity_and_manifest(tmp_path):
    project = create_project(tmp_path / "project", "Test")
    with WarmWorkers(spares=0) as workers:
        spec = spec_of(template_text("donchian_breakout"))
        endings = [workers.run(project.new_job_folder(), spec, lambda _: None) for _ in range(2)]
    database = project.database()
    first, second = runs(database)
    database.close()
    assert all(isinstance(ending, Finished) for ending in endings)
    assert first.equity_hash == second.equity_hash
    assert first.manifest == second.manifest
    assert first.id != second.id
