"""From a graph to its Python file, against Python's own `compile` of that file."""

from __future__ import annotations

from collections.abc import Iterator

from alphintra_desktop.codegen import copied
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.graph.model import Graph
from tests.benchmarks.harness import Benchmark, compare
from tests.drawing import Drawing, Drawn

NODES = 500
GOAL = 20.0
AVERAGES = ("talib.sma", "talib.ema", "talib.wma", "talib.kama")
TESTS = ("conditions.above", "conditions.crosses_above", "conditions.at_least")


def compile_500_nodes() -> Iterator[Benchmark]:
    """Once with the last block of a strategy with the same costs and rules still known, as while
    drawing, and once with everything to be done anew."""
    graph = large_graph()
    assert len(graph.nodes) == NODES
    text = generate(graph).text

    def python() -> object:
        return compile(text, "<strategy>", "exec", dont_inherit=True)

    def anew() -> object:
        copied._block.cache_clear()
        copied._modules_in.cache_clear()
        return generate(graph)

    name = f"compile a graph of {NODES} nodes"
    yield compare(name, lambda: generate(graph), python, goal=GOAL, rounds=11)
    yield compare(f"{name}, with new rules", anew, python, goal=GOAL, rounds=11)


def large_graph() -> Graph:
    """Many averages that are compared with the close, and a vote about buying."""
    draw = Drawing("Many averages")
    close = draw.add("prices.close", bars=draw.add("market_data.dataset"))
    votes: list[Drawn] = []
    while len(draw.graph.nodes) < NODES - 6:
        votes.append(_vote(draw, close, number=len(votes)))
    buy = draw.add("logic.any_of", conditions=votes)
    sell = draw.add("logic.not_", condition=buy)
    rules = [draw.add("signals.enter_long", when=buy), draw.add("signals.exit_long", when=sell)]
    draw.add("strategy.strategy", rules=rules, costs=[draw.add("costs.commission")])
    return draw.graph


def _vote(draw: Drawing, close: Drawn, number: int) -> Drawn:
    """Whether the close times an average, as a z-score, passes the average: four nodes."""
    average = draw.add(AVERAGES[number % len(AVERAGES)], values=close, period=5 + number)
    product = draw.add("arithmetic.multiply", left=close, right=average)
    other = draw.add("transforms.z_score", values=product, window=20 + number)
    return draw.add(TESTS[number % len(TESTS)], left=other, right=average)
