"""`alphintra backtest | verify | code | check`: what is done with one graph."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alphintra_desktop.backtest.luck import luck_in_words
from alphintra_desktop.backtest.task import BacktestSpec, run_spec, uses_custom_code
from alphintra_desktop.cli.choosing import chosen_graph, chosen_project, with_settings
from alphintra_desktop.cli.output import Console
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.codegen.problem import GraphHasProblems
from alphintra_desktop.codegen.problems import problems
from alphintra_desktop.disk import write_file
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.report import Report
from alphintra_desktop.runs.project import Project
from alphintra_desktop.simulation.metrics import METRICS, TEN, format_metric

DIFFERENT = 3
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
    command = commands.add_parser(
        "backtest", help="run a strategy and print what it earned", epilog=LUCK
    )
    _add_graph(command)
    command.add_argument("--report", metavar="FILE", help="write the HTML report there, too")
    command.add_argument("--all", action="store_true", help="print every metric, not only ten")
    command.add_argument(
        "--time-limit",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="stop a strategy with custom code after so long (default: 60)",
    )
    command.set_defaults(run=run_backtest)


def add_verify(commands: Any) -> None:
    """`alphintra verify`."""
    command = commands.add_parser("verify", help="run a strategy on two engines and compare")
    _add_graph(command)
    command.set_defaults(run=run_verify)


def add_code(commands: Any) -> None:
    """`alphintra code`."""
    command = commands.add_parser("code", help="print the strategy as a Python file")
    _add_graph(command)
    command.add_argument("--output", "-o", metavar="FILE", help="write it there instead")
    command.add_argument("--bars", metavar="FILE", help="write the bars it reads there, too")
    command.set_defaults(run=run_code)


def add_check(commands: Any) -> None:
    """`alphintra check`."""
    command = commands.add_parser("check", help="list everything that is wrong with a graph")
    _add_graph(command)
    command.set_defaults(run=run_check)


COMMANDS = (add_backtest, add_verify, add_code, add_check)


def _add_graph(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "graph", nargs="?", default=".", help="a .alphintra file, or a project (default: this one)"
    )
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NODE.PARAM=VALUE",
        dest="settings",
        help="change a param for this run; NODE is an id or a title",
    )
    command.add_argument("--json", action="store_true", help="print JSON for programs")


def _graph(options: argparse.Namespace) -> tuple[Graph, Path]:
    graph, path = chosen_graph(Path(options.graph))
    return with_settings(graph, options.settings), path


# -------------------------------------------------------------------- backtest


def run_backtest(options: argparse.Namespace, console: Console) -> None:
    """Run, print, and say where the rest lies."""
    graph, path = _graph(options)
    spec = BacktestSpec(graph_to_text(graph), str(path), with_report=options.report is not None)
    with console.progress() as report:
        summary, folder = backtest_in(chosen_project(path), spec, report, options.time_limit)
    if options.report is not None:
        write_file(Path(options.report), (folder / "artifacts" / "report.html").read_text("utf-8"))
    if console.as_json:
        console.result(summary)
        return
    print_summary(summary, console, everything=options.all)
    console.line()
    console.line(f"Run {summary['run']}, tables and manifest in {folder / 'artifacts'}")
    if options.report is not None:
        console.line(f"Report: {Path(options.report).absolute()}")


def backtest_in(
    project: Project, spec: BacktestSpec, report: Report, time_limit: float = 60.0
) -> tuple[dict[str, Any], Path]:
    """Run a backtest as a job of the project; in a process of its own if it has custom code."""
    folder = project.new_job_folder()
    if uses_custom_code(spec):
        from alphintra_desktop.cli.guarded import run_guarded  # noqa: PLC0415 - rarely needed

        return run_guarded(spec, folder, report, time_limit), folder
    return run_spec(spec, folder, report), folder


def print_summary(summary: Mapping[str, Any], console: Console, *, everything: bool) -> None:
    """The metrics beside buy and hold, then everything suspicious."""
    console.line(f"{summary['name']}: {summary['symbols']}, {summary['period']}")
    console.line(f"Engine: {summary['engine']} ({summary['engine_reason']})")
    for mark in summary["marks"]:
        console.line(f"! {mark}")
    console.line()
    names = [metric.name for metric in METRICS] if everything else list(TEN)
    titles = {metric.name: metric.title for metric in METRICS}
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
        console.line(sentence)
    if summary["findings"]:
        console.line()
    for finding in summary["findings"]:
        console.line(f"{finding['severity'].upper()}: {finding['message']}")
        if finding["hint"]:
            console.line(f"  {finding['hint']}")


def _shown(name: str, value: float | None) -> str:
    return "-" if value is None else format_metric(name, value)


# ------------------------------------------------------------ verify, code, check


def run_verify(options: argparse.Namespace, console: Console) -> int:
    """Compare two engines, and explain every trade on which they differ."""
    from alphintra_desktop.backtest.verify import verify  # noqa: PLC0415 - brings both engines

    graph, _ = _graph(options)
    with console.progress() as report:
        comparison = verify(generate(graph), report)
    if console.as_json:
        console.result(comparison.as_dict())
    else:
        for line in comparison.lines():
            console.line(line)
    return 0 if comparison.agree else DIFFERENT


def run_code(options: argparse.Namespace, console: Console) -> None:
    """The generated file, to the terminal or to a file."""
    graph, _ = _graph(options)
    code = generate(graph)
    if options.bars is not None:
        from alphintra_desktop.backtest.run import load_data  # noqa: PLC0415 - opens the store
        from alphintra_desktop.market.store import export_bars  # noqa: PLC0415

        export_bars(Path(options.bars), load_data(code))
        console.note(f"Bars written to {options.bars}.")
    if options.output is not None:
        write_file(Path(options.output), code.text)
        console.note(f"Strategy written to {options.output}.")
    elif console.as_json:
        console.result({"code": code.text, "lines": code.lines, "settings": code.settings})
    else:
        console.line(code.text.rstrip("\n"))


def run_check(options: argparse.Namespace, console: Console) -> None:
    """Every problem with its hint. Fails when one keeps the strategy from running."""
    graph, path = _graph(options)
    found = problems(graph)
    if console.as_json:
        console.result([_problem(problem) for problem in found])
    else:
        for problem in found:
            place = f" [{problem.place.node}]" if problem.place.node else ""
            console.line(f"{'PROBLEM' if problem.blocking else 'note'}{place}: {problem.message}")
            console.line(f"  {problem.hint}")
    if any(problem.blocking for problem in found):
        raise GraphHasProblems(found)
    console.line(f"{path.name} can run.")


def _problem(problem: Any) -> dict[str, Any]:
    return {
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "node": problem.place.node,
        "param": problem.place.param,
        "blocking": problem.blocking,
    }
