"""Trainings beside each other: their scores, and in which settings they differ. For a thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from alphintra_desktop.workspace.training_results import TrainingFound, load_training
from alphintra_desktop.workspace.training_runs import TrainingRun

HASH = 12
JUDGED = "Predictions judged"
MUST_AGREE = ("Data", "Target", "Label", "First")  # for scores of the same bars


@dataclass(frozen=True, eq=False)
class Compared:
    """Trainings, the earliest first, with names that tell them apart.

    `scores` and `settings` are rows of a title and a text a training; settings that are the same
    everywhere are left out. `warning` says why scores should not be compared; "" where they may.
    """

    found: tuple[TrainingFound, ...]
    names: tuple[str, ...]
    scores: tuple[tuple[str, ...], ...]
    settings: tuple[tuple[str, ...], ...]
    warning: str


def load_compared(runs: Sequence[TrainingRun]) -> Compared:
    """Read them all. Raises `AlphintraError` where one cannot be read."""
    found = tuple(load_training(run) for run in sorted(runs, key=lambda run: run.id))
    scores = tuple(
        _rows([{title: value for title, value, _ in one.scores} for one in found], same=True)
    )
    settings = tuple(_rows([_settings(one) for one in found], same=False))
    names = tuple(_told_apart([one.run.name for one in found]))
    return Compared(found, names, scores, settings, _warning(scores, settings))


def _settings(found: TrainingFound) -> dict[str, str]:
    """With as much of the graph's hash as tells graphs apart."""
    settings = dict(found.settings)
    return {**settings, "Graph": settings["Graph"][:HASH]}


def _rows(sides: Sequence[Mapping[str, str]], *, same: bool) -> Iterator[tuple[str, ...]]:
    """A row a title, in the order in which titles come; `same` keeps rows of equal texts."""
    titles = dict.fromkeys(title for side in sides for title in side)
    for title in titles:
        texts = tuple(side.get(title, "") for side in sides)
        if same or len(set(texts)) > 1:
            yield (title, *texts)


def _told_apart(names: Sequence[str]) -> Iterator[str]:
    """Names with a number where several are the same."""
    often, seen = Counter(names), Counter[str]()
    for name in names:
        seen[name] += 1
        yield name if often[name] == 1 else f"{name} ({seen[name]})"


def _warning(scores: Sequence[tuple[str, ...]], settings: Sequence[tuple[str, ...]]) -> str:
    differ = [row[0] for row in settings if row[0] in MUST_AGREE]
    judged = next((row[1:] for row in scores if row[0] == JUDGED), ())
    if not differ and len(set(judged)) > 1:
        differ = [JUDGED]
    if not differ:
        return ""
    told = ", ".join(title.lower() for title in differ)
    return f"They were not judged on the same rows and question, so scores say little: {told}."
