"""Finding series by name, and what to say when there are none."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.catalog import Catalog, SeriesVersion

_IMPORT = "Import bars with `alphintra data import`."
_MANY = 12


def found_series(
    catalog: Catalog, dataset: str, symbols: tuple[str, ...], timeframe: str
) -> tuple[SeriesVersion, ...]:
    """The current version of each symbol, in that order. Raises `AlphintraError` if one lacks."""
    if not symbols:
        raise AlphintraError("No symbol is chosen.", hint="Name at least one symbol.")
    twice = [symbol for symbol, count in Counter(symbols).items() if count > 1]
    if twice:
        raise AlphintraError(f"{twice[0]} is listed twice.", hint="Name each symbol once.")
    found = catalog.found(dataset, timeframe, symbols)
    missing = [symbol for symbol in symbols if symbol not in found]
    if missing:
        raise _missing(catalog, dataset, missing[0], timeframe)
    return tuple(found[symbol] for symbol in symbols)


def pinned_series(
    catalog: Catalog, dataset: str, timeframe: str, pins: Mapping[str, str]
) -> tuple[SeriesVersion, ...]:
    """The version of each symbol with that content, current or not, in the order of the pins.

    Raises `AlphintraError` if the library does not hold one of them.
    """
    found = []
    for symbol, sha256 in pins.items():
        versions = catalog.versions(dataset, symbol)
        same = [v for v in versions if v.sha256 == sha256 and v.timeframe == timeframe]
        if not same:
            raise AlphintraError(
                f"The {timeframe} bars of {symbol} that were used ({sha256[:12]}…) are not in the "
                "library.",
                hint="Import the same file again: bars go by their content, whatever the file.",
            )
        found.append(same[0])
    return tuple(found)


def one_dataset(catalog: Catalog, dataset: str, symbol: str) -> str:
    """The symbol, if the dataset has it in any timeframe. Raises `AlphintraError` if not."""
    there = all_of_dataset(catalog, dataset)
    if not any(version.symbol == symbol for version in there):
        raise _unknown_symbol(dataset, symbol, there)
    return symbol


def _missing(catalog: Catalog, dataset: str, symbol: str, timeframe: str) -> AlphintraError:
    there = all_of_dataset(catalog, dataset)
    stored = [version.timeframe for version in there if version.symbol == symbol]
    if not stored:
        return _unknown_symbol(dataset, symbol, there)
    return AlphintraError(
        f"{symbol} has no {timeframe} bars in the dataset '{dataset}'.",
        hint=f"Stored are its {_listed(stored)} bars: choose that timeframe, or import the other.",
    )


def all_of_dataset(catalog: Catalog, dataset: str) -> tuple[SeriesVersion, ...]:
    """The current version of every series of it. Raises `AlphintraError` if there is none."""
    there = catalog.series_of(dataset)
    if there:
        return there
    names = {version.dataset for version in catalog.series()}
    raise AlphintraError(
        f"There is no dataset '{dataset}'.",
        hint=_meant(dataset, names) + f"There are {_listed(names)}." if names else _IMPORT,
    )


def _unknown_symbol(dataset: str, symbol: str, there: Iterable[SeriesVersion]) -> AlphintraError:
    names = {version.symbol for version in there}
    return AlphintraError(
        f"There is no symbol '{symbol}' in the dataset '{dataset}'.",
        hint=_meant(symbol, names) + f"It has {_listed(names)}.",
    )


def _meant(name: str, names: Iterable[str]) -> str:
    plain = {known.lower(): known for known in names}
    near = difflib.get_close_matches(name.lower(), plain, n=1)
    return f"Did you mean '{plain[near[0]]}'? " if near else ""


def _listed(names: Iterable[str]) -> str:
    ordered = sorted(set(names))
    more = f" and {len(ordered) - _MANY} more" if len(ordered) > _MANY else ""
    return ", ".join(ordered[:_MANY]) + more
