from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alphintra_desktop.backtest.repeat import repeat
from alphintra_desktop.backtest.task import BacktestSpec, run_spec
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.store import load_bars
from alphintra_desktop.report import Report
from alphintra_desktop.runs.ledger import runs
from alphintra_desktop.runs.project import create_project
from tests.drawing import sma_crossover


def bars_csv(path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    days = np.datetime64("2020-01-01") + np.arange(400)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, 400)))
    lines = [f"{d},{c:.4f},{c:.4f},{c:.4f},{c:.4f},1000" for d, c in zip(days, close, strict=True)]
    path.write_text("\n".join(["date,open,high,low,close,volume", *lines]) + "\n")


@pytest.fixture
def ran(tmp_path):
    """A recorded run on imported bars: its row, and the text of its graph."""
    bars_csv(tmp_path / "XYZ.csv", 1)
    import_file(tmp_path / "XYZ.csv", "mine", market="crypto", report=Report())
    graph = sma_crossover(dataset="mine", symbols="XYZ", market="crypto")
    project = create_project(tmp_path / "project", "Test")
    run_spec(BacktestSpec(graph_to_text(graph)), project.new_job_folder(), Report())
    database = project.database()
    (run,) = runs(database)
    database.close()
    return run, graph_to_text(graph)


def test_that_a_run_repeats_to_the_bit_after_other_data_was_imported(ran, tmp_path):
    run, text = ran
    bars_csv(tmp_path / "XYZ.csv", 2)
    import_file(tmp_path / "XYZ.csv", "mine", market="crypto", report=Report())
    assert load_bars("mine", ("XYZ",), "1d").sha256["XYZ"] not in run.data_hashes.values()
    again = repeat(run, text)
    assert again.identical
    assert again.differences == {}


def test_that_another_graph_is_told_by_its_hashes_and_its_equity(ran):
    run, _ = ran
    other = graph_to_text(sma_crossover(dataset="mine", symbols="XYZ"))
    again = repeat(run, other)
    assert {"graph_hash", "code_hash"} <= again.differences.keys()


def test_that_bars_that_are_gone_are_named(ran):
    run, text = ran
    lost = replace(run, data_hashes={"XYZ 1d": "0" * 64})
    with pytest.raises(AlphintraError, match="XYZ that were used") as caught:
        repeat(lost, text)
    assert "Import the same file again" in caught.value.hint
