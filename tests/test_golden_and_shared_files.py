"""The suite's own tools: golden files, and test data that may be absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.fuzzing import rounds
from tests.shared_files import SharedFileMissing, shared

pytest_plugins = ["pytester"]
CONFTEST = Path(__file__).with_name("conftest.py")


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """A small suite with our conftest, whose one test compares a text with a golden file."""
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makepyfile(
        test_story="def test_that_the_story_is_told(golden):\n    golden('story.txt', 'Once\\n')\n"
    )
    return pytester


def test_that_a_new_golden_file_must_be_accepted_by_hand(suite: pytest.Pytester):
    refused = suite.runpytest_subprocess()
    refused.assert_outcomes(failed=1)
    refused.stdout.fnmatch_lines(["+Once", "*accept it with: *--update-golden*"])

    suite.runpytest_subprocess("--update-golden").assert_outcomes(passed=1)
    suite.runpytest_subprocess().assert_outcomes(passed=1)
    assert (suite.path / "golden" / "story.txt").read_bytes() == b"Once\n"


def test_that_a_golden_file_that_changed_fails_with_the_difference(suite: pytest.Pytester):
    (suite.path / "golden").mkdir()
    (suite.path / "golden" / "story.txt").write_text("Twice\n", encoding="utf-8")

    result = suite.runpytest_subprocess()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["-Twice", "+Once"])


def test_that_every_test_has_an_empty_library_of_its_own(library_of_this_test: Path):
    assert os.environ["ALPHINTRA_HOME"] == str(library_of_this_test)
    assert not list(library_of_this_test.iterdir())


def test_that_absent_shared_files_skip_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ALPHINTRA_SHARED", str(tmp_path))
    monkeypatch.delenv("ALPHINTRA_REQUIRE_SHARED", raising=False)
    with pytest.raises(pytest.skip.Exception, match="prices is not in the shared test data"):
        shared("prices")


def test_that_absent_shared_files_fail_where_they_were_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ALPHINTRA_SHARED", str(tmp_path))
    monkeypatch.setenv("ALPHINTRA_REQUIRE_SHARED", "1")
    with pytest.raises(SharedFileMissing, match="ALPHINTRA_SHARED"):
        shared("prices")


def test_that_shared_files_are_found_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "prices").touch()
    monkeypatch.setenv("ALPHINTRA_SHARED", str(tmp_path))
    assert shared("prices") == tmp_path / "prices"


def test_that_a_long_fuzz_run_raises_the_number_of_rounds(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ALPHINTRA_FUZZ_ROUNDS", raising=False)
    assert rounds(200) == 200
    monkeypatch.setenv("ALPHINTRA_FUZZ_ROUNDS", "10000")
    assert rounds(200) == 10_000
