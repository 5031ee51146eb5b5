"""Cutting time into parts to choose on and parts to judge on, so that nothing leaks between them.

Walk-forward windows are counted in bars. A fold chooses in sample, leaves a gap as long as a label
or a position reaches into the future, and is judged out of sample; the out-of-sample windows follow
each other without a hole. Rolling windows keep their length, anchored ones all start at the same
bar. Warm-up bars lie before the first window, so that every window has all the history it needs.

Cross-validation is about labels, each of which is known from a start until an end:

1. Cut the observations, in the order of their starts, into parts.
2. Of every choice of some parts to test on, all others are there to train on.
3. Purge: a training label that touches the span of a tested part, from its first start to its last
   end, is left out.
4. Embargo: so is one that starts within `embargo` after that span, since what happened there still
   echoes in it.

Lopez de Prado 2018, "Advances in Financial Machine Learning", chapter 7 (purging and embargo) and
chapter 12 (the combinatorial way and its paths).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.errors import AlphintraError

Integers = npt.NDArray[np.int64]

# Bars from which on a window can tell one strategy from another at all.
SHORTEST_IN_SAMPLE = 20
SHORTEST_OUT_OF_SAMPLE = 5


@dataclass(frozen=True)
class Span:
    """Bars, or observations, from `first` until before `end`."""

    first: int
    end: int

    def __len__(self) -> int:
        return self.end - self.first


# ------------------------------------------------------------------- walk-forward windows


@dataclass(frozen=True)
class Windows:
    """How long the windows of a walk-forward are, in bars.

    `in_sample` is the length of a rolling window, and of the first anchored one. `gap` bars between
    choosing and judging belong to neither: the horizon of a label, or how long a position is held.
    `warm_up` bars come before the first window.
    """

    in_sample: int
    out_of_sample: int
    gap: int = 0
    anchored: bool = False
    warm_up: int = 0


@dataclass(frozen=True)
class Fold:
    """Where one fold chooses, and where it is judged."""

    in_sample: Span
    out_of_sample: Span


def folds_of(bars: int, windows: Windows) -> tuple[Fold, ...]:
    """All whole folds in so many bars. What is left at the end is too short for another one.

    Raises `AlphintraError` for windows that are too short, or longer than the bars.
    """
    _refuse_too_short(windows)
    first = windows.warm_up + windows.in_sample + windows.gap
    room = bars - first
    if room < windows.out_of_sample:
        raise AlphintraError(
            f"{bars:,} bars do not hold one fold: {windows.warm_up:,} to warm up, "
            f"{windows.in_sample:,} in sample, a gap of {windows.gap:,} and "
            f"{windows.out_of_sample:,} out of sample are {first + windows.out_of_sample:,}.",
            hint="Take shorter windows, or a longer period.",
        )
    steps = range(0, room - windows.out_of_sample + 1, windows.out_of_sample)
    return tuple(_fold(windows, first, step) for step in steps)


def _fold(windows: Windows, first: int, step: int) -> Fold:
    start = windows.warm_up + (0 if windows.anchored else step)
    return Fold(
        Span(start, first + step - windows.gap),
        Span(first + step, first + step + windows.out_of_sample),
    )


def _refuse_too_short(windows: Windows) -> None:
    if windows.in_sample < SHORTEST_IN_SAMPLE:
        raise AlphintraError(
            f"{windows.in_sample} bars in sample are too few to choose by.",
            hint=f"Take at least {SHORTEST_IN_SAMPLE}.",
        )
    if windows.out_of_sample < SHORTEST_OUT_OF_SAMPLE:
        raise AlphintraError(
            f"{windows.out_of_sample} bars out of sample are too few to judge by.",
            hint=f"Take at least {SHORTEST_OUT_OF_SAMPLE}.",
        )
    if windows.gap < 0 or windows.warm_up < 0:
        raise AlphintraError(
            "A gap and a warm-up cannot be negative.", hint="Take 0 bars for none."
        )


# -------------------------------------------------------------------- cross-validation


@dataclass(frozen=True, eq=False)
class Labels:
    """From when until when each label is known: (n,) bars or times, both ends included.

    Starts never fall, and no label ends before it starts.
    """

    start: npt.NDArray[Any]
    end: npt.NDArray[Any]

    def __post_init__(self) -> None:
        if self.start.shape != self.end.shape or self.start.ndim != 1:
            raise ValueError("labels need one start and one end each")
        if (self.end < self.start).any() or (self.start[1:] < self.start[:-1]).any():
            raise ValueError("labels must be sorted by their starts, and end after them")


@dataclass(frozen=True, eq=False)
class Split:
    """Which observations to train on and which to test on. `tested` are numbers of parts."""

    train: Integers
    test: Integers
    tested: tuple[int, ...]


def equal_parts(count: int, parts: int) -> tuple[Span, ...]:
    """Observations in parts of the same length; the first ones get one more where it must be."""
    if not 2 <= parts <= count:
        raise AlphintraError(
            f"{count:,} labels cannot be cut into {parts:,} parts.",
            hint="Take at least 2 parts, and no more than there are labels.",
        )
    whole, longer = divmod(count, parts)
    ends = [whole * number + min(number, longer) for number in range(parts + 1)]
    return tuple(Span(first, end) for first, end in pairwise(ends))


def purged_k_fold(labels: Labels, parts: Sequence[Span], embargo: Any = 0) -> tuple[Split, ...]:
    """Each part tested once, by what is left of all others: see `combinatorial_purged`."""
    return combinatorial_purged(labels, parts, 1, embargo)


def combinatorial_purged(
    labels: Labels, parts: Sequence[Span], tested: int = 2, embargo: Any = 0
) -> tuple[Split, ...]:
    """Every choice of `tested` parts to test on, with the labels that may be trained on.

    `embargo` is in the unit of the labels: a number of bars, or a time. It is counted from the last
    end of the tested labels. Raises `AlphintraError` where nothing is left to train on.
    """
    if not 1 <= tested < len(parts):
        raise AlphintraError(
            f"Of {len(parts)} parts, {tested} cannot be tested.",
            hint=f"Test at least 1 and at most {len(parts) - 1}.",
        )
    allowed = [_away_from(labels, part, embargo) for part in parts]
    return tuple(
        _split(parts, chosen, allowed) for chosen in combinations(range(len(parts)), tested)
    )


def _away_from(labels: Labels, part: Span, embargo: Any) -> npt.NDArray[np.bool_]:
    """(n,) which labels neither touch a part nor start within the embargo after it."""
    first = labels.start[part.first]
    last = labels.end[part.first : part.end].max()
    return np.asarray((labels.end < first) | (labels.start > last + embargo))


def _split(
    parts: Sequence[Span], chosen: tuple[int, ...], allowed: list[npt.NDArray[np.bool_]]
) -> Split:
    train = np.flatnonzero(np.all([allowed[number] for number in chosen], axis=0))
    if len(train) == 0:
        named = " and ".join(str(number + 1) for number in chosen)
        raise AlphintraError(
            f"Beside part {named} no label is left to train on.",
            hint="Labels or embargo reach too far: shorten them, or take fewer and longer parts.",
        )
    test = np.concatenate([np.arange(parts[n].first, parts[n].end) for n in chosen])
    return Split(train, test, chosen)


def backtest_paths(parts: int, tested: int) -> Integers:
    """(paths, parts): which split's test of a part each path is put together from.

    Every part is tested in as many splits as there are paths, C(parts - 1, tested - 1); path number
    p takes the p-th of them. Lopez de Prado 2018, chapter 12.4.
    """
    paths = np.empty((math.comb(parts - 1, tested - 1), parts), np.int64)
    splits = tuple(combinations(range(parts), tested))
    for part in range(parts):
        paths[:, part] = [number for number, chosen in enumerate(splits) if part in chosen]
    return paths
