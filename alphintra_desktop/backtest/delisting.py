"""What is got for a share after its last day of trading, as bars that can be traded on.

A position in a symbol that is delisted can never be sold on a bar of its own. So a symbol whose
last membership ends with a delisting return, and that has no bar after its last day, gets bars at
its last close times one plus that return: on the next row of the calendar, and on one more where
it is not known to leave before the first of them. Whoever holds it is sold out there, by both
engines and by the file that stands alone, for they see bars like any other. Volume is 0.

Nothing can be bought there, for the symbol is no member any more. A total loss leaves a millionth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from alphintra_desktop.ir.universe import DELISTING, MEMBER
from alphintra_desktop.market.bars import PRICES, Floats
from alphintra_desktop.market.events import Events, bar_ends
from alphintra_desktop.market.store import LoadedBars

LEAST = 1e-6


def with_delistings(loaded: LoadedBars, members: Events) -> LoadedBars:
    """The bars with those of symbols that a universe says were delisted."""
    found = [
        (number, after)
        for number, symbol in enumerate(loaded.bars.symbols)
        if (after := _after_the_end(loaded, members.of(symbol), number)) is not None
    ]
    if not found:
        return loaded
    columns = {name: values.copy() for name, values in loaded.bars.columns.items()}
    for number, after in found:
        _add(columns, number, after)
    return replace(loaded, bars=replace(loaded.bars, columns=columns))


@dataclass(frozen=True)
class _After:
    """The last bar of a symbol, the rows on which it gets one more, and the part that is left."""

    last: int
    rows: tuple[int, ...]
    part: float


def _after_the_end(loaded: LoadedBars, own: Events, number: int) -> _After | None:
    """None for a symbol that is not delisted, or is traded after its last day: it is sold there."""
    bars = loaded.bars
    here = np.flatnonzero(bars.present[:, number])
    if not len(own.times) or not len(here) or own.fields[MEMBER][-1] != 0.0:
        return None
    lost, last, stamps = float(own.fields[DELISTING][-1]), int(here[-1]), bars.timestamps
    days = stamps.astype("datetime64[D]")
    if np.isnan(lost) or days[last] > own.times[-1].astype("datetime64[D]"):
        return None
    knows = bar_ends(stamps, loaded.timeframe, loaded.market) >= own.known_from[-1]
    later = [row for row in range(last + 1, bars.count) if knows[row]]
    return _After(last, tuple(later[: 1 if knows[last] else 2]), max(1.0 + lost, LEAST))


def _add(columns: dict[str, Floats], number: int, after: _After) -> None:
    rows = list(after.rows)
    price = columns["close"][after.last, number] * after.part
    for name in PRICES:
        columns[name][rows, number] = price
    columns["adj_factor"][rows, number] = columns["adj_factor"][after.last, number]
    for name, value in (("volume", 0.0), ("split", 1.0), ("dividend", 0.0)):
        columns[name][rows, number] = value
