"""The strategy of every point of a grid, building only what the point's params change.

1. Lower the graph once, and check every value of every axis on its own, so that a mistake is told
   before the work begins.
2. A node depends on the axes of its own params and of all nodes above it. What depends on no axis
   is taken from the graph as it is drawn.
3. For a point, build the rest in order. What depends on some of the axes only is built once for
   each combination of their values, so that equal ops are even the same object, and what was
   computed for one point is found again for the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from alphintra_desktop.codegen.emit import ACROSS
from alphintra_desktop.codegen.lower import Lowered, lower
from alphintra_desktop.codegen.problem import GraphHasProblems
from alphintra_desktop.codegen.problems import problems_of
from alphintra_desktop.codegen.trading import Trading, trading
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.graph.node_type import SINGLE_OUTPUT, Arity, NodeType
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.order import inputs_first
from alphintra_desktop.nodes.params import checked_params
from alphintra_desktop.research.grid import Axis, Grid

MOST_KEPT = 4_096  # of one node, by the values of its axes


@dataclass(frozen=True)
class _Port:
    """An input of a node: where its values come from, as (node, place among its outputs).

    What no axis changes is there already, in place of the node.
    """

    many: bool
    sources: tuple[tuple[str | ops.Expr, int], ...]

    def value(self, made: Mapping[str, tuple[ops.Expr, ...]]) -> Any:
        """What is plugged in, of nodes that were `made`."""
        values = tuple(
            made[source][place] if isinstance(source, str) else source
            for source, place in self.sources
        )
        if self.many:
            return values
        return values[0] if values else None


@dataclass
class Varied:
    """A node that some axes change: by their numbers, which outputs it has for which values."""

    node: str
    axes: tuple[int, ...]
    settings: Mapping[str, Any]
    own: tuple[tuple[int, str], ...]
    ports: tuple[_Port, ...]
    known: dict[tuple[Any, ...], tuple[ops.Expr, ...]]


class Points:
    """What the strategy of a graph is at every point of a grid.

    `slow_because` says why points have to run through the generated file (see `needs_the_file`):
    for the graph as it is drawn, or with one of the values.
    """

    def __init__(self, graph: Graph, grid: Grid) -> None:
        """Raises `GraphHasProblems`, or `AlphintraError` for an axis that cannot be swept."""
        self.graph, self.grid = graph, grid
        self._lowered = _runnable(graph)
        self.data = _data_of(_strategy(self._lowered))
        self.slow_because = needs_the_file(_strategy(self._lowered))
        for axis in grid.axes:
            self._check_values(axis)
        self._end = self._strategy_node()
        self._ways: dict[str, tuple[Varied, ...]] = {}
        self.varied = tuple(self._varied_nodes())
        self._refuse_idle_axes()

    def trading(self, number: int) -> Trading:
        """What the strategy trades on at a point. Raises `AlphintraError` where none can be built.

        Build points in order: neighbours share most.
        """
        return trading(self.strategy(self.made_at(number)), self.data)

    # ------------------------------------------------------------------- once

    def _check_values(self, axis: Axis) -> None:
        for value in axis.values:
            node = self.graph.nodes[axis.node]
            changed = replace(node, params={**node.params, axis.param: value})
            try:
                lowered = _runnable(self.graph.with_node(changed))
            except GraphHasProblems as error:
                raise AlphintraError(
                    f"With {axis.name} = {value}: {error.message}",
                    hint=error.hint,
                    place=error.place,
                ) from error
            self.slow_because = self.slow_because or needs_the_file(_strategy(lowered))
            if _data_of(_strategy(lowered)) != self.data:
                raise AlphintraError(
                    f"{axis.name} changes which bars the strategy runs on.",
                    hint="Sweep one dataset at a time: points on different bars do not compare.",
                )

    def _strategy_node(self) -> str:
        return next(
            node
            for (node, _), op in self._lowered.outputs.items()
            if isinstance(op, ops.StrategyOp)
        )

    def _varied_nodes(self) -> Iterator[Varied]:
        own: dict[str, list[tuple[int, str]]] = {}
        for number, axis in enumerate(self.grid.axes):
            own.setdefault(axis.node, []).append((number, axis.param))
        reached: dict[str, frozenset[int]] = {}
        for node in self._upstream_first():
            above = (reached[wire.source] for wire in self._wires_into(node))
            mine = (number for number, _ in own.get(node, ()))
            reached[node] = frozenset(mine).union(*above)
            if reached[node]:
                settings, _ = checked_params(self.graph.nodes[node], self._kind(node))
                axes = tuple(sorted(reached[node]))
                ports = tuple(self._port(node, name, reached) for name in self._kind(node).inputs)
                yield Varied(node, axes, settings, tuple(own.get(node, ())), ports, {})

    def _port(self, node: str, name: str, reached: Mapping[str, frozenset[int]]) -> _Port:
        sources: list[tuple[str | ops.Expr, int]] = []
        for wire in self._lowered.effective.inputs_by_node.get(node, {}).get(name, ()):
            if reached[wire.source]:
                place = list(self._kind(wire.source).outputs).index(wire.output)
                sources.append((wire.source, place))
            else:
                sources.append((self._lowered.outputs[wire.source, wire.output], 0))
        many = self._kind(node).inputs[name].arity is Arity.MANY
        return _Port(many, tuple(sources))

    def _upstream_first(self) -> list[str]:
        """The nodes that lead to the strategy, each after its inputs. No recursion."""
        done: dict[str, None] = {}
        waiting = [self._end]
        while waiting:
            node = waiting[-1]
            missing = [w.source for w in self._wires_into(node) if w.source not in done]
            if missing:
                waiting.extend(missing)
            else:
                done[waiting.pop()] = None
        return list(done)

    def _wires_into(self, node: str) -> Iterable[Any]:
        inputs = self._lowered.effective.inputs_by_node.get(node, {})
        return (wire for wires in inputs.values() for wire in wires)

    def _kind(self, node: str) -> NodeType:
        return self._lowered.types[node]

    def _refuse_idle_axes(self) -> None:
        used = {number for varied in self.varied for number in varied.axes}
        for number, axis in enumerate(self.grid.axes):
            if number not in used:
                raise AlphintraError(
                    f"{axis.name} changes nothing: the node does not lead to the strategy.",
                    hint="Connect the node, or leave it out of the sweep.",
                )

    # ----------------------------------------------------------------- a point

    def made_at(self, number: int, upto: str = "") -> Mapping[str, tuple[ops.Expr, ...]]:
        """The outputs of the varied nodes at a point, up to one of them or all."""
        point = self.grid.point(number)
        made: dict[str, tuple[ops.Expr, ...]] = {}
        for varied in self._above(upto) if upto else self.varied:
            values = tuple(point[axis] for axis in varied.axes)
            found = varied.known.get(values)
            if found is None:
                found = self.built(varied, point, made)
                if len(varied.known) >= (MOST_KEPT if len(values) < len(point) else 1):
                    varied.known.clear()
                varied.known[values] = found
            made[varied.node] = found
        return made

    def strategy(self, made: Mapping[str, tuple[ops.Expr, ...]]) -> ops.StrategyOp:
        """The strategy among the outputs of the varied nodes."""
        strategy = made[self._end][0]
        assert isinstance(strategy, ops.StrategyOp)
        return strategy

    def type_of(self, node: str) -> str:
        """The name of a node's type."""
        return self._kind(node).name

    def outputs(self, node: str) -> Mapping[str, type[ops.Expr]]:
        """What a node gives, by the names of its outputs."""
        return self._kind(node).outputs

    def built(
        self, varied: Varied, point: tuple[Any, ...], made: Mapping[str, tuple[ops.Expr, ...]]
    ) -> tuple[ops.Expr, ...]:
        """The outputs of a node at a point, from those of the nodes above it."""
        kind = self._kind(varied.node)
        settings = {**varied.settings, **{param: point[axis] for axis, param in varied.own}}
        arguments = [port.value(made) for port in varied.ports]
        try:
            built = kind.build(*arguments, **settings)
        except AlphintraError as error:
            names = (axis.name for axis in self.grid.axes)
            where = ", ".join(f"{n} = {v}" for n, v in zip(names, point, strict=True))
            raise AlphintraError(
                f"With {where}: {error.message}", hint=error.hint, place=error.place
            ) from error
        return (built,) if SINGLE_OUTPUT in kind.outputs else tuple(built)

    def _above(self, node: str) -> tuple[Varied, ...]:
        """A varied node and those it is built from, in order."""
        if node not in self._ways:
            by_name = {varied.node: varied for varied in self.varied}
            found, waiting = {node}, [node]
            while waiting:
                ports = by_name[waiting.pop()].ports
                sources = {source for port in ports for source, _ in port.sources}
                new = {source for source in sources if isinstance(source, str)} - found
                found |= new
                waiting.extend(new)
            self._ways[node] = tuple(varied for varied in self.varied if varied.node in found)
        return self._ways[node]


def needs_the_file(strategy: ops.StrategyOp) -> str:
    """Why every point of a sweep has to run through the generated file; empty if none has to."""
    every = inputs_first(strategy)
    if any(isinstance(op, ops.CustomNumbers | ops.CustomFlags) for op in every):
        return "the strategy has custom code"
    if any(isinstance(op, (*ACROSS, ops.PortfolioStrategy)) for op in every):
        return "the strategy compares symbols or trades to target weights"
    return ""


def _runnable(graph: Graph) -> Lowered:
    lowered = lower(graph)
    found = problems_of(lowered)
    if any(problem.blocking for problem in found):
        raise GraphHasProblems(found)
    return lowered


def _strategy(lowered: Lowered) -> ops.StrategyOp:
    assert lowered.strategy is not None
    return lowered.strategy


def _data_of(strategy: ops.StrategyOp) -> ops.Dataset:
    return next(op for op in inputs_first(strategy) if isinstance(op, ops.Dataset))
