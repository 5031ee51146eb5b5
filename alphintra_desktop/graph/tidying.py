"""Laying out what is shown of a graph, from left to right along its wires.

1. Every node (or group shown as one) gets a column: the longest way to it from a start. One that
   only starts moves right, next to what it feeds. Wires that close a loop are overlooked.
2. A wire over columns in between gets a bend in each, where room is kept for it. In each column,
   nodes and bends are ordered by the middle of what they are wired to, in sweeps to the right and
   to the left. Where that decides nothing, they stay in the order in which they lay.
3. Each lies as high as what it is wired to, as far as those above it in its column allow. Bends
   come first, so that long wires are straight, and pass between nodes.
4. Frames go around what they were around before, and comments in a row above everything.

The upper left corner stays where it was. The same drawing gives the same layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from alphintra_desktop.graph.arrange import Box, Point, Sizes, box_of, moves, snapped_point
from alphintra_desktop.graph.edits import Edit, Together
from alphintra_desktop.graph.edits_of_groups import ChangeNote
from alphintra_desktop.graph.groups import shown_in, visible_end
from alphintra_desktop.graph.model import FRAME, Graph, Note

ACROSS, DOWN = 100.0, 40.0
GRID = 10.0  # less than half of each gap, so that what snaps to it never meets
SWEEPS = 4
PADDING, HEADING = 20.0, 60.0


@dataclass(frozen=True)
class _Chart:
    """What is laid out: sizes, and for each id what feeds it and what it feeds, in order."""

    sizes: Sizes
    sources: Mapping[str, tuple[str, ...]]
    users: Mapping[str, tuple[str, ...]]


def tidied(graph: Graph, sizes: Sizes, group: str) -> Together:
    """Lay out what is directly inside `group` (with "" at the top of the graph) anew."""
    shown = shown_in(graph, group)
    ids = shown.ids.difference(graph.notes)
    boxes = {id: box_of(graph, sizes, id) for id in ids}
    if not boxes:
        return Together((), "Tidy up")
    order = sorted(boxes, key=lambda id: (boxes[id].start(1), id))
    chart = _chart(graph, group, order, boxes)
    chart, columns = _with_bends(chart, _columns(chart, order))
    for sweep in range(SWEEPS):
        columns = _swept(chart, columns, to_the_right=sweep % 2 == 0)
    spots = {id: spot for id, spot in _places(chart, columns).items() if id in boxes}
    places = _moved_to(_corner(boxes.values()), spots)
    edits = [*moves(graph, places, "").edits, *_notes(shown.notes, boxes, places, chart)]
    return Together(tuple(edits), "Tidy up")


def _chart(graph: Graph, group: str, order: list[str], boxes: Mapping[str, Box]) -> _Chart:
    ends = {node: visible_end(graph, group, node) for node in graph.nodes}
    wired: dict[str, dict[str, None]] = {id: {} for id in order}
    for wire in sorted(graph.wires):
        source, target = ends.get(wire.source), ends.get(wire.target)
        if source is not None and target is not None and source != target:
            wired[target][source] = None
    lengths = {id: (box.length(0), box.length(1)) for id, box in boxes.items()}
    return _charted(lengths, _without_loops({id: tuple(wired[id]) for id in order}))


# ------------------------------------------------------------------- steps 1 and 2


def _without_loops(sources: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The sources by id, in an order in which each comes after its sources.

    Where a loop leaves no such order, the next one goes without those that are still missing.
    """
    waiting = dict(sources)
    ordered: dict[str, tuple[str, ...]] = {}
    while waiting:
        free = [id for id, feeding in waiting.items() if ordered.keys() >= set(feeding)]
        for id in free or [next(iter(waiting))]:
            ordered[id] = tuple(source for source in waiting.pop(id) if source in ordered)
    return ordered


def _columns(chart: _Chart, order: list[str]) -> list[list[str]]:
    column: dict[str, int] = {}
    for id, feeding in chart.sources.items():
        column[id] = max((column[source] + 1 for source in feeding), default=0)
    for id, fed in chart.users.items():
        if fed and not chart.sources[id]:
            column[id] = min(column[user] for user in fed) - 1
    columns: list[list[str]] = [[] for _ in range(max(column.values()) + 1)]
    for id in order:
        columns[column[id]].append(id)
    return columns


def _with_bends(chart: _Chart, columns: list[list[str]]) -> tuple[_Chart, list[list[str]]]:
    """The chart and its columns with bends: one for each source in each column it is led over."""
    column = {id: number for number, ids in enumerate(columns) for id in ids}
    sizes, bent = dict(chart.sizes), [list(ids) for ids in columns]
    sources: dict[str, list[str]] = {id: [] for id in chart.sources}
    for target, feeding in chart.sources.items():
        for source in feeding:
            end = source
            for number in range(column[source] + 1, column[target]):
                bend = f"{source} over {number}"
                if bend not in sources:
                    sources[bend], sizes[bend] = [end], (0.0, 0.0)
                    bent[number].append(bend)
                end = bend
            sources[target].append(end)
    return _charted(sizes, {id: tuple(ends) for id, ends in sources.items()}), bent


def _charted(sizes: Sizes, sources: Mapping[str, tuple[str, ...]]) -> _Chart:
    users: dict[str, list[str]] = {id: [] for id in sources}
    for target, feeding in sources.items():
        for source in feeding:
            users[source].append(target)
    return _Chart(sizes, sources, {id: tuple(fed) for id, fed in users.items()})


def _swept(chart: _Chart, columns: list[list[str]], *, to_the_right: bool) -> list[list[str]]:
    """The columns, each ordered by the middle of what its nodes are wired to before (or after)."""
    beside = chart.sources if to_the_right else chart.users
    place: dict[str, float] = {}
    ordered: list[list[str]] = []
    for column in columns if to_the_right else reversed(columns):
        own = {id: index / len(column) for index, id in enumerate(column)}
        # What only starts goes below what goes on, until the way back puts it beside its users.
        alone = {id: own[id] + to_the_right for id in column}
        middle = {id: _mean([place[other] for other in beside[id]], alone[id]) for id in column}
        ordered.append(sorted(column, key=lambda id: (middle[id], own[id])))
        place |= {id: index / len(column) for index, id in enumerate(ordered[-1])}
    return ordered if to_the_right else ordered[::-1]


def _mean(numbers: list[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


# ------------------------------------------------------------------------- step 3


def _places(chart: _Chart, columns: list[list[str]]) -> dict[str, Point]:
    heights = {id: height for id, (_, height) in chart.sizes.items()}
    tops: dict[str, float] = {}
    for column in columns:
        tops |= _stacked(column, heights, _wanted(column, chart.sources, tops, heights))
    for column in reversed(columns):
        tops |= _stacked(column, heights, _wanted(column, chart.users, tops, heights))
    places: dict[str, Point] = {}
    left = 0.0
    for column in columns:
        places |= {id: snapped_point((left, tops[id]), GRID) for id in column}
        left += max((chart.sizes[id][0] for id in column), default=0.0) + ACROSS
    return places


def _wanted(
    column: list[str],
    beside: Mapping[str, tuple[str, ...]],
    tops: Mapping[str, float],
    heights: Mapping[str, float],
) -> dict[str, float]:
    """The top that each of a column would like best: where its middle meets that of the others."""
    wanted: dict[str, float] = {}
    for id in column:
        middles = [tops[other] + heights[other] / 2 for other in _bends(beside[id], heights)]
        own = tops.get(id, 0.0) + heights[id] / 2
        wanted[id] = _mean(middles, own) - heights[id] / 2
    return wanted


def _bends(ids: Sequence[str], heights: Mapping[str, float]) -> Sequence[str]:
    """Those that are bends, if there are any: long wires are to be straight before all else."""
    return [id for id in ids if not heights[id]] or ids


def _stacked(
    column: list[str], heights: Mapping[str, float], wanted: Mapping[str, float]
) -> dict[str, float]:
    """Tops under each other, all together as near to the wanted ones as they come."""
    tops: dict[str, float] = {}
    lowest = float("-inf")
    for id in column:
        tops[id] = max(wanted[id], lowest)
        lowest = tops[id] + heights[id] + DOWN
    off = _mean([wanted[id] - tops[id] for id in _bends(column, heights)], 0.0)
    return {id: top + off for id, top in tops.items()}


def _corner(boxes: Iterable[Box]) -> Point:
    lefts, tops, _, _ = zip(*boxes, strict=True)
    return min(lefts), min(tops)


def _moved_to(corner: Point, places: Mapping[str, Point]) -> dict[str, Point]:
    left, top = min(x for x, _ in places.values()), min(y for _, y in places.values())
    return {id: (corner[0] + x - left, corner[1] + y - top) for id, (x, y) in places.items()}


# ------------------------------------------------------------------------- step 4


def _notes(
    notes: tuple[Note, ...],
    before: Mapping[str, Box],
    places: Mapping[str, Point],
    chart: _Chart,
) -> list[Edit]:
    after = {
        id: Box((x, y, x + chart.sizes[id][0], y + chart.sizes[id][1]))
        for id, (x, y) in places.items()
    }
    changed: list[Note] = []
    for note in notes:
        held = [id for id, box in before.items() if note.kind == FRAME and _holds(note, box)]
        if held:
            changed.append(_framed(note, [after[id] for id in held]))
    left, top = _corner(after.values())
    above = min([top, *(frame.position[1] for frame in changed)]) - DOWN
    for note in sorted((n for n in notes if n.kind != FRAME), key=lambda n: (n.position, n.id)):
        changed.append(replace(note, position=(left, above - note.size[1])))
        left += note.size[0] + DOWN
    old = {note.id: note for note in notes}
    return [ChangeNote(note) for note in changed if note != old[note.id]]


def _holds(frame: Note, box: Box) -> bool:
    """Whether the middle of a box is inside a frame."""
    inside = [
        frame.position[axis] <= box.middle(axis) <= frame.position[axis] + frame.size[axis]
        for axis in (0, 1)
    ]
    return all(inside)


def _framed(frame: Note, boxes: list[Box]) -> Note:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    left, top = min(lefts) - PADDING, min(tops) - HEADING
    size = (max(rights) + PADDING - left, max(bottoms) + PADDING - top)
    return replace(frame, position=(left, top), size=size)
