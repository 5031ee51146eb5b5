"""What looks wrong in bars that can be: told in notes, changed in nothing.

A split that the file does not state: the open is away from the close before by a plain ratio (2:1,
3:1, 3:2, ...) within four percent, the bar itself is calm, and the prices stay there for days. A
spike: the price goes away by more than three times and comes back with the next bar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from alphintra_desktop.market.bars import Booleans, Floats
from alphintra_desktop.market.row_order import Stamps
from alphintra_desktop.market.times import shown

_RATIOS = {f"{n}:1": float(n) for n in (2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 50)} | {"3:2": 1.5}
_SPLIT_TOLERANCE = np.log(1.04)
_CALM = np.log(1.12)
_DAYS_AFTER = 5
_SPIKE = np.log(3.0)
_FEW = 0.05
_LONG_GAP_DAYS = 14


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
    spikes = _spikes(bars)
    said = [*_said_of_splits(bars, spikes), *_said_of_spikes(bars, spikes)]
    return said if bars.intraday else [*said, *_without_volume(bars), *_gaps(bars)]


def _said_of_splits(bars: Watched, spikes: Booleans) -> list[str]:
    closes, opens = bars.columns["close"], bars.columns["open"]
    steps = np.concatenate([[0.0], np.log(opens[1:] / closes[:-1])])
    calm = np.log(bars.columns["high"] / bars.columns["low"]) < _CALM
    beside_spike = spikes | np.concatenate([[False], spikes[:-1]])
    big = np.abs(steps) > np.log(1.5) - _SPLIT_TOLERANCE
    said = []
    for row in np.flatnonzero(big & calm & ~bars.events & ~beside_spike):
        ratio = _plain_ratio(abs(float(steps[row])))
        after = closes[row : row + _DAYS_AFTER]
        if ratio and (np.abs(np.log(after / opens[row])) < 2 * _CALM).all():
            parts = ratio if steps[row] < 0 else ":".join(ratio.split(":")[::-1])
            said.append(
                f"It looks like an unadjusted {parts} split on {_day(bars, row)}: the price went"
                f" from {closes[row - 1]:g} to {opens[row]:g} overnight and stayed."
            )
    return said


def _plain_ratio(step: float) -> str:
    near = [name for name, ratio in _RATIOS.items() if abs(step - np.log(ratio)) < _SPLIT_TOLERANCE]
    return near[0] if near else ""


def _spikes(bars: Watched) -> Booleans:
    steps = np.concatenate([[0.0], np.diff(np.log(bars.columns["close"]))])
    back = np.concatenate([steps[1:], [0.0]])
    away = (np.abs(steps) > _SPIKE) & (np.abs(back) > _SPIKE)
    return np.asarray(away & (np.abs(steps + back) < _SPIKE / 2), dtype=np.bool_)


def _said_of_spikes(bars: Watched, spikes: Booleans) -> list[str]:
    closes = bars.columns["close"]
    return [
        f"The price of {_day(bars, row)} is a spike: {closes[row]:g}, after {closes[row - 1]:g} and"
        f" before {closes[row + 1]:g}."
        for row in np.flatnonzero(spikes)
    ]


def _without_volume(bars: Watched) -> list[str]:
    """Days without any trade among days with many."""
    still = np.flatnonzero(bars.columns["volume"] == 0)
    if not 0 < len(still) <= _FEW * len(bars.stamps):
        return []
    bar, verb = ("bar", "has") if len(still) == 1 else ("bars", "have")
    return [f"{len(still):,} {bar} {verb} a volume of zero, the first on {_day(bars, still[0])}."]


def _gaps(bars: Watched) -> list[str]:
    days = bars.stamps.astype("datetime64[D]")
    lengths = np.diff(days).astype(int)
    usual = np.median(lengths)
    said = []
    for row in np.flatnonzero(lengths > max(_LONG_GAP_DAYS, 4 * usual)):
        first, last = days[row] + 1, days[row + 1] - 1
        weekdays = np.busday_count(first, last + 1)
        said.append(f"There is no bar from {first} to {last}, {weekdays} weekdays.")
    return said


def _day(bars: Watched, row: int | np.integer[Any]) -> str:
    return shown(bars.stamps[row], intraday=bars.intraday)


def listed(said: Sequence[tuple[str, str]], symbols: int, most: int) -> list[str]:
    """Sentences, each with its symbol where there are several, and the count of those left out."""
    notes = [f"{symbol}: {text}" if symbols > 1 else text for symbol, text in said[:most]]
    if len(said) > most:
        notes.append(f"{len(said) - most:,} more such notes are left out.")
    return notes
