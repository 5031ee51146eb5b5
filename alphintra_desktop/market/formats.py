"""Corrections saved under a name, and found again by the columns of a file.

Each format is a JSON file of its own in the user's data folder, so that two programs that save at
once do not undo each other.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

from alphintra_desktop.disk import text_of_file, write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.corrections import Corrections, corrections_of
from alphintra_desktop.market.library import library
from alphintra_desktop.market.text_layout import column_names

_NAME = re.compile(r"[\w][\w .-]{0,62}[\w]|\w")


@dataclass(frozen=True)
class NamedFormat:
    """Corrections for all files with these columns; without columns, only for whoever names it."""

    name: str
    columns: tuple[str, ...]
    said: Corrections


def formats_folder() -> Path:
    """Where they lie."""
    return library().folder.parent / "formats"


def save_format(name: str, path: Path, said: Corrections) -> NamedFormat:
    """Keep what is said of a file under a name, in place of what was kept under it.

    The symbol and the sheet are the file's own and are not kept.
    """
    kept = replace(said, symbol="", sheet="")
    known = NamedFormat(_checked_name(name), _columns(path, said), kept)
    folder = formats_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AlphintraError(
            f"The folder of formats cannot be made: {error.strerror or error}.",
            hint=f"Check that {folder.parent} is writable.",
        ) from error
    content = {"columns": list(known.columns), "corrections": kept.as_json()}
    write_file(_file(known.name), json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return known


def saved_formats() -> tuple[NamedFormat, ...]:
    """All of them by name. Raises `AlphintraError` if one cannot be read."""
    return tuple(_read(path) for path in sorted(formats_folder().glob("*.json")))


def named_format(name: str) -> NamedFormat:
    """One of them. Raises `AlphintraError` if there is none of that name."""
    if _file(_checked_name(name)).is_file():
        return _read(_file(name))
    names = [path.stem for path in sorted(formats_folder().glob("*.json"))]
    raise AlphintraError(
        f"There is no format {name!r}.",
        hint=f"There are {', '.join(names)}." if names else "None is saved yet.",
    )


def delete_format(name: str) -> None:
    """Forget it. Raises `AlphintraError` if there is none of that name."""
    try:
        _file(_checked_name(name)).unlink()
    except FileNotFoundError:
        named_format(name)
    except OSError as error:
        raise AlphintraError(
            f"The format {name!r} cannot be deleted: {error.strerror or error}.",
            hint=f"Check that {formats_folder()} is writable.",
        ) from error


def format_of(path: Path) -> NamedFormat | None:
    """The saved format whose columns a file has, if there is one."""
    fitting = [known for known in saved_formats() if known.columns]
    return next((known for known in fitting if _columns(path, known.said) == known.columns), None)


def _columns(path: Path, said: Corrections) -> tuple[str, ...]:
    """What the header of a text says, or nothing: a count of columns tells no file from others."""
    try:
        return () if said.header_line == 0 else column_names(path, said)
    except AlphintraError:  # no text, or not with these corrections: the import will say so
        return ()


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise AlphintraError(
            f"{name[:80]!r} cannot be the name of a format.",
            hint="Use up to 64 letters, digits, spaces, dots and dashes.",
        )
    return name


def _file(name: str) -> Path:
    return formats_folder() / f"{name}.json"


def _read(path: Path) -> NamedFormat:
    try:
        content = json.loads(text_of_file(path))
        columns = tuple(str(name) for name in content["columns"])
        return NamedFormat(path.stem, columns, corrections_of(content["corrections"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AlphintraError(
            f"The saved format {path.stem!r} is damaged.",
            hint=f"Delete it (alphintra data formats --delete {path.stem!r}) and save it again.",
        ) from error
