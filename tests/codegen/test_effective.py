from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.codegen.effective import effective
from alphintra_desktop.codegen.lower import lower
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.codegen.problem import GraphHasProblems
from alphintra_desktop.errors import Place
from alphintra_desktop.graph.edits import SetMode
from alphintra_desktop.graph.model import Graph, Wire
from alphintra_desktop.graph.removing import removed, removed_joined
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.research.grid import Axis, Grid
from alphintra_desktop.research.points import Points
from tests.drawing import Drawing, sma_crossover
from tests.strategy_graphs import strategy_graphs


def outcome(graph: Graph) -> str:
    """The generated file, or what is wrong instead."""
    try:
        return generate(graph).text
    except GraphHasProblems as problem:
        # What is missing because of a mode says so, which is no part of what is compared here.
        return " ".join(sorted(f"{p.code} {p.place.node}" for p in problem.problems if p.blocking))


def titled(graph: Graph, title: str) -> str:
    return next(id for id, node in graph.nodes.items() if title in (node.title, node.type))


@settings(max_examples=40)
@given(strategy_graphs(), st.data())
def test_that_the_code_of_a_graph_with_muted_nodes_is_that_of_one_drawn_without(graph, data):
    nodes = data.draw(st.sets(st.sampled_from(sorted(graph.nodes)), max_size=3))
    ends = {id for id in nodes if "strategy" in graph.nodes[id].type}
    muted = SetMode(tuple(nodes - ends), "muted").apply(graph)
    without = removed(graph, nodes - ends).apply(graph)
    assert outcome(muted) == outcome(without)


@settings(max_examples=40)
@given(strategy_graphs(), st.data())
def test_that_the_code_of_a_graph_with_a_bypassed_node_is_that_of_one_with_a_wire(graph, data):
    one_in_one_out = [
        id
        for id, node in sorted(graph.nodes.items())
        if [port.type for port in node_type_of(node).inputs.values()]
        == list(node_type_of(node).outputs.values())
    ]
    if one_in_one_out:
        node = data.draw(st.sampled_from(one_in_one_out))
        bypassed = SetMode((node,), "bypassed").apply(graph)
        joined = removed_joined(graph, [node], node_type_of).apply(graph)
        assert outcome(bypassed) == outcome(joined)


def test_that_an_input_that_muting_left_open_says_because_of_whom():
    graph = sma_crossover()
    muted = SetMode((titled(graph, "Fast average"),), "muted").apply(graph)
    problems = [p for p in lower(muted).problems if p.code == "open_input"]
    assert [p.message for p in problems] == [
        "Nothing is connected to 'left' of Crosses up, because Fast average is muted.",
        "Nothing is connected to 'left' of Crosses down, because Fast average is muted.",
    ]
    assert problems[0].hint == "Use it again, or connect a series of numbers to it."
    assert problems[0].place == Place(node=titled(graph, "Crosses up"))


def test_that_an_input_behind_a_bypassed_node_with_nothing_to_hand_on_says_so():
    graph = sma_crossover()
    fast = titled(graph, "Fast average")
    graph = graph.without_wires(wires for wires in graph.wires if wires.target == fast)
    bypassed = SetMode((fast,), "bypassed").apply(graph)
    messages = [p.message for p in lower(bypassed).problems]
    assert messages[0] == (
        "Nothing is connected to 'left' of Crosses up, because Fast average is bypassed."
    )


def test_that_a_strategy_without_rules_says_which_are_muted():
    graph = sma_crossover()
    muted = SetMode((titled(graph, "signals.enter_long"),), "muted").apply(graph)
    (problem,) = lower(muted).problems
    assert problem.message == (
        "Strategy: The strategy has no entry, so it would never trade. Enter long is muted."
    )


@pytest.mark.parametrize("mode", ["muted", "bypassed"])
def test_that_a_graph_whose_strategy_does_not_count_says_so(mode: str):
    graph = sma_crossover()
    end = titled(graph, "strategy.strategy")
    problems = lower(SetMode((end,), mode).apply(graph)).problems
    assert [(p.message, p.place.node, p.blocking) for p in problems] == [
        (f"The graph has no strategy output, because Strategy is {mode}.", end, True)
    ]


def test_that_a_node_that_takes_nothing_like_what_it_gives_cannot_be_bypassed():
    graph = sma_crossover()
    up = titled(graph, "Crosses up")
    (problem,) = lower(SetMode((up,), "bypassed").apply(graph)).problems
    assert problem.message == (
        "Crosses up cannot be bypassed: it gives a condition, and takes nothing like it."
    )
    assert (problem.place.node, problem.blocking) == (up, True)


def test_that_a_wire_from_an_output_that_is_not_there_is_told_also_behind_a_bypass():
    graph = sma_crossover()
    fast, up = titled(graph, "Fast average"), titled(graph, "Crosses up")
    graph = graph.with_wires([Wire(up, "left", 0, fast, "band")])
    graph = graph.without_wires([Wire(up, "left", 0, fast, "value")])
    problems = lower(SetMode((fast,), "bypassed").apply(graph)).problems
    assert {"bypass", "unknown_output"} <= {problem.code for problem in problems}


def test_that_a_muted_strategy_beside_another_is_not_one_too_many():
    graph = sma_crossover()
    second = replace(graph.nodes[titled(graph, "strategy.strategy")], id="ffffffff", mode="muted")
    assert lower(graph.with_node(second)).problems == ()


def test_that_bypassed_nodes_in_a_row_hand_on_what_comes_in_at_the_first():
    draw = Drawing()
    close = draw.add("prices.close", bars=draw.add("market_data.dataset"))
    one = draw.add("transforms.lag", values=close)
    two = draw.add("transforms.lag", values=one)
    end = draw.add("conditions.rising", values=two)
    graph = SetMode((one.id, two.id), "bypassed").apply(draw.graph)
    lowered = lower(graph)
    assert lowered.effective.inputs_of(end.id)["values"][0].source == close.id
    assert (end.id, "value") in lowered.outputs
    assert lowered.title(one.id) == "Lag"


def test_that_bypassed_nodes_in_a_loop_give_nothing():
    draw = Drawing()
    one = draw.add("transforms.lag")
    two = draw.add("transforms.lag", values=one)
    end = draw.add("conditions.rising", values=two)
    graph = draw.graph.with_wires([Wire(one.id, "values", 0, two.id, "value")])
    graph = SetMode((one.id, two.id), "bypassed").apply(graph)
    types = {id: node_type_of(node) for id, node in graph.nodes.items()}
    made = effective(graph, types)
    assert list(made.graph.nodes) == [end.id]
    assert made.cut[end.id, "values"]


def test_that_what_is_unknown_or_broken_may_be_muted():
    draw = Drawing()
    broken = draw.add("custom.python", code="def")
    unknown = draw.add("no.such")
    codes = {problem.code for problem in lower(draw.graph).problems}
    assert {"custom_code", "unknown_type"} <= codes
    bypassed = SetMode((broken.id, unknown.id), "bypassed").apply(draw.graph)
    assert {problem.code for problem in lower(bypassed).problems} == codes
    muted = SetMode((broken.id, unknown.id), "muted").apply(draw.graph)
    assert {problem.code for problem in lower(muted).problems} == {"no_strategy"}


def test_that_a_sweep_goes_by_what_counts():
    graph = sma_crossover()
    fast, slow = titled(graph, "Fast average"), titled(graph, "Slow average")
    graph = SetMode((fast,), "bypassed").apply(graph)
    points = Points(graph, Grid((Axis(slow, "period", "Slow", (20, 50)),)))
    assert points.trading(0) != points.trading(1)
