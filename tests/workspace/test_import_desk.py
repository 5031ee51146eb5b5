"""Files on their way into the library: what is seen, said, remembered and imported."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.warm_worker import WarmWorkers
from alphintra_desktop.market.catalog import Catalog
from alphintra_desktop.market.event_store import event_tables
from alphintra_desktop.market.formats import saved_formats
from alphintra_desktop.market.library import library
from alphintra_desktop.market.store import list_series
from alphintra_desktop.workspace.import_desk import ImportDesk
from alphintra_desktop.workspace.import_fields import FIELDS, ImportField, key_of
from alphintra_desktop.workspace.import_file import SUFFIXES, Kind, Stage, importable
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace
from tests.shared_files import shared
from tests.workspace.answers import Answers

LONG_S = 60.0
ODD = "When|First|Top|Bottom|Last|Shares\n" + "".join(
    f"{day:02d}/04/2024|{day + 1}|{day + 2}|{day}|{day + 1.5}|1000\n" for day in range(1, 20)
)
FLOW = "date,symbol,calls,puts\n2024-01-02,SPY,10,5\n2024-01-03,SPY,11,6\n"


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Iterator[ImportDesk]:
    monkeypatch.setenv("ALPHINTRA_HOME", str(tmp_path / "home"))
    board = JobBoard(WarmWorkers)
    workspace = Workspace(Settings(tmp_path / "settings.json"), Answers(), board)
    made = ImportDesk(workspace)
    yield made
    made.close()
    board.close()


def field(key: str) -> ImportField:
    return next(one for one in FIELDS if key_of(one) == key)


def until(seen: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG_S
    while not seen():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def look_at(desk: ImportDesk, *paths: Path) -> None:
    desk.add(paths)
    until(lambda: not desk.reading)


def say(desk: ImportDesk, key: str, value: str) -> None:
    desk.say(field(key), value)
    until(lambda: not desk.reading)


def test_that_a_file_is_looked_at_and_every_guess_is_the_value_of_a_field(desk):
    look_at(desk, shared("data/formats/ariva_de_AIG.csv"))
    file = desk.current
    assert file.stage is Stage.READY
    told = {key: file.value(field(key)) for key in ("delimiter", "decimal", "column close")}
    assert told == {"delimiter": ";", "decimal": ",", "column close": "Schlusskurs"}
    assert file.meanings["Stücke"] == "Volume"
    assert not list_series()


def test_that_what_is_said_is_seen_at_once_and_may_be_taken_back(desk):
    look_at(desk, shared("data/formats/mt4_XAUUSD60.csv"))
    first = desk.current.seen.stored[0][1]
    say(desk, "time_zone", "Europe/Berlin")
    assert desk.current.seen.stored[0][1] != first
    desk.leave(field("time_zone"))
    until(lambda: not desk.reading)
    assert desk.current.seen.stored[0][1] == first


def test_that_a_problem_is_told_at_the_field_it_is_about(desk):
    look_at(desk, shared("data/formats/mt4_XAUUSD60.csv"))
    say(desk, "time_zone", "Mars/Olympus")
    assert (desk.current.stage, desk.current.problem_at) == (Stage.PROBLEM, "time_zone")
    say(desk, "time_zone", "UTC")
    assert desk.current.problem is None
    say(desk, "header_line", "first")
    assert desk.current.problem_at == "header_line"
    assert "is no number of a line" in desk.current.problem.message


def test_that_a_file_nobody_knows_is_read_once_its_columns_are_named(desk, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text(ODD)
    look_at(desk, path)
    assert desk.current.problem_at == "column timestamp"
    assert desk.current.names == ("When", "First", "Top", "Bottom", "Last", "Shares")
    names = {"timestamp": "When", "open": "First", "high": "Top", "low": "Bottom", "close": "Last"}
    for meaning, name in names.items():
        say(desk, f"column {meaning}", name)
    say(desk, "time_format", "%d/%m/%Y")
    assert desk.current.stage is Stage.READY
    assert desk.current.seen.stored[0][:3] == ("odd", "2024-04-01", "2")


def test_that_a_remembered_format_is_used_for_the_next_file_of_its_kind(desk, tmp_path):
    test_that_a_file_nobody_knows_is_read_once_its_columns_are_named(desk, tmp_path)
    desk.remember("my broker")
    assert [known.name for known in saved_formats()] == ["my broker"]
    other = tmp_path / "other.csv"
    other.write_text(ODD)
    look_at(desk, other)
    desk.choose(other)
    assert desk.current.seen.format.name == "my broker"
    assert desk.current.stage is Stage.READY


def test_that_what_is_said_of_one_file_is_said_of_all_with_its_columns(desk):
    names = ("bad_ohlc.csv", "missing_days.csv", "mt4_XAUUSD60.csv")
    look_at(desk, *(shared(f"data/formats/{name}") for name in names))
    assert [file.path.name for file in desk.alike] == ["missing_days.csv"]
    say(desk, "market", "crypto")
    assert [file.value(field("market")) for file in desk.files][:2] == ["crypto", "crypto"]
    assert desk.files[2].value(field("market")) != "crypto"
    say(desk, "symbol", "ACME")
    assert [file.value(field("symbol")) for file in desk.files][:2] == ["ACME", "missing_days"]


def test_that_ready_files_are_imported_as_previewed_and_others_stay(desk):
    names = ("bad_ohlc.csv", "header_only.csv", "missing_days.csv")
    look_at(desk, *(shared(f"data/formats/{name}") for name in names))
    desk.choose_dataset("tests")
    desk.choose_for_bars(calendar="XNYS")
    desk.start()
    until(lambda: not desk.busy)
    stages = [file.stage for file in desk.files]
    assert stages == [Stage.DONE, Stage.PROBLEM, Stage.DONE]
    assert {one.symbol for one in list_series()} == {"bad_ohlc", "missing_days"}
    assert Catalog(library().catalog).calendars("tests") == {
        "bad_ohlc": "XNYS",
        "missing_days": "XNYS",
    }


def test_that_what_fails_is_told_at_its_field_and_may_be_tried_again(desk):
    look_at(desk, shared("data/formats/bad_ohlc.csv"))
    desk.choose_dataset("no such name!")
    desk.start()
    until(lambda: not desk.busy)
    assert (desk.current.stage, desk.current.problem_at) == (Stage.PROBLEM, "dataset")
    desk.choose_dataset("mine")
    assert desk.current.stage is Stage.READY
    desk.choose_for_bars(calendar="MARS")
    desk.start()
    until(lambda: not desk.busy)
    assert desk.current.problem_at == "calendar"
    assert not list_series()


def test_that_a_cancelled_import_leaves_nothing_and_waits_for_another_try(desk):
    look_at(desk, shared("data/formats/bad_ohlc.csv"), shared("data/formats/missing_days.csv"))
    desk.start()
    desk.cancel()
    until(lambda: not desk.busy)
    assert {file.stage for file in desk.files} == {Stage.READY}
    assert not list_series()


def test_that_an_event_table_is_told_from_bars_and_asks_from_when_it_was_known(desk, tmp_path):
    path = tmp_path / "flow.csv"
    path.write_text(FLOW)
    look_at(desk, path)
    assert (desk.current.kind, desk.current.problem_at) == (Kind.EVENTS, "known_after")
    desk.say_of_events(known_after="soon")
    assert "no number of seconds" in desk.current.problem.message
    desk.say_of_events(known_after="60", table="flow")
    until(lambda: not desk.reading)
    assert desk.current.events.stored[0][2:] == ("SPY", "10", "5")
    desk.start()
    until(lambda: not desk.busy)
    assert [(table.name, table.rows) for table in event_tables()] == [("flow", 2)]


def test_that_a_file_that_is_gone_is_told_and_not_imported(desk, tmp_path):
    look_at(desk, tmp_path / "gone.csv")
    assert desk.current.stage is Stage.PROBLEM
    desk.remove(tmp_path / "gone.csv")
    assert desk.current is None


def test_that_a_name_that_no_format_may_have_is_refused(desk):
    look_at(desk, shared("data/formats/bad_ohlc.csv"))
    with pytest.raises(AlphintraError, match="cannot be the name of a format"):
        desk.remember("a/b")


def test_that_of_a_folder_the_files_in_it_that_may_be_bars_are_taken(tmp_path):
    for name in ("b.csv", "a.parquet", "notes.docx"):
        (tmp_path / name).write_text("")
    assert [path.name for path in importable([tmp_path])] == ["a.parquet", "b.csv"]


def test_that_only_what_was_asked_for_last_is_announced(desk):
    look_at(desk, shared("data/formats/mt4_XAUUSD60.csv"))
    for zone in ("Europe/Berlin", "Asia/Tokyo", "UTC+2", "UTC"):
        desk.say(field("time_zone"), zone)
    until(lambda: not desk.reading)
    assert desk.current.value(field("time_zone")) == "UTC"
    assert not [one for one in threading.enumerate() if one.name == "previews" and one.is_alive()]


def test_that_every_format_is_ready_without_a_word_and_only_the_empty_file_is_not(desk):
    paths = [path for path in sorted(shared("data/formats").iterdir()) if path.suffix in SUFFIXES]
    assert len(paths) >= 15
    look_at(desk, *paths)
    not_ready = [file.path.name for file in desk.files if not file.ready]
    assert not_ready == ["header_only.csv"]
