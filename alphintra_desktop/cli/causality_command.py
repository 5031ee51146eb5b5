"""`alphintra causality`: does any node know a later bar, and how long must a strategy warm up?"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alphintra_desktop.cli.arguments import add_command, add_graph, add_time_limit, whole_number
from alphintra_desktop.cli.choosing import chosen
from alphintra_desktop.cli.guarded import run_task, scratch_job
from alphintra_desktop.cli.output import Console, shown_path

DIFFERENT = 3
ABOUT = (
    "Every node runs alone at sampled bars with its inputs as they were until then, and with later "
    "bars taken away, exchanged and made empty. A node whose past changes looks ahead. What can be "
    "told from the drawing alone is told first: labels among features, fills at the close that "
    "decided them.\n\n"
    "Beside each node stands after how many bars it no longer feels where its data began. The exit "
    "code is 3 if something looks ahead."
)


def add_causality(commands: Any) -> None:
    """`alphintra causality`."""
    command = add_command(
        commands,
        "causality",
        "find the nodes that know later bars",
        about=ABOUT,
        examples=("causality my_strategy", "causality my_strategy --bars 200 --seed 7"),
    )
    add_graph(command)
    command.add_argument(
        "--bars",
        type=whole_number,
        default=25,
        metavar="COUNT",
        help="test each node at so many bars (default: 25)",
    )
    command.add_argument(
        "--seed", type=_seed, default=0, help="draws the bars that are tested (default: 0)"
    )
    add_time_limit(command)
    command.set_defaults(run=run_causality)


COMMANDS = (add_causality,)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 0 on")
    return int(text)


def run_causality(options: argparse.Namespace, console: Console) -> int:
    """Check; in a process of its own if there is custom code. Nothing is kept."""
    from alphintra_desktop.research import causality_task as task  # noqa: PLC0415 - heavy
    from alphintra_desktop.research.task import has_custom_code  # noqa: PLC0415 - heavy

    asked = chosen(Path(options.graph), options.settings)
    spec = task.CausalitySpec(asked.text, shown_path(asked.path), options.bars, options.seed)
    custom = has_custom_code(asked.graph)
    limit = options.time_limit if custom else None
    with console.progress() as report, scratch_job(asked.project, custom) as folder:
        found = run_task(task.run_causality, spec.arguments(), folder, report, time_limit=limit)
    if console.as_json:
        console.result(found)
    else:
        print_causality(found, task.said_of(found), console)
    return DIFFERENT if found["looks_ahead"] else 0


def print_causality(found: Mapping[str, Any], said: tuple[str, ...], console: Console) -> None:
    """What was found, the warm-up of each node, and what that is worth."""
    guilty = [one for one in found["findings"] if one["looks_ahead"]]
    if guilty:
        nodes = len({one["node"] for one in guilty})
        count = "1 node looks" if nodes == 1 else f"{nodes} nodes look"
        console.line(f"{found['name']}: {count} ahead")
    else:
        console.line(f"{found['name']}: no node was seen to look ahead")
    console.line()
    for one in found["findings"]:
        console.sentence(f"{one['message']} ({one['node']})")
        console.sentence(f"  {one['hint']}")
        console.line()
    console.table(
        ("Node", "Id", "Tests", "Settles to 1e-9", "to 1e-6"),
        [_row(one) for one in found["nodes"]],
    )
    console.line()
    for sentence in said:
        console.sentence(sentence)


def _row(one: Mapping[str, Any]) -> list[str]:
    settles = ["never" if bars is None else f"{bars:,}" for bars in one["settles"]]
    return [one["title"], one["node"], f"{one['tests']:,}", *settles]
