"""When a model is trained anew, and which bars it predicts: never one that it has seen.

The first model learns from `first` bars; from then on each model predicts `every` bars and a new
one takes its place. A model may learn only from labels that were known, all of them, at the close
of the bar before its first prediction, less an embargo. Its window is all of the past (expanding)
or the last `window` bars (rolling). With `every` 0 it is trained once and predicts all the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.learning.dataset import FEWEST_ROWS, Dataset, Integers


@dataclass(frozen=True)
class Schedule:
    """In bars. `window` 0 is all of the past, `every` 0 trains once."""

    first: int
    every: int = 0
    window: int = 0
    embargo: int = 0


@dataclass(frozen=True, eq=False)
class Block:
    """Which rows a model learns from, and which it predicts. `begin` and `end` are bars."""

    train: Integers
    predict: Integers
    begin: int
    end: int


def blocks_of(rows: Dataset, schedule: Schedule) -> tuple[Block, ...]:
    """Every model of a schedule, in order. Raises `AlphintraError` where there is none."""
    found = tuple(_blocks(rows, schedule))
    if not found:
        raise AlphintraError(
            f"No bar is left to predict after {schedule.first:,} bars to learn from.",
            hint="Learn from fewer bars first, or use a longer period.",
        )
    for block in found:
        if len(block.train) < FEWEST_ROWS:
            raise AlphintraError(
                f"The model of {rows.timestamps[block.begin].astype('datetime64[D]')} would learn "
                f"from {len(block.train):,} rows; it takes {FEWEST_ROWS}.",
                hint="Let it learn from more bars, or from more symbols.",
            )
    return found


def _blocks(rows: Dataset, schedule: Schedule) -> Iterator[Block]:
    bars = len(rows.timestamps)
    every = schedule.every or bars
    for begin in range(schedule.first, bars, every):
        end = min(begin + every, bars)
        predict = np.flatnonzero((rows.bar >= begin) & (rows.bar < end))
        if len(predict):
            yield Block(_learnable(rows, schedule, begin), predict, begin, end)


def _learnable(rows: Dataset, schedule: Schedule, begin: int) -> Integers:
    oldest = begin - schedule.window if schedule.window else 0
    known = rows.known & (rows.end < begin - schedule.embargo) & (rows.bar >= oldest)
    return np.flatnonzero(known)
