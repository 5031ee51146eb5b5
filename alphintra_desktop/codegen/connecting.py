"""Drawing wires: why one cannot be, the edit that draws it, and which node types fit its end.

A wire is given as it would be drawn, whatever its slot. `loosened` is a wire whose end was pulled
off and is let go somewhere else: it counts as gone.
"""

from __future__ import annotations

from functools import lru_cache

from alphintra_desktop.codegen.wording import a_kind_of, how_to_convert
from alphintra_desktop.graph.edits import Connect, Edit, Rewire, Together
from alphintra_desktop.graph.fitting_ports import (
    TypeOf,
    fits,
    inputs_for,
    known_type,
    outputs_for,
)
from alphintra_desktop.graph.model import Graph, Wire
from alphintra_desktop.graph.node_type import Arity, NodeType
from alphintra_desktop.graph.paths import leads_to
from alphintra_desktop.ir.ops import Expr
from alphintra_desktop.nodes.catalog import catalog, node_type_of

OFTEN_USED = (
    "market_data.dataset",
    "prices.close",
    "talib.sma",
    "talib.ema",
    "talib.rsi",
    "talib.atr",
    "talib.bbands",
    "channels.donchian_channel",
    "conditions.crosses_above",
    "conditions.crosses_below",
    "conditions.above",
    "conditions.below",
    "conditions.above_level",
    "conditions.below_level",
    "logic.all_of",
    "logic.any_of",
    "logic.not_",
    "signals.enter_long",
    "signals.exit_long",
    "portfolio.top_n",
    "sizing.fraction_of_equity",
    "stops.stop_loss",
    "costs.commission",
    "costs.slippage",
    "strategy.strategy",
    "transforms.returns",
    "transforms.lag",
    "transforms.z_score",
    "arithmetic.subtract",
    "arithmetic.divide",
    "arithmetic.constant",
)
"""What people reach for first, in the order in which a strategy is drawn."""


def why_not(
    graph: Graph, wire: Wire, type_of: TypeOf = node_type_of, loosened: Wire | None = None
) -> str | None:
    """Why this wire cannot be drawn, and what to do instead; None if it can."""
    if loosened is not None:
        graph = graph.without_wires([loosened])
    for node in (wire.source, wire.target):
        if node not in graph.nodes:
            return "That node is gone. Draw the wire to another."
    if leads_to(graph, wire.target, wire.source):
        return _loop(graph, wire, type_of)
    if any(_same_ends(wire, other) for other in _into(graph, wire)):
        return "This wire is there already."
    return _misfit(graph, wire, type_of)


def wire_for(
    graph: Graph, wire: Wire, type_of: TypeOf = node_type_of, loosened: Wire | None = None
) -> Edit:
    """The edit that draws the wire: the last of an input that takes many, the only one of others.

    For one that `why_not` has something against, it may raise when it is made.
    """
    kind = known_type(graph.nodes.get(wire.target), type_of)
    port = kind.inputs.get(wire.input) if kind is not None else None
    others = tuple(other for other in _into(graph, wire) if other != loosened)
    many = port is not None and port.arity is Arity.MANY
    if many and loosened is not None and loosened in _into(graph, wire):
        slot = loosened.slot  # only its other end has moved
    else:
        slot = 1 + max((other.slot for other in others), default=-1) if many else 0
    drawn = Wire(wire.target, wire.input, slot, wire.source, wire.output)
    replaced = () if many else others
    if loosened is None:
        return Connect(drawn, replaced)
    return Together((Rewire((loosened, *replaced), (drawn,)),), "Move a wire")


@lru_cache(maxsize=64)
def fitting(given: type[Expr]) -> tuple[tuple[NodeType, str], ...]:
    """The node types that take what an output gives, each with its first input that does.

    Those that are often used come first, the others in the order of the catalog.
    """
    found = ((kind, next(inputs_for(kind, given), None)) for kind in _by_use())
    return tuple((kind, name) for kind, name in found if name is not None)


@lru_cache(maxsize=64)
def giving(wanted: type[Expr]) -> tuple[tuple[NodeType, str], ...]:
    """The node types that give what an input takes, once for each output that does."""
    return tuple((kind, name) for kind in _by_use() for name in outputs_for(kind, wanted))


def _by_use() -> list[NodeType]:
    known = catalog()
    first = [known[name] for name in OFTEN_USED]
    return [*first, *(kind for name, kind in known.items() if name not in OFTEN_USED)]


def _into(graph: Graph, wire: Wire) -> tuple[Wire, ...]:
    """The wires that are at the input already."""
    return graph.inputs_by_node.get(wire.target, {}).get(wire.input, ())


def _same_ends(one: Wire, other: Wire) -> bool:
    return (one.source, one.output) == (other.source, other.output)


def _loop(graph: Graph, wire: Wire, type_of: TypeOf) -> str:
    if wire.source == wire.target:
        return "A node cannot feed itself: connect what should come in first."
    source, target = (_called(graph, node, type_of) for node in (wire.source, wire.target))
    return (
        f"This would make a loop: {source} already depends on {target}. Take a wire between them "
        "away first."
    )


def _misfit(graph: Graph, wire: Wire, type_of: TypeOf) -> str | None:
    """What is wrong with the ports."""
    source = known_type(graph.nodes[wire.source], type_of)
    target = known_type(graph.nodes[wire.target], type_of)
    if source is None or target is None:
        node = wire.source if source is None else wire.target
        return f"What {graph.nodes[node].type} is, is not known here. Replace the node first."
    giver, taker = (_called(graph, node, type_of) for node in (wire.source, wire.target))
    if wire.output not in source.outputs:
        known = ", ".join(source.outputs)
        return f"{giver} has no output '{wire.output}'. Its outputs are: {known}."
    if wire.input not in target.inputs:
        known = ", ".join(target.inputs) or "none"
        return f"{taker} has no input '{wire.input}'. Its inputs are: {known}."
    given, wanted = source.outputs[wire.output], target.inputs[wire.input].type
    if fits(given, wanted):
        return None
    return (
        f"'{wire.input}' of {taker} wants {a_kind_of(wanted)}, and {giver} gives "
        f"{a_kind_of(given)}. {how_to_convert(given, wanted)}"
    )


def _called(graph: Graph, node: str, type_of: TypeOf) -> str:
    drawn = graph.nodes[node]
    kind = known_type(drawn, type_of)
    return drawn.title or (kind.title if kind is not None else drawn.type)
