"""What the workspace has to ask the user before it can go on; the window answers with dialogs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Option:
    """One answer of several, with what follows from it in plain words."""

    id: str
    title: str
    help: str = ""


class Questions(Protocol):
    """Asks the user. Every answer may be None: the user thought better of it."""

    def choose(self, title: str, text: str, options: Sequence[Option]) -> str | None:
        """The id of the option that the user took."""

    def text(self, title: str, label: str, value: str = "") -> str | None:
        """A line of text."""

    def folder(self, title: str, start: Path) -> Path | None:
        """A folder that exists."""

    def file_to_open(self, title: str, start: Path, kinds: str) -> Path | None:
        """A file that exists; `kinds` is a filter such as "Graphs (*.alphintra)"."""

    def files_to_open(self, title: str, start: Path, kinds: str) -> Sequence[Path]:
        """Files that exist; none if the user thought better of it."""

    def file_to_save(self, title: str, start: Path, kinds: str) -> Path | None:
        """A path to write to; the user has agreed if something is there already."""
