"""`alphintra data import` with corrections, previews, and formats that are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from alphintra_desktop.market.store import list_series
from tests.cli.command_line import here

TEXT = "Day;First;Top;Bottom;Last\n05/03/2024;1,5;2;0,5;1,5\n06/03/2024;1,5;2;1;1,75\n"
SAID = (
    *("--column", "timestamp=Day", "--column", "open=First", "--column", "high=Top"),
    *("--column", "low=Bottom", "--column", "close=Last", "--time-format", "%d/%m/%Y"),
)


@pytest.fixture
def alphintra(capsys) -> Any:
    return here(capsys)


def written(folder: Path, name: str = "MARCH.csv") -> Path:
    path = folder / name
    path.write_text(TEXT)
    return path


def test_that_a_preview_shows_guesses_and_rows_and_stores_nothing(alphintra, tmp_path: Path):
    said = alphintra("data", "import", written(tmp_path), *SAID, "--preview")

    assert said.code == 0, said.err
    assert "as you said" in said.out
    assert "05/03/2024" in said.out
    assert "2024-03-05" in said.out
    assert "2 of 2 rows would be stored" in said.out
    assert not list_series()


def test_that_a_preview_of_what_cannot_be_read_shows_it_and_fails(alphintra, tmp_path: Path):
    said = alphintra("data", "import", written(tmp_path), "--preview")

    assert said.code == 1
    assert "05/03/2024" in said.out
    assert "no line that names its columns" in said.err


def test_that_a_saved_format_reads_the_next_file_and_is_listed_and_deleted(
    alphintra, tmp_path: Path
):
    first = alphintra("data", "import", written(tmp_path), *SAID, "--save-format", "my broker")
    second = alphintra("data", "import", written(tmp_path, "APRIL.csv"), "--json")
    listed = alphintra("data", "formats")
    deleted = alphintra("data", "formats", "--delete", "my broker", "--json")

    assert first.code == 0, first.err
    assert second.json["series"][0]["symbol"] == "APRIL"
    assert second.json["series"][0]["first"] == "2024-03-05"
    assert "my broker" in listed.out
    assert "%d/%m/%Y" in listed.out
    assert deleted.json == []


def test_that_a_format_can_be_named_for_a_file_and_corrected_once_more(alphintra, tmp_path: Path):
    alphintra("data", "import", written(tmp_path), *SAID, "--save-format", "mine")
    text = TEXT.replace("Day", "Tag")
    (tmp_path / "OTHER.csv").write_text(text)

    without = alphintra("data", "import", tmp_path / "OTHER.csv")
    said = alphintra(
        *("data", "import", tmp_path / "OTHER.csv", "--format", "mine", "--json", *SAID),
        *("--column", "timestamp=Tag"),
    )

    assert without.code == 1
    assert said.code == 0, said.err
    assert said.json["series"][0]["rows"] == 2


def test_that_a_symbol_given_for_one_file_leaves_the_saved_format_at_work(
    alphintra, tmp_path: Path
):
    alphintra("data", "import", written(tmp_path), *SAID, "--save-format", "mine")

    said = alphintra("data", "import", written(tmp_path), "--symbol", "ACME", "--json")

    assert said.json["series"][0]["symbol"] == "ACME"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--column", "close"), "does not say what a column means"),
        (("--encoding", "martian"), "cannot be the encoding"),
        (("--format", "nobody's"), "cannot be the name"),
        (("--format", "none such"), "There is no format"),
        (
            ("--column", "close=Nowhere"),
            "as they were given: 'Day', 'First', 'Top', 'Bottom', 'Nowhere'",
        ),
        (("--time-zone", "Mars/Base"), "no time zone"),
    ],
)
def test_that_nonsense_is_told_and_nothing_stored(alphintra, options, told: str, tmp_path: Path):
    said = alphintra("data", "import", written(tmp_path), *SAID, *options)

    assert said.code != 0
    assert told in said.err
    assert not list_series()
