"""Runs read for the page: a run with as much of its charts as the library still allows, or several
to compare. All of this is slow: for a thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alphintra_desktop.backtest.charted_run import ChartedRun, charted
from alphintra_desktop.backtest.run_growth import Growth, growth
from alphintra_desktop.backtest.run_tables import RunTables, run_tables
from alphintra_desktop.backtest.stored_run import StoredRun, stored_run
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.runs.ledger import Run
from alphintra_desktop.workspace.run_differences import differences


@dataclass(frozen=True)
class LoadedRun:
    """`charted` is None where the bars are gone; `trouble` says so."""

    run: StoredRun
    tables: RunTables
    charted: ChartedRun | None
    trouble: str = ""


def load_run(folder: Path) -> LoadedRun:
    """Read a run. Raises `AlphintraError`."""
    run = stored_run(folder)
    return with_bars_of(run, run_tables(run), _first(run))


def with_bars_of(run: StoredRun, tables: RunTables, symbol: str) -> LoadedRun:
    """The run with charts over the bars of a symbol."""
    try:
        return LoadedRun(run, tables, charted(run, symbol))
    except AlphintraError as error:
        return LoadedRun(run, tables, None, f"{error.message} {error.hint}")


def _first(run: StoredRun) -> str:
    """Most is to be seen where the first trade was."""
    return str(run.trades.symbol[0]) if len(run.trades) else run.symbols[0]


# ------------------------------------------------------------------------- comparing


@dataclass(frozen=True)
class Unequal:
    """One thing that is not the same in all runs: what each has, in words."""

    about: str
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class LoadedRuns:
    """Several runs to compare; `unequal` is what about them is not the same."""

    runs: tuple[StoredRun, ...]
    unequal: tuple[Unequal, ...]
    growth: Growth


def load_runs(runs: Sequence[Run], project: Path) -> LoadedRuns:
    """Read several runs of a project. Raises `AlphintraError`."""
    read = tuple(stored_run(project / run.job_folder) for run in runs)
    return LoadedRuns(read, unequal(runs, project), growth(read))


def unequal(runs: Sequence[Run], project: Path) -> tuple[Unequal, ...]:
    """What is not the same in all of them: each run is held against the first."""
    first, others = runs[0], runs[1:]
    # Two nodes may have the same title: what the first run has tells them apart.
    found: dict[tuple[str, str, str], list[Any]] = {}
    for number, other in enumerate(others, start=1):
        for difference in differences(first, other, project):
            key = difference.about, difference.name, str(difference.first)
            values = found.setdefault(key, [difference.first] * len(runs))
            values[number] = difference.second
    return tuple(
        Unequal(about, name, tuple("drawn" if value == name else _word(value) for value in values))
        for (about, name, _), values in found.items()
    )


def _word(value: Any) -> str:
    if value is None:
        return "–"  # noqa: RUF001 - a dash, as a table prints nothing
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
