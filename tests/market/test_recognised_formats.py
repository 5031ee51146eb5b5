"""Files as further vendors write them, made here with a known truth: each is known at sight."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.bars import PRICES
from alphintra_desktop.market.corrections import Corrections
from alphintra_desktop.market.importing import Imported, import_file
from alphintra_desktop.market.library import library
from alphintra_desktop.market.snapshots import read_columns
from alphintra_desktop.report import Report
from tests.market.bar_files import written

LEAN_MINUTES = """34200000,1455100,1455300,1451900,1452600,2154
34260000,1452600,1453000,1452000,1452500,1000
34320000,1452500,1452700,1452100,1452300,900
"""
LEAN_DAYS = """19980102 00:00,973100,987500,966900,977800,2141800
19980105 00:00,977800,989000,972500,978100,3240100
19980106 00:00,974400,975600,962600,967200,2630800
"""
POLYGON = """ticker,volume,open,close,high,low,window_start,transactions
AAPL,4930,200.29,200.5,200.63,200.29,1744792500000000000,129
AAPL,1815,200.39,200.34,200.61,200.34,1744792560000000000,57
MSFT,1098,380.3,380.28,380.3,380.2,1744792500000000000,33
MSFT,900,380.28,380.4,380.5,380.25,1744792560000000000,20
"""
DUKASCOPY = """Gmt time,Open,High,Low,Close,Volume
01.03.2017 22:00:00.000,1.05462,1.05478,1.05445,1.0546,1234.5
01.03.2017 23:00:00.000,1.0546,1.05500,1.05450,1.0549,1300
02.03.2017 00:00:00.000,1.0549,1.05510,1.05480,1.0550,1100.25
"""
DUKASCOPY_LOCAL = """Local time,Open,High,Low,Close,Volume
25.03.2017 23:00:00.000 GMT+0100,1.05,1.06,1.04,1.055,10
26.03.2017 00:00:00.000 GMT+0100,1.055,1.06,1.05,1.056,11
26.03.2017 01:00:00.000 GMT+0100,1.056,1.07,1.05,1.06,12
26.03.2017 03:00:00.000 GMT+0200,1.06,1.07,1.05,1.065,13
"""
JFOREX = """Time (EET),Open,High,Low,Close,Volume
2017.01.02 00:00:00,1.05,1.06,1.04,1.055,10
2017.01.02 01:00:00,1.055,1.06,1.05,1.056,11
"""
NINJATRADER = """20240102 093100;100.25;101;100;100.5;1200
20240102 093200;100.5;101.5;100.25;101;900
20240102 093300;101;101.25;100.75;101;700
"""
BACKTRADER = """Date,Time,Open,High,Low,Close,Volume,OpenInterest
2006-01-02,09:05:00,3578.73,3587.88,3578.73,3582.99,0,0
2006-01-02,09:10:00,3583.01,3588.70,3583.01,3588.03,0,0
2006-01-02,09:15:00,3588.03,3590.00,3586.00,3589.5,0,0
"""
BACKTRADER_DAYS = """Date,Open,High,Low,Close,Volume,OpenInterest
2006-01-02,3578.73,3605.95,3578.73,3604.33,0,0
2006-01-03,3604.08,3638.42,3601.84,3614.34,0,0
"""


def stored(imported: Imported, number: int = 0) -> tuple[list[str], list[list[float]]]:
    """The times and the rows of open, high, low, close and volume of one series."""
    version = imported.series[number]
    stamps, columns = read_columns(library().snapshot(version.sha256), version.symbol)
    rows = np.stack([columns[name] for name in (*PRICES, "volume")], axis=1)
    return [str(stamp)[:16] for stamp in stamps], rows.tolist()


def imported(path: Path, **said: str) -> Imported:
    return import_file(path, "mine", said=Corrections(**said) if said else None, report=Report())


def zipped(folder: Path, zip_name: str, name: str, text: str) -> Path:
    path = folder / zip_name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, text)
    return path


def test_that_a_day_of_minutes_of_lean_is_in_dollars_and_in_utc(tmp_path: Path) -> None:
    name = "20131007_spy_minute_trade.csv"
    result = imported(zipped(tmp_path, "20131007_trade.zip", name, LEAN_MINUTES))

    times, rows = stored(result)
    assert (result.series[0].symbol, result.series[0].timeframe) == ("SPY", "1m")
    assert times == ["2013-10-07T13:30", "2013-10-07T13:31", "2013-10-07T13:32"]
    assert rows[0] == [145.51, 145.53, 145.19, 145.26, 2154.0]


def test_that_days_of_lean_are_in_dollars(tmp_path: Path) -> None:
    result = imported(zipped(tmp_path, "spy.zip", "spy.csv", LEAN_DAYS))

    times, rows = stored(result)
    assert (result.series[0].symbol, result.series[0].timeframe) == ("SPY", "1d")
    assert times[0].startswith("1998-01-02")
    assert rows[0] == [97.31, 98.75, 96.69, 97.78, 2141800.0]


def test_that_a_flat_file_of_polygon_holds_each_ticker_by_nanoseconds(tmp_path: Path) -> None:
    result = imported(written(tmp_path, POLYGON, "2025-04-16.csv"))

    times, rows = stored(result)
    assert [series.symbol for series in result.series] == ["AAPL", "MSFT"]
    assert times == ["2025-04-16T08:35", "2025-04-16T08:36"]
    assert rows[0] == [200.29, 200.63, 200.29, 200.5, 4930.0]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        (DUKASCOPY, "2017-03-01T22:00", "2017-03-02T00:00"),
        (DUKASCOPY_LOCAL, "2017-03-25T22:00", "2017-03-26T01:00"),
        (JFOREX, "2017-01-01T22:00", "2017-01-01T23:00"),
    ],
)
def test_that_each_clock_of_dukascopy_is_told_by_its_header(
    text: str, first: str, last: str, tmp_path: Path
) -> None:
    result = imported(written(tmp_path, text, "EURUSD.csv"))

    times, _ = stored(result)
    assert (times[0], times[-1]) == (first, last)
    assert result.series[0].timeframe == "1h"
    assert result.series[0].market == "fx"
    assert not any("no zone" in note for note in result.notes)


def test_that_minutes_of_ninjatrader_are_stored_by_their_opens_and_that_is_told(
    tmp_path: Path,
) -> None:
    result = imported(written(tmp_path, NINJATRADER, "ES.txt"), time_zone="America/New_York")

    times, rows = stored(result)
    assert times == ["2024-01-02T14:30", "2024-01-02T14:31", "2024-01-02T14:32"]
    assert rows[0] == [100.25, 101.0, 100.0, 100.5, 1200.0]
    assert any("closes of bars" in note for note in result.notes)


@pytest.mark.parametrize(
    ("text", "first", "timeframe"),
    [(BACKTRADER, "2006-01-02T09:05", "5m"), (BACKTRADER_DAYS, "2006-01-02T00:00", "1d")],
)
def test_that_the_samples_of_backtrader_are_read(
    text: str, first: str, timeframe: str, tmp_path: Path
) -> None:
    result = imported(written(tmp_path, text, "2006.txt"))

    assert stored(result)[0][0] == first
    assert result.series[0].timeframe == timeframe


# ---------------------------------------------------------------- Excel


def workbook(folder: Path, clock: bool = False) -> Path:
    """Two sheets: words, and bars below a title."""
    book = openpyxl.Workbook()
    book.active.title = "About"
    book.active.append(["Downloaded", date(2024, 1, 5)])
    sheet = book.create_sheet("Bars")
    sheet.append(["Prices of ACME, all in dollars"])
    sheet.append(["Date", "Open", "High", "Low", "Close", "Volume"])
    for number in range(3):
        day = datetime(2024, 1, 2, 9, 30 + number) if clock else date(2024, 1, 2 + number)
        sheet.append([day, 10.1 + number / 2, 12, 9.5, 11.3, 100 * number + 1])
    book.save(folder / "ACME.xlsx")
    return folder / "ACME.xlsx"


def test_that_a_sheet_of_excel_with_dates_is_found_and_arrives_exactly(tmp_path: Path) -> None:
    result = imported(workbook(tmp_path))

    times, rows = stored(result)
    assert (result.series[0].symbol, result.series[0].timeframe) == ("ACME", "1d")
    assert times == ["2024-01-02T00:00", "2024-01-03T00:00", "2024-01-04T00:00"]
    assert rows[0] == [10.1, 12.0, 9.5, 11.3, 1.0]


def test_that_minutes_in_excel_keep_their_clock(tmp_path: Path) -> None:
    result = imported(workbook(tmp_path, clock=True), time_zone="America/New_York")

    assert stored(result)[0] == ["2024-01-02T14:30", "2024-01-02T14:31", "2024-01-02T14:32"]


def test_that_a_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(AlphintraError, match="has no sheet 'Prices'") as caught:
        imported(workbook(tmp_path), sheet="Prices")

    assert "'Bars'" in caught.value.hint
