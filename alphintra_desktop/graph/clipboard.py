"""Items as text for the clipboard, and back: also into another window, or another project.

The text is a graph file of just these items, with the wires between them and those that come into
them from others. So the text of a whole graph file can be pasted, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.edits import AddNode, Edit, Rewire, Together
from alphintra_desktop.graph.edits_of_groups import AddGroup, AddNote
from alphintra_desktop.graph.files import FORMAT, graph_from_text, graph_to_text
from alphintra_desktop.graph.groups import outermost, shown_in, way_to, with_insides
from alphintra_desktop.graph.lookup import counted
from alphintra_desktop.graph.model import Graph, Group, Item, Node, Note, Wire

Place = tuple[float, float]
STEP_OF_A_DUPLICATE: Place = (40.0, 40.0)


def copied(graph: Graph, ids: Iterable[str]) -> str:
    """Some items as text: groups with all inside, and every wire that comes into their nodes."""
    chosen = with_insides(graph, ids)
    top = set(outermost(graph, chosen))
    items = (replace(graph.items[id], group="") if id in top else graph.items[id] for id in chosen)
    wires = frozenset(wire for wire in graph.wires if wire.target in chosen)
    return graph_to_text(Graph(wires=wires).with_items(items))


def pasted(  # noqa: PLR0913 - what, where to, and two choices the user makes
    text: str, graph: Graph, new_id: Callable[[], str], at: Place, *, inbound: bool, group: str
) -> tuple[Together, frozenset[str]]:
    """The edit that puts copied items into `group`, their upper left corner `at`, and their ids.

    The ids are those of what is then to be selected. With `inbound`, wires from nodes that were
    not copied come along where these nodes are in this graph. Raises `AlphintraError` if the text
    is nothing of ours, or of a newer version of the program.
    """
    fragment = _fragment(text)
    new = {id: new_id() for id in sorted(fragment.items)}
    shift = _shift_to(at, fragment)
    items = (_renewed(item, new, group, shift) for item in _outer_first(fragment))
    wires = _wires(fragment, graph, new, inbound)
    top = shown_in(fragment, "").ids
    edits = (*_additions(items), *([Rewire((), wires)] if wires else []))
    label = f"Paste {counted(fragment, tuple(sorted(top)))}"
    return Together(edits, label), frozenset(new[id] for id in top)


def duplicated(
    graph: Graph, ids: Iterable[str], new_id: Callable[[], str]
) -> tuple[Together, frozenset[str]]:
    """The edit that puts copies of items, fed as they are, beside them, and the copies' ids."""
    items = outermost(graph, ids)
    if not items:
        return Together((), "Duplicate 0 items"), frozenset()
    left, upper = _corner(graph.items[item] for item in items)
    right, down = STEP_OF_A_DUPLICATE
    edit, made = pasted(
        copied(graph, items),
        graph,
        new_id,
        (left + right, upper + down),
        inbound=True,
        group=graph.items[items[0]].group,
    )
    return replace(edit, label=f"Duplicate {counted(graph, items)}"), made


def _fragment(text: str) -> Graph:
    fragment = graph_from_text(text, "The clipboard") if FORMAT in text else Graph()
    if not fragment.items:
        raise AlphintraError(
            "The clipboard holds nothing that belongs on a graph.",
            hint="Copy some nodes first. The text of a graph file can be pasted, too.",
        )
    return fragment


def _shift_to(at: Place, fragment: Graph) -> Place:
    left, upper = _corner(shown_in(fragment, "").items)
    return at[0] - left, at[1] - upper


def _corner(items: Iterable[Item]) -> Place:
    places = [item.position for item in items]
    return min(x for x, _ in places), min(y for _, y in places)


def _outer_first(fragment: Graph) -> list[Item]:
    """All items, groups before what is in them."""
    groups = sorted(fragment.groups, key=lambda group: (len(way_to(fragment, group)), group))
    others = sorted(fragment.items.keys() - fragment.groups.keys())
    return [fragment.items[id] for id in (*groups, *others)]


def _renewed(item: Item, new: Mapping[str, str], group: str, shift: Place) -> Item:
    if item.group:
        return replace(item, id=new[item.id], group=new[item.group])
    x, y = item.position
    return replace(item, id=new[item.id], group=group, position=(x + shift[0], y + shift[1]))


def _wires(
    fragment: Graph, graph: Graph, new: Mapping[str, str], inbound: bool
) -> tuple[Wire, ...]:
    made: list[Wire] = []
    for wire in sorted(fragment.wires):
        if wire.target not in fragment.nodes:
            continue
        if wire.source in fragment.nodes:
            made.append(replace(wire, source=new[wire.source], target=new[wire.target]))
        elif inbound and wire.source in graph.nodes:
            made.append(replace(wire, target=new[wire.target]))
    return tuple(made)


def _additions(items: Iterable[Item]) -> Iterator[Edit]:
    """The edits that add items, in their order."""
    for item in items:
        match item:
            case Group():
                yield AddGroup(item)
            case Node():
                yield AddNode(item)
            case Note():
                yield AddNote(item)
