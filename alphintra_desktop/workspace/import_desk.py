"""Files on their way into the library: looked at, corrected, imported one after the other."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.events import Advanced, Cancelled, Failed, Finished, JobEvent
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.market.import_task import EventsSpec, ImportSpec
from alphintra_desktop.observe import Signal
from alphintra_desktop.runs.project import home_project
from alphintra_desktop.workspace.import_fields import (
    ImportField,
    is_said,
    key_of,
    said_with,
    without,
)
from alphintra_desktop.workspace.import_file import ImportFile, Kind, Stage, seconds
from alphintra_desktop.workspace.import_previews import Previews
from alphintra_desktop.workspace.notices import Notice, Weight
from alphintra_desktop.workspace.workspace import Workspace

if TYPE_CHECKING:
    from alphintra_desktop.market.corrections import Corrections

NOTE = "import.dataset"
# What each file has for itself, also where others have the same columns.
_OWN = ("symbol", "sheet")


class ImportDesk:
    """The files, of which one is `current`. `changed` announces any change, also from threads.

    What is said of one file is said of all with the same columns while `together`.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.changed: Signal[None] = Signal()
        self.dataset = str(workspace.settings.note(NOTE) or "mine")
        self.together = True
        self._workspace = workspace
        self._lock = threading.RLock()
        self._files: dict[Path, ImportFile] = {}
        self._current: Path | None = None
        self._previews = Previews(self._on_seen)

    # ------------------------------------------------------------------ the files

    @property
    def files(self) -> tuple[ImportFile, ...]:
        """All of them as they are now."""
        with self._lock:
            return tuple(self._files.values())

    @property
    def current(self) -> ImportFile | None:
        """The file that is looked at."""
        with self._lock:
            return self._files.get(self._current) if self._current is not None else None

    @property
    def alike(self) -> tuple[ImportFile, ...]:
        """The other files with the columns of the current one, imported as the same."""
        now = self.current
        if now is None or not now.names:
            return ()
        others = (file for file in self.files if file.path != now.path and not file.busy)
        return tuple(f for f in others if (f.kind, f.names) == (now.kind, now.names))

    @property
    def busy(self) -> bool:
        """Whether something is being imported."""
        return any(file.busy for file in self.files)

    @property
    def reading(self) -> bool:
        """Whether some file is being looked at."""
        return any(file.stage is Stage.READING for file in self.files)

    @property
    def share(self) -> float:
        """How much of what was to be imported is, between 0 and 1."""
        files = [file for file in self.files if file.busy or file.stage is Stage.DONE]
        return sum(file.share for file in files) / len(files) if files else 0.0

    @property
    def done(self) -> bool:
        """Whether all files are imported."""
        return bool(self.files) and all(file.stage is Stage.DONE for file in self.files)

    def add(self, paths: Sequence[Path]) -> None:
        """Put files on the desk and look at them."""
        for path in paths:
            with self._lock:
                if path in self._files:
                    continue
                file = self._files[path] = ImportFile(path, table=_table_name(path))
                self._current = self._current or path
            self._previews.ask(file)
        self.changed.emit(None)

    def remove(self, path: Path) -> None:
        """Take a file off the desk."""
        self._previews.forget(path)
        with self._lock:
            if path in self._files and not self._files[path].busy:
                del self._files[path]
            if self._current not in self._files:
                self._current = next(iter(self._files), None)
        self.changed.emit(None)

    def choose(self, path: Path) -> None:
        """Look at a file."""
        with self._lock:
            if path == self._current or path not in self._files:
                return
            self._current = path
        self.changed.emit(None)

    def close(self) -> None:
        """Look at nothing any more. Imports that have begun go on as jobs."""
        self._previews.close()

    # ------------------------------------------------------------------ what is said

    def say(self, field: ImportField, value: str) -> None:
        """Say something of the current file; "" leaves it to a guess again."""
        now = self.current
        if now is None or now.busy:
            return
        for file in self._meant(now, shared=field.columns or field.name not in _OWN):
            self._say_of(file, field, value)
        self.changed.emit(None)

    def _say_of(self, file: ImportFile, field: ImportField, value: str) -> None:
        key, base = key_of(field), file.corrections
        try:
            if not value and not field.columns:
                said: Corrections | None = without(base, field)
            else:
                said = said_with(base, field, value)
        except AlphintraError as error:
            self._put(replace(file, last=key, refused=error, stage=Stage.PROBLEM))
            return
        self._look(replace(file, said=said, last=key))

    def leave(self, field: ImportField) -> None:
        """Take back what is said of a field."""
        now = self.current
        if now is None or now.busy:
            return
        for file in self._meant(now, shared=field.columns or field.name not in _OWN):
            if is_said(file.corrections, field) or file.refused is not None:
                self._look(replace(file, said=without(file.corrections, field), last=""))
        self.changed.emit(None)

    def use(self, said: Corrections | None) -> None:
        """Read the current file by a saved format, or as it is found by itself (None)."""
        now = self.current
        if now is not None and not now.busy:
            for file in self._meant(now):
                self._look(replace(file, said=said, last="format"))
            self.changed.emit(None)

    def choose_for_bars(self, *, bad_rows: str = "", calendar: str | None = None) -> None:
        """What to do with bad rows, and the calendar of the market ("": a guess)."""
        now = self.current
        if now is None or now.busy:
            return
        for file in self._meant(now):
            if calendar is not None:
                self._put(replace(file, calendar=calendar, failed=None))
            if bad_rows and bad_rows != file.bad_rows:
                self._look(replace(file, bad_rows=bad_rows, last="bad_rows"))
        self.changed.emit(None)

    def choose_kind(self, kind: Kind) -> None:
        """Import the current file, and those like it, as something else."""
        now = self.current
        if now is not None and not now.busy and now.kind is not kind:
            for file in self._meant(now):
                self._look(replace(file, kind=kind, last=""))
            self.changed.emit(None)

    def say_of_events(self, *, table: str | None = None, known_after: str | None = None) -> None:
        """The name of the current table of events, and after how many seconds rows were known."""
        now = self.current
        if now is None or now.busy:
            return
        if table is not None and table != now.table:
            now = replace(now, table=table, failed=None, stage=_stage(now))
            self._put(now)
        if known_after is not None and known_after != now.known_after:
            said = replace(now, known_after=known_after, last="known_after")
            try:
                seconds(known_after)
                self._look(said)
            except AlphintraError as error:
                self._put(replace(said, refused=error, stage=Stage.PROBLEM))
        self.changed.emit(None)

    def choose_dataset(self, name: str) -> None:
        """Where bars go. What failed may be tried again."""
        if name != self.dataset and not self.busy:
            self.dataset = name
            for file in self.files:
                self._put(replace(file, failed=None, stage=_stage(file)))
            self.changed.emit(None)

    def remember(self, name: str) -> None:
        """Save how the current file is read as a named format. Raises `AlphintraError`."""
        from alphintra_desktop.market.formats import save_format  # noqa: PLC0415 - brings pyarrow

        now = self.current
        if now is not None:
            save_format(name, now.path, now.corrections)

    def _meant(self, now: ImportFile, *, shared: bool = True) -> tuple[ImportFile, ...]:
        return (now, *self.alike) if shared and self.together else (now,)

    def _look(self, file: ImportFile) -> None:
        asked = replace(file, refused=None, failed=None, stage=Stage.READING)
        self._put(asked)
        self._previews.ask(asked)

    def _on_seen(self, seen: ImportFile) -> None:
        """Called from the thread of the previews."""
        with self._lock:
            now = self._files.get(seen.path)
            if now is None or now.busy or now.stage is Stage.DONE:
                return
            self._files[seen.path] = replace(seen, table=now.table, calendar=now.calendar)
        self.changed.emit(None)

    def _put(self, file: ImportFile) -> None:
        with self._lock:
            if file.path in self._files:
                self._files[file.path] = file

    # ------------------------------------------------------------------ importing

    def start(self) -> None:
        """Import all files that are ready, one after the other."""
        if self.busy:
            return
        self._workspace.settings.set_note(NOTE, self.dataset)
        for file in self.files:
            if file.ready:
                self._put(replace(file, stage=Stage.WAITING, share=0.0))
        self._start_next()

    def cancel(self) -> None:
        """Stop what is being imported; nothing of it is kept. What waits is not begun."""
        for file in self.files:
            if file.stage is Stage.WAITING:
                self._put(replace(file, stage=Stage.READY))
            elif file.stage is Stage.IMPORTING:
                self._workspace.jobs.cancel(file.job)
        self.changed.emit(None)

    def _start_next(self) -> None:
        file = next((file for file in self.files if file.stage is Stage.WAITING), None)
        if file is not None:
            folder = (self._workspace.project or home_project()).new_job_folder()
            self._put(replace(file, stage=Stage.IMPORTING, job=folder.name))
            title = f"Import {file.path.name}"
            self._workspace.jobs.start(
                folder, self._spec(file), title, lambda event: self._on_event(file.path, event)
            )
        self.changed.emit(None)

    def _spec(self, file: ImportFile) -> Spec:
        if file.kind is Kind.EVENTS:
            events = EventsSpec(str(file.path), file.table, seconds(file.known_after))
            return Spec("run_import_events", asdict(events))
        said = file.corrections.as_json()
        spec = ImportSpec(
            str(file.path), self.dataset, bad_rows=file.bad_rows, said=said, calendar=file.calendar
        )
        return Spec("run_import", asdict(spec))

    def _on_event(self, path: Path, event: JobEvent) -> None:
        """Called from a thread of the job; notices may be told from anywhere."""
        with self._lock:
            file = self._files.get(path) or ImportFile(path)
        match event:
            case Advanced(done=done, total=total):
                self._put(replace(file, share=done / total if total else 0.0))
                self.changed.emit(None)
            case Finished(result=result):
                told = _told(path.name, result)
                self._workspace.notices.done(told, " ".join(result["notes"]))
                self._ended(replace(file, stage=Stage.DONE, told=told, share=1.0))
            case Failed(message=message, hint=hint, traceback=detail):
                self._workspace.notices.tell(Notice(Weight.ERROR, message, hint, detail))
                error = AlphintraError(message, hint=hint)
                self._ended(replace(file, stage=Stage.PROBLEM, failed=error, last=""))
            case Cancelled():
                said = f"The import of {path.name} was cancelled."
                self._workspace.notices.info(said, "Nothing of it is kept.")
                self._ended(replace(file, stage=Stage.READY))
            case _:
                pass

    def _ended(self, file: ImportFile) -> None:
        self._put(file)
        self._start_next()


def _stage(file: ImportFile) -> Stage:
    """That of a file whose failed import counts no more."""
    if file.stage is not Stage.PROBLEM:
        return file.stage
    return Stage.READY if replace(file, failed=None).problem is None else Stage.PROBLEM


def _told(name: str, result: dict[str, Any]) -> str:
    if "table" in result:
        table = result["table"]
        return f"{name} is imported: {table['rows']:,} events in the table {table['name']}."
    count = len(result["series"])
    return f"{name} is imported: {'1 series' if count == 1 else f'{count:,} series'}."


def _table_name(path: Path) -> str:
    """What a table of events may be called after its file."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "_.-") else "_" for c in path.stem)
    return plain.lstrip("_.-")[:64] or "events"
