"""The graphs a project can start from, as they ship, with what each says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.graph.model import COMMENT, Graph
from alphintra_desktop.nodes.params import did_you_mean

SAMPLE_TEMPLATE = "sma_crossover"
SUFFIX = ".alphintra"
NAMES = (
    SAMPLE_TEMPLATE,
    "rsi_reversion",
    "bollinger_reversion",
    "donchian_breakout",
    "volatility_target",
    "signal_consensus",
    "momentum_rotation",
    "pairs_spread",
    "options_flow",
    "ml_momentum",
)
"""In the order in which somebody new would look at them."""
TO_TRAIN = ("ml_momentum",)
"""Those whose models have to be trained before they can run."""


@dataclass(frozen=True)
class Template:
    """A graph to start from: its name in commands, and what a card says about it.

    `about` is the first line of the graph's first comment, `more` the rest of it.
    """

    name: str
    title: str
    about: str
    more: str
    graph: Graph


def template_names() -> tuple[str, ...]:
    """The names of the templates, the simplest first."""
    return NAMES


def template_text(name: str) -> str:
    """The text of a template's graph file. Raises `AlphintraError` if there is none."""
    if name not in NAMES:
        listed = f"There are: {', '.join(NAMES)}."
        raise AlphintraError(
            f"There is no template '{name}'.", hint=did_you_mean(name, NAMES, listed)
        )
    folder = files("alphintra_desktop.resources") / "templates"
    return (folder / f"{name}{SUFFIX}").read_text("utf-8")


@cache
def template(name: str) -> Template:
    """A template by its name. Raises `AlphintraError` if there is none."""
    graph = graph_from_text(template_text(name), name)
    about, more = described(graph)
    return Template(name, graph.name, about, more, graph)


def templates() -> tuple[Template, ...]:
    """All templates, the simplest first."""
    return tuple(template(name) for name in NAMES)


def described(graph: Graph) -> tuple[str, str]:
    """What the uppermost comment of a graph says: its first line, and the others."""
    comments = [note for note in graph.notes.values() if note.kind == COMMENT and not note.group]
    if not comments:
        return "", ""
    first = min(comments, key=lambda note: (note.position[1], note.position[0], note.id))
    about, _, more = first.text.partition("\n")
    return about.strip(), more.strip()
