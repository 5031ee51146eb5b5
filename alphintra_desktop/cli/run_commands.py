"""`alphintra runs | repeat`: what was tried, and trying it again to the bit."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import Any

from alphintra_desktop.cli.choosing import chosen_project
from alphintra_desktop.cli.output import Console
from alphintra_desktop.disk import text_of_file

DIFFERENT = 3


def add_runs(commands: Any) -> None:
    """`alphintra runs`."""
    command = commands.add_parser("runs", help="list the backtests of a project, newest first")
    _add_project(command)
    command.set_defaults(run=run_runs)


def add_repeat(commands: Any) -> None:
    """`alphintra repeat`."""
    command = commands.add_parser("repeat", help="run a past backtest again on exactly its data")
    command.add_argument("id", help="the run's id, as `alphintra runs` lists it")
    _add_project(command)
    command.set_defaults(run=run_repeat)


COMMANDS = (add_runs, add_repeat)


def _add_project(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--project", default=".", metavar="FOLDER", help="the project (default: this one)"
    )
    command.add_argument("--json", action="store_true", help="print JSON for programs")


def run_runs(options: argparse.Namespace, console: Console) -> None:
    """Every run with its headline, and how many trials the ledger counts."""
    from alphintra_desktop.runs.ledger import runs, verify_ledger  # noqa: PLC0415
    from alphintra_desktop.simulation.metrics import format_metric  # noqa: PLC0415

    project = chosen_project(Path(options.project) / "graph")
    with closing(project.database()) as database:
        found, trials = runs(database), verify_ledger(database)
    if options.json:
        console.result([{"id": run.id, "name": run.name, "metrics": run.metrics} for run in found])
        return
    shown = ("total_return", "sharpe", "max_drawdown", "trades")
    rows = [
        (run.id, run.name, *(format_metric(name, run.metrics[name]) for name in shown))
        for run in found
    ]
    console.table(("Run", "Strategy", "Return", "Sharpe", "Drawdown", "Trades"), rows)
    console.line()
    console.line(f"{len(found)} runs; the ledger is whole and counts {trials} trials.")


def run_repeat(options: argparse.Namespace, console: Console) -> int:
    """Say whether the equity is identical, and if not, what else is not the same."""
    from alphintra_desktop.backtest.repeat import repeat  # noqa: PLC0415 - brings the engines
    from alphintra_desktop.runs.ledger import find_run  # noqa: PLC0415

    project = chosen_project(Path(options.project) / "graph")
    with closing(project.database()) as database:
        run = find_run(database, options.id)
    folder = project.folder / run.job_folder / "artifacts"
    with console.progress() as report:
        again = repeat(run, text_of_file(folder / "graph.alphintra"), report)
    if options.json:
        console.result(
            {"run": run.id, "identical": again.identical, "differences": again.differences}
        )
    else:
        verdict = "identical to the bit" if again.identical else "NOT the same"
        console.line(f"Run {run.id} repeated: the equity is {verdict}.")
        for name, (before, after) in again.differences.items():
            console.line(f"  {name}: was {before}, is {after}")
    return 0 if again.identical else DIFFERENT
