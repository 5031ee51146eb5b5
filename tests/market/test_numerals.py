"""Numbers as files write them."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.market.numerals import Numerals, numerals, ungrouped

COUNTS = st.lists(st.integers(0, 10**12), min_size=1)


@given(counts=COUNTS)
def test_that_thousands_set_apart_are_read_as_the_numbers_they_are(counts: list[int]) -> None:
    english = [f"{count:,}.5" for count in counts]
    german = [text.translate(str.maketrans(",.", ".,")) for text in english]

    for texts, decimal in ((english, "."), (german, ",")):
        values, bad = ungrouped(pa.chunked_array([texts]), decimal)
        assert values.tolist() == [count + 0.5 for count in counts]
        assert not bad.any()


def test_that_other_groups_than_of_three_are_no_numbers() -> None:
    texts = ["1.234", "46.93", "1.2.3", "12.3456,7", "x", None, "1234,5"]

    values, bad = ungrouped(pa.chunked_array([texts]), ",")

    assert bad.tolist() == [False, True, True, True, True, False, False]
    assert values[0] == 1234
    assert values[6] == 1234.5
    assert all(map(math.isnan, values[1:6]))


@pytest.mark.parametrize(
    ("prices", "volumes", "split_by_commas", "expected"),
    [
        (["46.93", "47"], ["100", "200"], True, Numerals()),
        (["46,93", "47,1"], ["4.134.796", "100"], False, Numerals(",", ("volume",))),
        (["46,93", "47,1"], ["100", "200"], True, Numerals(",")),
        (["1,234.5", "999.5"], ["1,234", "5"], True, Numerals(".", ("close", "volume"))),
        (["1,234", "1,250"], ["5", "6"], True, Numerals(".", ("close",))),
        (["1,234", "1,250"], ["5", "6"], False, Numerals(",")),
        (["46.93", "47.1", "14,1"], ["5", "6", "7"], True, Numerals()),
        (["46", "47", "14,1"], ["5", "6", "7"], True, Numerals()),
    ],
)
def test_that_the_decimal_sign_is_told_by_most_numbers(
    prices: list[str], volumes: list[str], split_by_commas: bool, expected: Numerals
) -> None:
    samples = {"close": prices, "volume": volumes}

    assert numerals(samples, commas_split_cells=split_by_commas) == expected
