"""Whole strategies drawn at random, and bars to run them on: what end-to-end tests share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from alphintra_desktop.codegen.module import StrategyCode
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.market.store import LoadedBars
from tests.drawing import Drawing, Drawn, Output

NAMES = ("AA", "BB", "CC")
STEPS = {"1h": np.timedelta64(1, "h"), "1d": np.timedelta64(1, "D")}
Source = Drawn | Output
Draw = Callable[[st.SearchStrategy[Any]], Any]


# ------------------------------------------------------------------------------- bars


def random_bars(
    seed: int,
    rows: int = 120,
    symbols: tuple[str, ...] = NAMES,
    *,
    gaps: float = 0.1,
    events: float = 0.0,
    step: str = "1d",
) -> Bars:
    """Prices that wander, a symbol's missing bars, splits and dividends where `events`."""
    random = np.random.default_rng(seed)
    shape = (rows, len(symbols))
    close = np.round(60 * np.exp(np.cumsum(random.normal(0, 0.02, shape), axis=0)), 2)
    opened = np.round(close * np.exp(random.normal(0, 0.01, shape)), 2)
    split = np.where(random.random(shape) < events, random.choice([2.0, 0.5, 3.0], shape), 1.0)
    dividend = np.where(random.random(shape) < events, 0.5, 0.0)
    split[0], dividend[0] = 1.0, 0.0
    high = np.round(np.fmax(opened, close) * (1 + abs(random.normal(0, 0.008, shape))), 2)
    low = np.round(np.fmin(opened, close) * (1 - abs(random.normal(0, 0.008, shape))), 2)
    prices = {"open": opened, "high": high, "low": low, "close": close}
    shares = np.cumprod(split, axis=0)
    columns = {
        **{name: values / shares for name, values in prices.items()},
        "volume": np.round(random.uniform(1e5, 1e6, shape)) * shares,
        "adj_factor": _adjustment(prices["close"] / shares, split, dividend),
        "split": split,
        "dividend": dividend,
    }
    missing = random.random(shape) < gaps
    missing &= (split == 1.0) & (dividend == 0.0)
    missing[[0, -1]] = False
    columns = {name: np.where(missing, np.nan, values) for name, values in columns.items()}
    return picked(Bars(stamps(rows, step), symbols, columns), ~missing.all(axis=1))


def stamps(rows: int, step: str) -> Any:
    """Days without weekends, or the hours of a New York session."""
    if step == "1d":
        days = np.busday_offset(np.datetime64("2019-06-03"), np.arange(rows))
        return days.astype("datetime64[ns]")
    days = np.busday_offset(np.datetime64("2019-06-03"), np.arange(rows) // 7)
    return (days + np.timedelta64(13, "h") + (np.arange(rows) % 7) * STEPS["1h"]).astype(
        "datetime64[ns]"
    )


def _adjustment(close: Floats, split: Floats, dividend: Floats) -> Floats:
    """The usual back-adjustment: what a price before an event is multiplied with."""
    factor = np.ones_like(close)
    for row in range(len(close) - 2, -1, -1):
        paid = 1.0 - dividend[row + 1] / (close[row] / split[row + 1])
        factor[row] = factor[row + 1] * paid / split[row + 1]
    return factor


def with_made_events(bars: Bars, code: StrategyCode, seed: int = 0) -> Bars:
    """The bars with columns of events as a strategy reads them: most bars have none."""
    random = np.random.default_rng(seed)
    columns = dict(bars.columns)
    for op in code.trading.events:
        values = np.round(random.normal(60.0, 30.0, bars["close"].shape), 1)
        news = random.random(values.shape) < 0.3
        made = {"last": values, "sum": values * news, "count": news * 1.0}[op.kind]
        columns[op.name] = np.where(bars.present, made, np.nan)
    return Bars(bars.timestamps, bars.symbols, columns)


def loaded(bars: Bars, timeframe: str = "1d") -> LoadedBars:
    """Bars as if they came from the library."""
    hashes = dict.fromkeys(bars.symbols, "0" * 64)
    return LoadedBars(bars, "made", timeframe, "us_equities", hashes)


def picked(bars: Bars, rows: Any) -> Bars:
    """Some rows of bars."""
    columns = {name: np.ascontiguousarray(values[rows]) for name, values in bars.columns.items()}
    return Bars(bars.timestamps[rows], bars.symbols, columns)


def only(bars: Bars, symbols: tuple[str, ...]) -> Bars:
    """Bars of the first symbols, under these names, on the rows where one of them has a bar."""
    columns = {n: np.ascontiguousarray(v[:, : len(symbols)]) for n, v in bars.columns.items()}
    known = ~np.isnan(columns["close"]).all(axis=1)
    return picked(Bars(bars.timestamps, symbols, columns), known)


def symbols_of(graph: Graph) -> tuple[str, ...]:
    """The symbols of the market data in a graph."""
    data = next(n for n in graph.nodes.values() if n.type == "market_data.dataset")
    return tuple(data.params["symbols"].split(", "))


# ----------------------------------------------------------------------------- graphs


@dataclass
class Sketch:
    """A drawing with the hypothesis draw that decides what comes next."""

    draw: Draw
    drawing: Drawing
    symbols: tuple[str, ...]
    bars: Drawn
    intraday: bool = False
    across: bool = True

    def one_of(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def add(self, kind: str, **given: Any) -> Drawn:
        return self.drawing.add(kind, **given)


def price(sketch: Sketch, depth: int = 2) -> Source:
    """Something in the unit of a price."""
    add, one_of = sketch.add, sketch.one_of
    column = add("prices." + one_of("open", "high", "low", "close"), bars=sketch.bars)
    if depth == 0:
        return column
    inner = price(sketch, depth - 1)
    number = one_of(2, 3, 5)
    kinds: dict[str, Callable[[], Source]] = {
        "column": lambda: column,
        "sma": lambda: add("talib.sma", values=inner, period=number),
        "ema": lambda: add("talib.ema", values=inner, period=number),
        "median": lambda: add("transforms.rolling_median", values=inner, window=number),
        "lag": lambda: add("transforms.lag", values=inner, bars=number),
        "prior": lambda: add("transforms.highest_of_prior", values=inner, bars=number),
        "average": lambda: add("prices.typical_price", bars=sketch.bars),
        "smaller": lambda: add("arithmetic.minimum", left=inner, right=column),
        "bands": lambda: add("talib.bbands", values=inner, period=number)[one_of("upper", "lower")],
        "channel": lambda: add("channels.donchian_channel", bars=sketch.bars, window=number)[
            one_of("upper", "middle", "lower")
        ],
        "weekly": lambda: _longer(sketch),
        "vwap": lambda: add("channels.session_vwap", bars=sketch.bars),
    }
    return kinds[one_of(*kinds)]()


def _longer(sketch: Sketch) -> Drawn:
    length = sketch.one_of("1d", "4h") if sketch.intraday else sketch.one_of("1w", "1mo")
    longer = sketch.add("market_data.higher_timeframe", bars=sketch.bars, timeframe=length)
    values = sketch.add("prices." + sketch.one_of("close", "high"), bars=longer)
    if sketch.one_of(True, False):
        values = sketch.add("talib.sma", values=values, period=2)
    return sketch.add("market_data.on_bar_close", values=values)


def score(sketch: Sketch) -> Source:
    """Something without a unit, around 0 or from 0 to 100, and a level it often crosses."""
    add, one_of = sketch.add, sketch.one_of
    values = price(sketch, 1)
    kinds: dict[str, Callable[[], Source]] = {
        "returns": lambda: add("transforms.returns", values=values, bars=one_of(1, 4)),
        # Of plain columns: weekly values step on one day for all symbols, and then all z-scores are
        # the same number but for its last bit, which must not decide who is on top.
        "zscore": lambda: add("transforms.z_score", values=price(sketch, 0), window=5),
        "rank": lambda: add("transforms.rolling_rank", values=values, window=4),
        "rsi": lambda: add("talib.rsi", values=values, period=3),
        "roc": lambda: add("talib.roc", values=values, period=2),
        "stoch": lambda: add("talib.stoch", bars=sketch.bars)["k"],
        "ratio": lambda: add("arithmetic.divide", left=values, right=price(sketch, 0)),
    }
    if sketch.across:
        kinds["across"] = lambda: add("transforms.rank_across", values=values)
    return kinds[one_of(*kinds)]()


def condition(sketch: Sketch, depth: int = 1) -> Source:
    """A condition that holds now and then."""
    add, one_of = sketch.add, sketch.one_of
    kinds: dict[str, Callable[[], Source]] = {
        "prices": lambda: add(
            "conditions." + one_of("above", "below", "crosses_above", "crosses_below"),
            left=price(sketch),
            right=price(sketch),
        ),
        "level": lambda: add(
            "conditions." + one_of("above_level", "below_level", "crosses_above_level"),
            values=score(sketch),
            level=one_of(0.0, 0.5, 1.0, 40.0),
        ),
        "rising": lambda: add(
            "conditions." + one_of("rising", "falling"), values=price(sketch), bars=one_of(1, 3)
        ),
        "between": lambda: add(
            "conditions.between", values=price(sketch), low=price(sketch), high=price(sketch)
        ),
        "macd": lambda: _macd(sketch),
        "weekdays": lambda: add("logic.on_weekdays", bars=sketch.bars, monday=False, friday=False),
        "every": lambda: add("logic.every_bars", bars=sketch.bars, count=one_of(3, 7)),
    }
    if depth > 0:
        first, second = condition(sketch, depth - 1), condition(sketch, depth - 1)
        kinds |= {
            "all": lambda: add("logic.all_of", conditions=[first, second]),
            "any": lambda: add("logic.any_of", conditions=[first, second]),
            "not": lambda: add("logic.not_", condition=first),
            "held": lambda: add("logic.held_for", condition=first, bars=2),
            "was": lambda: add("logic.was_true", condition=first, bars=one_of(1, 2)),
        }
    if sketch.across and len(sketch.symbols) > 1:
        kinds |= {
            "top": lambda: add("portfolio.top_n", score=score(sketch), count=one_of(1, 2)),
            "only": lambda: add("logic.is_symbol", bars=sketch.bars, symbols=sketch.symbols[0]),
        }
    return kinds[one_of(*kinds)]()


def _macd(sketch: Sketch) -> Drawn:
    both = sketch.add("talib.macd", values=price(sketch, 1), fast=3, slow=6, signal=2)
    return sketch.add("conditions.crosses_above", left=both["macd"], right=both["signal"])


def _rules(sketch: Sketch) -> list[Drawn]:
    sides = sketch.one_of(("long",), ("long",), ("short",), ("long", "short"))
    rules = []
    for side in sides:
        rules.append(sketch.add(f"signals.enter_{side}", when=condition(sketch)))
        if sketch.one_of(True, True, False):
            rules.append(sketch.add(f"signals.exit_{side}", when=condition(sketch)))
    return rules


def _sizing(sketch: Sketch) -> list[Drawn]:
    add, one_of = sketch.add, sketch.one_of
    kinds: dict[str, Callable[[], list[Drawn]]] = {
        "none": list,
        "shares": lambda: [add("sizing.shares", shares=one_of(10.0, 37.5))],
        "cash": lambda: [add("sizing.cash", amount=one_of(5_000.0, 40_000.0))],
        "fraction": lambda: [add("sizing.fraction_of_equity", fraction=one_of(0.3, 0.95, 1.0))],
        "volatility": lambda: [add("sizing.volatility_target", bars=sketch.bars, window=5)],
        "per bar": lambda: [
            add(
                "sizing.shares",
                per_bar=add("transforms.rolling_max", values=price(sketch, 0), window=3),
            )
        ],
    }
    return kinds[one_of(*kinds)]()


def _stops(sketch: Sketch) -> list[Drawn]:
    add, one_of = sketch.add, sketch.one_of
    distance = add("talib.atr", bars=sketch.bars, period=4)
    far = {"bars": sketch.bars, "distance": distance, "multiple": 1.5}
    kinds: dict[str, Callable[[], list[Drawn]]] = {
        "none": list,
        "nothing": list,
        "loss": lambda: [add("stops.stop_loss", fraction=0.02)],
        "profit": lambda: [add("stops.take_profit", fraction=0.03)],
        "trailing": lambda: [add("stops.trailing_stop", fraction=0.03)],
        "loss at distance": lambda: [add("stops.stop_loss_at_distance", **far)],
        "both": lambda: [
            add("stops.stop_loss", fraction=0.02),
            add("stops.take_profit_at_distance", **far),
        ],
        "trailing and profit": lambda: [
            add("stops.trailing_stop_at_distance", **far),
            add("stops.take_profit", fraction=0.04),
        ],
        "loss and trailing": lambda: [
            add("stops.stop_loss", fraction=0.02),
            add("stops.trailing_stop", fraction=0.03),
        ],
        "time": lambda: [add("stops.exit_after", bars=one_of(1, 4))],
    }
    return kinds[one_of(*kinds)]()


def _costs(sketch: Sketch) -> list[Drawn]:
    add, one_of = sketch.add, sketch.one_of
    made = []
    if one_of(True, False):
        per_order, per_share = one_of((0.0, 0.0), (0.0, 0.0), (1.5, 0.0), (0.0, 0.01))
        made.append(
            add(
                "costs.commission",
                fraction=one_of(0.0, 0.001),
                per_order=per_order,
                per_share=per_share,
            )
        )
    if one_of(True, False):
        made.append(
            add("costs.slippage", fraction=one_of(0.0, 0.0005), half_spread=one_of(0.0, 0.0, 0.01))
        )
    if one_of(True, False, False):
        made.append(add("costs.borrow_fee", rate=0.05))
    return made


def _signal_strategy(sketch: Sketch) -> None:
    one_of = sketch.one_of
    sketch.add(
        "strategy.strategy",
        rules=_rules(sketch),
        sizing=_sizing(sketch),
        stops=_stops(sketch),
        costs=_costs(sketch),
        cash=one_of(100_000.0, 12_345.5),
        fill=one_of("next_open", "next_open", "next_close", "same_close"),
        stops_from=one_of("next_bar", "next_bar", "entry_bar"),
        accounts=one_of("one_per_symbol", "one_per_symbol", "shared"),
        whole_shares=one_of(False, False, True),
    )


def _portfolio_strategy(sketch: Sketch) -> None:
    add, one_of = sketch.add, sketch.one_of
    chosen = one_of(
        lambda: add("portfolio.top_n", score=score(sketch), count=one_of(1, 2)),
        lambda: condition(sketch),
    )()
    weights = one_of(
        lambda: add("portfolio.equal_weights", chosen=chosen),
        lambda: add(
            "portfolio.inverse_volatility_weights", chosen=chosen, bars=sketch.bars, window=5
        ),
        lambda: add("portfolio.inverse_weights", chosen=chosen, values=price(sketch, 1)),
    )()
    if one_of(True, False, False):
        weights = add("arithmetic.negative", values=weights)
    rebalance = one_of(
        lambda: add("logic.on_new_period", bars=sketch.bars, period=one_of("week", "month")),
        lambda: add("logic.every_bars", bars=sketch.bars, count=one_of(1, 4)),
    )()
    add(
        "strategy.portfolio_strategy",
        weights=weights,
        rebalance=rebalance,
        costs=_costs(sketch),
        cash=one_of(100_000.0, 12_345.5),
        fill=one_of("next_open", "next_open", "next_close", "same_close"),
        whole_shares=one_of(False, False, True),
    )


@st.composite
def strategy_graphs(
    draw: Draw,
    symbols: tuple[str, ...] = NAMES,
    timeframe: str = "1d",
    prices: str = "adjusted",
) -> Graph:
    """A strategy over the node types: rules or weights, sizes, stops and costs."""
    used = symbols[: draw(st.integers(1, len(symbols)))]
    drawing = Drawing("Drawn at random")
    bars = drawing.add(
        "market_data.dataset",
        dataset="made",
        symbols=", ".join(used),
        timeframe=timeframe,
        prices=prices,
    )
    sketch = Sketch(draw, drawing, used, bars, timeframe != "1d", draw(st.booleans()))
    if draw(st.sampled_from([False, False, True])):
        _portfolio_strategy(sketch)
    else:
        _signal_strategy(sketch)
    return drawing.graph
