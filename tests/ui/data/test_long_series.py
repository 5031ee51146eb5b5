"""A series of more than a million bars: the latest are shown at once, the others follow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alphintra_desktop.market.importing import import_file
from alphintra_desktop.report import Report
from alphintra_desktop.ui.data.page import DataPage, build
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace

LONG_MS = 60_000
ROWS = 1_300_000


@pytest.fixture
def page(qtbot, tmp_path: Path, monkeypatch, jobs) -> DataPage:
    monkeypatch.setenv("ALPHINTRA_HOME", str(tmp_path / "home"))
    stamps = np.datetime64("2020-01-01", "us") + np.arange(ROWS) * np.timedelta64(60, "s")
    close = 100 + np.sin(np.arange(ROWS) / 1000)
    prices = {"open": close, "high": close + 1, "low": close - 1, "close": close}
    path = tmp_path / "LONG.parquet"
    pq.write_table(pa.table({"timestamp": stamps, **prices, "volume": np.ones(ROWS)}), path)
    import_file(path, "long", market="crypto", report=Report())
    workspace = Workspace(Settings(tmp_path / "settings.json"), None, jobs)
    made = build(workspace, Look(workspace.settings))
    qtbot.addWidget(made)
    made.resize(1300, 800)
    made.show()
    return made


def test_that_the_latest_bars_are_shown_first_and_stay_in_sight(qtbot, page):
    details = page.details
    qtbot.waitUntil(lambda: details.chart is not None, timeout=LONG_MS)
    first = details.chart
    assert first.series.start == 1 << 20
    assert details.bars.model.index(details.bars.model.rowCount() - 1, 0).data() == f"{ROWS:,}"
    listed = details.bars.model.index(0, 1).data()
    first.stack.show_bars(1000.0, 1200.0)
    qtbot.waitUntil(lambda: details.chart.series.start == 0, timeout=LONG_MS)
    assert details.chart.stack.shown == pytest.approx((1000.0 + (1 << 20), 1200.0 + (1 << 20)))
    assert details.bars.model.index(0, 1).data() == listed
    assert details.bars.model.index(0, 0).data() == f"{ROWS - 20_000 + 1:,}"
    assert len(details.chart.series.stamps) == ROWS


def test_that_a_time_of_earlier_bars_is_gone_to_once_they_are_read(qtbot, page):
    details = page.details
    qtbot.waitUntil(lambda: details.chart is not None, timeout=LONG_MS)
    details.bars.sought.setText("2020-01-02")
    details.bars.sought.returnPressed.emit()
    assert "Earlier bars are being read" in details.bars._told.text()
    qtbot.waitUntil(lambda: details.chart.series.start == 0, timeout=LONG_MS)
    details.bars.sought.returnPressed.emit()
    assert details.bars.table.selectionModel().selectedRows(1)[0].data().startswith("2020-01-02")
