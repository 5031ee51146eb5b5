"""What each engine can do, and which one runs a strategy.

The event engine can do everything. vectorbt is preferred where it gives the same fills, because it
is known, and quick without compiling; `ONLY_EVENT_ENGINE` lists where it does not, as measured with
vectorbt 1.2 and its Rust engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from alphintra_desktop.market.bars import Bars
from alphintra_desktop.simulation.rules import FRACTION, NEXT_OPEN, Rules

Engine = Literal["vectorbt", "event_engine"]


@dataclass(frozen=True)
class Choice:
    """The engine that runs a strategy, and why: a sentence for the result."""

    engine: Engine
    reason: str


@dataclass(frozen=True)
class Feature:
    """Something a strategy can ask for that vectorbt does not do, or not as we define it."""

    name: str
    why: str
    asked: Callable[[Rules, int], bool]


def _has_stops(rules: Rules) -> bool:
    return rules.has_stop_loss or rules.has_take_profit or rules.has_trailing_stop


def _both_sides(rules: Rules) -> bool:
    return rules.long_side and rules.short_side and not rules.has_weights


# Each takes the rules and the number of symbols.
ONLY_EVENT_ENGINE = (
    Feature(
        "corporate actions on raw prices",
        "vectorbt knows neither splits nor dividends",
        lambda rules, _: rules.has_events,
    ),
    Feature(
        "stops on the entry bar",
        "vectorbt looks at stops from the next bar on",
        lambda rules, _: _has_stops(rules) and rules.stops_on_entry_bar,
    ),
    Feature(
        "stop loss and trailing stop together",
        "vectorbt has one stop a position",
        lambda rules, _: rules.has_stop_loss and rules.has_trailing_stop,
    ),
    Feature(
        "stops on a strategy that goes long and short",
        "vectorbt drops the other orders of a bar on which a stop fills",
        lambda rules, _: _has_stops(rules) and _both_sides(rules),
    ),
    Feature(
        "stops with orders that fill at the close",
        "vectorbt drops the other orders of a bar on which a stop fills",
        lambda rules, _: _has_stops(rules) and rules.fill != NEXT_OPEN,
    ),
    Feature(
        "stops with target weights",
        "vectorbt has no stops on target sizes",
        lambda rules, _: _has_stops(rules) and rules.has_weights,
    ),
    Feature(
        "an exit after some bars",
        "vectorbt does not count the bars of a position",
        lambda rules, _: rules.exit_after > 0,
    ),
    Feature(
        "a borrow fee",
        "vectorbt charges nothing for holding a short",
        lambda rules, _: rules.borrow_rate > 0.0 and rules.short_side,
    ),
    Feature(
        "a commission per share",
        "vectorbt's costs are a fraction of the value and an amount an order",
        lambda rules, _: rules.commission_per_share > 0.0,
    ),
    Feature(
        "a spread in money",
        "vectorbt's slippage is a fraction of the price",
        lambda rules, _: rules.half_spread > 0.0,
    ),
    Feature(
        "sizes in parts of the equity on a strategy that goes long and short",
        "vectorbt cannot reverse a position by a percentage",
        lambda rules, _: rules.size_kind == FRACTION and _both_sides(rules),
    ),
    Feature(
        "a commission per order on a strategy that goes long and short",
        "vectorbt reverses a position with one order, not two",
        lambda rules, _: rules.commission_per_order > 0.0 and _both_sides(rules),
    ),
    Feature(
        "whole shares on a strategy that goes long and short",
        "vectorbt rounds the sum of what it closes and opens",
        lambda rules, _: rules.whole_shares and _both_sides(rules),
    ),
    Feature(
        "cash shared by entries of several symbols",
        "vectorbt fills them in another order and sizes them by cash, not by equity",
        lambda rules, symbols: rules.shared_cash and not rules.has_weights and symbols > 1,
    ),
    Feature(
        "a commission per order with target weights",
        "vectorbt pays it even for an order that only mends the rounding of a weight",
        lambda rules, _: rules.has_weights and rules.commission_per_order > 0.0,
    ),
)


def choose_engine(rules: Rules, bars: Bars) -> Choice:
    """The engine for these rules on these bars, with the reason as a sentence."""
    needed = only_event_engine(rules, len(bars.symbols))
    if not needed:
        return Choice("vectorbt", "vectorbt's Rust engine can do all that this strategy asks for.")
    reasons = "; ".join(f"{feature.name} ({feature.why})" for feature in needed)
    return Choice("event_engine", f"Needs the event engine for {reasons}.")


def only_event_engine(rules: Rules, symbols: int) -> tuple[Feature, ...]:
    """What these rules ask for on so many symbols that vectorbt cannot do."""
    return tuple(feature for feature in ONLY_EVENT_ENGINE if feature.asked(rules, symbols))
