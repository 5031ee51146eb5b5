"""Hypothesis strategies for graphs and for edits that fit a graph."""

from __future__ import annotations

from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.edits import (
    AddGroup,
    AddNode,
    AddNote,
    ChangeNote,
    Connect,
    Disconnect,
    Edit,
    MoveNodes,
    PutInGroup,
    RemoveGroup,
    RemoveNode,
    RemoveNote,
    RenameGraph,
    RenameGroup,
    RenameNode,
    ResetParam,
    Rewire,
    SetMode,
    SetParam,
    Together,
)
from alphintra_desktop.graph.model import (
    MODES,
    NOTE_COLOURS,
    NOTE_KINDS,
    Graph,
    Group,
    Node,
    Note,
    Wire,
)
from alphintra_desktop.graph.reading import (
    GRAPH_KEYS,
    GROUP_KEYS,
    NODE_KEYS,
    NOTE_KEYS,
    WIRE_KEYS,
)

FEW_IDS = [f"{number:08x}" for number in range(6)]  # few, so that wires and edits meet
GROUP_IDS = [f"{number:08x}" for number in range(0x10, 0x14)]
NOTE_IDS = [f"{number:08x}" for number in range(0x20, 0x24)]
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


def nodes(node_ids=ids, groups=()):
    return st.builds(
        Node,
        id=node_ids,
        type=texts,
        version=st.integers(1, 9),
        title=texts,
        params=params,
        position=positions,
        extra=extras(NODE_KEYS),
        group=_in_one_of(groups),
        mode=st.sampled_from(MODES),
    )


def groups(group: str, parents=()):
    return st.builds(
        Group,
        id=st.just(group),
        title=texts,
        position=positions,
        group=_in_one_of(parents),
        extra=extras(GROUP_KEYS),
    )


def notes(note: str, groups=()):
    return st.builds(
        Note,
        id=st.just(note),
        kind=st.sampled_from(NOTE_KINDS),
        text=texts | st.just("two\nlines"),
        position=positions,
        size=positions,
        colour=st.sampled_from(NOTE_COLOURS),
        group=_in_one_of(groups),
        extra=extras(NOTE_KEYS),
    )


def _in_one_of(groups):
    return st.sampled_from(["", *sorted(groups)])


@st.composite
def graphs_with_groups(draw) -> Graph:
    """Graphs of all that a graph can hold; groups may lie inside those drawn before."""
    inside = {}
    for group in draw(st.lists(st.sampled_from(GROUP_IDS), max_size=3, unique=True)):
        inside[group] = draw(groups(group, inside))
    drawn = draw(st.lists(nodes(groups=inside), max_size=5))
    noted = [draw(notes(note, inside)) for note in NOTE_IDS[: draw(st.integers(0, 2))]]
    return Graph(
        nodes={node.id: node for node in drawn},
        wires=draw(st.frozensets(wires, max_size=5)),
        name=draw(texts),
        extra=draw(extras(GRAPH_KEYS)),
        groups=inside,
        notes={note.id: note for note in noted},
    )


graphs = graphs_with_groups()


def edits_for(graph: Graph, deep: bool = True) -> st.SearchStrategy[Edit]:
    """Edits of every kind that can be made on `graph`."""
    present = sorted(graph.nodes)
    kinds: list[st.SearchStrategy[Edit]] = [st.builds(RenameGraph, texts)]
    free = [node for node in FEW_IDS if node not in graph.ids]
    if free:
        kinds.append(st.sampled_from(free).flatmap(lambda node: _additions(node, graph)))
    if present:
        there = st.sampled_from(present)
        kinds += [
            st.builds(RemoveNode, there),
            st.builds(SetMode, st.sets(there).map(tuple), st.sampled_from(MODES)),
            st.builds(SetParam, there, names, values),
            st.builds(ResetParam, there, names),
            st.builds(RenameNode, there, texts),
            _connections(graph, there),
        ]
    kinds += _group_edits(graph)
    if graph.wires:
        kinds.append(st.builds(Disconnect, st.sampled_from(sorted(graph.wires))))
        kinds.append(_rewirings(graph))
    if deep:
        kinds.append(_compounds(graph))
    return st.one_of(kinds)


def _additions(node: str, graph: Graph):
    loops = wires.map(lambda wire: Wire(node, wire.input, wire.slot, wire.source, wire.output))
    return st.builds(
        AddNode, nodes(st.just(node), graph.groups), st.sets(loops, max_size=2).map(tuple)
    )


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


def _group_edits(graph: Graph) -> list[st.SearchStrategy[Edit]]:
    """Edits of groups and notes, and of where items are."""
    kinds: list[st.SearchStrategy[Edit]] = []
    for group in [group for group in GROUP_IDS if group not in graph.items][:1]:
        kinds.append(st.builds(AddGroup, groups(group, graph.groups)))
    for note in [note for note in NOTE_IDS if note not in graph.items][:1]:
        kinds.append(st.builds(AddNote, notes(note, graph.groups)))
    if graph.items:
        some = st.sampled_from(sorted(graph.items))
        put = st.builds(PutInGroup, st.sets(some, max_size=3).map(tuple), _in_one_of(graph.groups))
        kinds.append(put.filter(lambda edit: fits(edit, graph)))
        kinds.append(st.builds(MoveNodes, st.dictionaries(some, positions, max_size=3)))
    if graph.groups:
        kinds.append(st.builds(RenameGroup, st.sampled_from(sorted(graph.groups)), texts))
    empty = sorted(set(graph.groups).difference(item.group for item in graph.items.values()))
    if empty:
        kinds.append(st.builds(RemoveGroup, st.sampled_from(empty)))
    if graph.notes:
        note = st.sampled_from(sorted(graph.notes))
        kinds.append(st.builds(RemoveNote, note))
        kinds.append(note.flatmap(lambda id: st.builds(ChangeNote, notes(id, graph.groups))))
    return kinds


def fits(edit: Edit, graph: Graph) -> bool:
    """Whether the edit can be made."""
    try:
        edit.apply(graph)
    except AlphintraError:
        return False
    return True


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
