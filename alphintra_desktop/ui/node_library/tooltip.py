"""What a node type is, shown beside the pointer."""

from __future__ import annotations

from html import escape

from alphintra_desktop.graph.node_type import NodeType


def tooltip(made: NodeType) -> str:
    """Title, help, formula and ports of a node type, as rich text."""
    parts = [f"<b>{escape(made.title)}</b>"]
    parts += [escape(" ".join(text.split())) for text in made.help.split("\n\n")]
    if made.formula:
        parts.append(f"<i>{escape(made.formula)}</i>")
    inputs = ", ".join(name.replace("_", " ") for name in made.inputs)
    if inputs:
        parts.append(f"Takes: {escape(inputs)}")
    return "".join(f"<p style='margin:0 0 4px 0'>{part}</p>" for part in parts)
