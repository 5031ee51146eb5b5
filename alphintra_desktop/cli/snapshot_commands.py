"""`alphintra data snapshots | delete-snapshots`: what is stored, what needs it, and tidying up."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphintra_desktop.cli.arguments import add_command, add_json
from alphintra_desktop.cli.output import Console, counted_things, shown_path
from alphintra_desktop.runs.project import find_project

if TYPE_CHECKING:
    from alphintra_desktop.market.snapshot_list import Snapshot
    from alphintra_desktop.workspace.stored_snapshots import StoredSnapshots

NAMED = 12
_UNITS = ("B", "KB", "MB", "GB", "TB")
_KEEPERS = (
    "A snapshot is needed while it is a series' current version, can be brought back by undoing a "
    "repair, has features computed from it, or was used by a run or trial of any project known "
    "here: every project that recorded one, or was opened in the window. What was in use less "
    "than a day ago is needed, too."
)


def add_snapshots(parts: Any) -> None:
    """`alphintra data snapshots`."""
    command = add_command(
        parts,
        "snapshots",
        "list every stored version of bars, and what needs it",
        about=_KEEPERS,
        examples=("data snapshots", "data snapshots --unreferenced"),
    )
    command.add_argument("--unreferenced", action="store_true", help="only what nothing needs")
    _add_projects(command)
    command.set_defaults(run=run_snapshots)


def add_delete_snapshots(parts: Any) -> None:
    """`alphintra data delete-snapshots`."""
    command = add_command(
        parts,
        "delete-snapshots",
        "delete stored versions of bars that nothing needs",
        about=f"Lists them, and deletes nothing without --yes.\n\n{_KEEPERS}",
        examples=(
            "data delete-snapshots",
            "data delete-snapshots --yes",
            "data delete-snapshots 3f2a9c04d1e7 --yes",
        ),
    )
    command.add_argument(
        "hashes", nargs="*", metavar="HASH", help="as `data snapshots` shows it (default: all)"
    )
    command.add_argument("--yes", action="store_true", help="delete what is listed")
    _add_projects(command)
    command.set_defaults(run=run_delete_snapshots)


PARTS = (add_snapshots, add_delete_snapshots)


def _add_projects(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--project",
        action="append",
        default=[],
        metavar="FOLDER",
        help="a project that is not known here, such as one that was moved (may be repeated)",
    )
    command.add_argument(
        "--without-gone",
        action="store_true",
        help="projects whose folder is not there any more need nothing",
    )
    add_json(command)


def run_snapshots(options: argparse.Namespace, console: Console) -> None:
    """All snapshots, or those that nothing needs."""
    found = _found(options)
    shown = found.unreferenced if options.unreferenced else found.all
    if console.as_json:
        console.result([asdict(one) for one in shown])
        return
    _print(shown, console)
    free = found.unreferenced
    console.line()
    console.line(
        f"{counted_things(len(found.all), 'snapshot')}, {size(sum(s.size for s in found.all))};"
        f" {len(free):,} of them that nothing needs, {size(found.size)}."
    )
    _tell_of_gone(found, console)
    if free:
        console.pairs(("Delete them", "alphintra data delete-snapshots"))


def run_delete_snapshots(options: argparse.Namespace, console: Console) -> None:
    """List what would go; with --yes, delete it."""
    from alphintra_desktop.workspace.stored_snapshots import (  # noqa: PLC0415 - pyarrow
        chosen_snapshots,
        delete_stored_snapshots,
    )

    found = _found(options)
    chosen = chosen_snapshots(found, options.hashes)
    _print(chosen, console)
    _tell_of_gone(found, console)
    if not options.yes or not chosen:
        if console.as_json:
            console.result({"deleted": [], "would_delete": [asdict(one) for one in chosen]})
        total = f"{counted_things(len(chosen), 'snapshot')}, {size(sum(s.size for s in chosen))}"
        console.line(f"Nothing was deleted. Add --yes to delete {total}." if chosen else "")
        return
    done = delete_stored_snapshots(
        [one.sha256 for one in chosen], _projects(options), without_gone=options.without_gone
    )
    if console.as_json:
        console.result({name: [asdict(one) for one in some] for name, some in vars(done).items()})
    freed = size(sum(one.size for one in done.deleted))
    console.line(f"Deleted {counted_things(len(done.deleted), 'snapshot')}, {freed}.")
    for one in done.kept:
        console.line(f"Kept {one.sha256[:NAMED]} of {one.title}: {one.kept_by[0]}.")
    for one in done.held:
        console.line(f"{one.sha256[:NAMED]} of {one.title} is being read: delete it later.")


def _found(options: argparse.Namespace) -> StoredSnapshots:
    from alphintra_desktop.workspace.stored_snapshots import stored_snapshots  # noqa: PLC0415

    return stored_snapshots(_projects(options), without_gone=options.without_gone)


def _projects(options: argparse.Namespace) -> list[Path]:
    from alphintra_desktop.runs.project import open_project  # noqa: PLC0415

    here = find_project(Path.cwd())
    named = [open_project(Path(folder)).folder for folder in options.project]
    return [*named, *([here.folder] if here is not None else [])]


def _print(shown: tuple[Snapshot, ...], console: Console) -> None:
    if not shown:
        console.line("No snapshot is without use.")
        return
    rows = [
        (one.sha256[:NAMED], one.title, size(one.size), age(one.written), _needed(one))
        for one in shown
    ]
    console.table(("Snapshot", "Bars of", "Size", "Age", "Needed for"), rows)


def _needed(one: Snapshot) -> str:
    if not one.kept_by:
        return "nothing"
    more = f" and {len(one.kept_by) - 1} more" if len(one.kept_by) > 1 else ""
    return one.kept_by[0] + more


def _tell_of_gone(found: StoredSnapshots, console: Console) -> None:
    for folder in found.gone:
        console.note(
            f"The project {shown_path(folder)} is not there now; what it used is kept for it."
            " --without-gone gives it up."
        )


def size(count: int) -> str:
    """ "1.4 MB"."""
    number, unit = float(count), 0
    while number >= 1000 and unit < len(_UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{number:.0f} {_UNITS[unit]}" if unit == 0 else f"{number:.1f} {_UNITS[unit]}"


def age(written: str) -> str:
    """ "3 days" since a UTC time."""
    hours = (datetime.now(UTC) - datetime.fromisoformat(written)).total_seconds() / 3600
    if hours < 1:
        return "under an hour"
    whole, thing = (int(hours), "hour") if hours < 48 else (int(hours / 24), "day")
    return counted_things(whole, thing)
