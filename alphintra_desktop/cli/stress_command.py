"""`alphintra stress`: what else could have happened to a strategy or a recorded run."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphintra_desktop.cli.arguments import (
    add_command,
    add_graph,
    add_ignore_quality,
    add_time_limit,
    whole_number,
)
from alphintra_desktop.cli.choosing import chosen, chosen_project
from alphintra_desktop.cli.executor_arguments import add_executor, spread_of
from alphintra_desktop.cli.guarded import run_task
from alphintra_desktop.cli.output import Console, shown_path
from alphintra_desktop.errors import AlphintraError

if TYPE_CHECKING:
    from alphintra_desktop.research.resampling.stress_task import StressSpec
    from alphintra_desktop.runs.project import Project

ABOUT = (
    "Resamples the returns for confidence intervals of every metric, raises costs until nothing is "
    "left, delays and skips trades, disturbs candles and params, makes other paths of the same "
    "bars, compares entries with chance, and runs negative controls, on which an honest strategy "
    "earns nothing.\n\n"
    "The strategy's own generated file decides on all bars. The same seed gives the same numbers, "
    "in any number of processes. Nothing of this counts as a trial: nothing is chosen."
)


def add_stress(commands: Any) -> None:
    """`alphintra stress`."""
    command = add_command(
        commands,
        "stress",
        "resample, disturb and tax a strategy to see what it survives",
        about=ABOUT,
        examples=(
            "stress my_strategy",
            "stress my_strategy --only bootstrap,costs --paths 5000 --seed 7",
            "stress 20260131-120000000-1a2b3c --project my_strategy --json",
        ),
    )
    add_graph(command)
    command.add_argument(
        "--project",
        default=".",
        metavar="FOLDER",
        help="the project of a run that is named instead of a graph (default: this one)",
    )
    command.add_argument(
        "--only", type=_names, default=(), metavar="NAMES", help="some tests: bootstrap,costs,..."
    )
    command.add_argument(
        "--paths", type=whole_number, default=1000, help="paths of each test (default: 1000)"
    )
    command.add_argument("--seed", type=seed_number, default=0, help="of all chance (default: 0)")
    add_executor(command)
    add_ignore_quality(command)
    add_time_limit(command, 1200.0)  # it runs again for every path of some tests
    command.set_defaults(run=run_stress)


COMMANDS = (add_stress,)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def seed_number(text: str) -> int:
    """A seed, as the type of an argument."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of 0 or more")
    return int(text)


def run_stress(options: argparse.Namespace, console: Console) -> None:
    """Run the tests as a job of the project; custom code in a process of its own."""
    from alphintra_desktop.backtest.task import BacktestSpec, uses_custom_code  # noqa: PLC0415
    from alphintra_desktop.research.resampling import stress_task as task  # noqa: PLC0415 - heavy

    spec, project = _asked(options)
    custom = uses_custom_code(BacktestSpec(spec.graph, spec.where))
    limit = options.time_limit if custom else None
    with console.progress() as report:
        folder = project.new_job_folder()
        found = run_task(task.run_stress, spec.arguments(), folder, report, time_limit=limit)
    kept = folder / "artifacts" / task.RESULT
    if console.as_json:
        console.result({**found, "result": kept})
        return
    print_stress(found, console)
    console.line()
    console.pairs(("Result", shown_path(kept)))


def _asked(options: argparse.Namespace) -> tuple[StressSpec, Project]:
    """The spec of a graph, or of the run that is named instead, and whose job it is."""
    from alphintra_desktop.research.resampling.stress_task import (  # noqa: PLC0415 - heavy
        StressSpec,
        spec_of_run,
    )

    wanted: dict[str, Any] = {
        **{name: getattr(options, name) for name in ("only", "seed", "paths")},
        **spread_of(options),
    }
    target = Path(options.graph)
    if target.exists() or target.suffix:
        asked = chosen(target, options.settings)
        spec = StressSpec(asked.text, shown_path(asked.path), **wanted)
        return replace(spec, ignore_quality=options.ignore_quality), asked.project
    if options.settings:
        raise AlphintraError(
            "A recorded run is put under stress as it was.",
            hint="Name the graph instead of the run to change its params with --set.",
        )
    project = chosen_project(Path(options.project))
    return spec_of_run(project, options.graph, **wanted), project


# ---------------------------------------------------------------------- what is printed


def print_stress(found: Mapping[str, Any], console: Console) -> None:
    """Each part with its sentences; the intervals and the costs as tables."""
    from alphintra_desktop.simulation.metrics import format_metric  # noqa: PLC0415

    first, last = found["period"]
    base = {name: _number(value) for name, value in found["base"].items()}
    told = ", ".join(
        f"{title} {format_metric(name, base[name])}"
        for name, title in (("total_return", "return"), ("sharpe", "Sharpe"))
    )
    console.line(f"{found['name']}: {found['bars']:,} bars, {first[:10]} to {last[:10]}; {told}")
    for name, part in found["parts"].items():
        console.line()
        console.line(part["title"])
        for sentence in part["said"]:
            console.sentence(sentence, indent="  ")
        if not part["skipped"] and name in _TABLES:
            _TABLES[name](part, console)


def _print_intervals(part: Mapping[str, Any], console: Console) -> None:
    from alphintra_desktop.simulation.metrics import METRICS, format_metric  # noqa: PLC0415

    rows = []
    for metric in METRICS:
        one = part["metrics"].get(metric.name)
        if one is not None:
            names = ("measured", "low", "median", "high")
            cells = [format_metric(metric.name, _number(one[name])) for name in names]
            rows.append([metric.title, *cells])
    console.table(("Metric", "Measured", "Low", "Median", "High"), rows)


def _print_curve(part: Mapping[str, Any], console: Console, column: str, head: str) -> None:
    from alphintra_desktop.simulation.metrics import format_metric  # noqa: PLC0415

    names = ("total_return", "sharpe", "max_drawdown", "trades")
    rows = [
        [f"{one[column]:g}", *(format_metric(name, _number(one[name])) for name in names)]
        for one in part["curve"]
    ]
    console.table((head, "Return", "Sharpe", "Drawdown", "Trades"), rows)


def _print_levels(part: Mapping[str, Any], console: Console, column: str, head: str) -> None:
    rows = [[f"{one[column]:.0%}", *_spread(one["sharpe"])] for one in part["levels"]]
    console.table((head, "Sharpe 5 %", "Middle", "95 %", "Above 0"), rows)


def _spread(spread: Mapping[str, Any]) -> list[str]:
    from alphintra_desktop.simulation.metrics import format_metric  # noqa: PLC0415

    figures = [format_metric("sharpe", _number(spread[name])) for name in ("p05", "p50", "p95")]
    return [*figures, f"{_number(spread['above_zero']):.0%}"]


def _print_controls(part: Mapping[str, Any], console: Console) -> None:
    rows = [
        [
            one["title"],
            f"{_number(one['p_value']):.4f}",
            "EARNS" if one["earns"] else "earns nothing",
        ]
        for one in part["controls"].values()
    ]
    console.table(("Control", "p", "Verdict"), rows)


_TABLES: dict[str, Callable[[Mapping[str, Any], Console], None]] = {
    "bootstrap": _print_intervals,
    "costs": lambda part, console: _print_curve(part, console, "multiple", "Costs times"),
    "delay": lambda part, console: _print_curve(part, console, "bars", "Bars later"),
    "skip": lambda part, console: _print_levels(part, console, "share", "Left out"),
    "noise": lambda part, console: _print_levels(part, console, "level", "Noise"),
    "jitter": lambda part, console: _print_levels(part, console, "level", "Moved by"),
    "controls": _print_controls,
}


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
