"""Node types with few ports, and random graphs of them whose wires mostly fit."""

from __future__ import annotations

from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import MODES, Graph, Node, Wire
from alphintra_desktop.graph.node_type import Arity, NodeType, Port
from alphintra_desktop.ir.ops import Flags, Numbers, OrderRule
from tests.graph.random_graphs import GROUP_IDS, groups, notes


def _type(name: str, inputs: tuple[Port, ...], **outputs: type) -> NodeType:
    ports = {port.name: port for port in inputs}
    return NodeType(name, name.title(), "Test", "", ports, outputs, {}, lambda: None)


LEFT, RIGHT = Port("left", Numbers), Port("right", Numbers, Arity.OPTIONAL)
TYPES = {
    kind.name: kind
    for kind in (
        _type("source", (), value=Numbers),
        _type("mean", (Port("values", Numbers),), value=Numbers),
        _type("bands", (Port("values", Numbers),), upper=Numbers, lower=Numbers, wide=Flags),
        _type("above", (LEFT, RIGHT), value=Flags),
        _type("all", (Port("conditions", Flags, Arity.MANY),), value=Flags),
        _type("choose", (Port("when", Flags), LEFT), value=Numbers),
        _type("enter", (Port("when", Flags),), value=OrderRule),
    )
}


def type_of(node: Node) -> NodeType | None:
    """The types above; a node of the type "broken" has code that declares none."""
    if node.type == "broken":
        raise AlphintraError("No function here.", hint="Write one.")
    return TYPES.get(node.type)


@st.composite
def typed_graphs(draw, loops: bool = False) -> Graph:
    """Nodes in a row, each wired to some before it (or, with `loops`, to any) where types fit."""
    inside = {}
    for group in GROUP_IDS[: draw(st.integers(0, 3))]:
        inside[group] = draw(groups(group, inside))
    kinds = draw(st.lists(st.sampled_from([*TYPES, "strange", "broken"]), max_size=9))
    drawn = [
        Node(
            f"{number:08x}",
            kind,
            title=draw(st.sampled_from(["", "Mine"])),
            position=(float(draw(st.integers(0, 9))) * 50, float(draw(st.integers(0, 9))) * 50),
            group=draw(st.sampled_from(["", *inside])),
            mode=draw(st.sampled_from(MODES)),
        )
        for number, kind in enumerate(kinds)
    ]
    noted = [draw(notes(f"{number:08x}", inside)) for number in range(0x20, 0x22)]
    graph = Graph({node.id: node for node in drawn}, groups=inside)
    graph = graph.with_items(noted)
    return graph.with_wires(draw(_wires(drawn, loops)))


@st.composite
def _wires(draw, drawn: list[Node], loops: bool) -> set[Wire]:
    made: set[Wire] = set()
    for place, node in enumerate(drawn):
        kind = TYPES.get(node.type)
        for port in kind.inputs.values() if kind else ():
            given = [
                (source.id, output)
                for source in (drawn if loops else drawn[:place])
                if source.type in TYPES
                for output, gives in TYPES[source.type].outputs.items()
                if issubclass(gives, port.type)
            ]
            most = 2 if port.arity is Arity.MANY else 1
            chosen = draw(st.lists(st.sampled_from(given), max_size=most)) if given else []
            for slot, (source, output) in enumerate(chosen):
                made.add(Wire(node.id, port.name, slot, source, output))
    return made
