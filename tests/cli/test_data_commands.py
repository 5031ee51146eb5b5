"""`alphintra data`: a user's files in, tables and JSON out, and bad files refused whole."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from alphintra_desktop.cli.project_commands import template_text
from alphintra_desktop.market.store import list_series
from tests.cli.command_line import COMMAND, Outcome, assert_clear, here, project_with

HEAD = "Date,Open,High,Low,Close,Volume"
ROWS = tuple(
    f"2020-01-{day:02d},{10 + day},{12 + day},{9 + day},{11 + day},1000" for day in range(1, 29)
)


@pytest.fixture
def alphintra(capsys) -> Any:
    return here(capsys)


def written(folder: Path, *rows: str, name: str = "prices.csv", head: str = HEAD) -> Path:
    path = folder / name
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def changed(row: int, column: int, value: str) -> tuple[str, ...]:
    cells = ROWS[row].split(",")
    cells[column] = value
    return (*ROWS[:row], ",".join(cells), *ROWS[row + 1 :])


def stored() -> list[str]:
    return [series.symbol for series in list_series() if series.dataset != "sample"]


BAD = {
    "NaN price": (changed(3, 4, "NaN"), ["Line 5", "close"]),
    "no price": (changed(3, 4, ""), ["Line 5", "close"]),
    "zero price": (changed(3, 1, "0"), ["Line 5", "open", "0"]),
    "negative price": (changed(3, 3, "-9"), ["Line 5", "low", "-9"]),
    "infinite price": (changed(3, 2, "inf"), ["Line 5", "high"]),
    "text for a price": (changed(3, 2, "about 12"), ["Line 5", "about 12"]),
    "low above high": (changed(3, 2, "1"), ["Line 5", "high"]),
    "negative volume": (changed(3, 5, "-5"), ["Line 5", "volume"]),
    "no date": (changed(3, 0, "yesterday"), ["Line 5", "yesterday"]),
    "a day twice with other prices": (changed(3, 0, "2020-01-03"), ["2020-01-03"]),
    "no rows": ((), ["no rows"]),
    "too few cells": ((*ROWS[:4], "2020-01-05,1", *ROWS[5:]), ["ine 6"]),
}


@pytest.mark.parametrize("name", BAD)
def test_that_a_bad_file_is_refused_whole_with_its_line(name, tmp_path, alphintra):
    rows, words = BAD[name]
    path = written(tmp_path, *rows)
    said = alphintra("data", "import", path, "--bad-rows", "refuse")
    assert said.code == 1, said
    assert_clear(said)
    for word in words:
        assert word in said.err, said.err
    assert stored() == []
    as_json = alphintra("data", "import", path, "--bad-rows", "refuse", "--json")
    assert as_json.code == 1
    assert as_json.json["error"]["message"] == said.error


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("program.csv", b"\x7fELF\x02\x01\x00\x00" * 40),
        ("broken.parquet", b"PAR1 and then nothing"),
        ("one_column.csv", b"Close\n1\n2\n"),
        ("words.txt", b"The market went up today.\nAnd down again.\n"),
        ("page.csv", b"<!DOCTYPE html><html><body>Please log in</body></html>"),
    ],
)
def test_that_a_file_of_no_bars_is_refused(name, content, tmp_path, alphintra):
    path = tmp_path / name
    path.write_bytes(content)
    said = alphintra("data", "import", path)
    assert said.code == 1, said
    assert_clear(said)
    assert stored() == []


def test_that_a_file_that_is_not_there_or_a_folder_is_told(tmp_path, alphintra):
    for path in (tmp_path / "nothing.csv", tmp_path):
        said = alphintra("data", "import", path)
        assert said.code == 1
        assert_clear(said)


def test_that_bad_rows_are_left_out_when_asked_to_and_counted(tmp_path, alphintra):
    path = written(tmp_path, *changed(3, 4, "NaN"))
    said = alphintra("data", "import", path, "--bad-rows", "drop")
    assert said.code == 0
    assert "27 bars" in said.out
    assert "note: 1 row left out" in said.out


def test_that_unsorted_and_repeated_rows_are_put_in_order_and_told(tmp_path, alphintra):
    path = written(tmp_path, ROWS[5], *ROWS, ROWS[5])
    said = alphintra("data", "import", path, "--json")
    assert said.code == 0
    (series,) = said.json["series"]
    assert (series["rows"], series["first"], series["last"]) == (28, "2020-01-01", "2020-01-28")
    assert len(said.json["notes"]) >= 1


def test_that_imported_bars_are_listed_shown_asked_for_exported_and_traded(tmp_path, alphintra):
    path = written(tmp_path, *ROWS, name="ACME.csv")
    said = alphintra("data", "import", path, "--dataset", "mine")
    assert "ACME 1d: 28 bars, 2020-01-01 to 2020-01-28, in dataset mine" in said.out
    assert any(
        line.split()[:4] == ["mine", "ACME", "1d", "28"]
        for line in alphintra("data", "list").out.splitlines()
    )
    shown = alphintra("data", "show", "mine", "ACME").out.splitlines()
    assert shown[-1].split() == ["2020-01-28", "38", "40", "37", "39", "1,000", "1"]
    asked = alphintra("data", "query", "SELECT timestamp, close FROM mine_1d LIMIT 1", "--json")
    assert asked.json == [{"timestamp": "2020-01-01T00:00:00", "close": 12.0}]
    bars = tmp_path / "bars.parquet"
    assert alphintra("data", "export", "mine", "ACME", bars, "--json").json["bars"] == 28
    again = alphintra("data", "import", bars, "--dataset", "again", "--json").json
    assert again["series"][0]["rows"] == 28
    project = project_with(tmp_path / "project", template_text("sma_crossover"))
    used = next(line for line in said.out.splitlines() if line.startswith("Use it:"))
    assert used == ('Use it: --set "Market data.dataset=mine" --set "Market data.symbols=ACME"')
    settings = ("--set", "Market data.dataset=mine", "--set", "Market data.symbols=ACME")
    run = alphintra("backtest", project.folder, *settings, "--json")
    assert run.code == 0
    assert run.json["period"] == "2020-01-01 to 2020-01-28, 28 bars"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "sample", "APPL"), ["'APPL'", "AAPL"]),
        (("show", "simple", "AAPL"), ["'simple'", "sample"]),
        (("export", "sample", "AAPL,NOPE", "bars.parquet"), ["'NOPE'"]),
        (("export", "sample", "AAPL", "bars.parquet", "--start", "soon"), ["soon"]),
        (("export", "sample", "AAPL", "bars.parquet", "--timeframe", "1h"), ["1h", "1d"]),
        (("export", "sample", "AAPL", "."), []),
        (("query", "SELECT * FROM nowhere"), ["nowhere", "sample_1d"]),
        (("query", "SELEC 1"), ["SELEC"]),
        (("query", "DROP TABLE sample_1d"), ["SELECT"]),
        (("query", "SELECT 1; SELECT 2"), ["SELECT"]),
        (("query", ""), ["SELECT"]),
        (("query", "SELECT * FROM read_csv('/etc/passwd')"), []),
        (("query", "COPY sample_1d TO 'out.csv'"), []),
    ],
)
def test_that_wrong_questions_are_told_and_write_nothing(
    arguments, words, tmp_path, alphintra, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    said = alphintra("data", *arguments)
    assert said.code == 1, said
    assert_clear(said)
    for word in words:
        assert word in said.err, said.err
    assert list(tmp_path.iterdir()) == []
    assert alphintra("data", *arguments, "--json").json["error"]["hint"]


def test_that_every_value_of_sql_can_be_told_as_json(alphintra):
    sql = (
        "SELECT 1 AS whole, 1.5::DOUBLE AS number, 'NaN'::DOUBLE AS no_number, 2.5::DECIMAL(9, 1) "
        "AS exact, DATE '2020-01-31' AS day, TIME '12:30:00' AS hour, NULL AS nothing, true AS "
        "yes, [1, 2] AS list, {'a': DATE '2020-01-31'} AS struct, 'x'::BLOB AS bytes, "
        "INTERVAL 1 DAY AS span"
    )
    (row,) = alphintra("data", "query", sql, "--json").json
    assert row["whole"] == 1
    assert row["no_number"] is None
    assert (row["exact"], row["day"], row["hour"]) == (2.5, "2020-01-31", "12:30:00")
    assert (row["list"], row["struct"]) == ([1, 2], {"a": "2020-01-31"})
    assert alphintra("data", "query", sql).code == 0
    empty = alphintra("data", "query", "SELECT * FROM sample_1d WHERE close < 0")
    assert "(no rows)" in empty.out


@pytest.mark.parametrize(
    "line",
    [
        "nodes",
        "nodes moving average",
        "nodes talib.sma",
        "data list",
        "data show sample EURUSD",
        "runs",
    ],
)
def test_that_every_list_is_one_json_document(line, alphintra, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    said: Outcome = alphintra(*line.split(), "--json")
    assert said.code == 0
    assert isinstance(said.json, list)
    assert said.err == ""


def test_that_no_node_type_is_found_by_nonsense(alphintra):
    said = alphintra("nodes", "qwertyuiop", "--json")
    assert said.code == 1
    assert_clear(said)
    assert said.json["error"]["hint"]


def test_that_a_library_that_cannot_be_made_is_told(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("ALPHINTRA_HOME", str(blocked / "home"))
    for line in ("data list", "", "runs"):
        done = subprocess.run(
            [*COMMAND, *line.split()], capture_output=True, text=True, check=False, cwd=tmp_path
        )
        said = Outcome(done.returncode, done.stdout, done.stderr)
        assert said.code == 1, (line, said)
        assert_clear(said)
        assert "ALPHINTRA_HOME" in said.err or str(blocked) in said.err
    assert json.dumps(sorted(path.name for path in tmp_path.iterdir())) == '["file"]'
