"""A lock on a file that the operating system gives back when its holder is gone, however it went.

The lock belongs to the open file. Children do not inherit it, because they are spawned.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path

if sys.platform == "win32":  # pragma: no cover
    import msvcrt
else:
    import fcntl

FAR_OUT = 2**30
"""Windows keeps others from reading a locked byte, so a byte is locked where there is no text."""
TAKEN = {errno.EWOULDBLOCK, errno.EACCES, errno.EAGAIN, errno.EDEADLK}


class OsLock:
    """A lock that is held. `text` of it can be read by everybody."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor

    @classmethod
    def take(cls, path: Path) -> OsLock | None:
        """The lock on `path`, which is made where it is missing; None if somebody holds it.

        Raises OSError where the file cannot be opened, or its disk knows no locks.
        """
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _lock(descriptor)
        except OSError as problem:
            os.close(descriptor)
            if problem.errno in TAKEN:
                return None
            raise
        return cls(path, descriptor)

    @property
    def descriptor(self) -> int:
        """The open file, to write to. Only while the lock is held."""
        assert self._descriptor is not None
        return self._descriptor

    def say(self, text: str) -> None:
        """Leave a note about the holder in the file."""
        if self._descriptor is not None:
            os.truncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, text.encode())

    def release(self, *, remove: bool = False) -> None:
        """Let others have it; with `remove`, the file goes too. May be done more than once."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        if remove and os.name != "nt":  # while it is held, so that nobody's new lock is removed
            self.path.unlink(missing_ok=True)
        os.close(descriptor)
        if remove and os.name == "nt":  # pragma: no cover - an open file cannot be removed there
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock on `path`. Raises OSError as `OsLock.take` does."""
    if not path.exists():
        return False
    lock = OsLock.take(path)
    if lock is None:
        return True
    lock.release()
    return False


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":  # pragma: no cover
        os.lseek(descriptor, FAR_OUT, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
