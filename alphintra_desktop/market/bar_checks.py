"""What a row must be to be a bar, checked for all rows of a file at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.bars import PRICES, Booleans
from alphintra_desktop.market.raw_rows import BadRow, RawRows
from alphintra_desktop.market.times import FIRST, LAST

_LARGEST = 1e15
_POSITIVE = (*PRICES, "adj_close", "adj_factor", "split_factor", "div_factor")
_NOT_NEGATIVE = ("volume", "split", "dividend")


@dataclass(frozen=True, eq=False)
class Check:
    """`bad` (R,) rows, and a sentence part about one of them."""

    bad: Booleans
    said: Callable[[int], str]


def sound_rows(raw: RawRows) -> tuple[Booleans, int, BadRow | None]:
    """(R,) which rows are bars; how many of the file are not, and the first of those."""
    overlong = Check(raw.overlong, lambda _: "it has more cells than the header")
    checks = [overlong, _time_check(raw), *_number_checks(raw), *_shape_checks(raw)]
    if raw.symbols is not None:
        checks.append(_symbol_check(raw))
    bad = np.any([check.bad for check in checks], axis=0)
    found = list(raw.unreadable[:1])
    if bad.any():
        row = int(np.argmax(bad))
        said = next(check.said(row) for check in checks if check.bad[row])
        found.append(BadRow(raw.where(row), said))
    first = min(found, key=lambda row: row.where, default=None)
    return ~bad, int(bad.sum()) + len(raw.unreadable), first


def refused(raw: RawRows, first: BadRow, count: int) -> AlphintraError:
    """The error that names the first bad row and counts the others."""
    others = {1: "", 2: " One more row is bad."}.get(count, f" {count - 1:,} more rows are bad.")
    return AlphintraError(
        f"{raw.unit} {first.where} of {raw.name} is not a bar: {first.what}.{others}",
        hint="Correct the file, or import it without its bad rows (--bad-rows drop).",
    )


def _time_check(raw: RawRows) -> Check:
    inside = (raw.stamps >= FIRST) & (raw.stamps < LAST)
    return Check(~inside, lambda row: _said_of_time(raw.stamps[row]))


def _said_of_time(stamp: np.datetime64) -> str:
    return (
        "it has no time"
        if np.isnat(stamp)
        else f"its year {stamp.astype('datetime64[Y]')} is far off"
    )


def _symbol_check(raw: RawRows) -> Check:
    assert raw.symbols is not None
    named = np.array([*(bool(name) for name in raw.symbol_names), False])
    return Check(~named[raw.symbols], lambda _: "it has no symbol")


def _number_checks(raw: RawRows) -> list[Check]:
    checks = []
    for name, values in raw.numbers.items():
        if name in _POSITIVE:
            bad = ~((values > 0) & (values < _LARGEST))
        else:
            bad = (values < 0) | (values >= _LARGEST * _LARGEST)
        checks.append(Check(bad, _said_of_number(raw, name)))
    return checks


def _said_of_number(raw: RawRows, name: str) -> Callable[[int], str]:
    def said(row: int) -> str:
        value = raw.numbers[name][row]
        if np.isnan(value):
            return f"it has no {_title(name)}"
        return f"its {_title(name)} is {value:g}"

    return said


def _title(name: str) -> str:
    return name.replace("_", " ").replace("adj ", "adjusted ").replace("div ", "dividend ")


def _shape_checks(raw: RawRows) -> list[Check]:
    numbers = raw.numbers
    opens, highs, lows, closes = (numbers[name] for name in PRICES)

    def beyond(name: str, edge: str, word: str) -> Callable[[int], str]:
        return lambda row: (
            f"its {name} {numbers[name][row]:g} is {word} its {edge} {numbers[edge][row]:g}"
        )

    return [
        Check(highs < lows, beyond("high", "low", "below")),
        Check(opens > highs, beyond("open", "high", "above")),
        Check(closes > highs, beyond("close", "high", "above")),
        Check(opens < lows, beyond("open", "low", "below")),
        Check(closes < lows, beyond("close", "low", "below")),
    ]
