from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.document import GraphDocument
from alphintra_desktop.graph.edits import AddNode, RenameGraph, SetParam
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.workspace.journal import Journal, Swap
from alphintra_desktop.workspace.os_lock import is_held
from tests.workspace.left_behind import FAST, GRAPH, journals


class Kept:
    """A document with its journal, of a graph in a project's folder."""

    def __init__(self, project: Path, graph: Graph = GRAPH) -> None:
        self.path = project / "graphs" / "trend.alphintra"
        self.swap = Swap(project)
        self.document = GraphDocument(graph)
        self.journal = Journal(self.swap, self.document, lambda: self.path)
        self.told: list[AlphintraError | None] = []
        self.swap.trouble.subscribe(self.told.append)

    @property
    def journals(self) -> list[Path]:
        return journals(self.swap.folders[0])

    def close(self) -> None:
        self.journal.close()
        self.journal.wait()
        self.swap.close()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path)
    yield made
    made.close()


def test_that_nothing_is_written_before_the_first_edit(kept: Kept, tmp_path: Path):
    assert kept.journal.flush()
    assert list(tmp_path.iterdir()) == []


def test_that_the_journal_says_the_newest_graph_and_where_it_belongs(kept: Kept):
    kept.document.apply(RenameGraph("One"))
    kept.document.apply(RenameGraph("Two"))
    assert kept.journal.flush()
    (file,) = kept.journals
    head, _, text = file.read_text(encoding="utf-8").partition("\n")
    assert text == graph_to_text(kept.document.graph)
    assert '"path": "graphs/trend.alphintra"' in head
    assert f'"process": {os.getpid()}' in head
    assert is_held(file.parent / f"{kept.swap.token}.owner")


def test_that_many_edits_are_written_as_one_file(kept: Kept):
    for number in range(300):
        kept.document.apply(SetParam(FAST, "window", number))
    assert kept.journal.flush()
    (file,) = kept.journals
    assert '"window": 299' in file.read_text(encoding="utf-8")


def test_that_the_journal_goes_with_saving_and_comes_back_with_the_next_edit(kept: Kept):
    kept.document.apply(RenameGraph("One"))
    assert kept.journal.flush()
    kept.document.mark_saved()
    assert kept.journal.flush()
    assert kept.journals == []
    kept.document.apply(RenameGraph("Two"))
    assert kept.journal.flush()
    assert len(kept.journals) == 1


def test_that_the_journal_goes_when_everything_is_undone(kept: Kept):
    kept.document.apply(RenameGraph("One"))
    assert kept.journal.flush()
    kept.document.undo()
    assert kept.journal.flush()
    assert kept.journals == []


def test_that_closing_leaves_nothing_behind(kept: Kept, tmp_path: Path):
    kept.document.apply(RenameGraph("One"))
    assert kept.journal.flush()
    kept.close()
    assert list((tmp_path / ".swap").iterdir()) == []


def test_that_journals_left_to_others_are_not_removed_by_saving(kept: Kept):
    kept.document.apply(RenameGraph("One"))
    kept.journal.leave()
    kept.swap.disown()
    kept.document.mark_saved()
    assert kept.journal.flush()
    (left,) = kept.journals
    kept.document.apply(RenameGraph("Two"))
    assert kept.journal.flush()
    assert len(kept.journals) == 2
    left.unlink()


def test_that_a_long_name_in_any_script_makes_a_journal(tmp_path: Path):
    kept = Kept(tmp_path)
    kept.path = kept.path.with_name("戦略" * 30 + ".alphintra")
    kept.document.apply(RenameGraph("One"))
    assert kept.journal.flush()
    assert len(kept.journals) == 1
    kept.close()


def test_that_edits_are_kept_in_the_home_folder_where_the_project_cannot_be_written(
    kept: Kept, tmp_path: Path, library_of_this_test: Path
):
    (tmp_path / ".swap").write_text("in the way")
    kept.document.apply(RenameGraph("One"))
    assert kept.journal.flush()
    (file,) = journals(library_of_this_test / ".swap")
    assert str(kept.path) in file.read_text(encoding="utf-8")
    assert kept.told == []


def test_that_a_graph_outside_the_project_is_kept_in_the_home_folder(
    kept: Kept, tmp_path: Path, library_of_this_test: Path
):
    kept.path = tmp_path.parent / "elsewhere.alphintra"
    kept.document.apply(RenameGraph("One"))
    assert kept.journal.flush()
    assert kept.journals == []
    assert len(journals(library_of_this_test / ".swap")) == 1


def test_that_trouble_is_told_once_and_so_is_its_end(
    kept: Kept, tmp_path: Path, library_of_this_test: Path
):
    in_the_way = [tmp_path / ".swap", library_of_this_test / ".swap"]
    for folder in in_the_way:
        folder.write_text("in the way")
    for number in range(3):
        kept.document.apply(SetParam(FAST, "window", number))
        assert not kept.journal.flush()
    assert len(kept.told) == 1
    assert "Unsaved edits cannot be kept" in str(kept.told[0])
    for folder in in_the_way:
        folder.unlink()
    assert kept.journal.flush()  # without another edit
    assert kept.told[1:] == [None]
    assert len(kept.journals) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no file's size")
def test_that_a_full_disk_keeps_the_old_journal_and_the_editing_going(kept: Kept):
    kept.document.apply(RenameGraph("One"))
    assert kept.journal.flush()
    (file,) = kept.journals
    before = file.read_text(encoding="utf-8")
    with full_disk():
        big = Node("0000000b", "custom.code", params={"code": "x" * 2_000_000})
        kept.document.apply(AddNode(big))
        assert not kept.journal.flush()
        assert file.read_text(encoding="utf-8") == before
        assert len(kept.told) == 1
    assert kept.journal.flush()
    assert len(file.read_text(encoding="utf-8")) > 2_000_000
    assert not list(file.parent.glob("*.tmp"))


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may become larger than a mebibyte."""
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
