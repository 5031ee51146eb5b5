"""Which graph and project a command means, and the params it changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from alphintra_desktop.cli.output import shown_path
from alphintra_desktop.codegen.lower import title_of
from alphintra_desktop.codegen.names import snake_case
from alphintra_desktop.disk import text_of_file
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.files import graph_from_text, graph_to_text
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.nodes.params import did_you_mean, parse_value
from alphintra_desktop.runs.project import Project, find_project, home_project

SUFFIX = ".alphintra"
LONGEST_VALUE = 24


@dataclass(frozen=True)
class Chosen:
    """A graph, the file it is from, and the text that says all of it, settings included."""

    graph: Graph
    path: Path
    text: str

    @property
    def project(self) -> Project:
        """The project the file belongs to, or the user's own one for files outside of any."""
        return find_project(self.path.absolute().parent) or home_project()


def chosen(path: Path, settings: Iterable[str] = ()) -> Chosen:
    """The graph of a file, or the only one of a project folder, with `node.param=value` texts."""
    file = _only_graph(path) if path.is_dir() else path
    text = text_of_file(file)
    graph = graph_from_text(text, shown_path(file))
    changed = with_settings(graph, settings)
    return Chosen(changed, file, text if changed == graph else graph_to_text(changed))


def _only_graph(folder: Path) -> Path:
    project = find_project(folder)
    graphs = sorted(project.graphs.glob(f"*{SUFFIX}")) if project is not None else []
    if len(graphs) == 1:
        return graphs[0]
    if graphs:
        names = ", ".join(shown_path(graph) for graph in graphs[:5])
        raise AlphintraError(
            f"{folder.absolute()} has {len(graphs)} graphs.",
            hint=f"Name the one to use: {names}.",
        )
    raise AlphintraError(
        f"There is no graph in {folder.absolute()}.",
        hint=f"Name a {SUFFIX} file, or make a project with `alphintra new FOLDER`.",
    )


def chosen_project(folder: Path) -> Project:
    """The project that a folder lies in; outside of any, for the current folder, the user's own."""
    project = find_project(folder)
    if project is not None:
        return project
    if folder.absolute() != Path.cwd():
        raise AlphintraError(
            f"{folder} is not an Alphintra project.",
            hint="Name a project folder, or leave it out for runs outside of any project.",
        )
    return home_project()


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
        node = node_called(graph, name)
        graph = graph.with_node(_changed(node, param, text))
    return graph


def node_called(graph: Graph, name: str) -> Node:
    """The node with this id or title. Raises `AlphintraError` unless there is exactly one."""
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


class SetParam(NamedTuple):
    """A param of a node, as `--set` can change it."""

    node: str
    title: str
    param: str
    value: Any
    help: str

    @property
    def shown(self) -> str:
        """The value on one short line."""
        text = " ".join(str(self.value).split())
        return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def params_of(graph: Graph) -> list[SetParam]:
    """Every param of every node with its value, in reading order."""
    found = []
    for node in sorted(graph.nodes.values(), key=lambda node: node.position[::-1]):
        kind = node_type_of(node)
        for name, param in kind.params.items() if kind is not None else ():
            value = node.params.get(name, param.default)
            found.append(SetParam(node.id, title_of(node, kind), name, value, param.help))
    return found
