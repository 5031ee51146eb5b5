"""Somebody who answers the workspace's questions as a test says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alphintra_desktop.workspace.questions import Option


class Answers:
    """Gives `answers` one after the other, then none.

    `asked` is what was asked, `starts` where files to save were to begin.
    """

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.starts: list[Path] = []

    def choose(self, title: str, text: str, options: Sequence[Option]) -> str | None:
        answer = self._next(f"{title}: {text}")
        assert answer is None or answer in [option.id for option in options]
        return answer

    def text(self, title: str, label: str, value: str = "") -> str | None:
        return self._next(title)

    def folder(self, title: str, start: Path) -> Path | None:
        return self._next(title)

    def file_to_open(self, title: str, start: Path, kinds: str) -> Path | None:
        return self._next(title)

    def files_to_open(self, title: str, start: Path, kinds: str) -> Sequence[Path]:
        self.starts.append(start)
        return self._next(title) or ()

    def file_to_save(self, title: str, start: Path, kinds: str) -> Path | None:
        self.starts.append(start)
        return self._next(title)

    def _next(self, asked: str):
        self.asked.append(asked)
        return self.answers.pop(0) if self.answers else None
