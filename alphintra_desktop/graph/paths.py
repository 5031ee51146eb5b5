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


def inputs_first(graph: Graph) -> list[str]:
    """The nodes, each after all that lead to it; those in a loop and behind one are left out."""
    inputs, outputs = graph.inputs_by_node, graph.outputs_by_node
    missing = {
        node: {wire.source for wires in inputs.get(node, {}).values() for wire in wires}
        for node in sorted(graph.nodes)
    }
    ready = [node for node, sources in missing.items() if not sources & graph.nodes.keys()]
    for node in ready:  # which grows on the way
        for target in {w.target for wires in outputs.get(node, {}).values() for w in wires}:
            if target in missing:
                missing[target].discard(node)
                if not missing[target] & graph.nodes.keys():
                    ready.append(target)
    return ready


def _reached(nodes: Iterable[str], next_of: Callable[[str], Iterable[str]]) -> frozenset[str]:
    waiting, reached = list(nodes), set[str]()
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting.extend(next_of(node))
    return frozenset(reached)
