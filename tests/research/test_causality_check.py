"""Nodes that know later bars are caught and named; honest strategies are left alone."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from alphintra_desktop.cli.project_commands import template_names, template_text
from alphintra_desktop.codegen.lower import lower
from alphintra_desktop.codegen.module import written_values
from alphintra_desktop.graph.files import graph_from_text, graph_to_text
from alphintra_desktop.report import Cancelled, Report
from alphintra_desktop.research import causality_check
from alphintra_desktop.research.causality_check import CheckAsked, check_causality
from alphintra_desktop.research.causality_probe import VerdictMemory
from alphintra_desktop.research.causality_task import CausalitySpec, said_of, summary
from alphintra_desktop.research.causality_task import checked as causality_of
from alphintra_desktop.workspace.templates import TO_TRAIN
from tests.backtest.test_no_look_ahead import MUTANTS, around
from tests.research.seeded_look_ahead import ELEVEN, Strategy
from tests.strategy_graphs import loaded, random_bars, strategy_graphs, symbols_of

ROWS = 240


def checked(graph, bars=None, asked=None, memory=None, report=None):
    lowered = lower(graph)
    made = loaded(bars if bars is not None else random_bars(4, ROWS, symbols_of(graph), gaps=0.03))
    return check_causality(
        lowered, made, asked or CheckAsked(), report or Report(), memory or VerdictMemory()
    )


@pytest.mark.parametrize("bug", ELEVEN)
def test_that_a_seeded_bug_is_caught_and_blamed_on_its_own_node_alone(bug):
    seeded = ELEVEN[bug]()
    found = checked(seeded.graph)
    assert [(one.node, one.code) for one in found.guilty] == [(seeded.guilty, seeded.code)]
    assert found.guilty[0].place.node == seeded.guilty
    assert found.guilty[0].hint


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("bug", ELEVEN)
def test_that_a_seeded_bug_is_caught_whichever_bars_are_drawn(bug, number):
    seeded = ELEVEN[bug]()
    found = checked(seeded.graph, asked=CheckAsked(bars=10, seed=number))
    assert {one.node for one in found.guilty} == {seeded.guilty}


def test_that_of_two_guilty_nodes_both_are_named_and_the_one_nearer_to_the_data_first():
    made = Strategy()
    first = made.mine("return pd.Series(values).shift(-2).to_numpy()", values=made.before)
    between = made.draw.add("talib.ema", values=first, period=3)
    second = made.mine("return np.maximum.accumulate(values[::-1])[::-1]", values=between)
    made.traded(second)
    found = checked(made.draw.graph)
    assert [one.node for one in found.guilty] == [first.id, second.id]


def test_that_custom_code_on_longer_bars_is_tested_on_those():
    for shift, guilty in ((-1, True), (1, False)):
        made = Strategy()
        week = made.draw.add("market_data.higher_timeframe", bars=made.data, timeframe="1w")
        close = made.draw.add("prices.close", bars=week)
        body = f"return pd.Series(values).shift({shift}).to_numpy()"
        mine = made.mine(body, values=close)
        made.traded(made.draw.add("market_data.on_bar_close", values=mine))
        found = checked(made.draw.graph)
        assert [one.node for one in found.guilty] == ([mine.id] if guilty else [])


def test_that_a_bug_between_symbols_is_found_side_by_side():
    made = Strategy(symbols="AA, BB, CC")
    rank = made.draw.add("transforms.rank_across", values=made.before)
    bug = made.mine("return pd.Series(ranks).shift(-1).to_numpy()", ranks=rank)
    made.traded(bug)
    assert [one.node for one in checked(made.draw.graph).guilty] == [bug.id]


def test_that_chance_is_told_apart_from_looking_ahead():
    made = Strategy()
    noisy = made.mine("return values + np.random.random(len(values))", values=made.before)
    made.traded(noisy)
    found = checked(made.draw.graph)
    assert found.guilty == ()
    assert [(one.node, one.code) for one in found.findings] == [(noisy.id, "chance")]


def test_that_code_which_needs_all_bars_is_said_to_be_untested():
    made = Strategy()
    body = f"if len(values) < {ROWS - 20}:\n    raise ValueError('too few')\nreturn values"
    strict = made.mine(body, values=made.before)
    made.traded(strict)
    asked = CheckAsked(bars=1)
    bars = random_bars(4, ROWS, ("AA",), gaps=0.0)
    assert checked(made.draw.graph, bars, asked).findings == ()
    broken = made.draw.graph.nodes[strict.id].params["code"].replace(str(ROWS - 20), str(ROWS))
    node = replace(made.draw.graph.nodes[strict.id], params={"code": broken})
    found = checked(made.draw.graph.with_node(node), bars, CheckAsked(bars=1))
    told = {one.node: (one.code, one.looks_ahead) for one in found.findings}
    assert told.get(strict.id, ("untested", False)) == ("untested", False)


def test_that_a_label_which_no_order_depends_on_is_no_finding():
    made = Strategy()
    made.traded(made.before)
    made.draw.add("labels.future_return", values=made.close, bars=5)
    assert checked(made.draw.graph).findings == ()


# ------------------------------------------------------------------------- warm-up


def test_that_a_node_tells_how_long_the_start_of_the_data_is_felt():
    made = Strategy()
    window = made.draw.add("talib.sma", values=made.close, period=20)
    total = made.mine("return np.cumsum(values)", values=made.close)
    above = made.draw.add("conditions.above", left=window, right=total)
    made.filtered(above)
    found = checked(made.draw.graph, random_bars(4, 2 * ROWS, ("AA",), gaps=0.0))
    settles = {one.node: one.settles for one in found.nodes}
    assert settles[made.close.id] == (0, 0)
    assert settles[window.id] == (19, 19)
    exact, near = settles[made.before.id]
    assert 10 < near < exact < 60  # an EMA of 4 bars forgets two fifths a bar
    assert settles[total.id] == (None, None)
    assert total.id in found.never_settle
    assert found.warm_up >= near


# ----------------------------------------------------------------- caching, cancelling


def test_that_after_an_edit_only_what_changed_is_tested_again():
    made = Strategy()
    first = made.mine("return values + 1.0", values=made.before)
    second = made.mine("return values + 2.0", values=first)
    made.traded(second)
    memory = VerdictMemory()
    before = checked(made.draw.graph, memory=memory)
    kept = dict(memory.kept)
    assert checked(made.draw.graph, memory=memory) == before
    assert memory.kept == kept
    node = made.draw.graph.nodes[second.id]
    code = node.params["code"].replace("values + 2.0", "pd.Series(values).shift(-1).to_numpy()")
    edited = made.draw.graph.with_node(replace(node, params={"code": code}))
    found = checked(edited, memory=memory)
    assert [one.node for one in found.guilty] == [second.id]
    fresh = set(memory.kept) - set(kept)
    assert 0 < len(fresh) < len(kept)


def test_that_a_check_can_be_cancelled():
    made = Strategy()
    made.traded(made.before)
    with pytest.raises(Cancelled):
        checked(made.draw.graph, report=Report(cancelled=lambda: True))


def test_that_the_same_seed_gives_the_same_result_and_says_what_was_tested():
    made = Strategy()
    made.traded(made.before)
    one, other = (summary(checked(made.draw.graph, asked=CheckAsked(12, 3))) for _ in range(2))
    assert one == other
    json.dumps(one)
    said = " ".join(said_of(one))
    assert "12 sampled bars (seed 3) of AA" in said
    assert "proves nothing about bars that were not tested" in said
    assert "Suggested warm-up" in said


# ---------------------------------------------------------------- no false alarms


@seed(20)
@settings(
    max_examples=60,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(strategy_graphs(), st.integers(0, 1000))
def test_that_random_clean_strategies_give_no_false_alarm(graph, number):
    bars = random_bars(number, 130, symbols_of(graph))
    found = checked(graph, bars, CheckAsked(6, number)).findings
    assert [one for one in found if one.code != "same_close"] == []


def varied(graph, factor):
    """The graph with every length in bars longer or shorter."""
    for node in graph.nodes.values():
        lengths = {
            name: max(2, round(value * factor))
            for name, value in node.params.items()
            if name in ("period", "window", "bars", "fast", "slow") and type(value) is int
        }
        graph = graph.with_node(replace(node, params={**node.params, **lengths}))
    return graph


@pytest.mark.parametrize("factor", [0.6, 1.0, 1.7])
@pytest.mark.parametrize("name", [n for n in template_names() if n not in TO_TRAIN])
def test_that_templates_with_varied_params_give_no_false_alarm_on_real_bars(name, factor):
    graph = varied(graph_from_text(template_text(name), name), factor)
    spec = CausalitySpec(graph_to_text(graph), name, bars=10, seed=round(10 * factor))
    found = causality_of(spec, Report(), VerdictMemory())
    assert found["findings"] == []
    assert found["tests"] > 0


# --------------------------------------- mistakes in our own formulas, as the file would have them


@pytest.mark.parametrize("mutant", MUTANTS)
def test_that_a_formula_of_ours_that_looked_ahead_would_be_blamed(mutant, monkeypatch):
    name, right, wrong = MUTANTS[mutant]
    graph = around(name)
    guilty = {node.id for node in graph.nodes.values() if node.type == name}
    bars = random_bars(5, 260, symbols_of(graph), gaps=0.05)
    unknown = np.random.default_rng(5).random(bars["volume"].shape) < 0.2
    volume = np.where(unknown, np.nan, bars["volume"])
    bars = replace(bars, columns={**bars.columns, "volume": volume})
    assert checked(graph, bars).findings == ()

    def mutated(*given, **more):
        code = written_values(*given, **more)
        return replace(code, text=code.text.replace(right, wrong))

    monkeypatch.setattr(causality_check, "written_values", mutated)
    found = checked(graph, bars).guilty
    assert found
    assert found[0].node in guilty
