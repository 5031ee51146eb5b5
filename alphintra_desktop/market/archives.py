"""Zip archives of files, unpacked within bounds.

A zip says how large its files are and may lie, so both what it says and what comes out is held to
the bounds. Names in it choose only what a file is called here, never where it lies.
"""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market import excel

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_MOST_FILES = 10_000
_MOST_BYTES = 16 << 30
# Text of bars packs to a fifth or a tenth; what packs to less than a two-hundredth is no bars.
_HARMLESS_BYTES = 32 << 20
_MOST_TIMES = 200
_CHUNK = 1 << 20
_EXCEL = "[Content_Types].xml"
_ENCRYPTED = 1
_NO_DATA = ("__MACOSX", ".DS_Store", "Thumbs.db")
_HINT = "Unpack it with a program that you trust, and import the files in it."


@contextmanager
def files_of(path: Path, sheet: str = "") -> Iterator[tuple[Path, ...]]:
    """The file itself or, of a zip, the files in it, which are gone afterwards. Of a workbook it is
    the named sheet, or the first with bars, as CSV by the name of the workbook.

    Raises `AlphintraError` if it is a zip that cannot or must not be unpacked.
    """
    if not _is_zip(path):
        yield (path,)
        return
    files: tuple[Path, ...]
    with tempfile.TemporaryDirectory(prefix="alphintra-unzip-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                if _is_workbook(archive):
                    files = (_sheet(archive, path, sheet, Path(folder)),)
                else:
                    files = _unpacked(archive, path.name, Path(folder))
        except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
            raise AlphintraError(
                f"{path.name} is cut short or damaged: it cannot be unpacked.",
                hint="Copy or download the file again.",
            ) from error
        yield files


def _is_zip(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_ZIP)) in (_ZIP, _EMPTY_ZIP)


def sheet_names(path: Path) -> tuple[str, ...]:
    """The sheets of an Excel workbook; () of any other file. Raises `AlphintraError` if it cannot
    or must not be opened."""
    if not _is_zip(path):
        return ()
    with zipfile.ZipFile(path) as archive:
        if not _is_workbook(archive):
            return ()
        _check_workbook(archive, path.name)
    return excel.sheets(path)


def _is_workbook(archive: zipfile.ZipFile) -> bool:
    return any(member.filename == _EXCEL for member in archive.infolist())


def _check_workbook(archive: zipfile.ZipFile, name: str) -> None:
    members = archive.infolist()
    check_size(sum(member.file_size for member in members), _packed(members), name)


def _sheet(archive: zipfile.ZipFile, path: Path, sheet: str, folder: Path) -> Path:
    _check_workbook(archive, path.name)
    target = folder / path.name
    excel.write_sheet(path, sheet, target)
    return target


def _unpacked(archive: zipfile.ZipFile, name: str, folder: Path) -> tuple[Path, ...]:
    members = archive.infolist()
    members = [member for member in members if not _is_no_data(member)]
    if not members:
        raise AlphintraError(f"{name} has no files in it.", hint="Check that it is the right zip.")
    if len(members) > _MOST_FILES:
        raise _refused(name, f"has {len(members):,} files in it")
    for member in members:
        _check(member, name)
    check_size(sum(member.file_size for member in members), _packed(members), name)
    left = _MOST_BYTES
    files = []
    for number, member in enumerate(members):
        target = folder / str(number) / PurePosixPath(member.filename.replace("\\", "/")).name
        target.parent.mkdir()
        left -= _unpack(archive, member, target, left, name)
        files.append(target)
    return tuple(files)


def _is_no_data(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename).parts
    return member.is_dir() or any(part in _NO_DATA for part in parts)


def _check(member: zipfile.ZipInfo, name: str) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in member.filename:
        raise _refused(name, f"has a file that wants to lie at {member.filename[:80]!r}")
    if not path.name.isprintable():
        raise _refused(name, f"has a file with the name {path.name[:80]!r}")
    if member.flag_bits & _ENCRYPTED:
        raise _refused(name, "is locked with a password")


def _packed(members: list[zipfile.ZipInfo]) -> int:
    return sum(member.compress_size for member in members)


def check_size(size: int, packed: int, name: str) -> None:
    """Raise `AlphintraError` if so much cannot honestly come out of a packed file of that size."""
    if size > _MOST_BYTES or (size > _HARMLESS_BYTES and size > _MOST_TIMES * packed):
        raise _refused(name, f"would unpack from {packed:,} to {size:,} bytes or more")


def _unpack(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int, name: str
) -> int:
    """Write one file and return its size."""
    written = 0
    with archive.open(member) as source, target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            if not written and chunk.startswith((_ZIP, _EMPTY_ZIP)):
                raise _refused(name, f"has another zip in it, {member.filename[:80]!r}")
            written += len(chunk)
            check_size(written, member.compress_size, name)
            if written > left:
                raise _refused(name, f"would unpack to more than {_MOST_BYTES:,} bytes")
            file.write(chunk)
    return written


def _refused(name: str, why: str) -> AlphintraError:
    return AlphintraError(f"{name} {why}.", hint=_HINT)
