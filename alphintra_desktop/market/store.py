"""Bars out of the library, and the one door to DuckDB.

DuckDB reads foreign text files and answers SQL; our own snapshots are read by pyarrow, which needs
no second database engine in the process. DuckDB is loaded where it is first used.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir.markets import is_intraday
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.market.catalog import Catalog, SeriesVersion
from alphintra_desktop.market.feature_store import FOLDER as FEATURES
from alphintra_desktop.market.feature_store import feature_views
from alphintra_desktop.market.finding import (
    all_of_dataset,
    found_series,
    one_dataset,
    pinned_series,
)
from alphintra_desktop.market.gate import UNJUDGED, Verdict
from alphintra_desktop.market.holdout_fence import readable
from alphintra_desktop.market.library import Library, library
from alphintra_desktop.market.panel import Stamps, panel
from alphintra_desktop.market.periods import Period, period
from alphintra_desktop.market.readable_views import allowed, quoted, views_of
from alphintra_desktop.market.rejected_lines import RejectedLine, unreadable, what_is_wrong
from alphintra_desktop.market.snapshots import Series, SnapshotMissing, read_bars, write_series
from alphintra_desktop.market.text_columns import BEYOND, TextColumns, guessed_rows
from alphintra_desktop.market.text_layout import TextLayout
from alphintra_desktop.market.text_source import as_utf_8
from alphintra_desktop.market.timeframes import canonical_timeframe

if TYPE_CHECKING:
    import duckdb

# No temp folder: DuckDB would make one where the user happens to stand, and lets SQL read in it.
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
}
_READERS = 4
_BATCH = 122_880  # rows: what DuckDB works on at a time
_READ_AHEAD = "64MB"
_EMPTY_CELLS = ("", "null", "NULL", "None", "nan", "NaN", "NA", "N/A", "#N/A", "-")


@dataclass(frozen=True, eq=False)
class LoadedBars:
    """Bars and the exact data they came from: `sha256` by symbol.

    `quality` is the verdict on them, where somebody asked for one. `events` has the hash of every
    table of events that columns were joined from, by its name. `marks` are what results on these
    bars must say: that they end before what is held out, or that this was opened.
    """

    bars: Bars
    dataset: str
    timeframe: str
    market: str
    sha256: Mapping[str, str]
    quality: Verdict = UNJUDGED
    events: Mapping[str, str] = field(default_factory=dict)
    marks: tuple[str, ...] = ()


# ---------------------------------------------------------------- bars


def load_bars(  # noqa: PLR0913 - what bars there are to choose from
    dataset: str,
    symbols: Collection[str],
    timeframe: str,
    start: str = "",
    end: str = "",
    *,
    only: str = "",
) -> LoadedBars:
    """The current bars of those symbols on their union calendar; of `only` one of them if named.

    `start` and `end` are ISO dates or times, both included; empty means all there is. Raises
    `AlphintraError` if there is no such series, if a symbol has no bar in the period, or if the
    period reaches more than a week (or two bars) beyond what all of them together have.
    """
    timeframe = canonical_timeframe(timeframe)
    wanted = period(start, end)
    place = library()
    bars: Bars | None = None
    versions: tuple[SeriesVersion, ...] = ()
    while bars is None:
        found = found_series(Catalog(place.catalog), dataset, tuple(symbols), timeframe)
        wanted.check(found)
        known, marks = readable(wanted, found)
        before, versions = versions, tuple(v for v in found if only in ("", v.symbol))
        try:
            bars = _loaded(place, versions, known)
        except SnapshotMissing:  # replaced, and the old one deleted, since the catalog was asked
            if versions == before:
                raise
    return LoadedBars(
        bars=bars,
        dataset=versions[0].dataset,
        timeframe=timeframe,
        market=versions[0].market,
        sha256={version.symbol: version.sha256 for version in versions},
        marks=marks,
    )


def load_pinned(
    dataset: str, timeframe: str, pins: Mapping[str, str], start: str = "", end: str = ""
) -> LoadedBars:
    """The bars with exactly these contents (`sha256` by symbol), whatever was imported since.

    Raises `AlphintraError` as `load_bars` does, and if the library no longer holds one of them.
    """
    timeframe = canonical_timeframe(timeframe)
    wanted = period(start, end)
    place = library()
    versions = pinned_series(Catalog(place.catalog), dataset, timeframe, pins)
    wanted.check(versions)
    known, marks = readable(wanted, versions)
    bars = _loaded(place, versions, known)
    first = versions[0]
    return LoadedBars(bars, first.dataset, timeframe, first.market, dict(pins), marks=marks)


def _loaded(place: Library, versions: tuple[SeriesVersion, ...], wanted: Period) -> Bars:
    def part(version: SeriesVersion) -> tuple[Stamps, dict[str, Floats]]:
        stamps, columns = read_bars(place.snapshot(version.sha256), version.symbol)
        inside = wanted.rows(stamps, version)
        return stamps[inside], {name: values[inside] for name, values in columns.items()}

    # Decoding Parquet lets other threads run, and a portfolio has hundreds of files.
    with ThreadPoolExecutor(min(len(versions), _READERS)) as readers:
        parts = list(readers.map(part, versions))
    return panel(tuple(version.symbol for version in versions), parts)


def export_bars(path: Path, loaded: LoadedBars) -> None:
    """Write the `bars.parquet` that a generated strategy file reads, whole or not at all."""
    bars, intraday = loaded.bars, is_intraday(loaded.timeframe)
    order = sorted(range(len(bars.symbols)), key=lambda number: bars.symbols[number])
    with _replaced(path) as draft:
        write_series(
            draft,
            [
                Series(
                    bars.symbols[number],
                    bars.timestamps[bars.present[:, number]],
                    {name: bars[name][bars.present[:, number], number] for name in bars.columns},
                    intraday,
                )
                for number in order
            ],
        )


@contextmanager
def _replaced(path: Path) -> Iterator[Path]:
    """A path to write to, which becomes `path` when all went well and is gone otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".draft-", dir=path.parent) as folder:
        draft = Path(folder) / path.name
        yield draft
        draft.replace(path)


# ---------------------------------------------------------------- SQL


def rewrite_views() -> None:
    """Replace `market.duckdb`: one view a dataset and timeframe, such as `sample_1d`.

    Whoever replaces the file last checks that nothing was added meanwhile, so that however many
    processes import at once, the file ends up showing the last state of the catalog.
    """
    place = library()
    catalog = Catalog(place.catalog)
    while True:
        generation, versions = catalog.pictured()
        try:
            _replace_views(place, versions)
        except AlphintraError:  # perhaps of files that were current a moment ago
            if catalog.generation() == generation:
                raise
            continue
        if catalog.generation() == generation:
            return


def _replace_views(place: Library, versions: tuple[SeriesVersion, ...]) -> None:
    import duckdb  # noqa: PLC0415

    try:
        with _replaced(place.views) as draft, duckdb.connect(draft, config=_OFFLINE) as db:
            _create_views(db, place, versions)
    except (duckdb.Error, OSError) as error:
        raise AlphintraError(
            f"The bars are in the library, but {place.views.name} could not be rewritten:"
            f" {str(error).splitlines()[0]}",
            hint="Close what has that file open or make room on the disk; the next import"
            " rewrites it. Only DuckDB's own tools need it.",
        ) from error


def _create_views(
    db: duckdb.DuckDBPyConnection, place: Library, versions: tuple[SeriesVersion, ...]
) -> None:
    bars = dict(views_of(place, versions))
    for sql in bars.values():
        db.execute(sql)
    for view, sql in feature_views().items():
        if view not in bars:
            db.execute(f'CREATE VIEW "{view}" AS {sql}')


def query(sql: str) -> pa.Table:
    """Answer one SELECT over the views. It can read nothing but the library, and write nothing."""
    place = library()
    catalog = Catalog(place.catalog)
    while True:
        generation, versions = catalog.pictured()
        try:
            return _answer(sql, place, versions)
        except AlphintraError:  # perhaps of files that were current a moment ago
            if catalog.generation() == generation:
                raise


def _answer(sql: str, place: Library, versions: tuple[SeriesVersion, ...]) -> pa.Table:
    import duckdb  # noqa: PLC0415

    try:
        statements = duckdb.extract_statements(sql)
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            raise AlphintraError(
                "Only one SELECT at a time can be asked of the library.",
                hint="The views are named after dataset and timeframe: SELECT * FROM sample_1d.",
            )
        with duckdb.connect(":memory:", config=_OFFLINE) as db:
            _create_views(db, place, versions)
            db.execute(allowed(place, versions, [place.folder / FEATURES]))
            db.execute("SET enable_external_access = false")
            db.execute("SET lock_configuration = true")
            return db.sql(sql).to_arrow_table()
    except duckdb.Error as error:
        views = sorted({f"{version.dataset}_{version.timeframe}" for version in versions})
        views += sorted(feature_views())
        raise AlphintraError(
            f"The query failed: {str(error).splitlines()[0].rstrip('.')}.",
            hint=f"There are the views {', '.join(views)}." if views else "Import bars first.",
        ) from error


# ---------------------------------------------------------------- foreign text files


@lru_cache(maxsize=1)
def _database() -> duckdb.DuckDBPyConnection:
    """The process's one in-memory database. Opening it takes as long as ten small imports."""
    import duckdb  # noqa: PLC0415

    db = duckdb.connect(":memory:", config=_OFFLINE)
    db.execute("SET TimeZone = 'UTC'")
    return db


def read_delimited(
    path: Path, layout: TextLayout, types: Mapping[str, str]
) -> tuple[TextColumns, list[RejectedLine]]:
    """The wanted columns of a text file, and each line that has text where a number should be.

    `types` maps meanings to DuckDB types. Empty cells are nulls, and so are those that a short
    line lacks. To look for words that mean nothing ("null"), and to note faults, takes a quarter of
    the time, so numbers are first read without, and again only if there is such a word or fault.
    """
    import duckdb  # noqa: PLC0415

    cursor = _database().cursor()
    try:
        with as_utf_8(path, layout.encoding, compressed=layout.compressed) as readable:
            if "VARCHAR" not in types.values():
                with suppress(duckdb.ConversionException, duckdb.InvalidInputException):
                    return _columns(cursor, readable, layout, types, noting=False), []
            table = _columns(cursor, readable, layout, types, noting=True)
        rejects = cursor.execute(
            "SELECT line, column_name, error_type, left(error_message, 300), left(csv_line, 300)"
            " FROM reject_errors ORDER BY line, column_idx"
        ).fetchall()
    except duckdb.Error as error:
        if isinstance(error, duckdb.FatalException | duckdb.InternalException):
            _database.cache_clear()
        raise unreadable(layout, str(error)) from error
    finally:
        cursor.close()
    firsts: dict[int, RejectedLine] = {}
    for line, column, kind, message, text in rejects:
        what = what_is_wrong(layout, column, kind, message)
        firsts.setdefault(int(line), RejectedLine(int(line), what, text or ""))
    return table, list(firsts.values())


def _columns(
    cursor: duckdb.DuckDBPyConnection,
    path: Path,
    layout: TextLayout,
    types: Mapping[str, str],
    *,
    noting: bool,
) -> TextColumns:
    import duckdb  # noqa: PLC0415

    table = TextColumns(types, guessed_rows(path, compressed=layout.compressed))
    cursor.execute(f"SET streaming_buffer_size = '{_READ_AHEAD}'")
    scan = cursor.sql(_read_csv(layout, types, noting=noting), params=[str(path)])
    try:
        for batch in scan.to_arrow_reader(_BATCH):
            table.take(batch)
    except (OSError, pa.ArrowException) as error:  # as Arrow hands on what DuckDB says
        raise duckdb.InvalidInputException(str(error)) from error
    return table


def _read_csv(layout: TextLayout, types: Mapping[str, str], *, noting: bool) -> str:
    meaning_of = {index: meaning for meaning, index in layout.columns.items() if meaning in types}
    columns = {
        f"c{index}": types[meaning_of[index]] if index in meaning_of else "VARCHAR"
        for index in range(len(layout.names))
    } | {BEYOND: "VARCHAR"}
    listed = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in columns.items())
    chosen = ", ".join(f'c{index} AS "{meaning}"' for index, meaning in meaning_of.items())
    options: dict[str, Any] = {
        "auto_detect": "false",
        "header": "false",
        "strict_mode": "false",
        "null_padding": "true",
        "skip": layout.skipped_lines,
        "decimal_separator": quoted(layout.numerals.decimal),
        "delim": quoted(layout.delimiter),
        "quote": quoted(layout.quote),
        "escape": quoted(layout.quote),
        "compression": quoted("gzip" if layout.compressed else "none"),
    }
    if noting:
        options |= {"store_rejects": "true", "rejects_limit": "0"}
        options["nullstr"] = "[" + ", ".join(quoted(text) for text in _EMPTY_CELLS) + "]"
    if layout.time.format:
        options["timestampformat"] = quoted(layout.time.format)
    settings = ", ".join(f"{name} = {value}" for name, value in options.items())
    return f"SELECT {chosen}, {BEYOND} FROM read_csv(?, columns = {{{listed}}}, {settings})"


def list_series() -> tuple[SeriesVersion, ...]:
    """The current version of every series there is."""
    return Catalog(library().catalog).series()


def current_series(dataset: str | None = None, symbol: str | None = None) -> list[SeriesVersion]:
    """The current versions of all series, of a dataset, or of one symbol of it.

    Raises `AlphintraError` if there is no such dataset or symbol.
    """
    catalog = Catalog(library().catalog)
    if dataset is None:
        return list(catalog.series())
    if symbol is not None:
        one_dataset(catalog, dataset, symbol)
    found = all_of_dataset(catalog, dataset)
    return [version for version in found if symbol in (None, version.symbol)]


def describe(dataset: str, symbol: str) -> tuple[SeriesVersion, ...]:
    """Every version of one symbol, newest first. Raises `AlphintraError` if there is none."""
    catalog = Catalog(library().catalog)
    named = one_dataset(catalog, dataset, symbol)
    return catalog.versions(dataset, named)
