"""Importing a file as a job, so that a window need not wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from alphintra_desktop.report import Report


@dataclass(frozen=True)
class ImportSpec:
    """What to import, and the choices of `market.importing.import_file`. `said` is a mapping as
    `Corrections.as_json` makes it."""

    path: str
    dataset: str = "my_data"
    symbol: str | None = None
    timeframe: str | None = None
    market: str | None = None
    bad_rows: str = "flag"
    time_zone: str | None = None
    said: Mapping[str, Any] | None = None


def run_import(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: the series that are in the library now, and notes. Keeps no file."""
    from alphintra_desktop.market.corrections import corrections_of  # noqa: PLC0415 - NumPy
    from alphintra_desktop.market.importing import import_file  # noqa: PLC0415 - brings pyarrow

    del folder
    spec = ImportSpec(**arguments)
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
    return {"series": [asdict(s) for s in imported.series], "notes": list(imported.notes)}
