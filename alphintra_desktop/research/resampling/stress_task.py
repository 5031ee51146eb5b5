"""A stress test as a job: a graph comes in as text, `stress.json` lies in the folder after it.

A recorded run is put under stress on exactly its bars (`pins`), whatever was imported since. No row
is written to the ledger: see `stress`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from alphintra_desktop.backtest.data_findings import fit_to_run
from alphintra_desktop.backtest.event_columns import with_events
from alphintra_desktop.backtest.looking_ahead import refuse_looking_ahead
from alphintra_desktop.backtest.run import load_data
from alphintra_desktop.codegen.module import StrategyCode, generate
from alphintra_desktop.disk import text_of_file, write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import content_hash, graph_from_text
from alphintra_desktop.market.holdout import lifted, stamps_of
from alphintra_desktop.market.store import LoadedBars, load_pinned
from alphintra_desktop.report import Report
from alphintra_desktop.research.executors.choice import THIS_PROCESS, Spread
from alphintra_desktop.research.resampling.paths import Paths, shared
from alphintra_desktop.research.resampling.stress import parts_called, stress
from alphintra_desktop.research.resampling.subject import Subject
from alphintra_desktop.runs.canonical import finite
from alphintra_desktop.runs.ledger import find_run
from alphintra_desktop.runs.project import Project

RESULT = "stress.json"
MOST_PATHS = 100_000


@dataclass(frozen=True)
class StressSpec:
    """What a stress test is asked to do.

    `only` names parts (none: all), `pins` the snapshot of each symbol (none: the newest bars),
    `events` the version of each table of events, `marks` what the run says of itself: that a
    holdout was opened for it lets it be read again. `run` is the run that this is about, or "".
    `executor`, `workers` and `address` say where paths are done: see `executors.choice.Spread`.
    """

    graph: str
    where: str = "the graph"
    only: tuple[str, ...] = ()
    seed: int = 0
    paths: int = 1000
    run: str = ""
    pins: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    executor: str = THIS_PROCESS
    workers: int = 0
    address: str = ""
    ignore_quality: bool = False

    @property
    def spread(self) -> Spread:
        """Where the paths are done. Raises `AlphintraError` for what does not fit together."""
        return Spread(self.executor, self.workers, self.address)

    def arguments(self) -> dict[str, Any]:
        """The spec as a job's JSON arguments."""
        return asdict(self)


def spec_of_run(project: Project, run_id: str, **asked: Any) -> StressSpec:
    """The stress test of a recorded run: its graph, on its bars. Raises AlphintraError."""
    with closing(project.database()) as database:
        run = find_run(database, run_id)
    text = text_of_file(project.folder / run.job_folder / "artifacts" / "graph.alphintra")
    pins = {name.rpartition(" ")[0]: sha for name, sha in run.data_hashes.items()}
    return StressSpec(
        text,
        f"the graph of run {run.id}",
        run=run.id,
        pins=pins,
        events=run.manifest.get("event_hashes", {}),
        marks=tuple(run.manifest.get("marks", ())),
        ignore_quality=True,
        **asked,
    )


def run_stress(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: run the parts and leave `stress.json`.

    Returns the same without the single values of the paths, which are long, and with `run`. What
    fails or is cancelled leaves no file.
    """
    tuples = {name: tuple(arguments.get(name, ())) for name in ("only", "marks")}
    spec = StressSpec(**{**arguments, **tuples})
    check_spec(spec)
    subject, marks = marked_subject(spec, report)
    with shared(Paths(spec.seed, spec.paths, report), subject, spec.spread) as asked:
        found = {"of": spec.run, **finite(stress(subject, spec.only, asked))}
    try:
        path = folder / "artifacts" / RESULT
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, json.dumps(found, indent=1) + "\n")
    except BaseException:
        shutil.rmtree(folder / "artifacts", ignore_errors=True)
        raise
    return {"run": folder.name, **without_values(found), "marks": list(marks)}


def subject_of(spec: StressSpec, report: Report) -> Subject:
    """The strategy of a spec with its bars. Refuses what a backtest refuses."""
    return marked_subject(spec, report)[0]


def marked_subject(spec: StressSpec, report: Report) -> tuple[Subject, tuple[str, ...]]:
    """The same, and what the bars have to say, such as that they were cut."""
    graph = graph_from_text(spec.graph, spec.where)
    code = generate(graph)
    loaded = loaded_for(spec, code, report)
    bars = loaded.bars.adjusted() if code.trading.data.adjusted else loaded.bars
    refuse_looking_ahead(code, bars)
    return Subject(graph, bars), loaded.marks


def loaded_for(spec: StressSpec, code: StrategyCode, report: Report) -> LoadedBars:
    """The bars of a spec with the verdict on their quality. Raises `AlphintraError`."""
    return fit_to_run(_loaded(spec, code), report, ignore_quality=spec.ignore_quality)


def without_values(found: Any) -> Any:
    """The same without the lists called `values`."""
    if isinstance(found, dict):
        return {k: without_values(v) for k, v in found.items() if k != "values"}
    return [without_values(one) for one in found] if isinstance(found, list) else found


def _loaded(spec: StressSpec, code: StrategyCode) -> LoadedBars:
    data = code.trading.data
    if not spec.pins:
        return load_data(code)
    pins = {symbol: spec.pins[symbol] for symbol in data.symbols}
    with lifted(stamps_of(content_hash(code.lowered.graph), spec.marks)):
        loaded = load_pinned(data.dataset, data.timeframe, pins, data.start, data.end)
    loaded = replace(loaded, events=spec.events)
    return with_events(loaded, code.trading.events, code.lowered)


def check_spec(spec: StressSpec) -> None:
    """Raise `AlphintraError` for parts, paths or a seed that cannot be."""
    parts_called(spec.only)
    if not 1 <= spec.paths <= MOST_PATHS or spec.seed < 0:
        raise AlphintraError(
            f"A stress test cannot have {spec.paths:,} paths and the seed {spec.seed}.",
            hint=f"Take 1 to {MOST_PATHS:,} paths, and a seed of 0 or more.",
        )
