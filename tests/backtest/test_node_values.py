"""Values of a drawing's nodes: what the strategy's own file computes, as far as it can be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alphintra_desktop.backtest.deciding import inner_values
from alphintra_desktop.backtest.evaluation import ValueCache
from alphintra_desktop.backtest.node_values import Memory, ValuesSpec, values_of
from alphintra_desktop.backtest.run import load_data
from alphintra_desktop.backtest.value_files import FOLDER, TIMESTAMPS
from alphintra_desktop.cli.project_commands import template_text
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_from_text, graph_to_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.report import Measure, Progress, Report
from tests.drawing import Drawing, sma_crossover

TEMPLATES = (
    *("sma_crossover", "donchian_breakout", "rsi_reversion"),
    *("bollinger_reversion", "momentum_rotation", "volatility_target"),
)


class Look:
    """Asks for values again and again, as a window does, and remembers what it was told."""

    def __init__(self, folder: Path) -> None:
        self.memory = Memory()
        self.folder, self.asked = folder, 0
        self.measures: list[Measure] = []
        self.progress: list[Progress] = []
        self.result: dict[str, Any] = {}

    def at(self, graph: Graph | str, **asked: Any) -> dict[str, Any]:
        text = graph if isinstance(graph, str) else graph_to_text(graph)
        limit = {"limit": asked.pop("limit")} if "limit" in asked else {}
        self.asked += 1
        self.measures.clear()
        self.progress.clear()
        report = Report(send=self.progress.append, measured=self.measures.append)
        spec = ValuesSpec(text, **asked)
        self.result = values_of(spec, self._job, report, self.memory, **limit)
        return self.result

    def __getitem__(self, output: str) -> Any:
        return np.load(self._job / "artifacts" / FOLDER / self.result["outputs"][output]["file"])

    @property
    def timestamps(self) -> Any:
        return np.load(self._job / "artifacts" / FOLDER / TIMESTAMPS)

    @property
    def measured(self) -> set[str]:
        return {found.place.node for found in self.measures if found.place and found.place.node}

    @property
    def _job(self) -> Path:
        return self.folder / str(self.asked)


@pytest.fixture
def look(tmp_path: Path) -> Look:
    return Look(tmp_path)


def _own(values: Any, present: Any, column: int) -> Any:
    return np.broadcast_to(values, present.shape)[:, column][present[:, column]]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("last_symbol", [False, True])
def test_that_every_value_is_the_one_of_the_strategys_own_file(
    look: Look, template: str, last_symbol: bool
) -> None:
    text = template_text(template)
    code = generate(graph_from_text(text, template))
    loaded = load_data(code)
    bars = loaded.bars.adjusted() if code.trading.data.adjusted else loaded.bars
    inside = inner_values(code, bars)
    column = -1 if last_symbol else 0
    result = look.at(text, symbol=bars.symbols[column])
    assert result["failures"] == []
    assert result["symbols"] == list(bars.symbols)
    assert (look.timestamps == bars.timestamps[bars.present[:, column]]).all()
    shown = [name for name in code.variables if name in inside]
    assert len(shown) > 3
    for name in shown:
        wanted = _own(inside[name], bars.present, column)
        outputs = [o for o in result["outputs"] if o.startswith(f"{code.variables[name]}.")]
        found = [look[output] for output in outputs]
        assert any(np.array_equal(one, wanted, equal_nan=True) for one in found), name


def test_that_a_second_look_computes_nothing_and_finds_the_same(look: Look) -> None:
    look.at(sma_crossover())
    first = {output: look[output] for output in look.result["outputs"]}
    assert look.measured
    look.at(sma_crossover())
    assert not look.measured
    assert set(look.result["cached"]) == {output.partition(".")[0] for output in first}
    for output, values in first.items():
        assert np.array_equal(look[output], values, equal_nan=True)


def test_that_only_what_a_change_reaches_is_computed_again(look: Look) -> None:
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols="AAPL")
    close = draw.add("prices.close", bars=data)
    fast = draw.add("talib.sma", "Fast", values=close, period=10)
    slow = draw.add("talib.sma", "Slow", values=close, period=30)
    above = draw.add("conditions.above", left=fast, right=slow)
    look.at(draw.graph)
    before = look[f"{slow.id}.value"]
    fingerprints = {key: told["fingerprint"] for key, told in look.result["outputs"].items()}
    node = draw.graph.nodes[fast.id]
    changed = draw.graph.with_node(replace(node, title="Quick", params={"period": 12}))
    look.at(changed)
    assert look.measured == {fast.id, above.id}
    assert set(look.result["cached"]) == {data.id, close.id, slow.id}
    assert np.array_equal(look[f"{slow.id}.value"], before, equal_nan=True)
    differ = {k for k, t in look.result["outputs"].items() if t["fingerprint"] != fingerprints[k]}
    assert differ == {f"{fast.id}.value", f"{above.id}.value"}


def test_that_a_drawing_that_is_no_strategy_yet_has_values_where_inputs_are_whole(
    look: Look,
) -> None:
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols="AAPL, MSFT")
    close = draw.add("prices.close", bars=data)
    average = draw.add("talib.sma", values=close, period=4)
    draw.add("conditions.above", left=average)
    draw.add("strategy.strategy")
    look.at(draw.graph, symbol="MSFT")
    assert set(look.result["outputs"]) == {f"{one.id}.value" for one in (data, close, average)}
    assert look.result["symbol"] == "MSFT"
    assert np.array_equal(look[f"{data.id}.value"], look[f"{close.id}.value"])
    prices = look[f"{close.id}.value"]
    assert look[f"{average.id}.value"][-1] == pytest.approx(prices[-4:].mean())


def test_that_running_up_to_a_node_runs_it_and_what_it_needs(look: Look) -> None:
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols="AAPL")
    close = draw.add("prices.close", bars=data)
    wanted = draw.add("talib.sma", "Wanted", values=close, period=4)
    draw.add("talib.sma", "Not wanted", values=wanted, period=4)
    look.at(draw.graph, upto=[wanted.id])
    assert set(look.result["outputs"]) == {f"{one.id}.value" for one in (data, close, wanted)}
    assert [p.place.node for p in look.progress if p.place][-1] == wanted.id


BROKEN = """
def broken(values: Numbers) -> Numbers:
    return values / undefined_name
"""


def test_that_a_node_that_fails_is_named_and_the_others_have_values(look: Look) -> None:
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols="AAPL")
    close = draw.add("prices.close", bars=data)
    bad = draw.add("custom.python", "Mine", values=close, code=BROKEN)
    after = draw.add("talib.sma", values=bad, period=4)
    good = draw.add("talib.sma", values=close, period=4)
    result = look.at(draw.graph)
    (failure,) = result["failures"]
    assert failure["node"] == bad.id
    assert "undefined_name" in failure["message"]
    assert f"{good.id}.value" in result["outputs"]
    assert f"{bad.id}.value" not in result["outputs"]
    assert f"{after.id}.value" not in result["outputs"]


def test_that_a_failure_before_symbols_are_compared_is_named_too(look: Look) -> None:
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols="AAPL, MSFT")
    close = draw.add("prices.close", bars=data)
    bad = draw.add("custom.python", "Mine", values=close, code=BROKEN)
    rank = draw.add("transforms.rank_across", values=bad)
    fine = draw.add("transforms.rank_across", values=close)
    result = look.at(draw.graph)
    assert [failure["node"] for failure in result["failures"]] == [bad.id]
    assert f"{fine.id}.value" in result["outputs"]
    assert f"{rank.id}.value" not in result["outputs"]
    assert set(np.unique(look[f"{fine.id}.value"])) <= {0.5, 1.0}


def test_that_longer_bars_are_shown_on_the_bars_of_the_dataset(look: Look) -> None:
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols="AAPL")
    weeks = draw.add("market_data.higher_timeframe", bars=data, timeframe="1w")
    close = draw.add("prices.close", bars=weeks)
    rising = draw.add("conditions.above", left=close, right=draw.add("prices.open", bars=weeks))
    result = look.at(draw.graph)
    assert result["failures"] == []
    kinds = {output: told["kind"] for output, told in result["outputs"].items()}
    assert kinds[f"{rising.id}.value"] == "flag"
    weekly = look[f"{close.id}.value"]
    assert weekly.shape == look.timestamps.shape
    assert np.array_equal(weekly, look[f"{weeks.id}.value"], equal_nan=True)
    assert np.isfinite(weekly).any()


def test_that_only_the_newest_bars_are_kept_where_all_would_be_too_much(look: Look) -> None:
    look.at(sma_crossover())
    whole, everything = look.result["bars"], look.timestamps
    output = next(iter(look.result["outputs"]))
    values = look[output]
    few = look.at(sma_crossover(), limit=8 * 100 * (len(look.result["outputs"]) + 1))
    assert few["bars"] == 100
    assert few["left_out"] == whole - 100
    assert np.array_equal(look.timestamps, everything[-100:])
    assert np.array_equal(look[output], values[-100:], equal_nan=True)


def test_that_a_worker_with_little_memory_computes_the_same(look: Look) -> None:
    look.at(template_text("momentum_rotation"))
    first = {output: look[output] for output in look.result["outputs"]}
    look.memory = Memory(ValueCache(1000))
    look.at(template_text("momentum_rotation"))
    for output, values in first.items():
        assert np.array_equal(look[output], values, equal_nan=True)


def test_that_a_graph_without_bars_has_nothing_to_show(look: Look) -> None:
    empty: Mapping[str, Any] = look.at(Drawing().graph)
    assert (empty["outputs"], empty["bars"]) == ({}, 0)


def test_that_data_that_is_not_there_is_told_with_its_node(look: Look) -> None:
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols="NOSUCH")
    draw.add("prices.close", bars=data)
    with pytest.raises(AlphintraError) as caught:
        look.at(draw.graph)
    assert caught.value.place is not None
    assert caught.value.place.node == data.id
