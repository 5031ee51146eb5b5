"""Which graph and project a command means, and the params it changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from alphintra_desktop.codegen.lower import title_of
from alphintra_desktop.codegen.names import snake_case
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.files import read_graph
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.nodes.params import did_you_mean, parse_value
from alphintra_desktop.runs.project import Project, find_project, home_project

SUFFIX = ".alphintra"


def chosen_graph(path: Path) -> tuple[Graph, Path]:
    """The graph of a file, or the only one of a project folder."""
    if not path.is_dir():
        return read_graph(path), path
    project = find_project(path)
    graphs = sorted(project.graphs.glob(f"*{SUFFIX}")) if project is not None else []
    if len(graphs) == 1:
        return read_graph(graphs[0]), graphs[0]
    if graphs:
        names = ", ".join(str(graph.relative_to(path.absolute())) for graph in graphs[:5])
        raise AlphintraError(
            f"{path} has {len(graphs)} graphs.", hint=f"Name the one to run: {names}."
        )
    raise AlphintraError(
        f"There is no graph in {path}.",
        hint=f"Name a {SUFFIX} file, or make a project with `alphintra new FOLDER`.",
    )


def chosen_project(graph: Path) -> Project:
    """The project a graph file belongs to, or the user's own one for files outside of any."""
    return find_project(graph.absolute().parent) or home_project()


def with_settings(graph: Graph, settings: Iterable[str]) -> Graph:
    """The graph with `node.param=value` texts applied. Raises `AlphintraError` for wrong ones."""
    for setting in settings:
        where, equals, text = setting.partition("=")
        name, dot, param = where.strip().rpartition(".")
        if not equals or not dot:
            raise AlphintraError(
                f"'{setting}' does not set a param.",
                hint='Write node.param=value, for example "Fast average.period=12".',
            )
        node = _node_called(graph, name)
        graph = graph.with_node(_changed(node, param, text))
    return graph


def _node_called(graph: Graph, name: str) -> Node:
    if name in graph.nodes:
        return graph.nodes[name]
    titles = {node.id: title_of(node, node_type_of(node)) for node in graph.nodes.values()}
    found = [node for node, title in titles.items() if snake_case(title) == snake_case(name)]
    if len(found) == 1:
        return graph.nodes[found[0]]
    if found:
        raise AlphintraError(
            f"{len(found)} nodes are called '{name}'.", hint=f"Use an id: {', '.join(found)}."
        )
    listed = f"The nodes are: {', '.join(sorted(set(titles.values())))}."
    hint = did_you_mean(name, tuple(titles.values()), listed)
    raise AlphintraError(f"No node is called '{name}'.", hint=hint)


def _changed(node: Node, param: str, text: str) -> Node:
    kind = node_type_of(node)
    if kind is None or param not in kind.params:
        known = tuple(kind.params) if kind is not None else ()
        raise AlphintraError(
            f"{title_of(node, kind)} has no param '{param}'.",
            hint=did_you_mean(param, known, f"Its params are: {', '.join(known) or 'none'}."),
            place=Place(node=node.id),
        )
    value = parse_value(kind.params[param], text)
    return replace(node, params={**node.params, param: value})
