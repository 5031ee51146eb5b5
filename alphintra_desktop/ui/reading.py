"""Reading files in a thread, so that the window goes on meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.observe import Signal

T = TypeVar("T")


class Reading(Generic[T]):
    """Reads what was asked for last. `done` and `failed` are announced from the thread.

    `first` is called there before anything is read.
    """

    def __init__(self, first: Callable[[], object] = lambda: None) -> None:
        self._first = first
        self.done: Signal[T] = Signal()
        self.failed: Signal[AlphintraError] = Signal()
        self._asked = 0

    def ask(self, read: Callable[[], T]) -> None:
        """Read this, and forget what was being read before."""
        self._asked += 1
        threading.Thread(
            target=self._read, args=(read, self._asked), name="reading", daemon=True
        ).start()

    def forget(self) -> None:
        """Announce nothing of what is being read."""
        self._asked += 1

    def _read(self, read: Callable[[], T], number: int) -> None:
        self._first()
        try:
            found = read()
        except AlphintraError as error:
            if number == self._asked:
                self.failed.emit(error)
            return
        if number == self._asked:
            self.done.emit(found)
