"""What the problems of a graph are called, counted and marked with."""

from __future__ import annotations

from collections.abc import Sequence

from alphintra_desktop.codegen.problem import Problem
from alphintra_desktop.ui.toned import Tone
from alphintra_desktop.workspace.live_code import Compiled


def counted(problems: Sequence[Problem]) -> str:
    """How many problems keep the strategy from running, and how many do not."""
    blocking = sum(problem.blocking for problem in problems)
    others = len(problems) - blocking
    parts = [f"{_number(blocking, 'problem')} to solve before it can run"] if blocking else []
    parts += [f"{_number(others, 'warning')}"] if others else []
    return ", ".join(parts) or "No problems"


def icon_of(problem: Problem) -> tuple[str, Tone]:
    """The icon of a problem, and the tone of it."""
    if problem.blocking:
        return "mdi6.close-circle", Tone.ERROR
    return "mdi6.alert", Tone.WARNING


def place_in_words(problem: Problem, compiled: Compiled) -> str:
    """The node, and the param of it, that a problem speaks of."""
    node = problem.place.node
    if node is None or node not in compiled.graph.nodes:
        return ""
    title = compiled.lowered.title(node)
    return f"{title}, {problem.place.param}" if problem.place.param else title


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
