"""The HTML report of a recorded run as a job: made from a repetition of the run."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from alphintra_desktop.backtest.data_findings import fit_to_run
from alphintra_desktop.backtest.luck import luck
from alphintra_desktop.backtest.run import backtest
from alphintra_desktop.backtest.task import trial_of
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.disk import text_of_file, write_file
from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.market.holdout import lifted, stamps_of
from alphintra_desktop.market.store import load_pinned
from alphintra_desktop.report import Report
from alphintra_desktop.runs.ledger import find_run, trials_on
from alphintra_desktop.runs.manifest import equity_hash
from alphintra_desktop.runs.project import open_project


def run_report(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: write the report of the run `run` of `project` to the file `path`.

    The run is repeated on exactly its data. Returns whether its equity is the same to the bit:
    it is not after an update of what it was computed with.
    """
    from alphintra_desktop.backtest.html_report import html_report  # noqa: PLC0415 - draws charts

    del folder
    project = open_project(Path(arguments["project"]))
    database = project.database()
    try:
        run = find_run(database, arguments["run"])
    finally:
        database.close()
    text = text_of_file(project.folder / run.job_folder / "artifacts" / "graph.alphintra")
    code = generate(graph_from_text(text, f"the graph of run {run.id}"))
    data = code.trading.data
    pins = {name.rpartition(" ")[0]: sha for name, sha in run.data_hashes.items()}
    report.progress(1, of=5, doing="Loading bars")
    pins = {symbol: pins[symbol] for symbol in data.symbols}
    with lifted(stamps_of(run.graph_hash, run.manifest.get("marks", ()))):
        loaded = load_pinned(data.dataset, data.timeframe, pins, data.start, data.end)
    loaded = replace(loaded, events=run.manifest.get("event_hashes", {}))
    loaded = fit_to_run(loaded, report, ignore_quality=True)
    result = backtest(code, loaded, run=run.id, graph_hash=run.graph_hash, report=report)
    report.progress(4, of=5, doing="Drawing the report")
    path = Path(arguments["path"])
    with closing(project.database()) as database:
        tried = trials_on(database, trial_of(result, code, result.manifest).data)
    page = html_report(result, graph_text=text, code=code.text, luck=luck(result, tried))
    write_file(path, page)
    return {"path": str(path), "identical": equity_hash(result.equity) == run.equity_hash}
