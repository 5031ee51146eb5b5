"""Zips of files: unpacked where that is safe, refused with a sentence where it is not."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market import archives
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.store import list_series, load_bars
from alphintra_desktop.report import Report
from tests.market.bar_files import ROWS, csv, written
from tests.market.library_checks import assert_library_is_whole


def zipped(folder: Path, files: dict[str, str | bytes], name: str = "bars.zip") -> Path:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in files.items():
            archive.writestr(member, content)
    return written(folder, packed.getvalue(), name)


def refusal(path: Path) -> str:
    with pytest.raises(AlphintraError) as caught:
        import_file(path, "mine", report=Report())
    assert caught.value.hint
    assert list_series() == ()
    return caught.value.message


def test_that_each_file_of_a_zip_is_imported_as_its_own_symbol(tmp_path: Path) -> None:
    files = {
        "deep/A.csv": csv(),
        "B.csv": csv(["\n", *ROWS[::-1]]),
        "deep/": "",
        "__MACOSX/deep/._A.csv": "x",
    }

    result = import_file(zipped(tmp_path, files), "mine", report=Report())

    assert [(s.symbol, s.source) for s in result.series] == [("A", "bars.zip"), ("B", "bars.zip")]
    assert result.notes == ("B.csv: The rows were not in order of time; they are now.",)
    assert load_bars("mine", ["A", "B"], "1d").bars.count == 4
    assert_library_is_whole()


def test_that_one_bad_file_keeps_the_whole_zip_out(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"A.csv": csv(), "B.csv": csv(["2004-08-19,1,1,1,x,1"])})

    assert refusal(path) == "Line 2 of B.csv is not a bar: 'close' is 'x'."


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"/etc/A.csv": csv()}, "bars.zip has a file that wants to lie at '/etc/A.csv'."),
        ({"../A.csv": csv()}, "bars.zip has a file that wants to lie at '../A.csv'."),
        ({"C:\\A.csv": csv()}, "bars.zip has a file that wants to lie at"),
        ({"A.csv": b"PK\x03\x04 and so on"}, "bars.zip has another zip in it, 'A.csv'."),
        ({}, "bars.zip has no files in it."),
        (
            {"a/X.csv": csv(), "b/X.csv": csv()},
            "Several files of bars.zip hold 1d bars of X.",
        ),
        (
            {"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"},
            "bars.zip is damaged: it cannot be read as an Excel workbook.",
        ),
    ],
)
def test_that_a_zip_that_must_not_be_unpacked_is_refused(
    files: dict[str, str | bytes], expected: str, tmp_path: Path
) -> None:
    assert refusal(zipped(tmp_path, files)).startswith(expected)
    assert os.listdir(tmp_path) == ["bars.zip"]  # noqa: PTH208 - the names are what is asked


def test_that_a_zip_bomb_is_refused_by_what_it_says_and_by_what_comes_out(tmp_path: Path) -> None:
    bomb = zipped(tmp_path, {"A.csv": b"0" * (40 << 20)})
    assert "would unpack from" in refusal(bomb)

    data = bytearray(bomb.read_bytes())
    listed = data.rindex(b"PK\x01\x02") + 24
    data[listed : listed + 4] = (1000).to_bytes(4, "little")
    assert refusal(written(tmp_path, bytes(data), "liar.zip")).startswith("liar.zip ")


def test_that_what_comes_out_is_held_to_the_bound_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(tmp_path, {"A.csv": csv(), "B.csv": csv()})
    with monkeypatch.context() as patch:
        patch.setattr(archives, "_MOST_FILES", 1)
        assert refusal(path) == "bars.zip has 2 files in it."
    monkeypatch.setattr(archives, "_MOST_BYTES", 200)
    assert "would unpack from" in refusal(path)


def test_that_a_zip_that_is_cut_short_or_changed_is_refused(tmp_path: Path) -> None:
    whole = zipped(tmp_path, {"A.csv": csv()}).read_bytes()
    changed = bytearray(whole)
    changed[60] ^= 0xFF

    for data in (whole[:40], whole[:-5], bytes(changed)):
        assert refusal(written(tmp_path, data, "bars.zip")) == (
            "bars.zip is cut short or damaged: it cannot be unpacked."
        )
