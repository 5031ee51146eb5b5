"""A file's copy of the simulation is short, and does what the whole one does."""

from __future__ import annotations

import ast
import itertools
from dataclasses import replace

import numpy as np
import pytest

from alphintra_desktop.codegen.module import generate
from alphintra_desktop.codegen.specialise import specialised
from alphintra_desktop.simulation import event_engine
from alphintra_desktop.simulation.rules import CASH, FRACTION, NEXT_CLOSE, SAME_CLOSE, SHARES, Rules
from alphintra_desktop.simulation.trades import closed_profits
from tests.drawing import Drawing, sma_crossover
from tests.simulation.made_markets import random_decisions, random_prices


def tree_of(graph):
    return ast.parse(generate(graph).text)


def buy_and_hold():
    draw = Drawing()
    data = draw.add("market_data.dataset")
    once = draw.add("logic.every_bars", bars=data, count=1_000)
    draw.add("strategy.strategy", rules=[draw.add("signals.enter_long", when=once)])
    return draw.graph


def test_that_a_simple_file_asks_no_rules_and_has_nothing_unused():
    for graph in (buy_and_hold(), sma_crossover()):
        tree = tree_of(graph)
        names = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name)}
        assert "rules" not in names
        for part in tree.body:
            if isinstance(part, ast.FunctionDef):
                assert part.name in names
            elif isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
                assert part.targets[0].id in {
                    n.id
                    for n in ast.walk(tree)
                    if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
                }


def test_that_a_simple_file_has_no_dead_branch_and_reads_all_its_parameters():
    for graph in (buy_and_hold(), sma_crossover()):
        tree = tree_of(graph)
        for part in ast.walk(tree):
            if isinstance(part, ast.If | ast.IfExp | ast.While):
                assert not isinstance(part.test, ast.Constant)
            if isinstance(part, ast.FunctionDef):
                read = {n.id for n in ast.walk(part) if isinstance(n, ast.Name)}
                assert {argument.arg for argument in part.args.args} <= read
                for statement, _ in itertools.pairwise(part.body):
                    assert not isinstance(statement, ast.Return)


def test_that_a_simple_file_is_much_shorter_than_the_whole_simulation():
    assert not {"stops", "rebalance", "corporate_actions", "open_short"} & {
        part.name for part in tree_of(sma_crossover()).body if isinstance(part, ast.FunctionDef)
    }


# --------------------------------------------------------------- folding changes nothing

PLAIN = Rules(cash=10_000.0, size_kind=SHARES)
SWITCHED = {
    "plain": PLAIN,
    "cash": PLAIN._replace(size_kind=CASH),
    "fraction": PLAIN._replace(size_kind=FRACTION),
    "next close": PLAIN._replace(fill=NEXT_CLOSE),
    "same close": PLAIN._replace(fill=SAME_CLOSE),
    "commission": PLAIN._replace(commission=0.002),
    "per share": PLAIN._replace(commission_per_share=0.05),
    "per order": PLAIN._replace(commission_per_order=2.0),
    "slippage": PLAIN._replace(slippage=0.001),
    "half spread": PLAIN._replace(half_spread=0.02),
    "borrow": PLAIN._replace(borrow_rate=0.1, short_side=True),
    "exit after": PLAIN._replace(exit_after=3),
    "whole shares": PLAIN._replace(whole_shares=True, size_kind=FRACTION),
    "shared cash": PLAIN._replace(shared_cash=True, size_kind=FRACTION),
    "short only": PLAIN._replace(long_side=False, short_side=True),
    "both sides": PLAIN._replace(short_side=True),
    "stop loss": PLAIN._replace(has_stop_loss=True),
    "take profit": PLAIN._replace(has_take_profit=True),
    "trailing": PLAIN._replace(has_trailing_stop=True),
    "stops later": PLAIN._replace(has_stop_loss=True, stops_on_entry_bar=False),
    "weights": PLAIN._replace(has_weights=True, shared_cash=True, short_side=True),
    "events": PLAIN._replace(has_events=True),
    "everything": Rules(
        *(10_000.0, FRACTION, 0, 0.001, 0.01, 1.0, 0.001, 0.01, 0.05, 252.0, 6),
        *(True, True, True, True, True, True, True, True, False, True),
    ),
    "everything with weights": Rules(
        *(10_000.0, FRACTION, 0, 0.001, 0.01, 1.0, 0.001, 0.01, 0.05, 252.0, 0),
        *(True, True, True, True, True, False, False, False, True, True),
    ),
}


def file_with(rules):
    """The functions of a file whose last block was made for these rules."""
    code = generate(buy_and_hold())
    from alphintra_desktop.codegen.copied import last_block
    from alphintra_desktop.codegen.names import Names
    from alphintra_desktop.codegen.writing import SYMBOL, Writing

    writing = Writing(SYMBOL, Names(), lambda node, param: f"{node}_{param}")
    trading = replace(code.trading, rules=rules)
    text = "\n".join(last_block(trading, writing, across=False))
    head = (
        "import sys\nfrom collections import namedtuple\nimport numpy as np\nimport pandas as pd\n"
    )
    file = {"__name__": "file"}
    exec(compile(head + text, "<file>", "exec"), file)
    return file


@pytest.mark.parametrize("name", SWITCHED)
def test_that_every_rule_folded_in_gives_the_same_to_the_bit(name):
    rules = SWITCHED[name]
    file = file_with(rules)
    traded = 0
    for seed in range(4):
        random = np.random.default_rng(seed)
        symbols = 3 if rules.shared_cash or seed % 2 else 1
        prices = random_prices(random, 60, symbols, gaps=0.1)
        decisions = random_decisions(random, prices, rules)
        whole = event_engine.simulate(rules, prices, decisions, compiled=False)
        pruned = file["run_all"](file["Prices"](*prices), file["Decisions"](*decisions))
        np.testing.assert_array_equal(pruned.equity, whole.equity)
        for ours, theirs in zip(pruned.fills, whole.fills, strict=True):
            np.testing.assert_array_equal(ours, theirs)
        np.testing.assert_allclose(
            profits_of(file, prices, pruned), closed_profits(rules, prices, whole.fills), rtol=1e-12
        )
        traded += len(whole.fills.bar)
    assert traded > 10


def profits_of(file, prices, result):
    function = file["closed_profits"]
    arguments = {"prices": file["Prices"](*prices), "fills": result.fills}
    wanted = function.__code__.co_varnames[: function.__code__.co_argcount]
    return function(**{name: arguments[name] for name in wanted})


def test_that_rules_switch_every_field_at_least_once():
    silent = {"cash", "bars_per_year"}
    for field in set(Rules._fields) - silent:
        assert len({getattr(rules, field) for rules in SWITCHED.values()}) > 1, field


# ------------------------------------------------------------------------ single folds


def folded(text, *, truthy=(), **known):
    tree = ast.parse(text)
    functions = {part.name: part for part in tree.body}
    values = {
        name.replace("__", "."): ast.parse(value, mode="eval").body for name, value in known.items()
    }
    return {
        name: ast.unparse(node)
        for name, node in specialised(functions, values, frozenset(truthy)).items()
    }


def test_that_branches_that_cannot_be_taken_and_what_follows_a_return_go():
    text = "def f(x):\n    if rules.on:\n        return x\n    x = 2\n    return x + 1"
    assert folded(text, rules__on="True")["f"] == "def f(x):\n    return x"
    assert "return x + 1" in folded(text, rules__on="False")["f"]


def test_that_a_setting_that_is_not_0_is_a_test_that_holds_but_stays_in_sums():
    text = "def f(x):\n    if rules.fee:\n        x = x * (1.0 + rules.fee)\n    return x"
    assert folded(text, rules__fee="FEE", truthy=["FEE"])["f"] == (
        "def f(x):\n    x = x * (1.0 + FEE)\n    return x"
    )


def test_that_sums_with_0_and_products_with_1_go():
    text = "def f(x):\n    return (x + rules.a) * rules.b - rules.a"
    assert folded(text, rules__a="0.0", rules__b="1.0")["f"] == "def f(x):\n    return x"


def test_that_and_and_or_are_cut_short():
    text = "def f(x):\n    return (rules.a and x) or (rules.b and x > 1)"
    assert folded(text, rules__a="False", rules__b="True")["f"] == "def f(x):\n    return x > 1"
    assert folded(text, rules__a="False", rules__b="False")["f"] == "def f(x):\n    return False"


def test_that_parameters_nobody_reads_go_from_every_call():
    text = "def f(x, y):\n    return x\n\ndef g(a, b):\n    return f(a, b) + f(y=b, x=a)"
    made = folded(text)
    assert made["f"] == "def f(x):\n    return x"
    assert made["g"] == "def g(a, b):\n    return f(a) + f(x=a)"


def test_that_calls_of_idle_functions_go():
    text = "def idle():\n    if rules.on:\n        act()\n\ndef g():\n    idle()\n    return 1"
    assert folded(text, rules__on="False")["g"] == "def g():\n    return 1"


def test_that_a_while_of_a_test_that_never_holds_goes():
    text = "def f(x):\n    while rules.on:\n        x += 1\n    return x"
    assert folded(text, rules__on="False")["f"] == "def f(x):\n    return x"
