"""Following wires through a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from alphintra_desktop.graph.model import Graph


def upstream_of(graph: Graph, nodes: Iterable[str]) -> frozenset[str]:
    """These nodes and all that lead to them."""
    inputs = graph.inputs_by_node
    return _reached(
        nodes,
        lambda node: (wire.source for wires in inputs.get(node, {}).values() for wire in wires),
    )


def downstream_of(graph: Graph, nodes: Iterable[str]) -> frozenset[str]:
    """These nodes and all that they lead to."""
    outputs = graph.outputs_by_node
    return _reached(
        nodes,
        lambda node: (wire.target for wires in outputs.get(node, {}).values() for wire in wires),
    )


def leads_to(graph: Graph, source: str, target: str) -> bool:
    """Whether what `target` computes depends on `source`; a node leads to itself."""
    return target in downstream_of(graph, [source])


def _reached(nodes: Iterable[str], next_of: Callable[[str], Iterable[str]]) -> frozenset[str]:
    waiting, reached = list(nodes), set[str]()
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting.extend(next_of(node))
    return frozenset(reached)
