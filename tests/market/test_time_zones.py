"""Local times of files, where clocks are set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.store import load_bars
from alphintra_desktop.market.time_zones import checked_zone
from alphintra_desktop.report import Report
from tests.market.bar_files import csv, written

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "UTC")


def local_file(
    folder: Path, hours: pd.DatetimeIndex, zone: str, *, newest_first: bool = False
) -> Path:
    local = hours.tz_convert(zone)
    rows = [f"{hour:%Y-%m-%d %H:%M},10,12,9,11,{n}" for n, hour in enumerate(local)]
    return written(folder, csv(rows[::-1] if newest_first else rows))


def year(step: str) -> pd.DatetimeIndex:
    return pd.date_range("2018-01-01", "2018-12-31", freq=step, tz="UTC")


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("zone", ZONES)
def test_that_a_year_of_local_half_hours_is_that_year_of_utc(
    zone: str, newest_first: bool, tmp_path: Path
) -> None:
    hours = year("30min")

    file = local_file(tmp_path, hours, zone, newest_first=newest_first)
    import_file(file, "mine", time_zone=zone, report=Report())

    bars = load_bars("mine", ["ACME"], "30m").bars
    assert np.array_equal(bars.timestamps, hours.tz_localize(None).to_numpy())
    assert bars["volume"][:, 0].tolist() == list(range(len(hours)))


def test_that_a_zone_is_guessed_only_where_the_clocks_give_it_away(tmp_path: Path) -> None:
    berlin = local_file(tmp_path, year("h"), "Europe/Berlin")
    result = import_file(berlin, "mine", report=Report())
    assert result.series[0].first == "2018-01-01T00:00:00Z"
    assert "taken as that zone's" in result.notes[0]

    chicago = local_file(tmp_path, year("h"), "America/Chicago")
    with pytest.raises(AlphintraError, match="clocks are set back") as caught:
        import_file(chicago, "mine", report=Report())
    assert "--time-zone" in caught.value.hint


def test_that_a_time_the_clocks_skipped_is_refused(tmp_path: Path) -> None:
    skipped = pd.date_range("2018-03-25", periods=6, freq="h", tz="UTC")
    file = local_file(tmp_path, skipped, "UTC")

    with pytest.raises(AlphintraError, match=r"Line 4 of ACME\.csv is of a time that clocks in"):
        import_file(file, "mine", time_zone="Europe/Berlin", report=Report())


def test_that_days_and_times_with_a_zone_are_left_alone(tmp_path: Path) -> None:
    days = import_file(written(tmp_path, csv()), "mine", time_zone="Asia/Tokyo", report=Report())
    assert (days.series[0].first, days.notes) == ("2004-08-19", ())

    zoned = csv([f"2021-03-01T1{hour}:00:00Z,10,12,9,11,1" for hour in range(4)])
    result = import_file(written(tmp_path, zoned), "mine", time_zone="UTC+2", report=Report())
    assert result.series[0].first == "2021-03-01T10:00:00Z"
    assert result.notes == ("The times say their zone themselves; UTC+2 was not used.",)


@pytest.mark.parametrize(
    ("text", "zone"),
    [("UTC+2", "+02:00"), ("-05:30", "-05:30"), ("gmt-3", "-03:00"), (" UTC ", "UTC")],
)
def test_that_an_offset_is_a_zone(text: str, zone: str) -> None:
    assert checked_zone(text) == zone


@pytest.mark.parametrize("text", ["", "Mars/Olympus", "UTC+99", "../etc/passwd", "Berlin"])
def test_that_other_texts_are_no_zones(text: str) -> None:
    with pytest.raises(AlphintraError, match="There is no time zone"):
        checked_zone(text)
