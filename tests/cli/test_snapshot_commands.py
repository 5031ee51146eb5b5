"""`alphintra data snapshots` and `delete-snapshots`: never silently, never what a run needs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from alphintra_desktop.cli.project_commands import template_text
from alphintra_desktop.market.library import library
from alphintra_desktop.runs.data_in_use import data_in_use
from tests.cli.command_line import assert_clear, here, project_with
from tests.market.bar_files import ROWS, csv, written
from tests.market.library_checks import assert_library_is_whole


@pytest.fixture
def alphintra(capsys) -> Any:
    return here(capsys)


def long_ago() -> None:
    """As if all that is stored had been so for days."""
    for file in library().bars.iterdir():
        os.utime(file, (time.time() - 300_000,) * 2)
    with closing(sqlite3.connect(library().catalog)) as db, db:
        db.execute("UPDATE versions SET left_at = '2020-01-01T00:00:00+00:00' WHERE left_at <> ''")


@pytest.fixture
def old(alphintra, tmp_path: Path) -> str:
    """The hash of a version that another has replaced days ago."""
    path = written(tmp_path, csv())
    first = alphintra("data", "import", path, "--dataset", "mine", "--json").json
    written(tmp_path, csv(ROWS[:-1]))
    assert alphintra("data", "import", path, "--dataset", "mine").code == 0
    long_ago()
    return str(first["series"][0]["sha256"])


def test_that_unreferenced_snapshots_are_listed_with_size_and_age(alphintra, old: str) -> None:
    said = alphintra("data", "snapshots", "--unreferenced").out

    line = next(line for line in said.splitlines() if old[:12] in line)
    assert "mine ACME 1d" in line
    assert "KB" in line
    assert line.split()[-3:] == ["3", "days", "nothing"]
    assert "2 snapshots" in said
    (found,) = alphintra("data", "snapshots", "--unreferenced", "--json").json
    assert (found["sha256"], found["kept_by"]) == (old, [])
    assert len(alphintra("data", "snapshots", "--json").json) == 2


def test_that_nothing_is_deleted_without_a_yes(alphintra, old: str) -> None:
    said = alphintra("data", "delete-snapshots")

    assert said.code == 0
    assert old[:12] in said.out
    assert "Nothing was deleted. Add --yes to delete 1 snapshot" in said.out
    assert library().snapshot(old).exists()
    told = alphintra("data", "delete-snapshots", "--json").json
    assert [one["sha256"] for one in told["would_delete"]] == [old]
    assert library().snapshot(old).exists()


def test_that_a_yes_deletes_what_was_listed(alphintra, old: str) -> None:
    done = alphintra("data", "delete-snapshots", old[:8], "--yes")

    assert done.code == 0
    assert "Deleted 1 snapshot" in done.out
    assert not library().snapshot(old).exists()
    assert len(alphintra("data", "show", "mine", "ACME", "--json").json) == 1
    assert "No snapshot is without use." in alphintra("data", "delete-snapshots", "--yes").out
    assert_library_is_whole()


def test_that_a_wrong_hash_is_told(alphintra, old: str) -> None:
    current = alphintra("data", "show", "mine", "ACME", "--json").json[0]["sha256"]

    unknown = alphintra("data", "delete-snapshots", "ffffffff0000", "--yes")
    needed = alphintra("data", "delete-snapshots", current[:12], "--yes")

    assert "No snapshot begins with" in unknown.error
    assert "is needed: current 1d bars of ACME in mine" in needed.error
    for outcome in (unknown, needed):
        assert outcome.code == 1
        assert_clear(outcome)
    assert alphintra("data", "snapshots", "--project", "nowhere").code == 1
    assert library().snapshot(current).exists()


def test_that_what_a_run_used_is_kept_for_its_project_wherever_one_asks(
    alphintra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_with(tmp_path / "strategy", template_text("sma_crossover"))
    ran = alphintra("backtest", project.folder, "--json")
    assert ran.code == 0, ran.err
    (used,) = data_in_use().projects
    rows = [f"2020-01-{day:02},10,12,9,11,1" for day in range(1, 29)]
    sample = next(v for v in alphintra("data", "list", "--json").json if v["sha256"] == used)
    path = written(tmp_path, csv(rows), f"{sample['symbol']}.csv")
    assert alphintra("data", "import", path, "--dataset", "sample").code == 0
    long_ago()

    assert "No snapshot is without use." in alphintra("data", "delete-snapshots", "--yes").out
    shutil.move(project.folder, tmp_path / "moved")
    gone = alphintra("data", "delete-snapshots", "--yes")
    assert "is not there now" in gone.err
    monkeypatch.chdir(tmp_path / "moved")
    alphintra("data", "delete-snapshots", "--yes", "--without-gone")
    assert library().snapshot(used).exists()
    monkeypatch.chdir(tmp_path)
    alphintra("data", "delete-snapshots", "--yes", "--without-gone")
    assert not library().snapshot(used).exists()
