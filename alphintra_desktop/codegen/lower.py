"""From a drawing to ops.

1. Give every node its type, and take away what is muted or bypassed.
2. Put the nodes in an order in which every node comes after its inputs; what is left over is a
   loop.
3. Check every node's params and wires, and build its op from the ops of its inputs. Equal ops
   become one, so work that two nodes share is done once.
4. Take the one strategy output. Problems of nodes that do not lead to it do not block.

Nothing is raised: everything wrong is collected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from typing import Any

from alphintra_desktop.codegen.effective import effective, handed_on
from alphintra_desktop.codegen.problem import Problem
from alphintra_desktop.codegen.wording import a_kind_of, how_to_convert
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.model import MUTED, Graph, Node, Wire
from alphintra_desktop.graph.node_type import SINGLE_OUTPUT, Arity, NodeType, Port
from alphintra_desktop.ir.ops import Expr, StrategyOp, named
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.nodes.params import checked_params

TypeOf = Callable[[Node], NodeType | None]


@dataclass(frozen=True)
class Lowered:
    """What a graph computes.

    `owner` tells which node an op stands for (the first, when two nodes compute the same), with
    the name of the output; `outputs` holds the op of every node output that could be built.
    """

    graph: Graph
    strategy: StrategyOp | None
    owner: Mapping[Expr, tuple[str, str]]
    outputs: Mapping[tuple[str, str], Expr]
    types: Mapping[str, NodeType]
    problems: tuple[Problem, ...]
    effective: Graph = field(default_factory=Graph)

    def title(self, node: str) -> str:
        """The node's own title, or that of its type."""
        return title_of(self.graph.nodes[node], self.types.get(node))


def title_of(node: Node, kind: NodeType | None) -> str:
    """What a user calls the node."""
    return node.title or (kind.title if kind is not None else node.type)


@dataclass
class _Work:
    """What is known so far while a graph is lowered.

    `graph` is what counts of the graph that was `drawn`, and `cut` what is missing from it.
    """

    drawn: Graph
    types: dict[str, NodeType]
    graph: Graph = field(default_factory=Graph)
    cut: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    wires: dict[str, list[Wire]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    outputs: dict[tuple[str, str], Expr] = field(default_factory=dict)
    owner: dict[Expr, tuple[str, str]] = field(default_factory=dict)
    same: dict[Expr, Expr] = field(default_factory=dict)

    def report(
        self, code: str, node: str, message: str, hint: str, param: str | None = None
    ) -> None:
        self.problems.append(Problem(code, message, hint, Place(node=node, param=param)))

    def title(self, node: str) -> str:
        return title_of(self.drawn.nodes[node], self.types.get(node))

    def counts(self, node: str) -> bool:
        """Whether the node is not muted, and not bypassed."""
        return node in self.graph.nodes

    def because(self, node: str, input: str) -> str:
        """Which nodes keep wires from an input, and how: a clause, or nothing."""
        nodes = dict.fromkeys(self.cut.get((node, input), ()))
        return " and ".join(f"{self.title(n)} is {self.drawn.nodes[n].mode}" for n in nodes)


def lower(graph: Graph, *, type_of: TypeOf = node_type_of) -> Lowered:
    """The ops a graph stands for, and every mistake on the way."""
    work = _Work(graph, {})
    _resolve_types(work, type_of)
    _take_away(work)
    _index_wires(work)
    for node in _in_order(work):
        _build(work, node)
    strategy = _strategy(work)
    needed = _leading_to_strategy(work)
    found = tuple(
        problem if _blocks(problem, needed) else replace(problem, blocking=False)
        for problem in work.problems
    )
    return Lowered(graph, strategy, work.owner, work.outputs, work.types, found, work.graph)


def _resolve_types(work: _Work, type_of: TypeOf) -> None:
    for _, node in sorted(work.drawn.nodes.items()):
        try:
            kind = type_of(node)
        except AlphintraError as error:
            if node.mode == MUTED:
                continue
            work.report("custom_code", node.id, error.message, error.hint, "code")
            continue
        if kind is not None:
            work.types[node.id] = kind
        elif node.mode != MUTED:
            work.report(
                "unknown_type",
                node.id,
                f"There is no node type '{node.type}' here.",
                "Replace the node, or open the graph with a version or plugin that has this type.",
            )


def _take_away(work: _Work) -> None:
    """Leave only what counts, and report the nodes that cannot be bypassed."""
    made = effective(work.drawn, work.types)
    work.graph, work.cut = made.graph, made.cut
    for node in made.stuck:
        kind = work.types[node]
        outputs = work.drawn.outputs_by_node[node]
        output = next(name for name in outputs if handed_on(kind, name) is None)
        gives = a_kind_of(kind.outputs[output]) if output in kind.outputs else f"'{output}'"
        work.report(
            "bypass",
            node,
            f"{work.title(node)} cannot be bypassed: it gives {gives}, and takes nothing like it.",
            "Mute it, use it again, or delete it.",
        )


def _index_wires(work: _Work) -> None:
    for wire in sorted(work.graph.wires):
        for end in (wire.source, wire.target):
            if end not in work.graph.nodes:
                other = wire.target if end == wire.source else wire.source
                work.report(
                    "loose_wire",
                    other,
                    f"A wire between {wire.source} and {wire.target} ends at a missing node.",
                    "Delete the wire.",
                )
        if wire.source in work.graph.nodes and wire.target in work.graph.nodes:
            work.wires.setdefault(wire.target, []).append(wire)


def _in_order(work: _Work) -> list[str]:
    """Nodes after their inputs (Kahn's algorithm), by id where free.

    So the same drawing gives the same file, in whatever order its nodes were placed or saved.
    """
    nodes = sorted(work.graph.nodes)
    waiting = {node: {w.source for w in work.wires.get(node, ())} for node in nodes}
    users: dict[str, list[str]] = {}
    for node, sources in waiting.items():
        for source in sources:
            users.setdefault(source, []).append(node)
    ready = [node for node in nodes if not waiting[node]]
    order: list[str] = []
    while ready:
        node = heappop(ready)
        order.append(node)
        for user in users.get(node, ()):
            waiting[user].discard(node)
            if not waiting[user]:
                heappush(ready, user)
    left = [node for node in nodes if waiting[node]]
    if left:
        _report_loop(work, left, waiting)
    return order


def _report_loop(work: _Work, left: list[str], waiting: Mapping[str, set[str]]) -> None:
    """Walk upstream from a node that never got ready until a node repeats: that is a loop."""
    path = [left[0]]
    while (node := min(waiting[path[-1]])) not in path:
        path.append(node)
    loop = path[path.index(node) :][::-1]
    names = " → ".join(work.title(node) for node in [*loop, loop[0]])
    work.report(
        "loop",
        loop[0],
        f"These nodes feed each other in a loop: {names}.",
        "Take one of the wires away: no value can depend on itself.",
    )


def _build(work: _Work, node: str) -> None:
    kind = work.types.get(node)
    if kind is None:
        return
    values, mistakes = checked_params(work.graph.nodes[node], kind)
    for mistake in mistakes:
        message = f"{work.title(node)}: {mistake.message}"
        work.report("param", node, message, mistake.hint, mistake.param)
    arguments = _arguments(work, node, kind)
    if mistakes or arguments is None:
        return
    settings = {name: named(value, node, name) for name, value in values.items()}
    try:
        built = kind.build(*arguments, **settings)
    except AlphintraError as error:
        param = error.place.param if error.place is not None else None
        causes = filter(None, (work.because(node, name) for name in kind.inputs))
        because = "".join(f" {cause}." for cause in causes)
        message = f"{work.title(node)}: {error.message}{because}"
        work.report("param", node, message, error.hint, param)
        return
    ops = (built,) if SINGLE_OUTPUT in kind.outputs else tuple(built)
    for output, made in zip(kind.outputs, ops, strict=True):
        made = work.same.setdefault(made, made)  # noqa: PLW2901 - the one op of all equal ones
        work.owner.setdefault(made, (node, output))
        work.outputs[node, output] = made


def _arguments(work: _Work, node: str, kind: NodeType) -> list[Any] | None:
    """The ops that go into the node's ports, or None when one is missing or wrong."""
    by_port: dict[str, list[Wire]] = {}
    for wire in work.wires.get(node, ()):
        by_port.setdefault(wire.input, []).append(wire)
    for name in sorted(by_port.keys() - kind.inputs.keys()):
        work.report(
            "unknown_input",
            node,
            f"{work.title(node)} has no input '{name}'.",
            f"Its inputs are: {', '.join(kind.inputs) or 'none'}. Delete the wire.",
        )
    ports = [
        _port_value(work, node, port, by_port.get(name, [])) for name, port in kind.inputs.items()
    ]
    if any(value is _MISSING for value in ports) or by_port.keys() - kind.inputs.keys():
        return None
    return ports


_MISSING = object()


def _port_value(work: _Work, node: str, port: Port, wires: list[Wire]) -> Any:
    if port.arity is Arity.MANY:
        values = tuple(_wired(work, node, port, wire) for wire in wires)
        return _MISSING if any(value is _MISSING for value in values) else values
    if len(wires) > 1:
        work.report(
            "too_many_wires",
            node,
            f"'{port.name}' of {work.title(node)} takes one wire and has {len(wires)}.",
            "Keep one of them.",
        )
        return _MISSING
    if wires:
        return _wired(work, node, port, wires[0])
    if port.arity is Arity.OPTIONAL:
        return None
    because = work.because(node, port.name)
    work.report(
        "open_input",
        node,
        f"Nothing is connected to '{port.name}' of {work.title(node)}"
        f"{f', because {because}' if because else ''}.",
        f"{'Use it again, or connect' if because else 'Connect'} {a_kind_of(port.type)} to it.",
    )
    return _MISSING


def _wired(work: _Work, node: str, port: Port, wire: Wire) -> Any:
    source = work.types.get(wire.source)
    if source is None:
        return _MISSING
    if wire.output not in source.outputs:
        work.report(
            "unknown_output",
            node,
            f"{work.title(wire.source)} has no output '{wire.output}'.",
            f"Its outputs are: {', '.join(source.outputs)}.",
        )
        return _MISSING
    given = source.outputs[wire.output]
    if not issubclass(given, port.type):
        work.report(
            "wrong_type",
            node,
            f"'{port.name}' of {work.title(node)} wants {a_kind_of(port.type)}, "
            f"and {work.title(wire.source)} gives {a_kind_of(given)}.",
            how_to_convert(given, port.type),
        )
        return _MISSING
    return work.outputs.get((wire.source, wire.output), _MISSING)


def _strategy(work: _Work) -> StrategyOp | None:
    drawn = [n for n, kind in work.types.items() if _is_strategy(kind)]
    ends = [n for n in drawn if work.counts(n)]
    if not ends:
        work.problems.append(_no_strategy(work, drawn))
        return None
    for extra in ends[1:]:
        work.report(
            "two_strategies",
            extra,
            f"The graph has {len(ends)} strategy outputs; a file has one.",
            "Delete this one, or keep it in a graph of its own.",
        )
    made = work.outputs.get((ends[0], SINGLE_OUTPUT))
    return made if isinstance(made, StrategyOp) else None


def _no_strategy(work: _Work, drawn: list[str]) -> Problem:
    message = "The graph has no strategy output"
    if drawn:
        message += f", because {work.title(drawn[0])} is {work.drawn.nodes[drawn[0]].mode}"
        return Problem("no_strategy", f"{message}.", "Use it again.", Place(node=drawn[0]))
    hint = "Add a Strategy node (or Portfolio strategy) and connect your entries to it."
    return Problem("no_strategy", f"{message}.", hint, Place())


def _is_strategy(kind: NodeType) -> bool:
    return any(issubclass(output, StrategyOp) for output in kind.outputs.values())


def _leading_to_strategy(work: _Work) -> set[str]:
    """The nodes a strategy output depends on; all nodes when there is none yet."""
    ends = [n for n, kind in work.types.items() if _is_strategy(kind)]
    needed: set[str] = set()
    while ends:
        node = ends.pop()
        if node not in needed:
            needed.add(node)
            ends.extend(wire.source for wire in work.wires.get(node, ()))
    return needed


def _blocks(problem: Problem, needed: set[str]) -> bool:
    return problem.place.node is None or problem.place.node in needed
