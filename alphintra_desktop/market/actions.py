"""The corporate actions of a symbol, as the library keeps them: beside prices as traded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.store import describe, load_bars


@dataclass(frozen=True)
class CorporateAction:
    """A split (shares that one becomes) or a dividend (cash a share), at the open of a day's bar.

    `factor_before` is what prices before it are multiplied with where they are read adjusted.
    """

    day: str
    split: float
    dividend: float
    factor_before: float


def actions_of(dataset: str, symbol: str) -> tuple[CorporateAction, ...]:
    """All of a symbol's current bars, by time. Raises `AlphintraError` if it has none."""
    series = describe(dataset, symbol)
    if not series:
        raise AlphintraError(
            f"'{dataset}' has no {symbol}.", hint="`alphintra data list` says what there is."
        )
    last = series[0]
    bars = load_bars(last.dataset, (last.symbol,), last.timeframe).bars
    split, dividend, factor = (bars[name][:, 0] for name in ("split", "dividend", "adj_factor"))
    days = np.datetime_as_string(bars.timestamps, unit="D")
    return tuple(
        CorporateAction(
            str(days[row]),
            float(split[row]),
            float(dividend[row]),
            float(factor[max(int(row) - 1, 0)]),
        )
        for row in np.flatnonzero((split != 1.0) | (dividend != 0.0))
    )
