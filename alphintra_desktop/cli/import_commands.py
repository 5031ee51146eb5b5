"""`alphintra data import | formats`: files of bars, and how they are written."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphintra_desktop.cli.arguments import Misused, add_command, add_json
from alphintra_desktop.cli.output import Console
from alphintra_desktop.ir.markets import MARKETS

if TYPE_CHECKING:
    from alphintra_desktop.market.corrections import Corrections
    from alphintra_desktop.market.importing import Imported
    from alphintra_desktop.market.preview import Preview

SHOWN_SYMBOLS = 5
SHOWN_ROWS = 5
_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "space": " "}


def add_import(parts: Any) -> None:
    """`data import`."""
    command = add_command(
        parts,
        "import",
        "import a CSV, TSV, Excel or Parquet file of bars, or a zip of such files",
        about="Columns are found by their names: a date or time, open, high, low, close, and "
        "perhaps volume, symbol, adjusted close, splits and dividends. A file is imported whole "
        "or not at all.\n\nWhat is guessed wrong can be said; --save-format keeps it for all files "
        "with the same columns.",
        examples=(
            "data import AAPL.csv",
            "data import prices.csv --preview",
            "data import prices.csv --dataset mine --symbol AAPL --timeframe 1h",
            "data import coins.parquet --dataset coins --market crypto --bad-rows drop",
            'data import odd.csv --column volume=Shares --save-format "my broker"',
        ),
    )
    command.add_argument("file", help="the file to import")
    command.add_argument("--dataset", default="my_data", help="where to (default: my_data)")
    command.add_argument("--preview", action="store_true", help="show what would be stored, only")
    command.add_argument("--symbol", help="default: a column of symbols, or else the file's name")
    command.add_argument("--timeframe", help="such as 1d; default: the most common step")
    command.add_argument(
        "--market",
        choices=sorted(MARKETS),
        metavar="MARKET",
        help=f"says how many bars a year has: {', '.join(sorted(MARKETS))} (default: a guess by "
        "the symbol and the days of the week)",
    )
    command.add_argument(
        "--bad-rows",
        choices=("flag", "refuse", "drop"),
        default="flag",
        metavar="WHAT",
        help="rows that are no bars: flag keeps a few, told, and gives them to no strategy "
        "(default); refuse refuses the file; drop leaves them out",
    )
    _add_corrections(command)
    add_json(command)
    command.set_defaults(run=run_import)


def _add_corrections(command: argparse.ArgumentParser) -> None:
    said = command.add_argument_group("how the file is written, where a guess is wrong")
    said.add_argument(
        "--time-zone",
        metavar="ZONE",
        help="of times that name none, such as Europe/Berlin or UTC+2 (default: UTC)",
    )
    said.add_argument("--encoding", help="such as cp1252 or shift_jis")
    said.add_argument("--delimiter", help="between cells: a character, or tab")
    said.add_argument("--decimal", choices=(".", ","), help="the decimal mark")
    said.add_argument(
        "--header-line", type=int, metavar="N", help="the line that names columns; 0: there is none"
    )
    said.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="MEANING=NAME",
        dest="columns",
        help='such as "close=Last price"; without a header, columns are "column 1", ...',
    )
    said.add_argument(
        "--time-format", metavar="FORMAT", help="such as %%d/%%m/%%Y, or epoch s, ms, us or ns"
    )
    said.add_argument(
        "--bar-stamp", choices=("open", "close"), help="what moment of a bar its time is"
    )
    said.add_argument("--sheet", help="of a workbook (default: the first with bars)")
    said.add_argument("--format", metavar="NAME", help="a saved format; see `data formats`")
    said.add_argument("--save-format", metavar="NAME", help="keep all this for files like this")


def add_formats(parts: Any) -> None:
    """`data formats`."""
    command = add_command(
        parts,
        "formats",
        "list the saved formats of files, or delete one",
        about="A format is saved by `data import --save-format`. A file that has its columns is "
        "read by it without being asked.",
        examples=("data formats", 'data formats --delete "my broker"'),
    )
    command.add_argument("--delete", metavar="NAME", help="forget that format")
    add_json(command)
    command.set_defaults(run=run_formats)


PARTS = (add_import, add_formats)


def run_import(options: argparse.Namespace, console: Console) -> None:
    """Import a file, whole or not at all."""
    from alphintra_desktop.market.formats import save_format  # noqa: PLC0415
    from alphintra_desktop.market.importing import import_file  # noqa: PLC0415 - brings pyarrow

    path, said = Path(options.file), _said(options)
    if options.preview:
        _show_preview(path, said, options.bad_rows, console)
        return
    with console.progress() as report:
        imported = import_file(
            path, options.dataset, bad_rows=options.bad_rows, said=said, report=report
        )
    if options.save_format:
        save_format(options.save_format, path, _for_saving(path, said))
    _tell(imported, console)


def _said(options: argparse.Namespace) -> Corrections | None:
    """What the options say of the file, over what its format says; None if nothing."""
    from alphintra_desktop.market.corrections import Corrections  # noqa: PLC0415

    known = _known(options)
    given = {
        "columns": _columns(options.columns, known.columns),
        "header_line": options.header_line,
        "delimiter": _DELIMITERS.get(options.delimiter or "", options.delimiter),
        "time_format": _time_format(options.time_format or ""),
        **{name: getattr(options, name) for name in _AS_THEY_ARE},
    }
    given = {name: value for name, value in given.items() if value not in (None, "", ())}
    said = replace(known, **given)
    return said if said != Corrections() else None


def _known(options: argparse.Namespace) -> Corrections:
    """What the named format says, or else one that fits."""
    from alphintra_desktop.market.corrections import Corrections  # noqa: PLC0415
    from alphintra_desktop.market.file_reading import fitting_format  # noqa: PLC0415
    from alphintra_desktop.market.formats import named_format  # noqa: PLC0415

    if options.format:
        return named_format(options.format).said
    known, _ = fitting_format(Path(options.file))
    return known.said if known else Corrections()


_AS_THEY_ARE = (
    *("encoding", "decimal", "time_zone", "bar_stamp", "sheet"),
    *("symbol", "timeframe", "market"),
)


def _for_saving(path: Path, said: Corrections | None) -> Corrections:
    from alphintra_desktop.market.preview import preview  # noqa: PLC0415

    return said if said is not None else preview(path).said


def _columns(texts: list[str], known: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """What is said of columns, the last word on each."""
    return tuple({**dict(known), **dict(_column(text) for text in texts)}.items())


def _column(text: str) -> tuple[str, str]:
    meaning, mark, name = text.partition("=")
    if not mark:
        raise Misused(
            f"'{text}' does not say what a column means.",
            'Write a meaning and a name: --column "close=Last price".',
        )
    return meaning.strip(), name


def _time_format(text: str) -> str:
    return f"epoch {text}" if text in ("s", "ms", "us", "ns") else text


def _tell(imported: Imported, console: Console) -> None:
    if console.as_json:
        console.result({"series": [asdict(s) for s in imported.series], "notes": imported.notes})
        return
    for series in imported.series:
        console.line(
            f"{series.symbol} {series.timeframe}: {series.rows:,} bars, {shown_time(series.first)}"
            f" to {shown_time(series.last)}, in dataset {series.dataset}"
        )
    for note in imported.notes:
        console.sentence(f"note: {note}")
    symbols = ",".join(series.symbol for series in imported.series[:SHOWN_SYMBOLS])
    dataset, data = imported.series[0].dataset, "Market data"
    console.pairs(
        ("Next", f"alphintra data show {shlex.join([dataset, imported.series[0].symbol])}"),
        ("Use it", f'--set "{data}.dataset={dataset}" --set "{data}.symbols={symbols}"'),
    )


def shown_time(text: str) -> str:
    """A time stamp to the minute, or only its day."""
    return text[:16].replace("T00:00", "").replace("T", " ")


def _show_preview(path: Path, said: Corrections | None, bad_rows: str, console: Console) -> None:
    from alphintra_desktop.market.preview import STORED, preview  # noqa: PLC0415

    seen = preview(path, said, bad_rows)
    if console.as_json and seen.problem is None:
        console.result(_as_plain(seen))
        return
    if not console.as_json:
        rows = [(_title(g.what), repr(g.value), str(g.sure), g.why) for g in seen.guesses]
        console.table(("What", "Is", "How sure", "Because"), rows)
        console.line()
        console.table(seen.names, seen.raw[:SHOWN_ROWS])
        console.line()
    if seen.problem is not None:
        raise seen.problem
    console.table(STORED, seen.stored[:SHOWN_ROWS])
    for remark in seen.remarks:
        console.sentence(f"note: {remark}")
    console.line(f"{seen.bars:,} of {seen.rows:,} rows would be stored. Nothing is stored yet.")


def _title(what: str) -> str:
    return what.replace("_", " ")


def _as_plain(seen: Preview) -> dict[str, Any]:
    named = seen.format.name if seen.format else None
    guesses = [asdict(guess) for guess in seen.guesses]
    return {
        "file": seen.file,
        "format": named,
        "guesses": guesses,
        "corrections": seen.said.as_json(),
        **{name: getattr(seen, name) for name in ("names", "raw", "stored", "rows", "bars")},
        "remarks": seen.remarks,
    }


def run_formats(options: argparse.Namespace, console: Console) -> None:
    """The saved formats, or one less."""
    from alphintra_desktop.market.formats import delete_format, saved_formats  # noqa: PLC0415

    if options.delete:
        delete_format(options.delete)
        if not console.as_json:
            console.line(f"The format {options.delete!r} is deleted.")
    found = saved_formats()
    if console.as_json:
        console.result(
            [{"name": f.name, "columns": f.columns, "said": f.said.as_json()} for f in found]
        )
        return
    rows = [(f.name, ", ".join(f.columns), _in_words(f.said)) for f in found]
    if rows:
        console.table(("Format", "Columns", "Says"), rows)
    else:
        console.line("No format is saved. `data import --save-format NAME` saves one.")


def _in_words(said: Corrections) -> str:
    return ", ".join(
        f"{_title(name)} {value!r}" for name, value in said.as_json().items() if name != "columns"
    )
