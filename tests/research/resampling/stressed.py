"""A strategy on made-up bars, ready to be put under stress."""

from __future__ import annotations

from typing import Any

import numpy as np

from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.bars import Bars
from alphintra_desktop.research.resampling.subject import Subject
from tests.benchmarks.made_bars import walk
from tests.drawing import Drawing, sma_crossover


def made_bars(count: int = 500, seed: int = 0, symbols: int = 1) -> Bars:
    """Wandering daily bars of some symbols, all on the same calendar."""
    tables = [walk(count, "2015-01-05", "D", seed + number) for number in range(symbols)]
    columns = {
        name: np.column_stack([table[name].to_numpy(dtype=float) for table in tables])
        for name in ("open", "high", "low", "close", "volume")
    }
    ones = np.ones((count, symbols))
    columns |= {"adj_factor": ones, "split": ones, "dividend": np.zeros((count, symbols))}
    columns = {name: np.ascontiguousarray(values) for name, values in columns.items()}
    stamps = tables[0]["timestamp"].to_numpy().astype("datetime64[ns]")
    return Bars(stamps, tuple("ABCDE"[:symbols]), columns)


def made_subject(count: int = 500, seed: int = 0, graph: Graph | None = None) -> Subject:
    """A crossover of averages, with costs, on one wandering symbol."""
    return Subject(graph or sma_crossover(dataset="made", symbols="A"), made_bars(count, seed))


def stopped_crossover(**params: Any) -> Graph:
    """A crossover that goes both ways, with a stop and a target."""
    draw = Drawing("Both ways")
    bars = draw.add("market_data.dataset", dataset="made", symbols="A")
    close = draw.add("prices.close", bars=bars)
    fast = draw.add("talib.sma", "Fast average", values=close, period=params.get("fast", 4))
    slow = draw.add("talib.sma", "Slow average", values=close, period=12)
    up = draw.add("conditions.crosses_above", left=fast, right=slow)
    down = draw.add("conditions.crosses_below", left=fast, right=slow)
    rules = [
        draw.add("signals.enter_long", when=up),
        draw.add("signals.exit_long", when=down),
        draw.add("signals.enter_short", when=down),
        draw.add("signals.exit_short", when=up),
    ]
    draw.add("strategy.strategy", rules=rules)
    return draw.graph
