"""Steps of a price that look like splits, and spikes.

A split that nobody stated: the open is away from the close before by a plain ratio (2:1, 3:1, 3:2,
...) within four percent, the bar itself is calm, and the prices stay there for days. If the volume
moves oppositely, as the number of shares does, it hardly can be anything else. A spike: the price
goes away by more than three times and comes back with the next bar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from alphintra_desktop.market.bars import Booleans, Floats
from alphintra_desktop.market.quality_finding import QualityFinding, Repair, Rows, Severity
from alphintra_desktop.market.quality_table import BarTable

_RATIOS = {f"{n}:1": float(n) for n in (2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 50)} | {"3:2": 1.5}
_TOLERANCE = np.log(1.04)
_CALM = np.log(1.12)
_BARS_AFTER = 5
_SPIKE = np.log(3.0)
# Volume tells a split of this ratio or more from chance: its days differ by more than a half.
_TELLING, _TELLING_BARS = 1.9, 20
_MOST = 50


@dataclass(frozen=True)
class Split:
    """A suspected split: before which row, how many shares one becomes (as `2:1` and as 2.0), and
    whether the volume says the same: True, False, or None where it cannot tell."""

    row: int
    parts: str
    ratio: float
    volume_agrees: bool | None


@np.errstate(all="ignore")
def spikes(closes: Floats, leaps: Rows) -> Rows:
    """Of the rows whose close is far from the one before, those that come back with the next."""
    inner = leaps[(leaps > 0) & (leaps < len(closes) - 1)]
    away = np.log(closes[inner] / closes[inner - 1])
    back = np.log(closes[inner + 1] / closes[inner])
    spiked = (np.abs(away) > _SPIKE) & (np.abs(back) > _SPIKE)
    spiked &= np.abs(away + back) < _SPIKE / 2
    return np.asarray(inner[spiked], dtype=np.int64)


@np.errstate(all="ignore")
def splits(
    columns: Mapping[str, Floats], jumps: Rows, spiked: Rows, events: Booleans | None
) -> list[Split]:
    """Of the rows whose open is far from the close before, those that look like splits."""
    opens, closes = columns["open"], columns["close"]
    rows = jumps[(jumps > 0) & ~np.isin(jumps, np.concatenate([spiked, spiked + 1]))]
    if events is not None:
        rows = rows[~events[rows]]
    calm = np.log(columns["high"][rows] / columns["low"][rows]) < _CALM
    found = []
    for row in rows[calm][: _MOST * 20].tolist():
        step = float(np.log(opens[row] / closes[row - 1]))
        parts = _plain_ratio(abs(step))
        after = closes[row : row + _BARS_AFTER]
        if parts and (np.abs(np.log(after / opens[row])) < 2 * _CALM).all():
            ratio = _RATIOS[parts] if step < 0 else 1 / _RATIOS[parts]
            shown = parts if step < 0 else ":".join(parts.split(":")[::-1])
            found.append(Split(row, shown, ratio, _agrees(columns["volume"], row, ratio)))
    return found


def _plain_ratio(step: float) -> str:
    near = [name for name, ratio in _RATIOS.items() if abs(step - np.log(ratio)) < _TOLERANCE]
    return near[0] if near else ""


def _agrees(volume: Floats, row: int, ratio: float) -> bool | None:
    """Whether the usual volume after the split is nearer to `ratio` times the one before than to
    it. The days around the split itself are left out: news make them busy."""
    before, after = (
        part[part > 0]
        for part in (volume[max(row - _TELLING_BARS - 2, 0) : max(row - 2, 0)],
                     volume[row + 3 : row + 3 + _TELLING_BARS])
    )  # fmt: skip
    if min(len(before), len(after)) < _TELLING_BARS // 2 or max(ratio, 1 / ratio) < _TELLING:
        return None
    moved = float(np.log(np.median(after) / np.median(before)))
    return bool(abs(moved - np.log(ratio)) < abs(moved))


def said_of_split(split: Split, before: float, after: float, day: str) -> str:
    """A suspected split in a sentence."""
    return (
        f"It looks like an unadjusted {split.parts} split on {day}: the price went"
        f" from {before:g} to {after:g} overnight and stayed."
    )


def said_of_spike(closes: Floats, row: int, day: str) -> str:
    """A spike in a sentence."""
    return (
        f"The price of {day} is a spike: {closes[row]:g}, after {closes[row - 1]:g} and"
        f" before {closes[row + 1]:g}."
    )


def jump_findings(table: BarTable) -> Iterator[QualityFinding]:
    """Suspected splits and spikes."""
    closes = table["close"]
    spiked = spikes(closes, table.screen.leaps)
    for row in spiked[:_MOST].tolist():
        yield QualityFinding(
            "spike",
            Severity.ERROR,
            said_of_spike(closes, row, table.time(row)),
            "Look the price up elsewhere; leave the bar out if it is wrong.",
            table.span(np.array([row])),
            Repair("drop_rows", _one(table, row), f"leave out the bar of {table.time(row)}"),
        )
    for split in splits(table.columns, table.screen.jumps, spiked, table.events)[:_MOST]:
        yield _suspected(table, split)


def _suspected(table: BarTable, split: Split) -> QualityFinding:
    row, closes = split.row, table["close"]
    said = said_of_split(split, closes[row - 1], table["open"][row], table.time(row))
    agrees = " The volume moved the other way by as much." if split.volume_agrees else ""
    return QualityFinding(
        "suspected_split",
        Severity.ERROR if split.volume_agrees else Severity.WARNING,
        said + agrees,
        "Look the split up; if it is one, state it, so that prices are adjusted on reading.",
        table.span(np.array([row])),
        Repair(
            "add_split",
            _one(table, row),
            f"state a {split.parts} split on {table.time(row)}; stored prices stay as traded",
            split.ratio,
        ),
    )


def _one(table: BarTable, row: int) -> tuple[tuple[int, int]]:
    number = table.number(row)
    return ((number, number + 1),)
