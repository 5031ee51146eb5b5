"""Bars that are held out: from a day on, nothing reads them until they are opened.

1. A project sets a holdout on symbols of a dataset. It is kept in the library, a file each, so that
   it holds for every project, process and command: a peek from elsewhere would be a peek.
2. Whoever reads bars asks here how far they may be read (`holdout_fence`). What reads beyond is
   cut there and says so.
3. Opening it is for one strategy. Only work that was started for that looks behind the fence, for
   as long as it is `lifted`, and what comes out of it is stamped.

A local file can be read by other programs, and this one can be changed: a holdout keeps honest
people from fooling themselves, and nobody from fooling others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from alphintra_desktop.disk import text_of_file, write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.library import library

FOLDER = "holdouts"
_LIFTED: ContextVar[Mapping[str, str]] = ContextVar("_LIFTED", default={})  # noqa: B039 - a constant


@dataclass(frozen=True)
class Opening:
    """One use of a holdout: when, for which graph (its content hash), and the stamp on results."""

    graph: str
    name: str
    at: str
    stamp: str


@dataclass(frozen=True)
class Holdout:
    """The bars of some symbols of a dataset (all where none is named) from `start`, a date, on.

    `project` is the folder of the project that has set it and may open it, and `owner` when that
    was made, by which it is known wherever it is moved. `released` is when it was given up; ""
    while it holds.
    """

    id: str
    dataset: str
    symbols: tuple[str, ...]
    start: str
    project: str
    owner: str
    set_at: str
    openings: tuple[Opening, ...] = ()
    released: str = ""

    def covers(self, dataset: str, symbol: str) -> bool:
        """Whether bars of the symbol are held out."""
        return self.dataset == dataset and (not self.symbols or symbol in self.symbols)

    @property
    def told(self) -> str:
        """What is held out, in words."""
        return f"{', '.join(self.symbols) or 'all symbols'} of {self.dataset} from {self.start} on"


def holdouts() -> tuple[Holdout, ...]:
    """All that hold, the oldest first.

    Raises `AlphintraError` if one cannot be read: nothing is taken for open by mistake.
    """
    return tuple(one for one in all_holdouts() if not one.released)


def all_holdouts() -> tuple[Holdout, ...]:
    """All there ever were."""
    return tuple(_read(path) for path in sorted(_folder().glob("*.json")))


def keep_holdout(holdout: Holdout) -> None:
    """Write one down, new or changed."""
    _folder().mkdir(parents=True, exist_ok=True)
    write_file(_folder() / f"{holdout.id}.json", json.dumps(asdict(holdout), indent=2) + "\n")


@contextmanager
def lifted(stamps: Mapping[str, str]) -> Iterator[None]:
    """Let this thread, and no other, read what is held out; by holdout, what results must say."""
    token = _LIFTED.set({**_LIFTED.get(), **stamps})
    try:
        yield
    finally:
        _LIFTED.reset(token)


def stamps_of(graph: str, marks: Iterable[str]) -> dict[str, str]:
    """For a run of a graph with these marks: the holdouts that were opened for it."""
    said = set(marks)
    if not said:
        return {}
    return {
        one.id: opening.stamp
        for one in holdouts()
        for opening in one.openings
        if opening.graph == graph and opening.stamp in said
    }


def sealed(dataset: str, symbols: Iterable[str]) -> tuple[Holdout, ...]:
    """The holdouts that keep bars of any of these symbols from being read now."""
    wanted = tuple(symbols)
    found = (one for one in holdouts() if any(one.covers(dataset, s) for s in wanted))
    return tuple(one for one in found if one.id not in _LIFTED.get())


def opened_now(dataset: str, symbols: Iterable[str]) -> dict[str, str]:
    """Of lifted holdouts on any of these symbols: from when on, and what results must say."""
    lifting, wanted = _LIFTED.get(), tuple(symbols)
    if not lifting:
        return {}
    covering = (one for one in holdouts() if any(one.covers(dataset, s) for s in wanted))
    return {one.start: lifting[one.id] for one in covering if one.id in lifting}


def _folder() -> Path:
    return library().folder / FOLDER


def _read(path: Path) -> Holdout:
    text = text_of_file(path)
    try:
        return _holdout(json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise AlphintraError(
            f"{path} is damaged, so it is not known which bars are held out.",
            hint="Restore the file from a backup. Nothing is read from the library until then.",
        ) from error


def _holdout(facts: Mapping[str, Any]) -> Holdout:
    openings = tuple(Opening(**one) for one in facts["openings"])
    return Holdout(**{**facts, "symbols": tuple(facts["symbols"]), "openings": openings})
