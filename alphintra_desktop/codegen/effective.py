"""The graph that counts: without muted nodes, and with wires in place of bypassed ones.

1. A muted node goes, and its wires with it.
2. A bypassed node goes, and each wire out of it comes from where the wire into its first input
   comes from that is of the same type as the output. One that has no such input for an output
   that is used cannot be bypassed, and stays as it is drawn.
3. Where that leaves an input with fewer wires than are drawn, it is noted whose doing that is.

The ids of what is left are those of the drawing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from alphintra_desktop.graph.model import BYPASSED, MUTED, Graph, Wire
from alphintra_desktop.graph.node_type import NodeType

Types = Mapping[str, NodeType]


@dataclass(frozen=True)
class Effective:
    """The graph that counts.

    `cut` tells, by node and input, which nodes keep wires from it by being muted, or by being
    bypassed with nothing to hand on. `handed_on` tells, by node and output, which output a
    bypassed node hands on. `stuck` are the nodes that cannot be bypassed.
    """

    graph: Graph
    cut: Mapping[tuple[str, str], tuple[str, ...]]
    handed_on: Mapping[tuple[str, str], tuple[str, str]]
    stuck: tuple[str, ...]


def effective(graph: Graph, types: Types) -> Effective:
    """What counts of a graph. `types` are those of its nodes, as far as they are known."""
    if not any(node.mode for node in graph.nodes.values()):
        return Effective(graph, {}, {}, ())
    muted = {id for id, node in graph.nodes.items() if node.mode == MUTED}
    bypassed = {id for id, node in graph.nodes.items() if node.mode == BYPASSED and id in types}
    stuck = {id for id in bypassed if not _can_be_bypassed(graph, id, types[id])}
    return _Taking(graph, types, muted, bypassed - stuck).away(tuple(sorted(stuck)))


def handed_on(kind: NodeType, output: str) -> str | None:
    """The input that a bypassed node of this type hands on at an output, if there is one."""
    given = kind.outputs.get(output)
    fitting = (
        name
        for name, port in kind.inputs.items()
        if given is not None and issubclass(port.type, given)
    )
    return next(fitting, None)


def _can_be_bypassed(graph: Graph, node: str, kind: NodeType) -> bool:
    used = graph.outputs_by_node.get(node, {})
    return all(handed_on(kind, output) is not None for output in used)


@dataclass(frozen=True)
class _Taking:
    """Taking muted and bypassed nodes out of a graph."""

    graph: Graph
    types: Types
    muted: set[str]
    bypassed: set[str]

    def away(self, stuck: tuple[str, ...]) -> Effective:
        """What is left."""
        gone = self.muted | self.bypassed
        wires: list[Wire] = []
        cut: dict[tuple[str, str], list[str]] = {}
        for wire in sorted(wire for wire in self.graph.wires if wire.target not in gone):
            source, output = self._origin(wire.source, wire.output)
            if output is None:
                cut.setdefault((wire.target, wire.input), []).append(source)
            elif source == wire.source:
                wires.append(wire)
            else:
                wires.append(replace(wire, source=source, output=output))
        left = {id: node for id, node in self.graph.nodes.items() if id not in gone}
        graph = replace(self.graph, nodes=left, wires=frozenset(wires))
        causes = {port: tuple(nodes) for port, nodes in cut.items()}
        return Effective(graph, causes, dict(self._handed_on()), stuck)

    def _handed_on(self) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
        for node in sorted(self.bypassed):
            for name in self.types[node].outputs:
                source, output = self._origin(node, name)
                if output is not None:
                    yield (node, name), (source, output)

    def _origin(self, source: str, output: str) -> tuple[str, str | None]:
        """Where what an output has comes from; without an output, who keeps it from coming."""
        way = set[str]()
        while source in self.bypassed and source not in way:
            way.add(source)
            port = handed_on(self.types[source], output) or ""
            feeding = self.graph.inputs_by_node.get(source, {}).get(port, ())
            if not feeding:
                return source, None
            source, output = feeding[0].source, feeding[0].output
        return (source, None) if source in self.muted or source in way else (source, output)
