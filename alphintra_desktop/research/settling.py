"""Signals of one point as settled decisions, in the layout that compiled code wants.

What comes out is what `simulation.decisions` makes of the same signals. One symbol that has every
bar, which is what most sweeps run on, takes a short cut: its signals become columns without a
copy, and what does not change from point to point (no stops, a constant size) is made once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.simulation.decisions import SIDES, as_panel, decisions_of
from alphintra_desktop.simulation.event_engine import same_layout
from alphintra_desktop.simulation.rules import Decisions

MOST_CONSTANTS = 64


class Settling:
    """Settles the signals of many points on the same calendar."""

    def __init__(self, present: npt.NDArray[np.bool_]) -> None:
        self._present = present
        self._is_short = present.shape[1] == 1 and bool(present.all())
        self._constants: dict[float, npt.NDArray[np.float64]] = {}
        self._never = np.zeros(present.shape, np.bool_)
        self._none = np.full(present.shape, np.nan)

    def decisions(self, signals: Sequence[Mapping[str, Any]]) -> Decisions:
        """The decisions of every symbol's signals, as `signals(bars)` returns them."""
        if self._is_short:
            return self._of_one(signals[0])
        settled: Decisions = same_layout(
            decisions_of(as_panel(signals, self._present), self._present)
        )
        return settled

    def _of_one(self, signals: Mapping[str, Any]) -> Decisions:
        found = {
            name: self._flags(signals.get(name)) if name in SIDES else self._amounts(signals, name)
            for name in Decisions._fields
        }
        long_entry = self._without(found["long_entry"], found["long_exit"])
        short_entry = self._without(found["short_entry"], found["short_exit"])
        found["long_entry"] = self._without(long_entry, short_entry)
        found["short_entry"] = self._without(short_entry, long_entry)
        return Decisions(**found)

    def _flags(self, values: Any) -> Any:
        if values is None:
            return self._never
        if np.ndim(values) == 0:
            values = np.full(len(self._present), values)
        return np.ascontiguousarray(values)[:, None]

    def _without(self, flags: Any, others: Any) -> Any:
        if flags is self._never or others is self._never:
            return flags
        return flags & ~others

    def _amounts(self, signals: Mapping[str, Any], name: str) -> Any:
        values = signals.get(name)
        if values is None:
            return self._none
        if np.ndim(values) == 0:
            return self._constant(float(values))
        good = (values > 0.0) & (values < np.inf)
        return np.where(good, values, np.nan)[:, None]

    def _constant(self, value: float) -> Any:
        """The same amount on every bar; compiled code never writes to it."""
        if not 0.0 < value < np.inf:
            return self._none
        if value not in self._constants:
            if len(self._constants) >= MOST_CONSTANTS:
                self._constants.clear()
            self._constants[value] = np.full(self._present.shape, value)
        return self._constants[value]
