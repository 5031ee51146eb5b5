"""The list of jobs, with real workers: it always tells the truth, and stops what it started."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from alphintra_desktop.errors import Place
from alphintra_desktop.jobs.board import JobBoard, JobEntry
from alphintra_desktop.jobs.events import (
    Advanced,
    Cancelled,
    Failed,
    Finished,
    JobEvent,
    Measured,
    Started,
    State,
)
from alphintra_desktop.jobs.job import Spec, read_events, row_of
from alphintra_desktop.jobs.warm_worker import WarmWorkers

COMMAND = (sys.executable, str(Path(__file__).with_name("worker_with_nasty_tasks.py")))


def workers() -> WarmWorkers:
    return WarmWorkers(COMMAND)


@pytest.fixture
def board() -> Iterator[JobBoard]:
    board = JobBoard(workers)
    yield board
    board.close()


def wait_for(what: Callable[[], object]) -> None:
    """Raises after a minute, which no machine needs."""
    give_up = time.monotonic() + 60
    while not what():
        assert time.monotonic() < give_up, "it did not happen"
        time.sleep(0.01)


def ended(board: JobBoard, job: JobEntry) -> JobEntry:
    def is_over() -> bool:
        now = board.entry(job.id)
        return now is not None and not now.running

    wait_for(is_over)
    now = board.entry(job.id)
    assert now is not None
    return now


def test_that_a_job_is_on_the_list_at_once_and_ends_with_its_result(
    board: JobBoard, tmp_path: Path
) -> None:
    seen: list[JobEntry] = []
    told: list[JobEvent] = []
    board.changed.subscribe(seen.append)
    spec = Spec("double", {"value": 21})
    asked = board.start(tmp_path / "one", spec, "Doubling", told.append)
    assert (asked.id, asked.title, asked.row.state) == ("one", "Doubling", State.WAITING)
    entry = ended(board, asked)
    assert isinstance(entry.row.ending, Finished)
    assert entry.row.ending.result["value"] == 42
    assert entry.started is not None
    assert entry.ended is not None
    assert asked.asked <= entry.started <= entry.ended
    wait_for(lambda: seen[-1] == entry)
    states = [one.row.state for one in seen]
    assert states[0] is State.WAITING
    assert states[-1] is State.DONE
    assert [type(event) for event in told][::3] == [Started, Finished]


def test_that_the_newest_job_comes_first_and_has_the_name_of_its_task(
    board: JobBoard, tmp_path: Path
) -> None:
    first = ended(board, board.start(tmp_path / "one", Spec("double", {"value": 1})))
    second = ended(board, board.start(tmp_path / "two", Spec("double", {"value": 2})))
    assert board.entries == (second, first)
    assert second.title == "double"
    with pytest.raises(ValueError, match="already"):
        board.start(tmp_path / "one", Spec("double", {"value": 1}))


def test_that_every_measure_is_told_and_the_last_of_each_is_kept(
    board: JobBoard, tmp_path: Path
) -> None:
    told: list[JobEvent] = []
    spec = Spec("measure_each_place", {"places": 60})
    entry = ended(board, board.start(tmp_path / "one", spec, on_event=told.append))
    assert len([event for event in told if isinstance(event, Measured)]) == 120
    nodes = [event.place.node for event in told if isinstance(event, Advanced) and event.place]
    assert nodes == [f"{step:08x}" for step in range(60)]
    assert entry.row.progress.place == Place(node=f"{59:08x}")
    assert len(entry.measures) == 61
    assert entry.measures["seconds", f"{59:08x}"].value == 59 / 8
    assert entry.measures["loss", ""].step == 59
    assert [type(event) for event in read_events(tmp_path / "one")] == [type(e) for e in told]


def test_that_a_cancelled_job_is_gone_and_a_spare_takes_over(
    board: JobBoard, tmp_path: Path
) -> None:
    board.warm()
    job = board.start(tmp_path / "one", Spec("loop_forever"))
    wait_for(lambda: board.entries[0].row.state is State.RUNNING)
    started = next(e for e in read_events(tmp_path / "one") if isinstance(e, Started))
    board.cancel(job.id)
    assert isinstance(ended(board, job).row.ending, Cancelled)
    wait_for(lambda: not psutil.pid_exists(started.process))
    board.cancel(job.id)
    board.cancel("a job that never was")
    again = ended(board, board.start(tmp_path / "two", Spec("double", {"value": 1})))
    assert again.row.state is State.DONE


def test_that_a_job_cancelled_before_it_has_a_worker_never_begins(tmp_path: Path) -> None:
    may_go_on = threading.Event()

    def slowly() -> WarmWorkers:
        may_go_on.wait(60)
        return workers()

    board = JobBoard(slowly)
    waiting = board.start(tmp_path / "one", Spec("loop_forever"))
    behind = board.start(tmp_path / "two", Spec("loop_forever"))
    board.forget(waiting.id)
    assert len(board.entries) == 2, "it has not ended yet"
    board.cancel(waiting.id)
    board.cancel(behind.id)
    may_go_on.set()
    for job in (waiting, behind):
        assert isinstance(ended(board, job).row.ending, Cancelled)
    board.close()


def test_that_a_job_that_has_ended_can_be_forgotten(board: JobBoard, tmp_path: Path) -> None:
    job = ended(board, board.start(tmp_path / "one", Spec("double", {"value": 1})))
    board.forget(job.id)
    board.forget(job.id)
    assert board.entries == ()
    assert board.entry(job.id) is None
    assert row_of(job.folder).state is State.DONE


def test_that_a_job_whose_folder_cannot_be_made_fails_with_a_hint(
    board: JobBoard, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    job = ended(board, board.start(tmp_path / "file" / "one", Spec("double", {"value": 1})))
    assert isinstance(job.row.ending, Failed)
    assert job.row.ending.hint


def test_that_closing_ends_everything_and_nothing_begins_afterwards(tmp_path: Path) -> None:
    board = JobBoard(workers)
    job = board.start(tmp_path / "one", Spec("sleep_with_a_child"))
    wait_for(lambda: board.entries[0].row.note.startswith("child"))
    child = int(board.entries[0].row.note.split()[1])
    ours = psutil.Process().children(recursive=True)
    board.close()
    assert isinstance(board.entries[0].row.ending, Cancelled)
    assert isinstance(row_of(job.folder).ending, Cancelled)
    wait_for(lambda: not psutil.pid_exists(child))
    wait_for(lambda: not any(_is_a_worker(process) for process in ours))
    board.warm()
    late = ended(board, board.start(tmp_path / "two", Spec("loop_forever")))
    assert isinstance(late.row.ending, Cancelled)
    board.close()


def _is_a_worker(process: psutil.Process) -> bool:
    try:
        return "worker_with_nasty_tasks.py" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


def test_that_a_board_that_was_never_used_closes() -> None:
    JobBoard(workers).close()


@pytest.mark.parametrize("when", [Started, Finished])
def test_that_a_listener_that_fails_is_heard_of_and_its_job_does_not_run_on(
    board: JobBoard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: type[Any]
) -> None:
    heard: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", heard.append)

    def fail(event: JobEvent) -> None:
        if isinstance(event, when):
            raise LookupError("listener")

    seen: list[JobEntry] = []
    board.changed.subscribe(seen.append)
    job = ended(board, board.start(tmp_path / "one", Spec("double", {"value": 1}), on_event=fail))
    wait_for(lambda: heard)
    assert isinstance(heard[0].exc_value, LookupError)
    assert job.row.state is (State.CANCELLED if when is Started else State.DONE)
    wait_for(lambda: not seen[-1].running)


def test_that_a_job_forgotten_while_its_listener_fails_is_forgotten(
    board: JobBoard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", heard.append)

    def forget_and_fail(event: JobEvent) -> None:
        if isinstance(event, Finished):
            board.forget("one")
            raise LookupError("listener")

    board.start(tmp_path / "one", Spec("double", {"value": 1}), on_event=forget_and_fail)
    wait_for(lambda: heard)
    assert board.entries == ()
