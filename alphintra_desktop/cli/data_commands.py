"""`alphintra data import | list | show | export | query`."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from alphintra_desktop.cli.output import Console
from alphintra_desktop.ir.markets import MARKETS

SHOWN_ROWS = 10


def add_data(commands: Any) -> None:
    """`alphintra data` and its commands."""
    data = commands.add_parser("data", help="import market data, and see what there is")
    parts = data.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_add_import, _add_list, _add_show, _add_export, _add_query):
        add(parts)


COMMANDS = (add_data,)


def _add_import(parts: Any) -> None:
    command = parts.add_parser("import", help="import a CSV, TSV or Parquet file of bars")
    command.add_argument("file")
    command.add_argument("--dataset", default="my_data", help="where to (default: my_data)")
    command.add_argument("--symbol", help="default: a column of symbols, or else the file's name")
    command.add_argument("--timeframe", help="default: the most common step between rows")
    command.add_argument(
        "--market",
        choices=sorted(MARKETS),
        default="us_equities",
        help="which says how many bars a year has (default: us_equities)",
    )
    command.add_argument(
        "--bad-rows",
        choices=("refuse", "drop"),
        default="refuse",
        help="refuse a file with rows that are no bars (default), or leave them out",
    )
    command.add_argument("--json", action="store_true", help="print JSON for programs")
    command.set_defaults(run=run_import)


def _add_list(parts: Any) -> None:
    command = parts.add_parser("list", help="list what the market library holds")
    command.add_argument("--json", action="store_true", help="print JSON for programs")
    command.set_defaults(run=run_list)


def _add_show(parts: Any) -> None:
    command = parts.add_parser("show", help="show a symbol's versions and its last bars")
    command.add_argument("dataset")
    command.add_argument("symbol")
    command.add_argument("--json", action="store_true", help="print JSON for programs")
    command.set_defaults(run=run_show)


def _add_export(parts: Any) -> None:
    command = parts.add_parser("export", help="write the bars.parquet that a strategy file reads")
    command.add_argument("dataset")
    command.add_argument("symbols", help="separated by commas")
    command.add_argument("file")
    command.add_argument("--timeframe", default="1d")
    command.add_argument("--start", default="", help="first day, such as 2010-01-01")
    command.add_argument("--end", default="", help="last day, itself included")
    command.set_defaults(run=run_export)


def _add_query(parts: Any) -> None:
    command = parts.add_parser("query", help="ask the library in SQL (DuckDB, read-only)")
    command.add_argument(
        "sql", help='for example "SELECT symbol, count(*) FROM sample_1d GROUP BY 1"'
    )
    command.add_argument("--json", action="store_true", help="print JSON for programs")
    command.set_defaults(run=run_query)


def run_import(options: argparse.Namespace, console: Console) -> None:
    """Import a file, whole or not at all."""
    from alphintra_desktop.market.importing import import_file  # noqa: PLC0415 - brings pyarrow

    with console.progress() as report:
        imported = import_file(
            Path(options.file),
            options.dataset,
            symbol=options.symbol,
            timeframe=options.timeframe,
            market=options.market,
            bad_rows=options.bad_rows,
            report=report,
        )
    if options.json:
        console.result({"series": [asdict(s) for s in imported.series], "notes": imported.notes})
        return
    for series in imported.series:
        console.line(
            f"{series.symbol} {series.timeframe}: {series.rows:,} bars, {series.first} to "
            f"{series.last}, in dataset {series.dataset}"
        )
    for note in imported.notes:
        console.line(f"note: {note}")


def run_list(options: argparse.Namespace, console: Console) -> None:
    """Every series with its span."""
    from alphintra_desktop.market.samples import ensure_sample_data  # noqa: PLC0415
    from alphintra_desktop.market.store import list_series  # noqa: PLC0415

    ensure_sample_data()
    found = list_series()
    if options.json:
        console.result([asdict(series) for series in found])
        return
    rows = [
        (s.dataset, s.symbol, s.timeframe, f"{s.rows:,}", s.first, s.last, s.source) for s in found
    ]
    console.table(("Dataset", "Symbol", "Bars", "Rows", "First", "Last", "Source"), rows)


def run_show(options: argparse.Namespace, console: Console) -> None:
    """The versions of a symbol, its events and its last bars."""
    from alphintra_desktop.market.samples import ensure_sample_data  # noqa: PLC0415
    from alphintra_desktop.market.store import describe, load_bars  # noqa: PLC0415

    ensure_sample_data()
    versions = describe(options.dataset, options.symbol)
    if options.json:
        console.result([asdict(version) for version in versions])
        return
    for version in versions:
        console.line(
            f"{version.symbol} {version.timeframe}: {version.rows:,} bars, {version.first} to "
            f"{version.last}, imported {version.imported_at} from {version.source}"
        )
        console.line(f"  content {version.sha256}")
    last = versions[0]
    bars = load_bars(last.dataset, (last.symbol,), last.timeframe).bars
    console.line()
    names = ("open", "high", "low", "close", "volume", "adj_factor")
    rows = [
        (str(bars.timestamps[i])[:16].replace("T00:00", ""), *(f"{bars[n][i, 0]:g}" for n in names))
        for i in range(max(bars.count - SHOWN_ROWS, 0), bars.count)
    ]
    console.table(("Time", *names), rows)


def run_export(options: argparse.Namespace, console: Console) -> None:
    """Bars as one Parquet file."""
    from alphintra_desktop.market.samples import ensure_sample_data  # noqa: PLC0415
    from alphintra_desktop.market.store import export_bars, load_bars  # noqa: PLC0415
    from alphintra_desktop.nodes.market_data import symbol_list  # noqa: PLC0415

    ensure_sample_data()
    symbols = symbol_list(options.symbols)
    loaded = load_bars(options.dataset, symbols, options.timeframe, options.start, options.end)
    export_bars(Path(options.file), loaded)
    console.line(f"{loaded.bars.count:,} bars of {', '.join(symbols)} written to {options.file}")


def run_query(options: argparse.Namespace, console: Console) -> None:
    """The answer to a question in SQL."""
    from alphintra_desktop.market.samples import ensure_sample_data  # noqa: PLC0415
    from alphintra_desktop.market.store import query  # noqa: PLC0415

    ensure_sample_data()
    answer = query(options.sql)
    if options.json:
        console.result(answer.to_pylist())
        return
    rows = [tuple(str(value) for value in row.values()) for row in answer.to_pylist()]
    console.table(tuple(answer.column_names), rows)
