"""Bringing what older versions of the program wrote up to date.

A graph file has a format version: `MIGRATIONS[n - 1]` turns the plain JSON object of a file of
version n into one of version n + 1. Each node has the version of its type: `upgraded` renews the
nodes of a graph by the `NodeUpgrade`s of the types, which the catalog of node types keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from alphintra_desktop.graph.model import Graph, Node, Wire

Migration: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]


def _modes_groups_and_notes(data: dict[str, Any]) -> dict[str, Any]:
    """Format 2 knows modes, groups and notes, which a program of format 1 must not overlook.

    What a file of format 1 says under their names was not known then, and is kept as that.
    """
    nodes = data.get("nodes")
    for node in nodes if isinstance(nodes, list) else ():
        if isinstance(node, dict):
            _set_aside(node, ("group", "mode"))
    _set_aside(data, ("groups", "notes"))
    return data


def _set_aside(table: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if name in table:
            table[f"{name} of format 1"] = table.pop(name)


MIGRATIONS: tuple[Migration, ...] = (_modes_groups_and_notes,)


def _the_same(params: dict[str, Any]) -> dict[str, Any]:
    return params


@dataclass(frozen=True)
class NodeUpgrade:
    """How a node of one version of its type becomes one of the next version.

    `params` is given the node's params and returns those of the new version; `inputs` and
    `outputs` name the ports that have another name now, old name first; `type` is the new name
    of the type, or empty if it is the old one.
    """

    params: Callable[[dict[str, Any]], dict[str, Any]] = _the_same
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    type: str = ""


def migrated(data: dict[str, Any], version: int, migrations: tuple[Migration, ...]) -> Any:
    """The object of a file of format `version` as the newest format has it."""
    for migration in migrations[version - 1 :]:
        data = migration(data)
    return data


def upgraded(graph: Graph, upgrades: Mapping[tuple[str, int], NodeUpgrade]) -> Graph:
    """`graph` with every node as new as `upgrades`, by type and the version to be left, make it.

    A node whose type or version has no upgrade stays as it is. If nothing is old, the same graph
    is returned.
    """
    for node in tuple(graph.nodes):
        while upgrade := upgrades.get((graph.nodes[node].type, graph.nodes[node].version)):
            graph = _with_upgraded(graph, graph.nodes[node], upgrade)
    return graph


def _with_upgraded(graph: Graph, node: Node, upgrade: NodeUpgrade) -> Graph:
    wires = graph.wires_of(node.id)
    return (
        graph.with_node(_next_version(node, upgrade))
        .without_wires(wires)
        .with_wires(_renamed(wire, node.id, upgrade) for wire in wires)
    )


def _next_version(node: Node, upgrade: NodeUpgrade) -> Node:
    return replace(
        node,
        type=upgrade.type or node.type,
        version=node.version + 1,
        params=upgrade.params(dict(node.params)),
    )


def _renamed(wire: Wire, node: str, upgrade: NodeUpgrade) -> Wire:
    if wire.target == node:
        wire = replace(wire, input=upgrade.inputs.get(wire.input, wire.input))
    if wire.source == node:
        wire = replace(wire, output=upgrade.outputs.get(wire.output, wire.output))
    return wire
