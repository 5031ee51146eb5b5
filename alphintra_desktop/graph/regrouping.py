"""Making groups of items, and unpacking them: each is one step of the history."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from alphintra_desktop.graph.edits import Edit, MoveNodes, PutInGroup, Together
from alphintra_desktop.graph.edits_of_groups import AddGroup, RemoveGroup
from alphintra_desktop.graph.groups import outermost, shown_in, way_to
from alphintra_desktop.graph.lookup import called, counted, group_of, name_of
from alphintra_desktop.graph.model import Graph, Group


def grouped(graph: Graph, ids: Iterable[str], new_id: str, title: str) -> Together:
    """Make a group of some items, in the innermost group that they are all in.

    `new_id` will be its id. It lies in the middle of them; they keep their places inside it.
    """
    items = outermost(graph, ids)
    ways = [way_to(graph, item) for item in items]
    common = [step[0] for step in takewhile(lambda s: len(set(s)) == 1, zip(*ways, strict=False))]
    parent = common[-1] if common else ""
    group = Group(new_id, title, _middle(graph, items), parent)
    edits: tuple[Edit, ...] = (AddGroup(group), PutInGroup(items, new_id))
    return Together(edits, f"Group {counted(graph, items)}")


def ungrouped(graph: Graph, group: str) -> Together:
    """Unpack a group: what is in it lies around where it lay, and it is gone."""
    unpacked = group_of(graph, group)
    items = tuple(sorted(shown_in(graph, group).ids))
    edits: list[Edit] = []
    if items:
        x, y = _middle(graph, items)
        right, down = unpacked.position[0] - x, unpacked.position[1] - y
        edits.append(PutInGroup(items, unpacked.group))
        if right or down:
            edits.append(MoveNodes(_shifted(graph, items, right, down)))
    edits.append(RemoveGroup(group))
    return Together(tuple(edits), f"Unpack {called(unpacked)}")


def moved_into(graph: Graph, ids: Iterable[str], group: str) -> Together:
    """Move items from wherever they are into a group; with "" to the top.

    Items that are there already, and the groups that `group` itself is in, stay where they are.
    """
    around = {group, *way_to(graph, group)}
    chosen = outermost(graph, (id for id in ids if id not in around))
    items = tuple(item for item in chosen if graph.items[item].group != group)
    edits = (PutInGroup(items, group),) if items else ()
    into = f"into {name_of(graph, group)}" if group else "to the top"
    return Together(edits, f"Move {counted(graph, items)} {into}")


def _middle(graph: Graph, items: tuple[str, ...]) -> tuple[float, float]:
    places = [graph.items[item].position for item in items]
    return _between([x for x, _ in places]), _between([y for _, y in places])


def _between(numbers: list[float]) -> float:
    # Halved before they are added: the sum of two huge numbers is not finite.
    return min(numbers) / 2 + max(numbers) / 2 if numbers else 0.0


def _shifted(
    graph: Graph, items: tuple[str, ...], right: float, down: float
) -> dict[str, tuple[float, float]]:
    places = {item: graph.items[item].position for item in items}
    return {item: (x + right, y + down) for item, (x, y) in places.items()}
