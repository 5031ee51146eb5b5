"""Sweeps to measure: what is drawn, on which bars, and which points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alphintra_desktop.backtest.run import load_data
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.research.engine import Task
from alphintra_desktop.research.grid import axis_of, grid_of
from tests.benchmarks.made_bars import import_walks, symbols_of
from tests.drawing import Drawing, sma_crossover

TEN_YEARS = 2_520
COMMISSION = 0.002  # what `sma_crossover` has
HIGH = 70.0
FAST, SLOW = "Fast average.period", "Slow average.period"
RSI, LOW, STOP, TARGET = "RSI.period", "Low.level", "Stop.fraction", "Target.fraction"


@dataclass(frozen=True)
class Case:
    """One sweep: `axes` are values by node and param, in which `fewer` leaves some for the peer."""

    name: str
    axes: Mapping[str, str]
    fewer: Mapping[str, str] = field(default_factory=dict)
    bars: int = TEN_YEARS
    symbols: int = 1
    step: str = "D"

    @property
    def dataset(self) -> str:
        """Bars of the same size are the same bars."""
        return f"made_{self.symbols}_{self.bars}_{self.step.lower()}"

    @property
    def freq(self) -> str:
        """How far apart bars are, as pandas says it."""
        return "1D" if self.step == "D" else "1min"

    def import_bars(self, folder: Path) -> None:
        """Put the bars into the library."""
        import_walks(folder, self.dataset, self.symbols, self.bars, self.step)

    def graph(self) -> Graph:
        """What is swept."""
        data = {
            "dataset": self.dataset,
            "symbols": ", ".join(symbols_of(self.symbols)),
            "timeframe": "1d" if self.step == "D" else "1m",
            "market": "crypto",
        }
        return rsi_with_stops(**data) if RSI in self.axes else sma_crossover(**data)

    def task(self, *, fewer: bool = False) -> Task:
        """The sweep on bars that were imported."""
        graph = self.graph()
        axes = {**self.axes, **(self.fewer if fewer else {})}
        named = {node.title: node.id for node in graph.nodes.values()}
        places = ((*name.split("."), text) for name, text in axes.items())
        grid = grid_of([axis_of(graph, named[node], param, text) for node, param, text in places])
        return Task(graph, grid, load_data(generate(graph)).bars.adjusted())


def rsi_with_stops(**data: Any) -> Graph:
    """Buy what has fallen, and leave by a level, a stop or a target."""
    draw = Drawing("RSI with stop and target")
    close = draw.add("prices.close", bars=draw.add("market_data.dataset", **data))
    rsi = draw.add("talib.rsi", "RSI", values=close, period=14)
    low = draw.add("conditions.below_level", "Low", values=rsi, level=30.0)
    high = draw.add("conditions.above_level", "High", values=rsi, level=HIGH)
    rules = [draw.add("signals.enter_long", when=low), draw.add("signals.exit_long", when=high)]
    stops = [draw.add("stops.stop_loss", "Stop", fraction=0.02)]
    stops.append(draw.add("stops.take_profit", "Target", fraction=0.04))
    costs = [draw.add("costs.commission", fraction=COMMISSION)]
    # vectorbt looks at stops from the next bar on.
    draw.add("strategy.strategy", rules=rules, stops=stops, costs=costs, stops_from="next_bar")
    return draw.graph


PAIRS = Case("10,000 SMA pairs, 2,520 bars", {FAST: "2:101:1", SLOW: "102:201:1"})
RSI_WITH_STOPS = Case(
    "10,000 points of RSI with stop and target, 2,520 bars",
    {RSI: "5:14:1", LOW: "20:38:2", STOP: "0.01:0.1:0.01", TARGET: "0.01:0.1:0.01"},
    {STOP: "0.01,0.1", LOW: "20,30"},
)
MINUTES = Case(
    "100 SMA pairs, 1,000,000 bars of a minute",
    {FAST: "20:200:20", SLOW: "300:1200:100"},
    {FAST: "20,100", SLOW: "300,1200"},
    bars=1_000_000,
    step="m",
)
SYMBOLS = Case(
    "1,000 SMA pairs, 100 symbols x 2,520 bars",
    {FAST: "2:21:1", SLOW: "22:71:1"},
    {FAST: "2,21", SLOW: "22,71"},
    symbols=100,
)
CASES = (PAIRS, RSI_WITH_STOPS, MINUTES, SYMBOLS)
