"""Replacing only what differs of a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.ui.code_view.python_text import _difference

TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "é\n", "\n", "end"]), max_size=8).map("".join)


@given(TEXTS, TEXTS)
def test_that_replacing_the_difference_makes_the_new_text(old: str, new: str):
    before, after = old.encode(), new.encode()
    start, end_old, end_new = _difference(before, after)
    assert before[:start] + after[start:end_new] + before[end_old:] == after
    after[start:end_new].decode()
