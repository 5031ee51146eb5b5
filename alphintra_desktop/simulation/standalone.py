"""A strategy file on its own: read bars, decide, simulate, print ten metrics.

The app takes the same way through `decide_each` and `decide_across`. The rest is copied into
generated files, where `signals` (and `features`) stand above these functions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from alphintra_desktop.simulation.decisions import as_panel, decisions_of
from alphintra_desktop.simulation.event_engine import run_all
from alphintra_desktop.simulation.metrics import format_metric, headline
from alphintra_desktop.simulation.rules import Rules
from alphintra_desktop.simulation.simulated import Prices
from alphintra_desktop.simulation.trades import closed_profits

Signals = Callable[[Mapping[str, Any]], Mapping[str, Any]]
PRICES = ("open", "high", "low", "close")
# Columns with what events said have a "|" in their names; a file without any leaves them out.
WITH_EVENTS = True


def read_bars(path: str, symbols: Sequence[str], adjusted: bool) -> dict[str, Any]:
    """(bars, symbols) arrays on one calendar from a bars.parquet; NaN where there is no bar."""
    table = pd.read_parquet(path)
    wide = table[table["symbol"].isin(symbols)].pivot(index="timestamp", columns="symbol")
    stamps = wide.index.tz_convert(None) if wide.index.tz is not None else wide.index
    times = stamps.to_numpy().astype("datetime64[ns]")
    bars: dict[str, Any] = {"timestamp": times, "symbols": symbols}
    for name in (*PRICES, "volume", "adj_factor", "split", "dividend"):
        bars[name] = wide[name][list(symbols)].to_numpy(dtype=float)
    if WITH_EVENTS:
        for name in (name for name in table.columns if "|" in name):
            bars[name] = wide[name][list(symbols)].to_numpy(dtype=float)
    bars["present"] = ~np.isnan(bars["close"])
    if adjusted:
        take_out_events(bars)
    return bars


def take_out_events(bars: dict[str, Any]) -> None:
    """Take splits and dividends out of prices and volumes."""
    split = np.where(bars["present"], bars["split"], 1.0)
    bars["volume"] = bars["volume"] * (np.cumprod(split[::-1], axis=0)[::-1] / split)
    for name in PRICES:
        bars[name] = bars[name] * bars["adj_factor"]


def own_bars(bars: Mapping[str, Any], symbol: int) -> dict[str, Any]:
    """One symbol's bars as 1-D arrays, without the rows on which it has none."""
    here = bars["present"][:, symbol]
    own = {name: bars[name][:, symbol][here] for name in (*PRICES, "volume")}
    if WITH_EVENTS:
        own |= {name: values[:, symbol][here] for name, values in bars.items() if "|" in name}
    return {"timestamp": bars["timestamp"][here], **own}


def decide_each(bars: Mapping[str, Any], signals: Signals) -> dict[str, Any]:
    """What `signals` says about each symbol's own bars, as (bars, symbols) arrays."""
    each = [signals(own_bars(bars, number)) for number in range(len(bars["symbols"]))]
    return as_panel(each, bars["present"])


def decide_across(bars: Mapping[str, Any], features: Signals, signals: Signals) -> dict[str, Any]:
    """What `signals` says about all symbols at once, from what `features` says about each."""
    return dict(signals({**bars, **decide_each(bars, features)}))


def main(rules: Rules, signals: Signals, features: Signals, across: bool, adjusted: bool) -> None:
    """Run the strategy on the bars.parquet named on the command line and print what it earned."""
    bars = read_bars(sys.argv[1], SYMBOLS, adjusted)
    decided = decide_across(bars, features, signals) if across else decide_each(bars, signals)
    decisions = decisions_of(decided, bars["present"])
    prices = Prices(*(bars[name] for name in Prices._fields))
    result = run_all(rules, prices, decisions)
    profits = closed_profits(rules, prices, result.fills)
    for name, value in headline(rules.cash, result.equity, profits, rules.bars_per_year).items():
        sys.stdout.write(f"{name:<16}{format_metric(name, value)}\n")


SYMBOLS: tuple[str, ...] = ()
