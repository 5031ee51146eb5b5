"""The graphs that a project can start from, with what a card says about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from alphintra_desktop.codegen.in_words import data_in_words, rules_in_words
from alphintra_desktop.codegen.lower import lower
from alphintra_desktop.graph.files import graph_from_text, graph_to_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.graph.node_type import NodeType

SUFFIX = ".alphintra"
EMPTY = "empty"
FIRST = "sma_crossover"


@dataclass(frozen=True, eq=False)
class Offered:
    """One template: its graph, the text of its file, and the type of every node."""

    id: str
    title: str
    description: str
    text: str
    graph: Graph
    types: Mapping[str, NodeType]


def offered() -> tuple[Offered, ...]:
    """Every template that ships, the simplest first, and last an empty graph.

    Takes half a second when it is the first to need TA-Lib's node types.
    """
    folder = files("alphintra_desktop.resources") / "templates"
    names = (item.name for item in folder.iterdir())
    ids = (name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX))
    ordered = sorted(ids, key=lambda id: (id != FIRST, id))
    texts = [(id, (folder / f"{id}{SUFFIX}").read_text("utf-8")) for id in ordered]
    return (*(_offered(id, text) for id, text in texts), _empty())


def _offered(id: str, text: str) -> Offered:
    graph = graph_from_text(text, id)
    lowered = lower(graph)
    described = graph.extra.get("description")
    data = data_in_words(lowered).partition(":")[0]
    rules = rules_in_words(lowered)[:2]
    told = str(described) if described else " ".join([*rules, f"On {data}." if data else ""])
    return Offered(id, graph.name, told, text, graph, lowered.types)


def _empty() -> Offered:
    graph = Graph(name="")
    told = "A blank canvas: begin with a Market data node."
    return Offered(EMPTY, "Empty graph", told, graph_to_text(graph), graph, {})
