"""`alphintra data import | list | show | export | query`; see `data_quality` for the rest."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from alphintra_desktop.cli import vendor_commands
from alphintra_desktop.cli.arguments import add_command, add_json
from alphintra_desktop.cli.data_quality import add_check_data, add_repair
from alphintra_desktop.cli.output import Console, aligned
from alphintra_desktop.ir.markets import MARKETS

SHOWN_ROWS = 10
SHOWN_SYMBOLS = 5
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
    adds = (_add_import, _add_list, _add_show, _add_export, _add_query)
    for add in (*adds, add_check_data, add_repair, *vendor_commands.PARTS):
        add(parts)


COMMANDS = (add_data,)


def _add_import(parts: Any) -> None:
    command = add_command(
        parts,
        "import",
        "import a CSV, TSV or Parquet file of bars",
        about="Columns are found by their names: a date or time, open, high, low, close, and "
        "perhaps volume, symbol, adjusted close, splits and dividends. A file is imported whole "
        "or not at all.",
        examples=(
            "data import AAPL.csv",
            "data import prices.csv --dataset mine --symbol AAPL --timeframe 1h",
            "data import coins.parquet --dataset coins --market crypto --bad-rows drop",
        ),
    )
    command.add_argument("file", help="the file to import")
    command.add_argument("--dataset", default="my_data", help="where to (default: my_data)")
    command.add_argument("--symbol", help="default: a column of symbols, or else the file's name")
    command.add_argument("--timeframe", help="such as 1d; default: the most common step")
    command.add_argument(
        "--market",
        choices=sorted(MARKETS),
        default="us_equities",
        metavar="MARKET",
        help=f"says how many bars a year has: {', '.join(sorted(MARKETS))} (default: us_equities)",
    )
    command.add_argument(
        "--bad-rows",
        choices=("flag", "refuse", "drop"),
        default="flag",
        metavar="WHAT",
        help="rows that are no bars: flag keeps a few, told, and gives them to no strategy "
        "(default); refuse refuses the file; drop leaves them out",
    )
    command.add_argument(
        "--time-zone",
        metavar="ZONE",
        help="of times that name none, such as Europe/Berlin or UTC+2 (default: UTC)",
    )
    add_json(command)
    command.set_defaults(run=run_import)


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
            time_zone=options.time_zone,
            report=report,
        )
    if console.as_json:
        console.result({"series": [asdict(s) for s in imported.series], "notes": imported.notes})
        return
    for series in imported.series:
        console.line(
            f"{series.symbol} {series.timeframe}: {series.rows:,} bars, {_time(series.first)} to "
            f"{_time(series.last)}, in dataset {series.dataset}"
        )
    for note in imported.notes:
        console.sentence(f"note: {note}")
    symbols = ",".join(series.symbol for series in imported.series[:SHOWN_SYMBOLS])
    dataset, data = imported.series[0].dataset, "Market data"
    console.pairs(
        ("Next", f"alphintra data show {shlex.join([dataset, imported.series[0].symbol])}"),
        ("Use it", f'--set "{data}.dataset={dataset}" --set "{data}.symbols={symbols}"'),
    )


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
            *(_time(s.first), _time(s.last), s.source),
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
            f"{_time(version.first)} to {_time(version.last)}"
        )
        console.line(f"  imported {_time(version.imported_at)} UTC from {version.source}")
        console.line(f"  content {version.sha256}")
    last = versions[0]
    bars = load_bars(last.dataset, (last.symbol,), last.timeframe).bars
    shown = range(max(bars.count - SHOWN_ROWS, 0), bars.count)
    times = [_time(str(bars.timestamps[i])) for i in shown]
    decimals = {"volume": 0, "adj_factor": 6}
    columns = [aligned(bars[n][shown, 0].tolist(), decimals.get(n, 6)) for n in SHOWN_COLUMNS]
    console.line()
    console.table(("Time", *SHOWN_COLUMNS), zip(times, *columns, strict=True))


def _time(text: str) -> str:
    """A time stamp to the minute, or only its day."""
    return text[:16].replace("T00:00", "").replace("T", " ")


def run_export(options: argparse.Namespace, console: Console) -> None:
    """Bars as one Parquet file."""
    from alphintra_desktop.market.samples import ensure_sample_data  # noqa: PLC0415
    from alphintra_desktop.market.store import export_bars, load_bars  # noqa: PLC0415
    from alphintra_desktop.nodes.market_data import symbol_list  # noqa: PLC0415

    ensure_sample_data()
    symbols = symbol_list(options.symbols)
    loaded = load_bars(options.dataset, symbols, options.timeframe, options.start, options.end)
    export_bars(Path(options.file), loaded)
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
            return _time(value.isoformat())
        case _:
            return " ".join(str(value).split())
