"""What a window knows of the market library, and what workers do for it there."""

from __future__ import annotations

import csv
import threading
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.quality_finding import as_plain
from alphintra_desktop.market.quality_kept import known_quality, quality_of
from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.market.store import list_series
from alphintra_desktop.report import Report
from alphintra_desktop.workspace.data_coverage import coverage_of
from alphintra_desktop.workspace.data_library import DataLibrary, Light, arranged, read_rows
from alphintra_desktop.workspace.data_series import read_series
from alphintra_desktop.workspace.data_tasks import (
    run_data_answer,
    run_data_check,
    run_data_choose,
    run_data_export,
    run_data_query,
    run_data_repair,
    run_data_undo,
)
from alphintra_desktop.workspace.notices import Notices
from tests.market.quality_bars import daily, in_sessions
from tests.workspace.broken_library import MISSING, SWAPPED, broken_series


def names(datasets) -> list[str]:
    return [f"{one.name}/{row.version.symbol}" for one in datasets for row in one.series]


def swapped_row(version):
    (quality,) = quality_of([version], Report())
    return next(one for one in quality.findings if one.repair and SWAPPED in one.place.rows)


def test_that_a_library_that_does_not_exist_has_no_series_and_is_not_made():
    assert read_rows() == ()
    rows, told = DataLibrary(Notices()), threading.Event()
    rows.changed.subscribe(lambda _: told.set())
    rows.read()
    assert told.wait(10)
    assert rows.rows == ()


def test_that_rows_tell_size_versions_and_quality():
    ensure_sample_data()
    version = broken_series()
    rows = {row.version.symbol: row for row in read_rows()}
    assert rows["ACME"].light is Light.UNKNOWN
    assert rows["ACME"].size > 10_000
    quality_of([version], Report())
    rows = {row.version.symbol: row for row in read_rows()}
    assert rows["ACME"].light is Light.WARNING
    assert rows["ACME"].versions == 1
    assert rows["AAPL"].light is Light.UNKNOWN


def test_that_search_and_order_keep_datasets_together():
    ensure_sample_data()
    broken_series()
    rows = read_rows()
    assert names(arranged(rows))[:3] == ["broken/ACME", "sample/AAPL", "sample/EURUSD"]
    assert names(arranged(rows, "sample eur")) == ["sample/EURUSD"]
    assert names(arranged(rows, "nothing")) == []
    by_rows = arranged(rows, "sample", "rows", falling=True)
    counts = [row.version.rows for row in by_rows[0].series]
    assert counts == sorted(counts, reverse=True)


def test_that_quality_is_known_only_of_what_was_checked():
    version = broken_series()
    assert known_quality([version]) == (None,)
    checked = quality_of([version], Report())
    assert known_quality([version]) == checked


def test_that_a_month_without_bars_is_covered_by_none():
    table = daily(bars=800)
    there = np.ones(800, dtype=np.bool_)
    there[MISSING] = False
    coverage = coverage_of(table.picked(there), "XNYS")
    assert coverage.years == (2012, 2013, 2014, 2015)
    assert sum(map(sum, coverage.expected)) == 800
    assert sum(map(sum, coverage.present)) == 760
    assert coverage.share(1, 3) == 0.0  # April 2013
    assert coverage.share(0, 0) == 1.0
    assert coverage.share(3, 11) is None  # after the last bar


def test_that_a_session_counts_once_however_many_bars_it_has():
    coverage = coverage_of(in_sessions(), "XNYS")
    assert coverage.expected == coverage.present
    assert sum(map(sum, coverage.present)) == 252


def test_that_nothing_is_expected_without_a_calendar():
    assert coverage_of(daily(bars=10), "").years == ()


def test_that_prices_are_drawn_adjusted_and_rows_that_are_no_bars_not_at_all():
    shown = read_series(broken_series())
    assert np.isnan(shown.drawn.high[SWAPPED])
    assert not np.isnan(shown.columns["high"][SWAPPED])
    ensure_sample_data()
    apple = next(one for one in list_series() if one.symbol == "AAPL")
    shown = read_series(apple)
    factor = shown.columns["adj_factor"]
    assert np.array_equal(shown.drawn.close, shown.columns["close"] * factor)


def test_that_a_check_gives_findings_and_coverage(tmp_path):
    result = run_data_check({"version": asdict(broken_series())}, tmp_path, Report())
    assert result["coverage"]["calendar"] == "XNYS"
    assert any("40 sessions" in plain["message"] for plain in result["findings"])


def test_that_a_repair_says_what_it_did_and_can_be_undone(tmp_path):
    version = broken_series()
    finding = as_plain(swapped_row(version))
    result = run_data_repair({"version": asdict(version), "finding": finding}, tmp_path, Report())
    assert result["did"].startswith("Repaired from version")
    (repaired,) = list_series()
    assert repaired.sha256 == result["version"]["sha256"] != version.sha256
    run_data_undo({"version": asdict(repaired)}, tmp_path, Report())
    assert list_series() == (version,)
    run_data_choose({"version": asdict(repaired)}, tmp_path, Report())
    assert list_series() == (repaired,)
    assert read_rows()[0].versions == 2


def test_that_a_repair_of_bars_that_have_changed_meanwhile_is_refused(tmp_path):
    version = broken_series()
    arguments = {"version": asdict(version), "finding": as_plain(swapped_row(version))}
    run_data_repair(arguments, tmp_path, Report())
    with pytest.raises(AlphintraError, match="has changed since"):
        run_data_repair(arguments, tmp_path, Report())


@pytest.mark.parametrize(
    "sql",
    [
        "DROP VIEW sample_1d",
        "CREATE TABLE t AS SELECT 1",
        "COPY (SELECT 1) TO 'written.csv'",
        "SELECT 1; DROP VIEW sample_1d",
        "ATTACH 'written.db'",
        "SELECT * FROM read_text('/etc/hostname')",
    ],
)
def test_that_a_question_that_would_write_or_read_elsewhere_is_refused(sql, tmp_path):
    ensure_sample_data()
    with pytest.raises(AlphintraError):
        run_data_query({"sql": sql}, tmp_path, Report())
    assert not list(tmp_path.glob("*written*"))
    assert not Path("written.csv").exists()


def test_that_an_answer_is_written_without_a_formula(tmp_path):
    ensure_sample_data()
    sql = "SELECT '=cmd()' AS \"=head\", count(*) AS bars, -1.5 AS low FROM sample_1d"
    result = run_data_query({"sql": sql}, tmp_path, Report())
    assert result["rows"] == 1
    goal = tmp_path / "out" / "answer.csv"
    goal.parent.mkdir()
    run_data_answer({"answer": result["answer"], "path": str(goal)}, tmp_path, Report())
    with goal.open(newline="", encoding="utf-8") as file:
        head, row = csv.reader(file)
    assert head == ["'=head", "bars", "low"]
    assert row[0] == "'=cmd()"
    assert float(row[2]) == -1.5
    assert [path.name for path in goal.parent.iterdir()] == ["answer.csv"]


@pytest.mark.parametrize("name", ["bars.csv", "bars.parquet"])
def test_that_a_series_is_exported_with_every_row(name, tmp_path):
    version = broken_series()
    goal = tmp_path / name
    arguments = {"version": asdict(version), "path": str(goal)}
    assert run_data_export(arguments, tmp_path, Report())["rows"] == version.rows
    if name.endswith("csv"):
        with goal.open(newline="", encoding="utf-8") as file:
            lines = list(csv.reader(file))
        assert len(lines) == version.rows + 1
        assert lines[0][0] == "timestamp"
        assert "symbol" not in lines[0]
    else:
        assert pq.read_table(goal).num_rows == version.rows


def test_that_an_export_that_cannot_be_written_leaves_nothing(tmp_path):
    arguments = {"version": asdict(broken_series()), "path": str(tmp_path / "none" / "bars.csv")}
    with pytest.raises(AlphintraError, match="cannot be written"):
        run_data_export(arguments, tmp_path, Report())
    gone = asdict(replace(broken_series(), sha256="0" * 64))
    with pytest.raises(AlphintraError, match="is missing from the library"):
        run_data_export({"version": gone, "path": str(tmp_path / "b.csv")}, tmp_path, Report())


def test_that_long_answers_are_cut_and_say_so(tmp_path, monkeypatch):
    monkeypatch.setattr("alphintra_desktop.workspace.data_tasks.MOST_ROWS", 10)
    ensure_sample_data()
    result = run_data_query({"sql": "SELECT * FROM sample_1d"}, tmp_path, Report())
    assert result["rows"] > 10_000
    with pa.memory_map(result["answer"]) as memory:
        assert pa.ipc.open_file(memory).read_all().num_rows == 10
