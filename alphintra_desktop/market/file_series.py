"""The series of one file, read and checked, before any library is touched: steps 1 to 5 of an
import, which `importing` lists.

Where a file gives adjusted closes, the factor is their ratio to the close, exactly. Else it is the
product of its split and dividend factors; else what its stated events make; else 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir.markets import is_intraday
from alphintra_desktop.market.bar_checks import Judged, judged, refused
from alphintra_desktop.market.bar_stamps import at_open, guessed_bar_stamp
from alphintra_desktop.market.bars import PRICES, Booleans, Floats
from alphintra_desktop.market.corporate_actions import (
    Adjustment,
    already_in_the_prices,
    factor_of_events,
    from_adjusted_closes,
    from_factors,
)
from alphintra_desktop.market.corrections import NOTHING_SAID, Corrections
from alphintra_desktop.market.formats import NamedFormat
from alphintra_desktop.market.raw_rows import RawRows, raw_rows
from alphintra_desktop.market.row_order import (
    OrderedRows,
    ordered,
    without_conflicts,
    without_repeats,
)
from alphintra_desktop.market.snapshots import Series, are_bars
from alphintra_desktop.market.suspicions import Watched, listed, suspicions
from alphintra_desktop.market.text_layout import TextLayout
from alphintra_desktop.market.time_zones import checked_zone, guessed_zone, has_clock, in_utc
from alphintra_desktop.market.timeframes import (
    canonical_timeframe,
    inferred_timeframe,
    step_seconds,
)

_LONGEST_SYMBOL = 64
_ENDINGS = (".gz", ".csv", ".tsv", ".txt", ".parquet", ".pq", ".xlsx", ".xlsm")
# More bad rows than one in so many are no slips of a vendor: the file is being misread.
_ROWS_A_SLIP = 50
_MOST_SUSPICIONS = 30


@dataclass(frozen=True)
class Choices:
    """What a user may say about a file; all of it is found out otherwise.

    `bad_rows`: "flag" keeps rows whose prices cannot be, as they are and told, if they are few;
    "refuse" refuses a file that has one; "drop" leaves them out. `time_zone` is that of times
    which name none. `layout` says how a text is written, in place of a guess; `said` corrects a
    guess, and the others come before it.
    """

    symbol: str | None = None
    timeframe: str | None = None
    bad_rows: str = "flag"
    time_zone: str | None = None
    layout: TextLayout | None = None
    said: Corrections | None = None


@dataclass(frozen=True)
class ReadAs:
    """How a file was read: the layout of a text, the zone of its times (`zoned` if they name it
    themselves), "open" or "close" for what they are of, and how many rows there were."""

    layout: TextLayout | None
    zoned: bool
    time_zone: str
    bar_stamp: str
    rows: int


@dataclass(frozen=True)
class FileSeries:
    """The series of one file, ready to be listed, and what to say about them. `source` is what the
    user named: the file, or the archive that it is in. `format` is the saved one that it was read
    by."""

    name: str
    source: str
    timeframe: str
    series: tuple[Series, ...]
    notes: tuple[str, ...]
    read_as: ReadAs | None = None
    format: NamedFormat | None = None


def series_of_file(path: Path, choices: Choices) -> FileSeries:
    """Read and check a file without touching the library: steps 1 to 5."""
    notes: list[str] = []
    said = choices.said or NOTHING_SAID
    choices = _with_what_is_said(choices, said)
    raw = _zoned(raw_rows(path, choices.layout, said), choices, notes)
    usable = _usable(raw, choices.bad_rows, notes)
    raw, table = _in_order(raw, usable, choices, notes)
    timeframe = _timeframe(table, choices.timeframe, raw)
    intraday = is_intraday(timeframe)
    drop = choices.bad_rows == "drop"
    table = _each_time_once(table, raw, intraday=intraday, drop=drop, notes=notes)
    stamp = said.bar_stamp or guessed_bar_stamp(raw, table, step_seconds(timeframe))
    if intraday and stamp == "close":
        table = at_open(table, timeframe)
        notes.append("The times are those of the closes of bars and were made those of the opens.")
    if intraday and not raw.zoned:
        notes.append("The times name no zone and were taken as UTC.")
    if "volume" not in raw.numbers:
        notes.append("There is no volume column; volume is unknown.")
    series = _each_series(table, _symbols(raw, path, choices.symbol), intraday, notes)
    read_as = ReadAs(raw.layout, raw.zoned, raw.time_zone, stamp, len(raw.stamps))
    return FileSeries(raw.name, raw.name, timeframe, tuple(series), tuple(notes), read_as)


def _with_what_is_said(choices: Choices, said: Corrections) -> Choices:
    return replace(
        choices,
        symbol=choices.symbol if choices.symbol is not None else said.symbol or None,
        timeframe=choices.timeframe if choices.timeframe is not None else said.timeframe or None,
        time_zone=choices.time_zone or said.time_zone or None,
    )


def _zoned(raw: RawRows, choices: Choices, notes: list[str]) -> RawRows:
    """The rows in UTC if a zone is given for their times and means something for them."""
    given = choices.time_zone or raw.time_zone
    if not given:
        return raw
    zone = checked_zone(given)
    if raw.zoned:
        notes.append(f"The times say their zone themselves; {given} was not used.")
        return raw
    return in_utc(raw, zone) if has_clock(raw) else raw


def _usable(raw: RawRows, bad_rows: str, notes: list[str]) -> Booleans:
    """(R,): the rows that are bars, and those that are kept nevertheless."""
    found = judged(raw)
    notes.extend(
        f"{raw.unit} {line.line} comes after the last bar and was left out:"
        f" {line.text.strip()[:60]!r}."
        for line in raw.footer[:_MOST_SUSPICIONS]
    )
    usable = found.sound
    if found.first is not None and bad_rows == "drop":
        where = f"{raw.unit.lower()} {found.first.where}"
        notes.append(f"{_rows(found.bad)} left out, the first is {where}: {found.first.what}.")
    elif found.first is not None:
        slips = found.bad == found.kept.sum() and found.bad * _ROWS_A_SLIP <= len(raw.stamps)
        if bad_rows == "refuse" or not slips:
            raise refused(raw, found.first, found.bad)
        notes.append(_said_of_kept(raw, found))
        usable = found.sound | found.kept
    if not found.sound.any():
        raise _no_bars(raw)
    notes.extend(_said_of_unknown_volume(raw, usable))
    return usable


def _said_of_kept(raw: RawRows, found: Judged) -> str:
    assert found.first is not None
    counted = ", ".join(f"{count:,} with {title}" for title, count in found.faults)
    stamp = _plain_time(raw.stamps[int(np.argmax(found.kept))])
    are = "is no bar" if found.bad == 1 else "are no bars"
    return (
        f"{_rows(found.bad)} {are} ({counted}), the first is {raw.unit.lower()} {found.first.where}"
        f" of {stamp}: {found.first.what}. What the file says is kept, and strategies are not"
        " given it."
    )


def _said_of_unknown_volume(raw: RawRows, usable: Booleans) -> list[str]:
    if "volume" not in raw.numbers:
        return []
    unknown = np.flatnonzero(np.isnan(raw.numbers["volume"]) & usable)
    if not len(unknown):
        return []
    first = int(unknown[0])
    have = "has" if len(unknown) == 1 else "have"
    return [
        f"{_rows(len(unknown))} {have} no volume, the first is {raw.unit.lower()}"
        f" {raw.where(first)} of {_plain_time(raw.stamps[first])}."
    ]


def _plain_time(stamp: np.datetime64) -> str:
    return str(stamp)[:19].removesuffix("T00:00:00").replace("T", " ")


def _in_order(
    raw: RawRows, usable: Booleans, choices: Choices, notes: list[str]
) -> tuple[RawRows, OrderedRows]:
    table, was_mixed = ordered(raw, usable)
    table, repeats = without_repeats(table)
    if not raw.zoned and not choices.time_zone and has_clock(raw):
        repeated = table.stamps[table.repeats()].astype("datetime64[us]")
        zone = guessed_zone(raw, np.unique(repeated)) if len(repeated) else None
        if zone is not None:
            raw = in_utc(raw, zone)
            table, repeats = without_repeats(ordered(raw, usable)[0])
            was_mixed = False
            notes.append(
                f"The hour from {_plain_time(repeated[0])} is there twice, as where clocks are set"
                f" back in {zone}: the times were taken as that zone's."
            )
    if was_mixed:
        notes.append("The rows were not in order of time; they are now.")
    if repeats:
        notes.append(f"{_rows(repeats)} left out, exact repetitions of others.")
    return raw, table


def _each_time_once(
    table: OrderedRows, raw: RawRows, *, intraday: bool, drop: bool, notes: list[str]
) -> OrderedRows:
    if not intraday:
        table = replace(table, stamps=table.stamps.astype("datetime64[D]").astype("datetime64[ns]"))
    table, conflicts = without_conflicts(table, raw, intraday=intraday, drop=drop)
    if conflicts:
        notes.append(f"{_rows(conflicts)} left out because they claimed the same times.")
    if not len(table.rows):
        raise _no_bars(raw)
    return table


def _no_bars(raw: RawRows) -> AlphintraError:
    return AlphintraError(
        f"{raw.name} has no row that is a bar.", hint="Check that it is the right file."
    )


def _rows(count: int) -> str:
    return f"{count:,} row{'s' if count > 1 else ''}"


# ---------------------------------------------------------------- names


def _symbols(raw: RawRows, path: Path, symbol: str | None) -> tuple[str, ...]:
    """The symbol of each code in the table."""
    used = raw.symbol_names if raw.symbols is not None else ("",)
    if symbol is not None and len(used) > 1:
        raise AlphintraError(
            f"{raw.name} holds {len(used)} symbols, so that not all can be {symbol!r}.",
            hint="Leave the symbol out: the file names them itself.",
        )
    if raw.symbols is not None and symbol is None:
        return tuple(_checked_symbol(name) for name in used)
    if symbol is None:
        symbol = (raw.layout.symbol if raw.layout is not None else "") or _file_stem(path)
    return (_checked_symbol(symbol),)


def _file_stem(path: Path) -> str:
    name = path.name
    while any(name.lower().endswith(ending) for ending in _ENDINGS):
        name = name[: name.rindex(".")]
    return name


def _checked_symbol(symbol: str) -> str:
    name = symbol.strip()
    if not name or len(name) > _LONGEST_SYMBOL or not name.isprintable():
        raise AlphintraError(
            f"{symbol[:80]!r} cannot be a symbol.",
            hint=f"Use 1 to {_LONGEST_SYMBOL} printable characters.",
        )
    return name


def _timeframe(table: OrderedRows, given: str | None, raw: RawRows) -> str:
    if given is None:
        return inferred_timeframe(table.stamps, table.new_series, raw.name)
    timeframe = canonical_timeframe(given)
    steps = np.diff(table.stamps)[~table.new_series[1:]]
    shortest = np.median(steps[steps > np.timedelta64(0)]) if len(steps) else None
    if shortest is not None and shortest < np.timedelta64(step_seconds(timeframe), "s") // 2:
        seconds = int(shortest // np.timedelta64(1, "s"))
        raise AlphintraError(
            f"The rows of {raw.name} are about {seconds:,} seconds apart, too close for"
            f" {timeframe} bars.",
            hint="Leave the timeframe out, or give the one that the file is in.",
        )
    return timeframe


# ---------------------------------------------------------------- series


def _each_series(
    table: OrderedRows, symbols: tuple[str, ...], intraday: bool, notes: list[str]
) -> list[Series]:
    starts = np.flatnonzero(table.new_series)
    stops = np.append(starts[1:], len(table.codes))
    made, said = [], []
    for start, stop in zip(starts, stops, strict=True):
        part = table.picked(slice(int(start), int(stop)))
        symbol = symbols[int(part.codes[0])]
        series, looks = _one_series(part, symbol, intraday, notes)
        made.append(series)
        said += [(symbol, text) for text in looks]
    notes.extend(listed(said, len(made), _MOST_SUSPICIONS))
    return made


def _one_series(
    part: OrderedRows, symbol: str, intraday: bool, notes: list[str]
) -> tuple[Series, list[str]]:
    numbers = part.numbers
    whole = are_bars(numbers)
    sound = part if whole.all() else part.picked(whole)
    adjustment = _adjustment(sound.numbers, symbol, notes)
    columns: dict[str, Floats] = {name: numbers[name] for name in PRICES}
    columns["volume"] = numbers.get("volume", np.full(len(part.rows), np.nan))
    columns |= _for_all_rows(adjustment, whole)
    watched = Watched(
        sound.stamps,
        {name: sound.numbers.get(name, columns[name]) for name in (*PRICES, "volume")},
        adjustment.split != 1.0,
        intraday,
    )
    return Series(symbol, part.stamps, columns, intraday), suspicions(watched)


def _for_all_rows(adjustment: Adjustment, whole: Booleans) -> dict[str, Floats]:
    """The adjustment of the bars, and for rows that are none the factor of the bar before."""
    events = {"split": adjustment.split, "dividend": adjustment.dividend}
    if whole.all():
        return {"adj_factor": adjustment.adj_factor, **events}
    bar_before = np.maximum(np.cumsum(whole) - 1, 0)
    return {
        "adj_factor": adjustment.adj_factor[bar_before],
        "split": np.where(whole, adjustment.split[bar_before], 1.0),
        "dividend": np.where(whole, adjustment.dividend[bar_before], 0.0),
    }


def _adjustment(numbers: Mapping[str, Floats], symbol: str, notes: list[str]) -> Adjustment:
    opens, closes = numbers["open"], numbers["close"]
    found = _found_adjustment(numbers)
    if "split" not in numbers and "dividend" not in numbers:
        ones = np.ones(len(closes))  # both the same: memory that is new takes long to fill
        return found or Adjustment(ones, ones, np.zeros(len(closes)))
    # Files without an event say 0, 1 or nothing, for splits as for dividends.
    split = np.nan_to_num(numbers.get("split", np.ones(len(closes))), nan=1.0)
    split = np.where(split == 0, 1.0, split)
    dividend = np.nan_to_num(numbers.get("dividend", np.zeros(len(closes))), nan=0.0)
    known = already_in_the_prices(opens, closes, split)
    if known.any():
        notes.append(
            f"{symbol}: {known.sum()} splits named in the file are already in its prices, which"
            " do not jump there."
        )
        split = np.where(known, 1.0, split)
    factor = found.adj_factor if found else factor_of_events(closes, split, dividend)
    return Adjustment(factor, split, dividend)


def _found_adjustment(numbers: Mapping[str, Floats]) -> Adjustment | None:
    opens, closes = numbers["open"], numbers["close"]
    if "adj_factor" in numbers:
        return from_factors(opens, closes, numbers["adj_factor"])
    if "adj_close" in numbers:
        return from_adjusted_closes(opens, closes, numbers["adj_close"])
    factors = [numbers[name] for name in ("split_factor", "div_factor") if name in numbers]
    return from_factors(opens, closes, np.prod(factors, axis=0)) if factors else None
