"""By what work is done, as commands that spread it ask for it."""

from __future__ import annotations

import argparse
from typing import Any

from alphintra_desktop.cli.arguments import whole_number

# As `research.executors.choice` has them, which is loaded only where work is done.
EXECUTORS = ("this process", "processes", "ray")


def add_executor(command: argparse.ArgumentParser) -> None:
    """`--executor`, `--workers` and `--address`."""
    command.add_argument(
        "--executor",
        choices=EXECUTORS,
        help="by what it is done; the numbers are the same (default: this process, and processes "
        "where --workers is given)",
    )
    command.add_argument(
        "--workers", type=whole_number, metavar="COUNT", help="how many (default: one a processor)"
    )
    command.add_argument(
        "--address",
        default="",
        metavar="HOST:PORT",
        help="of a Ray cluster (default: that of the settings, or of `cluster start`; without any, "
        "Ray is started for this work alone)",
    )


def spread_of(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of a `Spread`; empty where nothing is asked for."""
    if options.executor is None and options.workers is None and not options.address:
        return {}
    executor = options.executor or ("ray" if options.address else "processes")
    address = options.address
    if executor == "ray" and not address:
        address = cluster_address()
    return {"executor": executor, "workers": options.workers or 0, "address": address}


def cluster_address() -> str:
    """The address of the settings, or of the cluster that was started here; empty without any."""
    from alphintra_desktop.research.executors.cluster import known_cluster  # noqa: PLC0415
    from alphintra_desktop.workspace.settings import RAY_ADDRESS, Settings  # noqa: PLC0415

    named = str(Settings().get(RAY_ADDRESS)).strip()
    if named:
        return named
    cluster = known_cluster()
    return cluster.address if cluster is not None else ""
