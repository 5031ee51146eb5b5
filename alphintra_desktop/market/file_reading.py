"""One file as an import reads it and a preview shows it: with a saved format, and its market."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir.markets import is_intraday
from alphintra_desktop.market.corrections import Corrections
from alphintra_desktop.market.file_series import Choices, FileSeries, series_of_file
from alphintra_desktop.market.formats import NamedFormat, format_of

_CURRENCIES = (
    *("EUR", "USD", "GBP", "JPY", "CHF", "AUD", "NZD", "CAD", "SEK", "NOK", "DKK", "SGD", "HKD"),
    *("CNH", "ZAR", "MXN", "TRY", "PLN", "CZK", "HUF", "XAU", "XAG"),
)
_SATURDAY, _SUNDAY = 2, 3  # 1970-01-01, day 0, was a Thursday
_PAIR = 6


def read_file(path: Path, choices: Choices) -> FileSeries:
    """`series_of_file`, by a saved format if nobody says anything and one fits."""
    if choices.said is not None or choices.layout is not None:
        return series_of_file(path, choices)
    known, trouble = fitting_format(path)
    file = series_of_file(path, replace(choices, said=known.said) if known else choices)
    said = (f"It was read by the saved format '{known.name}'.",) if known else trouble
    return replace(file, notes=(*said, *file.notes), format=known)


def fitting_format(path: Path) -> tuple[NamedFormat | None, tuple[str, ...]]:
    """The saved format that fits, and what is wrong with those that are saved: an import must not
    fail for it."""
    try:
        return format_of(path), ()
    except AlphintraError as error:
        return None, (f"{error.message} {error.hint}",)
    except OSError:  # the file itself cannot be read, which the import says
        return None, ()


def market_of(file: FileSeries, said: Corrections | None) -> str:
    """The market that somebody says a file is of, or else a guess."""
    if said is None and file.format is not None:
        said = file.format.said
    return (said.market if said is not None else "") or guessed_market(file)


def guessed_market(file: FileSeries) -> str:
    """Pairs of currencies are named so; crypto is traded on Saturdays, and currencies on Sunday
    evenings."""
    first = file.series[0]
    name = first.symbol.upper().replace("/", "").replace("_", "").replace("-", "")[:_PAIR]
    every = first.timestamps.astype("datetime64[D]").astype(np.int64)  # rising
    days = every[np.append(True, every[1:] != every[:-1])]
    weeks = max((days[-1] - days[0]) / 7, 1)
    weekdays = days % 7
    if name[:3] in _CURRENCIES and name[3:] in _CURRENCIES:
        return "fx"
    if 2 * (weekdays == _SATURDAY).sum() > weeks:
        return "crypto"
    sundays = is_intraday(file.timeframe) and 2 * (weekdays == _SUNDAY).sum() > weeks
    return "fx" if sundays else "us_equities"
