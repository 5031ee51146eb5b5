"""`alphintra cluster`: a Ray cluster on this machine that sweeps and searches spread over."""

from __future__ import annotations

import argparse
from typing import Any

from alphintra_desktop.cli.arguments import add_command, add_json, whole_number
from alphintra_desktop.cli.output import Console
from alphintra_desktop.errors import AlphintraError

ABOUT = (
    "A cluster stays until it is stopped, which saves starting Ray for every sweep. It listens on "
    "127.0.0.1 only and sends no statistics to anybody. `sweep`, `search` and `walk-forward` use "
    "it with `--executor ray`.\n\n"
    "Of a cluster on several machines, started by Ray's own means, give the address: `--address "
    "HOST:PORT` on a machine of the cluster, `--address ray://HOST:10001` from elsewhere, or the "
    "setting `Address of a Ray cluster`. Each of its machines needs the same versions of Python, "
    "Alphintra and NumPy as this one; another version is refused, because it may find other "
    "numbers."
)
ADDRESS_HELP = "another cluster than the one of the settings, or the one started here"


def add_cluster(commands: Any) -> None:
    """`alphintra cluster`."""
    command = add_command(
        commands,
        "cluster",
        "start, look at and stop a Ray cluster on this machine",
        about=ABOUT,
        examples=(
            "cluster start --workers 8",
            "cluster status",
            'sweep my_strategy --sweep "ATR.period=5:30:5" --executor ray',
            "cluster stop",
        ),
    )
    command.add_argument("action", choices=tuple(_ACTIONS), help="what to do")
    command.add_argument(
        "--workers",
        type=whole_number,
        default=0,
        metavar="COUNT",
        help="start with so many (default: one a processor)",
    )
    command.add_argument(
        "--dashboard", action="store_true", help="start Ray's own pages about the cluster as well"
    )
    command.add_argument("--address", default="", metavar="HOST:PORT", help=ADDRESS_HELP)
    add_json(command)
    command.set_defaults(run=run_cluster)


COMMANDS = (add_cluster,)


def run_cluster(options: argparse.Namespace, console: Console) -> None:
    """Start, look at or stop a cluster."""
    _ACTIONS[options.action](options, console)


def _start(options: argparse.Namespace, console: Console) -> None:
    from alphintra_desktop.research.executors.cluster import start_cluster  # noqa: PLC0415

    cluster = start_cluster(options.workers, dashboard=options.dashboard)
    if console.as_json:
        console.result({"address": cluster.address, "workers": cluster.workers})
        return
    console.sentence(f"A cluster of {cluster.workers} workers runs at {cluster.address}.")
    console.sentence("Spread work over it with --executor ray; end it with `cluster stop`.")
    if options.dashboard:
        console.sentence("Its pages are at http://127.0.0.1:8265.")


def _status(options: argparse.Namespace, console: Console) -> None:
    from alphintra_desktop.cli.executor_arguments import cluster_address  # noqa: PLC0415
    from alphintra_desktop.research.executors.ray_crew import look_at  # noqa: PLC0415

    address = options.address or cluster_address()
    if not address:
        raise AlphintraError(
            "No cluster runs here, and the settings name none.",
            hint="`alphintra cluster start` starts one on this machine.",
        )
    seen = look_at(address)
    if console.as_json:
        console.result({"address": address, **seen._asdict()})
        return
    machines = "1 machine" if seen.machines == 1 else f"{seen.machines} machines"
    console.sentence(
        f"The cluster at {address} has {machines} with {seen.workers} workers, {seen.free} of "
        "them free."
    )


def _stop(options: argparse.Namespace, console: Console) -> None:
    from alphintra_desktop.research.executors.cluster import stop_cluster  # noqa: PLC0415

    cluster = stop_cluster()
    if console.as_json:
        console.result({"stopped": cluster.address})
        return
    console.sentence(f"The cluster at {cluster.address} was stopped.")


_ACTIONS = {"start": _start, "status": _status, "stop": _stop}
