"""Python of the user may loop for ever: jobs that run it have a time limit."""

from __future__ import annotations

from alphintra_desktop.graph.model import Graph
from alphintra_desktop.nodes.custom import CUSTOM

SECONDS = 60.0


def time_limit_of(graph: Graph) -> float | None:
    """How many seconds a job of the graph may take; None for ever, without custom code."""
    return SECONDS if any(node.type == CUSTOM for node in graph.nodes.values()) else None
