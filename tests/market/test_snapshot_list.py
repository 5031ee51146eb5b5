"""What keeps a snapshot of bars, and that deleting takes nothing else."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.catalog import Catalog
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.library import library
from alphintra_desktop.market.quality_kept import before_repair, choose_version, quality_of
from alphintra_desktop.market.repair import repair_series
from alphintra_desktop.market.snapshot_list import Snapshot, delete_snapshots, snapshots
from alphintra_desktop.market.store import describe, load_bars, load_pinned, query
from alphintra_desktop.report import Report
from tests.market.bar_files import ROWS, csv, written
from tests.market.library_checks import assert_library_is_whole

AT_ONCE = timedelta(0)


def imported(folder: Path, *closes: int) -> list[str]:
    """The hashes of versions of ACME whose last row has those closes, in that order."""
    hashes = []
    for close in closes:
        rows = [*ROWS[:-1], f"2004-08-24,13,25,12,{close},400"]
        done = import_file(written(folder, csv(rows)), "mine", report=Report())
        hashes.append(done.series[0].sha256)
    return hashes


def listed(projects: dict[str, tuple[Path, ...]] | None = None) -> dict[str, Snapshot]:
    return {one.sha256: one for one in snapshots(projects or {}, rest=AT_ONCE)}


def delete(*hashes: str, projects: dict[str, tuple[Path, ...]] | None = None) -> set[str]:
    done = delete_snapshots(hashes, lambda: projects or {}, rest=AT_ONCE)
    assert done.held == ()
    return {one.sha256 for one in done.deleted}


def test_that_only_the_current_version_is_kept_when_nothing_else_needs_one(tmp_path: Path) -> None:
    old, current = imported(tmp_path, 14, 15)

    found = listed()

    assert found[old].kept_by == ()
    assert found[current].kept_by == ("current 1d bars of ACME in mine",)
    assert found[old].size == library().snapshot(old).stat().st_size
    assert found[old].title == "mine ACME 1d"


def test_that_what_was_current_a_moment_ago_is_not_offered(tmp_path: Path) -> None:
    old, _ = imported(tmp_path, 14, 15)

    (found,) = [one for one in snapshots({}) if one.sha256 == old]

    assert found.kept_by == ("was in use less than a day ago",)
    assert delete_snapshots([old], dict).deleted == ()
    assert library().snapshot(old).exists()


def test_that_a_deleted_version_leaves_neither_a_file_nor_a_row(tmp_path: Path) -> None:
    old, current = imported(tmp_path, 14, 15)

    assert delete(old, current) == {old}

    assert not library().snapshot(old).exists()
    assert [version.sha256 for version in describe("mine", "ACME")] == [current]
    assert load_bars("mine", ["ACME"], "1d").bars["close"][-1, 0] == 15
    assert query("SELECT count(*) AS n FROM mine_1d").to_pylist() == [{"n": 4}]
    with pytest.raises(AlphintraError, match="not in the library"):
        load_pinned("mine", "1d", {"ACME": old})
    assert_library_is_whole()


def test_that_what_a_project_needs_stays_and_is_said(tmp_path: Path) -> None:
    old, _ = imported(tmp_path, 14, 15)
    projects = {old: (tmp_path / "strategy",)}

    assert listed(projects)[old].kept_by == (f"runs of {tmp_path / 'strategy'}",)
    assert delete(old, projects=projects) == set()
    assert load_pinned("mine", "1d", {"ACME": old}).bars["close"][-1, 0] == 14


def test_that_a_repair_can_still_be_undone(tmp_path: Path) -> None:
    days = (f"2004-{month:02}-{day:02}" for month in (9, 10) for day in range(1, 29))
    rows = [*ROWS, *(f"{day},13,15,12,14,4" for day in days), "2004-11-01,13,12,15,14,4"]
    (before,) = import_file(written(tmp_path, csv(rows)), "mine", report=Report()).series
    (quality,) = quality_of([before], Report())
    faults = [finding for finding in quality.findings if finding.repair]
    after = repair_series(before, faults, Report())

    assert delete(before.sha256) == set()
    assert listed()[before.sha256].kept_by == ("repair of ACME, to be undone",)
    choose_version(before_repair(after))
    assert delete(after.sha256) == {after.sha256}


def test_that_a_version_that_became_current_again_is_kept(tmp_path: Path) -> None:
    old, _ = imported(tmp_path, 14, 15)

    def chosen_meanwhile() -> dict[str, tuple[Path, ...]]:
        return {}

    version = next(v for v in describe("mine", "ACME") if v.sha256 == old)
    choose_version(version)
    done = delete_snapshots([old], chosen_meanwhile, rest=AT_ONCE)

    assert done.deleted == ()
    assert [one.sha256 for one in done.kept] == [old]
    assert_library_is_whole()


def test_that_files_which_nothing_lists_are_found_and_deleted(tmp_path: Path) -> None:
    (current,) = imported(tmp_path, 14)
    orphan = library().snapshot("0" * 64)
    orphan.write_bytes(library().snapshot(current).read_bytes())

    assert listed()["0" * 64].title == "no series"
    assert delete("0" * 64) == {"0" * 64}
    assert not orphan.exists()
    assert_library_is_whole()


def test_that_bars_that_were_deleted_can_be_imported_again(tmp_path: Path) -> None:
    old, _ = imported(tmp_path, 14, 15)
    delete(old)

    assert imported(tmp_path, 14) == [old]
    assert load_bars("mine", ["ACME"], "1d").bars["close"][-1, 0] == 14
    assert_library_is_whole()


KILLED = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
from alphintra_desktop.market.catalog import Catalog
from alphintra_desktop.market.snapshot_list import delete_snapshots
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "listing":
    delete_snapshots([sys.argv[2]], die, rest=timedelta(0))
elif sys.argv[1] == "between":
    Catalog.unlisted = die
else:
    Path.unlink = die
delete_snapshots([sys.argv[2]], dict, rest=timedelta(0))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("when", ["listing", "between", "removing"])
def test_that_a_kill_while_deleting_leaves_the_library_whole(when: str, tmp_path: Path) -> None:
    old, current = imported(tmp_path, 14, 15)

    done = subprocess.run([sys.executable, "-c", KILLED, when, old], check=False, timeout=60)

    assert done.returncode == -9
    assert_library_is_whole()
    for version in Catalog(library().catalog).versions("mine", "ACME"):
        assert library().snapshot(version.sha256).exists()
    assert delete(old) == {old}
    assert [version.sha256 for version in describe("mine", "ACME")] == [current]
