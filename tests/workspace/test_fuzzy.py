"""Finding things by a few of their letters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.workspace.fuzzy import best, score

TITLES = ["Save", "Save a copy…", "Command palette…", "Switch between light and dark", "Undo"]
WORDS = st.text("abc d", max_size=8)


def found(query: str) -> list[str]:
    return best(query, TITLES, lambda title: title)


def test_that_the_letters_of_words_find_a_command_before_letters_from_anywhere():
    assert found("cp")[0] == "Command palette…"


def test_that_a_whole_short_title_comes_before_a_longer_one_that_holds_it():
    assert found("save")[:2] == ["Save", "Save a copy…"]


def test_that_nothing_typed_leaves_everything_in_its_order():
    assert found("  ") == TITLES


def test_that_letters_that_are_not_there_find_nothing():
    assert found("zzz") == []


def is_subsequence(query: str, title: str) -> bool:
    rest = iter(title)
    return all(letter in rest for letter in query.replace(" ", ""))


@given(query=WORDS, title=WORDS)
def test_that_a_title_fits_exactly_when_it_holds_the_letters_in_order(query: str, title: str):
    assert (score(query, title) is not None) == is_subsequence(query, title)
