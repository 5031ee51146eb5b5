"""A correction is kept under a name, and found again by the columns of the next file."""

from __future__ import annotations

from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.corrections import Corrections
from alphintra_desktop.market.formats import (
    delete_format,
    formats_folder,
    named_format,
    save_format,
    saved_formats,
)
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.preview import preview
from alphintra_desktop.report import Report
from tests.market.bar_files import written

# Nothing in it says whether these are days of March and April, or of May and June.
TEXT = "Day,First,Top,Bottom,Last\n05/03/2024,1,2,0.5,1.5\n06/03/2024,1.5,2,1,1.75\n"
SAID = Corrections(
    columns=(
        ("timestamp", "Day"),
        *(("open", "First"), ("high", "Top"), ("low", "Bottom"), ("close", "Last")),
    ),
    time_format="%d/%m/%Y",
    market="futures",
)


def test_that_the_next_file_with_these_columns_is_read_by_the_saved_format(tmp_path: Path) -> None:
    first = written(tmp_path, TEXT, "MARCH.csv")
    save_format("my broker", first, SAID)
    second = written(tmp_path, TEXT.replace("/03/", "/04/"), "APRIL.csv")

    seen = preview(second)
    imported = import_file(second, "mine", report=Report())

    assert seen.problem is None
    assert seen.format is not None
    assert seen.format.name == "my broker"
    assert [row[1] for row in seen.stored] == ["2024-04-05", "2024-04-06"]
    assert imported.series[0].first == "2024-04-05"
    assert (imported.series[0].symbol, imported.series[0].market) == ("APRIL", "futures")
    assert imported.notes[0] == "It was read by the saved format 'my broker'."


def test_that_another_file_is_not_read_by_it(tmp_path: Path) -> None:
    save_format("my broker", written(tmp_path, TEXT), SAID)

    seen = preview(written(tmp_path, TEXT.replace("First", "Opening"), "OTHER.csv"))

    assert seen.format is None
    assert seen.problem is not None


def test_that_saying_nothing_on_purpose_sets_a_saved_format_aside(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT)
    save_format("my broker", path, SAID)

    assert preview(path, Corrections()).problem is not None


def test_that_formats_are_listed_replaced_and_deleted(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT)
    save_format("b", path, SAID)
    save_format("a", path, SAID)
    save_format("b", path, Corrections(columns=SAID.columns, time_format="%m/%d/%Y"))

    assert [known.name for known in saved_formats()] == ["a", "b"]
    assert named_format("b").said.time_format == "%m/%d/%Y"
    delete_format("b")
    assert [known.name for known in saved_formats()] == ["a"]
    with pytest.raises(AlphintraError, match="no format 'b'"):
        delete_format("b")


def test_that_the_symbol_of_one_file_is_not_kept_for_the_next(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT)
    kept = save_format("a", path, Corrections(columns=SAID.columns, symbol="ONLY_THIS"))

    assert kept.said.symbol == ""


@pytest.mark.parametrize("name", ["", "../a", "a/b", ".hidden", "x" * 65, "a\n"])
def test_that_a_name_that_could_be_a_path_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(AlphintraError, match="cannot be the name"):
        save_format(name, written(tmp_path, TEXT), SAID)
    assert not formats_folder().exists()


def test_that_a_damaged_format_is_told_and_hinders_no_import(tmp_path: Path) -> None:
    formats_folder().mkdir(parents=True)
    (formats_folder() / "broken.json").write_text("{")
    sound = written(tmp_path, "date,open,high,low,close\n2024-03-05,1,1,1,1\n")

    imported = import_file(sound, "mine", report=Report())

    assert any("'broken' is damaged" in note for note in imported.notes)
    delete_format("broken")
