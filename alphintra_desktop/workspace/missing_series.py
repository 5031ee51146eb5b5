"""Market data that a node names and the library does not have, and what to use instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from alphintra_desktop.market.samples import SAMPLE_DATASET
from alphintra_desktop.workspace.known_series import KnownSeries


@dataclass(frozen=True)
class Missing:
    """What is not there. `instead` is what most resembles it, and `value` the whole param's value
    with that in its place."""

    message: str
    instead: str
    value: str


def missing_dataset(known: KnownSeries, dataset: str) -> Missing | None:
    """Says so when the library has no such dataset."""
    if not known.datasets or dataset in (*known.datasets, SAMPLE_DATASET):
        return None  # the sample comes into the library when it is first read
    instead = _nearest(dataset, known.datasets)
    return Missing(f"The library has no dataset '{dataset}'.", instead, instead)


def missing_symbols(known: KnownSeries, dataset: str, symbols: str) -> Missing | None:
    """Says so when the dataset lacks one of the symbols, written with commas between."""
    there = known.symbols(dataset)
    wanted = [name.strip() for name in symbols.split(",") if name.strip()]
    lacking = [name for name in wanted if name not in there]
    if not there or not lacking:
        return None
    instead = _nearest(lacking[0], [name for name in there if name not in wanted] or there)
    kept = dict.fromkeys(instead if name == lacking[0] else name for name in wanted)
    return Missing(f"'{dataset}' has no {', '.join(lacking)}.", instead, ", ".join(kept))


def _nearest(name: str, there: Sequence[str]) -> str:
    by_fold = {one.casefold(): one for one in there}
    found = get_close_matches(name.casefold(), list(by_fold), 1, 0.4)
    return by_fold[found[0]] if found else there[0]
