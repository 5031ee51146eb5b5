"""What a node shows of itself on the canvas, as a value: drawing repaints where it differs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from alphintra_desktop.graph.model import Node
from alphintra_desktop.graph.node_type import SINGLE_OUTPUT, Arity, NodeType, Param

MAIN = 2
"""How many params, the first ones declared, a box tells even as they are by default."""

SAID_ALONE = ("dataset", "symbols", "symbol", "timeframe")
"""Meanings of params whose value says by itself what it is."""

SAID_ANYWAY = ("level", "value", "low", "high")
"""Names of params of which 0 means something."""


class Side(Enum):
    """Where on a node a port is."""

    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True)
class End:
    """A port of a node of the graph: one end of wires."""

    node: str
    port: str
    side: Side


@dataclass(frozen=True)
class Jack:
    """A port as it is drawn. `type` is the name of what it carries; "" where nobody knows."""

    end: End
    label: str
    type: str
    arity: Arity = Arity.ONE


class Kind(Enum):
    """What stands behind a box on the canvas."""

    NODE = "node"
    GROUP = "group"
    PORTAL = "portal"


@dataclass(frozen=True)
class Face:
    """Everything drawn of a box, but for where it lies and what a run says of it."""

    id: str
    kind: Kind
    title: str
    inputs: tuple[Jack, ...]
    outputs: tuple[Jack, ...]
    summary: str = ""
    category: str = ""
    mode: str = ""
    known: bool = True

    @property
    def carries(self) -> str:
        """The type that gives the box its tint: that of its first output, or else input."""
        jacks = self.outputs or self.inputs
        return jacks[0].type if jacks else ""

    @property
    def jacks(self) -> tuple[Jack, ...]:
        """All ports."""
        return (*self.inputs, *self.outputs)


def face_of(
    node: Node, type_: NodeType | None, inputs: Collection[str], outputs: Collection[str]
) -> Face:
    """The face of a node. `inputs` and `outputs` are the ports that wires of the graph name.

    Those that the node's type does not have are drawn as well, or their wires could not be seen.
    """
    if type_ is None:
        bare = Face(node.id, Kind.NODE, node.title or _readable(node.type), (), (), known=False)
        return replace(_with_strays(bare, inputs, outputs), mode=node.mode)
    face = Face(
        id=node.id,
        kind=Kind.NODE,
        title=node.title or type_.title,
        inputs=_inputs(node.id, type_),
        outputs=_outputs(node.id, type_),
        summary=summary(node, type_),
        category=type_.category,
        mode=node.mode,
    )
    return _with_strays(face, inputs, outputs)


def summary(node: Node, type_: NodeType) -> str:
    """In one line, what the node computes: its main params, those that differ from their
    defaults, and, where its title is one of its own, what type of node it is."""
    shown = [
        told
        for place, (name, setting) in enumerate(type_.params.items())
        if (told := _told(name, setting, node.params, main=place < MAIN))
    ]
    if node.title and node.title.casefold() != type_.title.casefold():
        shown.append(type_.title)
    return " \N{MIDDLE DOT} ".join(shown)


def _told(name: str, setting: Param, params: Mapping[str, Any], *, main: bool) -> str:
    """What a box says of a param; nothing of one that is as good as not there."""
    value = params.get(name, setting.default)
    plain = value == setting.default
    if setting.language or (plain and not main and setting.meaning not in SAID_ALONE):
        return ""
    if plain and (isinstance(value, bool) or (value in ("", 0.0) and name not in SAID_ANYWAY)):
        return ""
    if setting.choices:
        value = _words(str(value))
    return short(value) if setting.meaning in SAID_ALONE else f"{_words(name)} {short(value)}"


def short(value: Any) -> str:
    """A param's value in few characters."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:,.6g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(short, value))
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else text[:39] + "\N{HORIZONTAL ELLIPSIS}"


def _inputs(node: str, type_: NodeType) -> tuple[Jack, ...]:
    return tuple(
        Jack(End(node, name, Side.INPUT), _words(name), port.type.__name__, port.arity)
        for name, port in type_.inputs.items()
    )


def _outputs(node: str, type_: NodeType) -> tuple[Jack, ...]:
    return tuple(
        Jack(
            End(node, name, Side.OUTPUT),
            "" if name == SINGLE_OUTPUT else _words(name),
            kind.__name__,
            Arity.MANY,
        )
        for name, kind in type_.outputs.items()
    )


def _with_strays(face: Face, inputs: Iterable[str], outputs: Iterable[str]) -> Face:
    known = {(jack.end.side, jack.end.port) for jack in face.jacks}
    stray_inputs = _strays(face.id, Side.INPUT, inputs, known)
    stray_outputs = _strays(face.id, Side.OUTPUT, outputs, known)
    if not stray_inputs and not stray_outputs:
        return face
    return replace(
        face, inputs=(*face.inputs, *stray_inputs), outputs=(*face.outputs, *stray_outputs)
    )


def _strays(
    node: str, side: Side, names: Iterable[str], known: Collection[tuple[Side, str]]
) -> tuple[Jack, ...]:
    return tuple(
        Jack(End(node, name, side), _words(name), "", Arity.MANY)
        for name in sorted(names)
        if (side, name) not in known
    )


def _words(name: str) -> str:
    return name.replace("_", " ")


def _readable(type_: str) -> str:
    return _words(type_.rpartition(".")[2]).capitalize()
