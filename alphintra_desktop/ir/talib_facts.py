"""What TA-Lib's metadata says of a function, and the little that it does not say.

The three lists were found by experiment over all functions, and a test repeats it.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import talib.abstract

from alphintra_desktop.ir.ops import TaLib

# Built of exponential averages, without a flag that says so.
_RECURSIVE = {
    *("ADXR", "CVI", "DEMA", "EFI", "ERI", "KC", "MACD", "MACDFIX", "MASSI", "RVI", "SMI"),
    *("STOCHRSI", "TEMA", "TRIX", "TSI", "ZLEMA"),
}
_RECURSIVE_FLAGS = {"Function has an unstable period", "Output is path-dependent"}
# Averages with a finite window (SMA, WMA, TRIMA, HMA, none) among the choices of a `matype`.
_FINITE_AVERAGES = {0, 2, 5, 9, 10}
# Differences of prices: twice the price gives twice the number, though no flag says so.
_PRICE_DIFFERENCES = {
    *("AC", "ADD", "ADR", "AO", "APO", "ATR", "CUMSUM", "DPO", "EFI", "ERI", "HT_PHASOR"),
    *("LINEARREG_SLOPE", "MACD", "MACDEXT", "MACDFIX", "MARKETFI", "MINUS_DM", "MOM", "PLUS_DM"),
    *("QSTICK", "STDDEV", "SUB", "SUM", "TRANGE", "WAD"),
}
_SCALE_FLAG = "Output scale same as input"


def lookback(op: TaLib) -> int:
    """How many bars the function needs before its first number."""
    return _lookback(op.function, op.params)


def bars_back(op: TaLib) -> float:
    """How many bars back the function looks; infinite where every earlier bar leaves a trace."""
    info = talib_info(op.function)
    settings = dict(zip(info["parameters"], op.params, strict=False))
    averages = {value for name, value in settings.items() if name.endswith("matype")}
    recursive = (
        op.function in _RECURSIVE
        or _RECURSIVE_FLAGS.intersection(info["function_flags"])
        or averages - _FINITE_AVERAGES
    )
    return math.inf if recursive else lookback(op)


def keeps_the_scale(op: TaLib) -> bool:
    """Whether the output is in the units of the prices that go in."""
    return (
        _SCALE_FLAG in talib_info(op.function)["function_flags"]
        or op.function in _PRICE_DIFFERENCES
    )


@lru_cache(maxsize=4096)
def _lookback(function: str, params: tuple[float, ...]) -> int:
    abstract_function = talib.abstract.Function(function)  # type: ignore[attr-defined]
    defaults = abstract_function.info["parameters"]
    # The metadata's own type decides: TA-Lib refuses 14.0 where it wants 14.
    typed = {
        name: type(default)(value)
        for (name, default), value in zip(defaults.items(), params, strict=False)
    }
    abstract_function.set_parameters(typed)
    return int(abstract_function.lookback)


@lru_cache(maxsize=512)
def talib_info(function: str) -> dict[str, Any]:
    """TA-Lib's own description of a function: group, inputs, parameters, outputs, flags."""
    info: dict[str, Any] = talib.abstract.Function(function).info  # type: ignore[attr-defined]
    return info
