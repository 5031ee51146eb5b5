"""Whole files in and out: a reader sees either the old file or the new one, never a part.

1. Write the text to a new file beside the old one, and have the disk confirm it.
2. Put it in the old one's place, which a file system does at once or not at all.
3. Have the disk confirm the folder, or a power failure could bring the old file back.

What a kill between 1 and 2 leaves behind is removed by a later write, once it is an hour old and
so nobody's any more.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import time
from pathlib import Path

from alphintra_desktop.errors import AlphintraError

LARGEST = 64 * 2**20
ABANDONED_AFTER = 3600.0
WAITS_FOR_A_BUSY_FILE = (0.01, 0.05, 0.25)


def text_of_file(path: Path) -> str:
    """The text of a file in UTF-8. Raises `AlphintraError` if it is not to be had."""
    try:
        content = _content(path)
    except OSError as problem:
        raise AlphintraError(
            f"{shown(path)} cannot be read: {_reason(problem)}.",
            hint="Check the path, and that you may read the file.",
        ) from problem
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise AlphintraError(
            f"{shown(path)} is not text in UTF-8: byte {problem.start} cannot be read.",
            hint="Take the file from a backup, or have your text editor save it as UTF-8.",
        ) from problem


def write_file(path: Path, text: str) -> None:
    """Make `text` the content of the file, all at once. A link is followed, rights are kept.

    Raises `AlphintraError` if that is not possible; the old file is then as it was.
    """
    goal = Path(os.path.realpath(path))
    fresh = goal.with_name(f".{goal.name}.{secrets.token_hex(4)}.tmp")
    try:
        try:
            _write_confirmed(fresh, text.encode())
            if goal.exists():
                fresh.chmod(stat.S_IMODE(goal.stat().st_mode))
            _take_the_place(fresh, goal)
        finally:
            fresh.unlink(missing_ok=True)
        _confirm_folder(goal.parent)
    except OSError as problem:
        raise AlphintraError(
            f"{shown(path)} cannot be written: {_reason(problem)}.",
            hint="Save it somewhere else, or make room or ask for the right to write there.",
        ) from problem
    _sweep(goal)


def shown(path: Path) -> str:
    """The path as it can be printed, also where a file's name is no proper text."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _content(path: Path) -> bytes:
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(0, "it is a folder")
    if not stat.S_ISREG(found.st_mode):
        raise OSError(0, "it is not a file but a device or a pipe")
    if found.st_size > LARGEST:
        raise OSError(0, f"it is larger than {LARGEST // 2**20} MiB")
    return path.read_bytes()


def _write_confirmed(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _take_the_place(fresh: Path, goal: Path) -> None:
    """Rename, with patience: on Windows a virus scanner may hold the old file for a moment."""
    for wait in WAITS_FOR_A_BUSY_FILE:
        try:
            fresh.replace(goal)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    fresh.replace(goal)


def _confirm_folder(folder: Path) -> None:
    if os.name == "nt":  # pragma: no cover - Windows cannot, and does not need to
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(goal: Path) -> None:
    """Remove what killed writers of this file have left. It is no matter if that fails."""
    now = time.time()
    with contextlib.suppress(OSError):
        for left in goal.parent.glob(f".{_literal(goal.name)}.????????.tmp"):
            if now - left.stat().st_mtime > ABANDONED_AFTER:
                left.unlink()


def _literal(name: str) -> str:
    """A file's name for `glob`, which gives some characters a meaning."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def _reason(problem: OSError) -> str:
    reason = problem.strerror or str(problem)
    return reason[:1].lower() + reason[1:].rstrip(".")
