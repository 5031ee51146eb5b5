from __future__ import annotations

from dataclasses import replace

from alphintra_desktop.codegen.lower import lower
from alphintra_desktop.graph.model import Node, Wire
from alphintra_desktop.ir import ops
from tests.drawing import Drawing, sma_crossover


def codes(graph):
    return [problem.code for problem in lower(graph).problems]


def test_that_a_whole_graph_has_no_problems_and_one_strategy():
    lowered = lower(sma_crossover())
    assert lowered.problems == ()
    assert isinstance(lowered.strategy, ops.SignalStrategy)


def test_that_nodes_that_compute_the_same_share_one_op_named_after_the_first():
    draw = Drawing()
    bars = draw.add("market_data.dataset")
    close = draw.add("prices.close", bars=bars)
    first = draw.add("talib.sma", "First", values=close, period=10)
    second = draw.add("talib.sma", "Second", values=close, period=10)
    lowered = lower(draw.graph)
    one, two = (lowered.outputs[node.id, "value"] for node in (first, second))
    assert one is two
    assert lowered.owner[one][0] in (first.id, second.id)


def test_that_a_number_keeps_the_name_of_the_setting_it_came_from():
    graph = sma_crossover()
    lowered = lower(graph)
    averages = [op for op in lowered.outputs.values() if isinstance(op, ops.TaLib)]
    assert {op.params[0].param for op in averages} == {"period"}
    assert {lowered.title(op.params[0].node) for op in averages} == {"Fast average", "Slow average"}


def test_that_a_loop_is_told_with_the_names_of_its_nodes():
    draw = Drawing()
    bars = draw.add("market_data.dataset")
    close = draw.add("prices.close", bars=bars)
    one = draw.add("arithmetic.add", "One", left=close)
    two = draw.add("arithmetic.add", "Two", left=close, right=one)
    wire = Wire(target=one.id, input="right", slot=0, source=two.id, output="value")
    problems = lower(draw.graph.with_wires([wire])).problems
    (loop,) = [problem for problem in problems if problem.code == "loop"]
    assert "One" in loop.message
    assert "Two" in loop.message


def test_that_an_open_input_names_the_port_and_what_fits():
    draw = Drawing()
    draw.add("prices.close")
    (problem, _) = lower(draw.graph).problems
    assert problem.code == "open_input"
    assert "market data" in problem.hint


def test_that_numbers_into_a_condition_say_how_to_convert():
    draw = Drawing()
    bars = draw.add("market_data.dataset")
    close = draw.add("prices.close", bars=bars)
    draw.add("signals.enter_long", when=close)
    (problem,) = [p for p in lower(draw.graph).problems if p.code == "wrong_type"]
    assert "Compare it" in problem.hint


def test_that_everything_wrong_is_reported_at_once():
    draw = Drawing()
    draw.add("prices.close")
    draw.add("no.such.node")
    bars = draw.add("market_data.dataset", symbols="")
    draw.add("talib.rsi", values=draw.add("prices.close", bars=bars), period="fourteen")
    found = set(codes(draw.graph))
    assert {"open_input", "unknown_type", "param", "no_strategy"} <= found


def test_that_mistakes_beside_the_strategy_do_not_block_it():
    graph = sma_crossover()
    loose = graph.with_node(Node("ffffffff", "prices.close"))
    lowered = lower(loose)
    assert [p.blocking for p in lowered.problems] == [False]
    assert lowered.strategy is not None


def test_that_a_wire_to_a_missing_node_is_reported():
    graph = sma_crossover()
    wire = Wire(target="0000000a", input="rules", slot=5, source="eeeeeeee", output="value")
    assert "loose_wire" in codes(graph.with_wires([wire]))


def test_that_two_wires_into_one_input_are_reported():
    graph = sma_crossover()
    wire = Wire(target="00000003", input="values", slot=1, source="00000002", output="value")
    assert "too_many_wires" in codes(graph.with_wires([wire]))


def test_that_unknown_ports_are_reported_with_those_that_exist():
    graph = sma_crossover()
    graph = graph.with_wires([Wire("00000003", "speed", 0, "00000002", "value")])
    graph = graph.with_wires([Wire("00000004", "values", 1, "00000002", "median")])
    problems = {p.code: p for p in lower(graph).problems}
    assert "values" in problems["unknown_input"].hint
    assert "too_many_wires" in problems


def test_that_two_strategies_in_a_graph_are_refused():
    graph = sma_crossover()
    twin = replace(graph.nodes["0000000a"], id="0000000b")
    wires = [replace(w, target="0000000b") for w in graph.wires if w.target == "0000000a"]
    assert "two_strategies" in codes(graph.with_node(twin).with_wires(wires))


def test_that_a_chain_of_two_thousand_nodes_is_lowered():
    draw = Drawing()
    bars = draw.add("market_data.dataset")
    value = draw.add("prices.close", bars=bars)
    for _ in range(2_000):
        value = draw.add("arithmetic.add", left=value, right=value)
    assert len(lower(draw.graph).outputs) == 2_002
