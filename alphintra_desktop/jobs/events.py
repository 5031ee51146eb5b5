"""Everything that can happen to a job, and how it is doing once it has happened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any, assert_never

from alphintra_desktop.errors import Place
from alphintra_desktop.report import Progress

NOT_STARTED = Progress(0, 0)
LONGEST_TEXT = 20_000  # characters of a message or a traceback; their middle is left out


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True)
class Started:
    """A worker began with the task."""

    task: str
    process: int
    time: str = field(default_factory=_now)


@dataclass(frozen=True)
class Advanced:
    """The work has come further. `total` is 0 while it is not known; `place` is where it is."""

    done: int
    total: int
    doing: str = ""
    place: Place | None = None
    time: str = field(default_factory=_now)


@dataclass(frozen=True)
class Message:
    """Something worth telling on the way."""

    text: str
    time: str = field(default_factory=_now)


@dataclass(frozen=True)
class Measured:
    """A number found on the way: of a place, such as the seconds of a node, or of a step."""

    name: str
    value: float
    place: Place | None = None
    step: int | None = None
    time: str = field(default_factory=_now)


@dataclass(frozen=True)
class Finished:
    """The work is done. `result` is what the task returned."""

    result: Any
    time: str = field(default_factory=_now)


@dataclass(frozen=True)
class Failed:
    """The work could not be done. `traceback` is empty when the user can act on the hint."""

    message: str
    hint: str
    place: Place | None = None
    traceback: str = ""
    time: str = field(default_factory=_now)


@dataclass(frozen=True)
class Cancelled:
    """Somebody asked for the work to stop, and it has."""

    time: str = field(default_factory=_now)


JobEvent = Started | Advanced | Message | Measured | Finished | Failed | Cancelled
Ending = Finished | Failed | Cancelled


class State(Enum):
    """How a job is doing."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class JobRow:
    """What a list of jobs shows of one. `ending` is the event that ended it."""

    state: State = State.WAITING
    progress: Progress = NOT_STARTED
    note: str = ""
    ending: Ending | None = None


def after(row: JobRow, event: JobEvent) -> JobRow:
    """The row once `event` has happened. What has ended stays as it ended."""
    if row.ending is not None:
        return row
    match event:
        case Started():
            return replace(row, state=State.RUNNING)
        case Advanced(done=done, total=total, doing=doing, place=place):
            return replace(row, progress=Progress(done, total, doing, place))
        case Message(text=text):
            return replace(row, note=text)
        case Measured():  # a row shows how far the work is, not what it finds
            return row
        case Finished() | Failed() | Cancelled():
            return _ended(row, event)
        case _:
            assert_never(event)


def _ended(row: JobRow, event: Ending) -> JobRow:
    match event:
        case Finished():
            return replace(row, state=State.DONE, ending=event)
        case Failed(message=message):
            return replace(row, state=State.FAILED, note=message, ending=event)
        case Cancelled():
            return replace(row, state=State.CANCELLED, ending=event)
        case _:
            assert_never(event)


def to_line(event: JobEvent) -> str:
    """The event as one line of JSON, without its line end.

    Floats that JSON lacks are written as Python writes them (NaN, Infinity). Raises TypeError or
    ValueError when a result cannot be JSON.
    """
    return json.dumps({"event": type(event).__name__, **asdict(event)})


def from_line(line: str | bytes) -> JobEvent | None:
    """The event of a line; None when the line is not a whole event."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return None
    match content:
        case {"event": "Started", "task": str(task), "process": int(process), "time": str(time)}:
            return Started(task, process, time)
        case {"event": "Message", "text": str(text), "time": str(time)}:
            return Message(text, time)
        case {"event": "Advanced" | "Measured"}:
            return _on_the_way(content)
        case _:
            return _ending_of(content)


def _on_the_way(content: Mapping[str, object]) -> Advanced | Measured | None:
    """Lines of earlier versions say no place."""
    place = _place(content.get("place"))
    match content:
        case {
            "event": "Advanced",
            "done": int(done),
            "total": int(total),
            "doing": str(doing),
            "time": str(time),
        }:
            return Advanced(done, total, doing, place, time)
        case {
            "event": "Measured",
            "name": str(name),
            "value": (float() | int()) as value,
            "step": (int() | None) as step,
            "time": str(time),
        }:
            return Measured(name, float(value), place, step, time)
        case _:
            return None


def _ending_of(content: object) -> Ending | None:
    match content:
        case {"event": "Finished", "result": result, "time": str(time)}:
            return Finished(result, time)
        case {
            "event": "Failed",
            "message": str(message),
            "hint": str(hint),
            "place": place,
            "traceback": str(traceback),
            "time": str(time),
        }:
            return Failed(message, hint, _place(place), traceback, time)
        case {"event": "Cancelled", "time": str(time)}:
            return Cancelled(time)
        case _:
            return None


def _place(content: object) -> Place | None:
    match content:
        case {
            "node": (str() | None) as node,
            "param": (str() | None) as param,
            "line": (int() | None) as line,
        }:
            return Place(node, param, line)
        case _:
            return None


def shortened(text: str) -> str:
    """`text` without its middle, when it is too long for an event."""
    if len(text) <= LONGEST_TEXT:
        return text
    half = LONGEST_TEXT // 2
    return f"{text[:half]}\n[... {len(text) - 2 * half} characters left out ...]\n{text[-half:]}"


def too_long(timeout_s: float) -> Failed:
    """How a job ends that was stopped by its time limit."""
    return Failed(
        f"The job was stopped after {timeout_s:g} s.",
        hint=f"It runs longer than {timeout_s:g} s: an endless loop in custom code? Mend the code, "
        "take a shorter period or fewer symbols, or allow more time.",
    )
