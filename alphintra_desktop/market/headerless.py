"""Files whose first line is a bar already, known by the shape of their cells.

A layout is recognised when each of the first lines has its cells, and its high and low hold its
open and close: an order of columns that is only supposed would be worse than a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from alphintra_desktop.market.bars import PRICES

_PRICE = r"\d+(\.\d+)?"
_NUMBER = r"-?\d+(\.\d+)?"
_WHOLE = r"\d+"
_EPOCH = r"\d{13}|\d{16}"
_LOOKED_AT = 5


@dataclass(frozen=True)
class HeaderlessLayout:
    """The columns of a vendor's file without a header, and how each is written.

    `file` is how the vendor names files, `time_zone` that of its times, and its prices count
    parts, `prices_in` to one.
    """

    title: str
    delimiters: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    optional: int = 0
    file: str = ""
    time_zone: str = ""
    prices_in: float = 1.0

    @property
    def names(self) -> tuple[str, ...]:
        """The names that a header would have."""
        return tuple(name for name, _ in self.columns)

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether a line has these columns and can be a bar."""
        if not len(self.columns) - self.optional <= len(cells) <= len(self.columns):
            return False
        pairs = zip(cells, self.columns, strict=False)
        if not all(re.fullmatch(written, cell) for cell, (_, written) in pairs):
            return False
        opened, high, low, close = (float(cells[self.names.index(name)]) for name in PRICES)
        return low <= min(opened, close) and max(opened, close) <= high


LEAN, LEAN_OF_A_DAY = "LEAN", "LEAN, one day"
# Such as 20131007_spy_minute_trade.csv; the times in it count from midnight.
LEAN_FILE = r"(?P<day>\d{8})_(?P<symbol>[\w.\-]+)_(second|minute)_trade(\.csv)?"
_NEW_YORK = "America/New_York"
_OHLC = tuple((name, _PRICE) for name in PRICES)
_WHOLE_OHLC = tuple((name, _WHOLE) for name in PRICES)
HEADERLESS = (
    HeaderlessLayout(
        "MetaTrader 4",
        (",", ";", "\t"),
        (
            ("date", r"\d{4}\.\d{2}\.\d{2}"),
            ("time", r"\d{2}:\d{2}(:\d{2})?"),
            *_OHLC,
            ("volume", _PRICE),
        ),
    ),
    HeaderlessLayout(
        "Binance klines",
        (",",),
        (
            ("open_time", _EPOCH),
            *_OHLC,
            ("volume", _PRICE),
            ("close_time", _EPOCH),
            ("quote_volume", _NUMBER),
            ("trades", _WHOLE),
            ("taker_buy_volume", _NUMBER),
            ("taker_buy_quote_volume", _NUMBER),
            ("ignored", _NUMBER),
        ),
        optional=1,
    ),
    HeaderlessLayout(
        "NinjaTrader",
        (";",),
        (("timestamp", r"\d{8} \d{6}|\d{8}"), *_OHLC, ("volume", _PRICE)),
    ),
    HeaderlessLayout(
        LEAN_OF_A_DAY,
        (",",),
        (("timestamp", r"\d{1,8}"), *_WHOLE_OHLC, ("volume", _PRICE)),
        file=LEAN_FILE,
        time_zone=_NEW_YORK,
        prices_in=10_000.0,
    ),
    HeaderlessLayout(
        LEAN,
        (",",),
        (("timestamp", r"\d{8} \d{2}:\d{2}"), *_WHOLE_OHLC, ("volume", _PRICE)),
        time_zone=_NEW_YORK,
        prices_in=10_000.0,
    ),
)


def headerless_layout(lines: Sequence[str], file: str) -> tuple[HeaderlessLayout, str] | None:
    """The known layout of lines without a header, and the delimiter between their cells."""
    first = [line for line in lines if line.strip()][:_LOOKED_AT]
    of_such_files = [known for known in HEADERLESS if re.fullmatch(known.file or ".*", file)]
    for layout in of_such_files if first else ():
        for delimiter in layout.delimiters:
            if all(layout.fits([c.strip() for c in line.split(delimiter)]) for line in first):
                return layout, delimiter
    return None
