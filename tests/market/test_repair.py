"""Repairs: a new version that says what it did, the old one kept, and the way back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.bars import COLUMNS, PRICES
from alphintra_desktop.market.catalog import SeriesVersion
from alphintra_desktop.market.file_series import FileSeries
from alphintra_desktop.market.importing import publish
from alphintra_desktop.market.library import library
from alphintra_desktop.market.quality_finding import QualityFinding, Severity
from alphintra_desktop.market.quality_kept import (
    before_repair,
    choose_calendar,
    choose_version,
    quality_of,
)
from alphintra_desktop.market.quality_table import BarTable
from alphintra_desktop.market.repair import mended, repair_series
from alphintra_desktop.market.snapshots import Series, read_columns
from alphintra_desktop.market.store import describe, load_bars
from alphintra_desktop.report import Report
from tests.market.library_checks import assert_library_is_whole
from tests.market.quality_bars import changed, daily, in_sessions, scaled_prices, walk


def series_of(table: BarTable) -> Series:
    ones = np.ones(len(table))
    more = {"adj_factor": ones, "split": ones, "dividend": ones * 0}
    columns = {name: {**table.columns, **more}[name] for name in COLUMNS}
    return Series(table.symbol, table.stamps, columns, table.intraday)


def stored(table: BarTable) -> SeriesVersion:
    file = FileSeries("made.csv", "made.csv", table.timeframe, (series_of(table),), ("A note.",))
    (version,) = publish("made", [("us_equities", file)], Report())
    return version


def findings_of(version: SeriesVersion) -> tuple[QualityFinding, ...]:
    return quality_of([version], Report())[0].findings


def repaired(version: SeriesVersion) -> SeriesVersion:
    return repair_series(version, findings_of(version), Report())


def serious(version: SeriesVersion) -> list[str]:
    return [one.code for one in findings_of(version) if one.severity is not Severity.INFO]


def columns_of(version: SeriesVersion) -> dict[str, np.ndarray]:
    return read_columns(library().snapshot(version.sha256), version.symbol)[1]


def test_that_bars_exchanged_or_too_narrow_are_mended_and_nothing_else_is_touched():
    clean = daily()
    high, low = clean["high"][200], clean["low"][200]
    faulty = changed(changed(clean, 200, high=low, low=high), 300, close=lambda old: old * 1.05)

    version = repaired(stored(faulty))

    assert serious(version) == []
    columns = columns_of(version)
    assert columns["high"][200] == high
    assert columns["high"][300] == columns["close"][300] == faulty["close"][300]
    others = np.setdiff1d(np.arange(len(clean)), [200, 300])
    assert all(np.array_equal(columns[n][others], clean[n][others]) for n in clean.columns)
    assert_library_is_whole()


def test_that_a_stated_split_keeps_prices_as_traded_and_adjusts_them_on_reading():
    clean = daily()
    faulty = changed(
        scaled_prices(clean, slice(0, 500), 2.0), slice(0, 500), volume=lambda old: old / 2
    )

    version = repaired(stored(faulty))

    assert serious(version) == []
    assert version.has_events
    bars = load_bars("made", ["MADE"], "1d").bars
    assert np.array_equal(bars["close"][:, 0], faulty["close"])
    assert bars["split"][500, 0] == 2.0
    for name in (*PRICES, "volume"):
        np.testing.assert_allclose(bars.adjusted()[name][:, 0], clean[name], rtol=1e-12)


def test_that_a_volume_in_another_unit_is_brought_to_todays():
    clean = daily()
    version = repaired(stored(changed(clean, slice(0, 400), volume=lambda old: old * 100)))

    np.testing.assert_allclose(columns_of(version)["volume"], clean["volume"])


def test_that_a_summer_an_hour_off_is_moved_back():
    clean = in_sessions(step=30)
    summer = (clean.stamps > np.datetime64("2019-03-10")) & (
        clean.stamps < np.datetime64("2019-11-03")
    )
    moved = np.where(summer, clean.stamps + np.timedelta64(1, "h"), clean.stamps)

    version = repaired(stored(replace(clean, stamps=moved)))

    assert serious(version) == []
    assert np.array_equal(read_columns(library().snapshot(version.sha256), "MADE")[0], clean.stamps)


def test_that_spikes_and_unchanged_bars_are_left_out():
    faulty = scaled_prices(daily(), 100, 10.0)
    still = dict.fromkeys(PRICES, faulty["close"][599])

    version = repaired(stored(changed(faulty, slice(600, 610), **still)))

    assert version.rows == 1_000 - 11


def test_that_a_repair_says_what_it_did_and_is_undone_by_the_earlier_version():
    before = stored(scaled_prices(daily(), 100, 10.0))

    after = repaired(before)

    note, line = after.lineage.splitlines()
    assert note == "A note."
    assert line.startswith(f"Repaired from version {before.sha256[:12]}: leave out the bar of ")
    assert line.endswith("; spike).")
    assert ("repaired", Severity.INFO) in [(f.code, f.severity) for f in findings_of(after)]
    assert describe("made", "MADE")[:2] == (after, before)
    assert before_repair(after) == before
    choose_version(before)
    assert load_bars("made", ["MADE"], "1d").bars.count == before.rows
    assert len(describe("made", "MADE")) == 2
    assert_library_is_whole()


def test_that_what_is_not_repaired_cannot_be_undone():
    with pytest.raises(AlphintraError, match="not the result of a repair"):
        before_repair(stored(daily()))


def test_that_a_version_of_another_library_cannot_be_chosen():
    version = replace(stored(daily()), sha256="0" * 64)

    with pytest.raises(AlphintraError, match="not in the library"):
        choose_version(version)


def test_that_nothing_to_repair_is_told_and_changes_nothing():
    version = stored(daily())

    with pytest.raises(AlphintraError, match="nothing about MADE"):
        repair_series(version, findings_of(version), Report())

    assert describe("made", "MADE") == (version,)


def test_that_a_repair_which_would_leave_two_bars_of_one_time_is_refused():
    clean = in_sessions(step=30)
    (finding,) = [
        one for one in findings_of(stored(scaled_prices(clean, 100, 10.0))) if one.code == "spike"
    ]
    assert finding.repair is not None
    moving = replace(finding.repair, action="shift_times", number=30.0)

    with pytest.raises(AlphintraError, match="would have two bars of 2019"):
        mended(series_of(clean), [moving])


def test_that_findings_are_kept_by_content_and_checked_once(monkeypatch):
    version = stored(scaled_prices(daily(), 100, 10.0))
    first = findings_of(version)
    monkeypatch.setattr("alphintra_desktop.market.quality_kept.checked", _never)

    assert findings_of(version) == first
    assert quality_of([version], Report(), thorough=False)[0].findings == first


def _never(*_: object, **__: object) -> None:
    raise AssertionError("checked again")


def test_that_a_chosen_calendar_is_remembered_and_can_be_left_to_a_guess_again():
    version = stored(walk(np.arange("2019-01-01", "2019-12-31", dtype="M8[D]"), "1d", 1))
    assert quality_of([version], Report())[0].calendar == "24/7"

    choose_calendar("made", "MADE", "XNYS")
    assert quality_of([version], Report())[0].calendar == "XNYS"
    assert "bars_on_closed_days" in serious(version)

    choose_calendar("made", "MADE", "")
    assert serious(version) == []


def test_that_a_calendar_that_is_none_is_refused():
    with pytest.raises(AlphintraError, match="no calendar 'XNIX'"):
        choose_calendar("made", "MADE", "XNIX")


def test_that_a_damaged_file_is_told(tmp_path: Path):
    version = stored(daily())
    library().snapshot(version.sha256).write_bytes(b"PAR1 and no more")

    with pytest.raises(AlphintraError, match="missing or damaged"):
        findings_of(version)
