"""Adding nodes and notes: by searching for a type, by pasting, around what is selected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.clipboard import copied, duplicated, pasted
from alphintra_desktop.graph.edits import AddNode, Edit, MoveNodes
from alphintra_desktop.graph.edits_of_groups import AddNote
from alphintra_desktop.graph.inserting import inserted
from alphintra_desktop.graph.model import COMMENT, FRAME, Node, Note
from alphintra_desktop.graph.node_type import NodeType
from alphintra_desktop.nodes.catalog import NODES, catalog
from alphintra_desktop.ui.graph_editor.desk import Desk, clipboard_text, put_on_clipboard
from alphintra_desktop.ui.graph_editor.faces import End, Side
from alphintra_desktop.ui.graph_editor.free_spot import nearest_free
from alphintra_desktop.ui.graph_editor.node_layout import size_of
from alphintra_desktop.ui.graph_editor.outcomes import LetGo
from alphintra_desktop.ui.graph_editor.picture import Painter
from alphintra_desktop.ui.graph_editor.search_popup import SearchPopup
from alphintra_desktop.ui.graph_editor.wire_item import WireItem
from alphintra_desktop.ui.graph_editor.wiring import Offer, added_to, offers
from alphintra_desktop.ui.graph_editor.words import in_words
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.node_shelf import NodeShelf

PORT_HEIGHT = 44.0
"""How far below a box's top its first port is."""

PADDING, HEADING = 24.0, 60.0
PASTE_STEP = 20.0


class Placing:
    """Puts new things on the canvas of a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._shelf = NodeShelf(desk.settings)
        self._pasted: tuple[str, tuple[float, float], int] = ("", (0.0, 0.0), 0)
        self.popup: SearchPopup | None = None
        desk.viewer.destroyed.connect(self._shelf.close)
        watch(desk.viewer, desk.types.loaded, lambda _: self._offer_more())

    # ------------------------------------------------------------------ by searching

    def search(self, at: QPointF | None = None) -> None:
        """Look for a node type to place there, or where the mouse is."""
        snapped = self._desk.viewer.snapped(at) if at is not None else None
        spot = (snapped.x(), snapped.y()) if snapped is not None else self._desk.spot()
        self._open(QPointF(*spot), self._kinds(), lambda kind: self.place(kind, spot))

    def search_for_wire(self, let_go: LetGo) -> None:
        """Look for a node type to put at the end of a wire that was dropped in the void."""
        desk = self._desk
        jack = desk.stage.jack(let_go.fixed)
        ports = self._offers(let_go.fixed)
        if jack is None or not ports:
            desk.stage.restore()
            return
        verb = "take" if let_go.fixed.side is Side.OUTPUT else "give"
        title = f"Node types that {verb} {in_words(jack.type)}"
        left = 0.0 if let_go.fixed.side is Side.OUTPUT else 180.0
        at = desk.viewer.snapped(let_go.at - QPointF(left, PORT_HEIGHT))
        spot = at.x(), at.y()

        def take(kind: NodeType) -> None:
            self.place(kind, spot, let_go.fixed, ports[kind.name][1])

        self._open(let_go.at, [kind for kind, _ in ports.values()], take, title)

    def place(
        self, kind: NodeType, spot: tuple[float, float], end: End | None = None, port: str = ""
    ) -> str | None:
        """Add a node of a type there, `port` of it wired to `end`.

        Its id, or None if it could not be added.
        """
        desk = self._desk
        node = self._node(kind, spot)
        if end is None:
            return self._add(AddNode(node), node)
        return self._add(added_to(desk.graph, end, node, port, desk.types.of), node)

    def _node(self, kind: NodeType, spot: tuple[float, float]) -> Node:
        id = self._desk.sheet.document.new_node_id()
        return Node(id, kind.name, kind.version, position=spot, group=self._desk.group)

    def _add(self, edit: Edit, node: Node) -> str | None:
        if not self._desk.apply(edit):
            return None
        self._shelf.used(node.type)
        self._desk.sheet.selection.choose([node.id])
        return node.id

    def _offers(self, end: End) -> dict[str, Offer]:
        """What fits a wire that hangs from a port, by the name of the type."""
        if not self._desk.types.ready:
            self._desk.tell("One moment: the node types are still being loaded.")
            return {}
        found = offers(self._desk.graph, end, self._desk.types.of)
        return {kind.name: (kind, port) for kind, port in found}

    def _kinds(self) -> Iterable[NodeType]:
        return catalog().values() if self._desk.types.ready else NODES

    def _open(
        self,
        at: QPointF,
        kinds: Iterable[NodeType],
        take: Callable[[NodeType], object],
        title: str = "",
    ) -> None:
        viewer = self._desk.viewer
        if self.popup is not None:
            self.popup.dismiss()
        over_all = viewer.parentWidget() or viewer  # also over the map
        popup = SearchPopup(over_all, viewer.paints, self._shelf.recent, take)
        popup.offer(kinds, title)
        popup.open_at(viewer.mapFromScene(at))
        self.popup = popup
        popup.dismissed.subscribe(lambda _: self._forget_popup())

    def _forget_popup(self) -> None:
        self.popup = None

    def _offer_more(self) -> None:
        """All types are known now: those of TA-Lib come into a search that is open already."""
        if self.popup is not None:
            self.popup.offer(self._kinds())

    # ------------------------------------------------------------------ by dropping

    def drop(self, name: str, at: QPointF) -> None:
        """Place a node of the type `name` there; on a wire that it fits, it is put into that."""
        desk = self._desk
        kind = catalog().get(name)
        if kind is None:
            desk.refuse(f"The node type {name} is not known here.")
            return
        corner = desk.viewer.snapped(at - QPointF(90.0, 14.0))
        node = self._node(kind, (corner.x(), corner.y()))
        wire = desk.viewer.first(WireItem, desk.viewer.mapFromScene(at))
        edit = inserted(desk.graph, node, wire.wire, desk.types.of) if wire is not None else None
        self._add(edit or AddNode(node), node)

    # ------------------------------------------------------------------ by the clipboard

    def copy(self) -> None:
        """Put what is selected on the clipboard, as text."""
        if self._desk.chosen:
            put_on_clipboard(copied(self._desk.graph, self._desk.chosen))

    def paste(self, inbound: bool = False) -> None:
        """Put on the canvas what is on the clipboard, with wires from nodes that are here."""
        desk, text = self._desk, clipboard_text()
        try:
            edit, made = pasted(
                text,
                desk.graph,
                desk.sheet.document.new_node_id,
                self._paste_spot(text),
                inbound=inbound,
                group=desk.group,
            )
        except AlphintraError as error:
            desk.refuse(error.message)
            return
        if desk.apply(edit):
            desk.sheet.selection.choose(made)

    def duplicate(self) -> None:
        """Put copies of what is selected beside it."""
        desk = self._desk
        edit, made = duplicated(desk.graph, desk.chosen, desk.sheet.document.new_node_id)
        if desk.apply(edit):
            desk.sheet.selection.choose(made)

    def _paste_spot(self, text: str) -> tuple[float, float]:
        """Where the mouse is, and each time a step on when the same is pasted again."""
        spot = self._desk.spot()
        last, where, times = self._pasted
        times = times + 1 if (last, where) == (text, spot) else 0
        self._pasted = (text, spot, times)
        return spot[0] + times * PASTE_STEP, spot[1] + times * PASTE_STEP

    def beside_others(self, edit: Edit, group: str) -> tuple[Edit, ...]:
        """What moves a group that an edit makes to where it lies on nothing else that is shown."""
        picture = Painter(self._desk.types).picture(edit.apply(self._desk.graph), self._desk.group)
        if group not in picture.faces:
            return ()
        box = QRectF(QPointF(*picture.spots[group]), QSizeF(*size_of(picture.faces[group])))
        taken = [
            QRectF(QPointF(*picture.spots[id]), QSizeF(*size_of(face)))
            for id, face in picture.faces.items()
            if id != group
        ]
        comments = (note for note in picture.notes.values() if note.kind == COMMENT)
        taken += [QRectF(QPointF(*note.position), QSizeF(*note.size)) for note in comments]
        spot = nearest_free(box, taken)
        return () if spot == box.topLeft() else (MoveNodes({group: (spot.x(), spot.y())}),)

    # ------------------------------------------------------------------ notes

    def add_comment(self) -> str | None:
        """Put a comment where the mouse is; its id."""
        spot = self._desk.spot()
        return self._add_note(Note(self._new_id(), COMMENT, "", spot, (240.0, 100.0), "amber"))

    def add_frame(self) -> str | None:
        """Put a frame around what is selected, or where the mouse is; its id."""
        area = self._desk.stage.area(self._desk.chosen) if self._desk.chosen else None
        if area is None or area.isEmpty():
            spot, size = self._desk.spot(), (320.0, 200.0)
        else:
            around = area.adjusted(-PADDING, -HEADING, PADDING, PADDING)
            spot, size = (around.x(), around.y()), (around.width(), around.height())
        return self._add_note(Note(self._new_id(), FRAME, "Frame", spot, size, "blue"))

    def _add_note(self, note: Note) -> str | None:
        desk = self._desk
        if not desk.apply(AddNote(replace(note, group=desk.group))):
            return None
        desk.sheet.selection.choose([note.id])
        return note.id

    def _new_id(self) -> str:
        return self._desk.sheet.document.new_node_id()
