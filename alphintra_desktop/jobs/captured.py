"""Everything a task prints goes to its log: Python's prints, C code's, and its subprocesses'."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from alphintra_desktop.jobs import log_drain

OUT, ERR = 1, 2
PATIENCE_SECONDS = 2.0  # for the log's last bytes; a subprocess may hold it open for longer


class CapturedOutput:
    """Turns this process's standard output and error into a job's log, one job after another."""

    def __init__(self) -> None:
        self._drain = _start_drain()

    @contextmanager
    def into(self, log: Path) -> Iterator[None]:
        """What is printed inside goes to the file `log`.

        It is complete when the block ends; of a process that dies, its last words come a moment
        after its death.
        """
        with suppress(OSError):  # then it drops what is printed, as on a full disk
            log.touch()
        before = os.dup(OUT), os.dup(ERR), sys.stdout, sys.stderr
        drain = self._pour_into(log)
        sys.stdout, sys.stderr = streams = _text_to(OUT), _text_to(ERR)
        try:
            yield
        finally:
            _flush(streams)
            out, err, sys.stdout, sys.stderr = before
            for saved, standard in ((out, OUT), (err, ERR)):
                os.dup2(saved, standard)
                os.close(saved)
            with suppress(subprocess.TimeoutExpired):
                drain.wait(PATIENCE_SECONDS)
            self._drain = _start_drain()  # while nobody waits for it

    def _pour_into(self, log: Path) -> subprocess.Popen[bytes]:
        if self._drain.poll() is not None:
            self._drain = _start_drain()
        drain = self._drain
        assert drain.stdin is not None
        os.write(drain.stdin.fileno(), os.fsencode(log) + b"\0")
        os.dup2(drain.stdin.fileno(), OUT)
        os.dup2(drain.stdin.fileno(), ERR)
        drain.stdin.close()
        return drain


def _start_drain() -> subprocess.Popen[bytes]:
    """A session of its own lets it write the last words of a worker that is killed."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", log_drain.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        start_new_session=True,
    )


def _text_to(standard: int) -> TextIO:
    """By lines, so that the log of an endless loop is there before the loop is killed."""
    return open(
        standard, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
    )


def _flush(streams: tuple[TextIO, ...]) -> None:
    for stream in streams:
        with suppress(ValueError, OSError):  # the task has closed it
            stream.flush()
    if os.name == "posix":
        ctypes.CDLL(None).fflush(None)  # what C code still has in its buffers
