"""Setting params as a user does: checked before it happens, and one edit for all nodes meant."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.edits import Edit, ResetParam, SetParam, Together
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.graph.node_type import Arity, NodeType, Param
from alphintra_desktop.graph.tunable import TunableRange
from alphintra_desktop.ir.markets import timeframe_parts
from alphintra_desktop.nodes.custom import CUSTOM, custom_node_type
from alphintra_desktop.nodes.market_data import symbol_list
from alphintra_desktop.nodes.params import ParamProblem, checked_params, problem_with

_BY_MEANING: Mapping[str, Callable[[str], object]] = {
    "timeframe": timeframe_parts,
    "symbols": symbol_list,
    "symbol": lambda text: symbol_list(text, most=1),
}


def why_not(node: Node, kind: NodeType, name: str, value: Any) -> ParamProblem | None:
    """What is wrong with giving `name` of `node` this value; None when nothing is.

    Checked are bounds and choices, what a text means, and, for nodes that need no wires, whether
    the node could still be made.
    """
    param = kind.params[name]
    wrong = problem_with(name, value, param) or _meaningless(name, value, param)
    if wrong is not None:
        return wrong
    if kind.name == CUSTOM and name == "code":
        return _as_problem(name, lambda: custom_node_type(value))
    return _unmakeable(node, kind, name, value)


def set_params(
    graph: Graph, nodes: Sequence[str], name: str, value: Any, param: Param
) -> Edit | None:
    """The edit that gives `name` this value on all of these nodes; None when all have it.

    The default is not kept as a value, so that a graph holds only what differs.
    """
    edits = [
        made
        for node in nodes
        if (made := _set_param(graph.nodes[node], name, value, param)) is not None
    ]
    if len(edits) < 2:
        return edits[0] if edits else None
    return Together(tuple(edits), f"Set {name} of {len(edits)} nodes")


def reset_params(graph: Graph, nodes: Sequence[str], name: str) -> Edit | None:
    """The edit that gives `name` its default on all of these nodes; None when all have it."""
    edits = [ResetParam(node, name) for node in nodes if name in graph.nodes[node].params]
    if len(edits) < 2:
        return edits[0] if edits else None
    return Together(tuple(edits), f"Reset {name} of {len(edits)} nodes")


def shared_value(graph: Graph, nodes: Sequence[str], name: str, param: Param) -> Any:
    """The value that all of these nodes have; None when they differ."""
    values = [graph.nodes[node].params.get(name, param.default) for node in nodes]
    same = all(value == values[0] for value in values)
    return values[0] if same else None


def _set_param(node: Node, name: str, value: Any, param: Param) -> SetParam | ResetParam | None:
    if name not in node.params:
        return None if value == param.default else SetParam(node.id, name, value)
    if node.params[name] == value and type(node.params[name]) is type(value):
        return None
    return ResetParam(node.id, name) if value == param.default else SetParam(node.id, name, value)


def _meaningless(name: str, value: Any, param: Param) -> ParamProblem | None:
    check = _BY_MEANING.get(param.meaning)
    return None if check is None else _as_problem(name, lambda: check(value))


def _unmakeable(node: Node, kind: NodeType, name: str, value: Any) -> ParamProblem | None:
    """What the node type itself says, unless it said the same before and means another param."""
    if any(port.arity is Arity.ONE for port in kind.inputs.values()):
        return None
    if any(port.arity is Arity.MANY for port in kind.inputs.values()):
        return None
    before, _ = checked_params(node, kind)
    open_ports = [None] * len(kind.inputs)
    try:
        kind.build(*open_ports, **{**before, name: value})
    except AlphintraError as error:
        blamed = error.place.param if error.place is not None else name
        problem = ParamProblem(name, error.message, error.hint)
        if blamed == name or not _as_problem(name, lambda: kind.build(*open_ports, **before)):
            return problem
    return None


def _as_problem(name: str, attempt: Callable[[], object]) -> ParamProblem | None:
    try:
        attempt()
    except AlphintraError as error:
        line = error.place.line if error.place is not None else None
        return ParamProblem(name, error.message, error.hint, line)
    return None


def suggested_range(value: float, param: Param) -> TunableRange:
    """Half to twice the value in about ten steps, as far as the param's bounds allow.

    The value itself is among the steps, so that what is drawn is compared with the rest.
    """
    size = value or param.default or 1
    low, high = sorted((size / 2, size * 2))
    low = low if param.low is None else max(low, param.low)
    high = high if param.high is None else min(high, param.high)
    if param.kind is int:
        low, high = math.floor(low), math.ceil(high)
        step = max(1, round((high - low) / 10))
        return TunableRange(*_around(value, low, high, step), step)
    step = 10.0 ** math.floor(math.log10((high - low) / 5 or 1.0))
    ends = _around(value, low, high, step)
    return TunableRange(*(float(f"{number:.6g}") for number in (*ends, step)))


def _around(value: float, low: float, high: float, step: float) -> tuple[float, float]:
    """The ends of the steps from a value within bounds; the bounds for one that is not."""
    if not low <= value <= high:
        return low, high
    down, up = (math.floor((part / step) + 1e-9) for part in (value - low, high - value))
    return value - down * step, value + up * step


def why_not_tunable(name: str, range: TunableRange, param: Param) -> ParamProblem | None:
    """What is wrong with letting a search turn `name` within a range; None when nothing is."""
    if param.kind is int and any(number != int(number) for number in astuple(range)):
        return ParamProblem(name, f"'{name}' is a whole number.", "Give three whole numbers.")
    for end in (range.low, range.high):
        wrong = problem_with(name, param.kind(end), param)
        if wrong is not None:
            return wrong
    return None
