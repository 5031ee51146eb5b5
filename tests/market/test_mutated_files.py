"""Files that something went wrong with on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from alphintra_desktop.market.importing import import_file
from alphintra_desktop.report import Report
from tests.fuzzing import rounds
from tests.market.bar_files import written
from tests.market.fuzz_importing import BASES, outcomes


@pytest.mark.parametrize("name", BASES)
def test_that_the_files_to_be_mutated_are_sound(name: str, tmp_path: Path) -> None:
    result = import_file(written(tmp_path, BASES[name], name), "mine", report=Report())

    assert all(version.rows == 40 for version in result.series)


@pytest.mark.fuzz
def test_that_every_mutated_file_is_imported_or_refused_and_harms_nothing(tmp_path: Path) -> None:
    counts = outcomes(range(rounds(300)), tmp_path, check_every=100)

    assert counts["imported"] > 0
    assert counts["refused"] > 0
