"""Bars out of the library: what is asked for, or a sentence that says what there is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.bars import COLUMNS
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.library import library
from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.market.store import (
    describe,
    export_bars,
    list_series,
    load_bars,
    query,
    rewrite_views,
)
from alphintra_desktop.report import Report
from tests.market.bar_files import HEADER, csv, written
from tests.market.library_checks import assert_library_is_whole


@pytest.fixture(autouse=True)
def sample_data() -> None:
    ensure_sample_data()


def told(dataset: str, symbols: list[str], timeframe: str, start: str = "", end: str = "") -> str:
    """Message and hint of the refusal."""
    with pytest.raises(AlphintraError) as caught:
        load_bars(dataset, symbols, timeframe, start, end)
    return f"{caught.value.message} {caught.value.hint}"


def test_that_symbols_meet_on_their_union_calendar() -> None:
    loaded = load_bars("sample", ["GOOG", "AAPL", "SPX"], "1d")

    alone = {symbol: load_bars("sample", [symbol], "1d") for symbol in ("GOOG", "AAPL", "SPX")}
    frames = {
        symbol: pd.DataFrame({name: one.bars[name][:, 0] for name in COLUMNS}, one.bars.timestamps)
        for symbol, one in alone.items()
    }
    for name in COLUMNS:
        wide = pd.DataFrame({symbol: frame[name] for symbol, frame in frames.items()})
        assert np.array_equal(loaded.bars[name], wide.sort_index().to_numpy(), equal_nan=True)
        assert loaded.bars[name].flags.c_contiguous
        assert loaded.bars[name].flags.writeable
    assert loaded.bars.symbols == ("GOOG", "AAPL", "SPX")
    assert loaded.bars.timestamps.dtype == "datetime64[ns]"
    assert loaded.sha256 == {symbol: one.sha256[symbol] for symbol, one in alone.items()}
    assert (loaded.dataset, loaded.timeframe, loaded.market) == ("sample", "1d", "us_equities")


def test_that_a_period_includes_both_its_ends() -> None:
    stamps = load_bars("sample", ["AAPL"], "1d", "2001-01-02", "2001-01-05").bars.timestamps
    assert [str(stamp)[:10] for stamp in stamps] == [f"2001-01-0{day}" for day in (2, 3, 4, 5)]

    hours = load_bars("sample", ["EURUSD"], "1h", "2017-03-01", "2017-03-01").bars.timestamps
    assert (str(hours[0])[:13], str(hours[-1])[:13], len(hours)) == (
        "2017-03-01T00",
        "2017-03-01T23",
        24,
    )
    some = load_bars("sample", ["EURUSD"], "1h", "2017-03-01T05:00", "2017-03-01T07:00Z")
    assert some.bars.count == 3
    assert load_bars("sample", ["EURUSD"], "60m", "2017-03-01", "2017-03-01").timeframe == "1h"


def test_that_a_week_beyond_the_bars_is_forgiven_for_holidays() -> None:
    whole = load_bars("sample", ["AAPL"], "1d")

    loaded = load_bars("sample", ["AAPL"], "1d", "2000-02-25", "2013-03-08")

    assert loaded.bars.count == whole.bars.count


def test_that_a_late_symbol_may_join_a_longer_period() -> None:
    bars = load_bars("sample", ["AAPL", "FB"], "1d", "2000-03-01", "2013-03-01").bars

    assert bars.present.sum(axis=0).tolist() == [3270, 196]


REFUSALS = {
    "dataset": (
        ("sampel", ["AAPL"], "1d"),
        "There is no dataset 'sampel'. Did you mean 'sample'? There are sample.",
    ),
    "symbol": (
        ("sample", ["AAPL", "MFST"], "1d"),
        "There is no symbol 'MFST' in the dataset 'sample'. Did you mean 'MSFT'?"
        " It has AAPL, EURUSD, FB, GOOG, IBM, IXIC, MSFT, SPX.",
    ),
    "timeframe": (
        ("sample", ["EURUSD"], "1d"),
        "EURUSD has no 1d bars in the dataset 'sample'."
        " Stored are its 1h bars: choose that timeframe, or import the other.",
    ),
    "no timeframe": (
        ("sample", ["AAPL"], "daily"),
        "'daily' is not a timeframe. Write a number and a unit: 1m, 15m, 1h, 4h, 1d, 1w, 1mo.",
    ),
    "too early": (
        ("sample", ["AAPL"], "1d", "1999-01-01"),
        "AAPL has no bars before 2000-03-01, and the period starts on 1999-01-01. Import earlier"
        " data with `alphintra data import`, or start on 2000-03-01.",
    ),
    "too late": (
        ("sample", ["AAPL"], "1d", "", "2020-01-01"),
        "AAPL has no bars after 2013-03-01, and the period ends on 2020-01-01. Import later data"
        " with `alphintra data import`, or end on 2013-03-01.",
    ),
    "all before": (
        ("sample", ["AAPL", "FB"], "1d", "2001-01-01", "2011-01-01"),
        "FB has no bars before 2012-05-18, and the period ends on 2011-01-01."
        " Its 1d bars run from 2012-05-18 to 2013-03-01.",
    ),
    "all after": (
        ("sample", ["AAPL"], "1d", "2014-01-01"),
        "AAPL has no bars after 2013-03-01, and the period starts on 2014-01-01."
        " Its 1d bars run from 2000-03-01 to 2013-03-01.",
    ),
    "gap": (
        ("sample", ["AAPL"], "1d", "2001-09-12", "2001-09-14"),
        "AAPL has no bars from 2001-09-12 to 2001-09-14. Choose a longer period: its bars run from"
        " 2000-03-01 to 2013-03-01, with gaps.",
    ),
    "reversed": (
        ("sample", ["AAPL"], "1d", "2010-01-02", "2010-01-01"),
        "The period starts on 2010-01-02, after it ends on 2010-01-01. Exchange the two dates.",
    ),
    "no date": (
        ("sample", ["AAPL"], "1d", "2010-13-01"),
        "The start of the period, '2010-13-01', is not a date."
        " Write it as year-month-day, such as 2004-08-19, or leave it empty.",
    ),
    "no date at the end": (
        ("sample", ["AAPL"], "1d", "", "soon"),
        "The end of the period, 'soon', is not a date."
        " Write it as year-month-day, such as 2004-08-19, or leave it empty.",
    ),
    "nobody": (("sample", [], "1d"), "No symbol is chosen. Name at least one symbol."),
    "twice": (("sample", ["FB", "FB"], "1d"), "FB is listed twice. Name each symbol once."),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_that_what_is_not_there_is_said_with_what_is(case: str) -> None:
    asked, expected = REFUSALS[case]

    assert told(*asked) == expected


def test_that_an_empty_library_says_how_to_fill_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALPHINTRA_HOME", str(tmp_path))

    assert told("mine", ["AAPL"], "1d") == (
        "There is no dataset 'mine'. Import bars with `alphintra data import`."
    )
    assert list_series() == ()
    with pytest.raises(AlphintraError, match="no dataset"):
        describe("mine", "AAPL")


@pytest.mark.parametrize("damage", ["gone", "short", "empty", "other"])
def test_that_a_damaged_snapshot_is_told_and_heals_by_importing_again(
    damage: str, tmp_path: Path
) -> None:
    path = written(tmp_path, csv())
    version = import_file(path, "mine", report=Report()).series[0]
    file = library().snapshot(version.sha256)
    content = file.read_bytes()
    harm = {"short": content[:-20], "empty": b"", "other": b"x" * 999}
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(harm[damage])

    message = told("mine", ["ACME"], "1d")

    assert message.startswith("The file with the bars of ACME ")
    assert message.endswith("Import the bars of that symbol again, which replaces the file.")
    import_file(path, "mine", report=Report())
    assert load_bars("mine", ["ACME"], "1d").bars.count == 4
    assert_library_is_whole()


def test_that_no_flipped_bit_in_a_snapshot_ever_changes_a_bar(tmp_path: Path) -> None:
    version = import_file(written(tmp_path, csv()), "mine", report=Report()).series[0]
    whole = load_bars("mine", ["ACME"], "1d").bars
    file = library().snapshot(version.sha256)
    content = file.read_bytes()
    refused = 0
    for position in range(0, len(content), 3):
        changed = bytearray(content)
        changed[position] ^= 1 << position % 8
        file.write_bytes(changed)
        try:
            bars = load_bars("mine", ["ACME"], "1d").bars
        except AlphintraError:
            refused += 1
            continue
        assert np.array_equal(bars.timestamps, whole.timestamps)
        assert all(np.array_equal(bars[name], whole[name]) for name in COLUMNS)
    assert refused > len(content) / 10


def test_that_a_strategy_file_gets_sorted_long_bars(tmp_path: Path) -> None:
    loaded = load_bars("sample", ["GOOG", "AAPL"], "1d", "2004-01-02", "2005-12-30")

    export_bars(tmp_path / "out" / "bars.parquet", loaded)

    table = pq.read_table(tmp_path / "out" / "bars.parquet")
    assert table.column_names == ["timestamp", "symbol", *COLUMNS]
    assert table.schema.field("timestamp").type == pa.timestamp("ns")
    frame = table.to_pandas()
    assert frame.equals(frame.sort_values(["symbol", "timestamp"], ignore_index=True))
    google = frame[frame["symbol"] == "GOOG"]
    assert len(google) == loaded.bars.present[:, 0].sum()
    assert google["timestamp"].iloc[0] == pd.Timestamp("2004-08-19")
    assert not frame.isna().any().any()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["bars.parquet"]


def test_that_intraday_bars_are_exported_as_utc(tmp_path: Path) -> None:
    export_bars(tmp_path / "bars.parquet", load_bars("sample", ["EURUSD"], "1h"))

    assert pq.read_schema(tmp_path / "bars.parquet").field("timestamp").type == pa.timestamp(
        "ns", "UTC"
    )


def test_that_sql_sees_every_series_in_a_view() -> None:
    rows = query("SELECT symbol, count(*) AS bars FROM sample_1d GROUP BY symbol ORDER BY symbol")

    listed = {v.symbol: v.rows for v in list_series() if v.timeframe == "1d"}
    assert {row["symbol"]: row["bars"] for row in rows.to_pylist()} == listed
    assert query("FROM sample_1h").num_rows == 6225


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO '{out}'",
        "ATTACH '{out}'",
        "CREATE TABLE x AS SELECT 1",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "DROP VIEW sample_1d",
        "SELECT 1; SELECT 2",
        "PRAGMA database_list",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM '{secret}'",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM place",
        "SELECT * FROM query('COPY (SELECT 1) TO ''{out}''')",
        "SELECT * FROM nowhere",
        "SELEKT",
        "",
    ],
)
def test_that_sql_can_neither_write_nor_reach_outside(sql: str, tmp_path: Path) -> None:
    secret = written(tmp_path, csv(), "secret.csv")

    with pytest.raises(AlphintraError) as caught:
        query(sql.format(out=tmp_path / "out", secret=secret))

    assert "sample_1d" in caught.value.hint
    assert "\n" not in caught.value.message
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert_library_is_whole()


def test_that_the_views_of_odd_names_are_quoted(tmp_path: Path) -> None:
    import_file(written(tmp_path, csv()), "a-b.C_1", symbol='x"y', report=Report())

    assert query('SELECT symbol FROM "a-b.C_1_1d"').num_rows == 4
    rewrite_views()
    assert_library_is_whole()


def test_that_a_dataset_has_one_spelling_whatever_its_capitals(tmp_path: Path) -> None:
    import_file(written(tmp_path, csv()), "Mine", report=Report())
    import_file(written(tmp_path, csv(), "OTHER.csv"), "mINE", report=Report())

    assert load_bars("mine", ["ACME", "OTHER"], "1d").bars.count == 4
    assert {version.dataset for version in list_series()} == {"sample", "Mine"}
    assert_library_is_whole()


def test_that_reading_loads_no_duckdb() -> None:
    code = (
        "import sys\n"
        "from alphintra_desktop.market.store import load_bars\n"
        "load_bars('sample', ['AAPL'], '1d')\n"
        "print(sorted({'duckdb', 'pandas', 'vectorbt', 'numba'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_that_many_symbols_of_one_file_load_together(tmp_path: Path) -> None:
    days = pd.bdate_range("2015-01-01", periods=300)
    generator = np.random.default_rng(3)
    rows, expected = [], {}
    for number in range(40):
        kept = days[generator.random(300) < 0.9]
        closes = np.round(generator.uniform(5, 500, len(kept)), 2)
        expected[f"S{number:02}"] = pd.Series(closes, kept)
        rows += [
            f"{day:%Y%m%d},{c},{c},{c},{c},1,S{number:02}"
            for day, c in zip(kept, closes, strict=True)
        ]
    generator.shuffle(rows)
    import_file(written(tmp_path, csv(rows, HEADER + ",symbol")), "many", report=Report())

    bars = load_bars("many", list(expected), "1d").bars

    wide = pd.DataFrame(expected).sort_index()
    assert np.array_equal(bars["close"], wide.to_numpy(), equal_nan=True)
    assert np.array_equal(bars.timestamps, wide.index.to_numpy().astype("datetime64[ns]"))
