"""A whole run, from the text of a graph to every metric, against the same strategy hand-written on
vectorbt's Rust engine through its public API, from a Parquet file to the same metrics.

Ours reads the library and includes what else a run tells: tables of orders and trades, findings,
the manifest. Theirs reads the bars.parquet that the app exports, one file for all symbols, and only
the columns it needs. Both are warm, and both must find the same return and trades.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.backtest.run import backtest, load_data
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.graph.files import graph_from_text, graph_to_text
from alphintra_desktop.ir.markets import MARKETS
from alphintra_desktop.market.store import export_bars
from tests.benchmarks.harness import Benchmark, compare
from tests.benchmarks.made_bars import import_walks, own_library, symbols_of
from tests.benchmarks.written_on_vectorbt import crossover
from tests.drawing import Drawing

GOAL = 1.1
SAME = ("trades", "total_return", "max_drawdown", "win_rate", "expectancy", "longest_holding")


@dataclass(frozen=True)
class Case:
    """One size to run: the settings of the market data node, and the lengths of both averages."""

    name: str
    data: Mapping[str, str]
    averages: tuple[int, int] = (20, 100)
    rounds: int = 9


def run_on_2_000_bars() -> Iterator[Benchmark]:
    """Daily bars of Apple, real and adjusted."""
    period = {"start": "2005-01-03", "end": "2012-12-11"}
    data = {"dataset": "sample", "symbols": "AAPL", "timeframe": "1d", **period}
    with own_library() as folder:
        yield _compared(Case("run, 2,000 bars", data, rounds=25), folder)


def run_on_1_000_000_bars() -> Iterator[Benchmark]:
    """Bars of a minute."""
    data = {"dataset": "minutes", "symbols": "MADE000", "timeframe": "1m", "market": "crypto"}
    with own_library() as folder:
        import_walks(folder, "minutes", symbols=1, bars=1_000_000, step="m")
        yield _compared(Case("run, 1,000,000 bars", data, averages=(300, 1500)), folder)


def run_on_500_symbols() -> Iterator[Benchmark]:
    """Daily bars of 500 symbols with an equal part of the cash each."""
    symbols = ", ".join(symbols_of(500))
    data = {"dataset": "days", "symbols": symbols, "timeframe": "1d", "market": "crypto"}
    with own_library() as folder:
        import_walks(folder, "days", symbols=500, bars=2_500, step="D")
        yield _compared(Case("run, 500 symbols x 2,500 bars", data), folder)


def graph_text(case: Case) -> str:
    """Two crossing averages of the close, with costs."""
    draw = Drawing("Two averages")
    close = draw.add("prices.close", bars=draw.add("market_data.dataset", **case.data))
    fast = draw.add("talib.sma", "Fast average", values=close, period=case.averages[0])
    slow = draw.add("talib.sma", "Slow average", values=close, period=case.averages[1])
    up = draw.add("conditions.crosses_above", "Crosses up", left=fast, right=slow)
    down = draw.add("conditions.crosses_below", "Crosses down", left=fast, right=slow)
    rules = [draw.add("signals.enter_long", when=up), draw.add("signals.exit_long", when=down)]
    costs = [draw.add("costs.commission", fraction=0.0005)]
    costs.append(draw.add("costs.slippage", fraction=0.0005))
    draw.add("strategy.strategy", rules=rules, costs=costs)
    return graph_to_text(draw.graph)


def ours(text: str) -> BacktestResult:
    """Graph to metrics."""
    code = generate(graph_from_text(text, "benchmark"))
    return backtest(code, load_data(code))


def _compared(case: Case, folder: Path) -> Benchmark:
    text, path = graph_text(case), folder / "bars.parquet"
    export_bars(path, load_data(generate(graph_from_text(text, "benchmark"))))
    year = MARKETS[case.data.get("market", "us_equities")].sessions
    freq = "1min" if case.data["timeframe"] == "1m" else "1D"

    def peer() -> dict[str, float]:
        return crossover(path, case.averages, freq=freq, year=f"{year} days")

    _same(ours(text), peer())
    return compare(case.name, lambda: ours(text), peer, goal=GOAL, rounds=case.rounds)


def _same(result: BacktestResult, theirs: Mapping[str, float]) -> None:
    """Both must have computed the same thing, or their times mean nothing.

    Ratios are left out: vectorbt counts one return more, from the cash to the first bar.
    """
    assert result.engine == "vectorbt"
    for name in SAME:
        own, other = result.metrics[name], float(theirs[name])
        assert abs(own - other) <= 1e-6 * max(1.0, abs(other)), f"{name}: {own} and {other}"
