"""How far bars may be read: the one place that every reader of the library's bars asks.

Loading for runs (`store.load_bars`, `load_pinned`), charts of results and of series, exports and
SQL all come through here. Importing, updating, checking and mending read whole files, and hand no
bar to a strategy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.catalog import SeriesVersion
from alphintra_desktop.market.holdout import Holdout, opened_now, sealed
from alphintra_desktop.market.periods import Period

Stamps = npt.NDArray[np.datetime64]


def readable(wanted: Period, versions: Sequence[SeriesVersion]) -> tuple[Period, tuple[str, ...]]:
    """The part of a period that may be read, and what results on it must say.

    All symbols are cut at the same bar, the earliest at which one of them is held out. Raises
    `AlphintraError` where nothing is left.
    """
    dataset, symbols = versions[0].dataset, [version.symbol for version in versions]
    last = max(np.datetime64(version.last.removesuffix("Z"), "us") for version in versions)
    ends = last if wanted.last is None else min(last, wanted.last)
    stamps = [
        stamp
        for start, stamp in opened_now(dataset, symbols).items()
        if ends >= np.datetime64(start, "us")
    ]
    held = [one for one in sealed(dataset, symbols) if ends >= _moment(one)]
    if not held:
        return wanted, tuple(stamps)
    first = min(held, key=_moment)
    _refuse_all(wanted, first)
    before = _moment(first) - np.timedelta64(1, "us")
    return replace(wanted, end=f"the day before {first.start}", last=before), (*stamps, cut(first))


def cut(holdout: Holdout) -> str:
    """What a result says whose bars were cut."""
    return f"HELD OUT: this ends before {holdout.start}; {holdout.told} is held out."


def rows_readable(stamps: Stamps, dataset: str, symbol: str) -> int:
    """How many rows of a symbol, in the order of time, may be read."""
    held = sealed(dataset, [symbol])
    if not held:
        return len(stamps)
    return int(np.searchsorted(stamps, min(_moment(one) for one in held), "left"))


def first_sealed(version: SeriesVersion) -> str:
    """The date from which on a series is held out; "" where it is not."""
    held = sealed(version.dataset, [version.symbol])
    last = np.datetime64(version.last.removesuffix("Z"), "us")
    starts = [one.start for one in held if last >= _moment(one)]
    return min(starts, default="")


def _moment(holdout: Holdout) -> np.datetime64:
    return np.datetime64(holdout.start, "us")


def _refuse_all(wanted: Period, first: Holdout) -> None:
    if wanted.first is not None and wanted.first >= _moment(first):
        raise AlphintraError(
            f"The period starts on {wanted.start}, and {first.told} is held out.",
            hint="End earlier, or open the holdout for one strategy with `alphintra holdout open`.",
        )
