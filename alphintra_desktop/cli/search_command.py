"""`alphintra search`: params chosen by a sampler, in a study that can be resumed."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

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
from alphintra_desktop.cli.search_output import print_search, print_studies
from alphintra_desktop.cli.sweep_command import swept_axis
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.report import Cancelled
from alphintra_desktop.runs.project import Project, find_project, home_project

ABOUT = (
    "Turns the params that are marked tunable in the inspector, or those named with --tune. What "
    "is measured is kept in a study of the project: a search that is cancelled or killed goes on "
    "with --resume, and every trial counts once.\n\n"
    "What wins is not the best trial but the best neighbourhood: when the budget is used up, the "
    "neighbours of the best trials are measured, too. A constraint compares params, fast < slow, "
    "or results, trades >= 30, max_drawdown > -0.2. With --folds, a trial that is bad on the early "
    "parts of the data is not measured further.\n\n"
    "grid goes through all points in a random order. gp needs PyTorch. Several objectives give a "
    "front of trials that none beats in all of them; nsga-ii is made for that."
)


def add_search(commands: Any) -> None:
    """`alphintra search`."""
    command = add_command(
        commands,
        "search",
        "search the params of a strategy for what will last",
        about=ABOUT,
        examples=(
            'search my_strategy --tune "Fast average.period=5:50:1" --trials 500',
            'search my_strategy --sampler tpe --seconds 60 --constraint "trades >= 30"',
            "search my_strategy --list",
            "search my_strategy --resume 20260131-120000123-a1b2c3 --trials 1000",
        ),
    )
    add_graph(command)
    _add_what_is_searched(command)
    _add_budgets(command)
    command.add_argument("--resume", metavar="STUDY", help="go on with a study, by its id")
    command.add_argument("--list", action="store_true", help="list the studies of the project")
    command.add_argument(
        "--top",
        type=whole_number,
        default=10,
        metavar="COUNT",
        help="how many to print (default: 10)",
    )
    add_executor(command)
    add_ignore_quality(command)
    add_time_limit(command)
    command.set_defaults(run=run_search)


COMMANDS = (add_search,)


def _add_what_is_searched(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--tune",
        action="append",
        default=[],
        metavar="NODE.PARAM=VALUES",
        dest="axes",
        help="a param and its values, 5:50:5 or 20,50,100 (default: all that is tunable)",
    )
    command.add_argument(
        "--sampler",
        choices=("grid", "random", "tpe", "gp", "cma-es", "nsga-ii"),
        help="who chooses the trials (default: tpe, and nsga-ii for several objectives)",
    )
    command.add_argument(
        "--objective",
        action="append",
        default=[],
        choices=("sharpe", "total_return", "max_drawdown"),
        dest="objectives",
        help="what is searched for; may be given several times (default: sharpe)",
    )
    command.add_argument(
        "--constraint",
        action="append",
        default=[],
        metavar="TEXT",
        dest="constraints",
        help='what every trial has to keep to, such as "fast < slow"; may be repeated',
    )
    command.add_argument(
        "--prefer",
        choices=("plateau", "peak"),
        default="plateau",
        help="what wins: the best neighbourhood or the best trial (default: plateau)",
    )


def _add_budgets(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--trials", type=whole_number, metavar="COUNT", help="how many (default: 200)"
    )
    command.add_argument(
        "--seconds", type=_seconds, metavar="SECONDS", help="how long, instead or as well"
    )
    command.add_argument(
        "--folds",
        type=whole_number,
        default=1,
        metavar="COUNT",
        help="cut time into so many parts and give bad trials up early (default: 1)",
    )
    command.add_argument(
        "--seed", type=int, default=0, help="the same seed gives the same study (default: 0)"
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds above 0")
    return seconds


def run_search(options: argparse.Namespace, console: Console) -> None:
    """List studies, or search as a job of the project; in another process for custom code."""
    if options.list:
        print_studies(_project(Path(options.graph)), console)
        return
    from alphintra_desktop.research import search_task as task  # noqa: PLC0415 - heavy

    project, arguments, custom = _resuming(options) if options.resume else _beginning(options)
    arguments["spread"] = spread_of(options)
    limit = options.time_limit + (options.seconds or 0.0) if custom else None
    folder = project.new_job_folder()
    study = options.resume or folder.name
    try:
        with console.progress() as report:
            found = run_task(task.run_search, arguments, folder, report, time_limit=limit)
    except (Cancelled, KeyboardInterrupt) as error:
        raise Cancelled(
            f"What was measured is kept: `alphintra search {shown_path(project.folder)} --resume "
            f"{study}` goes on."
        ) from error
    kept = folder / "artifacts" / task.ARTIFACT
    if console.as_json:
        console.result({**found, "file": kept})
        return
    print_search(found, console)
    console.line()
    console.pairs(("Study", found["study"]), ("All trials", shown_path(kept)))


def _beginning(options: argparse.Namespace) -> tuple[Project, dict[str, Any], bool]:
    from alphintra_desktop.research.search_spec import SearchSpec  # noqa: PLC0415
    from alphintra_desktop.research.task import has_custom_code  # noqa: PLC0415 - heavy

    asked = chosen(Path(options.graph), options.settings)
    objectives = tuple(options.objectives) or ("sharpe",)
    spec = SearchSpec(
        graph=asked.text,
        axes=tuple(swept_axis(asked, text) for text in options.axes),
        where=shown_path(asked.path),
        sampler=options.sampler or ("tpe" if len(objectives) == 1 else "nsga-ii"),
        objectives=objectives,
        constraints=tuple(options.constraints),
        trials=options.trials,
        seconds=options.seconds,
        seed=options.seed,
        folds=options.folds,
        prefer=options.prefer,
        ignore_quality=options.ignore_quality,
        top=options.top,
    )
    return asked.project, spec.arguments(), has_custom_code(asked.graph)


def _resuming(options: argparse.Namespace) -> tuple[Project, dict[str, Any], bool]:
    from alphintra_desktop.graph.files import graph_from_text  # noqa: PLC0415
    from alphintra_desktop.research.studies import open_study  # noqa: PLC0415
    from alphintra_desktop.research.task import has_custom_code  # noqa: PLC0415 - heavy

    if options.axes or options.constraints or options.objectives or options.sampler:
        raise AlphintraError(
            "A study that is resumed keeps what it searches for.",
            hint="Leave out all but --trials and --seconds, or begin a new search.",
        )
    project = _project(Path(options.graph))
    study = open_study(project, options.resume)
    arguments = {"study": study.id, "trials": options.trials, "seconds": options.seconds}
    graph = graph_from_text(study.spec.graph, study.spec.where)
    return project, {**arguments, "top": options.top}, has_custom_code(graph)


def _project(path: Path) -> Project:
    """The project of a graph file or of a folder."""
    if path.is_dir():
        return chosen_project(path)
    return find_project(path.absolute().parent) or home_project()
