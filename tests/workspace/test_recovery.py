from __future__ import annotations

from pathlib import Path

import pytest

from alphintra_desktop.graph.edits import AddNode, RenameGraph, SetParam
from alphintra_desktop.graph.files import read_graph, write_graph
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.workspace.journal import Swap
from alphintra_desktop.workspace.recovery import Decision, in_words, unsaved_work
from tests.workspace.left_behind import (
    CLOSE,
    FAST,
    GRAPH,
    journals,
    leave_behind,
    project_with,
    window,
)

WIDER = SetParam(FAST, "window", 20)
PRICES = AddNode(Node(CLOSE, "prices.close"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return project_with(tmp_path, trend=GRAPH, other=Graph(name="Other"))


@pytest.fixture
def path(project: Path) -> Path:
    return project / "graphs" / "trend.alphintra"


def test_that_the_user_is_told_exactly_what_would_be_recovered(project: Path, path: Path):
    leave_behind(project, path, WIDER, PRICES)
    with window(project, "later") as workspace:
        (asked,) = workspace.questions.asked
    assert "Trend: last edited 2" in asked
    assert asked.endswith("  Add close\n  Set window of Fast to 20")


def test_that_what_is_recovered_is_one_unsaved_step_which_can_be_undone(project: Path, path: Path):
    leave_behind(project, path, WIDER, PRICES)
    with window(project, "recover") as workspace:
        sheet = next(sheet for sheet in workspace.sheets if sheet.path == path)
        recovered = PRICES.apply(WIDER.apply(GRAPH))
        assert sheet.document.graph == recovered
        assert sheet.document.modified
        assert sheet.document.history == ("Recover unsaved changes",)
        assert read_graph(path) == GRAPH
        sheet.document.undo()
        assert sheet.document.graph == GRAPH
        sheet.document.redo()
        workspace.save(sheet)
        assert read_graph(path) == recovered
    with window(project) as workspace:
        assert workspace.questions.asked == []


def test_that_what_was_recovered_survives_the_next_crash_too(project: Path, path: Path):
    leave_behind(project, path, WIDER)
    with window(project, "recover") as workspace:
        (kept,) = journals(project / ".swap")
        text = kept.read_text(encoding="utf-8")
        assert workspace.current is not None
    kept.write_text(text, encoding="utf-8")  # the window closed cleanly: as if it had not
    with window(project, "recover") as workspace:
        assert any(sheet.document.graph == WIDER.apply(GRAPH) for sheet in workspace.sheets)


def test_that_unsaved_work_waits_until_the_user_decides(project: Path, path: Path):
    leave_behind(project, path, WIDER)
    for answer in ("later", None, "recover"):
        with window(project, answer) as workspace:
            assert len(workspace.questions.asked) == 1


def test_that_work_that_is_not_wanted_goes_among_the_backups(project: Path, path: Path):
    leave_behind(project, path, WIDER)
    with window(project, "saved") as workspace:
        assert all(not sheet.document.modified for sheet in workspace.sheets)
        (backup,) = workspace.keeping.backups.of(path)
        assert read_graph(backup.file) == WIDER.apply(GRAPH)
    with window(project) as workspace:
        assert workspace.questions.asked == []


def test_that_nobody_is_asked_about_what_was_saved_after_all(project: Path, path: Path):
    leave_behind(project, path, WIDER)
    write_graph(path, WIDER.apply(GRAPH))
    with window(project) as workspace:
        assert workspace.questions.asked == []
    assert list((project / ".swap").iterdir()) == []


def test_that_work_of_a_window_that_still_lives_is_left_alone(project: Path, path: Path):
    with window(project) as workspace:
        sheet = workspace.current
        sheet.document.apply(RenameGraph("Busy"))
        assert sheet.journal.flush()
        assert unsaved_work(Swap(project)).unsaved == ()
        assert len(journals(project / ".swap")) == 1


def test_that_a_graph_deleted_since_can_be_recovered_and_saved_again(project: Path, path: Path):
    leave_behind(project, path, WIDER)
    path.unlink()
    with window(project, "recover") as workspace:
        assert "Its file is gone" in workspace.questions.asked[0]
        sheet = workspace.current
        assert sheet.path == path
        workspace.save(sheet)
    assert read_graph(path) == WIDER.apply(GRAPH)


def test_that_a_damaged_graph_is_told_and_its_unsaved_work_recovered(project: Path, path: Path):
    leave_behind(project, path, WIDER)
    path.write_text("gar", encoding="utf-8")
    with window(project, "recover", "overwrite") as workspace:
        assert "trend.alphintra" in workspace.notices.all[0].text
        assert "is damaged" in workspace.questions.asked[0]
        assert [sheet.path.stem for sheet in workspace.sheets] == ["other", "trend"]
        assert workspace.save(workspace.current)
        (backup,) = workspace.keeping.backups.of(path)
        assert backup.file.read_text(encoding="utf-8") == "gar"
    assert read_graph(path) == WIDER.apply(GRAPH)


def test_that_a_file_saved_by_somebody_else_since_is_mentioned(project: Path, path: Path):
    leave_behind(project, path, WIDER)
    write_graph(path, RenameGraph("Theirs").apply(GRAPH))
    (found,) = unsaved_work(Swap(project)).unsaved
    assert found.saved_since
    assert found.differences == ("Rename the strategy to Trend", "Set window of Fast to 20")
    assert "changed after these edits began" in in_words(found)


def test_that_two_windows_work_on_one_graph_is_recovered_as_two_steps(project: Path, path: Path):
    leave_behind(project, path, WIDER)
    leave_behind(project, path, PRICES)
    with window(project, "recover") as workspace:
        document = next(sheet.document for sheet in workspace.sheets if sheet.path == path)
        assert document.graph == PRICES.apply(GRAPH)
        assert len(document.history) == 2
        document.undo()
        assert document.graph == WIDER.apply(GRAPH)


def test_that_the_same_work_is_offered_once(project: Path, path: Path):
    leave_behind(project, path, WIDER)
    leave_behind(project, path, WIDER)
    assert len(unsaved_work(Swap(project)).unsaved) == 1
    assert len(journals(project / ".swap")) == 1


@pytest.mark.parametrize("how", ["half", "garbage", "empty", "binary", "another text"])
def test_that_a_damaged_journal_is_told_once_and_kept(project: Path, path: Path, how: str):
    journal = leave_behind(project, path, WIDER)
    whole = journal.read_bytes()
    journal.write_bytes(
        {
            "half": whole[: len(whole) // 2],
            "garbage": b"{nonsense",
            "empty": b"",
            "binary": b"\xff\xfe\x00" * 99,
            "another text": whole.replace(b"20", b"30"),
        }[how]
    )
    left = journal.read_bytes()
    with window(project) as workspace:
        assert len(workspace.notices.all) == 1
        assert len(workspace.sheets) == 2
    assert journal.with_suffix(".damaged").read_bytes() == left
    with window(project) as workspace:
        assert workspace.notices.all == ()


def test_that_unsaved_work_moves_with_its_project(project: Path, path: Path, tmp_path: Path):
    leave_behind(project, path, WIDER)
    moved = project.rename(tmp_path / "moved")
    (found,) = unsaved_work(Swap(moved)).unsaved
    assert found.path == moved / "graphs" / "trend.alphintra"


def test_that_work_kept_in_the_home_folder_is_found_by_its_project_only(
    project: Path, path: Path, tmp_path: Path
):
    blocked = project / ".swap"
    blocked.write_text("in the way")
    swap = Swap(project)
    leave_behind_at_home(swap, path)
    blocked.unlink()
    assert len(unsaved_work(Swap(project)).unsaved) == 1
    (tmp_path / "b").mkdir()
    assert unsaved_work(Swap(project_with(tmp_path / "b"))).unsaved == ()


def leave_behind_at_home(swap: Swap, path: Path) -> None:
    from alphintra_desktop.graph.document import GraphDocument
    from alphintra_desktop.workspace.journal import Journal

    document = GraphDocument(read_graph(path))
    journal = Journal(swap, document, lambda: path)
    document.apply(WIDER)
    assert journal.flush()
    swap.close()


def test_that_a_graph_outside_every_project_is_recovered_when_it_is_opened(
    project: Path, tmp_path: Path
):
    lone = tmp_path / "lone.alphintra"
    write_graph(lone, GRAPH)
    leave_behind(None, lone, WIDER)
    with window(project, "recover") as workspace:
        assert workspace.questions.asked == []
        sheet = workspace.open_sheet(lone)
        assert sheet.document.graph == WIDER.apply(GRAPH)


def test_that_what_cannot_be_recovered_now_is_still_there_next_time(project: Path, path: Path):
    leave_behind(project, path, WIDER)
    (project / ".backup").write_text("in the way")
    with window(project, "saved") as workspace:
        assert "backup" in workspace.notices.all[0].text
    assert len(journals(project / ".swap")) == 1


def test_that_a_decision_can_be_made_for_each_graph(project: Path, path: Path):
    other = project / "graphs" / "other.alphintra"
    leave_behind(project, path, WIDER)
    leave_behind(project, other, RenameGraph("Mine"))
    with window(project) as workspace:
        workspace.close()
        workspace.ask_recovery = lambda unsaved: [
            Decision.RECOVER if one.path == other else Decision.LATER for one in unsaved
        ]
        workspace.open(project)
        modified = [sheet.path for sheet in workspace.sheets if sheet.document.modified]
        assert modified == [other]
