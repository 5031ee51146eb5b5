"""What a whole dataset has of what calendars let expect, and calendars chosen for all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.catalog import Catalog
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.library import library
from alphintra_desktop.report import Report
from alphintra_desktop.workspace.data_coverage import Coverage
from alphintra_desktop.workspace.dataset_coverage import (
    by_month,
    calendar_job,
    coverage_from_plain,
    dataset_coverage_job,
    run_data_calendar,
    run_dataset_coverage,
)
from alphintra_desktop.workspace.fetch_task import UpdateSpec, orders_of
from tests.workspace.broken_library import broken_series

ROW = (0,) * 12


def test_that_years_become_one_row_of_months() -> None:
    expected = ((*ROW[:10], 20, 22), (21, 0, *ROW[:10]))
    present = ((*ROW[:10], 20, 11), (0, 0, *ROW[:10]))
    row = by_month("A", "1d", Coverage("XNYS", (2020, 2021), expected, present))
    assert (row.start, row.expected, row.present) == (2020 * 12 + 10, (20, 22, 21), (20, 11, 0))
    assert row.at(2020 * 12 + 11) == (22, 11)
    assert row.at(2020 * 12 + 9) is None
    assert row.at(2021 * 12 + 1) is None


def test_that_a_series_without_a_calendar_has_no_months() -> None:
    assert by_month("A", "1d", Coverage("")).expected == ()


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALPHINTRA_HOME", str(tmp_path / "home"))
    broken_series(dataset="mine")


def test_that_every_series_is_counted_by_its_calendar(filled: None, tmp_path: Path) -> None:
    spec = dataset_coverage_job("mine")
    found = coverage_from_plain(run_dataset_coverage(spec.arguments, tmp_path, Report()))
    (series,) = found.series
    assert (series.symbol, series.calendar) == ("ACME", "XNYS")
    assert series.at(2013 * 12 + 3) == (22, 0)
    expected, present = found.counts
    assert expected > present > 0
    assert found.months[0] == series.start


def test_that_a_calendar_is_chosen_for_a_whole_dataset(filled: None, tmp_path: Path) -> None:
    run_data_calendar(calendar_job("mine", (), "XLON").arguments, tmp_path, Report())
    assert Catalog(library().catalog).calendars("mine") == {"ACME": "XLON"}
    spec = dataset_coverage_job("mine")
    found = coverage_from_plain(run_dataset_coverage(spec.arguments, tmp_path, Report()))
    assert found.series[0].calendar == "XLON"
    run_data_calendar(calendar_job("mine", ("ACME",), "").arguments, tmp_path, Report())
    assert not any(Catalog(library().catalog).calendars("mine").values())


def test_that_a_calendar_that_is_not_there_is_refused(filled: None, tmp_path: Path) -> None:
    with pytest.raises(AlphintraError, match="no calendar 'MARS'"):
        run_data_calendar(calendar_job("mine", (), "MARS").arguments, tmp_path, Report())


def test_that_what_came_from_a_file_is_not_asked_of_a_vendor(filled: None, tmp_path: Path) -> None:
    with pytest.raises(AlphintraError, match="came from a vendor"):
        orders_of(UpdateSpec("mine"))
    path = tmp_path / "B.csv"
    path.write_text("Date,Open,High,Low,Close\n2020-01-02,1,2,1,2\n2020-01-03,1,2,1,2\n")
    import_file(path, "mine", report=Report())
    with pytest.raises(AlphintraError):
        orders_of(UpdateSpec("mine", ("B",), "1d"))
