"""A run as its checks see it: the result beside what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from alphintra_desktop.backtest.figures import are_dates, times
from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.simulation.rules import Rules


@dataclass(frozen=True)
class CheckedRun:
    """A result with what was asked for."""

    result: BacktestResult
    rules: Rules
    conditions: Mapping[str, int]
    warm_up: int

    @cached_property
    def closed(self) -> pd.DataFrame:
        """The closed trades."""
        return self.result.trades[self.result.trades["status"] == "closed"]

    @cached_property
    def open(self) -> pd.DataFrame:
        """The trades still open at the end."""
        return self.result.trades[self.result.trades["status"] == "open"]

    @cached_property
    def profit(self) -> float:
        """The profit of all trades, open ones as marked at the end."""
        return float(self.result.trades["profit"].sum())

    def date(self, row: int) -> str:
        """The time of a row, for a sentence."""
        stamps = self.result.bars.timestamps
        return times(stamps[[row]], daily=are_dates(stamps))[0]
