"""Answers kept on disk for a while, so that the same question is not asked twice in a row.

Only what a vendor gave as good answer is kept, under the hash of the question without its key, and
never an answer in which the key is written.
"""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from alphintra_desktop.disk import ABANDONED_AFTER
from alphintra_desktop.market.sources.answers import Answer
from alphintra_desktop.market.sources.source import Ask

OLDEST = 7 * 24 * 3600.0


class AnswerCache:
    """The answers in one folder. `fresh_s` is the age up to which they are taken; 0 is never."""

    def __init__(self, folder: Path, fresh_s: float) -> None:
        self._folder, self._fresh_s = folder, fresh_s

    def get(self, base_url: str, ask: Ask) -> Answer | None:
        """The kept answer, if it is fresh. A damaged one is none."""
        file = self._file(base_url, ask)
        try:
            if not 0 <= time.time() - file.stat().st_mtime < self._fresh_s:
                return None
            head, _, body = file.read_bytes().partition(b"\n")
            facts = json.loads(head)
            date = datetime.fromisoformat(facts["date"]) if facts["date"] else None
            if hashlib.sha256(body).hexdigest() != facts["sha256"]:
                return None
            return Answer(200, body, date, cached=True)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, base_url: str, ask: Ask, answer: Answer) -> None:
        """Keep an answer. It is no matter if that fails: the next time it is asked for again."""
        if self._fresh_s <= 0:
            return
        date = answer.date.isoformat() if answer.date else ""
        head = json.dumps({"date": date, "sha256": hashlib.sha256(answer.body).hexdigest()})
        file = self._file(base_url, ask)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = file.with_suffix(f".{time.monotonic_ns()}")
            draft.write_bytes(head.encode() + b"\n" + answer.body)
            draft.replace(file)

    def sweep(self) -> None:
        """Remove what is too old to be of use, and drafts that nobody finished."""
        now = time.time()
        with suppress(OSError):
            for file in self._folder.iterdir():
                age = now - file.stat().st_mtime
                if age > OLDEST or (file.suffix != ".answer" and age > ABANDONED_AFTER):
                    file.unlink()

    def _file(self, base_url: str, ask: Ask) -> Path:
        question = json.dumps([base_url, ask.path, sorted(ask.params.items())])
        return self._folder / f"{hashlib.sha256(question.encode()).hexdigest()}.answer"
