"""Files that would take the machine down, or that change: a clear error, nothing left behind."""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market import file_limits
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.library import library
from alphintra_desktop.market.store import list_series, load_bars, query
from alphintra_desktop.report import Progress, Report
from tests.market.bar_files import HEADER, ROWS, csv, written
from tests.market.library_checks import assert_library_is_whole

TWO_GB = 2 << 30
A_LITTLE_MB = 200


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go in this test, to see that none stays."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def refusal(path: Path) -> str:
    with pytest.raises(AlphintraError) as caught:
        import_file(path, "mine", report=Report())
    assert "\n" not in caught.value.message
    assert caught.value.hint
    assert list_series() == ()
    assert not list(library().bars.glob("*"))
    assert os.listdir(tempfile.gettempdir()) == []  # noqa: PTH208 - the names are what is asked
    return caught.value.message


def peak_mb() -> float:
    import resource  # not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def sparse(path: Path, size: int, tail: bytes) -> Path:
    """The file with that many bytes of nothing after it, which take no room, and a tail."""
    with path.open("r+b") as file:
        file.seek(0, os.SEEK_END)
        file.truncate(file.tell() + size)
        file.seek(0, os.SEEK_END)
        file.write(tail)
    return path


# ---------------------------------------------------------------- a line of 2 GB


@pytest.mark.skipif(
    sys.platform != "linux", reason="sparse files and peak memory as Linux has them"
)
@pytest.mark.parametrize("tail", [b"", b"\n2004-08-30,1,1,1,1,1\n"])
def test_that_a_line_of_2_gb_is_refused_without_being_read_into_memory(
    tail: bytes, tmp_path: Path
) -> None:
    path = sparse(written(tmp_path, csv()), TWO_GB, tail)
    before = peak_mb()

    assert refusal(path) == "Line 6 of ACME.csv is longer than 1 MB."

    assert peak_mb() - before < A_LITTLE_MB


def test_that_a_first_line_of_2_gb_is_refused_by_its_beginning(tmp_path: Path) -> None:
    path = sparse(written(tmp_path, HEADER), TWO_GB, b"")

    assert refusal(path) == "ACME.csv is not a table: its first line is longer than 256 KB."


def test_that_an_endless_line_of_a_packed_file_is_refused_too(tmp_path: Path) -> None:
    text = csv().encode() + os.urandom(3 << 20).replace(b"\n", b"1").replace(b"\r", b"1")

    path = written(tmp_path, gzip.compress(text, 1), "ACME.csv.gz")

    assert refusal(path) == "Line 6 of ACME.csv.gz is longer than 1 MB."


@pytest.mark.parametrize("start", range(0, 3 << 20, 700_001))
def test_that_lines_up_to_the_limit_are_never_refused_and_twice_that_always(
    start: int, tmp_path: Path
) -> None:
    before = b"1,2\n" * (start // 4)
    longest = file_limits.LONGEST_LINE

    fits = written(tmp_path, before + b"1" * (longest - 1) + b"\n" + before)
    file_limits.refuse_endless_lines(fits, compressed=False)
    over = written(tmp_path, before + b"1" * 2 * longest + b"\n" + before)
    with pytest.raises(AlphintraError, match=f"Line {start // 4 + 1} of ACME.csv is longer"):
        file_limits.refuse_endless_lines(over, compressed=False)


# ---------------------------------------------------------------- bombs


def test_that_a_packed_text_that_would_unpack_without_end_is_refused(tmp_path: Path) -> None:
    bomb = written(tmp_path, gzip.compress(csv().encode() + b"1,2\n" * (20 << 20)), "ACME.csv.gz")

    assert refusal(bomb).startswith("ACME.csv.gz would unpack from ")


def test_that_a_bomb_inside_a_workbook_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "ACME.xlsx"
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.save(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings2.xml", b" " * (64 << 20))

    assert refusal(path).startswith("ACME.xlsx would unpack from ")


def test_that_a_workbook_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ACME.xlsx"
    book = openpyxl.Workbook()
    for row in (HEADER, *ROWS):
        book.active.append(row.split(","))
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    inside[sheet] = inside[sheet].replace(b"</sheetData>", b" " * (64 << 20) + b"</sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in inside.items():
            archive.writestr(name, content)
    data = bytearray(path.read_bytes())
    listed = data.rindex(sheet.encode()) - 46 + 24
    data[listed : listed + 4] = (1000).to_bytes(4, "little")

    assert refusal(written(tmp_path, bytes(data), "ACME.xlsx")).startswith("ACME.xlsx ")


# ---------------------------------------------------------------- other writers and encodings


@pytest.mark.parametrize("delay", [0.0, 0.002, 0.01, 0.03, 0.1, 0.3])
def test_that_a_file_that_is_cut_while_it_is_read_is_imported_whole_or_not_at_all(
    delay: float, tmp_path: Path
) -> None:
    rows = [f"{1_000_000_020 + 60 * n},10,12,9,11,{n}" for n in range(200_000)]
    path = written(tmp_path, csv(rows))
    cutters = []

    def cut() -> None:
        time.sleep(delay)
        os.truncate(path, 3_000_000)

    def begin(progress: Progress) -> None:
        if progress.doing.startswith("Reading"):
            cutters.append(threading.Thread(target=cut))
            cutters[0].start()

    said = ""
    try:
        import_file(path, "mine", report=Report(begin))
    except AlphintraError as error:
        said = error.message
    cutters[0].join()

    assert said in ("", "ACME.csv changed while it was read.")
    assert [version.rows for version in list_series()] == ([] if said else [len(rows)])
    assert_library_is_whole()


def test_that_text_which_turns_into_another_encoding_is_refused(tmp_path: Path) -> None:
    lines = "".join(
        f"20{year:02}-01-{day:02},1,1,1,1,1\n" for year in range(99) for day in range(1, 29)
    )
    longer = lines * 6  # beyond the head that is looked at
    start = f"{HEADER}\n{longer}"
    wrong = {
        "utf-8": start.encode() + b"2100-01-01,1,1,1,1,\xff\xfe\n",
        "utf-16": (start * 2).encode("utf-16") + b"\x00\xd8\x00",
    }

    for content in wrong.values():
        assert refusal(written(tmp_path, content))


def test_that_formulas_and_sql_in_a_symbol_name_are_only_a_name(tmp_path: Path) -> None:
    names = ("=1+1", "'); DROP TABLE versions; --", "\"; ATTACH 'x'; --", "@SUM(A1)")
    quoted = [f'{row},"{name.replace(chr(34), chr(34) * 2)}"' for name in names for row in ROWS]

    import_file(written(tmp_path, csv(quoted, f"{HEADER},symbol")), "mine", report=Report())

    assert {version.symbol for version in list_series()} == set(names)
    assert load_bars("mine", names, "1d").bars.symbols == names
    asked = query("SELECT DISTINCT symbol FROM mine_1d ORDER BY symbol").to_pylist()
    assert {row["symbol"] for row in asked} == set(names)
    assert_library_is_whole()
