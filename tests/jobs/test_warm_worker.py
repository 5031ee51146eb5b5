"""Jobs in real processes: whatever a task does, its job ends with the truth, nothing is left."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from alphintra_desktop.errors import Place
from alphintra_desktop.jobs.events import (
    Advanced,
    Cancelled,
    Ending,
    Failed,
    Finished,
    JobEvent,
    Message,
    Started,
    State,
    from_line,
)
from alphintra_desktop.jobs.job import Spec, read_events, row_of, write_spec
from alphintra_desktop.jobs.log_drain import LARGEST_LOG, MORE_WAS_DROPPED
from alphintra_desktop.jobs.warm_worker import RunningJob, WarmWorkers

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("worker_with_nasty_tasks.py")
COMMAND = (sys.executable, str(SCRIPT))


@pytest.fixture(scope="module")
def workers() -> Iterator[WarmWorkers]:
    with WarmWorkers(COMMAND) as workers:
        yield workers


def run(workers: WarmWorkers, folder: Path, task: str, **arguments: Any) -> Ending:
    return workers.run(folder, Spec(task, arguments, timeout_s=60))


def wait_for(what: Callable[[], object]) -> None:
    """Raises after a minute, which no machine needs."""
    give_up = time.monotonic() + 60
    while not what():
        assert time.monotonic() < give_up, "it did not happen"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Watched:
    """A job with what it tells, and a wait for its first words."""

    def __init__(
        self, workers: WarmWorkers, folder: Path, task: str, timeout_s: float | None = None
    ) -> None:
        self.events: list[JobEvent] = []
        self.job: RunningJob = workers.start(folder, Spec(task, {}, timeout_s), self.events.append)

    def first(self, kind: type[Any]) -> Any:
        wait_for(lambda: any(isinstance(event, kind) for event in self.events))
        return next(event for event in self.events if isinstance(event, kind))


def log_of(folder: Path) -> bytes:
    return (folder / "log.txt").read_bytes()


def test_that_a_task_gets_its_arguments_and_its_result_comes_back(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    told: list[JobEvent] = []
    ending = workers.run(tmp_path, Spec("double", {"value": 21}), told.append)
    assert isinstance(ending, Finished)
    assert ending.result["value"] == 42
    assert math.isnan(ending.result["nan"])
    assert [type(event) for event in told] == [Started, Advanced, Message, Finished]
    written = read_events(tmp_path)
    assert [type(event) for event in written] == [type(event) for event in told]
    assert written[:3] == told[:3]
    assert log_of(tmp_path) == b"printed by Python\n"
    assert (tmp_path / "artifacts" / "note.txt").read_text() == "made"


def test_that_the_next_job_finds_the_same_warm_worker(workers: WarmWorkers, tmp_path: Path) -> None:
    endings = [run(workers, tmp_path / str(n), "double", value=n) for n in range(3)]
    processes = {ending.result["process"] for ending in endings if isinstance(ending, Finished)}
    assert len(processes) == 1


def test_that_a_gigabyte_of_prints_fills_neither_disk_nor_memory(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    ending = run(workers, tmp_path, "print_a_lot", megabytes=1000)
    assert isinstance(ending, Finished)
    log = log_of(tmp_path)
    assert len(log) == LARGEST_LOG + len(MORE_WAS_DROPPED)
    assert log.endswith(MORE_WAS_DROPPED)
    assert psutil.Process(ending.result).memory_info().rss < 300_000_000


def test_that_a_log_that_just_fits_says_nothing_of_more(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    run(workers, tmp_path, "print_a_lot", megabytes=1)
    assert len(log_of(tmp_path)) == LARGEST_LOG
    assert MORE_WAS_DROPPED not in log_of(tmp_path)


def test_that_c_code_that_prints_and_keeps_the_interpreter_locked_does_not_hang(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    assert isinstance(run(workers, tmp_path, "print_from_c_with_pythons_lock"), Finished)
    assert log_of(tmp_path).endswith(MORE_WAS_DROPPED)


def test_that_what_a_subprocess_prints_is_in_the_log(workers: WarmWorkers, tmp_path: Path) -> None:
    run(workers, tmp_path, "print_from_a_subprocess")
    assert log_of(tmp_path) == b"from a child\n"


def test_that_telling_every_step_does_not_flood_the_events(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    assert isinstance(run(workers, tmp_path, "tell_a_lot"), Finished)
    assert 1 <= sum(isinstance(event, Advanced) for event in read_events(tmp_path)) < 3000


def test_that_an_error_with_advice_keeps_it(workers: WarmWorkers, tmp_path: Path) -> None:
    ending = run(workers, tmp_path, "fail_with_advice")
    assert isinstance(ending, Failed)
    assert (ending.message, ending.hint) == ("No bars.", "Import some.")
    assert ending.place == Place("1f", "symbols", 7)
    assert ending.traceback == ""


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ("divide", "ZeroDivisionError: division by zero"),
        ("recurse", "RecursionError: maximum recursion depth exceeded"),
        ("call_exit", "SystemExit: 5"),
        ("return_something_else", "TypeError: Object of type set is not JSON serializable"),
        ("return_too_much", "ValueError: the result is 20,000,"),
        ("raise_a_gigantic_message", "RuntimeError: xxx"),
    ],
)
def test_that_a_mistake_fails_the_job_with_a_traceback_and_not_the_worker(
    workers: WarmWorkers, tmp_path: Path, task: str, message: str
) -> None:
    ending = run(workers, tmp_path, task)
    assert isinstance(ending, Failed)
    assert ending.message.startswith(message)
    assert ending.hint
    assert "Traceback" in ending.traceback
    assert len(ending.traceback) + len(ending.message) < 50_000
    assert row_of(tmp_path).ending == ending


def test_that_an_unknown_task_is_named_with_those_there_are(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    ending = run(workers, tmp_path, "bake")
    assert isinstance(ending, Failed)
    assert "'bake'" in ending.message
    assert "double" in ending.hint


def test_that_a_task_may_stop_itself(workers: WarmWorkers, tmp_path: Path) -> None:
    assert isinstance(run(workers, tmp_path, "stop_itself"), Cancelled)
    assert row_of(tmp_path).state is State.CANCELLED


@pytest.mark.parametrize(
    ("task", "how"),
    [
        ("exit_hard", "exit status 3"),
        ("kill_itself", "signal 9"),
        ("crash", f"signal {signal.SIGSEGV.value}"),
        ("spoil_its_events_and_die", "exit status 4"),
    ],
)
def test_that_a_dead_worker_is_said_to_be_dead_and_the_spare_takes_over(
    workers: WarmWorkers, tmp_path: Path, task: str, how: str
) -> None:
    ending = run(workers, tmp_path / "dies", task)
    assert isinstance(ending, Failed)
    assert ending.message == f"The worker died ({how})."
    assert ending.hint
    assert row_of(tmp_path / "dies").ending == ending
    assert isinstance(run(workers, tmp_path / "next", "double", value=1), Finished)


def test_that_last_words_before_a_hard_exit_or_a_crash_are_in_the_log(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    run(workers, tmp_path / "exit", "exit_hard")
    wait_for(lambda: log_of(tmp_path / "exit") == b"last words\n")
    run(workers, tmp_path / "crash", "crash")
    wait_for(lambda: b"Segmentation fault" in log_of(tmp_path / "crash"))


@pytest.mark.parametrize(
    ("task", "result"),
    [
        ("eat_its_events", "full"),
        ("remove_its_folder", "gone"),
        ("upset_the_process", "upset"),
        ("read_input", ""),
    ],
)
def test_that_a_task_that_spoils_its_surroundings_ends_truly_and_harms_no_other(
    workers: WarmWorkers, tmp_path: Path, task: str, result: str
) -> None:
    ending = run(workers, tmp_path / "spoils", task)
    assert isinstance(ending, Finished)
    assert ending.result == result
    assert row_of(tmp_path / "spoils").ending == ending
    assert isinstance(run(workers, tmp_path / "next", "double", value=1), Finished)
    assert log_of(tmp_path / "next") == b"printed by Python\n"


def test_that_a_task_that_leaves_nowhere_to_write_its_events_is_still_answered(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    ending = run(workers, tmp_path, "put_a_folder_for_its_events")
    assert isinstance(ending, Finished)
    assert ending.result == "odd"


def test_that_a_cancelled_job_is_gone_with_its_children_and_says_so(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    watched = Watched(workers, tmp_path / "a", "sleep_with_a_child")
    child = int(watched.first(Message).text.split()[1])
    worker = watched.first(Started).process
    watched.job.cancel()
    assert isinstance(watched.job.wait(2.0), Cancelled)
    assert watched.job.done
    assert is_gone(worker)
    wait_for(lambda: is_gone(child))
    assert isinstance(watched.events[-1], Cancelled)
    assert row_of(tmp_path / "a").state is State.CANCELLED
    watched.job.cancel()
    assert isinstance(run(workers, tmp_path / "b", "double", value=1), Finished)


@pytest.mark.parametrize(
    "task", ["loop_forever", "loop_forever_with_pythons_lock", "ignore_signals"]
)
def test_that_nothing_a_task_does_saves_it_from_being_cancelled(
    workers: WarmWorkers, tmp_path: Path, task: str
) -> None:
    watched = Watched(workers, tmp_path, task)
    worker = watched.first(Started).process
    watched.job.cancel()
    assert isinstance(watched.job.wait(2.0), Cancelled)
    assert is_gone(worker)


def test_that_cancelling_a_job_that_has_ended_leaves_its_worker_to_the_next(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    first = workers.start(tmp_path / "a", Spec("double", {"value": 1}))
    assert isinstance(first.wait(60), Finished)
    second = Watched(workers, tmp_path / "b", "sleep_with_a_child")
    second.first(Message)
    first.cancel()
    assert not is_gone(second.first(Started).process)
    assert not second.job.done
    second.job.cancel()
    assert isinstance(second.job.wait(60), Cancelled)
    assert row_of(tmp_path / "a").state is State.DONE


@pytest.mark.parametrize("task", ["loop_forever", "loop_forever_with_pythons_lock"])
def test_that_an_endless_loop_is_stopped_by_the_time_limit_with_a_hint(
    workers: WarmWorkers, tmp_path: Path, task: str
) -> None:
    watched = Watched(workers, tmp_path, task, timeout_s=0.5)
    ending = watched.job.wait(60)
    assert isinstance(ending, Failed)
    assert "stopped after 0.5 s" in ending.message
    assert "an endless loop in custom code?" in ending.hint
    assert is_gone(watched.first(Started).process)
    assert row_of(tmp_path).ending == ending
    if task == "loop_forever":
        assert log_of(tmp_path) == b"looping\n"


def test_that_what_a_dead_worker_left_running_is_ended_too(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    watched = Watched(workers, tmp_path, "leave_a_child_and_die")
    ending = watched.job.wait(60)
    assert isinstance(ending, Failed)
    assert "exit status 3" in ending.message
    child = int(watched.first(Message).text.split()[1])
    wait_for(lambda: is_gone(child))


def test_that_a_worker_killed_from_outside_is_reported(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    watched = Watched(workers, tmp_path, "loop_forever")
    os.kill(watched.first(Started).process, signal.SIGKILL)
    ending = watched.job.wait(60)
    assert isinstance(ending, Failed)
    assert ending.message == "The worker died (signal 9)."
    assert "memory" in ending.hint


def test_that_a_spare_killed_while_it_waits_is_not_given_a_job(tmp_path: Path) -> None:
    with WarmWorkers(COMMAND) as workers:
        ending = run(workers, tmp_path / "a", "double", value=1)
        assert isinstance(ending, Finished)
        os.kill(ending.result["process"], signal.SIGKILL)
        wait_for(lambda: is_gone(ending.result["process"]))
        time.sleep(0.2)  # for the handle to see it, too
        assert isinstance(run(workers, tmp_path / "b", "double", value=1), Finished)


def test_that_an_interrupted_wait_cancels_the_job(
    workers: WarmWorkers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(job: RunningJob, timeout: float | None = None) -> Ending:
        raise KeyboardInterrupt

    monkeypatch.setattr(RunningJob, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        workers.run(tmp_path, Spec("loop_forever"))
    wait_for(lambda: row_of(tmp_path).state is State.CANCELLED)


@pytest.mark.parametrize("kind", [Started, Finished])
def test_that_a_listener_that_fails_ends_the_job_and_is_heard(
    workers: WarmWorkers, tmp_path: Path, kind: type[JobEvent]
) -> None:
    def fail(event: JobEvent) -> None:
        if isinstance(event, kind):
            raise LookupError("listener")

    job = workers.start(tmp_path / "a", Spec("double", {"value": 1}), fail)
    with pytest.raises(LookupError, match="listener"):
        job.wait(60)
    assert row_of(tmp_path / "a").ending is not None
    assert isinstance(run(workers, tmp_path / "b", "double", value=1), Finished)


def test_that_many_jobs_at_once_each_get_their_own_worker_and_their_own_events(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    jobs = [workers.start(tmp_path / str(n), Spec("double", {"value": n})) for n in range(6)]
    endings = [job.wait(60) for job in jobs]
    assert [e.result["value"] for e in endings if isinstance(e, Finished)] == [0, 2, 4, 6, 8, 10]


def test_that_idle_workers_end_when_they_are_let_go(tmp_path: Path) -> None:
    with WarmWorkers(COMMAND, spares=0) as workers:
        ending = run(workers, tmp_path, "double", value=1)
    assert isinstance(ending, Finished)
    wait_for(lambda: is_gone(ending.result["process"]))


def test_that_a_thread_a_task_left_behind_neither_fills_the_disk_nor_keeps_the_worker(
    tmp_path: Path,
) -> None:
    with WarmWorkers(COMMAND, spares=0) as workers:
        ending = run(workers, tmp_path / "a", "leave_a_thread_printing")
        assert isinstance(run(workers, tmp_path / "b", "double", value=1), Finished)
    assert isinstance(ending, Finished)
    wait_for(lambda: is_gone(ending.result))
    for name in ("a", "b"):
        assert len(log_of(tmp_path / name)) <= LARGEST_LOG + len(MORE_WAS_DROPPED)


def test_that_a_broken_worker_says_why_it_could_not_begin(tmp_path: Path) -> None:
    with WarmWorkers((*COMMAND, "--broken"), spares=0) as workers:
        ending = run(workers, tmp_path, "double", value=1)
    assert isinstance(ending, Failed)
    assert ending.message == "The worker died before it began (exit status 1)."
    assert "a broken installation" in ending.traceback


def test_that_a_worker_that_could_not_warm_up_says_so_and_works_on(tmp_path: Path) -> None:
    with WarmWorkers((*COMMAND, "--cold"), spares=0) as workers:
        ending = run(workers, tmp_path, "double", value=1)
    assert isinstance(ending, Finished)
    assert "no such library" in next(
        e.text for e in read_events(tmp_path) if isinstance(e, Message)
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can limit a process's data")
def test_that_a_job_over_its_memory_limit_fails_with_a_hint(tmp_path: Path) -> None:
    with WarmWorkers((*COMMAND, "--limited"), spares=0) as workers:
        ending = run(workers, tmp_path / "a", "take_memory", megabytes=4000)
        assert isinstance(ending, Failed)
        assert "memory" in ending.message
        assert "fewer symbols" in ending.hint
        assert isinstance(run(workers, tmp_path / "b", "take_memory", megabytes=10), Finished)


PARENT = """
import sys, time
from pathlib import Path
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.jobs.warm_worker import WarmWorkers
script, folder, task, timeout_s = sys.argv[1], Path(sys.argv[2]), sys.argv[3], float(sys.argv[4])
workers = WarmWorkers((sys.executable, script))
workers.run(folder / "first", Spec("double", {"value": 1}))
job = workers.start(folder / "second", Spec(task, {"value": 2}, timeout_s), lambda e: print(e))
print("ready", flush=True)
time.sleep(1000)
"""


def killed_parent(folder: Path, task: str, timeout_s: float) -> list[psutil.Process]:
    """What a parent had started when it was killed; two jobs had been started in it."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(SCRIPT), str(folder), task, str(timeout_s)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    with parent:
        assert parent.stdout
        wait_for(lambda: row_of(folder / "second").state is not State.WAITING)
        children = psutil.Process(parent.pid).children(recursive=True)
        parent.kill()
    return children


def test_that_idle_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    children = killed_parent(tmp_path, "double", 60)
    assert len(children) >= 2
    for child in children:
        wait_for(lambda child=child: is_gone(child.pid))
    assert row_of(tmp_path / "second").state is State.DONE


@pytest.mark.parametrize("task", ["loop_forever", "loop_forever_with_pythons_lock"])
def test_that_an_endless_job_ends_by_its_time_limit_when_its_parent_is_killed(
    tmp_path: Path, task: str
) -> None:
    for child in killed_parent(tmp_path, task, 0.5):
        wait_for(lambda child=child: is_gone(child.pid))
    if task == "loop_forever":
        assert row_of(tmp_path / "second").state is State.FAILED


def test_that_a_job_outlives_the_window_that_started_it(tmp_path: Path) -> None:
    children = killed_parent(tmp_path, "tell_a_lot", 60)
    for child in children:
        wait_for(lambda child=child: is_gone(child.pid))
    assert row_of(tmp_path / "second").state is State.DONE


def test_that_the_worker_can_be_driven_by_hand_over_its_standard_streams(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_spec(tmp_path / name, Spec("double", {"value": 4}))
    lines = "".join(json.dumps(str(tmp_path / name)) + "\n" for name in ("a", "b"))
    out = subprocess.run(
        COMMAND,
        input=lines.encode(),
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    told = [from_line(line) for line in out.stdout.splitlines()]
    assert [type(event).__name__ for event in told] == 2 * [
        "Started",
        "Advanced",
        "Message",
        "Finished",
    ]
    assert out.stderr == b""


def test_that_cancelling_at_any_moment_gives_one_true_ending(
    workers: WarmWorkers, tmp_path: Path
) -> None:
    for number in range(12):
        folder, told = tmp_path / str(number), []
        job = workers.start(folder, Spec("double", {"value": 1}), told.append)
        timer = threading.Timer(number * 0.004, job.cancel)
        timer.start()
        ending = job.wait(60)
        timer.join()
        assert isinstance(ending, Finished | Cancelled)
        assert row_of(folder).ending == ending
        assert told[-1] == ending
        assert sum(isinstance(event, Finished | Cancelled) for event in told) == 1
