"""A project appears whole, is found again from inside, and says clearly what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.runs.project import (
    create_project,
    find_project,
    home_project,
    new_id,
    open_project,
)


def test_that_a_new_project_opens_again_with_its_name_and_its_folders(tmp_path: Path) -> None:
    made = create_project(tmp_path / "a" / "momentum", "Momentum & Co")
    assert open_project(tmp_path / "a" / "momentum") == made
    assert made.name == "Momentum & Co"
    assert sorted(p.name for p in made.folder.iterdir()) == [
        "code",
        "graphs",
        "jobs",
        "project.json",
        "project.sqlite",
    ]


def test_that_an_empty_folder_may_become_a_project(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert create_project(tmp_path / "empty", "x").graphs.is_dir()


def test_that_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(AlphintraError, match="not empty") as caught:
        create_project(tmp_path, "x")
    assert "empty folder" in caught.value.hint
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_that_a_file_is_not_taken_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(AlphintraError, match="is a file"):
        create_project(tmp_path / "file", "x")
    with pytest.raises(AlphintraError, match="could not be made"):
        create_project(tmp_path / "file" / "inside", "x")
    with pytest.raises(AlphintraError, match="not an Alphintra project"):
        open_project(tmp_path / "file")


def test_that_a_project_may_be_moved(tmp_path: Path) -> None:
    made = create_project(tmp_path / "old", "x")
    job = made.new_job_folder().name
    made.folder.rename(tmp_path / "new")
    assert (open_project(tmp_path / "new").jobs / job).is_dir()


def test_that_the_project_is_found_from_a_file_deep_inside_and_not_from_outside(
    tmp_path: Path,
) -> None:
    made = create_project(tmp_path / "p", "x")
    deep = made.code / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "strategy.py").write_text("")
    assert find_project(deep / "strategy.py") == made
    assert find_project(deep) == made
    assert find_project(tmp_path) is None


def test_that_runs_outside_any_project_go_to_the_home_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALPHINTRA_HOME", str(tmp_path / "home"))
    (tmp_path / "home" / "market").mkdir(parents=True)
    first = home_project()
    assert home_project() == first
    assert first.folder == tmp_path / "home"
    first.database().close()


def test_that_without_a_chosen_home_the_users_data_folder_is_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALPHINTRA_HOME", raising=False)
    for variable in ("HOME", "XDG_DATA_HOME", "USERPROFILE", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path))
    assert tmp_path in home_project().folder.parents


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "damaged"),
        (b"{", "damaged"),
        (b"\xff\xfe\x00", "damaged"),
        (b"[]", "damaged"),
        (b'{"format": "1", "name": "x", "created": "y"}', "damaged"),
        (b'{"format": 0, "name": "x", "created": "y"}', "damaged"),
        (b'{"format": 1, "name": 7, "created": "y"}', "damaged"),
        (b"[" * 100_000, "damaged"),
        (b'{"format": 99, "name": "x", "created": "y"}', "newer version"),
    ],
)
def test_that_a_bad_project_file_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "project.json").write_bytes(content)
    with pytest.raises(AlphintraError, match=message) as caught:
        open_project(tmp_path)
    assert caught.value.hint


@given(st.binary(max_size=200))
def test_that_no_project_file_whatsoever_gives_another_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("p")
    (folder / "project.json").write_bytes(content)
    with pytest.raises(AlphintraError):
        open_project(folder)


def test_that_what_a_newer_program_added_to_the_file_does_no_harm(tmp_path: Path) -> None:
    made = create_project(tmp_path / "p", "x")
    facts = json.loads((made.folder / "project.json").read_text())
    (made.folder / "project.json").write_text(json.dumps({**facts, "colour": "blue"}))
    assert open_project(made.folder).name == "x"


def test_that_ids_sort_by_time_and_never_repeat() -> None:
    ids = [new_id() for _ in range(200)]
    assert len(set(ids)) == len(ids)
    times = [each.rsplit("-", 1)[0] for each in ids]
    assert times == sorted(times)
