"""What a recorded run left behind is what is read back, without pandas on the way."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from alphintra_desktop.backtest.result_tables import month_table
from alphintra_desktop.backtest.stored_bars import bars_of
from alphintra_desktop.backtest.stored_run import stored_run
from alphintra_desktop.cli.project_commands import template_text
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.store import load_bars
from tests.backtest.recorded_runs import recorded

SHOW = """
import sys
from pathlib import Path
from alphintra_desktop.backtest.stored_run import stored_run
from alphintra_desktop.backtest.result_tables import month_table
from alphintra_desktop.backtest.luck import luck_in_words
run = stored_run(Path(sys.argv[1]))
month_table(run.curves.timestamps, run.curves.equity), luck_in_words(run.luck)
print("pandas" in sys.modules)
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stored") / "project"
    texts = (template_text("donchian_breakout"), template_text("momentum_rotation"))
    return recorded(folder, *texts)


def test_that_a_run_is_read_back_as_it_was_written(runs):
    run = stored_run(runs.folders[0])
    written = runs.folders[0] / "artifacts"
    trades = pd.read_csv(written / "trades.csv", parse_dates=["entry_time", "exit_time"])
    assert len(run.trades) == len(trades) == run.metrics["trades"] + sum(trades["status"] == "open")
    for name in ("profit", "entry_price", "entry_bar", "symbol", "exit_reason", "ambiguous"):
        np.testing.assert_array_equal(getattr(run.trades, name), trades[name].to_numpy())
    np.testing.assert_array_equal(run.trades.entry_time, trades["entry_time"].to_numpy())
    curves = pd.read_parquet(written / "equity.parquet")
    np.testing.assert_array_equal(run.curves.equity, curves["equity"])
    np.testing.assert_array_equal(run.curves.timestamps, curves["timestamp"])
    assert run.name == "Donchian breakout with ATR stop"
    assert run.symbols == ("GOOG",)
    assert run.luck is not None
    assert run.luck["trials"] == 1
    assert run.findings


def test_that_the_chart_shows_exactly_the_bars_of_the_run(runs, monkeypatch):
    monkeypatch.setenv("ALPHINTRA_HOME", runs.library)
    run = stored_run(runs.folders[1])
    assert len(run.symbols) > 1
    loaded = load_bars("sample", run.symbols, "1d").bars.adjusted()
    rows = np.searchsorted(loaded.timestamps, run.curves.timestamps)
    for column, symbol in enumerate(run.symbols):
        bars = bars_of(run, symbol)
        for name in ("open", "high", "low", "close"):
            np.testing.assert_array_equal(getattr(bars, name), loaded[name][rows, column])


def test_that_months_are_what_pandas_makes_of_the_equity(runs):
    run = stored_run(runs.folders[0])
    table = month_table(run.curves.timestamps, run.curves.equity)
    equity = pd.Series(run.curves.equity, index=run.curves.timestamps)
    ends = equity.resample("ME").last().dropna()
    starts = ends.shift(1).fillna(equity.iloc[0])
    for end, value in (ends / starts - 1).items():
        row = table.years.index(end.year)
        assert table.months[row, end.month - 1] == pytest.approx(value, rel=1e-12)
    assert np.isfinite(table.months).sum() == len(ends)
    yearly = equity.resample("YE").last()
    totals = yearly / yearly.shift(1).fillna(equity.iloc[0]) - 1
    np.testing.assert_allclose(table.totals, totals)


def test_that_a_run_of_an_earlier_version_is_shown_without_what_it_did_not_keep(runs, tmp_path):
    folder = tmp_path / runs.folders[0].name
    shutil.copytree(runs.folders[0], folder)
    for name in ("artifacts/result.json", "artifacts/luck.json", "events.jsonl"):
        (folder / name).unlink()
    run = stored_run(folder)
    assert run.luck is None
    assert run.findings == ()
    assert run.symbols == ("GOOG",)


def test_that_what_a_worker_told_stands_in_for_a_missing_file(runs, tmp_path):
    folder = tmp_path / runs.folders[0].name
    shutil.copytree(runs.folders[0], folder)
    before = stored_run(folder)
    for name in ("artifacts/result.json", "artifacts/luck.json"):
        (folder / name).unlink()
    run = stored_run(folder)
    assert run.luck == before.luck
    assert [f.code for f in run.findings] == [f.code for f in before.findings]


@pytest.mark.parametrize("name", ["equity.parquet", "trades.csv", "metrics.json", "manifest.json"])
def test_that_a_run_that_is_not_whole_says_so(runs, tmp_path, name):
    folder = tmp_path / "run"
    shutil.copytree(runs.folders[0], folder)
    file = folder / "artifacts" / name
    file.write_bytes(file.read_bytes()[:17])
    with pytest.raises(AlphintraError, match="missing or damaged"):
        stored_run(folder)
    file.unlink()
    with pytest.raises(AlphintraError, match="missing or damaged"):
        stored_run(folder)


def test_that_findings_keep_their_places(runs, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(runs.folders[0], folder)
    file = folder / "artifacts" / "result.json"
    facts = json.loads(file.read_text())
    facts["findings"][0]["place"] = {"node": "2a549797", "param": "bars", "line": None}
    file.write_text(json.dumps(facts))
    place = stored_run(folder).findings[0].place
    assert place is not None
    assert (place.node, place.param) == ("2a549797", "bars")


def test_that_pandas_is_not_loaded_to_show_a_run(runs):
    told = subprocess.run(
        [sys.executable, "-c", SHOW, str(runs.folders[0])],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "False"
