"""The quality of stored series: looked up where it is known, checked where it is not.

What a check found is kept under the hash of the bars, with all else that it depends on: the
timeframe, the market, the calendar that the user chose, and the edition of the checks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir.markets import is_intraday
from alphintra_desktop.market.calendars import checked_calendar
from alphintra_desktop.market.catalog import Catalog, KeptCheck, SeriesVersion
from alphintra_desktop.market.finding import pinned_series
from alphintra_desktop.market.gate import Verdict, gate
from alphintra_desktop.market.library import library
from alphintra_desktop.market.quality import EDITION, Checked, checked
from alphintra_desktop.market.quality_finding import (
    BarSpan,
    QualityFinding,
    Severity,
    as_plain,
    from_plain,
    worst_first,
)
from alphintra_desktop.market.quality_reading import stored_table
from alphintra_desktop.market.store import LoadedBars, rewrite_views
from alphintra_desktop.market.times import shown
from alphintra_desktop.report import Report


@dataclass(frozen=True)
class SeriesQuality:
    """A version with what was found about it, the worst first, and its calendar ("" if unknown)."""

    version: SeriesVersion
    findings: tuple[QualityFinding, ...]
    calendar: str


def quality_of(
    versions: Sequence[SeriesVersion], report: Report, *, thorough: bool = True
) -> tuple[SeriesQuality, ...]:
    """The quality of each version, in that order.

    Unless `thorough`, what tells nothing above `Severity.INFO` and takes longest is left out.
    Raises `AlphintraError` if a file is gone or damaged.
    """
    catalog = Catalog(library().catalog)
    chosen = {name: catalog.calendars(name) for name in {version.dataset for version in versions}}
    asked = [_asked(version, chosen[version.dataset]) for version in versions]
    known = _known(catalog.kept_checks({version.sha256 for version in versions}), thorough)
    made: dict[_Key, KeptCheck] = {}
    for done, (version, question) in enumerate(zip(versions, asked, strict=True)):
        key = (version.sha256, version.timeframe, question)
        if key not in known and key not in made:
            report.progress(done, of=len(versions), doing=f"Checking {version.symbol}")
            calendar = chosen[version.dataset].get(version.symbol, "")
            made[key] = _check(version, question, calendar, thorough=thorough)
    if made:
        catalog.keep_checks(made.values())
    found = {**known, **made}
    keys = [(v.sha256, v.timeframe, question) for v, question in zip(versions, asked, strict=True)]
    return tuple(_quality(v, found[key]) for v, key in zip(versions, keys, strict=True))


def known_quality(versions: Sequence[SeriesVersion]) -> tuple[SeriesQuality | None, ...]:
    """What earlier checks found about each version; None where it was never checked as it is."""
    catalog = Catalog(library().catalog)
    chosen = {name: catalog.calendars(name) for name in {version.dataset for version in versions}}
    known = _known(catalog.kept_checks({version.sha256 for version in versions}), thorough=False)
    asked = [(v.sha256, v.timeframe, _asked(v, chosen[v.dataset])) for v in versions]
    return tuple(
        _quality(version, known[key]) if key in known else None
        for version, key in zip(versions, asked, strict=True)
    )


_REPAIRED = re.compile(r"^Repaired from version ([0-9a-f]{12}):", re.MULTILINE)
_Key = tuple[str, str, str]


def _asked(version: SeriesVersion, calendars: Mapping[str, str]) -> str:
    return f"{EDITION} {version.market} {calendars.get(version.symbol, '')} {version.symbol}"


def _known(kept: Iterable[KeptCheck], thorough: bool) -> dict[_Key, KeptCheck]:
    return {
        (check.sha256, check.timeframe, check.asked): check
        for check in kept
        if check.thorough or not thorough
    }


def _check(version: SeriesVersion, asked: str, calendar: str, *, thorough: bool) -> KeptCheck:
    table = stored_table(library(), version)
    found: Checked = checked(table, market=version.market, calendar=calendar, with_forest=thorough)
    text = json.dumps([as_plain(one) for one in found.findings])
    return KeptCheck(version.sha256, version.timeframe, asked, thorough, found.calendar, text)


def _quality(version: SeriesVersion, check: KeptCheck) -> SeriesQuality:
    found = tuple(from_plain(plain) for plain in json.loads(check.findings))
    told = worst_first([*found, *_history(version)])
    return SeriesQuality(version, told, check.calendar)


def _history(version: SeriesVersion) -> Iterable[QualityFinding]:
    """What the import of the file did, and what repairs did, as the lineage has it."""
    place = BarSpan(version.symbol, version.first, version.last, version.rows)
    for line in version.lineage.splitlines():
        repaired = _REPAIRED.match(line)
        code, hint = (
            ("repaired", "The version before it is still there: `alphintra data repair --undo`.")
            if repaired
            else ("at_import", f"It was told when {version.source} was imported.")
        )
        said = line.removeprefix(f"{version.symbol}: ")
        yield QualityFinding(code, Severity.INFO, said, hint, place)


def verdict_on(loaded: LoadedBars, report: Report, *, ignore: bool = False) -> Verdict:
    """What stands in the way of a run on these bars, and what its reader should know."""
    catalog = Catalog(library().catalog)
    current = catalog.found(loaded.dataset, loaded.timeframe, tuple(loaded.sha256))
    versions = [
        current[symbol]
        if symbol in current and current[symbol].sha256 == sha256
        else pinned_series(catalog, loaded.dataset, loaded.timeframe, {symbol: sha256})[0]
        for symbol, sha256 in loaded.sha256.items()
    ]
    found = quality_of(versions, report, thorough=False)
    intraday = is_intraday(loaded.timeframe)
    first, last = (shown(loaded.bars.timestamps[row], intraday=intraday) for row in (0, -1))
    every = [finding for one in found for finding in one.findings]
    return gate(every, first=first, last=last, ignore=ignore)


def choose_calendar(dataset: str, symbol: str, calendar: str) -> None:
    """Remember the calendar of a symbol; empty lets it be guessed again.

    Raises `AlphintraError` if there is no such calendar.
    """
    name = checked_calendar(calendar) if calendar else ""
    Catalog(library().catalog).choose_calendar(dataset, symbol, name)


def before_repair(version: SeriesVersion) -> SeriesVersion:
    """The version that a repaired one was made from.

    Raises `AlphintraError` if the version was not repaired, or the earlier one is not listed.
    """
    versions = Catalog(library().catalog).versions(version.dataset, version.symbol)
    repaired = _REPAIRED.findall(version.lineage)
    for one in versions:
        if repaired and one.key == version.key and one.sha256.startswith(repaired[-1]):
            return one
    raise AlphintraError(
        f"The bars of {version.symbol} are not the result of a repair.",
        hint="`alphintra data show` lists the versions there are.",
    )


def choose_version(version: SeriesVersion) -> None:
    """Make an earlier version of a series the current one again: how a repair is undone."""
    Catalog(library().catalog).choose(version)
    rewrite_views()
