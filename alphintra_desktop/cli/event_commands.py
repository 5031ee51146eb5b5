"""`alphintra data events | import-events`: what became known when."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from alphintra_desktop.cli.arguments import add_command, add_json
from alphintra_desktop.cli.output import Console, counted_things
from alphintra_desktop.ir.universe import TABLES


def _add_events(parts: Any) -> None:
    command = add_command(
        parts,
        "events",
        "list the tables of events: economic series, scores, flows",
        examples=("data events",),
    )
    add_json(command)
    command.set_defaults(run=run_events)


def _add_import(parts: Any) -> None:
    command = add_command(
        parts,
        "import-events",
        "import a CSV, TSV or Parquet file of what became known when",
        about="A column known_from (or published, release_date) says from when a row was known, "
        "time (or date, period) what it is about, symbol whose it is; all other numbers are "
        "fields. Bars see a row only from when it was known.",
        examples=(
            "data import-events sentiment.csv --name sentiment",
            "data import-events flow.parquet --name options_flow --known-after 60",
        ),
    )
    command.add_argument("file", help="the file to import")
    command.add_argument("--name", default="", help="of the table (default: the file's name)")
    command.add_argument(
        "--known-after",
        type=float,
        metavar="SECONDS",
        help="how long after their time rows were known, where no column says it",
    )
    add_json(command)
    command.set_defaults(run=run_import)


PARTS: tuple[Callable[[Any], None], ...] = (_add_events, _add_import)


def run_events(options: argparse.Namespace, console: Console) -> None:
    """Every table with its fields and from when to when it was known."""
    from alphintra_desktop.market.event_store import event_tables  # noqa: PLC0415 - brings pyarrow

    tables = [table for table in event_tables() if not table.name.startswith(TABLES)]
    if console.as_json:
        console.result([asdict(table) for table in tables])
        return
    rows = [
        (
            *(t.name, str(len(t.symbols)), f"{t.rows:,}", t.first_known[:10], t.last_known[:10]),
            *(", ".join(t.fields), t.source),
        )
        for t in tables
    ]
    console.table(("Events", "Symbols", "Rows", "Known from", "To", "Fields", "Source"), rows)


def run_import(options: argparse.Namespace, console: Console) -> None:
    """Import a file, whole or not at all."""
    from alphintra_desktop.market.event_import import import_events  # noqa: PLC0415 - pyarrow

    path = Path(options.file)
    with console.progress() as report:
        name = options.name or path.stem
        imported = import_events(path, name, report, known_after_s=options.known_after)
    table = imported.table
    if console.as_json:
        console.result({"table": asdict(table), "notes": imported.notes})
        return
    console.line(
        f"{table.name}: {counted_things(table.rows, 'row')} of"
        f" {counted_things(len(table.symbols), 'symbol')}, known from {table.first_known} to"
        f" {table.last_known}; fields: {', '.join(table.fields)}"
    )
    for note in imported.notes:
        console.sentence(f"note: {note}")
