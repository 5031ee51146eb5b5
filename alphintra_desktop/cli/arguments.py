"""How commands are declared: a sentence, examples, and arguments that several of them share."""

from __future__ import annotations

import argparse
import math
import re
import textwrap
from typing import Any

from alphintra_desktop.nodes.params import did_you_mean

WIDTH = 78
_INVALID_CHOICE = re.compile(r"argument COMMAND: invalid choice: '(?P<given>.*?)'")


class Misused(Exception):
    """The command line was not understood. `hint` says how it is written."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class Parser(argparse.ArgumentParser):
    """Says what is wrong, and which command explains it."""

    def error(self, message: str) -> None:  # type: ignore[override]
        hint = f"`{self.prog} --help` explains it, with examples."
        unknown = _INVALID_CHOICE.match(message)
        if unknown is None:
            raise Misused(f"{message[:1].upper()}{message[1:].rstrip('.')}.", hint)
        given = unknown["given"]
        near = did_you_mean(given, self._commands(), f"`{self.prog} --help` lists all commands.")
        raise Misused(f"There is no command '{given}'.", near)

    def _commands(self) -> tuple[str, ...]:
        return tuple(
            name
            for action in self._actions
            if isinstance(action, argparse._SubParsersAction)
            for name in action.choices
        )


def add_command(
    commands: Any, name: str, summary: str, *, about: str = "", examples: tuple[str, ...]
) -> argparse.ArgumentParser:
    """A command with its line in the list, what more there is to know, and how it is typed."""
    shown = "\n".join(f"  alphintra {example}" for example in examples)
    paragraphs = [f"{summary[:1].upper()}{summary[1:]}.", *filter(None, about.split("\n\n"))]
    parser = commands.add_parser(
        name,
        help=summary,
        description="\n\n".join(textwrap.fill(text, WIDTH) for text in paragraphs),
        epilog=f"examples:\n{shown}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    assert isinstance(parser, argparse.ArgumentParser)
    return parser


def add_json(command: argparse.ArgumentParser) -> None:
    """`--json`."""
    command.add_argument(
        "--json", action="store_true", help="print the result, or the error, as JSON"
    )


def add_graph(command: argparse.ArgumentParser) -> None:
    """The graph a command is about, changes to its params, and `--json`."""
    command.add_argument(
        "graph",
        nargs="?",
        default=".",
        help="a .alphintra file, or a project folder with one (default: this folder)",
    )
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NODE.PARAM=VALUE",
        dest="settings",
        help="change a param for this run; NODE is a title or an id, see `check --params`",
    )
    add_json(command)


def add_time_limit(command: argparse.ArgumentParser, default: float = 60.0) -> None:
    """`--time-limit`, for what may run custom code."""
    command.add_argument(
        "--time-limit",
        type=_seconds,
        default=default,
        metavar="SECONDS",
        help=f"end custom code that takes longer (default: {default:g})",
    )


def add_ignore_quality(command: argparse.ArgumentParser) -> None:
    """`--ignore-quality`, for what stops at errors in the data."""
    command.add_argument(
        "--ignore-quality",
        action="store_true",
        help="run even though the data has errors, and mark the result; see `data check`",
    )


def whole_number(text: str) -> int:
    """A whole number above 0, as the type of an argument."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number above 0")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds above 0")
    return seconds
