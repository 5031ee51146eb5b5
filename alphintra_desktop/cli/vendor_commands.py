"""`alphintra data vendors | fetch | update | key`: market data from vendors over the network."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from alphintra_desktop.cli import event_commands
from alphintra_desktop.cli.arguments import add_command, add_json, whole_number
from alphintra_desktop.cli.output import Console, counted_things
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir.markets import MARKETS
from alphintra_desktop.workspace.secrets import Kept, Secrets, variable_of

FAILED = 1
PASSPHRASE = "ALPHINTRA_VAULT_PASSPHRASE"


def _add_vendors(parts: Any) -> None:
    command = add_command(
        parts,
        "vendors",
        "list the vendors that market data can be fetched from",
        examples=("data vendors", "data vendors --json"),
    )
    add_json(command)
    command.set_defaults(run=run_vendors)


def _add_fetch(parts: Any) -> None:
    command = add_command(
        parts,
        "fetch",
        "fetch bars or series of a vendor",
        about="What is stored already is not loaded again, and a fetch that was cancelled goes on "
        "where it was. Nothing of it is in the library before all of a symbol is there.",
        examples=(
            "data fetch yahoo AAPL MSFT",
            "data fetch binance BTCUSDT --timeframe 1h --from 2024-01-01 --dataset coins",
            "data fetch fred GDP UNRATE --dataset economy",
        ),
    )
    command.add_argument("vendor", help="as `alphintra data vendors` names it")
    command.add_argument("symbols", nargs="+", metavar="SYMBOL", help="as the vendor spells it")
    command.add_argument(
        "--from", dest="start", default="", help="first day (default: all; intraday 29 days)"
    )
    command.add_argument("--to", dest="end", default="", help="last day, itself included")
    command.add_argument("--timeframe", default="", help="of the bars (default: 1d)")
    command.add_argument("--dataset", default="", help="where to (default: the vendor's name)")
    command.add_argument(
        "--market",
        choices=sorted(MARKETS),
        default="",
        metavar="MARKET",
        help="says how many bars a year has (default: what the vendor mostly has)",
    )
    _add_ways(command)
    command.set_defaults(run=run_fetch)


def _add_update(parts: Any) -> None:
    command = add_command(
        parts,
        "update",
        "fetch what came since, for everything of a dataset",
        about="Each symbol is asked of the vendor that it came from. If the vendor has rewritten "
        "the past, all of it is loaded again as a new version, and that is told.",
        examples=("data update yahoo", "data update coins --repair"),
    )
    command.add_argument("dataset", help="as `alphintra data list` names it")
    _add_ways(command)
    command.set_defaults(run=run_update)


def _add_ways(command: argparse.ArgumentParser) -> None:
    command.add_argument("--repair", action="store_true", help="also ask for missing bars between")
    command.add_argument("--full", action="store_true", help="load everything anew")
    command.add_argument(
        "--calls-a-day", type=whole_number, help="the most calls in 24 hours (default: by vendor)"
    )
    add_json(command)


def _add_key(parts: Any) -> None:
    command = add_command(
        parts,
        "key",
        "set the key of a vendor",
        about="It is asked for, or read from a pipe, and kept in the keyring of this system. Where "
        "there is none that encrypts, --vault keeps it in a file that a passphrase opens.",
        examples=("data key tiingo", "data key fred --vault", "data key tiingo --forget"),
    )
    command.add_argument("vendor", help="as `alphintra data vendors` names it")
    command.add_argument("--vault", action="store_true", help="keep it in the encrypted vault")
    command.add_argument("--forget", action="store_true", help="remove the key")
    add_json(command)
    command.set_defaults(run=run_key)


PARTS: tuple[Callable[[Any], None], ...] = (
    *(_add_vendors, _add_fetch, _add_update, _add_key),
    *event_commands.PARTS,
)


# ---------------------------------------------------------------- what there is


def run_vendors(options: argparse.Namespace, console: Console) -> None:
    """Every vendor, what it has, and whether it wants a key."""
    from alphintra_desktop.market.sources.vendors import SOURCES  # noqa: PLC0415 - brings pyarrow

    vendors = [source.vendor for source in SOURCES]
    if console.as_json:
        console.result([asdict(vendor) for vendor in vendors])
        return
    rows = [
        (v.name, "yes" if v.key else "no", " ".join(v.timeframes), v.example, v.serves)
        for v in vendors
    ]
    console.table(("Vendor", "Key", "Bars", "Such as", "Has"), rows)
    console.line()
    console.sentence(
        "Mind the terms of each vendor: `alphintra data vendors --json` has their addresses, and"
        " how prices, events and times come."
    )


# ---------------------------------------------------------------- fetching


def run_fetch(options: argparse.Namespace, console: Console) -> int:
    """Fetch symbols into a dataset."""
    from alphintra_desktop.market.sources.order import RELEASES, Order  # noqa: PLC0415
    from alphintra_desktop.market.sources.updating import Update  # noqa: PLC0415
    from alphintra_desktop.market.sources.vendors import source_called  # noqa: PLC0415

    source = source_called(options.vendor)
    usual = RELEASES if source.vendor.gives == RELEASES else "1d"
    order = Order(
        tuple(options.symbols),
        options.dataset or source.vendor.name,
        options.timeframe or usual,
        options.start,
        options.end,
        options.market,
        options.repair,
        options.full,
    )
    return _fetched([Update(source, order)], options, console)


def run_update(options: argparse.Namespace, console: Console) -> int:
    """Bring a dataset up to date."""
    from alphintra_desktop.market.sources.updating import updates_of  # noqa: PLC0415

    updates = updates_of(options.dataset, repair=options.repair, full=options.full)
    return _fetched(updates, options, console)


def _fetched(updates: Sequence[Any], options: argparse.Namespace, console: Console) -> int:
    """Fetch one after the other; what fails keeps no other back, but is told and makes it fail."""
    from alphintra_desktop.market.sources.access import access_to  # noqa: PLC0415
    from alphintra_desktop.market.sources.fetch import fetch  # noqa: PLC0415 - brings httpx

    held = Secrets()
    done, errors = [], []
    for update in updates:
        vendor = update.source.vendor
        try:
            key = _key(held, vendor.name) if vendor.key else ""
            access = access_to(vendor, key, a_day=options.calls_a_day)
            with console.progress() as report:
                done.append(fetch(update.source, update.order, access, report))
        except AlphintraError as error:
            errors.append(error)
    errors += [
        AlphintraError(failure.message, hint=failure.hint)
        for fetched in done
        for failure in fetched.failed
    ]
    if not done:
        raise errors[0]
    _tell(done, console)
    if errors and not console.as_json:
        console.error(*errors)
    return FAILED if errors else 0


def _tell(done: Sequence[Any], console: Console) -> None:
    if console.as_json:
        console.result([asdict(fetched) for fetched in done])
        return
    for fetched in done:
        for series in fetched.series:
            console.line(
                f"{series.symbol} {series.timeframe}: {series.rows:,} bars, {series.first[:16]} to"
                f" {series.last[:16]}, in dataset {series.dataset}"
            )
        for table in fetched.tables:
            console.line(
                f"{table.name}: {counted_things(table.rows, 'publication')} of"
                f" {', '.join(table.symbols)}, the last known from {table.last_known[:10]}"
            )
        for text in (*fetched.findings, *fetched.notes):
            console.sentence(f"note: {text}")


# ---------------------------------------------------------------- keys


def _key(held: Secrets, name: str) -> str:
    """The key, for which the vault may have to be opened."""
    key = held.get(name)
    if not key and held.is_locked and (words := _passphrase("Passphrase of the vault: ")):
        held.open_vault(words)
        key = held.get(name)
    return key


def _passphrase(question: str) -> str:
    given = os.environ.get(PASSPHRASE, "")
    return given or (getpass.getpass(question) if sys.stdin.isatty() else "")


def run_key(options: argparse.Namespace, console: Console) -> None:
    """Keep or forget a key."""
    from alphintra_desktop.market.sources.vendors import source_called  # noqa: PLC0415

    vendor = source_called(options.vendor).vendor
    if vendor.key is None:
        raise AlphintraError(f"{vendor.title} wants no key.", hint="Fetch without one.")
    held = Secrets()
    if options.vault or (options.forget and held.is_locked):
        held.open_vault(_passphrase("Passphrase of the vault: "))
    if options.forget:
        held.forget(vendor.name)
        told = f"The key of {vendor.title} is forgotten."
    else:
        told = _keep(held, vendor.name, vendor.title, vendor.key.where)
    if console.as_json:
        console.result({"vendor": vendor.name, "told": told})
    console.sentence(told)


def _keep(held: Secrets, name: str, title: str, where: str) -> str:
    if sys.stdin.isatty():
        key = getpass.getpass(f"Key of {title} (from {where}): ")
    else:
        key = sys.stdin.readline()
    kept = held.set(name, key)
    if kept is Kept.SESSION:
        raise AlphintraError(
            "The key was not kept: this system has no keyring that encrypts.",
            hint=f"Keep it in an encrypted file with --vault, or set {variable_of(name)}.",
        )
    return f"The key of {title} is {kept.value}."
