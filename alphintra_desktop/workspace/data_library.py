"""What the market library holds, read in a thread: a row for every series, searched and sorted.

Rows are plain values, so that thousands of symbols cost no more than a short wait in that thread.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.catalog import Catalog, SeriesVersion
from alphintra_desktop.market.library import Library, library
from alphintra_desktop.market.quality_finding import Severity
from alphintra_desktop.observe import Signal
from alphintra_desktop.workspace.notices import Notices

if TYPE_CHECKING:
    from alphintra_desktop.market.quality_kept import SeriesQuality

Key = tuple[str, str, str]


class Light(Enum):
    """The worst that is known of a series."""

    GOOD = "checked, nothing wrong"
    WARNING = "checked, with warnings"
    ERROR = "checked, with errors"
    UNKNOWN = "not checked yet"


class SeriesRow(NamedTuple):
    """A series as a list shows it. `size` is that of its file in bytes."""

    version: SeriesVersion
    size: int
    versions: int
    light: Light


class DatasetRows(NamedTuple):
    """A dataset with those of its series that are listed."""

    name: str
    series: tuple[SeriesRow, ...]


def read_rows() -> tuple[SeriesRow, ...]:
    """Every series there is. Raises `AlphintraError` if the library cannot be read."""
    from alphintra_desktop.market.quality_kept import known_quality  # noqa: PLC0415 - heavy

    place = library()
    if not place.catalog.exists():
        return ()
    catalog = Catalog(place.catalog)
    current = catalog.series()
    counts, sizes, known = catalog.version_counts(), _sizes(place), known_quality(current)
    return tuple(
        SeriesRow(one, sizes.get(one.sha256, 0), counts.get(one.key, 1), light_of(quality))
        for one, quality in zip(current, known, strict=True)
    )


def _sizes(place: Library) -> dict[str, int]:
    """The size of every file by the hash that names it, in one walk over the folder."""
    if not place.bars.is_dir():
        return {}
    with os.scandir(place.bars) as files:
        return {Path(file.name).stem: file.stat().st_size for file in files if file.is_file()}


def light_of(quality: SeriesQuality | None) -> Light:
    """How a series fares by what is known of it."""
    if quality is None:
        return Light.UNKNOWN
    found = {finding.severity for finding in quality.findings}
    if Severity.ERROR in found:
        return Light.ERROR
    return Light.WARNING if Severity.WARNING in found else Light.GOOD


SORTS: Mapping[str, Callable[[SeriesRow], Any]] = {
    "symbol": lambda row: (row.version.symbol.lower(), row.version.timeframe),
    "light": lambda row: list(Light).index(row.light),
    "timeframe": lambda row: (row.version.timeframe, row.version.symbol),
    "rows": lambda row: row.version.rows,
    "first": lambda row: row.version.first,
    "last": lambda row: row.version.last,
    "size": lambda row: row.size,
    "source": lambda row: row.version.source.lower(),
    "updated": lambda row: row.version.imported_at,
    "versions": lambda row: row.versions,
}


def arranged(
    rows: Iterable[SeriesRow], words: str = "", by: str = "symbol", *, falling: bool = False
) -> tuple[DatasetRows, ...]:
    """The series in which every word occurs, by dataset, those of each in order."""
    wanted = words.lower().split()
    datasets: dict[str, list[SeriesRow]] = {}
    for row in rows:
        version = row.version
        told = f"{version.dataset} {version.symbol} {version.timeframe} {version.source}".lower()
        if all(word in told for word in wanted):
            datasets.setdefault(version.dataset, []).append(row)
    return tuple(
        DatasetRows(name, tuple(sorted(datasets[name], key=SORTS[by], reverse=falling)))
        for name in sorted(datasets, key=str.lower)
    )


class DataLibrary:
    """The rows of the library as they were read last. `changed` announces them, from a thread."""

    def __init__(self, notices: Notices) -> None:
        self.changed: Signal[Sequence[SeriesRow]] = Signal()
        self._notices = notices
        self._lock = threading.Lock()
        self._asked = 0
        self.rows: tuple[SeriesRow, ...] = ()
        self.was_read = False

    def read(self) -> None:
        """Look again. Comes back at once."""
        with self._lock:
            self._asked += 1
            number = self._asked
        threading.Thread(
            target=self._read, args=(number,), name="data library", daemon=True
        ).start()

    def _read(self, number: int) -> None:
        try:
            rows = read_rows()
        except AlphintraError as error:
            self._notices.error(error)
            return
        with self._lock:
            if number != self._asked:  # asked again meanwhile: what comes then is newer
                return
            self.rows, self.was_read = rows, True
        self.changed.emit(rows)

    def row(self, key: Key) -> SeriesRow | None:
        """The row of a series."""
        return next((row for row in self.rows if row.version.key == key), None)
