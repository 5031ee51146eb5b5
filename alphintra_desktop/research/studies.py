"""Studies: what searches of a project have found so far, kept so that a kill loses nothing.

A study is a folder under `studies/` of the project:

- `study.json`: what is searched, on which bars. Written once.
- `trials.jsonl`: a line for each generation of trials that is measured. A line that a kill cut off
  was never there: its trials are measured again, and come out the same.
- `sampler.journal`: what Optuna remembers, where the sampler is one of Optuna's.
- `result.json`: what was found, when the search last ended (see `research.search_result`).
- `lock`: held while a search works on it, by SQLite, whose locks end with their holder.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alphintra_desktop.disk import write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.research.search_spec import SearchSpec, spec_of
from alphintra_desktop.runs.project import Project

FOLDER = "studies"
STUDY, TRIALS, JOURNAL, RESULT, LOCK = (
    *("study.json", "trials.jsonl", "sampler.journal", "result.json", "lock"),
)
FORMAT = 1
PATIENCE = 0.5  # seconds, for whoever only looks whether a study is held
SEARCHED, NEIGHBOUR = "search", "neighbour"
DONE, PRUNED, UNBUILT = "done", "pruned", "failed"


@dataclass(frozen=True)
class TrialRecord:
    """A trial as it is kept.

    `kind` is `search` for what a sampler asked for, `neighbour` for what was measured to see how
    good the neighbourhood of a good trial is. `point` are places on the axes. `state` is `done`,
    `pruned` or `failed`. `measures` are the four of `Measures`, None where the trial never came to
    them. `repeats` is the number of the trial with the same point: it is no other trial, and was
    not measured again, except to the end that the first one had not come to. `violations` are how
    far off the constraints on results are, 0 or less is kept. `told` is what the sampler is told.
    """

    number: int
    kind: str
    point: tuple[int, ...]
    state: str
    measures: tuple[float, ...] | None = None
    folds: tuple[float, ...] = ()
    violations: tuple[float, ...] = ()
    told: tuple[float, ...] = ()
    repeats: int | None = None
    message: str = ""

    @property
    def is_feasible(self) -> bool:
        """Whether it was measured and keeps to all constraints."""
        return self.state == DONE and all(violation <= 0.0 for violation in self.violations)


@dataclass(frozen=True)
class Generation:
    """A line of `trials.jsonl`: trials that were measured together, and the seconds until then.

    `mark` is how long the sampler's journal was.
    """

    number: int
    seconds: float
    mark: int
    trials: tuple[TrialRecord, ...]


@dataclass(frozen=True)
class Study:
    """A study's folder, and what is searched. `data` has a hash for each series it is about."""

    folder: Path
    spec: SearchSpec
    created: str
    data: Mapping[str, str]

    @property
    def id(self) -> str:
        """The name of its folder, which is that of the job that began it."""
        return self.folder.name

    def generations(self) -> list[Generation]:
        """All that is measured so far. May be read while a search goes on."""
        try:
            content = (self.folder / TRIALS).read_bytes()
        except FileNotFoundError:
            return []
        return [_generation(line) for line in _whole_lines(content)]

    def append(self, generation: Generation) -> None:
        """Keep a generation: from then on it is measured. Only while the study is held."""
        line = json.dumps(asdict(generation), separators=(",", ":")).encode() + b"\n"
        with (self.folder / TRIALS).open("ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def result(self) -> dict[str, Any] | None:
        """What was found when a search last ended; None before that."""
        try:
            return dict(json.loads((self.folder / RESULT).read_bytes()))
        except (FileNotFoundError, ValueError):
            return None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Work on the study; nobody else can meanwhile. Raises `AlphintraError` if somebody does.

        What a kill cut off at the end of `trials.jsonl` is taken away.
        """
        lock = sqlite3.connect(self.folder / LOCK, timeout=PATIENCE, isolation_level=None)
        try:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise AlphintraError(
                    f"The study {self.id} is being searched already.",
                    hint="Wait for that search to end, or cancel it; other studies can go on.",
                ) from error
            _cut_off_half_a_line(self.folder / TRIALS)
            yield
        finally:
            lock.close()

    def is_held(self) -> bool:
        """Whether a search works on it now."""
        try:
            lock = sqlite3.connect(self.folder / LOCK, timeout=0.0, isolation_level=None)
            try:
                lock.execute("BEGIN EXCLUSIVE")
            finally:
                lock.close()
        except sqlite3.OperationalError:
            return True
        return False


def create_study(project: Project, id: str, spec: SearchSpec, data: Mapping[str, str]) -> Study:
    """A new study, which is there as soon as its `study.json` is."""
    folder = project.folder / FOLDER / id
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AlphintraError(
            f"{folder} could not be written: {error.strerror}.",
            hint="Give yourself the right to write there, or copy the project elsewhere.",
        ) from error
    if (folder / STUDY).exists():
        raise AlphintraError(f"There is a study {id} already.", hint="Resume it instead.")
    created = datetime.now(UTC).isoformat()
    content = {
        "format": FORMAT,
        "created": created,
        "data": dict(data),
        "spec": spec.arguments(),
    }
    write_file(folder / STUDY, json.dumps(content, indent=2) + "\n")
    return Study(folder, spec, created, data)


def open_study(project: Project, id: str) -> Study:
    """The study with an id, or the only one whose id begins so. Raises `AlphintraError`."""
    found = [path.parent for path in (project.folder / FOLDER).glob(f"*/{STUDY}")]
    exact = [folder for folder in found if folder.name == id]
    fitting = exact or [folder for folder in found if id and folder.name.startswith(id)]
    if len(fitting) == 1:
        return _read(fitting[0])
    raise AlphintraError(
        f"{len(fitting)} studies begin with '{id}'." if fitting else f"There is no study '{id}'.",
        hint="`alphintra search --list` lists the studies of a project.",
    )


def all_studies(project: Project) -> list[Study]:
    """Every study of a project that can be read, the latest first."""
    found = []
    for path in (project.folder / FOLDER).glob(f"*/{STUDY}"):
        try:
            found.append(_read(path.parent))
        except AlphintraError:
            continue  # `open_study` tells why
    return sorted(found, key=lambda study: (study.created, study.id), reverse=True)


def _read(folder: Path) -> Study:
    try:
        content = json.loads((folder / STUDY).read_bytes())
        if content["format"] > FORMAT:
            raise AlphintraError(
                f"The study {folder.name} was written by a newer version of Alphintra.",
                hint="Update Alphintra, then resume it.",
            )
        return Study(folder, spec_of(content["spec"]), str(content["created"]), content["data"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AlphintraError(
            f"{folder / STUDY} cannot be read: {error}.",
            hint="Restore it from a backup, or begin a new search.",
        ) from error


def _generation(line: bytes) -> Generation:
    content: Mapping[str, Any] = json.loads(line)
    trials = tuple(_record(trial) for trial in content["trials"])
    return Generation(content["number"], content["seconds"], content["mark"], trials)


def _record(content: Mapping[str, Any]) -> TrialRecord:
    lists = {name: tuple(value) for name, value in content.items() if isinstance(value, list)}
    return TrialRecord(**{**content, **lists})


def _whole_lines(content: bytes) -> list[bytes]:
    return content[: content.rfind(b"\n") + 1].splitlines()


def _cut_off_half_a_line(path: Path) -> None:
    if not path.exists():
        return
    with path.open("rb+") as file:
        content = file.read()
        file.truncate(content.rfind(b"\n") + 1)
