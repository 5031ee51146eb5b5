"""A backtest as a job: a graph comes in as text, tables and a report lie in the folder after it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from alphintra_desktop.backtest.data_findings import fit_to_run
from alphintra_desktop.backtest.luck import luck, sharpe_per_bar
from alphintra_desktop.backtest.repeat import repeat
from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.backtest.run import backtest, load_data
from alphintra_desktop.codegen.module import StrategyCode, generate
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import content_hash, graph_from_text
from alphintra_desktop.nodes.custom import CUSTOM
from alphintra_desktop.report import Report
from alphintra_desktop.runs.ledger import (
    DataRange,
    Run,
    Trial,
    Tried,
    find_run,
    record_run,
    trials_on,
    tried_with,
)
from alphintra_desktop.runs.manifest import equity_hash
from alphintra_desktop.runs.project import Project, find_project, home_project, open_project

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True)
class BacktestSpec:
    """What a backtest job is asked to do. `where` names the graph in messages.

    `ignore_quality` runs on data with errors, too, and marks the result.
    """

    graph: str
    where: str = "the graph"
    with_report: bool = True
    ignore_quality: bool = False


def run_backtest(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: see `run_spec`."""
    return run_spec(BacktestSpec(**arguments), folder, report)


def run_verify(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: compare two ways to run a graph. Keeps nothing in `folder`."""
    from alphintra_desktop.backtest.verify import verify  # noqa: PLC0415 - brings both engines

    del folder
    spec = BacktestSpec(**arguments)
    comparison = verify(generate(graph_from_text(spec.graph, spec.where)), report)
    return {**comparison.as_dict(), "lines": comparison.lines()}


def run_repeat(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: run a recorded run again. Keeps nothing in `folder`."""
    del folder
    database = open_project(Path(arguments["project"])).database()
    try:
        run = find_run(database, arguments["run"])
    finally:
        database.close()
    again = repeat(run, arguments["graph"], report)
    return {"run": run.id, "identical": again.identical, "differences": again.differences}


def uses_custom_code(spec: BacktestSpec) -> bool:
    """Whether the graph holds Python of the user, which may loop for ever or print without end."""
    graph = graph_from_text(spec.graph, spec.where)
    return any(node.type == CUSTOM for node in graph.nodes.values())


def run_spec(spec: BacktestSpec, folder: Path, report: Report) -> dict[str, Any]:
    """Compile, load, simulate, keep. Returns a summary that JSON can hold.

    `folder` is the job's; its name is the run's id. The run and its trial are recorded last, in
    one transaction, so that a run that failed half-way has left no row, nor any file of a result.
    """
    started = time.perf_counter()
    _project_of(folder).database().close()  # damaged, or not ours: told before the work, not after
    graph = graph_from_text(spec.graph, spec.where)
    report.progress(0, of=5, doing="Writing the strategy")
    code = generate(graph)
    report.progress(1, of=5, doing="Loading bars")
    loaded = fit_to_run(load_data(code), report, ignore_quality=spec.ignore_quality)
    result = backtest(code, loaded, run=folder.name, graph_hash=content_hash(graph), report=report)
    report.progress(4, of=5, doing="Keeping the result")
    try:
        _keep(result, code, spec, folder)
        if spec.with_report:
            _keep_report(result, code, spec, folder)
        tried = _record(
            result,
            code,
            graph_hash=content_hash(graph),
            folder=folder,
            seconds=time.perf_counter() - started,
        )
    except BaseException:
        shutil.rmtree(folder / "artifacts", ignore_errors=True)
        raise
    found = luck(result, tried)
    _keep_luck(found, folder)
    report.progress(5, of=5, doing="Done")
    return {**summary(result), "luck": found}


def summary(result: BacktestResult) -> dict[str, Any]:
    """What a list of runs, a terminal or another program wants to know of a result."""
    stamps = result.bars.timestamps
    first, last = (np.datetime_as_string(stamps[i], unit="D") for i in (0, -1))
    return {
        "run": result.run,
        "name": result.name,
        "symbols": ", ".join(result.bars.symbols[:8])
        + (" …" if len(result.bars.symbols) > 8 else ""),
        "period": f"{first} to {last}, {result.bars.count:,} bars",
        "engine": result.engine,
        "engine_reason": result.engine_reason,
        "marks": list(result.marks),
        "metrics": {name: float(value) for name, value in result.metrics.items()},
        "benchmark_metrics": {n: float(v) for n, v in result.benchmark_metrics.items()},
        "findings": [
            {"code": f.code, "severity": f.severity.value, "message": f.message, "hint": f.hint}
            for f in result.findings
        ],
        "equity_hash": equity_hash(result.equity),
    }


def _keep(result: BacktestResult, code: StrategyCode, spec: BacktestSpec, folder: Path) -> None:
    """Write the run's files: what ran, and what came out."""
    from alphintra_desktop.backtest.artifacts import write_artifacts  # noqa: PLC0415

    write_artifacts(result, code, spec.graph, folder / "artifacts")


def _keep_report(
    result: BacktestResult, code: StrategyCode, spec: BacktestSpec, folder: Path
) -> None:
    """Write the report, in which this run counts as a trial already."""
    from alphintra_desktop.backtest.artifacts import write_report  # noqa: PLC0415 - draws charts

    with _database_of(folder) as database:
        tried = tried_with(database, trial_of(result, code, result.manifest))
    write_report(result, code, spec.graph, folder / "artifacts", luck(result, tried))


def _keep_luck(found: Mapping[str, float], folder: Path) -> None:
    """The run is recorded by now, and told: a disk that is full at last does not undo it."""
    from alphintra_desktop.backtest.artifacts import write_luck  # noqa: PLC0415

    with suppress(AlphintraError):
        write_luck(found, folder / "artifacts")


def _record(
    result: BacktestResult, code: StrategyCode, *, graph_hash: str, folder: Path, seconds: float
) -> Tried:
    """Write down the run, and return all that was tried on its data by now."""
    manifest = result.manifest
    run = Run(
        id=result.run,
        name=result.name,
        graph_hash=graph_hash,
        code_hash=manifest["code_hash"],
        data_hashes=manifest["data_hashes"],
        settings=manifest["settings"],
        engine=result.engine,
        metrics=dict(result.metrics),
        equity_hash=equity_hash(result.equity),
        seconds=seconds,
        manifest=manifest,
        job_folder=f"jobs/{folder.name}",
    )
    with _database_of(folder) as database:
        trial = trial_of(result, code, manifest)
        record_run(database, run, trial)
        return trials_on(database, trial.data)


def _database_of(folder: Path) -> closing[sqlite3.Connection]:
    return closing(_project_of(folder).database())


def _project_of(folder: Path) -> Project:
    return find_project(folder) or home_project()


def trial_of(result: BacktestResult, code: StrategyCode, manifest: Mapping[str, Any]) -> Trial:
    data = code.trading.data
    stamps = result.bars.timestamps
    events = {f"events {table}": sha for table, sha in manifest.get("event_hashes", {}).items()}
    hashes = {**manifest["data_hashes"], **events}
    span = DataRange(data.dataset, data.symbols, data.timeframe, stamps[0], stamps[-1], hashes)
    return Trial(
        kind="backtest",
        strategy_hash=manifest["code_hash"],
        data=span,
        sharpe_per_bar=sharpe_per_bar(result),
        bars=result.bars.count - 1,
        params=manifest["params"],
        metrics=dict(result.metrics),
    )


def spec_arguments(spec: BacktestSpec) -> dict[str, Any]:
    """The spec as a job's JSON arguments."""
    return asdict(spec)
