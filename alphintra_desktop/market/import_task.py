"""Importing a file as a job, so that a window need not wait for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from alphintra_desktop.report import Report


@dataclass(frozen=True)
class ImportSpec:
    """What to import, and the choices of `market.importing.import_file`. `said` is a mapping as
    `Corrections.as_json` makes it; `calendar` is kept for every symbol of the file, "" is a guess.
    """

    path: str
    dataset: str = "my_data"
    symbol: str | None = None
    timeframe: str | None = None
    market: str | None = None
    bad_rows: str = "flag"
    time_zone: str | None = None
    said: Mapping[str, Any] | None = None
    calendar: str = ""


@dataclass(frozen=True)
class EventsSpec:
    """A file of events, what the table is to be called, and how long after their time rows were
    known, where no column says it."""

    path: str
    name: str
    known_after_s: float | None = None


def run_import(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: the series that are in the library now, and notes. Keeps no file."""
    from alphintra_desktop.market.corrections import corrections_of  # noqa: PLC0415 - NumPy
    from alphintra_desktop.market.importing import import_file  # noqa: PLC0415 - brings pyarrow

    del folder
    spec = ImportSpec(**arguments)
    keep_calendar = _keeping(spec.calendar)
    imported = import_file(
        Path(spec.path),
        spec.dataset,
        symbol=spec.symbol,
        timeframe=spec.timeframe,
        market=spec.market,
        bad_rows=spec.bad_rows,
        time_zone=spec.time_zone,
        said=corrections_of(spec.said) if spec.said is not None else None,
        report=report,
    )
    for series in imported.series:
        keep_calendar(series.dataset, series.symbol)
    return {"series": [asdict(s) for s in imported.series], "notes": list(imported.notes)}


def _keeping(calendar: str) -> Callable[[str, str], object]:
    """What keeps a calendar for a symbol of a dataset. Raises `AlphintraError` if there is no such
    calendar, before anything is imported."""
    if not calendar:
        return lambda dataset, symbol: None
    from alphintra_desktop.market.calendars import checked_calendar  # noqa: PLC0415
    from alphintra_desktop.market.quality_kept import choose_calendar  # noqa: PLC0415

    name = checked_calendar(calendar)
    return lambda dataset, symbol: choose_calendar(dataset, symbol, name)


def run_import_events(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: the table as it is in the library now, and notes. Keeps no file."""
    from alphintra_desktop.market.event_import import import_events  # noqa: PLC0415 - pyarrow

    del folder
    spec = EventsSpec(**arguments)
    imported = import_events(Path(spec.path), spec.name, report, known_after_s=spec.known_after_s)
    return {"table": asdict(imported.table), "notes": list(imported.notes)}
