"""Ctrl+C, and being told to stop: exit code 130, no run recorded, nothing half-written.

On a real terminal, where progress bars are drawn as well.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from alphintra_desktop.cli.project_commands import template_text
from alphintra_desktop.graph.files import graph_to_text
from tests.cli.command_line import COMMAND, LONGEST_SECONDS, project_with, results_in, rows_of
from tests.cli.test_custom_code_gone_wrong import ENDLESS, graph_with, numbers

if sys.platform == "win32":  # pragma: no cover
    pytest.skip("Windows has no terminals of this kind", allow_module_level=True)

import fcntl
import pty
import struct
import termios

CTRL_C = b"\x03"
COLUMNS = 80


@dataclass
class Terminal:
    """A command on a terminal of its own, as a user sees it."""

    command: subprocess.Popen[bytes]
    screen: int
    said: str = ""

    def until(self, words: str) -> None:
        """Wait until the command has said `words`."""
        give_up = time.monotonic() + LONGEST_SECONDS
        while words not in self.said:
            assert time.monotonic() < give_up, self.said
            assert self._read(), self.said

    def press(self, key: bytes) -> None:
        os.write(self.screen, key)

    def end(self) -> int:
        """Its exit code, when it has said all."""
        while self._read():
            pass
        return self.command.wait(LONGEST_SECONDS)

    def _read(self) -> bool:
        try:
            content = os.read(self.screen, 4096)
        except OSError:  # how Linux says that the other side is closed
            return False
        self.said += content.decode()
        return bool(content)


@contextmanager
def terminal(*arguments: object) -> Iterator[Terminal]:
    screen, other_side = pty.openpty()
    fcntl.ioctl(other_side, termios.TIOCSWINSZ, struct.pack("HHHH", 30, COLUMNS, 0, 0))
    command = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdin=other_side,
        stdout=other_side,
        stderr=other_side,
        env={n: v for n, v in os.environ.items() if n not in ("COLUMNS", "LINES")},
        preexec_fn=_own_terminal,  # noqa: PLW1509 - calls nothing that could wait for a thread
    )
    os.close(other_side)
    try:
        yield Terminal(command, screen)
    finally:
        with suppress(ProcessLookupError):
            command.kill()
        command.wait()
        os.close(screen)


def _own_terminal() -> None:
    """Ctrl+C reaches only whose controlling terminal it is pressed on."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def assert_cancelled(shown: Terminal, folder: Path) -> None:
    assert shown.end() == 130, shown.said
    assert "Cancelled." in shown.said
    assert "Traceback" not in shown.said
    assert rows_of(folder) == (0, 0)
    assert results_in(folder) == []
    assert list((folder / "jobs").iterdir()) == []


def test_that_ctrl_c_during_a_backtest_leaves_no_run_and_no_files(tmp_path):
    project = project_with(tmp_path / "mine", template_text("sma_crossover"))
    with terminal("backtest", project.folder) as shown:
        shown.until("Simulating")  # it now loads the engine, which takes longest
        shown.press(CTRL_C)
        assert_cancelled(shown, project.folder)


def test_that_ctrl_c_ends_custom_code_that_never_ends(tmp_path):
    code = numbers("    print(__import__('os').getpid(), flush=True)\n" + ENDLESS)
    project = project_with(tmp_path / "mine", graph_to_text(graph_with(code)))
    with terminal("backtest", project.folder) as shown:
        worker = worker_of(project.jobs)
        shown.press(CTRL_C)
        assert_cancelled(shown, project.folder)
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP])
def test_that_being_told_to_stop_ends_custom_code_too(tmp_path, told):
    code = numbers("    print(__import__('os').getpid(), flush=True)\n" + ENDLESS)
    project = project_with(tmp_path / "mine", graph_to_text(graph_with(code)))
    with terminal("backtest", project.folder) as shown:
        worker = worker_of(project.jobs)
        shown.command.send_signal(told)
        assert_cancelled(shown, project.folder)
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def worker_of(jobs: Path) -> int:
    """The process that runs the custom code, once it does: it prints its number."""
    give_up = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < give_up:
        for log in jobs.glob("*/log.txt"):
            if text := log.read_text().strip():
                return int(text)
        time.sleep(0.02)
    raise AssertionError("the custom code never ran")


def test_that_ctrl_c_while_it_starts_is_as_quiet():
    with terminal("nodes") as shown:
        time.sleep(0.15)
        shown.press(CTRL_C)
        code = shown.end()
    assert code in (130, 0, -signal.SIGINT)  # early, late, or before Python looks at signals
    if code == 130:
        assert "Traceback" not in shown.said


def test_that_progress_is_drawn_on_a_terminal_and_taken_away_in_the_end(tmp_path):
    project = project_with(tmp_path / "mine", template_text("sma_crossover"))
    with terminal("backtest", project.folder) as shown:
        assert shown.end() == 0
    drawn, _, result = shown.said.rpartition(" \r")
    for step in ("Loading bars", "Deciding", "Simulating", "100%"):
        assert step in drawn
    assert "█" not in result
    assert all(len(line) <= COLUMNS for line in result.splitlines() if "jobs/" not in line)


def test_that_prose_is_wrapped_and_tables_are_cut_to_the_terminal():
    with terminal("nodes") as shown:
        assert shown.end() == 0
    assert all(len(line) <= COLUMNS for line in shown.said.splitlines())
    assert "…" in shown.said
    with terminal("backtest", "a graph that is not there", "--set", "x") as shown:
        assert shown.end() == 1
    lines = shown.said.splitlines()
    assert all(len(line) <= COLUMNS for line in lines)
    assert lines[0].startswith("error: ")
