"""Events as columns of bars, against a slow look at one bar and one row after the other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.market.event_join import joined
from alphintra_desktop.market.events import Events, bar_ends, ordered

HOUR = np.timedelta64(1, "h")
START = np.datetime64("2020-01-06", "ns")
ROWS = st.lists(
    st.tuples(st.integers(-30, 220), st.integers(0, 5), st.sampled_from([1.0, 2.0, -4.0, np.nan])),
    max_size=15,
    unique_by=lambda row: (row[0], row[1]),
)
DAYS = st.lists(st.integers(0, 8), min_size=1, max_size=8, unique=True).map(sorted)


def table_of(rows: list[tuple[int, int, float]]) -> Events:
    return ordered(
        np.array([START + known * HOUR for known, _, _ in rows], dtype="datetime64[ns]"),
        np.array([START + period * HOUR for _, period, _ in rows], dtype="datetime64[ns]"),
        np.array(["X"] * len(rows), dtype=np.str_),
        {"value": np.array([value for *_, value in rows], dtype=np.float64)},
    )


def bars_on(days: list[int]) -> np.ndarray:
    return START + np.array(days) * np.timedelta64(24, "h")


def slowly(rows: list[tuple[int, int, float]], days: list[int]) -> dict[str, list[float]]:
    """What is known at 21:00 of each day, and the news since 21:00 of the bar before."""
    found: dict[str, list[float]] = {"last": [], "sum": [], "count": []}
    before: float = days[0] * 24
    for day in days:
        end = day * 24 + 21
        known = [row for row in rows if row[0] <= end and not np.isnan(row[2])]
        news = [row[2] for row in known if row[0] > before]
        last = max(known, key=lambda row: (row[1], row[0]))[2] if known else np.nan
        found["last"].append(last)
        found["sum"].append(sum(news) if known else np.nan)
        found["count"].append(len(news) if known else np.nan)
        before = end
    return found


@given(rows=ROWS, days=DAYS)
def test_that_the_columns_are_what_looking_for_them_slowly_finds(
    rows: list[tuple[int, int, float]], days: list[int]
) -> None:
    stamps = bars_on(days)
    found = joined(stamps, bar_ends(stamps, "1d", "us_equities"), table_of(rows), "value")
    for kind, expected in slowly(rows, days).items():
        np.testing.assert_array_equal(found[kind], expected, err_msg=kind)


@given(rows=ROWS, days=DAYS, later=ROWS, data=st.data())
def test_that_what_becomes_known_after_a_bar_changes_no_column_until_it(
    rows: list[tuple[int, int, float]],
    days: list[int],
    later: list[tuple[int, int, float]],
    data: st.DataObject,
) -> None:
    cut = data.draw(st.integers(1, len(days)))
    end = days[cut - 1] * 24 + 21
    known = [row for row in rows if row[0] <= end]
    other = known + [row for row in later if row[0] > end]
    stamps = bars_on(days)
    ends = bar_ends(stamps, "1d", "us_equities")
    whole = joined(stamps, ends, table_of(rows), "value")
    for table, count in ((known, cut), (other, cut), (known, len(days)), (other, len(days))):
        again = joined(stamps[:count], ends[:count], table_of(table), "value")
        for kind, values in whole.items():
            np.testing.assert_array_equal(again[kind][:cut], values[:cut])


def test_that_news_of_a_weekend_belongs_to_the_next_bar() -> None:
    friday, monday = 4, 7
    table = table_of([(friday * 24 + 22, 0, 5.0), (6 * 24, 1, 7.0), (monday * 24 + 21, 2, 1.0)])
    stamps = bars_on([friday, monday])
    found = joined(stamps, bar_ends(stamps, "1d", "us_equities"), table, "value")
    assert np.isnan(found["sum"][0])
    assert (found["sum"][1], found["count"][1], found["last"][1]) == (13.0, 3.0, 1.0)
