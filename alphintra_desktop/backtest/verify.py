"""Two independent ways to the same trades, and an explanation of every trade on which they differ.

Where vectorbt can run the strategy, it is compared with the event engine on the same decisions.
Elsewhere the decisions are what is computed twice: by the generated file, and by the slow
evaluator of `ir.reference`, which shares no code with it; the event engine then runs both, once
compiled and once as plain Python.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from alphintra_desktop.backtest.capabilities import choose_engine
from alphintra_desktop.backtest.deciding import signals_of
from alphintra_desktop.backtest.looking_ahead import refuse_looking_ahead
from alphintra_desktop.backtest.run import (
    load_data,
    plain_rules,
    prices_of,
    simulate,
)
from alphintra_desktop.codegen.module import StrategyCode
from alphintra_desktop.codegen.presence import of_calendar, on_every_row
from alphintra_desktop.ir.ops import AnyOf, Flags, Numbers
from alphintra_desktop.ir.reference import evaluate
from alphintra_desktop.market.bars import Bars
from alphintra_desktop.report import Report
from alphintra_desktop.simulation import event_engine
from alphintra_desktop.simulation.decisions import decisions_of
from alphintra_desktop.simulation.rules import Decisions
from alphintra_desktop.simulation.simulated import REASONS, Fills, Simulated

# Money and shares of two engines agree to this, relative (the reference results' own tolerance).
TOLERANCE = 1e-8
# The slow evaluator looks at every earlier bar on every bar: so many rows take it a few seconds.
SLOW_ROWS = 1_500


@dataclass(frozen=True)
class Difference:
    """A fill on which two ways do not agree, in words."""

    symbol: str
    time: str
    message: str


@dataclass(frozen=True)
class Comparison:
    """What was compared with what, and where they differ."""

    left: str
    right: str
    rows: int
    fills: int
    equity_difference: float
    differences: tuple[Difference, ...]

    @property
    def agree(self) -> bool:
        """Whether all fills and the equity are the same, within `TOLERANCE`."""
        return not self.differences and self.equity_difference <= TOLERANCE

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "agree": self.agree}

    def lines(self) -> list[str]:
        """For people."""
        verdict = "agree" if self.agree else "DIFFER"
        head = [
            f"{self.left} and {self.right} {verdict}: {self.fills:,} fills on {self.rows:,} bars, "
            f"equity within {self.equity_difference:.1e} (tolerance {TOLERANCE:.0e}).",
        ]
        return head + [f"  {d.time} {d.symbol}: {d.message}" for d in self.differences]


def verify(code: StrategyCode, report: Report | None = None) -> Comparison:
    """Compare two ways to run a strategy on its own bars."""
    report = report or Report()
    report.progress(0, of=3, doing="Loading bars")
    loaded = load_data(code)
    for mark in loaded.marks:
        report.message(mark)
    bars = loaded.bars.adjusted() if code.trading.data.adjusted else loaded.bars
    rules = plain_rules(code.trading.rules)
    choice = choose_engine(rules, bars)
    if choice.engine != "vectorbt":
        bars = bars.until(SLOW_ROWS)
    report.progress(1, of=3, doing="The generated file")
    decisions = decisions_of(signals_of(code, bars), bars.present)
    refuse_looking_ahead(code, bars)
    left = simulate(choice, rules, prices_of(bars), decisions)
    report.progress(2, of=3, doing="The other way")
    if choice.engine == "vectorbt":
        names = ("vectorbt", "the event engine")
        right = event_engine.simulate(rules, prices_of(bars), decisions)
    else:
        names = ("The generated file", "the reference evaluator")
        slow = reference_decisions(code, bars)
        right = event_engine.simulate(rules, prices_of(bars), slow, compiled=False)
    report.progress(3, of=3, doing="Done")
    return compared(names, left, right, bars)


def reference_decisions(code: StrategyCode, bars: Bars) -> Decisions:
    """The strategy's decisions by the slow evaluator."""
    decided: dict[str, Any] = {}
    for name, op in code.trading.decisions.items():
        assert isinstance(op, Numbers | Flags)
        if name == "rebalance" and on_every_row(op):
            decided[name] = _on_every_row(op, code, bars)
        else:
            decided[name] = evaluate(op, bars, common_calendar=code.across)
    return decisions_of(decided, bars.present)


def _on_every_row(op: Numbers | Flags, code: StrategyCode, bars: Bars) -> Any:
    """A condition of the calendar holds for all symbols, with a bar or not."""
    found = np.zeros((bars.count, 1), dtype=bool)
    for part in op.conditions if isinstance(op, AnyOf) else (op,):
        assert isinstance(part, Flags)
        holds = evaluate(part, bars, common_calendar=code.across)
        found = found | (holds.any(axis=1, keepdims=True) if of_calendar(part) else holds)
    return found


def compared(names: tuple[str, str], left: Simulated, right: Simulated, bars: Bars) -> Comparison:
    """Match fills by bar, symbol and side, and say of each pair what is not the same."""
    ours, theirs = _by_place(left.fills), _by_place(right.fills)
    found = []
    for place in sorted(ours.keys() | theirs.keys()):
        message = _difference(names, ours.get(place), theirs.get(place))
        if message:
            day = np.datetime_as_string(bars.timestamps[place[0]], unit="m").replace("T00:00", "")
            found.append(Difference(bars.symbols[place[1]], day, message))
    scale = np.maximum(np.abs(left.equity), 1e-300)
    apart = float(np.max(np.abs(left.equity - right.equity) / scale, initial=0.0))
    return Comparison(*names, bars.count, len(left.fills.bar), apart, tuple(found))


@dataclass(frozen=True)
class _Fill:
    shares: float
    price: float
    cost: float
    reason: int


def _by_place(fills: Fills) -> dict[tuple[int, int, int], _Fill]:
    """Fills by bar, symbol, and 1 for bought or 0 for sold; those of one place added up."""
    places: dict[tuple[int, int, int], _Fill] = {}
    for bar, symbol, shares, price, cost, reason, _ in zip(*fills, strict=True):
        place = (int(bar), int(symbol), int(shares > 0))
        made = _Fill(float(shares), float(price), float(cost), int(reason))
        if (before := places.get(place)) is not None:
            made = replace(made, shares=before.shares + made.shares, cost=before.cost + made.cost)
        places[place] = made
    return places


def _difference(names: tuple[str, str], left: _Fill | None, right: _Fill | None) -> str:
    if left is None or right is None:
        (name, made) = (names[0], left) if left is not None else (names[1], right)
        assert made is not None
        other = names[1] if name == names[0] else names[0]
        return f"{name} {_words(made)}, {other} does nothing on that bar."
    apart = [
        f"{what} {one:.10g} and {two:.10g}"
        for what, one, two in (
            ("shares", left.shares, right.shares),
            ("price", left.price, right.price),
            ("cost", left.cost, right.cost),
        )
        if not np.isclose(one, two, rtol=TOLERANCE, atol=TOLERANCE)
    ]
    if not apart:
        return ""
    return f"{names[0]} {_words(left)}; {names[1]} has other {', '.join(apart)}."


def _words(fill: _Fill) -> str:
    verb = "buys" if fill.shares > 0 else "sells"
    return f"{verb} {abs(fill.shares):.6g} at {fill.price:.6g} ({REASONS[fill.reason]})"
