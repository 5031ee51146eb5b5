"""`alphintra data list | show | export | query`; what else there is has files of its own."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from alphintra_desktop.cli import (
    import_commands,
    snapshot_commands,
    universe_commands,
    vendor_commands,
)
from alphintra_desktop.cli.arguments import add_command, add_json
from alphintra_desktop.cli.data_quality import add_check_data, add_repair
from alphintra_desktop.cli.import_commands import shown_time
from alphintra_desktop.cli.output import Console, aligned

SHOWN_ROWS = 10
SHOWN_COLUMNS = ("open", "high", "low", "close", "volume", "adj_factor")


def add_data(commands: Any) -> None:
    """`alphintra data` and its commands."""
    data = add_command(
        commands,
        "data",
        "import market data, and see what there is",
        about="The market library is shared by all projects. ALPHINTRA_HOME says where it lies.",
        examples=("data list", "data import prices.csv --dataset mine", "data show sample AAPL"),
    )
    parts = data.add_subparsers(title="commands", metavar="COMMAND", required=True)
    adds = (*import_commands.PARTS, _add_list, _add_show, _add_export, _add_query)
    for add in (
        *adds,
        add_check_data,
        add_repair,
        *snapshot_commands.PARTS,
        *universe_commands.PARTS,
        *vendor_commands.PARTS,
    ):
        add(parts)


COMMANDS = (add_data,)


def _add_list(parts: Any) -> None:
    command = add_command(
        parts, "list", "list what the market library holds", examples=("data list",)
    )
    add_json(command)
    command.set_defaults(run=run_list)


def _add_show(parts: Any) -> None:
    command = add_command(
        parts,
        "show",
        "show a symbol's versions and its last bars",
        examples=("data show sample AAPL",),
    )
    command.add_argument("dataset", help="as `alphintra data list` names it")
    command.add_argument("symbol", help="such as AAPL")
    add_json(command)
    command.set_defaults(run=run_show)


def _add_export(parts: Any) -> None:
    command = add_command(
        parts,
        "export",
        "write bars as the bars.parquet that a strategy file reads",
        examples=(
            "data export sample AAPL,MSFT bars.parquet",
            "data export sample EURUSD bars.parquet --timeframe 1h --start 2017-06-01",
        ),
    )
    command.add_argument("dataset", help="as `alphintra data list` names it")
    command.add_argument("symbols", help="separated by commas")
    command.add_argument("file", help="where to")
    command.add_argument("--timeframe", default="1d", help="of the stored bars (default: 1d)")
    command.add_argument("--start", default="", help="first day, such as 2010-01-01")
    command.add_argument("--end", default="", help="last day, itself included")
    add_json(command)
    command.set_defaults(run=run_export)


def _add_query(parts: Any) -> None:
    command = add_command(
        parts,
        "query",
        "ask the library in SQL (DuckDB, read-only)",
        about="There is a view for each dataset and timeframe, such as sample_1d.",
        examples=(
            'data query "SELECT symbol, count(*) AS bars FROM sample_1d GROUP BY symbol"',
            """data query "SELECT max(close) FROM sample_1d WHERE symbol = 'AAPL'" --json""",
        ),
    )
    command.add_argument("sql", help="one SELECT")
    add_json(command)
    command.set_defaults(run=run_query)


def run_list(options: argparse.Namespace, console: Console) -> None:
    """Every series with its span."""
    from alphintra_desktop.market.samples import ensure_sample_data  # noqa: PLC0415
    from alphintra_desktop.market.store import list_series  # noqa: PLC0415

    ensure_sample_data()
    found = list_series()
    if console.as_json:
        console.result([asdict(series) for series in found])
        return
    rows = [
        (
            *(s.dataset, s.symbol, s.timeframe, f"{s.rows:,}"),
            *(shown_time(s.first), shown_time(s.last), s.source),
        )
        for s in found
    ]
    console.table(("Dataset", "Symbol", "Bars", "Rows", "First", "Last", "Source"), rows)


def run_show(options: argparse.Namespace, console: Console) -> None:
    """The versions of a symbol, its events and its last bars."""
    from alphintra_desktop.market.samples import ensure_sample_data  # noqa: PLC0415
    from alphintra_desktop.market.store import describe, load_bars  # noqa: PLC0415

    ensure_sample_data()
    versions = describe(options.dataset, options.symbol)
    if console.as_json:
        console.result([asdict(version) for version in versions])
        return
    for version in versions:
        console.line(
            f"{version.symbol} {version.timeframe}: {version.rows:,} bars, "
            f"{shown_time(version.first)} to {shown_time(version.last)}"
        )
        console.line(f"  imported {shown_time(version.imported_at)} UTC from {version.source}")
        console.line(f"  content {version.sha256}")
    last = versions[0]
    loaded = load_bars(last.dataset, (last.symbol,), last.timeframe)
    bars = loaded.bars
    for mark in loaded.marks:
        console.line(f"  {mark}")
    shown = range(max(bars.count - SHOWN_ROWS, 0), bars.count)
    times = [shown_time(str(bars.timestamps[i])) for i in shown]
    decimals = {"volume": 0, "adj_factor": 6}
    columns = [aligned(bars[n][shown, 0].tolist(), decimals.get(n, 6)) for n in SHOWN_COLUMNS]
    console.line()
    console.table(("Time", *SHOWN_COLUMNS), zip(times, *columns, strict=True))


def run_export(options: argparse.Namespace, console: Console) -> None:
    """Bars as one Parquet file."""
    from alphintra_desktop.market.samples import ensure_sample_data  # noqa: PLC0415
    from alphintra_desktop.market.store import export_bars, load_bars  # noqa: PLC0415
    from alphintra_desktop.nodes.market_data import symbol_list  # noqa: PLC0415

    ensure_sample_data()
    symbols = symbol_list(options.symbols)
    loaded = load_bars(options.dataset, symbols, options.timeframe, options.start, options.end)
    export_bars(Path(options.file), loaded)
    for mark in loaded.marks:
        console.note(mark)
    if console.as_json:
        told = {"file": Path(options.file).absolute(), "symbols": symbols}
        console.result({**told, "bars": loaded.bars.count})
    console.line(f"{loaded.bars.count:,} bars of {', '.join(symbols)} written to {options.file}")
    console.pairs(("Next", f"python strategy.py {shlex.quote(options.file)}"))


def run_query(options: argparse.Namespace, console: Console) -> None:
    """The answer to a question in SQL."""
    from alphintra_desktop.market.samples import ensure_sample_data  # noqa: PLC0415
    from alphintra_desktop.market.store import query  # noqa: PLC0415

    ensure_sample_data()
    answer = query(options.sql)
    if console.as_json:
        console.result(answer.to_pylist())
        return
    rows = [tuple(_value(value) for value in row.values()) for row in answer.to_pylist()]
    console.table(tuple(answer.column_names), rows)
    if not rows:
        console.line("(no rows)")


def _value(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return shown_time(value.isoformat())
        case _:
            return " ".join(str(value).split())
