"""A job: a folder with what to do, and everything that has happened so far.

`spec.json` names a function of the worker and its arguments, `events.jsonl` has one event a line,
`log.txt` what the work printed, and `artifacts/` the files it made. The worker appends events and
everyone else reads them, so a job outlives the window that started it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.events import JobEvent, JobRow, after, from_line, to_line

SPEC, EVENTS, LOG, ARTIFACTS = "spec.json", "events.jsonl", "log.txt", "artifacts"


@dataclass(frozen=True)
class Spec:
    """What a job does: a function of the worker by its name, and its arguments as JSON values.

    `timeout_s` is the longest it may run; None is for ever.
    """

    task: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    timeout_s: float | None = None


def write_spec(folder: Path, spec: Spec) -> None:
    """Make the folder a job's: with its spec, and a place for what it makes."""
    (folder / ARTIFACTS).mkdir(parents=True, exist_ok=True)
    (folder / SPEC).write_text(json.dumps(asdict(spec), indent=2) + "\n", encoding="utf-8")


def read_spec(folder: Path) -> Spec:
    """What the job in `folder` does. Raises AlphintraError when that cannot be read."""
    try:
        content = json.loads((folder / SPEC).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise AlphintraError(
            f"The job in {folder} cannot be read: {error}.", hint="Start it anew."
        ) from error
    match content:
        case {
            "task": str(task),
            "arguments": dict(arguments),
            "timeout_s": (float() | int() | None) as timeout_s,
        }:
            return Spec(task, arguments, timeout_s)
    raise AlphintraError(f"{folder / SPEC} does not describe a job.", hint="Start the job anew.")


def append(folder: Path, event: JobEvent) -> None:
    """Add `event` to the job's file, after whatever half a line a killed writer left there."""
    folder.mkdir(parents=True, exist_ok=True)
    line = to_line(event).encode() + b"\n"
    with (folder / EVENTS).open("ab+", buffering=0) as file:
        if file.tell() and _last_byte(file) != b"\n":
            line = b"\n" + line
        file.write(line)


def _last_byte(file: IO[bytes]) -> bytes:
    file.seek(-1, 2)
    return file.read(1)


class Tail:
    """Reads a job's events as they come. Lines that are not whole events are passed over."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / EVENTS
        self._read = 0

    def new_events(self) -> Iterator[JobEvent]:
        """The events since the last call. A line still being written waits for the next."""
        try:
            with self._file.open("rb") as file:
                if file.seek(0, 2) < self._read:  # somebody cut the file off: begin again
                    self._read = 0
                file.seek(self._read)
                fresh = file.read()
        except FileNotFoundError:
            return
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.split(b"\n"):
            if event := from_line(line):
                yield event


def read_events(folder: Path) -> list[JobEvent]:
    """Everything that has happened to the job so far."""
    return list(Tail(folder).new_events())


def row_of(folder: Path) -> JobRow:
    """How the job in `folder` is doing, by its events."""
    row = JobRow()
    for event in read_events(folder):
        row = after(row, event)
    return row
