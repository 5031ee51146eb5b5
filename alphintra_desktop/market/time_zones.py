"""Local times of files as UTC, across the changes of clocks.

Where a clock is set back, an hour is there twice. Steps: 1. read each such time as the first of
the two; 2. in the order of the file, where time does not go on but back, the second begins; 3. an
hour in which nothing goes back stays the first, because nothing says otherwise.

A zone can be guessed from a file that has such an hour twice, if all zones known here whose clocks
were set back then agree on the UTC times of the whole file.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.bars import Booleans
from alphintra_desktop.market.raw_rows import RawRows

Stamps = npt.NDArray[np.datetime64]
Rows = npt.NDArray[np.int64]

_OFFSET = re.compile(r"(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?")
_MOST_HOURS = 14
_GUESSES = (
    *("Europe/Berlin", "Europe/London", "Europe/Athens", "Europe/Moscow", "Asia/Jerusalem"),
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    *("America/Halifax", "America/St_Johns", "America/Sao_Paulo", "America/Santiago"),
    *("Australia/Sydney", "Australia/Adelaide", "Pacific/Auckland"),
)


def checked_zone(text: str) -> str:
    """The zone as Arrow spells it, of `Europe/Berlin`, `UTC`, `UTC+2` or `-05:00`."""
    zone = text.strip()
    if match := _OFFSET.fullmatch(zone.upper()):
        hours = int(match["hours"])
        if hours <= _MOST_HOURS:
            return f"{match['sign']}{hours:02}:{match['minutes'] or '00'}"
    try:
        pc.assume_timezone(pa.array([0], pa.timestamp("us")), zone)
    except pa.ArrowException as error:
        raise _unknown(text) from error
    return zone


def _unknown(text: str) -> AlphintraError:
    return AlphintraError(
        f"There is no time zone {text[:40]!r}.",
        hint="Name one as Europe/Berlin, America/New_York, UTC or UTC+2.",
    )


def has_clock(raw: RawRows) -> bool:
    """Whether any time is other than midnight: days are the exchange's and have no zone."""
    known = raw.stamps[~np.isnat(raw.stamps)]
    return bool((known != known.astype("datetime64[D]")).any())


def in_utc(raw: RawRows, zone: str) -> RawRows:
    """The rows with the local times of a zone, as `checked_zone` gives it, made UTC.

    Raises `AlphintraError` where the clocks of the zone skipped a time that is there, or where
    the two of an hour that was there twice cannot be told apart.
    """
    early, late = _both(raw.stamps, zone)
    skipped = ~np.isnat(raw.stamps) & (_local(early, zone) != raw.stamps)
    if skipped.any():
        raise _skipped(raw, int(np.argmax(skipped)), zone)
    twice = np.flatnonzero(~np.isnat(early) & (early != late))
    second = twice[_is_second(raw, twice, zone)]
    early[second] = late[second]
    return replace(raw, stamps=early, zoned=True, time_zone=zone)


def guessed_zone(raw: RawRows, repeated: Stamps) -> str | None:
    """The zone whose clocks were set back at every one of the `repeated` local times.

    None if there is none; raises `AlphintraError` if there are several that differ.
    """
    found: dict[str, Stamps] = {}
    for zone in _GUESSES:
        early, late = _both(repeated, zone)
        if (early == late).any() or not _fits(raw, zone):
            continue
        if not any(np.array_equal(early, other) for other in found.values()):
            found[zone] = early
    if len(found) > 1:
        hour = str(repeated[0])[:16].replace("T", " ")
        raise AlphintraError(
            f"{raw.name} has the hour from {hour} twice, as where"
            f" clocks are set back, which fits {' and '.join(found)}.",
            hint="Name the time zone of its times (--time-zone), such as Europe/Berlin.",
        )
    return next(iter(found), None)


def _fits(raw: RawRows, zone: str) -> bool:
    try:
        in_utc(raw, zone)
    except AlphintraError:
        return False
    return True


def _both(stamps: Stamps, zone: str) -> tuple[Stamps, Stamps]:
    """UTC of local times, reading an hour that is there twice as its first and as its second."""
    local = pa.array(stamps.astype("datetime64[us]"))
    made = [
        pc.assume_timezone(local, zone, ambiguous=which, nonexistent="earliest")
        for which in ("earliest", "latest")
    ]
    early, late = (_plain(array.cast(pa.timestamp("us", tz="UTC"))) for array in made)
    return early, late


def _local(stamps: Stamps, zone: str) -> Stamps:
    utc = pa.array(stamps).cast(pa.timestamp("us", tz=zone))
    return _plain(pc.local_timestamp(utc))


def _plain(array: pa.Array) -> Stamps:
    values = array.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    return np.array(values, dtype="datetime64[us]")


def _is_second(raw: RawRows, twice: Rows, zone: str) -> Booleans:
    """(len(twice),): whether a row of an hour that is there twice is of the second time."""
    stamps = raw.stamps[twice]
    codes = np.zeros(len(twice), np.int64) if raw.symbols is None else raw.symbols[twice]
    second = np.zeros(len(twice), dtype=np.bool_)
    changes = np.unique(np.stack([codes, stamps.astype("datetime64[D]").astype(np.int64)]), axis=1)
    newest_first = _is_newest_first(raw)
    for code, day in changes.T:
        rows = np.flatnonzero((codes == code) & (stamps.astype("datetime64[D]").astype(int) == day))
        in_time = rows[::-1] if newest_first else rows
        backs = np.flatnonzero(np.diff(stamps[in_time]) <= np.timedelta64(0)) + 1
        if len(backs) > 1:
            raise _mixed(raw, int(twice[in_time[backs[1]]]), zone)
        if len(backs):
            second[in_time[backs[0] :]] = True
    return second


def _is_newest_first(raw: RawRows) -> bool:
    steps = np.diff(raw.stamps)
    return bool((steps < np.timedelta64(0)).sum() * 2 > len(steps))


def _skipped(raw: RawRows, row: int, zone: str) -> AlphintraError:
    return AlphintraError(
        f"{raw.unit} {raw.where(row)} of {raw.name} is of a time that clocks in {zone} skipped,"
        f" {raw.stamps[row].astype('datetime64[s]')}.",
        hint="Check the time zone: its clocks were set forward then.",
    )


def _mixed(raw: RawRows, row: int, zone: str) -> AlphintraError:
    return AlphintraError(
        f"{raw.unit} {raw.where(row)} of {raw.name} is in the hour that was there twice in {zone},"
        " and the rows are in no order that tells which one is meant.",
        hint="Sort the rows by the moment they are of, or export them in UTC.",
    )
