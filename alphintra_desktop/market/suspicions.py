"""What looks wrong in bars that can be, told in notes while they are imported, changed in nothing.

The rules are those of the quality checks (`quality_jumps`, `quality_long_gaps`), which later find
more, and know the market's calendar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from alphintra_desktop.market.bars import Booleans, Floats
from alphintra_desktop.market.quality_jumps import said_of_spike, said_of_split, spikes, splits
from alphintra_desktop.market.quality_long_gaps import long_gaps, said_of_gap
from alphintra_desktop.market.quality_table import BarTable
from alphintra_desktop.market.quality_volume import few_without_volume
from alphintra_desktop.market.row_order import Stamps


@dataclass(frozen=True, eq=False)
class Watched:
    """The sound bars of one series, (R,) each. `events` is where the file itself says that a
    price steps. Where no volume is known it is NaN."""

    stamps: Stamps
    columns: Mapping[str, Floats]
    events: Booleans
    intraday: bool


def suspicions(bars: Watched) -> list[str]:
    """Sentences about suspected splits, spikes, bars without volume and long gaps."""
    if len(bars.stamps) <= 1:
        return []
    timeframe = "1m" if bars.intraday else "1d"
    table = BarTable("", timeframe, bars.stamps, bars.columns, bars.events)
    said = _said_of_jumps(table)
    return said if bars.intraday else [*said, *few_without_volume(table), *_gaps(table)]


def _said_of_jumps(table: BarTable) -> list[str]:
    opens, closes = table["open"], table["close"]
    spiked = spikes(closes, table.screen.leaps)
    found = splits(table.columns, table.screen.jumps, spiked, table.events)
    return [
        *(
            said_of_split(one, closes[one.row - 1], opens[one.row], table.time(one.row))
            for one in found
        ),
        *(said_of_spike(closes, row, table.time(row)) for row in spiked.tolist()),
    ]


def _gaps(table: BarTable) -> list[str]:
    rows = long_gaps(table.moments, table.screen.uneven)
    return [said_of_gap(table, row) for row in np.sort(rows).tolist()]


_SEEN_AGAIN = re.compile(
    r"It looks like an unadjusted |The price of \S+ is a spike: |There is no bar from "
    r"|[\d,]+ bars? (has|have) a volume of zero|[\d,]+ rows? (has|have) no volume"
    r"|[\d,]+ rows? (is|are) no bars? |There is no volume column|[\d,]+ more such notes "
)


def is_seen_again(note: str, symbol: str) -> bool:
    """Whether a note of an import is about what every check of the stored bars sees, too."""
    return _SEEN_AGAIN.match(note.removeprefix(f"{symbol}: ")) is not None


def listed(said: Sequence[tuple[str, str]], symbols: int, most: int) -> list[str]:
    """Sentences, each with its symbol where there are several, and the count of those left out."""
    notes = [f"{symbol}: {text}" if symbols > 1 else text for symbol, text in said[:most]]
    if len(said) > most:
        notes.append(f"{len(said) - most:,} more such notes are left out.")
    return notes
