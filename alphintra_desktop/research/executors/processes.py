"""A crew of processes on this machine, each at one end of a pipe.

They end when they are stopped, and by themselves when this process is gone: their pipe tells them.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from alphintra_desktop.research.executors.crew import Heard, Lost, Work, Worker

SECONDS_TO_END = 5.0
WORK = None  # a process that has come up asks for its work with it


class ProcessCrew:
    """Spawned processes, known by our end of their pipes."""

    def __init__(self, work: Work, most: int) -> None:
        self.most = most
        self._work = work
        self._spawn = multiprocessing.get_context("spawn")
        self._processes: dict[Connection, SpawnProcess] = {}

    def hire(self) -> Connection:
        """Start a process. It asks for the work, so that several come up side by side."""
        ours, theirs = self._spawn.Pipe()
        process = self._spawn.Process(target=_serve, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        self._processes[ours] = process
        return ours

    def give(self, worker: Connection, payload: Any) -> None:
        """Send a payload. A process that has just died is noticed when it is listened to."""
        try:
            worker.send(payload)
        except OSError:
            return

    def heard(self, seconds: float) -> Iterable[tuple[Connection, Heard]]:
        """What came through the pipes; a broken one says that its process is lost."""
        for pipe in wait(list(self._processes), seconds):
            assert isinstance(pipe, Connection)
            try:
                said = pipe.recv()
                if said is WORK:
                    pipe.send(self._work)
                    continue
            except (EOFError, OSError):
                said = Lost(self._why_lost(pipe))
            yield pipe, said

    def _why_lost(self, pipe: Connection) -> str:
        process = self._processes.pop(pipe)
        process.join(SECONDS_TO_END)
        pipe.close()
        code = process.exitcode
        if code is not None and code < 0:
            return f"its process was ended by {_signal_name(-code)}."
        return f"its process ended with code {code}."

    def stop(self) -> None:
        """Kill all processes and wait until they are gone."""
        for process in self._processes.values():
            process.kill()
        for pipe, process in self._processes.items():
            process.join(SECONDS_TO_END)
            pipe.close()
        self._processes.clear()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _serve(pipe: Connection) -> None:
    """The life of one worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us, who ends us
    worker = Worker()
    try:
        pipe.send(WORK)
        pipe.send(worker.begin(pipe.recv()))
        while True:
            pipe.send(worker.answer(pipe.recv()))
    except (EOFError, OSError):
        return  # whoever started us is gone
