"""The strategy under stress: what its own file decides on any bars, and what trading that earns.

Decisions are always those of the generated file, and trades those of the event engine, compiled:
there is no second implementation of a strategy here. The engine's account is compared with that of
an ordinary run before anything is concluded from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alphintra_desktop.backtest.deciding import decided
from alphintra_desktop.backtest.run import plain_rules, prices_of
from alphintra_desktop.backtest.strategy_file import load
from alphintra_desktop.codegen.module import StrategyCode, generate
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.research.measure import Market, Measures
from alphintra_desktop.simulation.decisions import decisions_of
from alphintra_desktop.simulation.event_engine import same_layout, simulate
from alphintra_desktop.simulation.metrics import all_metrics
from alphintra_desktop.simulation.rules import Decisions, Rules
from alphintra_desktop.simulation.simulated import Prices, Simulated
from alphintra_desktop.simulation.trades import Trades, round_trips


@dataclass(frozen=True, eq=False)
class Subject:
    """A strategy and its bars, adjusted where it asks for that."""

    graph: Graph
    bars: Bars

    def __reduce__(self) -> tuple[type[Subject], tuple[Graph, Bars]]:
        """What another process needs; it finds the rest by itself."""
        return Subject, (self.graph, self.bars)

    @cached_property
    def code(self) -> StrategyCode:
        """The generated file."""
        return generate(self.graph)

    @cached_property
    def rules(self) -> Rules:
        """The rules of its trading as plain numbers."""
        return plain_rules(self.code.trading.rules)

    @cached_property
    def decisions(self) -> Decisions:
        """What the file decides on the bars as they were."""
        return self.decide(self.bars)

    @cached_property
    def prices(self) -> Prices:
        """The bars as they were, for the engine."""
        return prices_of(self.bars)

    @cached_property
    def simulated(self) -> Simulated:
        """The run as it was."""
        return simulate(self.rules, self.prices, self.decisions, compiled=True)

    @cached_property
    def trades(self) -> Trades:
        """The round trips of the run as it was."""
        return round_trips(self.rules, self.prices, self.simulated)

    @cached_property
    def metrics(self) -> dict[str, float]:
        """All metrics of the run as it was."""
        return all_metrics(self.rules.cash, self.simulated, self.trades, self.rules.bars_per_year)

    @property
    def base(self) -> Measures:
        """The run as it was, as its variants are measured."""
        return Measures(*(self.metrics[name] for name in Measures._fields))

    @cached_property
    def _file(self) -> dict[str, object]:
        return load(self.code)

    def decide(self, bars: Bars) -> Decisions:
        """What the file decides on bars. Raises `StrategyFailed` when its code fails."""
        return decisions_of(decided(self.code, self._file, bars), bars.present)


class Trader:
    """Trades decisions on the same prices again and again, and says what came of each."""

    def __init__(self, prices: Prices) -> None:
        self._prices = prices
        self._market = Market(prices)

    def measures(self, rules: Rules, decisions: Decisions) -> Measures:
        """What trading settled decisions comes to."""
        if not rules.has_weights:
            return self._market.measure(rules, same_layout(decisions))
        run = simulate(rules, self._prices, decisions, compiled=True)
        trades = round_trips(rules, self._prices, run)
        found = all_metrics(rules.cash, run, trades, rules.bars_per_year)
        return Measures(*(found[name] for name in Measures._fields))


def told(value: float) -> str:
    """A ratio in a sentence."""
    return f"{value:.2f}" if math.isfinite(value) else "none"


def share(value: float) -> str:
    """A share of the paths in a sentence."""
    return f"{value:.0%}" if math.isfinite(value) else "none"


def same_measures(ours: Measures, theirs: Measures, tolerance: float = 1e-9) -> bool:
    """Whether two ways to run a strategy came to the same."""
    return all(
        (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=tolerance, abs_tol=1e-12)
        for a, b in zip(ours, theirs, strict=True)
    )


def spread_of(values: Floats, measured: float) -> dict[str, object]:
    """How one measure came out on all paths: see the format in `stress`."""
    known = values[np.isfinite(values)]
    nothing = len(known) == 0
    quantiles = [math.nan] * 5 if nothing else np.quantile(known, QUANTILES).tolist()
    return {
        "measured": float(measured),
        "paths_with_a_value": len(known),
        "mean": math.nan if nothing else float(known.mean()),
        **dict(zip(("p05", "p25", "p50", "p75", "p95"), quantiles, strict=True)),
        "above_zero": math.nan if nothing else float(np.mean(known > 0.0)),
        "at_least_measured": math.nan if nothing else float(np.mean(known >= measured)),
        "values": [float(value) for value in values],
    }


QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
