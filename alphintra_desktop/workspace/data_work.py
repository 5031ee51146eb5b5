"""What is done with the market library from a window, each as a job: results come as signals."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from alphintra_desktop.jobs.board import JobEntry
from alphintra_desktop.jobs.events import Cancelled, Failed, Finished, JobEvent
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.market.catalog import SeriesVersion
from alphintra_desktop.market.quality_finding import QualityFinding, from_plain
from alphintra_desktop.observe import Signal
from alphintra_desktop.runs.project import home_project
from alphintra_desktop.workspace import data_tasks
from alphintra_desktop.workspace.data_coverage import Coverage
from alphintra_desktop.workspace.data_library import DataLibrary
from alphintra_desktop.workspace.dataset_coverage import (
    DatasetCoverage,
    calendar_job,
    coverage_from_plain,
    dataset_coverage_job,
)
from alphintra_desktop.workspace.notices import Notice, Weight
from alphintra_desktop.workspace.questions import Option
from alphintra_desktop.workspace.workspace import Workspace

BARS = "CSV (*.csv);;Parquet (*.parquet)"
TEXT = "CSV (*.csv)"
# Jobs after which there may be other series, whoever started them.
CHANGING = ("run_import", "run_fetch")
REPAIR = Option("repair", "Repair", "The bars as they are now stay in the library: see Versions.")
UNDO_HINT = "Undo repair, among the findings, brings the earlier version back."
Done = Callable[[dict[str, Any]], object]


@dataclass(frozen=True)
class Inspection:
    """What a check of some bars told."""

    sha256: str
    findings: tuple[QualityFinding, ...]
    coverage: Coverage


@dataclass(frozen=True)
class Answer:
    """The answer to a query: a file with rows, and how many there are in all."""

    path: Path
    rows: int


class DataWork:
    """Starts the jobs.

    `inspected` announces what checks found, `answered` the answer to a query, and `refused` why
    there is none ("" if it was cancelled), `covered` a dataset. All of them from threads.
    """

    def __init__(self, workspace: Workspace, rows: DataLibrary) -> None:
        self.inspected: Signal[Inspection] = Signal()
        self.answered: Signal[Answer] = Signal()
        self.refused: Signal[str] = Signal()
        self.covered: Signal[str] = Signal()
        self._workspace, self._rows = workspace, rows
        self._known: dict[str, Inspection] = {}
        self._checking: set[str] = set()
        self._coverages: dict[str, DatasetCoverage] = {}
        self._counting: set[str] = set()
        self._query: JobEntry | None = None

    # ------------------------------------------------------------------ quality

    def inspection(self, version: SeriesVersion) -> Inspection | None:
        """What is known of a version."""
        return self._known.get(version.sha256)

    def is_checking(self, version: SeriesVersion) -> bool:
        """Whether a version is being checked."""
        return version.sha256 in self._checking

    def inspect(self, version: SeriesVersion) -> None:
        """Check a version, unless that is known or under way."""
        sha256 = version.sha256
        if sha256 in self._known or sha256 in self._checking:
            return
        self._checking.add(sha256)

        def done(result: dict[str, Any]) -> None:
            findings = tuple(from_plain(plain) for plain in result["findings"])
            found = Inspection(sha256, findings, _coverage(result["coverage"]))
            self._known[sha256] = found
            self.inspected.emit(found)
            self._rows.read()

        title = f"Check {version.symbol}"
        self._start(data_tasks.check_job(version), title, done, lambda: self._unchecked(sha256))

    def _unchecked(self, sha256: str) -> None:
        self._checking.discard(sha256)

    def repair(self, version: SeriesVersion, finding: QualityFinding) -> None:
        """Mend what a finding is about, if the user agrees."""
        assert finding.repair is not None
        text = f"{finding.message}\n\nThe repair would {_lower(finding.repair.does)}."
        asked = self._workspace.questions.choose(f"Repair {version.symbol}", text, (REPAIR,))
        if asked is None:
            return

        def done(result: dict[str, Any]) -> None:
            self._workspace.notices.done(_plainly(result["did"]), UNDO_HINT)
            self._rows.read()

        self._start(data_tasks.repair_job(version, finding), f"Repair {version.symbol}", done)

    def undo(self, version: SeriesVersion) -> None:
        """Take the last repair of a version back."""
        self._choose(data_tasks.undo_job(version), version)

    def choose(self, version: SeriesVersion) -> None:
        """Make a version the current one."""
        self._choose(data_tasks.choose_job(version), version)

    def _choose(self, spec: Spec, version: SeriesVersion) -> None:
        def done(_: dict[str, Any]) -> None:
            said = f"An earlier version of {version.symbol} is the current one now."
            self._workspace.notices.done(said, "Runs from now on use it.")
            self._rows.read()

        self._start(spec, f"Choose a version of {version.symbol}", done)

    # ------------------------------------------------------------------ calendars and coverage

    def choose_calendar(self, version: SeriesVersion, calendar: str, *, whole: bool) -> None:
        """Hold a series against that calendar ("": a guess), or its whole dataset."""
        symbols = () if whole else (version.symbol,)
        what = version.dataset if whole else version.symbol

        def done(_: dict[str, Any]) -> None:
            self._known.clear()
            self.forget_coverage(version.dataset)
            named = f"calendar {calendar}" if calendar else "the calendar that its bars suggest"
            self._workspace.notices.done(f"{what} is held against {named}.")
            self._rows.read()
            self.inspect(version)

        spec = calendar_job(version.dataset, symbols, calendar)
        self._start(spec, f"Choose the calendar of {what}", done)

    def coverage(self, dataset: str) -> DatasetCoverage | None:
        """What is known of the coverage of a dataset."""
        return self._coverages.get(dataset)

    def forget_coverage(self, dataset: str) -> None:
        """What is known of it is so no more."""
        self._coverages.pop(dataset, None)

    def is_covering(self, dataset: str) -> bool:
        """Whether the sessions of a dataset are being counted."""
        return dataset in self._counting

    def cover(self, dataset: str) -> None:
        """Count the sessions of a dataset, unless that is known or under way."""
        if dataset in self._coverages or dataset in self._counting:
            return
        self._counting.add(dataset)

        def done(result: dict[str, Any]) -> None:
            self._coverages[dataset] = coverage_from_plain(result)
            self.covered.emit(dataset)

        def ended() -> None:
            self._counting.discard(dataset)
            self.covered.emit(dataset)

        self._start(dataset_coverage_job(dataset), f"Coverage of {dataset}", done, ended)

    # ------------------------------------------------------------------ questions and files

    def query(self, sql: str) -> None:
        """Ask in SQL; a question that is still open is given up."""
        self.cancel_query()

        def done(result: dict[str, Any]) -> None:
            self.answered.emit(Answer(Path(result["answer"]), result["rows"]))

        title = f"Query: {' '.join(sql.split())[:60]}"
        self._query = self._start(data_tasks.query_job(sql), title, done, refused=self.refused.emit)

    def cancel_query(self) -> None:
        """Give the open question up."""
        if self._query is not None:
            self._workspace.jobs.cancel(self._query.id)

    def export(self, version: SeriesVersion) -> None:
        """Write a version into a file that the user names."""
        name = re.sub(r"[^\w.-]", "_", f"{version.symbol}_{version.timeframe}")
        path = self._file(f"Export {version.symbol}", f"{name}.csv", BARS)
        if path is not None:
            self._start(data_tasks.export_job(version, path), f"Export {path.name}", self._written)

    def export_answer(self, answer: Answer) -> None:
        """Write the answer of a query into a file that the user names."""
        path = self._file("Export the answer", "answer.csv", TEXT)
        if path is not None:
            spec = data_tasks.answer_job(answer.path, path)
            self._start(spec, f"Export {path.name}", self._written)

    def _file(self, title: str, name: str, kinds: str) -> Path | None:
        project = self._workspace.project
        folder = project.folder if project is not None else Path.home()
        path = self._workspace.questions.file_to_save(title, folder / name, kinds)
        return path.with_suffix(".csv") if path is not None and not path.suffix else path

    def _written(self, result: dict[str, Any]) -> None:
        path = Path(result["path"])
        self._workspace.notices.done(f"{path.name} has {result['rows']:,} rows.", str(path.parent))

    # ------------------------------------------------------------------ jobs

    def _start(
        self,
        spec: Spec,
        title: str,
        done: Done,
        ended: Callable[[], object] = lambda: None,
        refused: Callable[[str], object] | None = None,
    ) -> JobEntry:
        def tell(event: JobEvent) -> None:
            """Called from a thread of the job."""
            if isinstance(event, Finished | Failed | Cancelled):
                ended()
            if isinstance(event, Finished):
                done(event.result)
            elif isinstance(event, Failed):
                self._failed(event, refused)
            elif isinstance(event, Cancelled) and refused is not None:
                refused("")

        folder = (self._workspace.project or home_project()).new_job_folder()
        return self._workspace.jobs.start(folder, spec, title, tell)

    def _failed(self, event: Failed, refused: Callable[[str], object] | None) -> None:
        if refused is not None and not event.traceback:
            refused(f"{event.message}\n{event.hint}".strip())
            return
        notice = Notice(Weight.ERROR, event.message, event.hint, event.traceback)
        self._workspace.notices.tell(notice)
        if refused is not None:
            refused(event.message)


def changes_the_library(entry: JobEntry) -> bool:
    """Whether a job that has ended may have changed which series there are."""
    return not entry.running and entry.spec.task.startswith(CHANGING)


def _coverage(plain: dict[str, Any]) -> Coverage:
    """The value again that JSON made lists of."""
    kept = {field.name: plain[field.name] for field in fields(Coverage)}
    counts = {name: tuple(tuple(row) for row in kept[name]) for name in ("expected", "present")}
    return Coverage(kept["calendar"], tuple(kept["years"]), **counts)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _plainly(said: str) -> str:
    """Without the number of the version, which only a catalog cares about."""
    return re.sub(r"^Repaired from version \w+: ", "Repaired: ", said)
