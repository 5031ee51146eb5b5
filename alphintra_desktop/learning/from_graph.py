"""A drawing read as what is to be trained: each Model node with its features and its label."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alphintra_desktop.codegen.fingerprints import fingerprints
from alphintra_desktop.codegen.lower import title_of
from alphintra_desktop.codegen.names import snake_case
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.graph.node_type import SINGLE_OUTPUT
from alphintra_desktop.learning.spec import TrainSpec
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.nodes.models import MODEL
from alphintra_desktop.nodes.params import checked_params


def model_nodes(graph: Graph) -> tuple[Node, ...]:
    """The Model nodes of a drawing, in the order of their ids."""
    return tuple(node for _, node in sorted(graph.nodes.items()) if node.type == MODEL)


def trainings_of(graph: Graph, where: str = "the graph") -> tuple[TrainSpec, ...]:
    """What to train, a spec a Model node. Raises `AlphintraError` where one is not whole."""
    nodes = model_nodes(graph)
    if not nodes:
        raise AlphintraError(
            "The drawing has no model to train.",
            hint="Add a Model node: connect features and a label to it.",
        )
    return tuple(training_of(graph, node, where) for node in nodes)


def training_of(graph: Graph, node: Node, where: str = "the graph") -> TrainSpec:
    """What one Model node asks for. Raises `AlphintraError` at the node."""
    kind = node_type_of(node)
    assert kind is not None
    inputs = graph.inputs_by_node.get(node.id, {})
    wires = sorted(inputs.get("features", ()), key=lambda wire: wire.slot)
    labels = list(inputs.get("label", ()))
    if not wires or not labels:
        missing = "label" if wires else "features"
        raise AlphintraError(
            f"The model '{title_of(node, kind)}' has no {missing} to learn from.",
            hint=f"Connect {missing} to it.",
            place=Place(node=node.id),
        )
    settings, _ = checked_params(node, kind)
    asked = {name: settings[name] for name in ("target", "first", "every", "window", "embargo")}
    return TrainSpec(
        graph=graph_to_text(graph),
        features=tuple(_named(graph, wires)),
        label=f"{labels[0].source}.{labels[0].output}",
        name=settings["name"],
        model=settings["algorithm"],
        settings=dict(_pairs(settings["settings"], node)),
        seed=settings["seed"],
        balanced=settings["balanced"],
        where=where,
        fingerprint=fingerprints(graph).get((node.id, SINGLE_OUTPUT), ""),
        **asked,
    )


def _named(graph: Graph, wires: list[Any]) -> Iterator[tuple[str, str]]:
    """Features by the titles of their nodes, told apart by numbers where they must be."""
    taken: set[str] = set()
    for wire in wires:
        node = graph.nodes[wire.source]
        base = snake_case(title_of(node, node_type_of(node)))
        if wire.output != SINGLE_OUTPUT:
            base = f"{base}_{wire.output}"
        base = base if base[:1].isalpha() else f"feature_{base}"
        name, number = base, 2
        while name in taken or name in ("timestamp", "symbol"):
            name, number = f"{base}_{number}", number + 1
        taken.add(name)
        yield name, f"{wire.source}.{wire.output}"


def _pairs(text: str, node: Node) -> Iterator[tuple[str, str]]:
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = part.partition("=")
        if not equals:
            raise AlphintraError(
                f"'{part[:60]}' does not say what a setting of the model is to be.",
                hint="Write name=value, separated by commas: trees=400, depth=3.",
                place=Place(node=node.id, param="settings"),
            )
        yield name.strip(), value.strip()
