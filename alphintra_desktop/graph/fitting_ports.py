"""Which ports of nodes fit together. Who asks says by `type_of` how nodes find their types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph, Node, Wire
from alphintra_desktop.graph.node_type import NodeType
from alphintra_desktop.ir.ops import Expr

TypeOf: TypeAlias = Callable[[Node], NodeType | None]


def known_type(node: Node | None, type_of: TypeOf) -> NodeType | None:
    """The type of a node; None if it is not known, or its own code declares none."""
    if node is None:
        return None
    try:
        return type_of(node)
    except AlphintraError:
        return None


def given_by(graph: Graph, node: str, output: str, type_of: TypeOf) -> type[Expr] | None:
    """What an output gives, if that is known."""
    kind = known_type(graph.nodes.get(node), type_of)
    return kind.outputs.get(output) if kind is not None else None


def wanted_by(graph: Graph, node: str, input: str, type_of: TypeOf) -> type[Expr] | None:
    """What an input takes, if that is known."""
    kind = known_type(graph.nodes.get(node), type_of)
    port = kind.inputs.get(input) if kind is not None else None
    return port.type if port is not None else None


def fits(given: type[Expr] | None, wanted: type[Expr] | None) -> bool:
    """Whether an output of the one type may be wired to an input of the other."""
    return given is not None and wanted is not None and issubclass(given, wanted)


def inputs_for(kind: NodeType, given: type[Expr]) -> Iterator[str]:
    """The inputs of a type that take what is given."""
    return (name for name, port in kind.inputs.items() if fits(given, port.type))


def outputs_for(kind: NodeType, wanted: type[Expr]) -> Iterator[str]:
    """The outputs of a type that give what is wanted."""
    return (name for name, given in kind.outputs.items() if fits(given, wanted))


def wires_in(graph: Graph, node: str, kind: NodeType) -> Iterator[Wire]:
    """The wires into a node, in the order of its inputs."""
    inputs = graph.inputs_by_node.get(node, {})
    return (wire for name in kind.inputs for wire in inputs.get(name, ()))
