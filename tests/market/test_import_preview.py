"""A preview shows what an import would do, and the import then does just that."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.corrections import Corrections, corrections_of
from alphintra_desktop.market.guesses import Sure
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.library import library
from alphintra_desktop.market.preview import STORED, Preview, preview
from alphintra_desktop.market.snapshots import read_columns
from alphintra_desktop.market.store import list_series
from alphintra_desktop.market.times import shown
from alphintra_desktop.report import Report
from tests.market import test_recognised_formats as made
from tests.market.bar_files import ROWS, csv, written

MINUTES = (
    "Datum;Zeit;Erster;Hoch;Tief;Schlusskurs;Volumen\n"
    "02.01.2024;09:00;10,5;11;10;10,75;1.200\n"
    "02.01.2024;09:01;10,75;11,5;10,5;11;900\n"
    "02.01.2024;09:02;11;11,25;10,75;11;13.000\n"
)
FILES = {
    "ACME.csv": csv(),
    "backwards.csv": csv(ROWS[::-1]),
    "DAX.csv": MINUTES,
    "ES.txt": made.NINJATRADER,
    "20131007_spy_minute_trade.csv": made.LEAN_MINUTES,
    "spy.csv": made.LEAN_DAYS,
    "flat.csv": made.POLYGON,
    "EURUSD.csv": made.DUKASCOPY,
}


def imported_rows(path: Path, said: Corrections | None) -> list[tuple[str, ...]]:
    """What an import stores, in the words of a preview."""
    rows = []
    for version in import_file(path, "mine", said=said, report=Report()).series:
        stamps, columns = read_columns(library().snapshot(version.sha256), version.symbol)
        intraday = version.timeframe[-1] in "smh"
        for row, stamp in enumerate(stamps):
            numbers = [repr(float(columns[name][row])).removesuffix(".0") for name in STORED[2:]]
            rows.append((version.symbol, shown(stamp, intraday=intraday), *numbers))
    return rows


def guess(seen: Preview, what: str) -> tuple[str, Sure]:
    found = next(guess for guess in seen.guesses if guess.what == what)
    return found.value, found.sure


@pytest.mark.parametrize("name", FILES)
def test_that_an_import_stores_exactly_the_rows_that_were_previewed(
    name: str, tmp_path: Path
) -> None:
    path = written(tmp_path, FILES[name], name)
    seen = preview(path)

    assert seen.problem is None
    assert not list_series()
    assert list(seen.stored) == imported_rows(path, seen.said)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(["", "Europe/Berlin", "UTC+2", "America/New_York"]),
    stamp=st.sampled_from(["", "open", "close"]),
    name=st.sampled_from(["DAX.csv", "ES.txt", "flat.csv", "EURUSD.csv"]),
    market=st.sampled_from(["", "fx", "futures"]),
)
def test_that_this_holds_with_corrections_too(
    zone: str, stamp: str, name: str, market: str, tmp_path: Path
) -> None:
    path = written(tmp_path, FILES[name], name)
    seen = preview(path, Corrections(time_zone=zone, bar_stamp=stamp, market=market))

    assert list(seen.stored) == imported_rows(path, seen.said)


def test_that_what_was_guessed_is_told_with_how_sure_it_is(tmp_path: Path) -> None:
    seen = preview(written(tmp_path, MINUTES, "DAX.csv"))

    assert guess(seen, "delimiter") == (";", Sure.CERTAIN)
    assert guess(seen, "decimal")[0] == ","
    assert guess(seen, "header_line") == ("1", Sure.CERTAIN)
    assert guess(seen, "time_format")[0] == "%d.%m.%Y"
    assert guess(seen, "close") == ("Schlusskurs", Sure.CERTAIN)
    assert guess(seen, "time_zone") == ("UTC", Sure.UNSURE)
    assert guess(seen, "symbol") == ("DAX", Sure.LIKELY)
    assert guess(seen, "timeframe") == ("1m", Sure.CERTAIN)
    assert seen.raw[0] == ("02.01.2024", "09:00", "10,5", "11", "10", "10,75", "1.200")
    assert (seen.rows, seen.bars) == (3, 3)


def test_that_corrections_change_what_would_be_stored(tmp_path: Path) -> None:
    path = written(tmp_path, MINUTES, "DAX.csv")

    seen = preview(path, Corrections(time_zone="Europe/Berlin", bar_stamp="close", symbol="FDAX"))

    assert seen.stored[0][:2] == ("FDAX", "2024-01-02T07:59:00Z")
    assert guess(seen, "time_zone") == ("Europe/Berlin", Sure.SAID)


def test_that_a_file_without_a_header_is_read_once_its_columns_are_named(tmp_path: Path) -> None:
    text = "05/04/2024|1|2|0.5|1.5\n06/04/2024|1.5|2|1|1.75\n"
    path = written(tmp_path, text, "odd.csv")
    names = ("timestamp", "open", "high", "low", "close")
    said = Corrections(
        header_line=0,
        delimiter="|",
        columns=tuple((name, f"column {number}") for number, name in enumerate(names, start=1)),
        time_format="%d/%m/%Y",
    )

    before, after = preview(path), preview(path, said)

    assert before.problem is not None
    assert before.raw[0] == ("05/04/2024", "1", "2", "0.5", "1.5")
    assert after.problem is None
    assert [row[1] for row in after.stored] == ["2024-04-05", "2024-04-06"]
    assert list(after.stored) == imported_rows(path, said)


def test_that_a_decimal_comma_and_an_encoding_can_be_said(tmp_path: Path) -> None:
    text = "Date;Open;High;Low;Close;Größe\n2024-01-02;1,000;2,000;1,000;1,500;7\n"
    path = written(tmp_path, text.encode("cp850"), "X.csv")

    seen = preview(path, Corrections(decimal=",", encoding="cp850", columns=(("volume", "Größe"),)))

    assert seen.stored[0][2:7] == ("1", "2", "1", "1.5", "7")


def test_that_an_epoch_of_one_day_in_1970_can_be_said(tmp_path: Path) -> None:
    rows = "".join(f"{60_000 * minute},1,1,1,1\n" for minute in range(3))
    path = written(tmp_path, "time,open,high,low,close\n" + rows)

    seen = preview(path, Corrections(time_format="epoch ms"))

    assert [row[1] for row in seen.stored][-1] == "1970-01-01T00:02:00Z"


def test_that_a_preview_of_a_large_file_reads_its_beginning_and_says_so(tmp_path: Path) -> None:
    days = [f"{1900 + n // 336}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}" for n in range(100_000)]
    rows = [f"{day},10,12,9,11,100{' ' * 240}" for day in days]
    path = written(tmp_path, csv(rows))

    seen = preview(path)

    assert seen.partial
    assert any("first 4 MB" in remark for remark in seen.remarks)
    assert 1_000 < seen.rows < len(rows)
    assert seen.stored[0][1] == "1900-01-01"


def test_that_a_workbook_is_previewed_with_its_sheets(tmp_path: Path) -> None:
    seen = preview(made.workbook(tmp_path))

    assert seen.sheets == ("About", "Bars")
    assert seen.raw[0] == ("2024-01-02", "10.1", "12", "9.5", "11.3", "1")
    assert seen.stored[0][:3] == ("ACME", "2024-01-02", "10.1")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is empty"), (b"\x7fELF\x00", "is a program"), (b"PK\x03\x04 no zip", "damaged")],
)
def test_that_what_cannot_be_read_is_a_problem_in_its_place(
    content: bytes, said: str, tmp_path: Path
) -> None:
    seen = preview(written(tmp_path, content))

    assert seen.problem is not None
    assert said in seen.problem.message
    assert seen.stored == ()


def test_that_a_file_that_is_not_there_is_a_problem_too(tmp_path: Path) -> None:
    seen = preview(tmp_path / "gone.csv")

    assert seen.problem is not None
    assert "no file" in seen.problem.message.lower() or "No such file" in seen.problem.message


@pytest.mark.parametrize(
    "said",
    [
        {"decimal": "x"},
        {"delimiter": ",,"},
        {"encoding": "nonsense"},
        {"time_format": "sometimes"},
        {"header_line": True},
        {"surprise": "x"},
        {"columns": [["open"]]},
    ],
)
def test_that_corrections_refuse_nonsense_where_it_enters(said: dict[str, object]) -> None:
    with pytest.raises(AlphintraError, match="cannot be the"):
        corrections_of(said)


def test_that_corrections_come_back_from_json_as_they_were() -> None:
    said = Corrections(decimal=",", header_line=0, columns=(("open", "o"), ("volume", "")))

    assert corrections_of(said.as_json()) == said


def test_that_of_a_large_parquet_file_only_the_first_rows_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alphintra_desktop.market.preview._LARGE", 1000)
    monkeypatch.setattr("alphintra_desktop.market.preview._ENOUGH_ROWS", 300)
    days = np.datetime64("2020-01-01") + np.arange(1000)
    prices = {name: np.full(1000, 10.0) for name in ("open", "high", "low", "close")}
    path = tmp_path / "FLAT.parquet"
    pq.write_table(pa.table({"date": days, **prices}), path)

    seen = preview(path)

    assert (seen.problem, seen.partial, seen.rows) == (None, True, 300)
    assert "first 300 rows" in seen.remarks[0]
    assert seen.symbols == ("FLAT",)
    path.write_bytes(path.read_bytes()[:2000])
    damaged = preview(path)
    assert damaged.problem is not None
    assert "damaged" in damaged.problem.message


def test_that_the_names_of_a_header_without_prices_are_shown_once_its_line_is_said(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "When|First|Top|Bottom|Last\n05/04/2024|1|2|0.5|1.5\n", "odd.csv")

    seen = preview(path, Corrections(header_line=1))

    assert seen.names == ("When", "First", "Top", "Bottom", "Last")
    assert seen.problem is not None
    assert "no column for timestamp" in seen.problem.message
