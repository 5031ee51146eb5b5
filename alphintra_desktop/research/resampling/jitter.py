"""Params moved a little: a strategy that lives on one exact number does not survive it.

Every number of the strategy is moved by itself, uniformly by up to a share of its size: windows by
at least a bar either way, and nothing beyond what its node allows. Costs, cash, the size of a trade
and the data stay. A combination that cannot be drawn (two equal averages) is counted as failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from alphintra_desktop.codegen.lower import title_of
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.graph.node_type import Param
from alphintra_desktop.market.bars import Floats
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.resampling.paths import Paths
from alphintra_desktop.research.resampling.reruns import fewer, spreads
from alphintra_desktop.research.resampling.seeding import generator
from alphintra_desktop.research.resampling.subject import Subject, Trader, told

LEVELS = (0.05, 0.1, 0.2)
# Families of nodes, and params, that are not the idea of the strategy.
STAYING = ("market_data", "costs", "strategy", "labels")
AMOUNTS = ("shares", "amount", "cash")


@dataclass(frozen=True)
class Jittered:
    """A param that is moved."""

    node: str
    name: str
    param: Param
    value: float
    title: str


def jittered_params(graph: Graph) -> tuple[Jittered, ...]:
    """The numbers of a graph that are moved."""
    return tuple(one for node in graph.nodes.values() for one in _of_node(node))


def _of_node(node: Node) -> list[Jittered]:
    kind = node_type_of(node)
    if kind is None or node.type.partition(".")[0] in STAYING:
        return []
    return [
        Jittered(node.id, name, param, node.params.get(name, param.default), title_of(node, kind))
        for name, param in kind.params.items()
        if param.kind in (int, float) and not param.choices and name not in AMOUNTS
    ]


def moved(one: Jittered, level: float, chance: np.random.Generator) -> float:
    """A value near that of a param, of its kind and within its bounds."""
    whole = one.param.kind is int
    reach = level * abs(one.value)
    value = one.value + float(chance.uniform(-1.0, 1.0)) * (max(reach, 1.0) if whole else reach)
    value = value if one.param.low is None else max(value, one.param.low)
    value = value if one.param.high is None else min(value, one.param.high)
    return round(value) if whole else value


@dataclass(frozen=True)
class Jitter:
    """The work of moving the params by a level."""

    level: float
    seed: int

    def prepared(self, subject: Subject) -> Callable[[int], Floats]:
        """The four measures of a path by its number, NaN where it could not be drawn."""
        params, trader = jittered_params(subject.graph), Trader(subject.prices)

        def measures(number: int) -> Floats:
            chance = generator(self.seed, f"jitter {self.level}", number)
            values = {(p.node, p.name): moved(p, self.level, chance) for p in params}
            return _measured(trader, Subject(with_params(subject.graph, values), subject.bars))

        return measures


def _measured(trader: Trader, changed: Subject) -> Floats:
    try:
        return np.array(trader.measures(changed.rules, changed.decisions))
    except AlphintraError:
        return np.full(len(Measures._fields), np.nan)


def with_params(graph: Graph, values: Mapping[tuple[str, str], Any]) -> Graph:
    """The graph with some params, by node and name."""
    for (node_id, name), value in values.items():
        node = graph.nodes[node_id]
        graph = graph.with_node(replace(node, params={**node.params, name: value}))
    return graph


def jitter(subject: Subject, asked: Paths) -> dict[str, Any]:
    """Move all params: see the format in `stress`."""
    params = jittered_params(subject.graph)
    if not params:
        return {"skipped": "the strategy has no number to move"}
    levels = []
    for number, level in enumerate(LEVELS):
        step, work = asked.within(number, len(LEVELS)), Jitter(level, asked.seed)
        found = step.measured(work, subject, "Moving params", fewer(asked))
        failed = int(np.isnan(found).all(axis=1).sum())
        levels.append({"level": level, "failed": failed, **spreads(found, subject.base)})
    sharpe = levels[1]["sharpe"]
    said = (
        f"With every param moved by up to {levels[1]['level']:.0%}, the Sharpe ratio is "
        f"{told(sharpe['p50'])} in the middle, from {told(sharpe['p05'])} to "
        f"{told(sharpe['p95'])} on nine of ten, and was {told(sharpe['measured'])}."
    )
    named = [f"{one.title}.{one.name}" for one in params]
    return {"paths": fewer(asked), "params": named, "levels": levels, "said": [said]}
