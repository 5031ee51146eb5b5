"""`alphintra`: reads a command, runs it, and turns what went wrong into a sentence and a code.

Exit codes: 0 done, 1 the work failed for a reason the user can act on, 2 the command was not
understood, 3 `verify` or `repeat` found a difference, 70 a mistake in the program itself, 130
cancelled.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version

from alphintra_desktop.cli import (
    autopsy_command,
    causality_command,
    cluster_command,
    data_commands,
    features_command,
    graph_commands,
    holdout_command,
    ledger_command,
    project_commands,
    run_commands,
    search_command,
    stress_command,
    sweep_command,
    train_command,
    walk_forward_command,
)
from alphintra_desktop.cli.arguments import Misused, Parser
from alphintra_desktop.cli.output import Console
from alphintra_desktop.codegen.problem import GraphHasProblems
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.report import Cancelled

DONE, FAILED, MISUSED, DIFFERENT, MISTAKEN, CANCELLED = 0, 1, 2, 3, 70, 130
SHOWN_PROBLEMS = 5

PARTS = (
    project_commands,
    graph_commands,
    sweep_command,
    search_command,
    walk_forward_command,
    cluster_command,
    stress_command,
    autopsy_command,
    causality_command,
    holdout_command,
    ledger_command,
    run_commands,
    features_command,
    train_command,
    data_commands,
)

START = """\
to begin with:
  alphintra                    open the window; without a screen, run the sample
  alphintra new my_strategy    make a project of your own
  alphintra backtest my_strategy --report report.html
  alphintra data import prices.csv --dataset mine
  alphintra COMMAND --help     explain a command, with examples

exit codes: 0 done, 1 not possible (the message says why), 2 not understood,
3 a difference was found, 70 a mistake in Alphintra, 130 cancelled
"""


def parser() -> argparse.ArgumentParser:
    """Every command with its arguments."""
    top = Parser(
        prog="alphintra",
        description="Draw a trading strategy, read it as Python, trust its backtest.",
        epilog=START,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=version("alphintra-desktop"))
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    for part in PARTS:
        for add in part.COMMANDS:
            add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line. Returns the exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):  # somebody's stand-in for a stream
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    console = Console(as_json="--json" in given)
    try:
        return _outcome(given, console)
    except BrokenPipeError:
        # Whoever read our output has gone (`alphintra nodes | head`); that is their right.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _outcome(given: Sequence[str], console: Console) -> int:
    try:
        options = parser().parse_args(given)
        run = getattr(options, "run", project_commands.run_sample)
        code = int(run(options, console) or DONE)
        sys.stdout.flush()
    except Misused as error:
        console.error(AlphintraError(error.message, hint=error.hint))
        code = MISUSED
    except (Cancelled, KeyboardInterrupt) as error:
        kept = str(error) or "Nothing was kept: run again to finish it."
        console.error(AlphintraError("Cancelled.", hint=kept))
        code = CANCELLED
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the one handler of everything
        code = _failure(error, console)
    return code


def _failure(error: Exception, console: Console) -> int:
    match error:
        case GraphHasProblems():
            blocking = [problem for problem in error.problems if problem.blocking]
            console.error(*blocking[:SHOWN_PROBLEMS])
            if len(blocking) > SHOWN_PROBLEMS:
                console.note(f"`alphintra check` lists all {len(blocking)} problems.")
        case AlphintraError():
            console.error(error)
        case MemoryError():
            hint = "Take a shorter period or fewer symbols, or close other programs."
            console.error(AlphintraError("There is not enough memory for this.", hint=hint))
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            message = f"{where}{error.strerror or error}."
            hint = "Check that the disk has room, and that you may read and write there."
            console.error(AlphintraError(message, hint=hint))
        case _:
            console.mistake(error)
            return MISTAKEN
    return FAILED
