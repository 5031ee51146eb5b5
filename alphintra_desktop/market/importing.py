"""Foreign files into the library, all or nothing.

Steps: 1. read the rows as they are (`raw_rows`); 2. refuse, flag or leave out what is no bar
(`bar_checks`); 3. order them, each time once (`row_order`); 4. find the timeframe; 5. find splits
and dividends (`corporate_actions`); 6. stage one Parquet file a symbol; 7. under the catalog's
lock, move the files to their names and list them; 8. rewrite the views. Until step 7 nothing of
it can be seen, and after it everything.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir.markets import MARKETS
from alphintra_desktop.market.archives import files_of
from alphintra_desktop.market.catalog import Catalog, SeriesVersion
from alphintra_desktop.market.corrections import Corrections
from alphintra_desktop.market.file_limits import unchanged
from alphintra_desktop.market.file_reading import market_of, read_file
from alphintra_desktop.market.file_series import Choices, FileSeries
from alphintra_desktop.market.library import library
from alphintra_desktop.market.snapshots import Series, staging
from alphintra_desktop.market.store import rewrite_views
from alphintra_desktop.market.suspicions import is_seen_again
from alphintra_desktop.market.text_layout import TextLayout
from alphintra_desktop.market.times import shown
from alphintra_desktop.report import Report

_DATASET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_BAD_ROWS = ("flag", "refuse", "drop")


@dataclass(frozen=True)
class Imported:
    """What is in the library now, and what the user should know about how it got there."""

    series: tuple[SeriesVersion, ...]
    notes: tuple[str, ...]


def import_file(  # noqa: PLR0913 - each is a choice the user may make, and most make none
    path: Path,
    dataset: str,
    *,
    symbol: str | None = None,
    timeframe: str | None = None,
    market: str | None = None,
    bad_rows: str = "flag",
    time_zone: str | None = None,
    layout: TextLayout | None = None,
    said: Corrections | None = None,
    report: Report,
) -> Imported:
    """Import a CSV, TSV (also .gz), Excel or Parquet file of one or many symbols, or a zip of such.

    Without `symbol`, a column of symbols or else the file's name says it; without `timeframe`, the
    most common step between rows; without `market`, the days and the symbol; without `time_zone`,
    times that name no zone are UTC, unless an hour that is there twice gives theirs away; without
    `layout`, a text is read as `guess_layout` says, corrected by what is `said`, which a saved
    format says if it is None (see `formats`). For `bad_rows` see `Choices`. Raises `AlphintraError`
    and changes nothing if the file is not bars.
    """
    if bad_rows not in _BAD_ROWS:
        raise AlphintraError(
            f"Bad rows cannot be treated as {bad_rows!r}.",
            hint=f"Choose one of {', '.join(_BAD_ROWS)}.",
        )
    choices = Choices(symbol, timeframe, bad_rows, time_zone, layout, said)
    with unchanged(path):
        report.progress(0, of=2, doing=f"Reading {path.name}")
        found = _series_of_files(path, choices)
    count = sum(len(file.series) for file in found)
    report.progress(1, of=2, doing=f"Writing {count:,} series")
    markets = [market or market_of(file, said) for file in found]
    versions = publish(dataset, list(zip(markets, found, strict=True)), report)
    return Imported(versions, _all_notes(found))


def _series_of_files(path: Path, choices: Choices) -> list[FileSeries]:
    try:
        with files_of(path, choices.said.sheet if choices.said else "") as files:
            found = [read_file(file, choices) for file in files]
    except OSError as error:
        raise AlphintraError(
            f"{path} cannot be read: {error.strerror or error}.",
            hint="Check that you may read it, and that there is room for what it unpacks to.",
        ) from error
    names = [(series.symbol, file.timeframe) for file in found for series in file.series]
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if len(found) > 1 and twice is not None:
        raise AlphintraError(
            f"Several files of {path.name} hold {twice[1]} bars of {twice[0]}.",
            hint="Unpack it and join them into one file, or name each file after its symbol.",
        )
    return [replace(file, source=path.name) for file in found]


def _all_notes(found: Sequence[FileSeries]) -> tuple[str, ...]:
    """The notes of all files, each with its file where there are several."""
    if len(found) == 1:
        return found[0].notes
    return tuple(f"{file.name}: {note}" for file in found for note in file.notes)


# ---------------------------------------------------------------- into the library


def publish(
    dataset: str, files: Sequence[tuple[str, FileSeries]], report: Report
) -> tuple[SeriesVersion, ...]:
    """Write and list the series of some files, each with its market, all or none: steps 6 to 8."""
    checked_dataset(dataset)
    for market, _ in files:
        _checked_market(market)
    place = library()
    every = [(market, file, series) for market, file in files for series in file.series]
    with staging(place.bars) as staged:
        versions = []
        for done, (market, file, series) in enumerate(every):
            report.progress(done, of=len(every), doing=f"Writing {series.symbol}")
            versions.append(_version(dataset, market, file, series, staged.add(series)))
        report.progress(len(every), of=len(every), doing="Listing")
        listed = Catalog(place.catalog).add(versions, staged.publish)
    rewrite_views()
    return listed


def checked_dataset(dataset: str) -> str:
    """The name. Raises `AlphintraError` if no dataset may be called so."""
    if not _DATASET.fullmatch(dataset):
        raise AlphintraError(
            f"{dataset[:80]!r} cannot be the name of a dataset.",
            hint="Use up to 64 letters, digits, dots, dashes and underscores.",
        )
    return dataset


def _checked_market(market: str) -> None:
    if market not in MARKETS:
        raise AlphintraError(
            f"There is no market '{market}'.", hint=f"Choose one of {', '.join(MARKETS)}."
        )


def _version(
    dataset: str, market: str, file: FileSeries, series: Series, sha256: str
) -> SeriesVersion:
    return SeriesVersion(
        dataset=dataset,
        symbol=series.symbol,
        timeframe=file.timeframe,
        sha256=sha256,
        rows=len(series.timestamps),
        first=shown(series.timestamps[0], intraday=series.intraday),
        last=shown(series.timestamps[-1], intraday=series.intraday),
        market=market,
        source=file.source,
        bar_stamp="open",
        has_events=series.has_events,
        imported_at=datetime.now(UTC).isoformat(timespec="seconds"),
        lineage=lineage_of(file, series.symbol),
    )


def lineage_of(file: FileSeries, symbol: str) -> str:
    """What the import of a file did that is about this symbol, or about no symbol alone, and that
    cannot be seen in the stored bars any more."""
    others = tuple(f"{series.symbol}: " for series in file.series if series.symbol != symbol)
    mine = [note for note in file.notes if not (others and note.startswith(others))]
    return "\n".join(note for note in mine if not is_seen_again(note, symbol))
