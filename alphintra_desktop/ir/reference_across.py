"""What the ops that compare symbols mean: `across(op, symbols, *row)` is one row of the calendar.

A row has a number or flag a symbol; NaN or False where the symbol has no bar.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import singledispatch
from typing import Any

from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import Expr

NAN = math.nan
Result = float | bool

ACROSS = (
    *(ops.RankAcross, ops.OfSymbol, ops.InverseWeights, ops.EqualWeights),
    *(ops.TopAcross, ops.IsSymbol),
)


@singledispatch
def across(op: Expr, symbols: Sequence[str], *row: Any) -> list[Result]:
    """The values of `op` for all symbols on one row."""
    raise TypeError(f"{type(op).__name__} does not compare symbols.")


@across.register
def _(_: ops.RankAcross, symbols: Sequence[str], values: Sequence[float]) -> list[Result]:
    known = [value for value in values if not math.isnan(value)]
    return [
        NAN if math.isnan(value) else sum(other <= value for other in known) / len(known)
        for value in values
    ]


@across.register
def _(op: ops.TopAcross, symbols: Sequence[str], values: Sequence[float]) -> list[Result]:
    known = [number for number, value in enumerate(values) if not math.isnan(value)]
    best = sorted(known, key=lambda number: (-values[number], number))[: op.count]
    return [number in best for number in range(len(symbols))]


@across.register
def _(_: ops.EqualWeights, symbols: Sequence[str], chosen: Sequence[bool]) -> list[Result]:
    return [1 / sum(chosen) if held else 0.0 for held in chosen]


@across.register
def _(
    _: ops.InverseWeights, symbols: Sequence[str], chosen: Sequence[bool], values: Sequence[float]
) -> list[Result]:
    inverse = [
        1 / value if held and value > 0 else 0.0 for held, value in zip(chosen, values, strict=True)
    ]
    return [weight / math.fsum(inverse) if weight else 0.0 for weight in inverse]


@across.register
def _(op: ops.OfSymbol, symbols: Sequence[str], values: Sequence[float]) -> list[Result]:
    return [values[symbols.index(op.symbol)]] * len(symbols)


@across.register
def _(op: ops.IsSymbol, symbols: Sequence[str], *_row: Any) -> list[Result]:
    return [symbol in op.symbols for symbol in symbols]
