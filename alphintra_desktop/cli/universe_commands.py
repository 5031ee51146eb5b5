"""`alphintra data universe import | list | show`, and `alphintra data actions`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from alphintra_desktop.cli.arguments import add_command, add_json
from alphintra_desktop.cli.output import Console, counted_things

SHOWN = 40


def _add_universe(parts: Any) -> None:
    universe = add_command(
        parts,
        "universe",
        "say who could be held when: index members, delisted shares",
        about="A universe is a list of memberships: symbol, from, to, delisting_return. A strategy "
        "whose Market data node names it buys members only and sells what leaves it.",
        examples=("data universe import sp500.csv --name sp500", "data universe show sp500"),
    )
    commands = universe.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_import(commands)
    listing = add_command(commands, "list", "list the universes", examples=("data universe list",))
    add_json(listing)
    listing.set_defaults(run=run_list)
    showing = add_command(
        commands,
        "show",
        "show the memberships of a universe, or who was a member on a day",
        examples=("data universe show sp500 --on 2008-09-15",),
    )
    showing.add_argument("name", help="as `alphintra data universe list` names it")
    showing.add_argument("--on", default="", metavar="DAY", help="only members of that day")
    add_json(showing)
    showing.set_defaults(run=run_show)


def _add_import(commands: Any) -> None:
    command = add_command(
        commands,
        "import",
        "import a CSV of memberships",
        about="Columns: symbol, from, to (empty while it lasts) and, where a symbol was delisted, "
        "delisting_return: -0.3 for a loss of 30 percent after its last close.",
        examples=("data universe import sp500.csv --name sp500",),
    )
    command.add_argument("file", help="the file to import")
    command.add_argument("--name", default="", help="of the universe (default: the file's name)")
    add_json(command)
    command.set_defaults(run=run_import)


def _add_actions(parts: Any) -> None:
    command = add_command(
        parts,
        "actions",
        "list the splits and dividends of a symbol",
        about="Prices are kept as they were traded, with their splits and dividends beside them; "
        "adjusted prices are made when they are read.",
        examples=("data actions sample AAPL",),
    )
    command.add_argument("dataset", help="as `alphintra data list` names it")
    command.add_argument("symbol", help="the symbol")
    add_json(command)
    command.set_defaults(run=run_actions)


PARTS: tuple[Callable[[Any], None], ...] = (_add_universe, _add_actions)


def run_import(options: argparse.Namespace, console: Console) -> None:
    """Import a file, whole or not at all."""
    from alphintra_desktop.ir.universe import TABLES  # noqa: PLC0415
    from alphintra_desktop.market.universes import import_universe, load_universe  # noqa: PLC0415

    path = Path(options.file)
    table = import_universe(path, options.name or path.stem)
    name = table.name.removeprefix(TABLES)
    if console.as_json:
        console.result({**asdict(table), "name": name})
        return
    members = load_universe(name)
    gone = sum(one.delisting_return is not None for one in members)
    console.line(
        f"{name}: {counted_things(len(members), 'membership')} of"
        f" {counted_things(len(table.symbols), 'symbol')}, {gone:,} of them delisted."
    )


def run_list(options: argparse.Namespace, console: Console) -> None:
    """Every universe with how many symbols it has, and from when to when."""
    from alphintra_desktop.ir.universe import TABLES  # noqa: PLC0415
    from alphintra_desktop.market.universes import universes  # noqa: PLC0415

    found = universes()
    if console.as_json:
        console.result([{**asdict(one), "name": one.name.removeprefix(TABLES)} for one in found])
        return
    rows = [
        (
            *(one.name.removeprefix(TABLES), str(len(one.symbols))),
            *(one.first_known[:10], one.last_known[:10], one.source),
        )
        for one in found
    ]
    console.table(("Universe", "Symbols", "First change", "Last change", "Source"), rows)


def run_show(options: argparse.Namespace, console: Console) -> None:
    """The memberships, of one day if asked."""
    from alphintra_desktop.market.universes import load_universe, members_on  # noqa: PLC0415

    found = load_universe(options.name)
    if options.on:
        found = members_on(found, options.on)
    if console.as_json:
        console.result([asdict(one) for one in found])
        return
    rows = [
        (
            *(one.symbol, one.first, one.last or "still a member"),
            "" if one.delisting_return is None else f"{one.delisting_return:.2%}",
        )
        for one in found[:SHOWN]
    ]
    console.table(("Symbol", "From", "To", "Delisting return"), rows)
    if len(found) > SHOWN:
        console.line(f"{len(found) - SHOWN:,} more: --json gives them all.")


def run_actions(options: argparse.Namespace, console: Console) -> None:
    """Every split and dividend, with the factor that prices before it are multiplied with."""
    from alphintra_desktop.market.actions import actions_of  # noqa: PLC0415 - brings pyarrow
    from alphintra_desktop.market.samples import ensure_sample_data  # noqa: PLC0415

    ensure_sample_data()
    found = actions_of(options.dataset, options.symbol)
    if console.as_json:
        console.result([asdict(one) for one in found])
        return
    if not found:
        console.line(f"{options.symbol} has no splits and no dividends in {options.dataset}.")
        return
    rows = [
        (
            one.day,
            f"{one.split:g} for 1" if one.split != 1.0 else "",
            f"{one.dividend:.4g}" if one.dividend else "",
            f"{one.factor_before:.6g}",
        )
        for one in found
    ]
    console.table(("Day", "Split", "Dividend", "Factor before"), rows)
