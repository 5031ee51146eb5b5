"""What differs between two recorded runs, by their manifests, in the words of the drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alphintra_desktop.codegen.lower import title_of
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import read_graph
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.runs.ledger import Run

SHOWN_OF_A_HASH = 12


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same. `about` is "graph", "param", "setting", "data", "engine" or
    "version"; `first` and `second` are None where a run does not have it."""

    about: str
    name: str
    first: Any
    second: Any


def differences(first: Run, second: Run, folder: Path) -> tuple[Difference, ...]:
    """What differs between two runs of the project in `folder`, what was drawn first."""
    one, two = first.manifest, second.manifest
    return (
        *_in_graphs(_graph_of(first, folder), _graph_of(second, folder)),
        *_in_tables("setting", one.get("settings", {}), two.get("settings", {})),
        *_in_tables("data", _short(first.data_hashes), _short(second.data_hashes)),
        *_in_tables("engine", {"engine": first.engine}, {"engine": second.engine}),
        *_in_tables("version", one.get("versions", {}), two.get("versions", {})),
        *_in_tables("version", one.get("platform", {}), two.get("platform", {})),
    )


def _graph_of(run: Run, folder: Path) -> Graph:
    """The graph that ran; an empty one where it is no longer there."""
    try:
        return read_graph(folder / run.job_folder / "artifacts" / "graph.alphintra")
    except AlphintraError:
        return Graph()


def _in_graphs(one: Graph, two: Graph) -> Iterator[Difference]:
    for node in sorted(one.nodes.keys() | two.nodes.keys()):
        before, after = one.nodes.get(node), two.nodes.get(node)
        if before is None or after is None:
            title = _title(before or after)
            yield Difference("graph", title, before and title, after and title)
        else:
            values = _params(before), _params(after)
            for row in _in_tables("param", *values):
                name = f"{_title(after)}.{row.name}"
                yield Difference("param", name, row.first, row.second)
    gone, new = len(one.wires - two.wires), len(two.wires - one.wires)
    if gone or new:
        yield Difference("graph", "Wires", f"{gone} gone", f"{new} new")


def _in_tables(about: str, one: Mapping[str, Any], two: Mapping[str, Any]) -> Iterator[Difference]:
    for name in sorted(one.keys() | two.keys()):
        if one.get(name) != two.get(name):
            yield Difference(about, name, one.get(name), two.get(name))


def _title(node: Node | None) -> str:
    return title_of(node, _type_of(node)) if node is not None else ""


def _type_of(node: Node) -> Any:
    try:
        return node_type_of(node)
    except AlphintraError:  # custom code that cannot be read
        return None


def _params(node: Node) -> dict[str, Any]:
    """All params, also those that have their defaults, and whether the node is in effect."""
    kind = _type_of(node)
    defaults = {name: one.default for name, one in kind.params.items()} if kind is not None else {}
    mode = getattr(node, "mode", "")
    return {**defaults, **node.params, **({"mode": mode} if mode else {})}


def _short(hashes: Mapping[str, str]) -> dict[str, str]:
    return {name: sha[:SHOWN_OF_A_HASH] for name, sha in hashes.items()}
