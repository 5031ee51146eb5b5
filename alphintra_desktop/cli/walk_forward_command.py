"""`alphintra walk-forward`: choose on one window, be judged on the next, until the bars end."""

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
)
from alphintra_desktop.cli.choosing import chosen
from alphintra_desktop.cli.executor_arguments import add_executor, spread_of
from alphintra_desktop.cli.guarded import run_task
from alphintra_desktop.cli.output import Console, shown_path
from alphintra_desktop.cli.sweep_command import swept_axis
from alphintra_desktop.simulation.metrics import TEN, format_metric

ABOUT = (
    "Each fold chooses the point of the grid with the best neighbourhood on a window in sample, "
    "and runs it on the window after it, through the generated file and with all earlier bars to "
    "warm up on. The windows out of sample are stitched into one account. Every point of every "
    "fold counts as a trial.\n\n"
    "Windows are counted in bars. Several lengths, 252,504, give a matrix over all of them; the "
    "first ones are shown in full. A gap keeps the bars between choosing and judging out of both: "
    "give it the horizon of a label, or how long positions are held."
)


def add_walk_forward(commands: Any) -> None:
    """`alphintra walk-forward`."""
    command = add_command(
        commands,
        "walk-forward",
        "choose params on one window and judge them on the next",
        about=ABOUT,
        examples=(
            'walk-forward my_strategy --sweep "Fast average.period=5:50:5" --in-sample 504',
            'walk-forward my_strategy --sweep "Fast average.period=5,9" --in-sample 252,504 '
            "--out-of-sample 63,126 --anchored --gap 5",
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
    for name, default, what in (
        ("--in-sample", (504,), "choose on so many bars (default: 504)"),
        ("--out-of-sample", (126,), "judge on so many bars (default: 126)"),
    ):
        command.add_argument(name, type=_lengths, default=default, metavar="BARS", help=what)
    command.add_argument(
        "--gap", type=_bars, default=0, metavar="BARS", help="bars between both (default: 0)"
    )
    command.add_argument(
        "--warm-up",
        type=_bars,
        default=0,
        metavar="BARS",
        help="bars before the first window (default: as many as the strategy needs)",
    )
    command.add_argument(
        "--anchored", action="store_true", help="let every window in sample begin at the first bar"
    )
    command.add_argument(
        "--carry", action="store_true", help="carry positions from fold to fold (default: end flat)"
    )
    command.add_argument(
        "--metric",
        choices=("sharpe", "total_return", "max_drawdown"),
        default="sharpe",
        help="what points are chosen by (default: sharpe)",
    )
    add_executor(command)
    add_ignore_quality(command)
    add_time_limit(command)
    command.set_defaults(run=run_walk_forward)


COMMANDS = (add_walk_forward,)


def _bars(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of bars")
    return int(text)


def _lengths(text: str) -> tuple[int, ...]:
    return tuple(_bars(part.strip()) for part in text.split(","))


def run_walk_forward(options: argparse.Namespace, console: Console) -> None:
    """Walk as a job of the project; in a process of its own if there is custom code."""
    from alphintra_desktop.research import walk_forward_task as task  # noqa: PLC0415 - heavy
    from alphintra_desktop.research.task import has_custom_code  # noqa: PLC0415 - heavy

    asked = chosen(Path(options.graph), options.settings)
    spec = task.WalkForwardSpec(
        graph=asked.text,
        axes=tuple(swept_axis(asked, text) for text in options.axes),
        in_sample=options.in_sample,
        out_of_sample=options.out_of_sample,
        gap=options.gap,
        anchored=options.anchored,
        warm_up=options.warm_up,
        edges="carried" if options.carry else "flat",
        metric=options.metric,
        where=shown_path(asked.path),
        ignore_quality=options.ignore_quality,
    )
    limit = options.time_limit if has_custom_code(asked.graph) else None
    arguments = {**spec.arguments(), "spread": spread_of(options)}
    with console.progress() as report:
        folder = asked.project.new_job_folder()
        found = run_task(task.run_walk_forward, arguments, folder, report, time_limit=limit)
    kept = folder / "artifacts" / task.TABLE
    if console.as_json:
        console.result({**found, "table": kept})
        return
    print_walk_forward(found, console)
    console.line()
    console.pairs(("Run", found["run"]), ("Stitched account", shown_path(kept)))


# ---------------------------------------------------------------------- what is printed


def print_walk_forward(found: Mapping[str, Any], console: Console) -> None:
    """The folds, the stitched account, how the choice drifts, and what luck explains."""
    from alphintra_desktop.backtest.luck import luck_in_words  # noqa: PLC0415 - with the engines

    folds = found["folds"]
    console.line(f"{found['name']}: {len(folds)} folds of {found['points']:,} points")
    if found["slow_because"]:
        console.sentence(f"Every point ran through the generated file: {found['slow_because']}.")
    console.line()
    names = list(next(fold for fold in folds if not fold["failure"])["params"])
    console.table(
        ("Fold", "Out of sample", *names, "Sharpe in", "Sharpe out", "Return out"),
        [_row(number + 1, fold, names) for number, fold in enumerate(folds)],
    )
    for number, fold in enumerate(folds):
        if fold["failure"]:
            console.sentence(f"Fold {number + 1} failed and holds nothing: {fold['failure']}")
    console.line()
    _print_account(found, console)
    for sentence in luck_in_words(found["luck"]):
        console.sentence(sentence)
    if found["matrix"]:
        console.line()
        _print_matrix(found["matrix"], console)


def _row(number: int, fold: Mapping[str, Any], names: list[str]) -> list[str]:
    when = " to ".join(fold["out_of_sample"])
    if fold["failure"]:
        return [str(number), when, *("failed" for _ in names), "", "", ""]
    params = [str(fold["params"][name]) for name in names]
    inside, outside = fold["in"], fold["out"]
    figures = (
        ("sharpe", inside["sharpe"]),
        ("sharpe", outside["sharpe"]),
        ("total_return", outside["total_return"]),
    )
    return [str(number), when, *params, *(format_metric(*figure) for figure in figures)]


def _print_account(found: Mapping[str, Any], console: Console) -> None:
    metrics = found["out_of_sample"]
    console.line("Out of sample, stitched:")
    console.pairs(*((name, format_metric(name, metrics[name])) for name in TEN))
    console.sentence(
        f"Efficiency, out over in sample: {format_metric('sharpe', found['efficiency'])} by the "
        f"mean return of a bar, {format_metric('sharpe', found['sharpe_efficiency'])} by the "
        "Sharpe ratio."
    )
    for name, drift in found["drift"].items():
        console.sentence(_drifted(name, drift))
    if found["unused"]:
        console.sentence(f"The last {found['unused']:,} bars are too few for another fold.")


def _drifted(name: str, drift: Mapping[str, Any]) -> str:
    if len(drift["values"]) < 2:
        return f"{name} was chosen once."
    way = ""
    if drift["moved"] > 0.0:
        way = f", on average by {drift['moved']:.0%} of its range"
    return f"{name} changed in {drift['changes']:.0%} of the folds{way}."


def _print_matrix(cells: list[Mapping[str, Any]], console: Console) -> None:
    figures = ("efficiency", "sharpe", "total_return", "max_drawdown")
    rows = []
    for one in cells:
        head = [f"{one['in_sample']:,}", f"{one['out_of_sample']:,}"]
        if one["failure"]:
            rows.append([*head, "failed", "", "", "", ""])
        else:
            kinds = ("sharpe", *figures[1:])
            told = [format_metric(k, one[n]) for k, n in zip(kinds, figures, strict=True)]
            rows.append([*head, str(one["folds"]), *told])
    console.table(
        ("In sample", "Out", "Folds", "Efficiency", "Sharpe ratio", "Total return", "Drawdown"),
        rows,
    )
    for one in cells:
        if one["failure"]:
            lengths = f"{one['in_sample']:,} and {one['out_of_sample']:,}"
            console.sentence(f"{lengths} bars: {one['failure']}")
