"""`verify` agrees with itself on every template, and explains a difference that is really there."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest

from alphintra_desktop.backtest import verify as verifying
from alphintra_desktop.backtest.run import plain_rules, prices_of
from alphintra_desktop.backtest.verify import compared, reference_decisions, verify
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.report import Report
from alphintra_desktop.simulation import event_engine
from alphintra_desktop.workspace.templates import TO_TRAIN
from tests.drawing import Drawing
from tests.strategy_graphs import random_bars

FOLDER = files("alphintra_desktop.resources").joinpath("templates")
TEMPLATES = sorted(
    path.name
    for path in FOLDER.iterdir()
    if path.name.endswith(".alphintra") and path.stem not in TO_TRAIN
)
NAMES = ("one engine", "another engine")


@pytest.mark.parametrize("name", TEMPLATES)
def test_that_two_ways_agree_on_every_template(name):
    code = generate(graph_from_text(FOLDER.joinpath(name).read_text(encoding="utf-8"), name))
    told = []

    class Told(Report):
        def progress(self, done, *, of, doing=""):
            told.append((done, of))

    found = verify(code, Told())
    assert found.agree, "\n".join(found.lines())
    assert found.differences == ()
    assert found.fills > 0
    assert told[-1] == (3, 3)
    assert "agree" in found.lines()[0]
    assert json.loads(json.dumps(found.as_dict()))["agree"] is True


def crossing(**data):
    draw = Drawing()
    bars = draw.add("market_data.dataset", dataset="made", symbols="AA, BB", **data)
    close = draw.add("prices.close", bars=bars)
    average = draw.add("talib.sma", values=close, period=4)
    up = draw.add("conditions.crosses_above", left=close, right=average)
    down = draw.add("conditions.crosses_below", left=close, right=average)
    rules = [draw.add("signals.enter_long", when=up), draw.add("signals.exit_long", when=down)]
    draw.add("strategy.strategy", rules=rules, costs=draw.add("costs.commission"))
    return generate(draw.graph)


@pytest.fixture
def ran():
    code, bars = crossing(), random_bars(3, 80, ("AA", "BB"))
    rules, decisions = plain_rules(code.trading.rules), reference_decisions(code, bars)
    return event_engine.simulate(rules, prices_of(bars), decisions), bars


def changed(result, field, row, change):
    values = getattr(result.fills, field).copy()
    values[row] = change(values[row])
    return result._replace(fills=result.fills._replace(**{field: values}))


@pytest.mark.parametrize(
    ("field", "word"), [("price", "price"), ("shares", "shares"), ("cost", "cost")]
)
def test_that_a_fill_of_another_price_size_or_cost_is_explained(ran, field, word):
    right, bars = ran
    wrong = changed(right, field, 3, lambda value: value * 1.01)
    found = compared(NAMES, wrong, right, bars)
    assert not found.agree
    (difference,) = found.differences
    assert difference.symbol == bars.symbols[right.fills.symbol[3]]
    assert difference.time == str(bars.timestamps[right.fills.bar[3]])[:10]
    assert all(name in difference.message for name in NAMES)
    assert word in difference.message
    assert f"{getattr(right.fills, field)[3]:.10g}" in difference.message
    assert "DIFFER" in found.lines()[0]
    assert difference.symbol in found.lines()[1]


def test_that_a_fill_on_one_side_only_is_explained(ran):
    right, bars = ran
    fewer = right._replace(fills=type(right.fills)._make(c[1:] for c in right.fills))
    for left, other, absent in ((fewer, right, NAMES[0]), (right, fewer, NAMES[1])):
        (difference,) = compared(NAMES, left, other, bars).differences
        assert f"{absent} does nothing" in difference.message
        assert "buys" in difference.message
        assert "(entry)" in difference.message


def test_that_a_fill_a_bar_late_is_two_differences(ran):
    right, bars = ran
    late = changed(right, "bar", 2, lambda bar: bar + 1)
    assert len(compared(NAMES, late, right, bars).differences) == 2


def test_that_equity_alone_can_differ(ran):
    right, bars = ran
    found = compared(NAMES, right._replace(equity=right.equity * (1 + 1e-6)), right, bars)
    assert found.differences == ()
    assert not found.agree
    assert found.equity_difference == pytest.approx(1e-6, rel=1e-3)


def test_that_an_engine_that_is_wrong_is_found_by_verify(monkeypatch):
    draw = Drawing()
    bars = draw.add("market_data.dataset", symbols="AAPL", end="2001-03-01")
    up = draw.add("conditions.rising", values=draw.add("prices.close", bars=bars))
    draw.add("strategy.strategy", rules=[draw.add("signals.enter_long", when=up)])
    code = generate(draw.graph)
    assert verify(code).agree
    simulate = verifying.simulate

    def wrong(*arguments):
        return changed(simulate(*arguments), "price", 0, lambda price: price * 2)

    monkeypatch.setattr(verifying, "simulate", wrong)
    found = verify(code)
    assert not found.agree
    assert "other price" in found.differences[0].message


def test_that_a_formula_that_is_wrong_is_found_where_only_one_engine_can_run(monkeypatch):
    draw = Drawing()
    bars = draw.add("market_data.dataset", symbols="AAPL", end="2001-03-01")
    up = draw.add("conditions.rising", values=draw.add("prices.close", bars=bars))
    stop = draw.add("stops.stop_loss", fraction=0.05)
    draw.add("strategy.strategy", rules=[draw.add("signals.enter_long", when=up)], stops=stop)
    code = generate(draw.graph)
    right = verify(code)
    assert right.agree
    assert right.right == "the reference evaluator"
    signals_of = verifying.signals_of

    def wrong(code, bars):
        signals = signals_of(code, bars)
        return {**signals, "long_entry": np.roll(signals["long_entry"], 1, axis=0)}

    monkeypatch.setattr(verifying, "signals_of", wrong)
    found = verify(code)
    assert not found.agree
    assert all(difference.symbol == "AAPL" for difference in found.differences)
