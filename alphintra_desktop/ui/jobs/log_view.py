"""What a job has told: its steps and messages, what it printed, and how it ended."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QPlainTextEdit

from alphintra_desktop.jobs.board import JobEntry
from alphintra_desktop.jobs.events import (
    Advanced,
    Cancelled,
    Failed,
    Finished,
    JobEvent,
    Measured,
    Message,
    Started,
)
from alphintra_desktop.jobs.job import LOG, Tail
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.watch import watch

MOST_PRINTED = 100_000


class JobLog(QPlainTextEdit):
    """Follows one job's folder, so it shows the same as anybody else who reads it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._entry: JobEntry | None = None
        self._tail: Tail | None = None
        self.setReadOnly(True)
        self.setAccessibleName("What the job told")
        self.setMaximumBlockCount(5000)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        watch(self, look.changed, lambda _: self._set_font())
        self._set_font()

    def show_job(self, entry: JobEntry | None) -> None:
        """Follow that job; what is new is added at the end."""
        if entry is None:
            self._entry, self._tail = None, None
            self.clear()
            return
        if self._entry is None or entry.id != self._entry.id:
            self._tail = Tail(entry.folder)
            self.clear()
        self._entry = entry
        assert self._tail is not None
        for event in self._tail.new_events():
            text = told(event)
            if text:
                self.appendPlainText(text)
            if isinstance(event, Finished | Failed | Cancelled):
                self._add_printed(entry)

    def _add_printed(self, entry: JobEntry) -> None:
        log = entry.folder / LOG
        if not log.is_file():
            return
        with log.open("rb") as file:
            text = file.read(MOST_PRINTED).decode("utf-8", "backslashreplace")
        if text.strip():
            self.appendPlainText(f"\nIt printed:\n{text.rstrip()}")

    def _set_font(self) -> None:
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))


def told(event: JobEvent) -> str:
    """A line of the log for an event; none for the many that only measure."""
    said = _said(event)
    return f"{event.time[11:19]}  {said}" if said else ""


def _said(event: JobEvent) -> str:
    said = ""
    match event:
        case Started(task=task, process=process):
            said = f"{task} started in process {process}"
        case Advanced(doing=text) | Message(text=text):
            said = text
        case Measured():
            pass
        case Finished():
            said = "Finished"
        case Failed(message=message, hint=hint, traceback=traceback):
            said = "\n".join(filter(None, (message, hint, traceback)))
        case Cancelled():
            said = "Cancelled"
        case _:
            assert_never(event)
    return said
