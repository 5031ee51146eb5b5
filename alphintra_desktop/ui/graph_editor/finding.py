"""Which node types to offer for what was typed, the best first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from alphintra_desktop.codegen.connecting import OFTEN_USED
from alphintra_desktop.graph.node_type import NodeType
from alphintra_desktop.workspace.fuzzy import score

WHOLE_WORD, BEGINNING, FIRST, LETTERS_FAR, TAG, HELP = 60.0, 40.0, 30.0, 3.5, 30.0, 4.0
OFTEN, CURATED = 12.0, 4.0
"""What a hit counts. Loose letters count only where they lie close enough for a human to see."""


def found(text: str, kinds: Iterable[NodeType], recent: Sequence[str]) -> list[NodeType]:
    """The node types that fit `text`. While it is empty: those used last, then by category."""
    kinds = list(kinds)
    words = text.lower().split()
    if not words:
        return _browsed(kinds, recent)
    ranks = {name: len(recent) - place for place, name in enumerate(recent)}
    scored = [(_score(words, kind, ranks), kind) for kind in kinds]
    fitting = sorted((s for s in scored if s[0] > 0), key=lambda s: (-s[0], s[1].title))
    return [kind for _, kind in fitting]


def _browsed(kinds: list[NodeType], recent: Sequence[str]) -> list[NodeType]:
    places = {name: place for place, name in enumerate(recent)}
    categories = list(dict.fromkeys(kind.category for kind in kinds))
    return sorted(
        kinds,
        key=lambda kind: (places.get(kind.name, len(places)), categories.index(kind.category)),
    )


def _score(words: list[str], kind: NodeType, ranks: Mapping[str, int]) -> float:
    """0 unless every word is found in some way."""
    scores = [_word_score(word, kind) for word in words]
    if not all(scores):
        loose = score("".join(words), kind.title)
        close = loose is not None and loose / sum(map(len, words)) >= LETTERS_FAR
        return loose if loose is not None and close else 0.0
    begins = FIRST if kind.title.lower().startswith(words[0]) else 0.0
    known = (OFTEN if kind.name in OFTEN_USED else 0.0) + (CURATED if _curated(kind) else 0.0)
    return sum(scores) + begins + known + ranks.get(kind.name, 0) - 0.1 * len(kind.title)


def _curated(kind: NodeType) -> bool:
    """Whether the type is written for this program, and not one of TA-Lib's two hundred."""
    return not kind.name.startswith("talib.")


def _word_score(word: str, kind: NodeType) -> float:
    title = kind.title.lower()
    tags = [tag.lower() for tag in kind.tags]
    if word in title.split() or word in tags or word == title:
        return WHOLE_WORD
    if any(part.startswith(word) for part in title.split()):
        return BEGINNING
    if word in title or any(word in tag for tag in tags) or word in kind.name:
        return TAG
    return HELP if word in kind.category.lower() or word in kind.help.lower() else 0.0
