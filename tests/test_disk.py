from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from alphintra_desktop.disk import ABANDONED_AFTER, LARGEST, text_of_file, write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text, read_graph
from alphintra_desktop.graph.model import Graph, Node

CHECKOUT = Path(__file__).parents[1]

on_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither rights nor pipes nor -9")


def graph_of(nodes: int) -> Graph:
    """A graph that is easily told from one of another size, and takes a while to write."""
    ids = [f"{number:08x}" for number in range(nodes)]
    return Graph({node: Node(node, "prices.close") for node in ids}, name=str(nodes))


def test_that_a_written_file_is_read_as_it_was(tmp_path: Path):
    path = tmp_path / "Größer [1].alphintra"
    for text in ("first é\r\n", "second"):
        write_file(path, text)
        assert path.read_bytes() == text.encode()
        assert text_of_file(path) == text
    assert list(tmp_path.iterdir()) == [path]


def test_that_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbftext")
    assert text_of_file(tmp_path / "a") == "text"


@on_posix
def test_that_the_rights_of_a_file_are_kept_and_a_new_one_has_the_usual_ones(tmp_path: Path):
    path = tmp_path / "a"
    write_file(path, "new")
    (tmp_path / "usual").touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "usual").stat().st_mode)
    path.chmod(0o640)
    write_file(path, "newer")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@on_posix
def test_that_a_link_stays_a_link_to_the_file_that_is_written(tmp_path: Path):
    (tmp_path / "folder").mkdir()
    goal, link = tmp_path / "folder" / "goal", tmp_path / "link"
    goal.write_text("old")
    link.symlink_to(goal)
    write_file(link, "new")
    assert link.is_symlink()
    assert goal.read_text() == "new"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "cannot be read: no such file"),
        (lambda path: path.mkdir(), "cannot be read: it is a folder"),
        (lambda path: path.write_bytes(b"{\xff"), "not text in UTF-8: byte 1 cannot be read"),
        pytest.param(os.mkfifo, "not a file but a device or a pipe", marks=on_posix),
        (lambda path: _make_sparse(path, LARGEST + 1), "larger than 64 MiB"),
    ],
)
def test_that_what_is_no_readable_text_file_is_refused_at_once(tmp_path: Path, make, message: str):
    path = tmp_path / "s.alphintra"
    make(path)
    with pytest.raises(AlphintraError, match=message) as caught:
        read_graph(path)
    assert str(path) in caught.value.message
    assert caught.value.hint


def _make_sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


@on_posix
def test_that_a_file_name_that_is_no_text_can_be_shown(tmp_path: Path):
    with pytest.raises(AlphintraError) as caught:
        text_of_file(tmp_path / os.fsdecode(b"a\xff"))
    assert caught.value.message.encode()
    assert "a\\xff" in caught.value.message


@pytest.mark.parametrize("path", ["missing/a", "folder"])
def test_that_a_place_that_cannot_be_written_is_named(tmp_path: Path, path: str):
    (tmp_path / "folder").mkdir()
    with pytest.raises(AlphintraError, match=f"{path} cannot be written") as caught:
        write_file(tmp_path / path, "text")
    assert caught.value.hint
    assert [found.name for found in tmp_path.rglob("*")] == ["folder"]


FULL_DISK = """
import resource, sys
from pathlib import Path
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.disk import write_file
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_file(Path(sys.argv[1]), "x" * 2000)
except AlphintraError as error:
    print(error.message)
"""


@on_posix
def test_that_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    path = tmp_path / "a"
    path.write_text("old")
    said = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "cannot be written: file too large" in said
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_that_a_file_that_is_busy_for_a_moment_is_waited_for(tmp_path: Path, monkeypatch):
    busy, replace = [True, True], Path.replace

    def held_for_a_moment(source: Path, goal: Path) -> Path:
        if busy:
            busy.pop()
            raise PermissionError(13, "in use by a virus scanner")
        return replace(source, goal)

    monkeypatch.setattr(Path, "replace", held_for_a_moment)
    write_file(tmp_path / "a", "text")
    assert (tmp_path / "a").read_text() == "text"

    busy.extend([True] * 10)
    with pytest.raises(AlphintraError, match="in use by a virus scanner"):
        write_file(tmp_path / "a", "newer")
    assert [found.read_text() for found in tmp_path.iterdir()] == ["text"]


def test_that_what_killed_writers_left_is_swept_once_it_is_old(tmp_path: Path):
    old, young, foreign = ".a.01234567.tmp", ".a.89abcdef.tmp", ".ab.01234567.tmp"
    for name in (old, young, foreign):
        (tmp_path / name).touch()
    long_ago = time.time() - 2 * ABANDONED_AFTER
    os.utime(tmp_path / old, (long_ago, long_ago))
    os.utime(tmp_path / foreign, (long_ago, long_ago))
    write_file(tmp_path / "a", "text")
    assert sorted(found.name for found in tmp_path.iterdir()) == sorted([young, foreign, "a"])


WRITE_FOR_EVER = """
import itertools, sys
from pathlib import Path
from alphintra_desktop.graph.files import write_graph
from tests.test_disk import graph_of
graphs = [graph_of(300), graph_of(200)]
for turn in itertools.count():
    write_graph(Path(sys.argv[1]), graphs[turn % 2])
    if turn == 1:
        print("two written", flush=True)
"""


@on_posix
def test_that_kill_at_any_moment_leaves_the_old_file_or_the_new_one(tmp_path: Path):
    path = tmp_path / "s.alphintra"
    whole = {graph_to_text(graph_of(300)), graph_to_text(graph_of(200))}
    moments = random.Random(20)
    for _ in range(20):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITE_FOR_EVER, str(path)],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            text=True,
        )
        with writer:
            assert writer.stdout.readline() == "two written\n"
            time.sleep(moments.uniform(0, 0.03))
            writer.send_signal(signal.SIGKILL)
        assert path.read_text(encoding="utf-8") in whole
        assert len(read_graph(path).nodes) in (200, 300)
