"""What a row must be to be a bar, checked for all rows of a file at once.

A row that names its time and symbol, but whose prices cannot be or are not there, may be kept: it
is stored as it is and told, and no strategy is given it. Whatever else is wrong with a row puts in
doubt how the file is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.bars import PRICES, Booleans, Floats
from alphintra_desktop.market.raw_rows import BadRow, RawRows
from alphintra_desktop.market.times import FIRST, LAST

_LARGEST = 1e15
_ADJUSTMENTS = ("adj_close", "adj_factor", "split_factor", "div_factor")
_EVENTS = ("split", "dividend")


@dataclass(frozen=True, eq=False)
class Check:
    """`bad` (R,) rows, what they have wrong, and a sentence part about one of them."""

    bad: Booleans
    title: str
    said: Callable[[int], str]
    may_be_kept: bool = False


@dataclass(frozen=True, eq=False)
class Judged:
    """(R,) which rows are bars and which others may be kept; what is wrong with those (title and
    count); how many of the file are no bars, and the first of them."""

    sound: Booleans
    kept: Booleans
    faults: tuple[tuple[str, int], ...]
    bad: int
    first: BadRow | None


def judged(raw: RawRows) -> Judged:
    """Hold every row to what a bar must be."""
    if _all_are_bars(raw):
        everything = np.ones(len(raw.stamps), dtype=np.bool_)
        return Judged(everything, np.zeros_like(everything), (), 0, None)
    checks = _checks(raw)
    bad = np.any([check.bad for check in checks], axis=0)
    grave = np.any([check.bad for check in checks if not check.may_be_kept], axis=0)
    kept = bad & ~grave & ~_has_event(raw)
    found = list(raw.unreadable[:1])
    if bad.any():
        row = int(np.argmax(bad))
        found.append(BadRow(raw.where(row), _first_fault(checks, row).said(row)))
    first = min(found, key=lambda row: row.where, default=None)
    faults = Counter(_first_fault(checks, int(row)).title for row in np.flatnonzero(kept)[:100_000])
    return Judged(~bad, kept, tuple(faults.items()), int(bad.sum()) + len(raw.unreadable), first)


def _all_are_bars(raw: RawRows) -> bool:
    """Whether no check can find anything: most files are sound, and this is soon told. What has a
    NaN or NaT in it compares as false, and so is checked in full."""
    if raw.unreadable or raw.symbols is not None or not len(raw.stamps):
        return False
    if not all(_is_plain(name, values) for name, values in raw.numbers.items()):
        return False
    opens, highs, lows, closes = (raw.numbers[name] for name in PRICES)
    return bool(
        not raw.overlong.any()
        and not raw.misread.any()
        and raw.stamps.min() >= FIRST
        and raw.stamps.max() < LAST
        and all((highs >= inner).all() and (lows <= inner).all() for inner in (opens, closes))
    )


def _is_plain(name: str, values: Floats) -> bool:
    low, high = values.min(), values.max()
    if name in PRICES or name in _ADJUSTMENTS:
        return bool(low > 0 and high < _LARGEST)
    return bool(low >= 0 and high < _LARGEST * _LARGEST)


def _checks(raw: RawRows) -> list[Check]:
    checks = [
        Check(raw.overlong, "too many cells", lambda _: "it has more cells than the header"),
        Check(
            raw.misread,
            "a number of another style",
            lambda _: "it writes a number otherwise than the other rows",
        ),
        _time_check(raw),
        *price_checks(raw.numbers),
        _no_prices(raw),
    ]
    if raw.symbols is not None:
        checks.append(_symbol_check(raw))
    return checks


def price_checks(numbers: Mapping[str, Floats]) -> list[Check]:
    """What prices, volume and adjustments, (R,) each, must be."""
    of_one = [check for name in numbers for check in _number_checks(numbers, name)]
    return [*of_one, *_shape_checks(numbers)]


def _first_fault(checks: list[Check], row: int) -> Check:
    return next(check for check in checks if check.bad[row])


def _has_event(raw: RawRows) -> Booleans:
    """(R,): whether a row states a split or dividend, which is not to be lost with it."""
    found = np.zeros(len(raw.stamps), dtype=np.bool_)
    for name in _EVENTS:
        values = raw.numbers.get(name)
        if values is not None:
            found |= ~np.isnan(values) & (values != 0) & ((values != 1) | (name != "split"))
    return found


def refused(raw: RawRows, first: BadRow, count: int) -> AlphintraError:
    """The error that names the first bad row and counts the others."""
    others = {1: "", 2: " One more row is bad."}.get(count, f" {count - 1:,} more rows are bad.")
    return AlphintraError(
        f"{raw.unit} {first.where} of {raw.name} is not a bar: {first.what}.{others}",
        hint="Correct the file, or import it without its bad rows (--bad-rows drop).",
    )


def _time_check(raw: RawRows) -> Check:
    inside = (raw.stamps >= FIRST) & (raw.stamps < LAST)
    return Check(~inside, "no time", lambda row: _said_of_time(raw.stamps[row]))


def _said_of_time(stamp: np.datetime64) -> str:
    return (
        "it has no time"
        if np.isnat(stamp)
        else f"its year {stamp.astype('datetime64[Y]')} is far off"
    )


def _symbol_check(raw: RawRows) -> Check:
    assert raw.symbols is not None
    named = np.array([*(bool(name) for name in raw.symbol_names), False])
    return Check(~named[raw.symbols], "no symbol", lambda _: "it has no symbol")


def _number_checks(numbers: Mapping[str, Floats], name: str) -> list[Check]:
    values, title = numbers[name], _title(name)

    def said(row: int) -> str:
        value = values[row]
        return f"it has no {title}" if np.isnan(value) else f"its {title} is {value:g}"

    if name in _ADJUSTMENTS:
        return [Check(~((values > 0) & (values < _LARGEST)), f"an impossible {title}", said)]
    if name not in PRICES:
        impossible = (values < 0) | (values >= _LARGEST * _LARGEST)
        return [Check(impossible, f"an impossible {title}", said, name == "volume")]
    return [
        Check(np.abs(values) >= _LARGEST, f"an impossible {title}", said),
        Check(np.isnan(values), f"no {title}", said, may_be_kept=True),
        Check(values <= 0, f"a {title} of zero or less", said, may_be_kept=True),
    ]


def _title(name: str) -> str:
    return name.replace("_", " ").replace("adj ", "adjusted ").replace("div ", "dividend ")


def _no_prices(raw: RawRows) -> Check:
    empty = np.all([np.isnan(raw.numbers[name]) for name in PRICES], axis=0)
    return Check(empty, "no prices", lambda _: "it has no prices")


def _shape_checks(numbers: Mapping[str, Floats]) -> list[Check]:
    opens, highs, lows, closes = (numbers[name] for name in PRICES)

    def check(bad: Booleans, name: str, word: str, edge: str) -> Check:
        return Check(
            bad,
            f"{'an' if name == 'open' else 'a'} {name} {word} the {edge}",
            lambda row: (
                f"its {name} {numbers[name][row]:g} is {word} its {edge} {numbers[edge][row]:g}"
            ),
            may_be_kept=True,
        )

    return [
        check(highs < lows, "high", "below", "low"),
        check(opens > highs, "open", "above", "high"),
        check(closes > highs, "close", "above", "high"),
        check(opens < lows, "open", "below", "low"),
        check(closes < lows, "close", "below", "low"),
    ]
