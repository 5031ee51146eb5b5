"""`alphintra autopsy`: one page on how much of a recorded run can be believed."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alphintra_desktop.backtest.task import BacktestSpec, uses_custom_code
from alphintra_desktop.cli.arguments import (
    add_command,
    add_json,
    add_time_limit,
    whole_number,
)
from alphintra_desktop.cli.choosing import chosen_project
from alphintra_desktop.cli.executor_arguments import add_executor, spread_of
from alphintra_desktop.cli.guarded import run_task
from alphintra_desktop.cli.output import Console, shown_path
from alphintra_desktop.cli.stress_command import seed_number

ABOUT = (
    "Repeats a recorded run on exactly its bars and writes one HTML page: what was tried before it "
    "was liked, where its edge lives (regime, month, hour, symbol, side, the best trades), what "
    "kills it, whether it looks ahead, and an integrity score whose every part opens its "
    "evidence. What is unknown is said to be unknown and earns no points."
)


def add_autopsy(commands: Any) -> None:
    """`alphintra autopsy`."""
    command = add_command(
        commands,
        "autopsy",
        "write one page on how much of a recorded run can be believed",
        about=ABOUT,
        examples=("autopsy 20260131-120000000-1a2b3c --project my_strategy --report autopsy.html",),
    )
    command.add_argument("id", help="the run's id, as `alphintra runs` lists it")
    command.add_argument(
        "--project", default=".", metavar="FOLDER", help="the project (default: this one)"
    )
    command.add_argument("--report", metavar="FILE", help="write the page here as well")
    command.add_argument(
        "--paths", type=whole_number, default=500, help="paths of each test (default: 500)"
    )
    command.add_argument("--seed", type=seed_number, default=0, help="of all chance (default: 0)")
    add_executor(command)
    add_json(command)
    add_time_limit(command, 1200.0)  # it runs again for every path of some tests
    command.set_defaults(run=run_autopsy)


COMMANDS = (add_autopsy,)


def run_autopsy(options: argparse.Namespace, console: Console) -> None:
    """Dissect the run as a job of the project; custom code in a process of its own."""
    from alphintra_desktop.research.autopsy import autopsy_task as task  # noqa: PLC0415 - heavy
    from alphintra_desktop.research.resampling.stress_task import spec_of_run  # noqa: PLC0415

    project = chosen_project(Path(options.project))
    asked = spec_of_run(project, options.id)
    spec = task.AutopsySpec(
        str(project.folder),
        options.id,
        options.seed,
        options.paths,
        **spread_of(options),
    )
    custom = uses_custom_code(BacktestSpec(asked.graph, asked.where))
    limit = options.time_limit if custom else None
    with console.progress() as report:
        folder = project.new_job_folder()
        found = run_task(task.run_autopsy, spec.arguments(), folder, report, time_limit=limit)
    page = Path(found["page"])
    if options.report:
        page = Path(shutil.copyfile(page, options.report))
    if console.as_json:
        console.result({**found, "page": page})
        return
    print_autopsy(found, console)
    console.line()
    console.pairs(("Page", shown_path(page)))


def print_autopsy(found: Mapping[str, Any], console: Console) -> None:
    """The score with its parts, and the sentences of each section."""
    from alphintra_desktop.research.autopsy.findings import headline_words  # noqa: PLC0415

    console.line(f"Autopsy of {found['name']}, {found['period'][0]} to {found['period'][1]}")
    for sentence in headline_words(found):
        console.sentence(sentence)
    console.line()
    rows = [
        (
            part["title"],
            "unknown" if part["points"] is None else f"{part['points']:.1f}",
            str(part["weight"]),
            part["why"],
        )
        for part in found["integrity"]["parts"]
    ]
    console.table(("Part", "Points", "Of", "Why"), rows)
    for title, name in (("What was tried", "tried"), ("Where the edge lives", "lives")):
        console.line()
        console.line(title)
        for sentence in found[name]["said"]:
            console.sentence(sentence, indent="  ")
