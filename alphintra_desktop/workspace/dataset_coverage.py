"""How much of what calendars let expect a whole dataset has: a row a series, a column a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.report import Report

if TYPE_CHECKING:
    from alphintra_desktop.market.catalog import SeriesVersion
    from alphintra_desktop.workspace.data_coverage import Coverage

# What is expected of a market where nothing is known of a series yet.
USUAL = {"us_equities": "XNYS", "crypto": "24/7", "fx": "24/5", "futures": "24/5"}


@dataclass(frozen=True)
class SeriesCoverage:
    """(M,) sessions by month, from month `start` on, which counts from January of the year 0."""

    symbol: str
    timeframe: str
    calendar: str
    start: int
    expected: tuple[int, ...]
    present: tuple[int, ...]

    def at(self, month: int) -> tuple[int, int] | None:
        """What was expected in a month and what is there; None where nothing is expected."""
        place = month - self.start
        if not 0 <= place < len(self.expected) or not self.expected[place]:
            return None
        return self.expected[place], self.present[place]


@dataclass(frozen=True)
class DatasetCoverage:
    """The series of a dataset, in the order of their symbols."""

    dataset: str
    series: tuple[SeriesCoverage, ...] = ()

    @property
    def months(self) -> range:
        """Every month in which something is expected of some series."""
        ends = [(one.start, one.start + len(one.expected)) for one in self.series if one.expected]
        if not ends:
            return range(0)
        return range(min(start for start, _ in ends), max(stop for _, stop in ends))

    @property
    def counts(self) -> tuple[int, int]:
        """All sessions that are expected, and those that are there."""
        return (
            sum(sum(one.expected) for one in self.series),
            sum(sum(one.present) for one in self.series),
        )


def dataset_coverage_job(dataset: str) -> Spec:
    """The job that counts the sessions of every series of a dataset."""
    return Spec("run_dataset_coverage", {"dataset": dataset})


def calendar_job(dataset: str, symbols: Sequence[str], calendar: str) -> Spec:
    """The job that chooses the calendar of some symbols of a dataset; without any, of all."""
    return Spec(
        "run_data_calendar", {"dataset": dataset, "symbols": list(symbols), "calendar": calendar}
    )


def coverage_from_plain(plain: Mapping[str, Any]) -> DatasetCoverage:
    """The value again that JSON made lists of."""
    rows = (
        SeriesCoverage(
            **{**row, "expected": tuple(row["expected"]), "present": tuple(row["present"])}
        )
        for row in plain["series"]
    )
    return DatasetCoverage(plain["dataset"], tuple(rows))


# ---------------------------------------------------------------- in a worker


def run_dataset_coverage(
    arguments: Mapping[str, Any], folder: Path, report: Report
) -> dict[str, Any]:
    """Count, by the calendar that was chosen, or was found when a series was checked."""
    from alphintra_desktop.market.catalog import Catalog  # noqa: PLC0415
    from alphintra_desktop.market.library import library  # noqa: PLC0415
    from alphintra_desktop.market.quality_kept import known_quality  # noqa: PLC0415 - heavy

    del folder
    catalog = Catalog(library().catalog)
    dataset = arguments["dataset"]
    versions = sorted(catalog.series_of(dataset), key=lambda one: (one.symbol, one.timeframe))
    chosen, known = catalog.calendars(dataset), known_quality(versions)
    found = []
    for done, (version, quality) in enumerate(zip(versions, known, strict=True)):
        report.progress(done, of=len(versions), doing=f"Counting sessions of {version.symbol}")
        calendar = chosen.get(version.symbol, "") or (quality.calendar if quality else "")
        found.append(_series_coverage(version, calendar or USUAL.get(version.market, "")))
    return asdict(DatasetCoverage(dataset, tuple(found)))


def _series_coverage(version: SeriesVersion, calendar: str) -> SeriesCoverage:
    from alphintra_desktop.market.library import library  # noqa: PLC0415
    from alphintra_desktop.market.quality_reading import stored_stamps  # noqa: PLC0415
    from alphintra_desktop.market.quality_table import BarTable  # noqa: PLC0415
    from alphintra_desktop.workspace.data_coverage import coverage_of  # noqa: PLC0415

    stamps = stored_stamps(library(), version)
    table = BarTable(version.symbol, version.timeframe, stamps, {})
    return by_month(version.symbol, version.timeframe, coverage_of(table, calendar))


def by_month(symbol: str, timeframe: str, coverage: Coverage) -> SeriesCoverage:
    """The months of a coverage in one row, from the first to the last of which something is
    expected."""
    if not coverage.years:
        return SeriesCoverage(symbol, timeframe, coverage.calendar, 0, (), ())
    expected = [count for year in coverage.expected for count in year]
    present = [count for year in coverage.present for count in year]
    some = [place for place, count in enumerate(expected) if count]
    first, last = some[0], some[-1] + 1
    return SeriesCoverage(
        symbol,
        timeframe,
        coverage.calendar,
        coverage.years[0] * 12 + first,
        tuple(expected[first:last]),
        tuple(present[first:last]),
    )


def run_data_calendar(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """Choose a calendar; "" lets it be guessed. Raises `AlphintraError` if there is none such."""
    from alphintra_desktop.market.catalog import Catalog  # noqa: PLC0415
    from alphintra_desktop.market.library import library  # noqa: PLC0415
    from alphintra_desktop.market.quality_kept import choose_calendar  # noqa: PLC0415 - heavy

    del folder
    dataset, calendar = arguments["dataset"], arguments["calendar"]
    every = Catalog(library().catalog).series_of(dataset)
    symbols = arguments["symbols"] or sorted({one.symbol for one in every})
    for done, symbol in enumerate(symbols):
        report.progress(done, of=len(symbols), doing=f"Choosing for {symbol}")
        choose_calendar(dataset, symbol, calendar)
    return {"symbols": len(symbols)}


COVERAGE_TASKS = (run_dataset_coverage, run_data_calendar)
