"""Custom code that raises, hangs, floods, exits or looks ahead: named, ended, nothing kept."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from alphintra_desktop.backtest.deciding import signals_of
from alphintra_desktop.backtest.looking_ahead import refuse_looking_ahead
from alphintra_desktop.backtest.strategy_file import StrategyFailed
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.runs.project import Project
from tests.cli.command_line import (
    Outcome,
    assert_told_and_nothing_kept,
    here,
    process,
    project_with,
    rows_of,
)
from tests.drawing import Drawing
from tests.strategy_graphs import random_bars

FLOOD = "    while True:\n        print('x' * 1_000_000)\n"
ENDLESS = "    while True:\n        pass\n"
EXIT = "    __import__('os')._exit(7)\n"


def numbers(body: str) -> str:
    return f"def mine(values: Numbers, *, window: int = 5) -> Numbers:\n{body}"


def flags(body: str) -> str:
    return f"def mine(values: Numbers) -> Flags:\n{body}"


def graph_with(code: str, **data: str) -> Graph:
    """Long while the close is above what the custom node says, or when it says so itself."""
    draw = Drawing("Custom")
    bars = draw.add("market_data.dataset", symbols=data.get("symbols", "AAPL"))
    close = draw.add("prices.close", bars=bars)
    mine = draw.add("custom.python", "My node", values=close, code=code)
    up = mine
    if "-> Numbers" in code:
        up = draw.add("conditions.above", "Up", left=close, right=mine)
    down = draw.add("logic.not_", "Down", condition=up)
    rules = [draw.add("signals.enter_long", when=up), draw.add("signals.exit_long", when=down)]
    draw.add("strategy.strategy", rules=rules)
    return draw.graph


def project_of(folder: Path, code: str) -> Project:
    return project_with(folder, graph_to_text(graph_with(code)))


# ------------------------------------------------------------------------ as a process


def test_that_custom_code_that_works_runs_apart_and_what_it_printed_is_kept(tmp_path):
    code = numbers("    print('hello')\n    return pd.Series(values).rolling(window).mean()\n")
    project = project_of(tmp_path / "mine", code)
    said = process("backtest", project.folder, "--json")
    assert said.code == 0, said
    assert said.json["metrics"]["trades"] > 10
    job = Path(said.json["artifacts"]).parent
    assert "hello" in (job / "log.txt").read_text()
    assert rows_of(project.folder) == (1, 1)
    assert process("repeat", said.json["run"], "--project", project.folder).code == 0
    assert rows_of(project.folder) == (1, 1)


def test_that_code_that_raises_is_named_by_its_node(tmp_path):
    project = project_of(tmp_path / "mine", numbers("    return values[window:] + values\n"))
    said = process("backtest", project.folder, "--json")
    assert_told_and_nothing_kept(said, ["My node", "ValueError", "broadcast"], project.folder)
    place = said.json["error"]["place"]
    assert place["node"] == "00000003"
    assert "Traceback" not in said.out


@pytest.mark.parametrize("command", ["backtest", "verify"])
def test_that_an_endless_loop_is_ended_by_the_time_limit_and_its_process_is_gone(tmp_path, command):
    code = numbers("    print(__import__('os').getpid(), flush=True)\n" + ENDLESS)
    project = project_of(tmp_path / "mine", code)
    said = process(command, project.folder, "--time-limit", "1.5")
    assert_told_and_nothing_kept(said, ["1.5 s", "endless loop"], project.folder)
    (log,) = project.jobs.rglob("log.txt")
    with pytest.raises(ProcessLookupError):
        os.kill(int(log.read_text()), 0)


def test_that_a_gigabyte_of_prints_costs_no_more_than_a_megabyte(tmp_path):
    project = project_of(tmp_path / "mine", numbers(FLOOD))
    said = process("backtest", project.folder, "--time-limit", "3")
    assert_told_and_nothing_kept(said, ["stopped after 3 s", "log.txt"], project.folder)
    (log,) = project.jobs.rglob("log.txt")
    assert str(log) in said.err
    assert 1_000_000 <= log.stat().st_size < 1_001_000
    everything = sum(path.stat().st_size for path in project.jobs.rglob("*") if path.is_file())
    assert everything < 1_100_000


def test_that_code_that_ends_its_process_does_not_end_ours(tmp_path):
    project = project_of(tmp_path / "mine", numbers(EXIT))
    said = process("backtest", project.folder)
    assert_told_and_nothing_kept(said, ["exit status 7"], project.folder)


def test_that_code_that_looks_ahead_is_refused_by_name(tmp_path):
    body = "    return pd.Series(values).shift(-1).to_numpy()\n"
    project = project_of(tmp_path / "mine", numbers(body))
    said = process("backtest", project.folder)
    assert_told_and_nothing_kept(said, ["My node looks ahead", "negative shift"], project.folder)


# ------------------------------------------------------------------------- in this one

WRONG = {
    "nothing": (numbers("    pass\n"), ["returned shape ()"]),
    "one number": (numbers("    return 1.0\n"), ["returned shape ()", "its input has (120,)"]),
    "too short": (numbers("    return values[window:]\n"), ["returned shape (115,)", "(120,)"]),
    "a table": (numbers("    return pd.DataFrame({'a': values})\n"), ["shape (120, 1)"]),
    "texts": (numbers("    return values.astype(str)\n"), ["<U32", "one float a bar"]),
    "complex": (numbers("    return values + 1j\n"), ["complex128", "one float a bar"]),
    "NaN for a flag": (
        flags("    return pd.Series(values).rolling(3).max() - 1\n"),
        ["returned float64 values", "one bool a bar"],
    ),
    "objects for flags": (
        flags("    return pd.Series(values > 1).shift(1)\n"),
        ["returned object values", "one bool a bar"],
    ),
    "a name": (numbers("    return valeus\n"), ["NameError", "valeus"]),
    "sys.exit": (numbers("    raise SystemExit(3)\n"), ["SystemExit: 3"]),
    "recursion": (numbers("    return mine(values)\n"), ["RecursionError"]),
    "division": (numbers("    return [1 / 0 for _ in values]\n"), ["ZeroDivisionError"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_that_a_wrong_answer_is_told_by_the_title_of_its_node(name):
    code, words = WRONG[name]
    with pytest.raises(StrategyFailed) as failed:
        signals_of(generate(graph_with(code)), random_bars(1, symbols=("AAPL",), gaps=0.0))
    assert failed.value.message.startswith("The strategy stopped in My node: ")
    for word in words:
        assert word in failed.value.message
    assert failed.value.place.node == "00000003"
    assert failed.value.hint


@pytest.mark.parametrize(
    "body",
    [
        "    return [True if value > 1 else False for value in values]\n",
        "    return np.where(values > 60, 1, 0)\n",
        "    return pd.Series(values > 60)\n",
    ],
)
def test_that_a_list_whole_numbers_and_a_series_are_flags_too(body):
    made = generate(graph_with(flags(body)))
    decided = signals_of(made, random_bars(1, symbols=("AAPL",)))
    assert decided["long_entry"].dtype == bool


def test_that_custom_code_cannot_change_the_bars_of_others():
    body = "    values[:] = 1.0\n    return values\n"
    bars = random_bars(1, symbols=("AAPL",))
    before = bars["close"].copy()
    decided = signals_of(generate(graph_with(numbers(body))), bars)
    assert (decided["long_entry"] == (before > 1.0)).all()
    assert np.array_equal(bars["close"], before, equal_nan=True)


LOOKS_AHEAD = {
    "shift(-1)": numbers("    return pd.Series(values).shift(-1).to_numpy()\n"),
    "centred window": numbers(
        "    return pd.Series(values).rolling(window, center=True).mean().to_numpy()\n"
    ),
    "full-sample z-score": flags(
        "    return (values - np.nanmean(values)) / np.nanstd(values) < -1.0\n"
    ),
    "full-sample scale": numbers("    return values / np.nanmax(values) * 50\n"),
    "backfill": numbers("    return pd.Series(values).shift(window).bfill().to_numpy()\n"),
    "interpolation": numbers(
        "    some = np.where(np.arange(len(values)) % 7 < 5, np.nan, values)\n"
        "    return pd.Series(some).interpolate().to_numpy()\n"
    ),
    "reversed": numbers("    return pd.Series(values[::-1]).ewm(5).mean().to_numpy()[::-1]\n"),
}


@pytest.mark.parametrize("name", LOOKS_AHEAD)
def test_that_looking_ahead_is_told_by_the_title_of_its_node(name):
    made = generate(graph_with(LOOKS_AHEAD[name]))
    with pytest.raises(AlphintraError, match="My node looks ahead") as refused:
        refuse_looking_ahead(made, random_bars(1, symbols=("AAPL",), gaps=0.0))
    assert refused.value.place.node == "00000003"
    assert "later bars" in refused.value.hint


def test_that_chance_is_told_apart_from_looking_ahead():
    made = generate(graph_with(numbers("    return values + np.random.normal(size=len(values))\n")))
    with pytest.raises(AlphintraError, match="My node gives other values each time") as refused:
        refuse_looking_ahead(made, random_bars(1, symbols=("AAPL",), gaps=0.0))
    assert "seed" in refused.value.hint


@pytest.mark.parametrize(
    "body",
    [
        "    return pd.Series(values).rolling(window).mean().to_numpy()\n",
        "    return pd.Series(values).ewm(span=window).mean().to_numpy()\n",
        "    return np.maximum.accumulate(values)\n",
        "    return talib.SMA(talib.SMA(values, 30), 30)\n",
        "    return values + np.random.default_rng(1).normal(size=10_000)[: len(values)]\n",
        "    return np.r_[np.full(40, np.nan), values[:40].mean() + 0 * values[40:]]\n",
    ],
)
def test_that_honest_code_passes_even_if_it_needs_some_bars_to_begin(body):
    made = generate(graph_with(numbers(body)))
    refuse_looking_ahead(made, random_bars(1, symbols=("AAPL",), gaps=0.0))


def test_that_code_which_works_on_no_shorter_history_is_refused():
    body = "    return values * (1 if len(values) == 120 else [][0])\n"
    made = generate(graph_with(numbers(body)))
    with pytest.raises(StrategyFailed, match="got only the first") as refused:
        refuse_looking_ahead(made, random_bars(1, symbols=("AAPL",), gaps=0.0))
    assert refused.value.place.node == "00000003"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("def mine(values: Numbers) -> Numbers\n    return values\n", "line 1"),
        ("import os\ndef mine(values: Numbers) -> Numbers:\n    return values\n", "cannot import"),
        ("x = 1\n", "not part of a function"),
        ("", "no function"),
        ("def mine(values) -> Numbers:\n    return values\n", "'values'"),
    ],
)
def test_that_code_that_is_no_function_is_a_problem_of_the_drawing(code, words, tmp_path, capsys):
    draw = Drawing("Custom")
    close = draw.add("prices.close", bars=draw.add("market_data.dataset"))
    mine = draw.add("custom.python", "My node", code=code)
    up = draw.add("conditions.above", "Up", left=close, right=mine)
    draw.add("strategy.strategy", rules=[draw.add("signals.enter_long", when=up)])
    project = project_with(tmp_path / "mine", graph_to_text(draw.graph))
    said: Outcome = here(capsys)("backtest", project.folder)
    assert_told_and_nothing_kept(said, [words], project.folder)
