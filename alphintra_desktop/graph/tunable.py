"""Which params of a node a search may turn, and in which range: a note on the node.

It is kept under `tunable` among what a graph file says of a node beyond its params, so that a
graph with tunable params is the same strategy as without.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.graph.values import keepable_extra

KEY = "tunable"


@dataclass(frozen=True)
class TunableRange:
    """The values a search may try: from `low` to `high`, both included, `step` apart."""

    low: float
    high: float
    step: float

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.low, self.high, self.step))):
            raise AlphintraError("The range is not finite.", hint="Give three plain numbers.")
        if self.step <= 0:
            raise AlphintraError(
                f"The step is {self.step:g}.", hint="Give a step that is larger than 0."
            )
        if self.low > self.high:
            raise AlphintraError(
                f"The range starts at {self.low:g} and ends before that, at {self.high:g}.",
                hint="Swap the two.",
            )

    @property
    def count(self) -> int:
        """How many values there are."""
        return math.floor((self.high - self.low) / self.step + 1e-9) + 1


def tunable_of(node: Node) -> dict[str, TunableRange]:
    """The tunable params of a node, by name. What a file says that is no range is left out."""
    noted = node.extra.get(KEY)
    if not isinstance(noted, Mapping):
        return {}
    ranges = {name: _range(value) for name, value in noted.items()}
    return {name: made for name, made in ranges.items() if made is not None}


@dataclass(frozen=True)
class NoteTunable:
    """Note all that is tunable of one node: the ranges by param, or None for none of them."""

    node: str
    noted: Any
    label: str

    def apply(self, graph: Graph) -> Graph:
        node = _found(graph, self.node)
        extra = {key: value for key, value in node.extra.items() if key != KEY}
        extra |= {} if self.noted is None else {KEY: self.noted}
        return graph.with_node(replace(node, extra=keepable_extra(extra, Place(self.node))))

    def inverse(self, before: Graph) -> NoteTunable:
        return NoteTunable(self.node, _found(before, self.node).extra.get(KEY), self.label)

    def describe(self, before: Graph) -> str:
        return self.label


def set_tunable(graph: Graph, node: str, name: str, range: TunableRange | None) -> NoteTunable:
    """The edit that lets a search turn one param within `range`; with None it may not."""
    found = _found(graph, node)
    noted = found.extra.get(KEY)
    ranges = dict(noted) if isinstance(noted, Mapping) else {}
    ranges.pop(name, None)
    title = found.title or found.type.rpartition(".")[2]
    if range is None:
        return NoteTunable(node, ranges or None, f"Fix {name} of {title}")
    ranges[name] = (range.low, range.high, range.step)
    label = f"Tune {name} of {title} from {range.low:g} to {range.high:g}"
    return NoteTunable(node, ranges, label)


def _found(graph: Graph, node: str) -> Node:
    if node not in graph.nodes:
        hint = "The graph has changed since: look at it again and repeat the change."
        raise AlphintraError(f"There is no node {node}.", hint=hint, place=Place(node=node))
    return graph.nodes[node]


def _range(value: Any) -> TunableRange | None:
    match value:
        case (float() | int() as low, float() | int() as high, float() | int() as step):
            try:
                return TunableRange(low, high, step)
            except AlphintraError:
                return None
    return None
