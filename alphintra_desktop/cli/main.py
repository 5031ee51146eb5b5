"""`alphintra`: reads a command, runs it, and turns what went wrong into a sentence and a code.

Exit codes: 0 done, 1 the work failed for a reason the user can act on, 2 the command was not
understood, 3 `verify` found a difference, 130 cancelled.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from alphintra_desktop.cli import data_commands, graph_commands, project_commands, run_commands
from alphintra_desktop.cli.output import Console
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.report import Cancelled

DONE, FAILED, MISUSED, DIFFERENT, CANCELLED = 0, 1, 2, 3, 130


class _Parser(argparse.ArgumentParser):
    """Says what is wrong, and which command explains it."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(MISUSED, f"error: {message}\n  hint: `{self.prog} --help` lists what there is.\n")


def parser() -> argparse.ArgumentParser:
    """Every command with its arguments."""
    top = _Parser(
        prog="alphintra",
        description="Draw a trading strategy, read it as Python, trust its backtest.",
        epilog="Without a command: run the sample strategy and say where its report lies.",
    )
    top.add_argument("--version", action="version", version=version("alphintra-desktop"))
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    for part in (project_commands, graph_commands, run_commands, data_commands):
        for add in part.COMMANDS:
            add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line. Returns the exit code."""
    options = parser().parse_args(arguments)
    console = Console(as_json=getattr(options, "json", False))
    run = getattr(options, "run", project_commands.run_sample)
    try:
        return int(run(options, console) or DONE)
    except AlphintraError as error:
        console.error(error)
        return FAILED
    except (Cancelled, KeyboardInterrupt):
        console.note("Cancelled. Nothing was kept.")
        return CANCELLED
    except BrokenPipeError:
        # Whoever read our output has gone (`alphintra nodes | head`); that is their right.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
