"""Files that are bars: whatever their shape, they arrive as the same bars."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.bars import PRICES
from alphintra_desktop.market.importing import Imported, import_file
from alphintra_desktop.market.library import library
from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.market.snapshots import read_columns
from alphintra_desktop.market.store import describe, export_bars, load_bars
from alphintra_desktop.report import Cancelled, Report
from tests.market.bar_files import HEADER, ROWS, csv, written
from tests.market.library_checks import assert_library_is_whole
from tests.shared_files import shared

DAYS = ["2004-08-19", "2004-08-20", "2004-08-23", "2004-08-24"]


def imported(path: Path, **choices: str) -> Imported:
    return import_file(path, "mine", report=Report(), **choices)


def hash_of(path: Path, **choices: str) -> str:
    return imported(path, symbol="ACME", **choices).series[0].sha256


def test_that_a_plain_file_arrives_as_it_was_written(tmp_path: Path) -> None:
    result = imported(written(tmp_path, csv()))

    bars = load_bars("mine", ["ACME"], "1d").bars
    assert [str(day)[:10] for day in bars.timestamps] == DAYS
    assert bars["open"].tolist() == [[10], [11], [12], [13]]
    assert bars["volume"].tolist() == [[100], [200], [300], [400]]
    assert bars["adj_factor"].tolist() == bars["split"].tolist() == [[1]] * 4
    assert bars["dividend"].tolist() == [[0]] * 4
    assert result.notes == ()
    version = result.series[0]
    assert (version.symbol, version.timeframe, version.rows) == ("ACME", "1d", 4)
    assert (version.first, version.last, version.source) == (DAYS[0], DAYS[-1], "ACME.csv")
    assert not version.has_events
    assert_library_is_whole()


SHAPES = {
    "CRLF": csv().replace("\n", "\r\n"),
    "old Mac line ends": csv().replace("\n", "\r"),
    "no last line end": csv().rstrip("\n"),
    "BOM": "\ufeff" + csv(),
    "semicolons": csv().replace(",", ";"),
    "tabs": csv().replace(",", "\t"),
    "pipes": csv().replace(",", "|"),
    "preamble": "sep=,\n# made by us\n\n" + csv(),
    "blank lines": csv().replace("\n", "\n\n"),
    "quotes": csv(['"' + '","'.join(row.split(",")) + '"' for row in ROWS]),
    "spaces": csv([row.replace(",", ", ") for row in ROWS]),
    "capitals": csv(header="DATE,OPEN,HIGH,LOW,CLOSE,VOLUME"),
    "numbered": csv(header="timestamp,1. open,2. high,3. low,4. close,5. volume"),
    "other order": csv(
        [",".join(np.roll(row.split(","), 2)) for row in ROWS], "close,volume,date,open,high,low"
    ),
    "more columns": csv([row + ",7,x" for row in ROWS], HEADER + ",trades,remark"),
    "digits": csv([row.replace("-", "") for row in ROWS]),
    "slashes": csv([row.replace("-", "/") for row in ROWS]),
    "dots": csv([row.replace("-", ".") for row in ROWS]),
    "midnights": csv([row.replace(",", " 00:00:00,", 1) for row in ROWS]),
    "midnights of a zone": csv([row.replace(",", " 00:00:00-05:00,", 1) for row in ROWS]),
    "ASCII of Stooq": csv(
        ["ACME,D," + row.replace("-", "").replace(",", ",000000,", 1) + ",0" for row in ROWS],
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>",
    ),
    "MetaTrader 5": csv(
        [row.replace("-", ".").replace(",", "\t00:00:00\t", 1).replace(",", "\t") for row in ROWS],
        "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<VOL>",
    ),
    "newest first": csv(ROWS[::-1]),
    "German": csv(
        [
            "{2}.{1}.{0};".format(*row[:10].split("-")) + row[11:].replace(",", ",00;", 4)
            for row in ROWS
        ],
        "Datum;Eröffnung;Hoch;Tief;Schlusskurs;Stücke",
    ),
    "American dates": csv(["{1}/{2}/{0},".format(*row[:10].split("-")) + row[11:] for row in ROWS]),
    "British dates": csv(["{2}/{1}/{0},".format(*row[:10].split("-")) + row[11:] for row in ROWS]),
    "thousands set apart": csv([row.replace(",10,", ',"10.0",') for row in ROWS]),
    "footer": csv([*ROWS, "", "Downloaded from somewhere"]),
    "repeated": csv([ROWS[0], ROWS[1], ROWS[0], *ROWS[2:]]),
    "exponents": csv([row.replace(",10,", ",1e1,") for row in ROWS]),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_that_the_same_bars_in_another_shape_are_the_same_snapshot(
    shape: str, tmp_path: Path
) -> None:
    plain = hash_of(written(tmp_path, csv()))

    assert hash_of(written(tmp_path, SHAPES[shape], "other.txt")) == plain
    assert_library_is_whole()


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_that_epochs_are_read_in_any_unit(unit: str, tmp_path: Path) -> None:
    hours = np.datetime64("2021-03-01T10:00", unit) + np.arange(4) * np.timedelta64(1, "h")
    rows = [
        f"{stamp.astype(int)},{row.split(',', 1)[1]}"
        for stamp, row in zip(hours, ROWS, strict=True)
    ]

    version = imported(written(tmp_path, csv(rows))).series[0]

    assert version.timeframe == "1h"
    assert (version.first, version.last) == ("2021-03-01T10:00:00Z", "2021-03-01T13:00:00Z")


@pytest.mark.parametrize(
    ("zone", "first"),
    [("Z", "10:00"), ("+00:00", "10:00"), ("+02:00", "08:00"), ("-05:30", "15:30")],
)
def test_that_times_with_a_zone_become_utc(zone: str, first: str, tmp_path: Path) -> None:
    rows = [f"2021-03-01T1{hour}:00:00{zone},10,12,9,11,1" for hour in range(4)]

    result = imported(written(tmp_path, csv(rows)))

    assert result.series[0].first == f"2021-03-01T{first}:00Z"
    assert result.notes == ()


def test_that_times_without_a_zone_are_taken_as_utc_and_that_is_told(tmp_path: Path) -> None:
    rows = [f"2021-03-01 10:0{minute},10,12,9,11,1" for minute in range(4)]

    result = imported(written(tmp_path, csv(rows)))

    assert result.series[0].first == "2021-03-01T10:00:00Z"
    assert result.series[0].timeframe == "1m"
    assert result.notes == ("The times name no zone and were taken as UTC.",)


def test_that_a_date_beside_a_time_of_day_makes_one_time(tmp_path: Path) -> None:
    rows = [f"2021-03-01,10:0{minute},10,12,9,11,1" for minute in range(4)]

    version = imported(written(tmp_path, csv(rows, "date,time,open,high,low,close,volume"))).series[
        0
    ]

    assert (version.timeframe, version.last) == ("1m", "2021-03-01T10:03:00Z")


@pytest.mark.parametrize(
    ("step", "timeframe"),
    [
        ("1m", "1m"),
        ("5m", "5m"),
        ("1h", "1h"),
        ("4h", "4h"),
        ("1D", "1d"),
        ("7D", "1w"),
        ("MS", "1mo"),
    ],
)
def test_that_the_timeframe_is_the_most_common_step(
    step: str, timeframe: str, tmp_path: Path
) -> None:
    stamps = pd.date_range("2021-01-01", periods=40, freq=step.replace("m", "min"))
    kept = stamps.delete([5, 6, 20])
    rows = [f"{stamp:%Y-%m-%dT%H:%M:%SZ},10,12,9,11,1" for stamp in kept]

    assert imported(written(tmp_path, csv(rows))).series[0].timeframe == timeframe


def test_that_one_file_may_hold_many_symbols_in_any_order(tmp_path: Path) -> None:
    rows = [f"{row},{symbol}" for row in ROWS for symbol in ("B", "A")]

    result = imported(written(tmp_path, csv(rows, HEADER + ",Ticker")))

    assert [version.symbol for version in result.series] == ["B", "A"]
    assert result.notes == ()
    bars = load_bars("mine", ["A", "B"], "1d").bars
    assert bars["close"].tolist() == [[11, 11], [12, 12], [13, 13], [14, 14]]


def test_that_spaces_around_a_symbol_do_not_make_another(tmp_path: Path) -> None:
    rows = [f"{row},{symbol}" for row, symbol in zip(ROWS, ("A", " A", "A ", "A"), strict=True)]

    (version,) = imported(written(tmp_path, csv(rows, HEADER + ",symbol"))).series

    assert (version.symbol, version.rows) == ("A", 4)


def test_that_a_file_without_volume_says_so_and_leaves_it_unknown(tmp_path: Path) -> None:
    rows = [row.rsplit(",", 1)[0] for row in ROWS]

    result = imported(written(tmp_path, csv(rows, "date,open,high,low,close")))

    assert result.notes == ("There is no volume column; volume is unknown.",)
    assert np.isnan(load_bars("mine", ["ACME"], "1d").bars["volume"]).all()


def test_that_a_packed_file_and_a_parquet_file_hold_the_same_snapshot(tmp_path: Path) -> None:
    plain = hash_of(written(tmp_path, csv()))
    packed = written(tmp_path, gzip.compress(csv().encode()), "ACME.csv.gz")
    frame = pd.read_csv(written(tmp_path, csv()), parse_dates=["date"], index_col="date")
    frame.to_parquet(tmp_path / "index.parquet")
    unnamed = frame.rename_axis(None)
    unnamed.to_parquet(tmp_path / "unnamed.parquet")
    frame.set_index(frame.index.strftime("%Y-%m-%d")).to_parquet(tmp_path / "text.parquet")

    for path in (packed, *(tmp_path / f"{name}.parquet" for name in ("index", "unnamed", "text"))):
        assert hash_of(path) == plain


def test_that_what_we_export_can_be_imported_again(tmp_path: Path) -> None:

    ensure_sample_data()
    loaded = load_bars("sample", ["MSFT", "AAPL"], "1d")
    export_bars(tmp_path / "bars.parquet", loaded)

    again = {
        version.symbol: version.sha256 for version in imported(tmp_path / "bars.parquet").series
    }

    assert again == dict(loaded.sha256)


def test_that_bad_rows_can_be_dropped_and_are_counted(tmp_path: Path) -> None:
    rows = [
        *ROWS,
        "2004-08-25,x,15,12,14,1",
        "2004-08-26,13,15,12,-14,1",
        "2004-08-27,13,15,12,14,1,extra",
        "2004-08-30,13,15,12,14,1",
        "2004-08-30,13,15,12,13,1",
        "Downloaded from somewhere",
    ]

    result = imported(written(tmp_path, csv(rows)), bad_rows="drop")

    assert result.series[0].rows == 4
    assert result.notes == (
        "Line 11 comes after the last bar and was left out: 'Downloaded from somewhere'.",
        "3 rows left out, the first is line 6: 'open' is 'x'.",
        "2 rows left out because they claimed the same times.",
    )
    assert_library_is_whole()


def test_that_importing_the_same_bars_again_makes_no_second_version(tmp_path: Path) -> None:

    imported(written(tmp_path, csv()))
    imported(written(tmp_path, csv(ROWS[::-1])))
    assert len(describe("mine", "ACME")) == 1

    imported(written(tmp_path, csv(ROWS[:3])))
    newest, oldest = describe("mine", "ACME")
    assert (newest.rows, oldest.rows) == (3, 4)
    assert load_bars("mine", ["ACME"], "1d").bars.count == 3


@pytest.mark.parametrize("number", range(8))
def test_that_a_cancelled_import_leaves_everything_as_it_was(number: int, tmp_path: Path) -> None:

    imported(written(tmp_path, csv()))
    before = _files(library().folder)
    asked = iter(range(100))
    report = Report(cancelled=lambda: next(asked) == number)
    many = csv([f"{row},{symbol}" for symbol in "ABCDE" for row in ROWS], HEADER + ",symbol")

    with pytest.raises(Cancelled):
        import_file(written(tmp_path, many, "many.csv"), "mine", report=report)

    assert _files(library().folder) == before
    assert_library_is_whole()


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "catalog" not in path.name
    }


def test_that_a_failed_import_leaves_everything_as_it_was(tmp_path: Path) -> None:

    imported(written(tmp_path, csv()))
    before = _files(library().folder)

    with pytest.raises(AlphintraError):
        imported(written(tmp_path, csv([*ROWS, "2004-08-25,x,1,1,1,1"])))
    with pytest.raises(AlphintraError, match="market 'moon'"):
        imported(written(tmp_path, csv(ROWS[:2])), market="moon")
    with pytest.raises(AlphintraError, match="name of a dataset"):
        import_file(written(tmp_path, csv(ROWS[:2])), 'x"; DROP', report=Report())

    assert _files(library().folder) == before
    assert_library_is_whole()


def test_that_sql_in_a_symbol_name_is_only_a_name(tmp_path: Path) -> None:
    evil = """'; DROP TABLE versions; --"""

    imported(written(tmp_path, csv()), symbol=evil)

    assert load_bars("mine", [evil], "1d").bars.symbols == (evil,)
    assert_library_is_whole()


# Two days of the index really have no volume in its source.
NOTES = {"IXIC": ("2 bars have a volume of zero, the first on 2015-05-12.",)}
SHIPPED = ("AAPL", "MSFT", "IBM", "GOOG", "FB", "GOOGL", "SPX", "IXIC")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("symbol", SHIPPED)
def test_that_shared_daily_files_arrive_as_they_are(symbol: str, ending: str) -> None:
    path = shared(f"data/ship/daily/{symbol}.{ending}")

    assert imported(path).notes == NOTES.get(symbol, ())

    frame = (
        pd.read_parquet(path)
        if ending == "parquet"
        else pd.read_csv(path, parse_dates=["timestamp"])
    )
    bars = load_bars("mine", [symbol], "1d").bars
    assert np.array_equal(bars.timestamps, frame["timestamp"].to_numpy().astype("datetime64[ns]"))
    for name in (*PRICES, "volume"):
        assert np.array_equal(bars[name][:, 0], frame[name])
    if "adj_close" in frame:
        assert np.array_equal(bars["adj_factor"][:, 0], frame["adj_close"] / frame["close"])


@pytest.mark.parametrize(
    ("path", "timeframe"),
    [
        ("ship/hourly/EURUSD_ask.csv", "1h"),
        ("ship/minute/ES_1m_20130901_0903.csv", "1m"),
        ("test_only/hourly/BTCUSD_coinbase.csv.gz", "1h"),
        ("test_only/minute/BTCPERP_1m_202201.csv.gz", "1m"),
    ],
)
def test_that_shared_intraday_files_arrive_as_they_are(path: str, timeframe: str) -> None:
    file = shared(f"data/{path}")

    version = imported(file, symbol="X").series[0]

    frame = pd.read_parquet(file.with_name(f"{file.name.split('.')[0]}.parquet"))
    bars = load_bars("mine", ["X"], timeframe).bars
    assert version.timeframe == timeframe
    stamps = frame["timestamp"].dt.tz_localize(None).to_numpy().astype("datetime64[ns]")
    assert np.array_equal(bars.timestamps, stamps)
    for name in (*PRICES, "volume"):
        np.testing.assert_allclose(bars[name][:, 0], frame[name], rtol=1e-9)


def test_that_a_row_that_is_no_bar_has_no_event_and_the_factor_of_the_bar_before(
    tmp_path: Path,
) -> None:
    days = pd.bdate_range("2019-12-02", periods=120)
    rows = [f"{day:%Y-%m-%d},10,12,9,11,1,{5.5 if n < 60 else 11}" for n, day in enumerate(days)]
    rows[59] = f"{days[59]:%Y-%m-%d},10,12,9,,1,5.5"

    version = imported(written(tmp_path, csv(rows, HEADER + ",adj_close"))).series[0]

    _, stored = read_columns(library().snapshot(version.sha256), "ACME")
    assert stored["adj_factor"].tolist() == [0.5] * 60 + [1.0] * 60
    assert stored["split"].tolist() == [1.0] * 120
    assert np.flatnonzero(stored["dividend"]).tolist() == [60]
    assert load_bars("mine", ["ACME"], "1d").bars.count == 119
