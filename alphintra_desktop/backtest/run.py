"""The backtest: bars in, signals of the generated file, an engine, and everything worth knowing.

1. Load the bars that the strategy names, adjusted or raw.
2. Load the generated file and ask its `signals` on every symbol's own bars.
3. Custom code may look ahead without our seeing it: take the future away at some bars, and refuse
   the strategy if its past changes.
4. Simulate on the engine that can do what the strategy asks.
5. Count: metrics beside buy and hold, trades, findings, manifest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from alphintra_desktop.backtest.capabilities import Choice, choose_engine
from alphintra_desktop.backtest.data_findings import data_findings
from alphintra_desktop.backtest.deciding import inner_values, signals_of
from alphintra_desktop.backtest.event_columns import with_events
from alphintra_desktop.backtest.linter import findings
from alphintra_desktop.backtest.looking_ahead import refuse_looking_ahead
from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.backtest.tables import orders_table, trades_table
from alphintra_desktop.codegen.module import StrategyCode
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.causality import reach
from alphintra_desktop.ir.order import inputs_first
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.market.store import LoadedBars, load_bars
from alphintra_desktop.report import Report
from alphintra_desktop.runs.canonical import text_hash
from alphintra_desktop.runs.manifest import Recipe, manifest
from alphintra_desktop.simulation import event_engine
from alphintra_desktop.simulation.decisions import decisions_of
from alphintra_desktop.simulation.drawdowns import drawdown
from alphintra_desktop.simulation.metrics import (
    all_metrics,
    bar_returns,
    drawdown_metrics,
    headline,
    return_metrics,
)
from alphintra_desktop.simulation.rules import SAME_CLOSE, Decisions, Rules
from alphintra_desktop.simulation.simulated import Prices, Simulated
from alphintra_desktop.simulation.trades import round_trips


def load_data(code: StrategyCode) -> LoadedBars:
    """The bars a strategy names, as traded, with what it reads of tables of events."""
    data = code.trading.data
    ensure_sample_data()
    loaded = load_bars(data.dataset, data.symbols, data.timeframe, data.start, data.end)
    return with_events(loaded, code.trading.events, code.lowered)


def backtest(
    code: StrategyCode,
    loaded: LoadedBars,
    *,
    run: str = "",
    graph_hash: str = "",
    report: Report | None = None,
) -> BacktestResult:
    """Run a strategy's generated file on bars.

    Raises `StrategyFailed` when the file's own code fails, and `AlphintraError` when custom code
    looks ahead.
    """
    ran = _run(code, loaded, report or Report())
    return _with_findings(_result(ran, run, graph_hash), ran)


def backtest_unreviewed(code: StrategyCode, loaded: LoadedBars) -> BacktestResult:
    """The same without looking for findings: for checks that only want the numbers."""
    return _result(_run(code, loaded, Report()), "", "")


def _run(code: StrategyCode, loaded: LoadedBars, report: Report) -> _Ran:
    loaded = with_events(loaded, code.trading.events, code.lowered)
    bars = loaded.bars.adjusted() if code.trading.data.adjusted else loaded.bars
    report.progress(2, of=5, doing="Deciding")
    signals = signals_of(code, bars)
    refuse_looking_ahead(code, bars)
    report.progress(3, of=5, doing="Simulating")
    rules = plain_rules(code.trading.rules)
    choice = choose_engine(rules, bars)
    simulated = simulate(choice, rules, prices_of(bars), decisions_of(signals, bars.present))
    return _Ran(code, loaded, bars, signals, rules, choice, simulated)


# ---------------------------------------------------------------------- the engines


def plain_rules(rules: Rules) -> Rules:
    """The rules as plain numbers, without the names of settings."""
    kinds = (type(default) for default in Rules())
    return Rules._make(kind(value) for kind, value in zip(kinds, rules, strict=True))


def prices_of(bars: Bars) -> Prices:
    """The arrays a simulation trades on."""
    return Prices(*(bars[name] for name in Prices._fields))


def simulate(choice: Choice, rules: Rules, prices: Prices, decisions: Decisions) -> Simulated:
    """Run on the chosen engine."""
    if choice.engine == "vectorbt":
        from alphintra_desktop.backtest import vectorbt_engine  # noqa: PLC0415 - two seconds

        return vectorbt_engine.simulate(rules, prices, decisions)
    return event_engine.simulate(rules, prices, decisions)


# ----------------------------------------------------------------------- the result


@dataclass(frozen=True, eq=False)
class _Ran:
    """A simulation with everything that went into it."""

    code: StrategyCode
    loaded: LoadedBars
    bars: Bars
    signals: dict[str, Any]
    rules: Rules
    choice: Choice
    simulated: Simulated


def _result(ran: _Ran, run: str, graph_hash: str) -> BacktestResult:
    code, bars, rules, simulated = ran.code, ran.bars, ran.rules, ran.simulated
    trades = round_trips(rules, prices_of(bars), simulated)
    benchmark = buy_and_hold(bars, rules.cash)
    marks = (*marks_of(rules), *ran.loaded.marks, *ran.loaded.quality.marks)
    recipe = Recipe(
        graph_hash=graph_hash,
        code_hash=text_hash(code.text),
        data_hashes={f"{s} {ran.loaded.timeframe}": sha for s, sha in ran.loaded.sha256.items()},
        engine=ran.choice.engine,
        engine_reason=ran.choice.reason,
        params=params_of(code),
        settings=rules._asdict(),
        marks=marks,
        event_hashes={table: ran.loaded.events[table] for table in _tables_of(code)},
    )
    return BacktestResult(
        run=run,
        name=code.name or "Strategy",
        engine=ran.choice.engine,
        engine_reason=ran.choice.reason,
        bars=bars,
        bars_per_year=rules.bars_per_year,
        equity=simulated.equity,
        drawdown=drawdown(simulated.equity, rules.cash),
        exposure=exposure_of(simulated),
        benchmark=benchmark,
        orders=orders_table(simulated, bars),
        trades=trades_table(trades, bars),
        metrics=all_metrics(rules.cash, simulated, trades, rules.bars_per_year),
        benchmark_metrics=curve_metrics(rules.cash, benchmark, rules.bars_per_year),
        signals=ran.signals,
        findings=(),
        manifest=manifest(recipe),
        marks=marks,
    )


def _with_findings(result: BacktestResult, ran: _Ran) -> BacktestResult:
    code, strategy = ran.code, ran.code.lowered.strategy
    assert strategy is not None
    conditions = condition_counts(code, result.bars) if len(result.trades) == 0 else {}
    warm_up = reach(strategy).warm_up
    rows = int(warm_up) if np.isfinite(warm_up) else 0  # unknown for custom code
    found = findings(result, rules=ran.rules, conditions=conditions, warm_up=rows)
    of_data = data_findings(code.trading.data, ran.loaded)
    if any(finding.code in _GAPS for finding in of_data):  # by the calendar, so they know better
        found = tuple(finding for finding in found if finding.code != "data_gaps")
    return replace(result, findings=(*of_data, *found))


_GAPS = ("gap", "missing_sessions", "missing_bars")


def _tables_of(code: StrategyCode) -> list[str]:
    return sorted({op.table for op in code.trading.events})


def params_of(code: StrategyCode) -> dict[str, Any]:
    """What the user set, by node id and param."""
    nodes = code.lowered.graph.nodes.values()
    return {f"{node.id}.{name}": value for node in nodes for name, value in node.params.items()}


def marks_of(rules: Rules) -> tuple[str, ...]:
    """What a reader of the result must know before the first number."""
    if rules.fill == SAME_CLOSE:
        return (
            "UNSAFE FILL: orders fill at the close they were decided on, which nobody can trade.",
        )
    return ()


def exposure_of(simulated: Simulated) -> Floats:
    """Market value of all positions over equity, shorts counted positive; NaN when ruined."""
    equity = np.where(simulated.equity > 0, simulated.equity, np.nan)
    return np.asarray(simulated.gross_value / equity)


def buy_and_hold(bars: Bars, cash: float) -> Floats:
    """(T,) worth of equal parts of the cash, each put into a symbol at its first close.

    Splits and dividends are part of it, costs are not.
    """
    close = bars["close"] * bars["adj_factor"]
    if bars.present.all():
        return np.asarray(cash * (close / close[0]).mean(axis=1))
    last = pd.DataFrame(close).ffill().to_numpy()
    first = np.nanmax(np.where(np.cumsum(bars.present, axis=0) == 1, close, np.nan), axis=0)
    growth = np.where(np.isnan(last), 1.0, last / first)
    return np.asarray(cash * growth.mean(axis=1))


def curve_metrics(cash: float, equity: Floats, bars_per_year: float) -> dict[str, float]:
    """The metrics that need nothing but an equity curve: all but those of trades."""
    found = {
        **headline(cash, equity, np.empty(0), bars_per_year),
        **return_metrics(bar_returns(equity)),
        **drawdown_metrics(cash, equity),
        "final_equity": float(equity[-1]),
    }
    return {name: value for name, value in found.items() if name not in _OF_TRADES}


_OF_TRADES = ("trades", "win_rate", "profit_factor")


def condition_counts(code: StrategyCode, bars: Bars) -> dict[str, int]:
    """On how many bars each condition that leads to a trade held, by the title of its node."""
    counts: dict[str, int] = {}
    leading = _leading_to_trades(code)
    for name, values in inner_values(code, bars).items():
        node = code.variables.get(name)
        if node in leading and np.ndim(values) and values.dtype == bool:
            title = code.lowered.title(node)
            counts[title] = counts.get(title, 0) + int(values.sum())
    return counts


def _leading_to_trades(code: StrategyCode) -> set[str]:
    """The nodes of all that entries, or times to rebalance, are made of. Exits end trades only."""
    strategy = code.lowered.strategy
    roots = (
        [rule for rule in strategy.rules if isinstance(rule, ops.EnterLong | ops.EnterShort)]
        if isinstance(strategy, ops.SignalStrategy)
        else [strategy.rebalance]
        if isinstance(strategy, ops.PortfolioStrategy)
        else []
    )
    owner = code.lowered.owner
    found = (op for root in roots for op in inputs_first(root) if op in owner)
    return {owner[op][0] for op in found}
