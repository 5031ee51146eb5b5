"""`alphintra runs | repeat`: what was tried, and trying it again to the bit."""

from __future__ import annotations

import argparse
import shlex
from contextlib import closing
from pathlib import Path
from typing import Any

from alphintra_desktop.backtest.task import BacktestSpec, spec_arguments, uses_custom_code
from alphintra_desktop.backtest.task import run_repeat as repeat_task
from alphintra_desktop.cli.arguments import add_command, add_json, add_time_limit
from alphintra_desktop.cli.choosing import chosen_project
from alphintra_desktop.cli.guarded import run_task, scratch_job
from alphintra_desktop.cli.output import Console, counted_things
from alphintra_desktop.disk import text_of_file

DIFFERENT = 3


def add_runs(commands: Any) -> None:
    """`alphintra runs`."""
    command = add_command(
        commands,
        "runs",
        "list the backtests of a project, newest first",
        about="Every run also counts as a trial in the project's ledger, which is checked here.",
        examples=("runs", "runs --project my_strategy --json"),
    )
    _add_project(command)
    command.set_defaults(run=run_runs)


def add_repeat(commands: Any) -> None:
    """`alphintra repeat`."""
    command = add_command(
        commands,
        "repeat",
        "run a past backtest again on exactly its data",
        about="Tells whether the equity is the same to the bit, and if not, what else has changed. "
        "A repetition is no new trial.",
        examples=("repeat 20260131-120000000-1a2b3c --project my_strategy",),
    )
    command.add_argument("id", help="the run's id, as `alphintra runs` lists it")
    _add_project(command)
    add_time_limit(command)
    command.set_defaults(run=run_repeat)


COMMANDS = (add_runs, add_repeat)


def _add_project(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--project", default=".", metavar="FOLDER", help="the project (default: this one)"
    )
    add_json(command)


def run_runs(options: argparse.Namespace, console: Console) -> None:
    """Every run with its headline, and how many trials the ledger counts."""
    from alphintra_desktop.runs.ledger import runs, verify_ledger  # noqa: PLC0415
    from alphintra_desktop.simulation.metrics import format_metric  # noqa: PLC0415

    project = chosen_project(Path(options.project))
    with closing(project.database()) as database:
        found, trials = runs(database), verify_ledger(database)
    if console.as_json:
        console.result([{"id": run.id, "name": run.name, "metrics": run.metrics} for run in found])
        return
    shown = ("total_return", "sharpe", "max_drawdown", "trades")
    rows = [
        (run.id, *(format_metric(name, run.metrics[name]) for name in shown), run.name)
        for run in found
    ]
    console.table(("Run", "Return", "Sharpe", "Drawdown", "Trades", "Strategy"), rows)
    console.line()
    many, counted = counted_things(len(found), "run"), counted_things(trials, "trial")
    console.line(f"{many} in {project.folder}; the ledger is whole and counts {counted}.")
    if found:
        console.pairs(("Next", f"alphintra repeat {found[0].id}{_same_project(options)}"))
    else:
        console.pairs(("Next", "alphintra backtest"))


def _same_project(options: argparse.Namespace) -> str:
    return "" if options.project == "." else f" --project {shlex.quote(options.project)}"


def run_repeat(options: argparse.Namespace, console: Console) -> int:
    """Say whether the equity is identical, and if not, what else is not the same."""
    from alphintra_desktop.runs.ledger import find_run  # noqa: PLC0415

    project = chosen_project(Path(options.project))
    with closing(project.database()) as database:
        run = find_run(database, options.id)
    folder = project.folder / run.job_folder / "artifacts"
    spec = BacktestSpec(text_of_file(folder / "graph.alphintra"), f"the graph of run {run.id}")
    arguments = {**spec_arguments(spec), "project": str(project.folder), "run": run.id}
    custom = uses_custom_code(spec)
    with console.progress() as report, scratch_job(project, custom) as job:
        limit = options.time_limit if custom else None
        again = run_task(repeat_task, arguments, job, report, time_limit=limit)
    if console.as_json:
        console.result(again)
    verdict = "identical to the bit" if again["identical"] else "NOT the same"
    console.line(f"Run {run.id} repeated: the equity is {verdict}.")
    for name, (before, after) in again["differences"].items():
        console.line(f"  {name}: was {before}, is {after}")
    return 0 if again["identical"] else DIFFERENT
