"""Hypothesis strategies for graphs and for edits that fit a graph."""

from __future__ import annotations

from hypothesis import strategies as st

from alphintra_desktop.graph.edits import (
    AddNode,
    Connect,
    Disconnect,
    Edit,
    MoveNodes,
    RemoveNode,
    RenameGraph,
    RenameNode,
    ResetParam,
    Rewire,
    SetParam,
    Together,
)
from alphintra_desktop.graph.files import GRAPH_KEYS, NODE_KEYS, WIRE_KEYS
from alphintra_desktop.graph.model import Graph, Node, Wire

FEW_IDS = [f"{number:08x}" for number in range(6)]  # few, so that wires and edits meet
ids = st.sampled_from(FEW_IDS)
names = st.sampled_from(["left", "right", "value", "window", "$lines", "$$lines", "ä b"])
texts = st.text(max_size=8)
numbers = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | numbers | texts | st.just("def f(x):\n    return x\n")
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple) | st.dictionaries(names | texts, inner, max_size=3)
    ),
    max_leaves=6,
)
coordinates = st.floats(allow_nan=False, allow_infinity=False)
positions = st.tuples(coordinates, coordinates)


def extras(known: tuple[str, ...]):
    unknown = texts.filter(lambda key: key not in known)
    return st.dictionaries(unknown, values, max_size=2)


wires = st.builds(
    Wire,
    target=ids,
    input=names,
    slot=st.integers(0, 2),
    source=ids,
    output=names,
    extra=extras(WIRE_KEYS),
)
params = st.dictionaries(names, values, max_size=3)


def nodes(node_ids=ids):
    return st.builds(
        Node,
        id=node_ids,
        type=texts,
        version=st.integers(1, 9),
        title=texts,
        params=params,
        position=positions,
        extra=extras(NODE_KEYS),
    )


graphs = st.builds(
    Graph,
    nodes=st.lists(nodes(), max_size=5).map(lambda made: {node.id: node for node in made}),
    wires=st.frozensets(wires, max_size=5),
    name=texts,
    extra=extras(GRAPH_KEYS),
)


def edits_for(graph: Graph, deep: bool = True) -> st.SearchStrategy[Edit]:
    """Edits of every kind that can be made on `graph`."""
    present = sorted(graph.nodes)
    kinds: list[st.SearchStrategy[Edit]] = [st.builds(RenameGraph, texts)]
    free = [node for node in FEW_IDS if node not in graph.ids]
    if free:
        kinds.append(st.sampled_from(free).flatmap(_additions))
    if present:
        there = st.sampled_from(present)
        kinds += [
            st.builds(RemoveNode, there),
            st.builds(MoveNodes, st.dictionaries(there, positions, max_size=3)),
            st.builds(SetParam, there, names, values),
            st.builds(ResetParam, there, names),
            st.builds(RenameNode, there, texts),
            _connections(graph, there),
        ]
    if graph.wires:
        kinds.append(st.builds(Disconnect, st.sampled_from(sorted(graph.wires))))
        kinds.append(_rewirings(graph))
    if deep:
        kinds.append(_compounds(graph))
    return st.one_of(kinds)


def _additions(node: str):
    loops = wires.map(lambda wire: Wire(node, wire.input, wire.slot, wire.source, wire.output))
    return st.builds(AddNode, nodes(st.just(node)), st.sets(loops, max_size=2).map(tuple))


def _connections(graph: Graph, there):
    wire = st.builds(
        Wire, target=there, input=names, slot=st.integers(0, 2), source=there, output=names
    ).filter(lambda wire: wire not in graph.wires)
    return st.builds(Connect, wire, _some_wires(graph))


def _rewirings(graph: Graph):
    fresh = wires.filter(lambda wire: wire not in graph.wires)
    return st.builds(Rewire, _some_wires(graph), st.sets(fresh, max_size=2).map(tuple))


def _some_wires(graph: Graph):
    if not graph.wires:
        return st.just(())
    return st.sets(st.sampled_from(sorted(graph.wires)), max_size=2).map(tuple)


@st.composite
def _compounds(draw, graph: Graph) -> Together:
    made: list[Edit] = []
    for _ in range(draw(st.integers(0, 3))):
        made.append(draw(edits_for(graph, deep=False)))
        graph = made[-1].apply(graph)
    return Together(tuple(made), draw(texts))


def everything(graph: Graph) -> tuple:
    """All that a graph says, also what makes no difference to its equality."""
    return graph, {wire: dict(wire.extra) for wire in graph.wires}
