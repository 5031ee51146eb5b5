"""`alphintra sweep`: every point of a grid of params, and what its best one is worth."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alphintra_desktop.cli.arguments import (
    add_command,
    add_graph,
    add_ignore_quality,
    add_time_limit,
    whole_number,
)
from alphintra_desktop.cli.choosing import Chosen, chosen, node_called
from alphintra_desktop.cli.executor_arguments import add_executor, spread_of
from alphintra_desktop.cli.guarded import run_task
from alphintra_desktop.cli.output import Console, shown_path
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.simulation.metrics import format_metric

TITLES = {
    "total_return": "Total return",
    "sharpe": "Sharpe ratio",
    "max_drawdown": "Drawdown",
    "trades": "Trades",
}
ABOUT = (
    "Values are a range with its end and a step, 5:50:5, or a list, 20,50,100. Every point counts "
    "as a trial, and the table of all points is kept with the run.\n\n"
    "Beside the best point stands the best neighbourhood: the point whose mean over itself and its "
    "neighbours, one step away along any axis, is the highest. The best point, that one and a "
    "random hundredth of all are run again through the generated file; a difference is an error."
)


def add_sweep(commands: Any) -> None:
    """`alphintra sweep`."""
    command = add_command(
        commands,
        "sweep",
        "run a strategy at every point of a grid of params",
        about=ABOUT,
        examples=(
            'sweep my_strategy --sweep "Fast average.period=5:50:5"',
            'sweep my_strategy --sweep "Fast average.period=20,50" --metric max_drawdown',
        ),
    )
    add_graph(command)
    command.add_argument(
        "--sweep",
        action="append",
        default=[],
        metavar="NODE.PARAM=VALUES",
        dest="axes",
        help="a param and its values; NODE is a title or an id, see `check --params`",
    )
    command.add_argument(
        "--metric",
        choices=("sharpe", "total_return", "max_drawdown"),
        default="sharpe",
        help="what points are compared by (default: sharpe)",
    )
    command.add_argument(
        "--top",
        type=whole_number,
        default=10,
        metavar="COUNT",
        help="how many to print (default: 10)",
    )
    command.add_argument("--seed", type=int, default=0, help="draws the points that are checked")
    add_executor(command)
    add_ignore_quality(command)
    add_time_limit(command)
    command.set_defaults(run=run_sweep)


COMMANDS = (add_sweep,)


def run_sweep(options: argparse.Namespace, console: Console) -> None:
    """Sweep as a job of the project; in a process of its own if there is custom code."""
    from alphintra_desktop.research import task  # noqa: PLC0415 - brings every engine

    asked = chosen(Path(options.graph), options.settings)
    spec = task.SweepSpec(
        asked.text,
        tuple(swept_axis(asked, text) for text in options.axes),
        shown_path(asked.path),
        options.metric,
        options.seed,
        options.top,
        options.ignore_quality,
    )
    limit = options.time_limit if task.has_custom_code(asked.graph) else None
    arguments = {**spec.arguments(), "spread": spread_of(options)}
    with console.progress() as report:
        folder = asked.project.new_job_folder()
        found = run_task(task.run_sweep, arguments, folder, report, time_limit=limit)
    kept = folder / "artifacts" / task.TABLE
    if console.as_json:
        console.result({**found, "table": kept})
        return
    print_sweep(found, console)
    console.line()
    console.pairs(("Run", found["run"]), ("All points", shown_path(kept)))


def swept_axis(asked: Chosen, text: str) -> tuple[str, str, str]:
    """Node id, param and values of `node.param=values`. Raises `AlphintraError` for other texts."""
    where, equals, values = text.partition("=")
    name, dot, param = where.strip().rpartition(".")
    if not equals or not dot:
        raise AlphintraError(
            f"'{text}' does not say what to sweep.",
            hint='Write node.param=values, for example "Fast average.period=5:50:5".',
        )
    return node_called(asked.graph, name).id, param, values


def print_sweep(found: Mapping[str, Any], console: Console) -> None:
    """The top points, the plateau, and what luck explains."""
    from alphintra_desktop.backtest.luck import luck_in_words  # noqa: PLC0415 - with the engines
    from alphintra_desktop.research.overfitting import overfitting_in_words  # noqa: PLC0415

    seconds = found["seconds"] + found["seconds_checking"]
    console.line(f"{found['name']}: {found['points']:,} points in {seconds:.1f} s")
    console.sentence(_way(found))
    console.line()
    names = list(found["top"][0]["params"])
    console.table((*names, *TITLES.values()), [_row(point) for point in found["top"]])
    if found["best"] is None:
        return
    console.line()
    best, plateau, metric = found["best"], found["plateau"], found["metric"]
    console.sentence(
        f"Best neighbourhood: {_told(plateau['params'])}, where the mean of "
        f"{TITLES[metric].lower()} is {format_metric(metric, plateau['neighbourhood'])}. Around "
        f"the best point it is {format_metric(metric, best['neighbourhood'])}."
    )
    if found["warning"]:
        console.sentence(f"WARNING: {found['warning']}")
    for sentence in (*luck_in_words(found["luck"]), overfitting_in_words(found["overfitting"])):
        console.sentence(sentence)


def _way(found: Mapping[str, Any]) -> str:
    if found["slow_because"]:
        return f"Every point ran through the generated file: {found['slow_because']}."
    return (
        f"{found['checked']:,} of them ran again through the generated file, with the same numbers."
    )


def _row(point: Mapping[str, Any]) -> list[str]:
    params = [str(value) for value in point["params"].values()]
    return [*params, *(format_metric(name, point[name]) for name in TITLES)]


def _told(params: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in params.items())
