"""`alphintra holdout set | status | open | release`: bars that nothing reads until opened."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alphintra_desktop.cli.arguments import add_command, add_graph, add_json, add_time_limit
from alphintra_desktop.cli.choosing import chosen, chosen_project
from alphintra_desktop.cli.guarded import run_task
from alphintra_desktop.cli.output import Console, shown_path
from alphintra_desktop.simulation.metrics import TEN, format_metric

ABOUT = (
    "From a date on, no backtest, sweep, search, walk-forward, stress test, chart, export or query "
    "reads the bars: what would is cut there and says so. `open` runs one strategy on them, once, "
    "and stamps the result. Setting and opening are written into the ledger of the project.\n\n"
    "A holdout keeps you from fooling yourself. It is no lock: other programs can read the files."
)


def add_holdout(commands: Any) -> None:
    """`alphintra holdout` and its commands."""
    command = add_command(
        commands,
        "holdout",
        "set bars aside, and open them for one strategy",
        about=ABOUT,
        examples=(
            "holdout set sample --from 2011-01-01 --symbols AAPL --project my_strategy",
            "holdout status my_strategy",
            "holdout open my_strategy --yes",
        ),
    )
    parts = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_add_set, _add_status, _add_open, _add_release):
        add(parts)


COMMANDS = (add_holdout,)


def _add_set(parts: Any) -> None:
    command = add_command(
        parts,
        "set",
        "hold out the bars of a dataset from a date on",
        examples=("holdout set sample --from 2011-01-01", "holdout set mine --from 2024-01-01"),
    )
    command.add_argument("dataset", help="the dataset's name in the library")
    command.add_argument(
        "--from", required=True, dest="start", metavar="DATE", help="the first day held out"
    )
    command.add_argument(
        "--symbols", default="", metavar="SYMBOLS", help="A,B,C; all of the dataset without it"
    )
    _add_project(command)
    add_json(command)
    command.set_defaults(run=run_set)


def _add_status(parts: Any) -> None:
    command = add_command(
        parts,
        "status",
        "what a project holds out, and what was opened",
        examples=("holdout status my_strategy",),
    )
    command.add_argument("project", nargs="?", default=".", help="a project folder")
    add_json(command)
    command.set_defaults(run=run_status)


def _add_open(parts: Any) -> None:
    command = add_command(
        parts,
        "open",
        "run one strategy on what is held out",
        about="The holdout is that strategy's from then on. Running it again is another use, and "
        "each is logged, whether or not the run comes to an end.",
        examples=("holdout open my_strategy --yes",),
    )
    add_graph(command)
    _add_yes(command)
    add_time_limit(command)
    command.set_defaults(run=run_open)


def _add_release(parts: Any) -> None:
    command = add_command(
        parts,
        "release",
        "give a holdout up: its bars are like all others again",
        examples=("holdout release 20260131-120000000-abcdef --yes",),
    )
    command.add_argument("holdout", help="its id, see `holdout status`")
    _add_project(command)
    _add_yes(command)
    add_json(command)
    command.set_defaults(run=run_release)


def _add_project(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--project", default=".", metavar="FOLDER", help="the project it is of (default: this one)"
    )


def _add_yes(command: argparse.ArgumentParser) -> None:
    command.add_argument("--yes", action="store_true", help="say that you are sure")


def run_set(options: argparse.Namespace, console: Console) -> None:
    """Hold bars out."""
    from alphintra_desktop.research.holdout import set_holdout  # noqa: PLC0415 - heavy

    project = chosen_project(Path(options.project))
    symbols = [name for name in (part.strip() for part in options.symbols.split(",")) if name]
    made = set_holdout(project, options.dataset, options.start, symbols)
    if console.as_json:
        console.result(made.as_dict())
        return
    console.sentence(f"Held out: {made.holdout.told}.")
    console.pairs(("Holdout", made.holdout.id), ("Project", shown_path(project.folder)))
    if made.seen_before:
        console.sentence(_contaminated(made.seen_before))


def run_status(options: argparse.Namespace, console: Console) -> None:
    """Every holdout of a project, with its openings."""
    from alphintra_desktop.research.holdout import statuses  # noqa: PLC0415 - heavy

    found = [one.as_dict() for one in statuses(chosen_project(Path(options.project)))]
    if console.as_json:
        console.result(found)
        return
    if not found:
        console.line("This project holds nothing out.")
    for one in found:
        _print_status(one, console)


def _print_status(one: Mapping[str, Any], console: Console) -> None:
    state = f"given up on {one['released'][:10]}" if one["released"] else "holds"
    console.line(f"{one['told']}: {state}")
    console.pairs(("Holdout", one["id"]), ("Set", one["set_at"][:10]))
    if one["seen_before"]:
        console.sentence(_contaminated(one["seen_before"]))
    for opening in one["openings"]:
        console.sentence(f"{opening['name']}: {opening['stamp']}")
    if one["trouble"]:
        console.sentence(f"WARNING: {one['trouble']}")
    console.line()


def _contaminated(seen: int) -> str:
    trials = "1 trial was" if seen == 1 else f"{seen:,} trials were"
    return f"{trials} on these bars before they were held out, and may have seen what is in them."


def run_open(options: argparse.Namespace, console: Console) -> None:
    """Run one strategy on what is held out."""
    from alphintra_desktop.research.holdout import run_holdout  # noqa: PLC0415 - heavy
    from alphintra_desktop.research.task import has_custom_code  # noqa: PLC0415 - heavy

    asked = chosen(Path(options.graph), options.settings)
    arguments = {"graph": asked.text, "where": shown_path(asked.path), "sure": options.yes}
    limit = options.time_limit if has_custom_code(asked.graph) else None
    with console.progress() as report:
        folder = asked.project.new_job_folder()
        found = run_task(run_holdout, arguments, folder, report, time_limit=limit)
    if console.as_json:
        console.result(found)
        return
    console.sentence(found["holdout"]["stamp"])
    console.line()
    console.line(f"On the {found['holdout']['bars']:,} bars that were held out alone:")
    metrics = found["holdout"]["metrics"]
    console.pairs(*((name, format_metric(name, metrics[name])) for name in TEN))
    console.line()
    console.pairs(("Run", found["run"]), ("Report", shown_path(folder / "artifacts")))


def run_release(options: argparse.Namespace, console: Console) -> None:
    """Give a holdout up."""
    from alphintra_desktop.research.holdout import release_holdout  # noqa: PLC0415 - heavy

    project = chosen_project(Path(options.project))
    held = release_holdout(project, options.holdout, sure=options.yes)
    if console.as_json:
        console.result({"holdout": held.id, "released": held.released})
        return
    console.sentence(f"Given up: {held.told}.")
