"""The text of generated files: as accepted, the same every time, and plain to read."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from alphintra_desktop.backtest.deciding import signals_of
from alphintra_desktop.codegen.layout import WIDTH, broken
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.codegen.problems import problems
from alphintra_desktop.graph.files import graph_from_text, graph_to_text
from tests.drawing import Drawing
from tests.strategy_graphs import random_bars, strategy_graphs

FOLDER = files("alphintra_desktop.resources").joinpath("templates")
TEMPLATES = sorted(path.name for path in FOLDER.iterdir() if path.name.endswith(".alphintra"))
GOLDEN = ("donchian_breakout", "momentum_rotation", "sma_crossover")


def text_of(name):
    return FOLDER.joinpath(name).read_text(encoding="utf-8")


def generated(name):
    return generate(graph_from_text(text_of(name), name)).text


@pytest.mark.parametrize("name", GOLDEN)
def test_that_a_template_is_written_as_accepted(name, golden):
    golden(f"codegen/{name}.txt", generated(f"{name}.alphintra"))


SECOND_PROCESS = """
import sys
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.graph.files import graph_from_text
for path in sys.argv[1:]:
    text = open(path, encoding="utf-8").read()
    sys.stdout.write(generate(graph_from_text(text, path)).text)
"""


def test_that_another_process_with_other_hashes_writes_the_same():
    expected = "".join(generated(name) for name in TEMPLATES)
    for seed in ("1", "77"):
        ran = subprocess.run(
            [sys.executable, "-c", SECOND_PROCESS, *(str(FOLDER / name) for name in TEMPLATES)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            check=True,
            timeout=120,
        )
        assert ran.stdout == expected


@settings(max_examples=25)
@given(graph=strategy_graphs(), order=st.randoms())
def test_that_neither_the_order_of_nodes_nor_saving_shows_in_the_file(graph, order):
    assume(not any(problem.blocking for problem in problems(graph)))
    text = generate(graph).text
    assert generate(graph).text == text
    nodes = list(graph.nodes.items())
    order.shuffle(nodes)
    wires = list(graph.wires)
    order.shuffle(wires)
    shuffled = replace(graph, nodes=dict(nodes), wires=frozenset(wires))
    assert generate(shuffled).text == text
    assert generate(graph_from_text(graph_to_text(shuffled), "the test")).text == text


def test_that_two_nodes_that_compute_the_same_are_named_after_the_lower_id():
    draw = Drawing()
    close = draw.add("prices.close", bars=draw.add("market_data.dataset"))
    one = draw.add("talib.sma", "First", values=close, period=4)
    two = draw.add("talib.sma", "Second", values=close, period=4)
    above = draw.add("conditions.above", left=close, right=two)
    below = draw.add("conditions.below", left=close, right=one)
    rules = [draw.add("signals.enter_long", when=above), draw.add("signals.exit_long", when=below)]
    draw.add("strategy.strategy", rules=rules)
    backwards = replace(draw.graph, nodes=dict(reversed(draw.graph.nodes.items())))
    for graph in (draw.graph, backwards):
        text = generate(graph).text
        assert "first = talib.SMA(close, timeperiod=FIRST_PERIOD)" in text
        assert "second" not in text


# ------------------------------------------------------------------------- plain to read


def check(text, folder):
    path = folder / "strategy.py"
    path.write_text(text, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"]
    rules = ["--select", "F,E9,E501", "--line-length", str(WIDTH), "--target-version", "py311"]
    return subprocess.run([*ruff, *rules, str(path)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", TEMPLATES)
def test_that_a_template_passes_a_linter_and_stays_within_the_width(name, tmp_path):
    ran = check(generated(name), tmp_path)
    assert ran.returncode == 0, ran.stdout


def test_that_a_strategy_of_many_symbols_and_long_names_stays_within_the_width(tmp_path):
    draw = Drawing("Many symbols")
    symbols = ", ".join(f"SYM{number}" for number in range(300))
    data = draw.add("market_data.dataset", symbols=symbols)
    close = draw.add("prices.close", bars=data)
    conditions = [
        draw.add(
            "conditions.rising",
            f"The closing price rises over {bars} bars",
            values=close,
            bars=bars,
        )
        for bars in range(1, 9)
    ]
    both = draw.add("logic.all_of", "All of these many conditions at once", conditions=conditions)
    size = draw.add(
        "sizing.volatility_target", "A rather long name for the wished volatility", bars=data
    )
    rule = draw.add("signals.enter_long", when=both)
    draw.add("strategy.strategy", rules=[rule], sizing=size)
    ran = check(generate(draw.graph).text, tmp_path)
    assert ran.returncode == 0, ran.stdout


@settings(max_examples=25)
@given(
    graph=strategy_graphs(),
)
def test_that_any_file_is_python_within_the_width(graph):
    assume(not any(problem.blocking for problem in problems(graph)))
    text = generate(graph).text
    ast.parse(text, feature_version=(3, 11))
    assert [line for line in text.splitlines() if len(line) > WIDTH] == []
    assert not any(line != line.rstrip() for line in text.splitlines())
    assert text.endswith("    main()\n")


names = st.sampled_from(["close", "a_rather_long_name_of_a_series", "x"]).map(ast.Name)


def deeper(inner):
    operators = st.sampled_from(
        [ast.Add(), ast.Sub(), ast.Mult(), ast.Div(), ast.BitAnd(), ast.BitOr()]
    )
    comparisons = st.sampled_from([ast.Gt(), ast.LtE(), ast.Eq()])
    calls = st.builds(
        lambda parts, word: ast.Call(
            ast.Name("some_formula"), parts, [ast.keyword("window", word)]
        ),
        st.lists(inner, min_size=1, max_size=3),
        inner,
    )
    return st.one_of(
        calls,
        st.builds(ast.BinOp, inner, operators, inner),
        st.builds(
            lambda left, sign, right: ast.Compare(left, [sign], [right]), inner, comparisons, inner
        ),
        st.builds(lambda value: ast.UnaryOp(ast.USub(), value), inner),
        calls.map(lambda call: ast.Subscript(call, ast.Constant(0))),
        calls.map(lambda call: ast.Call(ast.Attribute(call, "astype"), [ast.Name("float")], [])),
    )


@settings(max_examples=200)
@given(node=st.recursive(names, deeper, max_leaves=12), room=st.sampled_from([10, 30, 60]))
def test_that_breaking_an_expression_into_lines_never_changes_it(node, room):
    whole = ast.parse(ast.unparse(ast.fix_missing_locations(node)), mode="eval")
    lines = broken(whole.body, room)
    again = ast.parse("(" + "\n".join(lines) + ")", mode="eval")
    assert ast.dump(again) == ast.dump(whole)
    ast.parse("\n".join(lines), mode="eval")


def test_that_a_node_called_like_a_column_does_not_replace_the_column():
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols="AA, BB", dataset="made")
    close = draw.add("prices.close", "Price", bars=data)
    average = draw.add("talib.sma", "Close", values=close, period=3)
    rank = draw.add("transforms.rank_across", values=average)
    above = draw.add("conditions.above_level", values=rank, level=0.5)
    size = draw.add("sizing.shares", per_bar=close)
    draw.add("strategy.strategy", rules=[draw.add("signals.enter_long", when=above)], sizing=size)
    code = generate(draw.graph)
    bars = random_bars(1, 40, ("AA", "BB"))
    np.testing.assert_array_equal(signals_of(code, bars)["size"], bars["close"])
