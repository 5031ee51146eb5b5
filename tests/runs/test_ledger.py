"""No run without its trial, and no trial changed, removed or slipped in unnoticed."""

from __future__ import annotations

import json
import math
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.runs.canonical import canonical_json, text_hash
from alphintra_desktop.runs.database import MIGRATIONS, open_database
from alphintra_desktop.runs.ledger import (
    DataRange,
    Run,
    Trial,
    broken_row,
    find_run,
    ledger,
    record_run,
    record_trials,
    runs,
    trials_on,
    verify_ledger,
)

DATA = DataRange("us_daily", ("SPY", "AAPL"), "1d", "2003-01-02", "2020-12-31", {"SPY 1d": "ee"})
TRIAL = Trial(
    kind="backtest",
    strategy_hash="aa",
    data=DATA,
    sharpe_per_bar=0.05,
    bars=4500,
    params={"1f": {"window": 20}},
    metrics={"sharpe": 0.8, "cagr": 0.1},
)
RUN = Run(
    id="run-0",
    name="SMA crossover",
    graph_hash="aa",
    code_hash="bb",
    data_hashes={"SPY 1d": "cc"},
    settings={"cash": 100_000.0, "symbols": ("SPY",), "limit": math.inf},
    engine="vectorbt",
    metrics={"sharpe": 0.8, "trades": 3, "profit_factor": math.inf, "sortino": math.nan},
    equity_hash="dd",
    seconds=0.25,
    manifest={"format": 1},
    job_folder="jobs/run-0",
)
ROOT = Path(__file__).parents[2]
FOREVER = """
import sys
from pathlib import Path
from dataclasses import replace
from tests.runs.test_ledger import RUN, TRIAL
from alphintra_desktop.runs.database import open_database
from alphintra_desktop.runs.ledger import record_run
path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(count):
    database = open_database(path)
    record_run(database, replace(RUN, id=f"{name}-{number}"), TRIAL)
    database.close()
    print(number, flush=True)
"""


def writer(path: Path, name: str, count: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", FOREVER, str(path), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)


def filled(path: Path, count: int) -> sqlite3.Connection:
    database = open_database(path)
    for number in range(count):
        record_run(database, replace(RUN, id=f"run-{number}"), TRIAL)
    return database


def without_guards(database: sqlite3.Connection) -> None:
    """What somebody with a database tool would do first."""
    for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {row['name']}")
    database.execute("PRAGMA foreign_keys = OFF")


def test_that_a_run_is_kept_with_its_trial_and_read_back(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "p.sqlite")) as database:
        row = record_run(database, RUN, TRIAL)
        [kept] = runs(database)
        assert replace(kept, metrics={}) == replace(find_run(database, "run-0"), metrics={})
        assert kept.metrics["profit_factor"] == math.inf
        assert math.isnan(kept.metrics["sortino"])
        assert kept.settings == {"cash": 100_000.0, "symbols": ["SPY"], "limit": "Infinity"}
        assert kept.created == row.content["created"]
        [trial] = ledger(database)
        assert trial == row
        assert trial.number == 1
        assert trial.content["run"] == "run-0"
        assert trial.content["sharpe_per_bar"] == 0.05
        assert trial.content["bars"] == 4500
        assert trial.content["start"] == "2003-01-02T00:00:00"
        assert verify_ledger(database) == 1


def test_that_the_chain_can_be_checked_by_anyone_with_a_hash_function(tmp_path: Path) -> None:
    previous = "0" * 64
    with closing(filled(tmp_path / "p.sqlite", 3)) as database:
        for row in database.execute("SELECT * FROM trials ORDER BY number").fetchall():
            assert json.loads(row["content"])["previous"] == previous
            previous = text_hash(row["content"])
            assert row["hash"] == previous


def test_that_the_same_run_twice_is_refused_and_leaves_no_trial(tmp_path: Path) -> None:
    with closing(filled(tmp_path / "p.sqlite", 1)) as database:
        with pytest.raises(sqlite3.IntegrityError):
            record_run(database, RUN, TRIAL)
        assert verify_ledger(database) == 1


def test_that_trials_of_a_search_are_written_all_or_none(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "p.sqlite")) as database:
        points = [replace(TRIAL, kind="sweep", params={"window": n}) for n in range(50)]
        assert [row.number for row in record_trials(database, points)] == list(range(1, 51))
        with pytest.raises(ValueError, match="at least one"):
            record_trials(database, [TRIAL, replace(TRIAL, trials=0)])
        assert verify_ledger(database) == 50
        assert runs(database) == []


def test_that_an_unknown_run_is_named(tmp_path: Path) -> None:
    with (
        closing(open_database(tmp_path / "p.sqlite")) as database,
        pytest.raises(AlphintraError, match="no run x"),
    ):
        find_run(database, "x")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trials SET content = '{}' WHERE number = 1",
        "UPDATE trials SET hash = '' WHERE number = 2",
        "DELETE FROM trials",
        "DELETE FROM trials WHERE number = 2",
        "REPLACE INTO trials (number, content, hash) VALUES (1, '{}', '')",
        "INSERT OR REPLACE INTO trials (number, content, hash) VALUES (2, '{}', '')",
        "INSERT INTO trials (number, content, hash) VALUES (9, '{}', '')",
        "INSERT INTO trials (number, content, hash) VALUES (-1, '{}', '')",
    ],
)
def test_that_the_database_itself_refuses_to_change_a_trial(tmp_path: Path, statement: str) -> None:
    with closing(filled(tmp_path / "p.sqlite", 2)) as database:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            database.execute(statement)
        assert verify_ledger(database) == 2


def changed(value: Any) -> st.SearchStrategy[Any]:
    """Another value of the same kind as `value`."""
    match value:
        case None:
            return st.just("run-9")
        case bool() | int():
            return st.integers(-5, 10**6).filter(lambda v: v != value)
        case float():
            return st.floats(-9, 9).filter(lambda v: v != value)
        case str():
            return st.text(max_size=5).filter(lambda v: v != value)
        case list():
            return st.lists(st.text(max_size=3)).filter(lambda v: v != value)
        case _:
            return st.dictionaries(st.text(max_size=3), st.integers()).filter(lambda v: v != value)


FIELDS = [
    "number",
    "previous",
    "created",
    "kind",
    "run",
    "run_hash",
    "strategy_hash",
    "params",
    "dataset",
    "symbols",
    "timeframe",
    "start",
    "end",
    "data_hashes",
    "metrics",
    "sharpe_per_bar",
    "bars",
    "trials",
]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "p.sqlite"
    filled(path, 4).close()
    return path


def copy_of(pristine: Path) -> sqlite3.Connection:
    """In memory, so that hundreds of tamperings are quick."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    with closing(sqlite3.connect(pristine)) as original:
        original.backup(database)
    database.row_factory = sqlite3.Row
    without_guards(database)
    return database


def test_that_the_fields_listed_here_are_all_there_are(pristine: Path) -> None:
    with closing(copy_of(pristine)) as database:
        assert set(ledger(database)[0].content) == set(FIELDS)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("cover_up", [False, True], ids=["crude", "with its own hash mended"])
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), number=st.integers(1, 3))
def test_that_a_change_of_any_field_of_any_trial_is_noticed_there(
    pristine: Path, name: str, cover_up: bool, data: st.DataObject, number: int
) -> None:
    with closing(copy_of(pristine)) as database:
        content = dict(ledger(database)[number - 1].content)
        content[name] = data.draw(changed(content[name]))
        text = canonical_json(content)
        digest = text_hash(text) if cover_up else ledger(database)[number - 1].hash
        database.execute(
            "UPDATE trials SET content = ?, hash = ? WHERE number = ?", (text, digest, number)
        )
        broken = broken_row(database)
        assert broken
        # A mended hash moves the break to the trial after it, which still names the old one.
        assert broken.number in ((number, number + 1) if cover_up else (number,))
        with pytest.raises(AlphintraError, match=f"trial {broken.number} "):
            verify_ledger(database)


@given(number=st.integers(1, 4), letter=st.integers(0, 63))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_that_a_changed_hash_is_noticed(pristine: Path, number: int, letter: int) -> None:
    with closing(copy_of(pristine)) as database:
        old = ledger(database)[number - 1].hash
        new = old[:letter] + ("0" if old[letter] != "0" else "1") + old[letter + 1 :]
        database.execute("UPDATE trials SET hash = ? WHERE number = ?", (new, number))
        broken = broken_row(database)
        assert broken
        assert broken.number == number


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_that_a_removed_trial_is_missed_also_at_the_end(pristine: Path, number: int) -> None:
    with closing(copy_of(pristine)) as database:
        database.execute("DELETE FROM trials WHERE number = ?", (number,))
        broken = broken_row(database)
        assert broken
        assert (broken.number, broken.reason) == (number, "is missing")


def test_that_two_trials_that_changed_places_are_noticed(pristine: Path) -> None:
    with closing(copy_of(pristine)) as database:
        database.execute("UPDATE trials SET number = 99 WHERE number = 2")
        database.execute("UPDATE trials SET number = 2 WHERE number = 3")
        database.execute("UPDATE trials SET number = 3 WHERE number = 99")
        broken = broken_row(database)
        assert broken
        assert broken.number == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [("metrics", '{"sharpe":9.0}'), ("equity_hash", "ff"), ("engine", "x"), ("settings", "{}")],
)
def test_that_a_run_embellished_later_is_noticed(pristine: Path, column: str, value: str) -> None:
    with closing(copy_of(pristine)) as database:
        database.execute(f"UPDATE runs SET {column} = ? WHERE id = 'run-2'", (value,))
        broken = broken_row(database)
        assert broken
        assert broken.number == 3


def test_that_deleting_a_run_is_allowed_and_its_trial_still_counts(pristine: Path) -> None:
    with closing(copy_of(pristine)) as database:
        database.execute("DELETE FROM runs WHERE id = 'run-1'")
        assert verify_ledger(database) == 4
        assert trials_on(database, DATA).count == 1


@pytest.mark.parametrize(
    ("asked", "counted"),
    [
        ({}, 3),
        ({"start": "2020-12-31", "end": "2024-01-01"}, 3),
        ({"start": "2021-01-01", "end": "2024-01-01"}, 0),
        ({"start": "1990-01-01", "end": "2003-01-02"}, 3),
        ({"start": "1990-01-01", "end": "2003-01-01T23:59:59"}, 0),
        ({"start": np.datetime64("2010-05-05T10:00", "ns"), "end": "2010-05-06"}, 3),
        ({"symbols": ("AAPL", "TSLA")}, 3),
        ({"symbols": ("TSLA",)}, 0),
        ({"dataset": "crypto"}, 0),
        ({"timeframe": "1h"}, 3),
    ],
)
def test_that_trials_count_when_they_saw_any_of_the_data(
    tmp_path: Path, asked: dict[str, Any], counted: int
) -> None:
    with closing(open_database(tmp_path / "p.sqlite")) as database:
        record_trials(database, [TRIAL, replace(TRIAL, kind="search", trials=2)])
        assert trials_on(database, replace(DATA, **asked)).count == counted


@pytest.mark.parametrize(
    ("other", "counted"),
    [
        ({}, 1),
        ({"kind": "sweep"}, 1),
        ({"metrics": {"sharpe": 0.9}, "sharpe_per_bar": 0.05000000000000001}, 1),
        ({"data": replace(DATA, symbols=("AAPL", "SPY"))}, 1),
        ({"strategy_hash": "bb"}, 2),
        ({"params": {"1f": {"window": 21}}}, 2),
        ({"data": replace(DATA, symbols=("SPY",))}, 2),
        ({"data": replace(DATA, timeframe="1h")}, 2),
        ({"data": replace(DATA, start="2003-01-03")}, 2),
        ({"data": replace(DATA, end="2021-01-04")}, 2),
        ({"data": replace(DATA, hashes={"SPY 1d": "ff"})}, 2),
        ({"trials": 2}, 3),
    ],
)
def test_that_the_same_trial_made_again_is_not_another_one(
    tmp_path: Path, other: dict[str, Any], counted: int
) -> None:
    with closing(open_database(tmp_path / "p.sqlite")) as database:
        again = replace(TRIAL, **other)
        record_run(database, RUN, TRIAL)
        record_trials(database, [again, TRIAL, again])
        assert trials_on(database, DATA).count == counted


def test_that_trials_are_compared_by_their_sharpe_ratios_where_they_have_one(
    tmp_path: Path,
) -> None:
    shown = [0.05, 0.01, math.nan, -0.02, math.inf, 0.05]
    trials = [
        replace(TRIAL, params={"window": n}, sharpe_per_bar=sharpe)
        for n, sharpe in enumerate(shown)
    ]
    hourly = replace(TRIAL, data=replace(DATA, timeframe="1h"), sharpe_per_bar=0.001)
    with closing(open_database(tmp_path / "p.sqlite")) as database:
        record_trials(database, [*trials, *trials, hourly])
        tried = trials_on(database, DATA)
        assert tried.count == 7
        assert sorted(tried.sharpes) == [-0.02, 0.01, 0.05, 0.05]


def test_that_writers_in_several_processes_make_one_whole_chain(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"  # which all four also try to make at the same moment
    writers = [writer(path, f"w{number}", 25) for number in range(4)]
    for each in writers:
        each.communicate()
        assert each.returncode == 0
    with closing(open_database(path)) as database:
        assert verify_ledger(database) == 100
        assert len(runs(database)) == 100


def test_that_killed_writers_leave_a_whole_chain_and_lose_nothing_they_reported(
    tmp_path: Path,
) -> None:
    path, reported = tmp_path / "p.sqlite", 0
    for kill in range(6):
        each = writer(path, f"k{kill}", 10**6)
        assert each.stdout
        for _ in range(3 + kill):
            each.stdout.readline()
        each.kill()
        reported += 3 + kill + len(each.stdout.readlines())
        each.communicate()
    with closing(open_database(path)) as database:
        # A kill may come between a commit and its report.
        assert reported <= verify_ledger(database) <= reported + 6
        assert len(runs(database)) == verify_ledger(database)


def test_that_a_chain_checked_while_others_write_is_never_called_broken(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    with closing(filled(path, 1)) as database:
        busy = writer(path, "busy", 60)
        while busy.poll() is None:
            verify_ledger(database)
        busy.communicate()
        assert verify_ledger(database) == 61


def test_that_a_database_of_a_newer_program_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    with closing(open_database(path)) as database:
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(AlphintraError, match="newer version"):
        open_database(path)


def test_that_a_database_of_another_program_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE holidays (day TEXT)")
    with pytest.raises(AlphintraError, match="some other program"):
        open_database(path)


def test_that_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "p.sqlite").write_bytes(b"once upon a time " * 100)
    with pytest.raises(AlphintraError, match="not a database"):
        open_database(tmp_path / "p.sqlite")


def test_that_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(AlphintraError, match="could not be opened"):
        open_database(tmp_path / "nowhere" / "p.sqlite")


def test_that_a_damaged_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    filled(path, 40).close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x7f" * (len(content) - 4096)
    path.write_bytes(content)
    with (
        closing(open_database(path)) as database,
        pytest.raises(AlphintraError, match="damaged"),
    ):
        record_run(database, replace(RUN, id="next"), TRIAL)


def test_that_a_full_disk_is_named_and_leaves_the_chain_whole(tmp_path: Path) -> None:
    with closing(filled(tmp_path / "p.sqlite", 2)) as database:
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(AlphintraError, match="disk is full"):
            record_trials(database, [replace(TRIAL, params={"text": "x" * 100_000})])
        assert verify_ledger(database) == 2
