"""Asking the generated file what it decides on bars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from alphintra_desktop.backtest.strategy_file import load, strategy_failures
from alphintra_desktop.codegen.module import StrategyCode
from alphintra_desktop.market.bars import Bars
from alphintra_desktop.simulation import standalone


def signals_of(code: StrategyCode, bars: Bars) -> dict[str, Any]:
    """What the generated file decides on bars: (T, N) arrays or scalars by name."""
    return decided(code, load(code), bars)


def decided(code: StrategyCode, file: Mapping[str, Any], bars: Bars) -> dict[str, Any]:
    """What a loaded file says about bars. Raises `StrategyFailed` when its code fails."""
    given = {
        "timestamp": bars.timestamps,
        "symbols": bars.symbols,
        "present": bars.present,
        **bars.columns,
    }
    with strategy_failures(code), np.errstate(all="ignore"):
        if code.across:
            return standalone.decide_across(given, file["features"], file["signals"])
        return standalone.decide_each(given, file["signals"])


def inner_values(code: StrategyCode, bars: Bars) -> dict[str, Any]:
    """Every variable of the file's `signals` (and `features`): (T, N) arrays by name."""
    return decided(code, load(code, keep_variables=True), bars)
