"""Looking at files in a thread, one at a time; of one file only what was asked for last counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from alphintra_desktop.workspace.import_file import ImportFile, looked_at


class Previews:
    """`done` is called from the thread with every file that was looked at and is still wanted."""

    def __init__(self, done: Callable[[ImportFile], object]) -> None:
        self._done = done
        self._lock = threading.Lock()
        self._wanted: dict[Path, ImportFile] = {}
        self._thread: threading.Thread | None = None

    def ask(self, file: ImportFile) -> None:
        """Look at a file with what is said of it now. Comes back at once."""
        with self._lock:
            self._wanted[file.path] = file
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="previews", daemon=True)
                self._thread.start()

    def forget(self, path: Path) -> None:
        """Tell nothing of a file any more."""
        with self._lock:
            self._wanted.pop(path, None)

    def close(self) -> None:
        """Tell nothing any more."""
        with self._lock:
            self._wanted.clear()

    def _run(self) -> None:
        try:
            while (file := self._next()) is not None:
                seen = looked_at(file)
                if self._is_wanted(file):
                    self._done(seen)
        except BaseException:
            with self._lock:
                self._thread = None
            raise

    def _next(self) -> ImportFile | None:
        with self._lock:
            if not self._wanted:
                self._thread = None
                return None
            return next(iter(self._wanted.values()))

    def _is_wanted(self, file: ImportFile) -> bool:
        with self._lock:
            if self._wanted.get(file.path) is not file:
                return False
            del self._wanted[file.path]
            return True
