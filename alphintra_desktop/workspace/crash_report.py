"""What happens with a mistake of the program itself: a report that can be read, copied and sent.

One object stands where Python leaves every exception that nobody has caught, of every thread. It
writes a report into `crashes/` of the home folder and announces it; the program goes on. A crash
of the interpreter itself leaves its trace in a file there (`faulthandler`), which is found at the
next start.
"""

from __future__ import annotations

import contextlib
import faulthandler
import platform
import sys
import threading
import traceback
from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from alphintra_desktop.disk import write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.observe import Signal
from alphintra_desktop.runs.project import home_folder, new_id
from alphintra_desktop.workspace.notices import Notices
from alphintra_desktop.workspace.os_lock import OsLock

FOLDER = "crashes"
HARD = "hard-{}.txt"
REMEMBERED, MOST_FILES, KEPT_FILES = 20, 20, 100
LONGEST = 20_000
PACKAGES = ("alphintra-desktop", "PySide6-Essentials", "numpy", "pandas", "vectorbt", "TA-Lib")
NO_MISTAKES = (KeyboardInterrupt, SystemExit, GeneratorExit)


@dataclass(frozen=True)
class CrashReport:
    """One mistake of the program. `text` is all of it, `what` one sentence in plain words.

    `same_as` counts how often the same mistake was reported before.
    """

    what: str
    trace: str
    time: datetime
    text: str
    file: Path | None = None
    same_as: int = 0


class CrashReports:
    """Reports mistakes, from `install` on. `reported` announces each, on the thread it is of.

    What a user can act on (`AlphintraError`) is no mistake of the program: it goes to `notices`.
    """

    def __init__(self, notices: Notices, folder: Path | None = None) -> None:
        self.reported: Signal[CrashReport] = Signal()
        self._notices = notices
        self._folder = folder or home_folder() / FOLDER
        self._commands: deque[str] = deque(maxlen=REMEMBERED)
        self._warnings: deque[str] = deque(maxlen=REMEMBERED)
        self._seen: Counter[str] = Counter()
        self._hooks: tuple[Any, ...] = ()
        self._busy = threading.local()
        self._hard: OsLock | None = None

    def did(self, command: str) -> None:
        """Remember by its id what the user did, for the next report."""
        self._commands.append(f"{datetime.now():%H:%M:%S} {command}")

    def overheard(self, warning: str) -> None:
        """Remember what a library complained about, for the next report."""
        self._warnings.append(f"{datetime.now():%H:%M:%S} {_private(warning)}")

    def install(self) -> None:
        """Stand where uncaught exceptions arrive."""
        self._hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread
        sys.unraisablehook = self._on_unraisable

    def trace_hard_crashes(self) -> None:
        """Have a crash of the interpreter itself leave a trace, until `uninstall`."""
        with contextlib.suppress(OSError):  # no place to write: then there is no trace
            self._folder.mkdir(parents=True, exist_ok=True)
            self._hard = OsLock.take(self._folder / HARD.format(new_id()))
            if self._hard is not None:
                faulthandler.enable(self._hard.descriptor)

    def uninstall(self) -> None:
        """Leave everything as it was before `install`."""
        if self._hooks:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._hooks
            self._hooks = ()
        if self._hard is not None:
            faulthandler.disable()
            self._hard.release(remove=True)
            self._hard = None

    def report(self, what: str, trace: str) -> CrashReport:
        """Write a report and announce it. The same one again is only counted."""
        before = self._seen[trace]
        self._seen[trace] += 1
        now = datetime.now()
        text = self._text(what, trace, now)
        file = self._written(text) if not before and len(self._seen) <= MOST_FILES else None
        made = CrashReport(what, trace, now, text, file, before)
        self.reported.emit(made)
        return made

    def crashes_before(self) -> tuple[Path, ...]:
        """Traces of crashes of earlier starts, the newest last. Empty files of them are removed."""
        found = []
        for file in sorted(self._folder.glob(HARD.format("*"))):
            with contextlib.suppress(OSError):
                lock = OsLock.take(file)
                if lock is not None:
                    empty = file.stat().st_size == 0
                    lock.release(remove=empty)
                    found += [] if empty else [file]
        return tuple(found)

    def seen(self, crash: Path) -> None:
        """Do not tell of this crash again; its trace is kept."""
        with contextlib.suppress(OSError):
            crash.replace(crash.with_name("seen-" + crash.name))

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if isinstance(error, NO_MISTAKES):
            self._hooks[0](kind, error, trace)
        elif isinstance(error, AlphintraError):
            self._notices.error(error)
        else:
            self._report_error(error, "")

    def _on_thread(self, arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value
        if isinstance(error, AlphintraError):
            self._notices.error(error)
        elif error is not None and not isinstance(error, NO_MISTAKES):
            name = arguments.thread.name if arguments.thread is not None else "one that ended"
            self._report_error(error, f" in the thread {name!r}")

    def _on_unraisable(self, arguments: sys.UnraisableHookArgs) -> None:
        if arguments.exc_value is not None:
            self._report_error(arguments.exc_value, " while something was cleaned up")

    def _report_error(self, error: BaseException, where: str) -> None:
        """Report an exception. One of the reporting itself goes to standard error, or it would
        be reported without end.
        """
        if getattr(self._busy, "now", False):
            sys.__excepthook__(type(error), error, error.__traceback__)
            return
        self._busy.now = True
        try:
            self.report(f"{_plain(error)}{where}.", _private(_trace(error)))
        finally:
            self._busy.now = False

    def _text(self, what: str, trace: str, now: datetime) -> str:
        parts = [
            "Report of a mistake in Alphintra Desktop",
            f"{now:%Y-%m-%d %H:%M:%S}",
            what,
            trace,
            "Versions:\n" + "\n".join(f"  {name} {number}" for name, number in versions()),
            "Last commands:\n" + _listed(self._commands),
            "Last warnings of libraries:\n" + _listed(self._warnings),
        ]
        return "\n\n".join(parts) + "\n"

    def _written(self, text: str) -> Path | None:
        """Where the report lies; None where nothing can be written: it is still shown."""
        file = self._folder / f"{new_id()}.txt"
        with contextlib.suppress(OSError, AlphintraError):
            self._folder.mkdir(parents=True, exist_ok=True)
            write_file(file, text)
            for old in sorted(self._folder.glob("[0-9]*.txt"))[:-KEPT_FILES]:
                old.unlink(missing_ok=True)
            return file
        return None


def versions() -> tuple[tuple[str, str], ...]:
    """What is at work here: packages, Python and the system."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - 15 ms

    made = [("Python", platform.python_version()), ("on", platform.platform())]
    for name in PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            made.append((name, version(name)))
    return tuple(made)


def _plain(error: BaseException) -> str:
    said = _private(" ".join(str(error).split()))[:300].rstrip(".")
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _trace(error: BaseException) -> str:
    whole = "".join(traceback.format_exception(error)).rstrip()
    if len(whole) <= LONGEST:
        return whole
    return f"{whole[: LONGEST // 2]}\n  ...\n{whole[-LONGEST // 2 :]}"


def _private(text: str) -> str:
    """Without the name of the user's folder."""
    return text.replace(str(Path.home()), "~") if len(Path.home().parts) > 1 else text


def _listed(lines: deque[str]) -> str:
    return "\n".join(f"  {line}" for line in tuple(lines)) or "  none"
