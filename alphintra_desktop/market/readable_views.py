"""The library's bars as SQL views, without what is held out.

A view reads its files whenever it is asked, and whoever may read the files could read all of them:
so where a part is held out, the rest becomes a table and the files stay closed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from alphintra_desktop.market.catalog import SeriesVersion
from alphintra_desktop.market.holdout_fence import first_sealed
from alphintra_desktop.market.library import Library


def views_of(place: Library, versions: Sequence[SeriesVersion]) -> Iterator[tuple[str, str]]:
    """The name of every view, one a dataset and timeframe, and the SQL that makes it."""
    for name, series in _by_view(versions).items():
        by_start: dict[str, list[str]] = {}
        for version in series:
            files = by_start.setdefault(first_sealed(version), [])
            files.append(str(place.snapshot(version.sha256)))
        rows = " UNION ALL ".join(_rows(files, start) for start, files in sorted(by_start.items()))
        kind = "TABLE" if any(by_start) else "VIEW"
        shown = name.replace('"', '""')
        yield name, f'CREATE {kind} "{shown}" AS {rows}'


def allowed(place: Library, versions: Sequence[SeriesVersion], others: Iterable[Path]) -> str:
    """The settings of DuckDB that say what SQL may read: bars of which no part is held out, and,
    where nothing at all is, other folders, whose files may have been computed from what is now."""
    folders: list[Path] = []
    paths: list[str] = []
    if any(first_sealed(version) for version in versions):
        open_ones = [s for s in _by_view(versions).values() if not any(map(first_sealed, s))]
        paths = [str(place.snapshot(version.sha256)) for series in open_ones for version in series]
    else:
        folders = [place.bars, *others]
    listed = ", ".join(quoted(f"{folder}{os.sep}") for folder in folders)
    files = ", ".join(quoted(path) for path in sorted(set(paths)))
    return f"SET allowed_directories = [{listed}]; SET allowed_paths = [{files}]"


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _by_view(versions: Sequence[SeriesVersion]) -> dict[str, list[SeriesVersion]]:
    found: dict[str, list[SeriesVersion]] = {}
    for version in versions:
        found.setdefault(f"{version.dataset}_{version.timeframe}", []).append(version)
    return found


def _rows(files: Iterable[str], sealed_from: str) -> str:
    """SQL for the rows of files until before a date; for all with an empty one."""
    listed = ", ".join(quoted(path) for path in sorted(set(files)))
    until = f" WHERE timestamp < TIMESTAMP {quoted(sealed_from)}" if sealed_from else ""
    return f"SELECT * FROM read_parquet([{listed}]){until}"
