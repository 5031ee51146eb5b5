"""Feature sets: the same values for research and prediction, versioned, with their lineage."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import talib

from alphintra_desktop.backtest.features import (
    computed,
    defined,
    loaded_features,
    save_features,
    updated_features,
    write_values,
)
from alphintra_desktop.cli.main import main
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.market.feature_store import (
    feature_sets,
    find_set,
    keep_set,
    read_values,
    snapshot_on,
    snapshots_of,
)
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.library import library
from alphintra_desktop.market.store import load_bars, load_pinned, query
from alphintra_desktop.report import Report
from tests.drawing import Drawing, sma_crossover
from tests.research.made_library import import_made_bars

FAST, SLOW = "00000003", "00000004"
FEATURES = {"fast": FAST, "slow": SLOW}


@pytest.fixture(autouse=True)
def made(library_of_this_test):
    import_made_bars(library_of_this_test)


def graph(**more):
    return sma_crossover(dataset="made", symbols="AA, BB", **more)


def saved(**more):
    return save_features(graph(**more), "trend", FEATURES, Report())


def bars():
    return load_bars("made", ("AA", "BB"), "1d")


def test_that_stored_values_are_those_of_the_indicator_on_each_symbols_own_bars():
    values = loaded_features(saved(), Report())
    loaded = bars().bars
    for number in range(2):
        has = loaded.present[:, number]
        close = loaded["close"][has, number]
        expected = talib.SMA(close, 10)
        np.testing.assert_allclose(values.columns["fast"][has, number], expected, rtol=1e-12)
        assert np.isnan(values.columns["fast"][~has, number]).all()


def test_that_a_new_bar_gets_what_research_will_find_there_to_the_bit():
    feature_set = saved()
    whole = loaded_features(feature_set, Report())
    loaded = bars().bars
    for until in (50, 237, 399):
        now = computed(feature_set, loaded.until(until))
        for name in FEATURES:
            np.testing.assert_array_equal(now.columns[name], whole.columns[name][:until])


def test_that_what_was_stored_is_read_back_to_the_bit():
    feature_set, loaded = saved(), bars()
    again = computed(feature_set, loaded.bars)
    snapshot = snapshot_on(feature_set, loaded.sha256)
    kept = read_values(feature_set, snapshot, loaded.bars)
    for name in FEATURES:
        np.testing.assert_array_equal(kept.columns[name], again.columns[name])


def test_that_only_another_definition_is_another_version():
    first, again = saved(), saved()
    assert (first.version, again.version) == (1, 1)
    other = save_features(graph(), "trend", {"fast": FAST}, Report())
    assert other.version == 2
    assert [one.version for one in feature_sets()] == [2, 1]
    assert find_set("TREND").features == other.features
    assert find_set("trend", 1) == first


def test_that_new_bars_are_a_new_snapshot_and_the_old_one_stays(tmp_path: Path):
    feature_set, before = saved(), bars()
    old = loaded_features(feature_set, Report())
    import_made_bars(tmp_path, bars=420)
    after = updated_features(feature_set, Report())
    assert after.version == 1
    newest, oldest = snapshots_of(after)
    assert dict(oldest.data) == dict(before.sha256)
    assert newest.data != oldest.data
    assert newest.rows > oldest.rows
    pinned = loaded_features(feature_set, Report(), pins=before.sha256)
    np.testing.assert_array_equal(pinned.columns["slow"], old.columns["slow"])
    assert load_pinned("made", "1d", before.sha256).bars.count == 400


def test_that_a_set_is_a_view_beside_the_bars_it_was_made_from():
    saved()
    found = query("SELECT * FROM trend_v1 WHERE symbol = 'AA' ORDER BY timestamp").to_pandas()
    loaded = bars().bars
    np.testing.assert_array_equal(found["close"], loaded["close"][:, 0])
    np.testing.assert_allclose(found["fast"], talib.SMA(found["close"].to_numpy(), 10), rtol=1e-12)
    assert "$library" in snapshots_of(find_set("trend"))[0].sql


def test_that_lineage_names_data_expressions_and_code():
    feature_set = saved()
    assert "SMA" in feature_set.expressions["fast"]
    assert "close" in feature_set.expressions["fast"]
    assert len(feature_set.code_hash) == 64
    assert dict(snapshots_of(feature_set)[0].data) == dict(bars().sha256)
    compile(feature_set.code, "features", "exec")


def test_that_a_label_is_refused_as_a_feature():
    drawing = Drawing("Labels")
    data = drawing.add("market_data.dataset", dataset="made", symbols="AA")
    close = drawing.add("prices.close", bars=data)
    label = drawing.add("labels.future_return", values=close, bars=5)
    with pytest.raises(AlphintraError, match="5 bars into the future: it is a label"):
        defined(drawing.graph, "leak", {"ahead": label.id})


@pytest.mark.parametrize("name", ["1st", "a b", 'x" AS SELECT 1; --', "timestamp", "a" * 65, ""])
def test_that_names_which_sql_could_mistake_are_refused(name: str):
    with pytest.raises(AlphintraError, match="cannot be the name"):
        keep_set(replace(defined(graph(), "ok", FEATURES), name=name))
    with pytest.raises(AlphintraError, match="cannot be the name"):
        save_features(graph(), "ok", {name: FAST}, Report())


def test_that_code_of_another_version_of_the_program_is_not_taken_for_the_same():
    old = replace(saved(), code_hash="0" * 64)
    with pytest.raises(AlphintraError, match="another version of Alphintra"):
        computed(old, bars().bars)


def test_that_a_damaged_file_is_told_and_an_update_heals_it():
    feature_set, loaded = saved(), bars()
    snapshot = snapshots_of(feature_set)[0]
    file = library().folder / "features" / f"{snapshot.sha256}.parquet"
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(AlphintraError, match="missing or damaged"):
        read_values(feature_set, snapshot, loaded.bars)
    updated_features(feature_set, Report())
    values = read_values(feature_set, snapshot, loaded.bars)
    np.testing.assert_array_equal(
        values.columns["fast"], computed(feature_set, loaded.bars).columns["fast"]
    )


def test_that_a_library_without_features_still_answers_sql():
    assert query("SELECT count(*) AS n FROM made_1d").to_pylist()[0]["n"] > 400


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "trend.alphintra"
    path.write_text(graph_to_text(graph()), encoding="utf-8")
    asked = ["--feature", "fast=Fast average", "--feature", f"slow={SLOW}.value"]
    assert main(["features", "save", "trend", str(path), *asked]) == 0
    assert "trend_v1: 2 features on made 1d, 2 symbols" in capsys.readouterr().out
    assert main(["features", "list"]) == 0
    assert "fast, slow" in capsys.readouterr().out
    assert main(["features", "show", "trend", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["snapshots"][0]["data"]) == {"AA", "BB"}
    assert main(["features", "show", "trend"]) == 0
    assert "Computed" in capsys.readouterr().out
    assert main(["features", "update", "trend"]) == 0
    out = tmp_path / "trend.csv"
    assert main(["features", "read", "trend", "--out", str(out)]) == 0
    assert list(pd.read_csv(out).columns) == ["timestamp", "symbol", "fast", "slow"]
    assert main(["features", "read", "trend"]) == 0
    assert "rows in all" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["save", "x"], "at least one feature"),
        (["save", "x", "--feature", "nothing"], "does not say what the feature is"),
        (["save", "x", "--feature", "a=No such node"], "No such node"),
        (["save", "x", "--feature", "a=Fast average.nope"], "no output"),
        (["read", "none"], "no feature set 'none'"),
    ],
)
def test_that_bad_commands_say_what_to_do(
    command: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "trend.alphintra"
    path.write_text(graph_to_text(graph()), encoding="utf-8")
    given = [*command[:2], str(path), *command[2:]] if command[0] == "save" else command
    assert main(["features", *given]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert "hint:" in error


def test_that_symbols_which_spreadsheets_would_run_are_written_as_text(tmp_path: Path):
    frame = pd.DataFrame(
        {
            "date": pd.date_range("2020-01-01", periods=60).astype(str),
            **dict.fromkeys(("open", "high", "low", "close"), 10.0),
            "volume": 1.0,
            "symbol": "=1+1",
        }
    )
    frame.to_csv(tmp_path / "bad.csv", index=False)
    import_file(tmp_path / "bad.csv", "bad", market="crypto", report=Report())
    drawn = sma_crossover(dataset="bad", symbols="=1+1")
    values = loaded_features(save_features(drawn, "odd", {"fast": FAST}, Report()), Report())
    write_values(values, tmp_path / "odd.csv")
    assert (tmp_path / "odd.csv").read_text().splitlines()[1].split(",")[1].strip('"')[0] == "'"
    with pytest.raises(AlphintraError, match="no format"):
        write_values(values, tmp_path / "odd.xyz")
