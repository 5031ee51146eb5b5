"""`alphintra backtest | verify | code | check`: what is done with one graph."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alphintra_desktop.backtest.luck import luck_in_words
from alphintra_desktop.backtest.task import BacktestSpec, spec_arguments, uses_custom_code
from alphintra_desktop.backtest.task import run_backtest as backtest_task
from alphintra_desktop.backtest.task import run_verify as verify_task
from alphintra_desktop.cli.arguments import (
    add_command,
    add_graph,
    add_ignore_quality,
    add_time_limit,
)
from alphintra_desktop.cli.choosing import Chosen, chosen, params_of
from alphintra_desktop.cli.guarded import run_task, scratch_job
from alphintra_desktop.cli.output import Console, as_plain, counted_things, shown_path
from alphintra_desktop.codegen.lower import lower
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.codegen.problems import problems_of
from alphintra_desktop.codegen.reading_events import reads_events
from alphintra_desktop.disk import write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.report import Report
from alphintra_desktop.runs.project import Project
from alphintra_desktop.simulation.metrics import METRICS, TEN, format_metric

DIFFERENT, FAILED = 3, 1
LUCK = (
    "Below the metrics stands what luck explains. Every different trial of this project on any of "
    "the same bars counts. The best of so many without skill would show a Sharpe ratio that "
    "follows from the variance of all their Sharpe ratios (of this timeframe; 1 / (bars - 1) as "
    "long as there are no two different ones): False Strategy theorem. The chances that the true "
    "Sharpe ratio is above 0, and above that, are the probabilistic and the deflated Sharpe ratio "
    "of Bailey and Lopez de Prado 2012 and 2014, which make allowance for skewness and fat tails."
)


def add_backtest(commands: Any) -> None:
    """`alphintra backtest`."""
    command = add_command(
        commands,
        "backtest",
        "run a strategy and print what it earned",
        about="Every run is kept in the project, and counted as a trial.\n\n" + LUCK,
        examples=(
            "backtest my_strategy",
            "backtest my_strategy --report report.html --all",
            'backtest my_strategy --set "Fast average.period=12"',
            'backtest my_strategy --set "Market data.symbols=MSFT" --json',
        ),
    )
    add_graph(command)
    command.add_argument("--report", metavar="FILE", help="write an HTML report with charts there")
    command.add_argument("--all", action="store_true", help="print every metric, not only ten")
    add_ignore_quality(command)
    add_time_limit(command)
    command.set_defaults(run=run_backtest)


def add_verify(commands: Any) -> None:
    """`alphintra verify`."""
    command = add_command(
        commands,
        "verify",
        "run a strategy in two independent ways and compare every fill",
        about="The exit code is 3 when they differ.",
        examples=("verify my_strategy", "verify my_strategy/graphs/sma_crossover.alphintra"),
    )
    add_graph(command)
    add_time_limit(command)
    command.set_defaults(run=run_verify)


def add_code(commands: Any) -> None:
    """`alphintra code`."""
    command = add_command(
        commands,
        "code",
        "print the strategy as a Python file",
        about="The file needs NumPy, pandas and TA-Lib, and no Alphintra.",
        examples=(
            "code my_strategy",
            "code my_strategy --output strategy.py --bars bars.parquet",
        ),
    )
    add_graph(command)
    command.add_argument("--output", "-o", metavar="FILE", help="write it there instead")
    command.add_argument("--bars", metavar="FILE", help="write the bars it reads there, too")
    command.set_defaults(run=run_code)


def add_check(commands: Any) -> None:
    """`alphintra check`."""
    command = add_command(
        commands,
        "check",
        "list everything that is wrong with a graph",
        about="The exit code is 1 when something keeps it from running.",
        examples=("check my_strategy", "check my_strategy --params"),
    )
    add_graph(command)
    command.add_argument(
        "--params", action="store_true", help="list what --set can change, with its value"
    )
    command.set_defaults(run=run_check)


COMMANDS = (add_backtest, add_verify, add_code, add_check)


def _chosen(options: argparse.Namespace) -> Chosen:
    return chosen(Path(options.graph), options.settings)


# -------------------------------------------------------------------- backtest


def run_backtest(options: argparse.Namespace, console: Console) -> None:
    """Run, print, and say where the rest lies."""
    asked = _chosen(options)
    goal = Path(options.report) if options.report is not None else None
    if goal is not None:
        refuse_unwritable(goal, asked.path)
    spec = BacktestSpec(
        asked.text,
        shown_path(asked.path),
        with_report=goal is not None,
        ignore_quality=options.ignore_quality,
    )
    with console.progress() as report:
        summary, folder = backtest_in(asked.project, spec, report, options.time_limit)
    kept = folder / "artifacts"
    if goal is not None:
        write_file(goal, (kept / "report.html").read_text("utf-8"))
    if console.as_json:
        console.result({**summary, "artifacts": kept, "report": goal and goal.absolute()})
        return
    print_summary(summary, console, everything=options.all)
    console.line()
    console.pairs(
        ("Run", summary["run"]),
        ("Kept in", shown_path(kept)),
        ("Report", shown_path(goal))
        if goal is not None
        else ("Next", "add --report report.html to see it in charts, --all for more metrics"),
    )


def backtest_in(
    project: Project, spec: BacktestSpec, report: Report, time_limit: float = 60.0
) -> tuple[dict[str, Any], Path]:
    """Run a backtest as a job of the project; in a process of its own if it has custom code."""
    limit = time_limit if uses_custom_code(spec) else None
    folder = project.new_job_folder()
    arguments = spec_arguments(spec)
    return run_task(backtest_task, arguments, folder, report, time_limit=limit), folder


def refuse_unwritable(goal: Path, graph: Path) -> None:
    """Raise before the work if its result could not be written, or would destroy the graph."""
    if goal.exists() and goal.samefile(graph):
        raise AlphintraError(
            f"{goal} is the graph itself.", hint="Choose another name for what is to be written."
        )
    if goal.is_dir():
        raise AlphintraError(f"{goal} is a folder.", hint=f"Name a file: {goal / 'report.html'}.")
    if not goal.absolute().parent.is_dir():
        raise AlphintraError(
            f"There is no folder {goal.absolute().parent}.",
            hint="Make it first, or choose another place.",
        )
    if not os.access(goal if goal.exists() else goal.absolute().parent, os.W_OK):
        raise AlphintraError(
            f"{goal} cannot be written.", hint="Choose a place where you may write."
        )


def print_summary(summary: Mapping[str, Any], console: Console, *, everything: bool) -> None:
    """The metrics beside buy and hold, then everything suspicious."""
    console.line(f"{summary['name']}: {summary['symbols']}, {summary['period']}")
    console.sentence(f"Engine: {summary['engine']}. {summary['engine_reason']}")
    for mark in summary["marks"]:
        console.sentence(f"! {mark}")
    console.line()
    names = [metric.name for metric in METRICS] if everything else list(TEN)
    titles = {m.name: f"{m.title}, bars" if m.kind == "bars" else m.title for m in METRICS}
    rows = [
        (
            titles[name],
            _shown(name, summary["metrics"].get(name)),
            _shown(name, summary["benchmark_metrics"].get(name)),
        )
        for name in names
    ]
    console.table(("", "Strategy", "Buy and hold"), rows)
    console.line()
    for sentence in luck_in_words(summary["luck"]):
        console.sentence(sentence)
    if summary["findings"]:
        console.line()
    for finding in summary["findings"]:
        console.sentence(f"{finding['severity'].upper()}: {finding['message']}")
        if finding["hint"]:
            console.sentence(finding["hint"], indent="  ")


def _shown(name: str, value: float | None) -> str:
    return "-" if value is None else format_metric(name, value)


# ------------------------------------------------------------ verify, code, check


def run_verify(options: argparse.Namespace, console: Console) -> int:
    """Compare two ways, and explain every trade on which they differ."""
    asked = _chosen(options)
    spec = BacktestSpec(asked.text, shown_path(asked.path))
    with console.progress() as report, scratch_job(asked.project, uses_custom_code(spec)) as folder:
        limit = options.time_limit if uses_custom_code(spec) else None
        found = run_task(verify_task, spec_arguments(spec), folder, report, time_limit=limit)
    if console.as_json:
        console.result({name: value for name, value in found.items() if name != "lines"})
    for line in found["lines"]:
        console.sentence(line)
    if not found["agree"]:
        console.line()
        console.sentence(
            "One of the two is wrong: please report it, with the graph and its bars "
            "(`alphintra code --output strategy.py --bars bars.parquet`)."
        )
    return 0 if found["agree"] else DIFFERENT


def run_code(options: argparse.Namespace, console: Console) -> None:
    """The generated file, to the terminal or to a file."""
    asked = _chosen(options)
    bars, goal = (None if name is None else Path(name) for name in (options.bars, options.output))
    for file in filter(None, (bars, goal)):
        refuse_unwritable(file, asked.path)
    code = generate(asked.graph)
    if bars is not None:
        from alphintra_desktop.backtest.run import load_data  # noqa: PLC0415 - opens the store
        from alphintra_desktop.market.store import export_bars  # noqa: PLC0415

        loaded = load_data(code)
        export_bars(bars, loaded)
        for mark in loaded.marks:
            console.note(mark)
        console.note(f"Bars written to {shown_path(bars)}.")
    if goal is not None:
        write_file(goal, code.text)
        console.note(f"Strategy written to {shown_path(goal)}.")
    if console.as_json:
        console.result({"code": code.text, "lines": code.lines, "settings": code.settings})
    elif goal is None:
        console.line(code.text.rstrip("\n"))
    elif bars is not None:
        console.pairs(("Next", shlex.join(["python", shown_path(goal), shown_path(bars)])))


def run_check(options: argparse.Namespace, console: Console) -> int:
    """Every problem with its hint. Fails when one keeps the strategy from running."""
    asked = _chosen(options)
    lowered = lower(asked.graph)
    found = problems_of(lowered)
    if reads_events(lowered):
        from alphintra_desktop.backtest.missing_events import missing_events  # noqa: PLC0415

        found = (*missing_events(lowered, blocking=True), *found)
    blocking = sum(problem.blocking for problem in found)
    params = params_of(asked.graph) if options.params else []
    if console.as_json:
        listed = [{**as_plain(p), "code": p.code, "blocking": p.blocking} for p in found]
        told = {"graph": asked.path, "can_run": not blocking, "problems": listed}
        console.result({**told, "params": [row._asdict() for row in params]} if params else told)
    if params:
        console.table(
            ("Id", "Node", "Param", "Value", "Means"),
            [(row.node, row.title, row.param, row.shown, row.help) for row in params],
        )
        console.line()
    for problem in found:
        place = f" [{problem.place.node}]" if problem.place.node else ""
        console.sentence(f"{'PROBLEM' if problem.blocking else 'note'}{place}: {problem.message}")
        console.sentence(problem.hint, indent="  ")
    name = shown_path(asked.path)
    if blocking:
        verb = "keeps" if blocking == 1 else "keep"
        console.line(f"{counted_things(blocking, 'problem')} {verb} {name} from running.")
        return FAILED
    console.line(f"{name} can run.")
    console.pairs(("Next", shlex.join(["alphintra", "backtest", options.graph])))
    return 0
