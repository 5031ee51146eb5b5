"""What the columns of a stranger's file mean, by their names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.bars import PRICES

# What Dukascopy calls a column of times, and the zone that says.
_ZONED_TIMES = {"time_(utc)": "UTC", "time_(eet)": "Europe/Athens"}
_NAMES = {
    "timestamp": (
        *("timestamp", "datetime", "date_time", "date", "datum", "time", "open_time", "unix"),
        *("window_start", "gmt_time", "local_time", *_ZONED_TIMES),
    ),
    "open": ("open", "open_price", "erster", "eröffnung", "eröffnungskurs"),
    "high": ("high", "high_price", "hoch", "tageshoch"),
    "low": ("low", "low_price", "tief", "tagestief"),
    "close": ("close", "close_price", "schlusskurs", "schluss"),
    # German portals count shares in Stücke; their Volumen beside it is money.
    "volume": ("volume", "vol", "stücke", "stuecke", "stück", "volumen"),
    "adj_close": ("adj_close", "adjusted_close", "adjclose", "close_adjusted"),
    "adj_factor": ("adj_factor", "adjustment_factor"),
    "split_factor": ("split_factor",),
    "div_factor": ("div_factor", "dividend_factor"),
    "split": ("split", "splits", "stock_splits", "split_ratio", "split_coefficient"),
    "dividend": ("dividend", "dividends", "dividend_amount", "cash_dividend"),
    "symbol": ("symbol", "ticker"),
}
NUMBERS = tuple(meaning for meaning in _NAMES if meaning not in ("timestamp", "symbol"))
_CLOCKS = {"date": ("time",), "datum": ("zeit", "uhrzeit")}
_NUMBERED = re.compile(r"^\d+\.\s*")
# What pandas calls an index without a name when it writes Parquet.
_PANDAS_INDEX = "__index_level_0__"


MEANINGS = tuple(_NAMES)


def zone_of(name: str) -> str:
    """The time zone that the name of a column of times says, or ""."""
    return {"gmt_time": "UTC", **_ZONED_TIMES}.get(_plain(name), "")


def recognised(names: Sequence[str]) -> dict[str, int]:
    """Which column holds what: meaning to index. `clock` is a time of day beside a date."""
    plain = [_plain(name) for name in names]
    found = {
        meaning: plain.index(known)
        for meaning, spellings in _NAMES.items()
        for known in reversed(spellings)
        if known in plain
    }
    of_date = _CLOCKS.get(plain[found["timestamp"]], ()) if "timestamp" in found else ()
    for known in of_date:
        if known in plain:
            found["clock"] = plain.index(known)
    if "timestamp" not in found and _PANDAS_INDEX in names:
        found["timestamp"] = list(names).index(_PANDAS_INDEX)
    return found


def corrected(
    found: dict[str, int], names: Sequence[str], said: Sequence[tuple[str, str]]
) -> dict[str, int]:
    """The columns by meaning as a user says them, where they do. Raises `AlphintraError` if a
    column that is named is not there."""
    columns = dict(found)
    for meaning, name in said:
        columns.pop(meaning, None)
        if not name:
            continue
        if name not in names:
            raise AlphintraError(
                f"There is no column {name!r} for {meaning}.",
                hint=f"The columns are {', '.join(map(repr, names[:12]))}.",
            )
        columns[meaning] = list(names).index(name)
    return columns


def is_header(names: Sequence[str]) -> bool:
    """Whether a line names at least a time and a price."""
    found = recognised(names)
    return "timestamp" in found and any(price in found for price in PRICES)


def required(
    names: Sequence[str], file: str, said: Sequence[tuple[str, str]] = ()
) -> dict[str, int]:
    """`recognised`, refusing a file in which a needed column is missing or stands twice; `said`
    is what a user says of columns."""
    found = corrected(recognised(names), names, said)
    missing = [column for column in ("timestamp", *PRICES) if column not in found]
    if missing:
        raise AlphintraError(
            f"{file} has no column for {_listed(missing)}.",
            hint=f"It has {', '.join(map(repr, names[:12]))}. Bars need a time and four prices.",
        )
    plain = [_plain(name) for name in names]
    twice = [meaning for meaning, index in found.items() if plain.count(plain[index]) > 1]
    if twice:
        raise AlphintraError(
            f"{file} has two columns named {names[found[twice[0]]]!r}.",
            hint="Rename or remove one of them and import again.",
        )
    return found


def _plain(name: str) -> str:
    bare = _NUMBERED.sub("", name.strip().strip('<>"*').strip().lower())
    return re.sub(r"[\s_\-.]+", "_", bare)


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
