from __future__ import annotations

import gc
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.workspace.crash_report import MOST_FILES, CrashReport, CrashReports
from alphintra_desktop.workspace.notices import Notices
from tests.shared_files import CHECKOUT

# pytest-qt stands where exceptions arrive, and would hear what is passed on.
pytestmark = pytest.mark.qt_no_exception_capture


class Heard:
    """Reports that stand where exceptions arrive, and what they told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notices = Notices()
        self.reports = CrashReports(self.notices, folder)
        self.told: list[CrashReport] = []
        self.reports.reported.subscribe(self.told.append)


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[Heard]:
    made = Heard(tmp_path / "crashes")
    made.reports.install()
    yield made
    made.reports.uninstall()


def uncaught(error: BaseException) -> None:
    """What Python does with an exception that nobody catches."""
    try:
        raise error
    except BaseException as raised:
        sys.excepthook(type(raised), raised, raised.__traceback__)


def test_that_a_report_says_what_happened_where_and_in_which_versions(heard: Heard):
    heard.reports.did("graph.tidy")
    heard.reports.overheard("QPainter: twice")
    uncaught(ValueError("no such axis"))
    (report,) = heard.told
    assert report.what == "ValueError: no such axis."
    for expected in (
        "test_crash_report.py",
        "raise error",
        "Python 3.",
        "numpy",
        "graph.tidy",
        "QPainter: twice",
    ):
        assert expected in report.text
    assert report.file.read_text(encoding="utf-8") == report.text
    assert report.file.parent == heard.folder


def test_that_the_name_of_the_users_folder_stays_out_of_it(heard: Heard, monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("USERPROFILE", "/home/somebody")
    uncaught(ValueError(str(Path.home() / "secret.csv")))
    (report,) = heard.told
    assert "somebody" not in report.text
    assert "~" in report.what


def test_that_what_a_user_can_act_on_is_a_notice_and_no_mistake(heard: Heard):
    uncaught(AlphintraError("The disk is full.", hint="Make room."))
    thread = threading.Thread(target=lambda: 1 / 0, name="values")
    thread.start()
    thread.join()
    assert [notice.text for notice in heard.notices.all] == ["The disk is full."]
    (report,) = heard.told
    assert report.what == "ZeroDivisionError: division by zero in the thread 'values'."


def test_that_an_error_for_the_user_in_a_thread_is_a_notice_too(heard: Heard):
    def work() -> None:
        raise AlphintraError("Nothing to read.", hint="Import it.")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert [notice.text for notice in heard.notices.all] == ["Nothing to read."]
    assert heard.told == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_that_a_mistake_while_cleaning_up_is_reported(heard: Heard):
    class Clumsy:
        def __del__(self) -> None:
            raise ValueError("cannot let go")

    Clumsy()
    gc.collect()
    assert [report.what for report in heard.told] == [
        "ValueError: cannot let go while something was cleaned up."
    ]


def test_that_the_same_mistake_again_is_counted_and_written_once(heard: Heard):
    for _ in range(50):
        uncaught(ValueError("each frame"))
    assert [report.same_as for report in heard.told] == list(range(50))
    assert len(list(heard.folder.glob("*.txt"))) == 1


def test_that_a_flood_of_mistakes_does_not_fill_the_disk(heard: Heard):
    for number in range(3 * MOST_FILES):
        uncaught(ValueError(str(number)))
    assert len(heard.told) == 3 * MOST_FILES
    assert len(list(heard.folder.glob("*.txt"))) == MOST_FILES


def test_that_an_endless_recursion_makes_a_report_of_readable_length(heard: Heard):
    def endless(text: str) -> None:
        endless(text + "x")

    try:
        endless("")
    except RecursionError as error:
        uncaught(error)
    (report,) = heard.told
    assert len(report.trace) < 25_000


def test_that_a_report_is_shown_also_where_it_cannot_be_written(heard: Heard, tmp_path: Path):
    blocked = tmp_path / "blocked"
    blocked.write_text("in the way")
    heard.reports._folder = blocked
    uncaught(ValueError("no place"))
    assert heard.told[0].file is None
    assert "no place" in heard.told[0].text


def test_that_a_mistake_of_the_reporting_itself_is_not_reported_without_end(heard: Heard, capsys):
    heard.reports.reported.subscribe(lambda _: uncaught(ValueError("in the card")))
    uncaught(ValueError("first"))
    assert [report.what for report in heard.told] == ["ValueError: first."]
    assert "in the card" in capsys.readouterr().err


def test_that_being_told_to_stop_is_no_mistake(heard: Heard, capsys):
    uncaught(KeyboardInterrupt())
    assert heard.told == []


def test_that_everything_is_as_before_afterwards(tmp_path: Path):
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    reports = CrashReports(Notices(), tmp_path)
    reports.install()
    assert sys.excepthook != before[0]
    reports.uninstall()
    reports.uninstall()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


CRASHING = """
import os, signal, sys
from pathlib import Path
from alphintra_desktop.workspace.crash_report import CrashReports
from alphintra_desktop.workspace.notices import Notices
reports = CrashReports(Notices(), Path(sys.argv[1]))
reports.trace_hard_crashes()
if sys.argv[2] == "crash":
    os.kill(os.getpid(), signal.SIGSEGV)
if sys.argv[2] == "clean":
    reports.uninstall()
os._exit(0)
"""


def run(folder: Path, how: str) -> int:
    command = [sys.executable, "-c", CRASHING, str(folder), how]
    return subprocess.run(command, cwd=CHECKOUT, timeout=60, check=False).returncode


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has other crashes")
def test_that_a_crash_of_the_interpreter_is_found_at_the_next_start(tmp_path: Path):
    assert run(tmp_path, "crash") == -signal.SIGSEGV
    reports = CrashReports(Notices(), tmp_path)
    (crash,) = reports.crashes_before()
    assert "Segmentation fault" in crash.read_text()
    reports.seen(crash)
    assert reports.crashes_before() == ()


@pytest.mark.parametrize("how", ["clean", "abrupt"])
def test_that_an_end_without_a_crash_leaves_nothing_to_tell(tmp_path: Path, how: str):
    assert run(tmp_path, how) == 0
    assert CrashReports(Notices(), tmp_path).crashes_before() == ()
    assert list(tmp_path.iterdir()) == []


def test_that_the_trace_of_a_program_that_still_runs_is_left_alone(tmp_path: Path):
    running = CrashReports(Notices(), tmp_path)
    running.trace_hard_crashes()
    try:
        assert CrashReports(Notices(), tmp_path).crashes_before() == ()
        assert len(list(tmp_path.iterdir())) == 1
    finally:
        running.uninstall()
