"""What a window asks workers to do with the market library: check, mend, choose, query, export."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.market.catalog import Catalog, SeriesVersion
from alphintra_desktop.market.library import library
from alphintra_desktop.market.quality_finding import QualityFinding, as_plain, from_plain
from alphintra_desktop.report import Report
from alphintra_desktop.workspace.data_coverage import coverage_of

ANSWER = "answer.arrow"
MOST_ROWS = 1_000_000
_ROWS_A_STEP = 10_000


def check_job(version: SeriesVersion) -> Spec:
    """The job that checks a version."""
    return Spec("run_data_check", {"version": asdict(version)})


def repair_job(version: SeriesVersion, finding: QualityFinding) -> Spec:
    """The job that mends what a finding about a version is about."""
    return Spec("run_data_repair", {"version": asdict(version), "finding": as_plain(finding)})


def choose_job(version: SeriesVersion) -> Spec:
    """The job that makes a version the current one."""
    return Spec("run_data_choose", {"version": asdict(version)})


def undo_job(version: SeriesVersion) -> Spec:
    """The job that takes the last repair of a version back."""
    return Spec("run_data_undo", {"version": asdict(version)})


def query_job(sql: str) -> Spec:
    """The job that asks the library in SQL."""
    return Spec("run_data_query", {"sql": sql})


def export_job(version: SeriesVersion, path: Path) -> Spec:
    """The job that writes the bars of a version into a file: Parquet by its suffix, else CSV."""
    return Spec("run_data_export", {"version": asdict(version), "path": str(path)})


def answer_job(answer: Path, path: Path) -> Spec:
    """The job that writes the answer of a query as CSV."""
    return Spec("run_data_answer", {"answer": str(answer), "path": str(path)})


# ---------------------------------------------------------------- in a worker


def run_data_check(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """Everything that is wrong with a version, and its coverage. What is found is kept."""
    from alphintra_desktop.market.quality_kept import quality_of  # noqa: PLC0415 - heavy
    from alphintra_desktop.market.quality_reading import stored_table  # noqa: PLC0415

    del folder
    version = SeriesVersion(**arguments["version"])
    (quality,) = quality_of([version], report)
    coverage = coverage_of(stored_table(library(), version), quality.calendar)
    return {"findings": [as_plain(f) for f in quality.findings], "coverage": asdict(coverage)}


def run_data_repair(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """Mend a version that is still the current one, and say what was done."""
    from alphintra_desktop.market.repair import repair_series, said_of_repair  # noqa: PLC0415

    del folder
    version, finding = SeriesVersion(**arguments["version"]), from_plain(arguments["finding"])
    now = Catalog(library().catalog).found(version.dataset, version.timeframe, (version.symbol,))
    if version.symbol not in now or now[version.symbol].sha256 != version.sha256:
        raise AlphintraError(
            f"{version.symbol} has changed since it was checked.",
            hint="Check it again: what was found may not be so any more.",
        )
    made = repair_series(version, [finding], report)
    return {"version": asdict(made), "did": said_of_repair(version, finding)}


def run_data_choose(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """Make a version the current one again."""
    from alphintra_desktop.market.quality_kept import choose_version  # noqa: PLC0415

    del folder, report
    choose_version(SeriesVersion(**arguments["version"]))
    return {}


def run_data_undo(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """Make the version before the last repair the current one again."""
    from alphintra_desktop.market.quality_kept import (  # noqa: PLC0415
        before_repair,
        choose_version,
    )

    del folder, report
    earlier = before_repair(SeriesVersion(**arguments["version"]))
    choose_version(earlier)
    return {"version": asdict(earlier)}


def run_data_query(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """Answer a SELECT with a file in the job's folder that holds at most `MOST_ROWS` rows."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    from alphintra_desktop.market.store import query  # noqa: PLC0415

    report.progress(0, of=0, doing="Asking the library")
    found = query(arguments["sql"])
    kept = found.slice(0, MOST_ROWS).combine_chunks()
    path = folder / ANSWER
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, kept.schema) as writer:
        writer.write_table(kept)
    return {"answer": str(path), "rows": found.num_rows}


def run_data_export(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """Write every row of a version, as it is stored, into a file, whole or not at all.

    Rows that are held out are left out.
    """
    import pyarrow.csv as pa_csv  # noqa: PLC0415 - heavy
    import pyarrow.parquet as pq  # noqa: PLC0415

    from alphintra_desktop.market.holdout_fence import rows_readable  # noqa: PLC0415

    version, path = SeriesVersion(**arguments["version"]), Path(arguments["path"])
    report.progress(0, of=1, doing=f"Writing {path.name}")
    stored, draft = library().snapshot(version.sha256), folder / "draft"
    if not stored.exists():
        raise AlphintraError(
            f"The file with the bars of {version.symbol} is missing from the library.",
            hint="Import the bars of that symbol again, which replaces the file.",
        )
    table = pq.read_table(stored)
    rows = rows_readable(table["timestamp"].to_numpy(), version.dataset, version.symbol)
    if path.suffix.lower() != ".parquet":
        # Without the symbol, the only text: what is left are times and numbers.
        pa_csv.write_csv(table.slice(0, rows).drop_columns(["symbol"]), draft)
    elif rows == table.num_rows:
        shutil.copyfile(stored, draft)
    else:
        pq.write_table(table.slice(0, rows), draft)
    _move(draft, path)
    return {"path": str(path), "rows": rows}


def run_data_answer(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """Write the answer of a query as CSV of which no cell is run as a formula."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    from alphintra_desktop.backtest.spreadsheet_text import no_formula  # noqa: PLC0415

    path, draft = Path(arguments["path"]), folder / "draft"
    with pa.memory_map(arguments["answer"]) as memory, draft.open("w", encoding="utf-8") as file:
        table = pa.ipc.open_file(memory).read_all()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([no_formula(name) for name in table.column_names])
        for start in range(0, table.num_rows, _ROWS_A_STEP):
            report.progress(start, of=table.num_rows, doing=f"Writing {path.name}")
            columns = [column.to_pylist() for column in table.slice(start, _ROWS_A_STEP).columns]
            writer.writerows(
                [no_formula(cell) for cell in row] for row in zip(*columns, strict=True)
            )
    _move(draft, path)
    return {"path": str(path), "rows": table.num_rows}


def _move(draft: Path, path: Path) -> None:
    """Put a finished file where the user wants it, perhaps on another disk, whole or not at all."""
    near = path.with_name(f".{path.name}.draft")
    try:
        shutil.move(draft, near)
        near.replace(path)
    except OSError as error:
        near.unlink(missing_ok=True)
        raise AlphintraError(
            f"{path} cannot be written: {error.strerror or error}.",
            hint="Choose another place, or make room on the disk.",
        ) from error


DATA_TASKS = (
    run_data_check,
    run_data_repair,
    run_data_choose,
    run_data_undo,
    run_data_query,
    run_data_export,
    run_data_answer,
)
