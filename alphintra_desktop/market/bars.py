"""Bars in memory: one calendar, many symbols, raw prices with their adjustment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

PRICES = ("open", "high", "low", "close")
COLUMNS = (*PRICES, "volume", "adj_factor", "split", "dividend")


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars of one or many symbols on one common calendar.

    `timestamps` is (T,) datetime64[ns]: UTC bar start when intraday, the exchange date when daily.
    Every array of `columns` is (T, N) float64, C-contiguous, one column a symbol, NaN where a
    symbol has no bar. `open high low close volume` are as traded. `adj_factor` times a price is
    the price adjusted for splits and dividends. `split` is the number of shares one share becomes
    at the open of that bar (1.0 on most bars), `dividend` the cash paid per share held over
    the night before that bar (0.0 on most).
    """

    timestamps: npt.NDArray[np.datetime64]
    symbols: tuple[str, ...]
    columns: Mapping[str, Floats]

    @property
    def count(self) -> int:
        """The number of rows of the calendar, T."""
        return len(self.timestamps)

    @cached_property
    def present(self) -> Booleans:
        """(T, N): whether the symbol has a bar there."""
        return ~np.isnan(self.columns["close"])

    def __getitem__(self, column: str) -> Floats:
        return self.columns[column]

    def adjusted(self) -> Bars:
        """The same bars with prices times `adj_factor`, volume in today's shares, and no events."""
        factor = self.columns["adj_factor"]
        columns = {
            **self.columns,
            **{name: self.columns[name] * factor for name in PRICES},
            "volume": self._volume_in_todays_shares(),
            "adj_factor": np.where(self.present, 1.0, np.nan),
            "split": np.where(self.present, 1.0, np.nan),
            "dividend": np.where(self.present, 0.0, np.nan),
        }
        return replace(self, columns=columns)

    def _volume_in_todays_shares(self) -> Floats:
        split = self.columns["split"]
        split = np.where(np.isnan(split), 1.0, split)
        if (split == 1.0).all():
            return self.columns["volume"]
        later_splits = np.cumprod(split[::-1], axis=0)[::-1] / split
        return np.asarray(self.columns["volume"] * later_splits)

    def until(self, row: int) -> Bars:
        """The first `row` rows: what was known then."""
        columns = {name: values[:row] for name, values in self.columns.items()}
        return replace(self, timestamps=self.timestamps[:row], columns=columns)
