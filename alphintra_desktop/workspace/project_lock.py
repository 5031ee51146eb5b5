"""Which window may write to a project: the one that holds an OS lock on a file in its folder.

Another window opens the project to read. It can ask for the lock by a file beside it, which the
holder looks for; a holder that was killed has already lost it.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from alphintra_desktop.disk import text_of_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.workspace.os_lock import OsLock

LOCK, REQUEST = ".lock", ".lock-wanted"
EVERY = 0.3


class ProjectLock:
    """One window's hold on a project, if it has it.

    `give_up` is called, in a thread of its own, when another window asks for the project; it is
    to bring everything in order and release the lock.
    """

    def __init__(self, folder: Path, give_up: Callable[[], object]) -> None:
        self.why_not = ""
        self._folder = folder
        self._give_up = give_up
        self._lock: OsLock | None = None
        self._over = threading.Event()

    @property
    def held(self) -> bool:
        """Whether this window may write."""
        return self._lock is not None

    def take(self) -> bool:
        """Take the lock if it is free. Whether it is held now; otherwise `why_not` says why."""
        if self.held:
            return True
        try:
            self._lock = OsLock.take(self._folder / LOCK)
        except OSError as problem:
            self.why_not = f"its folder cannot be locked: {problem.strerror}"
            return False
        if self._lock is None:
            self.why_not = f"it is open in another window{self._holder()}"
            return False
        self._begin(self._lock)
        return True

    def ask(self) -> None:
        """Ask the window that holds the lock to give it up. Raises `AlphintraError`."""
        try:
            (self._folder / REQUEST).touch()
        except OSError as problem:
            raise AlphintraError(
                f"The other window could not be asked: {problem.strerror}.",
                hint="Close the project there.",
            ) from problem

    def withdraw(self) -> None:
        """Ask no more."""
        with contextlib.suppress(OSError):
            (self._folder / REQUEST).unlink(missing_ok=True)

    def release(self, why: str = "it was closed") -> None:
        """Let another window have it. May be done more than once."""
        lock, self._lock = self._lock, None
        self.why_not = why
        self._over.set()
        if lock is not None:
            lock.release()

    def _begin(self, lock: OsLock) -> None:
        self.why_not = ""
        self.withdraw()
        with contextlib.suppress(OSError):  # a note for people, which a full disk may refuse
            lock.say(json.dumps({"process": os.getpid(), "since": f"{datetime.now():%H:%M}"}))
        self._over = threading.Event()
        watch = threading.Thread(
            target=self._look_out, args=(self._over,), name="project lock", daemon=True
        )
        watch.start()

    def _look_out(self, over: threading.Event) -> None:
        while not over.wait(EVERY):
            if (self._folder / REQUEST).exists():
                self.withdraw()
                self._give_up()

    def _holder(self) -> str:
        """Who holds it, as far as that is known, in brackets."""
        with contextlib.suppress(AlphintraError, ValueError, TypeError, KeyError):
            said = json.loads(text_of_file(self._folder / LOCK))
            return f" (process {int(said['process'])}, since {said['since']})"
        return ""
