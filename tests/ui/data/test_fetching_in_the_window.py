"""Fetching and updating from vendors on this machine, keys asked for in place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.warm_worker import WarmWorkers
from alphintra_desktop.market.store import list_series
from alphintra_desktop.ui.data.fetch_dialog import FetchDialog
from alphintra_desktop.ui.data.page import DataPage, build
from alphintra_desktop.ui.data.work_strip import WorkStrip
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.secrets import begin_session
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace
from tests.market.sources.fake_vendors import KEY, fake
from tests.market.sources.test_series_with_publication_dates import FakeFred
from tests.market.sources.vendor_server import VendorServer, serving
from tests.workspace.answers import Answers

LONG_MS = 120_000


@pytest.fixture
def binance(monkeypatch) -> Iterator[VendorServer]:
    with serving(fake("binance").answer) as server:
        monkeypatch.setenv("ALPHINTRA_URL_BINANCE", server.url)
        yield server


@pytest.fixture
def tiingo(monkeypatch) -> Iterator[VendorServer]:
    with serving(fake("tiingo").answer) as server:
        monkeypatch.setenv("ALPHINTRA_URL_TIINGO", server.url)
        yield server


@pytest.fixture
def fred(monkeypatch) -> Iterator[VendorServer]:
    with serving(FakeFred().answer) as server:
        monkeypatch.setenv("ALPHINTRA_URL_FRED", server.url)
        yield server


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Iterator[Workspace]:
    monkeypatch.setenv("ALPHINTRA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ALPHINTRA_SESSION_KEY", "")
    monkeypatch.delenv("ALPHINTRA_SESSION_KEY")
    begin_session()
    board = JobBoard(WarmWorkers)
    made = Workspace(Settings(tmp_path / "settings.json"), Answers(), board)
    yield made
    made.close()
    board.close()


def opened(qtbot, workspace) -> DataPage:
    page = build(workspace, Look(workspace.settings))
    qtbot.addWidget(page)
    page.resize(1300, 800)
    page.show()
    qtbot.waitUntil(lambda: page.library.was_read, timeout=LONG_MS)
    return page


def ordering(qtbot, page, vendor: str, **said: str) -> FetchDialog:
    """The dialog, filled in as somebody would."""
    page.open_fetch()
    dialog = page.fetch_dialog
    qtbot.waitUntil(lambda: dialog.vendor is not None, timeout=LONG_MS)
    row = dialog.rows["vendor"]
    row.editor.setCurrentText(next(v.title for v in dialog._vendors.values() if v.name == vendor))
    row.editor.activated.emit(row.editor.currentIndex())
    qtbot.waitUntil(
        lambda: dialog.key.state is not None and dialog.key.state.vendor == vendor, timeout=LONG_MS
    )
    for name, text in said.items():
        dialog.rows[name].line.selectAll()
        qtbot.keyClicks(dialog.rows[name].line, text)
        dialog.rows[name].line.editingFinished.emit()
    return dialog


def test_that_bars_are_fetched_and_then_updated(qtbot, workspace, binance):
    page = opened(qtbot, workspace)
    dialog = ordering(
        qtbot, page, "binance", symbols="BTCUSDT", start="2024-02-26", end="2024-03-08"
    )
    assert not dialog.key.isVisible()
    dialog.fetch.click()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=LONG_MS)
    qtbot.waitUntil(lambda: len(list_series()) == 1, timeout=LONG_MS)
    assert list_series()[0].dataset == "binance"
    button = page.details.update_from
    qtbot.waitUntil(lambda: button.isVisibleTo(page), timeout=LONG_MS)
    before = list_series()[0].rows
    button.one.trigger()
    qtbot.waitUntil(lambda: list_series()[0].rows > before, timeout=LONG_MS)
    qtbot.waitUntil(lambda: "1 series with" in workspace.notices.all[-1].text, timeout=LONG_MS)


def test_that_what_cannot_be_ordered_is_told_at_its_field(qtbot, workspace, binance):
    page = opened(qtbot, workspace)
    dialog = ordering(qtbot, page, "binance", start="soon", dataset="no name!")
    dialog.fetch.click()
    problems = dialog.rows
    qtbot.waitUntil(lambda: problems["symbols"].problem.text() != "", timeout=LONG_MS)
    assert "No symbol is named" in problems["symbols"].problem.text()
    assert "not a date" in problems["start"].problem.text()
    assert "name of a dataset" in problems["dataset"].problem.text()
    assert dialog.isVisible()
    assert binance.asked == []


def test_that_a_missing_key_is_asked_for_in_place_and_written_nowhere_plainly(
    qtbot, workspace, tiingo, tmp_path
):
    page = opened(qtbot, workspace)
    dialog = ordering(qtbot, page, "tiingo", symbols="AAPL", start="2024-02-26", end="2024-03-08")
    qtbot.waitUntil(dialog.key.isVisible, timeout=LONG_MS)
    dialog.fetch.click()
    qtbot.waitUntil(lambda: "wants a key" in dialog.told.text(), timeout=LONG_MS)
    qtbot.keyClicks(dialog.key.key, KEY)
    qtbot.keyClicks(dialog.key.passphrase, "correct horse battery")
    dialog.fetch.click()
    qtbot.waitUntil(lambda: len(list_series()) == 1, timeout=LONG_MS)
    kept = [path for path in Path(tmp_path).rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if KEY.encode() in path.read_bytes()]


def test_that_an_update_without_its_key_asks_for_it_and_goes_on(qtbot, workspace, tiingo):
    test_key = "correct horse battery"
    page = opened(qtbot, workspace)
    dialog = ordering(qtbot, page, "tiingo", symbols="AAPL", start="2024-02-26", end="2024-03-08")
    qtbot.waitUntil(dialog.key.isVisible, timeout=LONG_MS)
    qtbot.keyClicks(dialog.key.key, KEY)
    dialog.fetch.click()
    qtbot.waitUntil(lambda: page.details.update_from.isVisibleTo(page), timeout=LONG_MS)
    page.vendors.secrets.forget("tiingo")
    page.details.update_from.every.trigger()
    qtbot.waitUntil(lambda: page.updating.dialog is not None, timeout=LONG_MS)
    (field,) = page.updating.dialog.fields
    qtbot.keyClicks(field.key, KEY)
    qtbot.keyClicks(field.passphrase, test_key)
    before = list_series()[0].rows
    page.updating.dialog.buttons.button(page.updating.dialog.buttons.StandardButton.Ok).click()
    qtbot.waitUntil(lambda: list_series()[0].rows > before, timeout=LONG_MS)


def test_that_a_key_that_is_kept_can_be_replaced(qtbot, workspace, tiingo):
    page = opened(qtbot, workspace)
    page.vendors.secrets.set("tiingo", "an old key")
    dialog = ordering(qtbot, page, "tiingo", symbols="AAPL", start="2024-02-26", end="2024-03-08")
    qtbot.waitUntil(dialog.other_key.isVisible, timeout=LONG_MS)
    dialog.fetch.click()
    qtbot.waitUntil(lambda: bool(workspace.notices.all), timeout=LONG_MS)
    assert "does not take the key" in workspace.notices.all[-1].text
    assert "Set the right key in Data" in workspace.notices.all[-1].hint
    page.open_fetch()
    dialog.other_key.click()
    qtbot.keyClicks(dialog.key.key, KEY)
    dialog.fetch.click()
    qtbot.waitUntil(lambda: len(list_series()) == 1, timeout=LONG_MS)


def test_that_economic_series_are_listed_and_updated(qtbot, workspace, fred):
    page = opened(qtbot, workspace)
    page.vendors.secrets.set("fred", KEY)
    dialog = ordering(qtbot, page, "fred", symbols="GROWTH")
    dialog.fetch.click()
    events = page.details.events
    qtbot.waitUntil(lambda: events.list.topLevelItemCount() == 1, timeout=LONG_MS)
    assert not page.shows_nothing
    assert events.list.topLevelItem(0).text(1) == "GROWTH"
    page.details.tabs.setCurrentWidget(events)
    qtbot.waitUntil(events.update_table.isVisible, timeout=LONG_MS)
    before = len(workspace.notices.all)
    events.update_table.click()
    qtbot.waitUntil(lambda: len(workspace.notices.all) > before, timeout=LONG_MS)
    assert workspace.notices.all[before].text.startswith("Update fred")


def test_that_without_a_network_what_to_do_is_told(qtbot, workspace, monkeypatch):
    monkeypatch.setenv("ALPHINTRA_URL_BINANCE", "http://127.0.0.1:9")
    page = opened(qtbot, workspace)
    dialog = ordering(qtbot, page, "binance", symbols="BTCUSDT", start="2024-02-26")
    dialog.fetch.click()
    qtbot.waitUntil(lambda: bool(workspace.notices.all), timeout=LONG_MS)
    told = workspace.notices.all[-1]
    assert "cannot be reached" in told.text
    assert "Check the network" in told.hint


def test_that_a_running_fetch_is_shown_and_stopped(qtbot, workspace, monkeypatch):
    # Nobody listens there: it is tried again after pauses, in which it can be stopped.
    monkeypatch.setenv("ALPHINTRA_URL_BINANCE", "http://127.0.0.1:9")
    page = opened(qtbot, workspace)
    strip: WorkStrip = page.strip
    assert strip.isHidden()
    dialog = ordering(qtbot, page, "binance", symbols="BTCUSDT", start="2024-02-26")
    dialog.fetch.click()
    qtbot.waitUntil(lambda: strip.entry is not None, timeout=LONG_MS)
    assert "BTCUSDT" in strip.told.text()
    strip.cancel.click()
    qtbot.waitUntil(strip.isHidden, timeout=LONG_MS)
    qtbot.waitUntil(lambda: bool(workspace.notices.all), timeout=LONG_MS)
    assert "cancelled" in workspace.notices.all[-1].text
    assert not list_series()
