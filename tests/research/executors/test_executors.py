"""What holds for every executor: order, failures, lost workers, and cancelling what goes on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.report import Cancelled, Report
from alphintra_desktop.research.executors.choice import (
    EXECUTORS,
    PROCESSES,
    RAY,
    THIS_PROCESS,
    Spread,
    spread_over,
    staff,
)
from tests.research.executors import works

LONG = 60.0  # for what happens in a moment, on a busy machine


@pytest.fixture(params=[one.name for one in EXECUTORS])
def spread(request) -> Spread:
    """Every executor, with two workers where it has any."""
    if request.param == RAY:
        return Spread(RAY, 2, request.getfixturevalue("ray_cluster").address)
    return Spread(request.param, 2)


@pytest.fixture(params=[PROCESSES, RAY])
def elsewhere(request) -> Spread:
    """Executors whose workers are other processes."""
    if request.param == RAY:
        return Spread(RAY, 2, request.getfixturevalue("ray_cluster").address)
    return Spread(request.param, 2)


def are_gone(processes: set[int]) -> bool:
    end = time.monotonic() + LONG
    while any(_lives(process) for process in processes):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or ") Z" not in status.read_text()


def test_that_results_come_in_order_and_are_told_as_they_are_done(spread):
    told = {}
    found = spread_over(spread, works.Squares(), range(7), Report(), told.__setitem__)
    assert found == [number * number for number in range(7)]
    assert told == dict(enumerate(found))


def test_that_a_staff_serves_again_and_again_with_the_same_workers(spread):
    with staff(spread, works.Squares()) as workers:
        assert workers.map([], Report()) == []
        assert workers.map([3], Report()) == [9]
        assert workers.map([1, 2, 3], Report()) == [1, 4, 9]


def test_that_the_first_failure_in_order_is_the_error_with_its_hint(spread):
    with pytest.raises(AlphintraError, match="2 is refused") as caught:
        spread_over(spread, works.Refusing((2, 3)), range(6), Report())
    assert caught.value.hint == "Take another one."


def test_that_work_that_cannot_be_begun_says_so(spread):
    with pytest.raises(AlphintraError, match="nothing to begin"):
        spread_over(spread, works.NotBegun(), range(6), Report())


def test_that_a_mistake_of_the_program_is_no_error_of_the_user(elsewhere):
    with pytest.raises(RuntimeError, match="division by zero"):
        spread_over(elsewhere, works.Mistaken(), [1, 0], Report())


def test_that_the_part_of_a_killed_worker_is_given_to_another_and_told(elsewhere, tmp_path):
    told = []
    work = works.Killed(2, 1, str(tmp_path / "killed"))
    found = spread_over(elsewhere, work, range(5), Report(say=told.append))
    assert found == [100, 101, 102, 103, 104]
    assert len(told) == 1
    assert told[0].startswith("A worker was lost, and its part is given to another one: ")


def test_that_a_part_that_kills_every_worker_is_given_up(elsewhere, tmp_path):
    work = works.Killed(2, 1_000, str(tmp_path / "killed"))
    with pytest.raises(AlphintraError, match="Part 3 of 4 is given up: 3 workers were lost"):
        spread_over(elsewhere, work, range(4), Report())


def test_that_cancelling_reaches_workers_in_the_middle_of_something(elsewhere, tmp_path):
    report = Report(cancelled=lambda: len([*tmp_path.iterdir()]) == 2)
    with pytest.raises(Cancelled):
        spread_over(elsewhere, works.Endless(str(tmp_path)), range(4), report)
    assert are_gone({int(path.name) for path in tmp_path.iterdir()})


STARTER = """
import sys
import tempfile
from alphintra_desktop.report import Report
from alphintra_desktop.research.executors.choice import Spread, spread_over
from tests.research.executors.works import Endless
if __name__ == "__main__":
    folder, name, address = sys.argv[1:]
    spread_over(Spread(name, 2, address), Endless(folder), range(2), Report())
"""


def test_that_workers_end_with_whoever_started_them(elsewhere, tmp_path):
    """As when a job is cancelled: its process is killed, and can say nothing to anybody."""
    script, marks = tmp_path / "starter.py", tmp_path / "marks"
    script.write_text(STARTER)
    marks.mkdir()
    command = [sys.executable, str(script), str(marks), elsewhere.executor, elsewhere.address]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    starter = subprocess.Popen(command, env=environment, start_new_session=True)
    end = time.monotonic() + LONG
    while len([*marks.iterdir()]) < 2:
        assert time.monotonic() < end
        assert starter.poll() is None
        time.sleep(0.05)
    os.killpg(starter.pid, signal.SIGKILL)
    starter.wait()
    assert are_gone({int(path.name) for path in marks.iterdir()})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("threads",), "no executor 'threads'"),
        ((PROCESSES, -1), "-1 workers"),
        ((PROCESSES, 2, "127.0.0.1:1"), "'processes' has none"),
    ],
)
def test_that_what_does_not_fit_together_is_refused(given, says):
    with pytest.raises(AlphintraError, match=says):
        Spread(*given)


def test_that_ray_says_how_it_is_installed_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(AlphintraError, match="Ray is not installed") as caught:
        spread_over(Spread(RAY), works.Squares(), [1], Report())
    assert "pip install 'alphintra-desktop[ray]'" in caught.value.hint


def test_that_this_process_needs_no_worker_for_nothing():
    assert spread_over(Spread(THIS_PROCESS), works.NotBegun(), [], Report()) == []
    assert np.array(spread_over(Spread(), works.Squares(), [2], Report())) == [4]


def test_that_ray_without_an_address_is_started_for_the_work_and_leaves_nothing(tmp_path):
    """In a process of its own: this one has already settled on a cluster."""
    script = tmp_path / "alone.py"
    script.write_text(ALONE)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "RAY_AUTH_TOKEN_PATH": str(tmp_path / "token"),
        "TMPDIR": tempfile.mkdtemp(prefix="ray-", dir="/tmp"),
    }
    command = [sys.executable, str(script)]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[0, 1, 4]"
    assert [*Path(environment["TMPDIR"]).glob("alphintra-ray-*")] == []
    assert (tmp_path / "token").stat().st_mode & 0o077 == 0
    shutil.rmtree(environment["TMPDIR"])


ALONE = """
from alphintra_desktop.report import Report
from alphintra_desktop.research.executors.choice import RAY, Spread, spread_over
from tests.research.executors.works import Squares
if __name__ == "__main__":
    print(spread_over(Spread(RAY, 1), Squares(), range(3), Report()))
"""
