"""No decision knows a later bar: every node type, with its future cut off or poisoned.

The checker is first shown the mistakes that people make, to prove that it finds them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alphintra_desktop.backtest.deciding import signals_of
from alphintra_desktop.backtest.run import backtest
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.codegen.problem import GraphHasProblems
from alphintra_desktop.codegen.problems import problems
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.node_type import Arity
from alphintra_desktop.ir import ops
from alphintra_desktop.market.bars import Bars
from alphintra_desktop.nodes.catalog import catalog
from tests.drawing import Drawing
from tests.strategy_graphs import loaded, random_bars, with_made_events

SYMBOLS = ("AAPL", "MSFT", "IBM")
# Longest look-back of a node with its own defaults, and then some.
ROWS = 260
CUTS = (1, 37, 203, ROWS - 1)


# --------------------------------------------------------------------- other futures


def cut_off(bars: Bars, row: int) -> Bars:
    return bars.until(row)


def changed_from(bars: Bars, row: int, change) -> Bars:
    later = np.arange(bars.count)[:, None] >= row
    columns = {name: np.where(later, change(v), v) for name, v in bars.columns.items()}
    return Bars(bars.timestamps, bars.symbols, columns)


def without_bars(bars: Bars, row: int) -> Bars:
    return changed_from(bars, row, lambda values: np.full_like(values, np.nan))


def noise(bars: Bars, row: int) -> Bars:
    random = np.random.default_rng(row)
    return changed_from(bars, row, lambda values: random.uniform(1, 9, values.shape))


def huge(bars: Bars, row: int) -> Bars:
    return changed_from(bars, row, lambda values: np.full_like(values, 1e9))


def a_month_later(bars: Bars, row: int) -> Bars:
    """The same bars, but those to come are weeks away: nobody knows the next timestamp."""
    later = np.arange(bars.count) >= row
    stamps = bars.timestamps + later * np.timedelta64(35, "D").astype("timedelta64[ns]")
    return replace(bars, timestamps=stamps)


FUTURES = (cut_off, without_bars, noise, huge, a_month_later)


def changed_past(code, bars: Bars):
    """Which decision changes with the future: its name, its row, and the future; None for none."""
    whole = signals_of(code, bars)
    for row in CUTS:
        for future in FUTURES:
            known = signals_of(code, future(bars, row))
            for name, values in whole.items():
                before, after = (
                    np.broadcast_to(np.asarray(each), (len(rows), len(SYMBOLS)))[:row].astype(float)
                    for each, rows in (
                        (values, bars.timestamps),
                        (known[name], padded(known, bars)),
                    )
                )
                same = np.isclose(before, after, rtol=1e-9, atol=1e-9, equal_nan=True)
                if not same.all():
                    return name, int(np.argwhere(~same)[0][0]), future.__name__
    return None


def padded(known, bars: Bars):
    lengths = [len(values) for values in known.values() if np.ndim(values) == 2]
    return range(lengths[0]) if lengths else bars.timestamps


# --------------------------------------------------------- a small graph around a node


class Around:
    """A strategy in which the decisions hang on one node of a type."""

    def __init__(self) -> None:
        self.draw = Drawing()
        symbols = ", ".join(SYMBOLS)
        # Raw prices may be compared with the levels that nodes have as defaults.
        self.data = self.draw.add("market_data.dataset", symbols=symbols, prices="raw")

    def numbers(self, name="close"):
        return self.draw.add(f"prices.{name}", bars=self.data)

    def condition(self):
        open_ = self.numbers("open")
        return self.draw.add("conditions.above", left=self.numbers(), right=open_)

    def rule(self):
        return self.draw.add("signals.enter_long", when=self.condition())

    def source(self, port, columns):
        """Something that fits a port; None where it may stay open."""
        fitting = {
            ops.Numbers: lambda: self.numbers(next(columns)),
            ops.Flags: self.condition,
            ops.MarketData: lambda: self.data,
            ops.OrderRule: self.rule,
        }
        return fitting.get(port.type, lambda: None)()

    def given(self, kind):
        """Something to plug into every port; two wires where many fit."""
        if kind.name == "market_data.on_bar_close":
            longer = self.draw.add("market_data.higher_timeframe", bars=self.data)
            return {"values": self.draw.add("prices.close", bars=longer)}
        if kind.name in ("talib.asin", "talib.acos"):
            return {"values": self.draw.add("transforms.returns", values=self.numbers())}
        columns = iter(("close", "open", "high", "low"))
        found = {}
        for name, port in kind.inputs.items():
            wire = self.source(port, columns)
            if wire is not None:
                several = port.arity is Arity.MANY
                found[name] = [wire, self.source(port, columns)] if several else wire
        return found

    def ended(self, kind, node):
        """Lead every output of the node to a strategy."""
        add, parts = self.draw.add, {"rules": [self.rule()]}
        outputs = [node[name] for name in kind.outputs]
        output_type = next(iter(kind.outputs.values()))
        if issubclass(output_type, ops.StrategyOp):
            return self.draw.graph
        if output_type is ops.MarketData:
            close = add("prices.close", bars=node)
            if kind.name == "market_data.higher_timeframe":
                close = add("market_data.on_bar_close", values=close)
            outputs, output_type = [close], ops.Numbers
        if output_type is ops.Numbers:
            parts["sizing"] = add("sizing.shares", per_bar=outputs[0])
            distance = {"bars": self.data, "multiple": 1.0}
            stops = ("stop_loss", "take_profit")
            parts["stops"] = [
                add(f"stops.{stop}_at_distance", distance=output, **distance)
                for stop, output in zip(stops, outputs[1:3], strict=False)
            ]
            if len(outputs) == 4:
                parts["rules"].append(
                    add(
                        "signals.exit_long",
                        when=add("conditions.rising", values=outputs[3]),
                    )
                )
        elif output_type is ops.Flags:
            parts["rules"] = [add("signals.enter_long", when=outputs[0])]
        else:
            port = {
                ops.OrderRule: "rules",
                ops.Sizing: "sizing",
                ops.StopRule: "stops",
                ops.TradingCosts: "costs",
            }[output_type]
            parts[port] = [*parts.get(port, []), outputs[0]] if port == "rules" else [outputs[0]]
        add("strategy.strategy", **parts)
        return self.draw.graph


# Levels where prices are, for nodes whose own default is 0.
PARAMS = {
    "arithmetic.constant": {"value": 2.0},
    "conditions.between_levels": {"low": 50.0, "high": 70.0},
    "market_data.dataset": {"symbols": ", ".join(SYMBOLS)},
    "conditions.below_level": {"level": 60.0},
    "conditions.crosses_above_level": {"level": 60.0},
    "conditions.crosses_below_level": {"level": 60.0},
}


def around(name):
    """A graph in which a node of this type, mostly with its own defaults, decides something."""
    kind, made = catalog()[name], Around()
    if name == "market_data.dataset":
        made.draw = Drawing()
        made.data = made.draw.add(name, **PARAMS[name])
        return made.ended(kind, made.data)
    return made.ended(kind, made.draw.add(name, **made.given(kind), **PARAMS.get(name, {})))


@pytest.fixture(scope="module")
def bars():
    """Bars of which some are missing, and some have no volume."""
    made = random_bars(5, ROWS, SYMBOLS, gaps=0.05)
    unknown = np.random.default_rng(5).random(made["volume"].shape) < 0.05
    unknown[:5] = False
    volume = np.where(unknown, np.nan, made["volume"])
    return replace(made, columns={**made.columns, "volume": volume})


LABELS = {name for name, made in catalog().items() if made.category == "Research labels"}


@pytest.mark.parametrize("name", sorted(set(catalog()) - LABELS))
def test_that_no_node_type_lets_a_past_decision_know_the_future(name, bars):
    code = generate(around(name))
    assert changed_past(code, with_made_events(bars, code)) is None


def test_that_every_node_type_but_rare_patterns_says_something_within_these_bars(bars):
    for name in sorted(set(catalog()) - LABELS - {"logic.in_session"}):
        if not name.startswith("talib.cdl"):
            code = generate(around(name))
            values = signals_of(code, with_made_events(bars, code)).values()
            assert all(np.nan_to_num(np.asarray(value, float)).any() for value in values), name


def test_that_sessions_and_longer_bars_of_hours_know_no_later_hour():
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols=", ".join(SYMBOLS), timeframe="1h", prices="raw")
    day = draw.add("market_data.higher_timeframe", bars=data, timeframe="1d")
    yesterday = draw.add("prices.close", bars=day)
    known = draw.add("market_data.on_bar_close", values=yesterday)
    close = draw.add("prices.close", bars=data)
    session = draw.add("logic.in_session", bars=data, start="10:00", end="14:00")
    above = draw.add("conditions.above", left=close, right=known)
    vwap = draw.add(
        "conditions.above", left=close, right=draw.add("channels.session_vwap", bars=data)
    )
    opening = draw.add("logic.on_new_period", bars=data, period="day")
    draw.add(
        "strategy.strategy",
        rules=[
            draw.add(
                "signals.enter_long", when=draw.add("logic.all_of", conditions=[session, above])
            ),
            draw.add("signals.exit_long", when=vwap),
            draw.add("signals.enter_short", when=opening),
        ],
    )
    code = generate(draw.graph)
    hours = random_bars(2, ROWS, SYMBOLS, step="1h", gaps=0.05)
    assert all(np.asarray(values).any() for values in signals_of(code, hours).values())
    assert changed_past(code, hours) is None


@pytest.mark.parametrize("name", sorted(LABELS))
def test_that_a_path_from_the_future_to_an_order_is_refused_and_names_its_node(name):
    graph = around(name)
    (problem,) = [p for p in problems(graph) if p.code == "future"]
    assert problem.blocking
    assert graph.nodes[problem.place.node].type == name
    with pytest.raises(GraphHasProblems):
        generate(graph)


# ----------------------------------------------------------------------- seeded bugs

CUSTOM_BUGS = {
    "shift": "pd.Series(values).shift(-1).to_numpy()",
    "centred window": "pd.Series(values).rolling(5, center=True).mean().to_numpy()",
    "full-sample z-score": "(values - np.nanmean(values)) / np.nanstd(values)",
    "backfill": "pd.Series(values).where(np.arange(len(values)) % 3 == 0).bfill().to_numpy()",
    "unfinished week": (
        "pd.Series(values).groupby(np.arange(len(values)) // 5).transform('last').to_numpy()"
    ),
    "reversed running maximum": "np.maximum.accumulate(values[::-1])[::-1]",
}
HONEST = {
    "lag": "pd.Series(values).shift(1).to_numpy()",
    "running mean": "pd.Series(values).expanding().mean().to_numpy()",
    "week so far": ("pd.Series(values).groupby(np.arange(len(values)) // 5).cummax().to_numpy()"),
}


def with_custom(expression):
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols="AA", dataset="made")
    close = draw.add("prices.close", bars=data)
    text = f"def mine(values: Numbers) -> Numbers:\n    return {expression}\n"
    mine = draw.add("custom.python", code=text, values=close)
    up = draw.add("conditions.above", left=mine, right=draw.add("transforms.lag", values=mine))
    down = draw.add("conditions.below", left=mine, right=draw.add("transforms.lag", values=mine))
    rules = [draw.add("signals.enter_long", when=up), draw.add("signals.exit_long", when=down)]
    draw.add("strategy.strategy", rules=rules)
    return generate(draw.graph)


@pytest.mark.parametrize("bug", CUSTOM_BUGS)
def test_that_custom_code_that_looks_ahead_is_refused(bug):
    one = random_bars(3, 120, ("AA",), gaps=0.0)
    with pytest.raises(AlphintraError, match="looks ahead") as caught:
        backtest(with_custom(CUSTOM_BUGS[bug]), loaded(one))
    assert "later bars" in caught.value.hint


@pytest.mark.parametrize("code", HONEST)
def test_that_custom_code_that_knows_only_the_past_runs(code):
    one = random_bars(3, 120, ("AA",), gaps=0.0)
    assert len(backtest(with_custom(HONEST[code]), loaded(one)).trades) > 0


# What a mistake in our own formulas would look like in the file: old text, new text, a node type.
MUTANTS = {
    "a lag with the wrong sign": (
        "transforms.lag",
        "result[bars:] = values[: max(len(values) - bars, 0)]",
        "result[: max(len(values) - bars, 0)] = values[bars:]",
    ),
    "the condition of the next bar": (
        "logic.was_true",
        "result[bars:] = condition[: max(len(condition) - bars, 0)]",
        "result[: max(len(condition) - bars, 0)] = condition[bars:]",
    ),
    "a window that is centred": (
        "transforms.rolling_mean",
        ".rolling(window)",
        ".rolling(window, center=True)",
    ),
    "gaps filled backwards": ("talib.obv", ".ffill()", ".bfill()"),
    "a longer bar before its close": (
        "market_data.higher_timeframe",
        "number - (following <= period)",
        "number",
    ),
    "the extreme of all bars": (
        "transforms.z_score",
        'rolling(values, window, "mean")',
        "np.nanmean(values)",
    ),
    "a bar that knows whether it is the last of its month": (
        "logic.on_new_period",
        "np.diff(number, prepend=number[:1] - 1)",
        "np.diff(number, append=number[-1:])",
    ),
    "weights of a later bar": (
        "portfolio.inverse_weights",
        "inverse / np.where(total > 0, total, 1)",
        "np.roll(inverse / np.where(total > 0, total, 1), -1, axis=0)",
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_that_a_formula_that_looks_ahead_would_be_seen(mutant, bars):
    name, right, wrong = MUTANTS[mutant]
    code = generate(around(name))
    assert right in code.text
    assert changed_past(code, bars) is None
    assert changed_past(replace(code, text=code.text.replace(right, wrong)), bars) is not None


def test_that_filling_at_the_close_of_the_decision_is_marked_and_pays_differently():
    results = {}
    for fill in ("next_open", "same_close"):
        draw = Drawing()
        data = draw.add("market_data.dataset", symbols="AA", dataset="made")
        close = draw.add("prices.close", bars=data)
        up = draw.add("conditions.rising", values=close)
        down = draw.add("conditions.falling", values=close)
        rules = [draw.add("signals.enter_long", when=up), draw.add("signals.exit_long", when=down)]
        draw.add("strategy.strategy", rules=rules, fill=fill)
        results[fill] = backtest(
            generate(draw.graph), loaded(random_bars(3, 120, ("AA",), gaps=0.0))
        )
    honest, unsafe = results["next_open"], results["same_close"]
    assert honest.marks == ()
    (mark,) = unsafe.marks
    assert mark.startswith("UNSAFE FILL")
    assert unsafe.manifest["marks"] == [mark] or tuple(unsafe.manifest["marks"]) == (mark,)
    assert (
        honest.orders["bar"].to_numpy() == unsafe.orders["bar"].to_numpy()[: len(honest.orders)] + 1
    ).all()
    assert not np.allclose(honest.equity, unsafe.equity)
