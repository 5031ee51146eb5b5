"""Fetching as a job: a real worker, a real server, and a key that no file of the job has."""

from __future__ import annotations

import os
import time

import pytest

from alphintra_desktop.jobs.events import Cancelled, Failed, Finished
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.jobs.warm_worker import COLD_WORKER, WarmWorkers
from alphintra_desktop.runs.project import create_project
from alphintra_desktop.workspace.fetch_task import FetchSpec, fetch_job
from alphintra_desktop.workspace.secrets import Secrets, begin_session, sealed
from tests.market.sources.fake_vendors import KEY, fake
from tests.market.sources.fetching import nothing_is_stored, stored
from tests.market.sources.vendor_server import Given, serving

ARGUMENTS = {
    **{"vendor": "tiingo", "symbols": ["AAPL"], "dataset": "mine"},
    **{"start": "2024-02-26", "end": "2024-03-15"},
}


@pytest.fixture(autouse=True)
def _session_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALPHINTRA_SESSION_KEY", "")
    del os.environ["ALPHINTRA_SESSION_KEY"]
    begin_session()


def test_that_a_job_fetches_with_a_sealed_key(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = create_project(tmp_path / "project", "Test").new_job_folder()
    with serving(fake("tiingo").answer) as server:
        monkeypatch.setenv("ALPHINTRA_URL_TIINGO", server.url)
        with WarmWorkers(COLD_WORKER, spares=0) as workers:
            monkeypatch.setenv("ALPHINTRA_KEY_TIINGO", KEY)
            spec = fetch_job(FetchSpec(**ARGUMENTS), Secrets(tmp_path, lambda: None))
            monkeypatch.delenv("ALPHINTRA_KEY_TIINGO")
            ending = workers.run(folder, spec, lambda _: None)

    assert isinstance(ending, Finished), ending
    assert ending.result["series"][0]["rows"] == 15
    assert len(stored("AAPL")[0]) == 15
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert [file for file in files if KEY.encode() in file.read_bytes()] == []


def test_that_a_job_without_a_key_says_how_to_set_one(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = create_project(tmp_path / "project", "Test").new_job_folder()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    with WarmWorkers(COLD_WORKER, spares=0) as workers:
        ending = workers.run(folder, Spec("run_fetch", ARGUMENTS, timeout_s=60), lambda _: None)

    assert isinstance(ending, Failed)
    assert "wants a key" in ending.message
    assert "alphintra data key tiingo" in ending.hint
    assert not ending.traceback


def test_that_a_cancelled_job_publishes_nothing(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = create_project(tmp_path / "project", "Test").new_job_folder()
    with serving(lambda _: Given("x" * 1000, silent_s=60)) as server:
        monkeypatch.setenv("ALPHINTRA_URL_TIINGO", server.url)
        with WarmWorkers(COLD_WORKER, spares=0) as workers:
            spec = Spec("run_fetch", {**ARGUMENTS, "key": sealed(KEY)}, timeout_s=60)
            job = workers.start(folder, spec, lambda _: None)
            while not server.asked:
                time.sleep(0.02)
            job.cancel()
            ending = job.wait(30)

    assert isinstance(ending, Cancelled)
    assert nothing_is_stored()
