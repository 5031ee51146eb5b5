from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.edits import RenameGraph, SetParam
from alphintra_desktop.graph.files import read_graph
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.workspace.os_lock import OsLock, is_held
from alphintra_desktop.workspace.project_lock import ProjectLock
from tests.shared_files import CHECKOUT
from tests.workspace.editing_session import COUNTER
from tests.workspace.left_behind import journals, project_with, window


@pytest.fixture
def project(tmp_path: Path) -> Path:
    counted = Graph({COUNTER: Node(COUNTER, "logic.number")}, name="Counted")
    return project_with(tmp_path, counted=counted)


@contextmanager
def another_process(project: Path, edits: int = 3) -> Iterator[subprocess.Popen[bytes]]:
    """A process with the project open that has made some edits, and now waits."""
    diary = project.parent / "diary"
    command = [sys.executable, "-m", "tests.workspace.editing_session"]
    process = subprocess.Popen([*command, project, diary, "1", str(edits)], cwd=CHECKOUT)
    try:
        wait_for(lambda: diary.exists() and diary.read_bytes().count(b"\n") == edits)
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_that_a_project_is_read_only_while_another_process_has_it(project: Path):
    with another_process(project) as process, window(project) as workspace:
        sheet = workspace.current
        assert f"open in another window (process {process.pid}, since" in sheet.read_only
        sheet.document.apply(RenameGraph("Mine"))
        with pytest.raises(AlphintraError, match="cannot be saved: it is open") as refusal:
            workspace.save(sheet)
        assert "Save a copy" in refusal.value.hint
        assert read_graph(sheet.path).name == "Counted"


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_that_a_kill_frees_the_project_at_once(project: Path):
    with another_process(project) as process, window(project, "recover") as workspace:
        assert not workspace.try_to_take_over()
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert workspace.try_to_take_over()
        assert workspace.current.read_only == ""
        workspace.save(workspace.current)


def test_that_another_process_hands_over_with_all_that_it_has_not_saved(project: Path):
    with another_process(project) as process, window(project, "recover") as workspace:
        workspace.ask_to_take_over()
        wait_for(workspace.try_to_take_over)
        assert process.poll() is None, "it still runs"
        document = workspace.current.document
        assert document.graph.nodes[COUNTER].params["number"] == 3
        workspace.save(workspace.current)


def test_that_a_window_that_was_taken_over_says_so_and_can_take_the_project_back(project: Path):
    with window(project) as first, window(project) as second:
        said: list[str] = []
        first.access_changed.subscribe(said.append)
        second.ask_to_take_over()
        wait_for(second.try_to_take_over)
        wait_for(lambda: said)
        assert said == ["another window has taken it over"]
        assert "taken over" in first.notices.all[0].text
        with pytest.raises(AlphintraError, match="another window has taken it over"):
            first.save(first.current)
        first.ask_to_take_over()
        wait_for(first.try_to_take_over)
        assert said[-1] == ""
        first.save(first.current)


def test_that_a_window_shows_what_the_other_saved_once_it_takes_over(project: Path):
    with window(project) as first, window(project) as late:
        first.current.document.apply(SetParam(COUNTER, "number", 7))
        first.save(first.current)
        late.ask_to_take_over()
        wait_for(late.try_to_take_over)
        assert late.current.document.graph.nodes[COUNTER].params == {"number": 7}
        assert not late.current.document.modified


def test_that_edits_in_a_window_that_may_not_save_are_kept_for_recovery_too(project: Path):
    with window(project), window(project) as second:
        second.current.document.apply(RenameGraph("Mine"))
        assert second.current.journal.flush()
        assert len(journals(project / ".swap")) == 1


def test_that_closing_a_project_lets_others_write(project: Path):
    with window(project), window(project) as second:
        assert not second.keeping.may_write
    with window(project) as third:
        assert third.keeping.may_write


def test_that_a_project_can_be_opened_again_in_the_same_window(project: Path):
    with window(project) as workspace:
        workspace.open(project)
        assert workspace.keeping.may_write


def test_that_an_old_wish_to_take_over_does_not_count(project: Path):
    (project / ".lock-wanted").touch()
    with window(project) as workspace:
        assert not (project / ".lock-wanted").exists()
        assert workspace.keeping.may_write


def test_that_garbage_in_the_lock_file_is_no_matter(project: Path):
    (project / ".lock").write_bytes(b"\xff garbage")
    with window(project):
        (project / ".lock").write_bytes(b"\xff garbage")
        with window(project) as second:
            assert second.keeping.why_not == "it is open in another window"


def test_that_a_folder_that_cannot_be_locked_opens_to_read(project: Path):
    (project / ".lock").mkdir()
    with window(project) as workspace:
        assert "cannot be locked" in workspace.current.read_only


def test_that_a_graph_outside_the_project_can_be_saved_all_the_same(project: Path, tmp_path: Path):
    lone = tmp_path / "lone.alphintra"
    lone.write_bytes((project / "graphs" / "counted.alphintra").read_bytes())
    with window(project), window(project) as second:
        sheet = second.open_sheet(lone)
        sheet.document.apply(RenameGraph("Lone"))
        assert second.save(sheet)
    assert read_graph(lone).name == "Lone"


def test_that_a_lock_is_held_by_one_only_and_can_be_read_by_all(tmp_path: Path):
    path = tmp_path / "lock"
    assert not is_held(path)
    lock = OsLock.take(path)
    lock.say("long ago")
    lock.say("me")
    assert OsLock.take(path) is None
    assert is_held(path)
    assert path.read_text() == "me"
    lock.release()
    lock.release()
    lock.say("nobody")
    assert not is_held(path)
    assert path.read_text() == "me"


def test_that_a_wish_that_cannot_be_written_is_told(tmp_path: Path):
    lock = ProjectLock(tmp_path / "missing", lambda: None)
    assert not lock.take()
    with pytest.raises(AlphintraError, match="could not be asked"):
        lock.ask()
    lock.withdraw()
    lock.release()
