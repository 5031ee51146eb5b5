"""One worker process as its parent sees it: lines in, lines out, and gone for sure when killed."""

from __future__ import annotations

import json
import os
import queue
import signal
import site
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import alphintra_desktop

LONGEST_LINE = 16_000_000
LINES_WAITING = 10_000
PATIENCE_SECONDS = 1.0  # for the last lines of a dead worker


class WorkerProcess:
    """A worker in a process group of its own, so that its children go with it."""

    def __init__(self, command: Sequence[str]) -> None:
        self._first_words = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._first_words,
            env=_environment(),
            start_new_session=True,
        )
        self.pid = self._process.pid
        self._lines: queue.Queue[bytes | None] = queue.Queue(LINES_WAITING)
        self._ended = threading.Event()
        self._reaping = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        threading.Thread(target=self._see_it_off, daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return not self._ended.is_set()

    def send(self, folder: Path) -> None:
        """Give it a job. A worker that has died takes it in silence: `next_line` tells."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(str(folder)).encode() + b"\n")
            self._process.stdin.flush()

    def next_line(self, deadline: float) -> bytes | None:
        """What it says next; None once it is dead and has said all.

        Raises `queue.Empty` when `deadline`, of the monotonic clock, comes first.
        """
        if deadline == float("inf"):
            return self._lines.get()
        return self._lines.get(timeout=max(0.0, deadline - time.monotonic()))

    def dismiss(self) -> None:
        """Let an idle worker go: it ends when its input does."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()

    def kill(self) -> None:
        """End it at once, with all processes of its group."""
        with self._reaping:  # once it is reaped, its number may be somebody else's
            if self.alive:
                self._kill_group()

    def how_it_died(self) -> str:
        """In words, once it is dead: "signal 9" or "exit status 3"."""
        status = self._process.wait()
        return f"signal {-status}" if status < 0 else f"exit status {status}"

    def first_words(self) -> str:
        """What it printed before it could take any job, such as a failed import."""
        self._first_words.seek(0)
        return self._first_words.read(LONGEST_LINE).decode(errors="backslashreplace")

    def _read(self) -> None:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline(LONGEST_LINE):
            self._lines.put(line)

    def _see_it_off(self) -> None:
        """Once it is dead: end what it left running, and say so."""
        if hasattr(os, "waitid"):  # sees the death, but keeps the process's number taken
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()
        with self._reaping:
            self._kill_group()
            self._process.wait()
            self._ended.set()
        self._reader.join(PATIENCE_SECONDS)
        self._lines.put(None)

    def _kill_group(self) -> None:
        if os.name != "posix":
            self._process.kill()
            return
        with suppress(ProcessLookupError, PermissionError):  # nobody is left in the group
            os.killpg(self.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    """Ours, and the package's own folder when it runs from a checkout that is not installed."""
    root = str(Path(alphintra_desktop.__file__).parent.parent)
    if root in (*site.getsitepackages(), site.getusersitepackages()):
        return dict(os.environ)
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path}
