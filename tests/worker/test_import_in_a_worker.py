"""Importing in the background: the file is in the library, or the job says why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from alphintra_desktop.jobs.events import Advanced, Failed, Finished, JobEvent
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.jobs.warm_worker import COLD_WORKER, WarmWorkers
from alphintra_desktop.market.store import load_bars

ROWS = "date,open,high,low,close\n2024-01-02,1,2,1,2\n2024-01-03,2,3,2,3\n2024-01-04,3,3,2,2\n"


@pytest.fixture
def workers(library_of_this_test: Path) -> Iterator[WarmWorkers]:
    with WarmWorkers(COLD_WORKER, spares=0) as workers:
        yield workers


def test_that_a_file_imported_by_a_job_is_in_the_library(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    told: list[JobEvent] = []
    file = tmp_path / "ABC.csv"
    file.write_text(ROWS)
    spec = Spec("run_import", {"path": str(file), "dataset": "mine", "timeframe": "1d"})
    ending = workers.run(tmp_path / "job", spec, told.append)
    assert isinstance(ending, Finished), ending
    assert ending.result["series"][0]["symbol"] == "ABC"
    assert any(isinstance(event, Advanced) for event in told)
    assert load_bars("mine", ["ABC"], "1d").bars["close"][:, 0].tolist() == [2, 3, 2]


def test_that_a_file_that_is_no_bars_fails_with_a_hint(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    file = tmp_path / "poem.csv"
    file.write_text("roses,violets\nred,blue\n")
    ending = workers.run(tmp_path / "job", Spec("run_import", {"path": str(file)}))
    assert isinstance(ending, Failed)
    assert ending.hint
    assert not ending.traceback
