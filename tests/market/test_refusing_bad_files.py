"""Files that are no bars: one sentence with a line number, a hint, and nothing imported."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.store import list_series
from alphintra_desktop.report import Report
from tests.market.bar_files import HEADER, ROWS, csv, written
from tests.shared_files import shared


def refusal(path: Path, **choices: str) -> str:
    """What the user is told."""
    with pytest.raises(AlphintraError) as caught:
        import_file(path, "mine", report=Report(), **choices)
    assert caught.value.hint.endswith((".", ")."))
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 300
    assert list_series() == ()
    return caught.value.message


def with_row(row: str) -> str:
    return csv([*ROWS, row])


BAD = "of ACME.csv is not a bar:"
BAD_ROWS = {
    "2004-08-25,13,15,12,,1": f"Line 6 {BAD} it has no close.",
    "2004-08-25,13,15,NaN,14,1": f"Line 6 {BAD} it has no low.",
    "2004-08-25,null,15,12,14,1": f"Line 6 {BAD} it has no open.",
    "2004-08-25,13,15,12": f"Line 6 {BAD} it has no close.",
    "2004-08-25": f"Line 6 {BAD} it has no open.",
    ",13,15,12,14,1": f"Line 6 {BAD} it has no time.",
    "2004-08-25,13,15,12,0,1": f"Line 6 {BAD} its close is 0.",
    "2004-08-25,13,15,-12,14,1": f"Line 6 {BAD} its low is -12.",
    "2004-08-25,13,15,12,inf,1": f"Line 6 {BAD} its close is inf.",
    "2004-08-25,13,1e300,12,14,1": f"Line 6 {BAD} its high is 1e+300.",
    "2004-08-25,13,12,15,14,1": f"Line 6 {BAD} its high 12 is below its low 15.",
    "2004-08-25,13,15,12,16,1": f"Line 6 {BAD} its close 16 is above its high 15.",
    "2004-08-25,11,15,12,14,1": f"Line 6 {BAD} its open 11 is below its low 12.",
    "2004-08-25,13,15,12,14,-1": f"Line 6 {BAD} its volume is -1.",
    "2004-08-25,13,15,12,14x,1": f"Line 6 {BAD} 'close' is '14x'.",
    '2004-08-25,13,15,12,"14,1': f"Line 6 {BAD} ",
    "2004-08-25,13,15,12,14,1,2": f"Line 6 {BAD} it has more cells than the header.",
    "2004-08-25,13,15,12,14,1,x": f"Line 6 {BAD} it has more cells than the header.",
    "2004-13-25,13,15,12,14,1": f"Line 6 {BAD} 'date' is '2004-13-25'.",
    "2004-02-30,13,15,12,14,1": f"Line 6 {BAD} 'date' is '2004-02-30'.",
    "9999-12-31,13,15,12,14,1": f"Line 6 {BAD} its year 9999 is far off.",
    "yesterday,13,15,12,14,1": f"Line 6 {BAD} 'date' is 'yesterday'.",
    "2004-08-25,13,15,12,14\0,1": f"Line 6 {BAD} ",
    "2004-08-24,13,15,12,14,1": "Lines 5 and 6 of ACME.csv are different bars of the same time",
}


@pytest.mark.parametrize("row", BAD_ROWS)
def test_that_the_first_bad_row_is_named_by_its_line(row: str, tmp_path: Path) -> None:
    message = refusal(written(tmp_path, with_row(row)))

    if "\0" in row:  # the head of the file is looked at first
        assert message
    else:
        assert message.startswith(BAD_ROWS[row])


def test_that_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    text = "# first\r\n\r\n" + csv([ROWS[0], "", "2004-01-01,x", ROWS[1], "", "2004-08-25,0"])

    assert refusal(written(tmp_path, text)) == (
        "Line 6 of ACME.csv is not a bar: 'open' is 'x'. One more row is bad."
    )


def test_that_a_sound_row_number_survives_bad_and_blank_lines_before_it(tmp_path: Path) -> None:
    rows = [ROWS[0], "", "", *ROWS[1:], "", "2004-08-30,1,1,1,0,1"]

    assert refusal(written(tmp_path, csv(rows))).startswith(f"Line 9 {BAD} its close is 0.")


def test_that_all_bad_rows_are_counted(tmp_path: Path) -> None:
    rows = [
        *ROWS,
        *(f"2005-01-{day:02},1,1,1,{cell},1" for day, cell in [(3, 0), (4, "x"), (5, "")]),
    ]

    assert refusal(written(tmp_path, csv(rows))).endswith("its close is 0. 2 more rows are bad.")


HEADLESS = {
    "": "ACME.csv is empty.",
    HEADER: "ACME.csv has a header but no rows.",
    HEADER + "\n\n": "ACME.csv has a header but no rows.",
    csv(header="date,close"): "ACME.csv has no column for open, high and low.",
    csv(header="a,b,c,d,e,f"): "ACME.csv has no line that names its columns.",
    csv(header="date,open,high,low,close,close"): "ACME.csv has two columns named 'close'.",
    "\n".join(ROWS): "ACME.csv has no line that names its columns.",
    csv(["soon,1,1,1,1,1"]): (
        "ACME.csv has no time that can be read: its first one, in line 2, is 'soon'."
    ),
    csv(["03/04/2005,1,1,1,1,1"]): (
        "ACME.csv has no time that can be read: its first one, in line 2, is '03/04/2005'."
    ),
    csv(["2004-08-19,1,1,1,0,1"]): f"Line 2 {BAD} its close is 0.",
    "{'json': [1, 2]}": "ACME.csv has no line that names its columns.",
    "PK\x03\x04 and so on": "ACME.csv is cut short or damaged: it cannot be unpacked.",
    "%PDF-1.7": "ACME.csv is a PDF, not a text file.",
    "x" * 300_000: "ACME.csv is not a table: its first line is longer than 256 KB.",
}


@pytest.mark.parametrize("number", range(len(HEADLESS)))
def test_that_a_file_that_is_no_table_of_bars_is_refused(number: int, tmp_path: Path) -> None:
    text, expected = list(HEADLESS.items())[number]

    assert refusal(written(tmp_path, text)) == expected


def test_that_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    noise = np.random.default_rng(7).integers(0, 256, 5_000, dtype=np.uint8).tobytes()
    assert "binary file" in refusal(written(tmp_path, noise))
    assert "binary" in refusal(written(tmp_path, csv().encode() + noise))


def test_that_a_long_line_in_the_middle_is_a_bad_row(tmp_path: Path) -> None:
    text = csv([*ROWS, "1" * 900_000, "2004-08-30,1,1,1,1,1"])

    assert refusal(written(tmp_path, text)).startswith(f"Line 6 {BAD}")


def test_that_packed_files_that_are_cut_short_are_refused(tmp_path: Path) -> None:
    text = csv(
        [
            f"{day:%Y-%m-%d},{10 + n % 7},20,9,11,{n}"
            for n, day in enumerate(pd.date_range("1990", periods=9000))
        ]
    )
    packed = gzip.compress(text.encode())

    for length in (3, 12, 200, len(packed) // 2, len(packed) - 4):
        message = refusal(written(tmp_path, packed[:length], "ACME.csv.gz"))
        assert message == "ACME.csv.gz is cut short or damaged: it cannot be unpacked."


def test_that_faults_far_into_a_long_file_are_told_as_those_at_its_beginning(
    tmp_path: Path,
) -> None:
    rows = [f"{1_000_000_020 + 60 * n},10,12,9,11,{n}" for n in range(300_000)]
    packed = gzip.compress(csv(rows).encode(), 1)

    cut = written(tmp_path, packed[: len(packed) * 3 // 4], "ACME.csv.gz")
    assert refusal(cut) == "ACME.csv.gz is cut short or damaged: it cannot be unpacked."
    rows[250_000] = rows[250_000].replace(",10,", ",ten,")
    bad = written(tmp_path, csv(rows))
    assert refusal(bad, bad_rows="refuse") == f"Line 250002 {BAD} 'open' is 'ten'."
    rows[250_000] = rows[250_000].replace(",ten,", ",null,")
    words = import_file(written(tmp_path, csv(rows)), "mine", report=Report())
    assert words.series[0].rows == len(rows)
    assert "line 250002" in words.notes[0]


def test_that_parquet_files_that_are_cut_short_or_hold_something_else_are_refused(
    tmp_path: Path,
) -> None:
    frame = pd.DataFrame({name: np.ones(50) for name in ("open", "high", "low", "close")})
    frame["date"] = pd.date_range("2020", periods=50)
    path = tmp_path / "ACME.parquet"

    frame.to_parquet(path)
    whole = path.read_bytes()
    for length in (4, 8, len(whole) // 2, len(whole) - 1):
        assert "cannot be read as Parquet" in refusal(written(tmp_path, whole[:length], path.name))
    frame.assign(close="x").to_parquet(path)
    assert refusal(path) == "The column 'close' of ACME.parquet holds large_string, not numbers."
    frame.assign(date=True).to_parquet(path)
    assert (
        refusal(path) == "The times of ACME.parquet are bool, which is neither a date nor a time."
    )
    frame.assign(date="soon").to_parquet(path)
    assert "cannot be read" in refusal(path)
    frame.drop(columns="open").to_parquet(path)
    assert refusal(path) == "ACME.parquet has no column for open."
    frame[:0].to_parquet(path)
    assert refusal(path) == "ACME.parquet has no rows."
    frame.loc[7, "close"] = np.nan
    frame.to_parquet(path)
    said = "Row 8 of ACME.parquet is not a bar: it has no close."
    assert refusal(path, bad_rows="refuse") == said


def test_that_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.csv").startswith("There is no file ")
    assert refusal(tmp_path).endswith(" is a folder.")
    if os.name != "nt" and os.geteuid() != 0:
        secret = written(tmp_path, csv())
        secret.chmod(0)
        assert "cannot be read" in refusal(secret)


def test_that_choices_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, csv())
    assert refusal(path, bad_rows="ignore") == "Bad rows cannot be treated as 'ignore'."
    assert refusal(path, timeframe="1x") == "'1x' is not a timeframe."
    assert refusal(path, market="moon") == "There is no market 'moon'."
    assert refusal(path, symbol="  ") == "'  ' cannot be a symbol."
    assert refusal(path, symbol="A\nB") == "'A\\nB' cannot be a symbol."
    assert "too close for 1w bars" in refusal(path, timeframe="1w")
    many = csv([f"{row},{name}" for row in ROWS for name in "AB"], HEADER + ",symbol")
    assert "holds 2 symbols" in refusal(written(tmp_path, many), symbol="A")


def test_that_rows_without_a_steady_step_need_a_timeframe(tmp_path: Path) -> None:
    rows = [
        f"2021-03-01 10:{minute:02}:{second:02},1,1,1,1,1"
        for minute, second in [(1, 3), (2, 9), (4, 7), (9, 1)]
    ]

    message = refusal(written(tmp_path, csv(rows)))

    assert message == "The rows of ACME.csv are not evenly spaced in time."


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bad_ohlc.csv", " 7 more rows are bad."),
        ("nulls.csv", " 7 more rows are bad."),
        ("spikes_zero_negative.csv", "its close is -21.5156."),
        ("header_only.csv", "header_only.csv has a header but no rows."),
    ],
)
def test_that_seeded_faults_are_refused_where_one_asks_for_it(name: str, expected: str) -> None:
    assert refusal(shared(f"data/formats/{name}"), bad_rows="refuse").endswith(expected)
