"""Files as vendors write them: each arrives as its truth without help, and its faults are told."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

from alphintra_desktop.market.bars import PRICES
from alphintra_desktop.market.importing import Imported, import_file
from alphintra_desktop.market.library import library
from alphintra_desktop.market.snapshots import read_columns
from alphintra_desktop.market.store import load_bars
from alphintra_desktop.report import Report
from tests.shared_files import shared

# What each file's notes must say, by the faults that the manifest says were seeded there.
TOLD = {
    "mt4_XAUUSD60.csv": (),
    "stooq_aig.us.txt": ("unadjusted 3:2 split on 1998-08-03", "3:2 split on 2000-07-31"),
    "alphavantage_daily_adjusted_AIG.csv": ("not in order of time",),
    "ariva_de_AIG.csv": ("not in order of time",),
    "binance_vision_spot_BTCBUSD-1m_ms_noheader.csv": (),
    "tradingview_XAUUSD_60.csv": (),
    "local_time_dst_BTCUSD_1h_berlin.csv": ("2018-10-28 02:00:00 is there twice.*Europe/Berlin",),
    "dup_exact.csv": ("^12 rows left out, exact repetitions",),
    "shuffled.csv": ("not in order of time",),
    "missing_days.csv": ("no bar from 1997-10-08 to 1998-01-04",),
    "bad_ohlc.csv": (r"^8 rows are no bars \(.*line 354 of 1996-05-23",),
    "nulls.csv": ("^8 rows are no bars .*line 81 of 1995-04-26", "^2 rows have no volume"),
    "unadjusted_split.csv": ("unadjusted 2:1 split on 1997-12-18",),
    "spikes_zero_negative.csv": (
        "^1 row is no bar .* of 1998-07-27: its close is -21.5",
        "1996-12-23 is a spike",
        "^10 bars have a volume of zero",
    ),
    "preamble_footer_bom_crlf.csv": ("^Line 1506 comes after the last bar .*'Downloaded",),
}
# The one thing that a file cannot say: MetaTrader writes the clock of its server.
ZONES = {"mt4_XAUUSD60.csv": "UTC+2"}


def imported(name: str) -> Imported:
    path = shared(f"data/formats/{name}")
    return import_file(path, "mine", symbol="X", time_zone=ZONES.get(name), report=Report())


def test_that_every_file_of_the_manifest_is_tried() -> None:
    entries = json.loads(shared("data/formats/manifest.json").read_text())

    assert {entry["file"] for entry in entries} == {*TOLD, "header_only.csv"}


@pytest.mark.parametrize("name", TOLD)
def test_that_a_vendor_file_arrives_as_its_truth_and_its_faults_are_told(name: str) -> None:
    result = imported(name)

    (version,) = result.series
    stamps, columns = read_columns(library().snapshot(version.sha256), "X")
    truth = pd.read_parquet(shared(f"data/formats/truth/{name.rsplit('.', 1)[0]}.parquet"))
    expected = pd.to_datetime(truth["timestamp"], utc=True).dt.tz_localize(None)
    assert np.array_equal(stamps, expected.to_numpy().astype("datetime64[ns]"))
    for column in (*PRICES, "volume"):
        np.testing.assert_allclose(columns[column], truth[column], rtol=1e-12)
    assert len(result.notes) == len(TOLD[name]), result.notes
    for note, said in zip(result.notes, TOLD[name], strict=True):
        assert re.search(said, note)


@pytest.mark.parametrize(
    ("name", "withheld"), [("bad_ohlc.csv", 8), ("nulls.csv", 8), ("spikes_zero_negative.csv", 1)]
)
def test_that_strategies_are_given_no_row_that_is_no_bar(name: str, withheld: int) -> None:
    version = imported(name).series[0]

    bars = load_bars("mine", ["X"], "1d").bars

    assert bars.count == version.rows - withheld
    assert bars.present.all()
    assert all((bars[column] > 0).all() for column in PRICES)


def test_that_the_split_an_export_states_is_an_event() -> None:
    imported("alphavantage_daily_adjusted_AIG.csv")

    bars = load_bars("mine", ["X"], "1d").bars

    (row,) = np.flatnonzero(bars["split"][:, 0] != 1)
    assert str(bars.timestamps[row])[:10] == "2009-07-01"
    assert bars["split"][row, 0] == 0.05
