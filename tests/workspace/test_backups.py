from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.document import GraphDocument
from alphintra_desktop.graph.edits import RenameGraph
from alphintra_desktop.graph.files import read_graph, write_graph
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.workspace.backups import Backups, restore, worth_keeping
from alphintra_desktop.workspace.settings import BACKUPS
from tests.workspace.left_behind import GRAPH, project_with, window

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def test_that_every_save_keeps_the_version_before(tmp_path: Path):
    project = project_with(tmp_path, trend=GRAPH)
    with window(project) as workspace:
        sheet = workspace.current
        for name in ("One", "Two"):
            sheet.document.apply(RenameGraph(name))
            workspace.save(sheet)
        names = [
            read_graph(backup.file).name for backup in workspace.keeping.backups.of(sheet.path)
        ]
        assert names == ["One", "Trend"]
        assert read_graph(sheet.path).name == "Two"


def test_that_as_many_backups_are_kept_as_the_user_wants(tmp_path: Path):
    project = project_with(tmp_path, trend=GRAPH)
    with window(project) as workspace:
        workspace.settings.set(BACKUPS, 3)
        sheet = workspace.current
        for number in range(6):
            sheet.document.apply(RenameGraph(str(number)))
            workspace.save(sheet)
        kept = workspace.keeping.backups.of(sheet.path)
        assert [read_graph(backup.file).name for backup in kept] == ["4", "3", "2"]


def test_that_edits_closed_without_saving_are_among_the_backups(tmp_path: Path):
    project = project_with(tmp_path, trend=GRAPH)
    with window(project, "discard") as workspace:
        sheet = workspace.current
        sheet.document.apply(RenameGraph("Given up"))
        assert workspace.can_close(sheet)
        workspace.close_sheet(sheet)
        (kept,) = workspace.keeping.backups.of(sheet.path)
        assert read_graph(kept.file).name == "Given up"
        assert read_graph(sheet.path) == GRAPH


def test_that_a_version_has_the_time_at_which_it_was_saved(tmp_path: Path):
    path = tmp_path / "trend.alphintra"
    write_graph(path, GRAPH)
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    made = Backups(tmp_path).put_aside(path, 5)
    assert made.saved == NOON
    assert made.time > NOON
    made.file.unlink()
    assert made.saved == made.time


def test_that_a_version_is_kept_once(tmp_path: Path):
    path = tmp_path / "trend.alphintra"
    write_graph(path, GRAPH)
    backups = Backups(tmp_path)
    assert backups.put_aside(path, 5) is not None
    assert backups.put_aside(path, 5) is None
    assert len(backups.of(path)) == 1


def test_that_a_file_that_is_not_there_needs_no_backup(tmp_path: Path):
    assert Backups(tmp_path).put_aside(tmp_path / "new.alphintra", 5) is None


def test_that_graphs_outside_a_project_have_backups_too(tmp_path: Path, library_of_this_test: Path):
    one, other = tmp_path / "a" / "x.alphintra", tmp_path / "b" / "x.alphintra"
    for path, name in ((one, "One"), (other, "Other")):
        path.parent.mkdir()
        write_graph(path, Graph(name=name))
        made = Backups(None).put_aside(path, 5)
        assert made.file.is_relative_to(library_of_this_test / ".backup")
    assert [read_graph(made.file).name for made in Backups(None).of(other)] == ["Other"]


def test_that_where_no_backup_can_be_kept_the_user_is_told_and_the_graph_is_saved(tmp_path: Path):
    project = project_with(tmp_path, trend=GRAPH)
    (project / ".backup").write_text("in the way")
    with window(project) as workspace:
        workspace.current.document.apply(RenameGraph("One"))
        assert workspace.save(workspace.current)
        assert "No backup" in workspace.notices.all[-1].text
        assert read_graph(workspace.current.path).name == "One"


def test_that_restoring_a_version_can_be_undone(tmp_path: Path):
    path = tmp_path / "trend.alphintra"
    write_graph(path, GRAPH)
    made = Backups(tmp_path).put_aside(path, 5)
    document = GraphDocument(Graph(name="Now"))
    restore(document, made)
    assert document.graph == GRAPH
    assert document.undo_label.startswith("Restore the version of 20")
    document.undo()
    assert document.graph == Graph(name="Now")


def test_that_files_of_others_among_the_backups_are_left_alone(tmp_path: Path):
    path = tmp_path / "trend.alphintra"
    write_graph(path, GRAPH)
    folder = Backups(tmp_path).put_aside(path, 1).file.parent
    (folder / "mine.alphintra").write_text("mine")
    for name in ("One", "Two"):
        write_graph(path, Graph(name=name))
        Backups(tmp_path).put_aside(path, 1)
    assert len(Backups(tmp_path).of(path)) == 1
    assert (folder / "mine.alphintra").exists()


def test_that_a_damaged_backup_is_refused_and_changes_nothing(tmp_path: Path):
    path = tmp_path / "trend.alphintra"
    path.write_text("garbage")
    made = Backups(tmp_path).put_aside(path, 5)
    document = GraphDocument(GRAPH)
    with pytest.raises(AlphintraError):
        restore(document, made)
    assert document.graph is GRAPH


def test_that_older_versions_are_kept_sparsely():
    days = [NOON - timedelta(days=day, hours=hour) for day in range(30) for hour in (0, 1, 2)]
    kept = worth_keeping(days, 10)
    assert kept[:5] == tuple(sorted(days, reverse=True)[:5])
    assert [(NOON - time).days for time in kept[5:]] == [1, 2, 3, 4, 5]


@given(st.lists(st.datetimes(), unique=True), st.integers(1, 12))
def test_that_the_newest_version_is_always_kept_and_never_too_many(times, keep: int):
    kept = worth_keeping(times, keep)
    assert len(kept) == len(set(kept)) == min(keep, len(times))
    assert set(kept) <= set(times)
    assert not times or max(times) in kept
