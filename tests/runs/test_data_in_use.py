"""Every project's data is known, also where the project is not there when somebody asks."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.runs.data_in_use import data_in_use
from alphintra_desktop.runs.ledger import record_run, record_trials
from alphintra_desktop.runs.project import Project, create_project, home_folder
from tests.runs.test_ledger import DATA, RUN, TRIAL


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return create_project(tmp_path / "strategy", "strategy")


def record(project: Project, sha256: str) -> None:
    run = replace(RUN, id=f"run-{sha256}", data_hashes={"SPY 1d": sha256})
    with closing(project.database()) as database:
        record_run(database, run, replace(TRIAL, data=replace(DATA, hashes={"SPY 1d": sha256})))


def test_that_what_runs_and_trials_used_is_known(project: Project) -> None:
    record(project, "a1")
    with closing(project.database()) as database:
        record_trials(database, [replace(TRIAL, data=replace(DATA, hashes={"SPY 1d": "b2"}))])

    use = data_in_use()

    assert use.projects == {"a1": (project.folder,), "b2": (project.folder,)}
    assert use.gone == ()


def test_that_event_tables_of_a_run_are_known(project: Project) -> None:
    manifest = {"event_hashes": {"news": "e5"}}
    with closing(project.database()) as database:
        record_run(database, replace(RUN, manifest=manifest, data_hashes={}), TRIAL)

    assert data_in_use().projects["e5"] == (project.folder,)


def test_that_a_project_that_is_gone_keeps_what_it_used_until_it_is_given_up(
    project: Project,
) -> None:
    record(project, "a1")
    shutil.rmtree(project.folder)

    assert data_in_use().projects == {"a1": (project.folder,)}
    assert data_in_use().gone == (project.folder,)
    assert data_in_use(without_gone=True).projects == {}


def test_that_runs_from_before_anything_was_noted_are_read_from_the_ledger(
    project: Project, tmp_path: Path
) -> None:
    record(project, "a1")
    (home_folder() / "data_in_use.sqlite").unlink()

    assert data_in_use().projects == {}
    assert data_in_use([project.folder, tmp_path / "nothing"]).projects == {"a1": (project.folder,)}


def test_that_nobody_says_what_a_damaged_project_needs(project: Project) -> None:
    record(project, "a1")
    (project.folder / "project.sqlite").write_bytes(b"no database" * 100)

    with pytest.raises(AlphintraError, match=r"project\.sqlite"):
        data_in_use()


def test_that_nothing_is_recorded_where_it_cannot_be_noted(project: Project) -> None:
    place = home_folder() / "data_in_use.sqlite"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"no database" * 100)

    with pytest.raises(AlphintraError, match="in use"):
        record(project, "a1")

    with closing(sqlite3.connect(project.folder / "project.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM runs").fetchone() == (0,)
