"""The generated file alone prints the app's ten metrics to the last digit, whichever engine ran."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import runpy
import subprocess
import sys
import warnings
from importlib.resources import files
from unittest.mock import patch

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from alphintra_desktop.backtest.run import backtest, load_data
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.codegen.problems import problems
from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.market.store import export_bars
from alphintra_desktop.simulation.metrics import TEN, format_metric
from alphintra_desktop.workspace.templates import TO_TRAIN
from tests.drawing import Drawing
from tests.strategy_graphs import loaded, only, random_bars, strategy_graphs

TEMPLATES = sorted(
    path.name.removesuffix(".alphintra")
    for path in files("alphintra_desktop.resources").joinpath("templates").iterdir()
    if path.name.endswith(".alphintra") and path.name.removesuffix(".alphintra") not in TO_TRAIN
)
ALLOWED = {"sys", "collections", "numpy", "pandas", "talib"}


def template(name):
    path = files("alphintra_desktop.resources").joinpath("templates", f"{name}.alphintra")
    return generate(graph_from_text(path.read_text(encoding="utf-8"), name))


def lines_of_app(code, data):
    metrics = backtest(code, data).metrics
    return [f"{name:<16}{format_metric(name, metrics[name])}" for name in TEN]


def lines_of_file(code, data, folder):
    """Run the file as the main program, in this process."""
    script, bars = folder / "strategy.py", folder / "bars.parquet"
    script.write_text(code.text, encoding="utf-8")
    export_bars(bars, data)
    printed = io.StringIO()
    with (
        patch.object(sys, "argv", [str(script), str(bars)]),
        contextlib.redirect_stdout(printed),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        runpy.run_path(str(script), run_name="__main__")
    return printed.getvalue().splitlines()


def imports_of(text):
    found = set()
    for part in ast.walk(ast.parse(text)):
        if isinstance(part, ast.Import):
            found.update(name.name for name in part.names)
        elif isinstance(part, ast.ImportFrom):
            found.add(part.module)
    return found


def test_that_there_are_nine_templates_that_run_as_they_are():
    assert len(TEMPLATES) == 9


@pytest.mark.parametrize("name", TEMPLATES)
def test_that_a_template_prints_the_metrics_of_the_app(name, tmp_path):
    code = template(name)
    data = load_data(code)
    assert imports_of(code.text) <= ALLOWED
    assert lines_of_file(code, data, tmp_path) == lines_of_app(code, data)


@pytest.mark.parametrize("name", ["sma_crossover", "momentum_rotation", "options_flow"])
def test_that_a_template_runs_as_a_program_where_the_app_is_not(name, tmp_path):
    code = template(name)
    data = load_data(code)
    script, bars = tmp_path / "strategy.py", tmp_path / "bars.parquet"
    script.write_text(code.text, encoding="utf-8")
    export_bars(bars, data)
    # Python looks beside the script first: this is what an import of the app would find.
    beside = tmp_path / "alphintra_desktop.py"
    beside.write_text("raise ImportError('a strategy file must not need the app')\n")
    alone = {**os.environ, "PYTHONPATH": "", "PYTHONWARNINGS": "ignore"}
    ran = subprocess.run(
        [sys.executable, str(script), str(bars)],
        capture_output=True,
        text=True,
        env=alone,
        cwd=tmp_path,
        check=False,
        timeout=120,
    )
    assert ran.stderr == ""
    assert ran.stdout.splitlines() == lines_of_app(code, data)


@settings(max_examples=25)
@given(
    data=st.data(),
    seed=st.integers(0, 10**6),
    prices=st.sampled_from(["adjusted", "raw"]),
    timeframe=st.sampled_from(["1d", "1d", "1h"]),
)
def test_that_any_strategy_prints_the_metrics_of_the_app(
    tmp_path_factory, data, seed, prices, timeframe
):
    graph = data.draw(strategy_graphs(timeframe=timeframe, prices=prices))
    assume(not any(problem.blocking for problem in problems(graph)))
    code = generate(graph)
    symbols = code.trading.data.symbols
    events = 0.03 if timeframe == "1d" else 0.0
    bars = random_bars(seed, 100, symbols, gaps=0.1, events=events, step=timeframe)
    made = loaded(bars, timeframe)
    assert imports_of(code.text) <= ALLOWED
    folder = tmp_path_factory.mktemp("alone")
    assert lines_of_file(code, made, folder) == lines_of_app(code, made)


def everything(prices, accounts):
    """Both sides, a borrow fee, every cost, three kinds of stop, several symbols."""
    draw = Drawing("Everything at once")
    data = draw.add("market_data.dataset", dataset="made", symbols="AA, BB, CC", prices=prices)
    close = draw.add("prices.close", bars=data)
    average = draw.add("talib.sma", values=close, period=4)
    rules = [
        draw.add(
            "signals.enter_long",
            when=draw.add("conditions.crosses_above", left=close, right=average),
        ),
        draw.add(
            "signals.enter_short",
            when=draw.add("conditions.crosses_below", left=close, right=average),
        ),
    ]
    stops = [
        draw.add("stops.stop_loss", fraction=0.03),
        draw.add("stops.take_profit", fraction=0.05),
        draw.add("stops.trailing_stop", fraction=0.04),
        draw.add("stops.exit_after", bars=6),
    ]
    costs = [
        draw.add("costs.commission", fraction=0.001, per_share=0.005, per_order=1.0),
        draw.add("costs.slippage", fraction=0.0005, half_spread=0.01),
        draw.add("costs.borrow_fee", rate=0.03),
    ]
    draw.add(
        "strategy.strategy",
        rules=rules,
        sizing=draw.add("sizing.fraction_of_equity", fraction=0.3),
        stops=stops,
        costs=costs,
        accounts=accounts,
    )
    return generate(draw.graph)


@pytest.mark.parametrize("prices", ["adjusted", "raw"])
@pytest.mark.parametrize("accounts", ["one_per_symbol", "shared"])
def test_that_a_strategy_with_every_rule_prints_the_metrics_of_the_app(prices, accounts, tmp_path):
    code = everything(prices, accounts)
    data = loaded(random_bars(11, 250, gaps=0.1, events=0.02))
    printed = lines_of_file(code, data, tmp_path)
    assert printed == lines_of_app(code, data)
    trades = next(line for line in printed if line.startswith("trades"))
    assert int(trades.split()[1].replace(",", "")) > 50


def test_that_bars_of_other_symbols_in_the_file_change_nothing(tmp_path):
    draw = Drawing()
    data = draw.add("market_data.dataset", dataset="made", symbols="AA")
    up = draw.add("conditions.rising", values=draw.add("prices.close", bars=data))
    draw.add("strategy.strategy", rules=[draw.add("signals.enter_long", when=up)])
    code = generate(draw.graph)
    many = random_bars(4, 80, gaps=0.3)
    alone = loaded(only(many, ("AA",)))
    assert lines_of_file(code, loaded(many), tmp_path) == lines_of_app(code, alone)
