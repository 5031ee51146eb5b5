"""Files as vendors write them, once they are stored: findings name what was seeded, and no more."""

from __future__ import annotations

import json
import re

import pytest

from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.quality_finding import QualityFinding, Severity
from alphintra_desktop.market.quality_kept import quality_of
from alphintra_desktop.report import Report
from tests.shared_files import shared

ZONES = {"mt4_XAUUSD60.csv": "UTC+2"}
# Of each file with seeded faults, what its findings must say: code and words.
NAMED = {
    "alphavantage_daily_adjusted_AIG.csv": [("at_import", "not in order of time")],
    "local_time_dst_BTCUSD_1h_berlin.csv": [("at_import", "there twice.*Europe/Berlin")],
    "dup_exact.csv": [("at_import", "^12 rows left out, exact repetitions")],
    "shuffled.csv": [("at_import", "not in order of time")],
    "missing_days.csv": [
        ("gap", "no bar from 1997-10-08 to 1998-01-02, 60 sessions of XNYS"),
        ("missing_sessions", "^28 single sessions of XNYS are missing: 1995-05-05, 1995-08-03"),
    ],
    "bad_ohlc.csv": [
        ("impossible_bars", "^4 rows are no bars .*1996-05-23"),
        ("impossible_bars", "^4 rows are no bars .*high below the low"),
    ],
    "nulls.csv": [
        ("impossible_bars", "^8 rows are no bars .*1995-04-26"),
        ("unknown_volume", "of 2 bars is unknown"),
    ],
    "unadjusted_split.csv": [("suspected_split", "2:1 split on 1997-12-18")],
    "spikes_zero_negative.csv": [
        ("spike", "1996-12-23 is a spike"),
        ("zero_volume", "^10 bars have a volume of zero"),
        ("impossible_bars", "^1 row is no bar .*1998-07-27: its close is -21.5"),
    ],
    "preamble_footer_bom_crlf.csv": [("at_import", "^Line 1506 comes after the last bar")],
}
CALENDARS = {"binance": "24/7", "local_time": "24/7", "mt4": "24/5", "tradingview": "24/5"}
# Real prices of sessions, with two real splits that the file does not state.
AS_TRADED = "stooq_aig.us.txt"


def entries() -> dict[str, dict]:
    listed = json.loads(shared("data/formats/manifest.json").read_text())
    return {entry["file"]: entry for entry in listed if "truth" in entry}


def found(name: str) -> tuple[tuple[QualityFinding, ...], str]:
    path = shared(f"data/formats/{name}")
    imported = import_file(path, "mine", symbol="X", time_zone=ZONES.get(name), report=Report())
    (quality,) = quality_of(imported.series, Report())
    return quality.findings, quality.calendar


def test_that_every_file_with_a_seeded_fault_is_tried():
    seeded = {name for name, entry in entries().items() if entry["defects"]}

    assert seeded <= NAMED.keys()


@pytest.mark.parametrize("name", NAMED)
def test_that_findings_name_each_fault_that_was_seeded(name):
    findings, _ = found(name)

    for code, words in NAMED[name]:
        assert any(one.code == code and re.search(words, one.message) for one in findings), words


def test_that_missing_sessions_are_exactly_those_that_were_taken_out():
    findings, _ = found("missing_days.csv")

    counts = {one.code: one.place.count for one in findings}
    defects = entries()["missing_days.csv"]["defects"]
    assert counts["missing_sessions"] == len(defects["missing_single"])
    (gap,) = [one for one in findings if one.code == "gap"]
    assert [gap.place.first, gap.place.last] == defects["missing_block"]


@pytest.mark.parametrize("name", sorted(entries()))
def test_that_clean_files_give_no_error_and_every_calendar_is_guessed(name):
    findings, calendar = found(name)

    clean = not entries()[name]["defects"]
    assert not (clean and any(one.severity is Severity.ERROR for one in findings)), findings
    expected = [own for start, own in CALENDARS.items() if name.startswith(start)]
    assert calendar == (expected or ["XNYS"])[0]


def test_that_real_splits_which_the_volume_cannot_tell_are_a_warning():
    findings, _ = found(AS_TRADED)

    splits = [one for one in findings if one.code == "suspected_split"]
    assert [one.place.first for one in splits] == ["1998-08-03", "2000-07-31"]
    assert {one.severity for one in splits} == {Severity.WARNING}
