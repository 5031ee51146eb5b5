from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.edits import RenameGraph, SetParam
from alphintra_desktop.graph.files import read_graph, write_graph
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.workspace.sheet import ChangedOnDisk, Sheet
from alphintra_desktop.workspace.workspace import Workspace
from tests.workspace.left_behind import FAST, GRAPH, project_with, window

MINE, THEIRS = RenameGraph("Mine"), SetParam(FAST, "window", 99)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A graph that was edited here, and saved by somebody else meanwhile."""
    with window(project_with(tmp_path, trend=GRAPH)) as made:
        made.current.document.apply(MINE)
        write_graph(made.current.path, THEIRS.apply(GRAPH))
        yield made


def test_that_overwriting_keeps_the_other_version_as_a_backup(workspace: Workspace):
    workspace.questions.answers = ["overwrite"]
    assert workspace.save(workspace.current)
    assert read_graph(workspace.current.path) == MINE.apply(GRAPH)
    (backup,) = workspace.keeping.backups.of(workspace.current.path)
    assert read_graph(backup.file) == THEIRS.apply(GRAPH)


def test_that_reloading_can_be_undone(workspace: Workspace):
    workspace.questions.answers = ["reload"]
    document = workspace.current.document
    assert workspace.save(workspace.current)
    assert document.graph == THEIRS.apply(GRAPH)
    assert not document.modified
    document.undo()
    assert document.graph == MINE.apply(GRAPH)
    assert workspace.save(workspace.current)  # and nobody is asked again
    assert len(workspace.questions.asked) == 1


def test_that_a_copy_leaves_both_versions(workspace: Workspace):
    copy = workspace.current.path.with_name("copy.alphintra")
    workspace.questions.answers = ["copy", copy]
    assert workspace.save(workspace.current)
    assert read_graph(copy) == MINE.apply(GRAPH)
    assert read_graph(workspace.current.path) == THEIRS.apply(GRAPH)
    assert workspace.current.document.modified


@pytest.mark.parametrize("answers", [[None], ["copy", None]])
def test_that_thinking_better_of_it_saves_nothing(workspace: Workspace, answers):
    workspace.questions.answers = answers
    assert not workspace.save(workspace.current)
    assert read_graph(workspace.current.path) == THEIRS.apply(GRAPH)


def test_that_a_window_stays_open_when_saving_was_given_up(workspace: Workspace):
    workspace.questions.answers = ["save", None]
    assert not workspace.can_close()


def test_that_a_window_stays_open_when_a_graph_cannot_be_saved(workspace: Workspace):
    sheet = workspace.current
    sheet.path.unlink()
    sheet.path.mkdir()
    workspace.questions.answers = ["save"]
    assert not workspace.can_close()
    assert "cannot be written" in workspace.notices.all[-1].text


def test_that_the_same_change_made_elsewhere_is_no_conflict(workspace: Workspace):
    write_graph(workspace.current.path, MINE.apply(GRAPH))
    assert workspace.save(workspace.current)
    assert workspace.questions.asked == []


def test_that_a_file_deleted_meanwhile_is_written_again(workspace: Workspace):
    workspace.current.path.unlink()
    assert workspace.save(workspace.current)
    assert read_graph(workspace.current.path) == MINE.apply(GRAPH)
    assert workspace.questions.asked == []


def test_that_a_sheet_by_itself_notices_changes_too(tmp_path: Path):
    path = tmp_path / "lone.alphintra"
    write_graph(path, GRAPH)
    sheet = Sheet.opened(path)
    try:
        sheet.save()
        write_graph(path, Graph(name="Theirs"))
        with pytest.raises(ChangedOnDisk):
            sheet.save()
        path.write_text("garbage", encoding="utf-8")
        with pytest.raises(AlphintraError):
            sheet.reload()
        assert sheet.document.graph == GRAPH
    finally:
        sheet.close()
