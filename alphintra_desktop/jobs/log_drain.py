"""Writes what a task prints to its log, and no more than fits: run as a program of its own.

Its first word of input is the log's path, the rest is what was printed. A process of its own,
because a thread of the worker could not read while C code prints and holds Python's lock, and
because it also has to write down what was printed when the worker dies. It imports nothing heavy
and keeps one buffer, so that a gigabyte costs neither disk nor memory.
"""

from __future__ import annotations

import os
import sys

LARGEST_LOG = 1_000_000  # bytes, the last line apart
MORE_WAS_DROPPED = b"\n[more than 1 MB was printed: everything after this was dropped]\n"
BUFFER = 1 << 16


def drain(source: int, log: int) -> None:
    """Copy from `source` to `log` until it ends; read on, but drop, what is too much."""
    room = LARGEST_LOG
    while chunk := os.read(source, BUFFER):
        if room >= 0:
            room = _write(log, chunk, room)


def _write(log: int, chunk: bytes, room: int) -> int:
    """How much room is left; -1 once the log has got its last line."""
    try:
        _write_all(log, chunk[:room])
        if len(chunk) <= room:
            return room - len(chunk)
        _write_all(log, MORE_WAS_DROPPED)
    except OSError:  # the disk is full: the task must still be able to print
        pass
    return -1


def _write_all(log: int, content: bytes) -> None:
    while content:
        content = content[os.write(log, content) :]


def _path_of_the_log(source: int) -> str:
    path = bytearray()
    while (byte := os.read(source, 1)) not in (b"\0", b""):
        path += byte
    return os.fsdecode(bytes(path))


def _opened(path: str) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError:
        return -1  # every write to it fails, and so everything is dropped


def main() -> None:
    """Drain standard input into the log that it names first, with a zero byte behind."""
    source = sys.stdin.fileno()
    if path := _path_of_the_log(source):
        drain(source, _opened(path))


if __name__ == "__main__":
    main()
