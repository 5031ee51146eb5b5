"""Mending stored bars: a repair makes a new version and says what it did; the old one stays.

Steps: 1. read the whole version, rows that are no bars too; 2. do every repair on the row numbers
it names, those that move or remove rows last; 3. if anything changed, list the result as the
current version, with a line in its lineage for every repair. Undone is it by choosing the earlier
version (`quality_kept.choose_version`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType

import numpy as np

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir.markets import is_intraday
from alphintra_desktop.market.bars import Booleans, Floats
from alphintra_desktop.market.catalog import Catalog, SeriesVersion
from alphintra_desktop.market.library import library
from alphintra_desktop.market.quality_finding import QualityFinding, Repair, Rows
from alphintra_desktop.market.snapshots import Series, Stamps, read_columns, staging
from alphintra_desktop.market.store import rewrite_views
from alphintra_desktop.market.times import shown
from alphintra_desktop.report import Report

_MINUTE = np.timedelta64(60_000_000_000, "ns")


@dataclass(eq=False)
class _Draft:
    """The rows while they are mended: `keep` (R,) says which will be left."""

    stamps: Stamps
    columns: dict[str, Floats]
    keep: Booleans


def _swap_high_low(draft: _Draft, rows: Rows, number: float) -> None:
    del number
    columns = draft.columns
    columns["high"][rows], columns["low"][rows] = columns["low"][rows], columns["high"][rows]


def _widen_range(draft: _Draft, rows: Rows, number: float) -> None:
    del number
    prices = [draft.columns[name][rows] for name in ("open", "high", "low", "close")]
    draft.columns["high"][rows] = np.max(prices, axis=0)
    draft.columns["low"][rows] = np.min(prices, axis=0)


def _add_split(draft: _Draft, rows: Rows, number: float) -> None:
    """Each share becomes `number` at the open of those rows; earlier factors shrink by it."""
    for row in rows.tolist():
        draft.columns["split"][row] *= number
        draft.columns["adj_factor"][:row] /= number


def _scale_volume(draft: _Draft, rows: Rows, number: float) -> None:
    draft.columns["volume"][rows] *= number


def _shift_times(draft: _Draft, rows: Rows, number: float) -> None:
    draft.stamps[rows] += int(number) * _MINUTE


def _drop_rows(draft: _Draft, rows: Rows, number: float) -> None:
    del number
    draft.keep[rows] = False


def _sort(draft: _Draft, rows: Rows, number: float) -> None:
    """Every repair ends with the rows in order; see `_mended`."""
    del draft, rows, number


ACTIONS: Mapping[str, Callable[[_Draft, Rows, float], None]] = MappingProxyType(
    {
        "swap_high_low": _swap_high_low,
        "widen_range": _widen_range,
        "add_split": _add_split,
        "scale_volume": _scale_volume,
        "shift_times": _shift_times,
        "drop_rows": _drop_rows,
        "sort": _sort,
    }
)


def mended(series: Series, repairs: Sequence[Repair]) -> Series:
    """The series after the repairs, whose row numbers are those of the series before them."""
    columns = {name: values.copy() for name, values in series.columns.items()}
    draft = _Draft(series.timestamps.copy(), columns, np.ones(len(series.timestamps), np.bool_))
    for repair in repairs:
        ACTIONS[repair.action](draft, repair.rows, repair.number)
    rows = np.flatnonzero(draft.keep)
    rows = rows[np.argsort(draft.stamps[rows], kind="stable")]
    stamps = draft.stamps[rows]
    repeated = np.flatnonzero(np.diff(stamps) == np.timedelta64(0)) + 1
    if len(repeated):
        raise AlphintraError(
            f"After the repair, {series.symbol} would have two bars of"
            f" {shown(stamps[repeated[0]], intraday=series.intraday)}.",
            hint="Choose fewer of the repairs, or import the file again.",
        )
    return Series(
        series.symbol, stamps, {n: values[rows] for n, values in columns.items()}, series.intraday
    )


def repair_series(
    version: SeriesVersion, findings: Sequence[QualityFinding], report: Report
) -> SeriesVersion:
    """Mend what some findings about a version propose, and return the version that is current then.

    Raises `AlphintraError`, and changes nothing, if none of them proposes a repair or if no bar
    would be left.
    """
    proposed = [one for one in findings if one.repair is not None]
    if not proposed:
        raise AlphintraError(
            f"There is nothing about {version.symbol} that can be repaired here.",
            hint="`alphintra data check` says what to do about each finding.",
        )
    place = library()
    report.progress(0, of=2, doing=f"Repairing {version.symbol}")
    intraday = is_intraday(version.timeframe)
    stamps, columns = read_columns(place.snapshot(version.sha256), version.symbol)
    before = Series(version.symbol, stamps, columns, intraday)
    after = mended(before, [one.repair for one in proposed if one.repair])
    if not len(after.timestamps):
        raise AlphintraError(
            f"No bar of {version.symbol} would be left.", hint="Import better bars instead."
        )
    report.progress(1, of=2, doing="Writing")
    with staging(place.bars) as staged:
        made = _version(version, after, staged.add(after), proposed)
        (listed,) = Catalog(place.catalog).add([made], staged.publish)
    rewrite_views()
    return listed


def _version(
    version: SeriesVersion, after: Series, sha256: str, mended_of: Sequence[QualityFinding]
) -> SeriesVersion:
    lines = [said_of_repair(version, one) for one in mended_of]
    return replace(
        version,
        sha256=sha256,
        rows=len(after.timestamps),
        first=shown(after.timestamps[0], intraday=after.intraday),
        last=shown(after.timestamps[-1], intraday=after.intraday),
        has_events=after.has_events,
        imported_at=datetime.now(UTC).isoformat(timespec="seconds"),
        lineage="\n".join(filter(None, [version.lineage, *lines])),
    )


def said_of_repair(version: SeriesVersion, finding: QualityFinding) -> str:
    """What a repair did, to which bars of which version, in a sentence."""
    assert finding.repair is not None
    place, count = finding.place, len(finding.repair.rows)
    when = place.first if place.first == place.last else f"{place.first} to {place.last}"
    bars = "1 bar" if count == 1 else f"{count:,} bars"
    return (
        f"Repaired from version {version.sha256[:12]}: {finding.repair.does} ({bars}, {when};"
        f" {finding.code})."
    )
