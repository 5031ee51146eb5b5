"""Every mistake in a drawing is found, with a hint, at the node that makes it; and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.codegen.module import generate
from alphintra_desktop.codegen.problem import GraphHasProblems
from alphintra_desktop.codegen.problems import problems
from alphintra_desktop.graph.model import Node, Wire
from tests.drawing import Drawing, sma_crossover


class Strategy:
    """Market data, a close, and a strategy that enters on a condition."""

    def __init__(self, **data):
        self.draw = Drawing()
        self.bars = self.draw.add("market_data.dataset", **data)
        self.close = self.draw.add("prices.close", bars=self.bars)

    def add(self, kind, title="", **given):
        return self.draw.add(kind, title, **given)

    def entering(self, when, **parts):
        rule = self.add("signals.enter_long", when=when)
        self.add("strategy.strategy", rules=[rule], **parts)
        return self.draw.graph

    def rising(self):
        return self.add("conditions.rising", values=self.close)


def future():
    made = Strategy()
    label = made.add("labels.future_return", "Tomorrow", values=made.close)
    mean = made.add("talib.sma", values=label, period=3)
    return made.entering(made.add("conditions.above_level", values=mean)), label.id


def adjusted_price():
    made = Strategy()
    above = made.add("conditions.above_level", "Above 100", values=made.close, level=100.0)
    return made.entering(above), above.id


def two_datasets():
    made = Strategy()
    other = made.add("market_data.dataset", "Other", symbols="MSFT")
    theirs = made.add("prices.close", bars=other)
    above = made.add("conditions.above", left=made.close, right=theirs)
    return made.entering(above), other.id


def mixed_timeframes():
    made = Strategy()
    week = made.add("market_data.higher_timeframe", bars=made.bars)
    theirs = made.add("prices.close", bars=week)
    above = made.add("conditions.above", "Mixed", left=made.close, right=theirs)
    return made.entering(above), above.id


def orders_on_longer_bars():
    made = Strategy()
    week = made.add("market_data.higher_timeframe", bars=made.bars)
    rising = made.add("conditions.rising", values=made.add("prices.close", bars=week))
    graph = made.entering(rising)
    return graph, next(n.id for n in graph.nodes.values() if n.type == "strategy.strategy")


def longer_bars_that_are_not_longer():
    made = Strategy(timeframe="1w")
    day = made.add("market_data.higher_timeframe", bars=made.bars, timeframe="1d")
    known = made.add("market_data.on_bar_close", values=made.add("prices.close", bars=day))
    return made.entering(made.add("conditions.above", left=made.close, right=known)), day.id


def longer_bars_of_longer_bars():
    made = Strategy()
    week = made.add("market_data.higher_timeframe", bars=made.bars)
    month = made.add("market_data.higher_timeframe", bars=week, timeframe="1mo")
    known = made.add("market_data.on_bar_close", values=made.add("prices.close", bars=month))
    known = made.add("market_data.on_bar_close", values=made.add("transforms.lag", values=known))
    return made.entering(made.add("conditions.above", left=made.close, right=known)), month.id


def comparing_before_the_bar_is_closed():
    made = Strategy(symbols="AAPL, MSFT")
    week = made.add("market_data.higher_timeframe", bars=made.bars)
    rank = made.add("transforms.rank_across", values=made.add("prices.close", bars=week))
    known = made.add("market_data.on_bar_close", "Known", values=rank)
    return made.entering(made.add("conditions.above_level", values=known, level=0.5)), known.id


def open_input():
    made = Strategy()
    rising = made.add("conditions.rising")
    return made.entering(rising), rising.id


def unknown_type():
    made = Strategy()
    strange = made.add("plugin.magic", values=made.close)
    return made.entering(strange), strange.id


def unknown_input():
    graph = sma_crossover()
    return graph.with_wires([Wire("00000003", "speed", 0, "00000002", "value")]), "00000003"


def unknown_output():
    graph = sma_crossover()
    wire = next(w for w in graph.wires if w.target == "00000003")
    wires = graph.wires - {wire} | {replace(wire, output="median")}
    return replace(graph, wires=wires), "00000003"


def too_many_wires():
    graph = sma_crossover()
    return graph.with_wires([Wire("00000003", "values", 1, "00000002", "value")]), "00000003"


def wrong_type():
    made = Strategy()
    rule = made.add("signals.enter_long", when=made.close)
    made.add("strategy.strategy", rules=[rule])
    return made.draw.graph, rule.id


def loop():
    made = Strategy()
    first = made.add("arithmetic.add", "First", left=made.close)
    second = made.add("arithmetic.add", "Second", left=first, right=made.close)
    graph = made.entering(made.add("conditions.above", left=second, right=made.close))
    return graph.with_wires([Wire(first.id, "right", 0, second.id, "value")]), (first.id, second.id)


def loose_wire():
    graph = sma_crossover()
    return graph.with_wires([Wire("0000000a", "rules", 7, "eeeeeeee", "value")]), "0000000a"


def two_strategies():
    graph = sma_crossover()
    twin = replace(graph.nodes["0000000a"], id="0000000b")
    wires = [replace(w, target="0000000b") for w in graph.wires if w.target == "0000000a"]
    return graph.with_node(twin).with_wires(wires), "0000000b"


def param():
    made = Strategy()
    average = made.add("talib.sma", values=made.close, period=-3)
    return made.entering(made.add("conditions.above", left=made.close, right=average)), average.id


def custom_code():
    made = Strategy()
    mine = made.add("custom.python", code="def broken(:", values=made.close)
    return made.entering(made.add("conditions.above", left=made.close, right=mine)), mine.id


def no_strategy():
    made = Strategy()
    made.rising()
    return made.draw.graph, None


def no_data():
    draw = Drawing()
    two = draw.add("arithmetic.constant", value=2.0)
    above = draw.add("conditions.above_level", values=two, level=1.0)
    rule = draw.add("signals.enter_long", when=above)
    draw.add("strategy.strategy", rules=[rule])
    return draw.graph, None


MISTAKES = {
    "timeframes": (
        *(mixed_timeframes, orders_on_longer_bars, longer_bars_that_are_not_longer),
        *(longer_bars_of_longer_bars, comparing_before_the_bar_is_closed),
    ),
    **{
        made.__name__: (made,)
        for made in (
            *(future, adjusted_price, two_datasets, open_input, unknown_type, unknown_input),
            *(unknown_output, too_many_wires, wrong_type, loop, loose_wire, two_strategies),
            *(param, custom_code, no_strategy, no_data),
        )
    },
}
CASES = [(code, made) for code, several in MISTAKES.items() for made in several]


@pytest.mark.parametrize(("code", "mistake"), CASES, ids=[made.__name__ for _, made in CASES])
def test_that_a_mistake_is_found_at_its_node_with_a_hint(code, mistake):
    graph, node = mistake()
    found = [problem for problem in problems(graph) if problem.code == code]
    assert found, [problem.code for problem in problems(graph)]
    problem = found[0]
    assert problem.blocking
    assert problem.place.node in (node if isinstance(node, tuple) else (node,))
    assert problem.message.endswith(".")
    assert problem.hint.endswith(".")
    assert "None" not in problem.message + problem.hint
    with pytest.raises(GraphHasProblems) as caught:
        generate(graph)
    assert caught.value.hint
    assert problem in caught.value.problems


@pytest.mark.parametrize(("code", "mistake"), CASES, ids=[made.__name__ for _, made in CASES])
def test_that_one_mistake_is_one_sort_of_problem(code, mistake):
    graph, _ = mistake()
    assert {problem.code for problem in problems(graph)} == {code}


def test_that_a_mistake_beside_the_strategy_does_not_block():
    graph = sma_crossover().with_node(Node("ffffffff", "prices.close"))
    (problem,) = problems(graph)
    assert not problem.blocking
    assert generate(graph).text == generate(sma_crossover()).text


def test_that_blocking_problems_come_first_then_top_to_bottom():
    made = Strategy()
    for row in (3, 1, 2):
        node = Node(f"9000000{row}", "conditions.rising", position=(0.0, row * 1_000.0))
        made.draw.graph = made.draw.graph.with_node(node)
    wrong = made.add("conditions.rising", "Used")
    graph = made.entering(wrong)
    found = problems(graph)
    assert [p.place.node for p in found] == [wrong.id, "90000001", "90000002", "90000003"]
    assert [p.blocking for p in found] == [True, False, False, False]


def test_that_prices_may_be_compared_with_a_number_where_they_are_raw_or_it_is_0():
    raw = Strategy(prices="raw")
    assert (
        problems(raw.entering(raw.add("conditions.above_level", values=raw.close, level=9.0))) == ()
    )
    change = Strategy()
    moved = change.add("transforms.change", values=change.close)
    assert problems(change.entering(change.add("conditions.above_level", values=moved))) == ()


def test_that_adjusted_prices_are_found_behind_averages_and_arithmetic():
    made = Strategy()
    mean = made.add("talib.sma", values=made.close, period=5)
    twice = made.add(
        "arithmetic.multiply", left=mean, right=made.add("arithmetic.constant", value=2.0)
    )
    crossing = made.add("conditions.crosses_above_level", values=twice, level=50.0)
    (problem,) = problems(made.entering(crossing))
    assert (problem.code, problem.place.node) == ("adjusted_price", crossing.id)


def test_that_problems_do_not_depend_on_the_order_of_nodes():
    for _, mistake in CASES:
        graph, _ = mistake()
        backwards = replace(graph, nodes=dict(reversed(graph.nodes.items())))
        assert sorted(p.code for p in problems(backwards)) == sorted(
            p.code for p in problems(graph)
        )


@settings(max_examples=40)
@given(data=st.data())
def test_that_random_strategies_are_clean(data):
    from tests.strategy_graphs import strategy_graphs

    graph = data.draw(strategy_graphs())
    found = {problem.code for problem in problems(graph)}
    assert found <= {"adjusted_price"}
    if not found:
        generate(graph)
