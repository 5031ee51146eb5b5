"""What was known when: joined to bars only from then on, and never changed by what came later."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.event_store import (
    event_tables,
    event_versions,
    load_events,
    store_events,
)
from alphintra_desktop.market.events import Events, as_of, bar_ends, content_sha256, ordered


def events(*rows: tuple[str, str, float], symbol: str = "GDP") -> Events:
    """Rows of known from, period and value."""
    return ordered(
        np.array([row[0] for row in rows], dtype="datetime64[ns]"),
        np.array([row[1] for row in rows], dtype="datetime64[ns]"),
        np.array([symbol] * len(rows), dtype=np.str_),
        {"value": np.array([row[2] for row in rows])},
    )


GROWTH = events(
    ("2020-04-30T06:00", "2020-01-01", 1.0),
    ("2020-07-31T06:00", "2020-04-01", 2.0),
    ("2020-08-10T06:00", "2020-01-01", 1.5),
    ("2020-08-28T06:00", "2020-04-01", 2.5),
)


def moments(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[ns]")


def test_that_a_value_is_seen_from_when_it_was_known_and_as_revised_by_then() -> None:
    asked = moments(
        "2020-04-30T05:59", "2020-04-30T06:00", "2020-07-31T07:00", "2020-08-20", "2021-01-01"
    )
    seen = as_of(asked, GROWTH, "value").tolist()
    assert np.isnan(seen[0])
    assert seen[1:] == [1.0, 2.0, 2.0, 2.5]


def test_that_a_missing_value_is_no_news() -> None:
    table = events(("2020-01-02", "2020-01-01", 1.0), ("2020-02-02", "2020-02-01", np.nan))
    assert as_of(moments("2020-03-01"), table, "value").tolist() == [1.0]


def test_that_a_day_of_publication_is_not_seen_by_the_bar_of_that_day() -> None:
    published = np.datetime64("2020-04-29") + np.timedelta64(30, "h")
    table = events((str(published), "2020-01-01", 1.0))
    days = moments("2020-04-28", "2020-04-29", "2020-04-30")
    for market in ("us_equities", "fx", "futures", "crypto"):
        seen = as_of(bar_ends(days, "1d", market), table, "value")
        assert np.isnan(seen).tolist() == [True, True, False]


def test_that_intraday_bars_see_what_was_known_when_they_were_over() -> None:
    table = events(("2020-01-02T15:30", "2020-01-02T15:30", 1.0))
    hours = moments("2020-01-02T13:00", "2020-01-02T14:00", "2020-01-02T14:30", "2020-01-02T15:00")
    seen = as_of(bar_ends(hours, "1h", "us_equities"), table, "value")
    assert np.isnan(seen).tolist() == [True, True, False, False]


ROWS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 6), st.sampled_from([1.0, 2.0, 3.0, np.nan])),
    max_size=12,
    unique_by=lambda row: (row[0], row[1]),
)


def table_of(rows: list[tuple[int, int, float]]) -> Events:
    day = np.timedelta64(1, "D")
    start = np.datetime64("2020-01-01", "ns")
    return ordered(
        np.array([start + known * day for known, _, _ in rows], dtype="datetime64[ns]"),
        np.array([start + period * day for _, period, _ in rows], dtype="datetime64[ns]"),
        np.array(["X"] * len(rows), dtype=np.str_),
        {"value": np.array([value for *_, value in rows], dtype=np.float64)},
    )


def slowly(rows: list[tuple[int, int, float]], moment: int) -> float:
    """The latest period known, in its latest revision, looked for one row after the other."""
    known = [row for row in rows if row[0] <= moment and not np.isnan(row[2])]
    return max(known, key=lambda row: (row[1], row[0]))[2] if known else np.nan


@given(rows=ROWS)
def test_that_the_join_is_what_looking_for_it_slowly_finds(
    rows: list[tuple[int, int, float]],
) -> None:
    asked = np.datetime64("2020-01-01", "ns") + np.arange(-1, 22) * np.timedelta64(1, "D")
    expected = [slowly(rows, moment) for moment in range(-1, 22)]
    np.testing.assert_array_equal(as_of(asked, table_of(rows), "value"), expected)


@given(rows=ROWS, cut=st.integers(0, 21))
def test_that_cutting_off_the_future_never_changes_the_past(
    rows: list[tuple[int, int, float]], cut: int
) -> None:
    table = table_of(rows)
    asked = np.datetime64("2020-01-01", "ns") + np.arange(cut) * np.timedelta64(1, "D")
    then = asked[-1] if len(asked) else np.datetime64("2019-01-01", "ns")
    past = table.known_at(then)
    np.testing.assert_array_equal(as_of(asked, table, "value"), as_of(asked, past, "value"))


@given(rows=ROWS, data=st.data())
def test_that_the_order_of_rows_does_not_change_their_name(
    rows: list[tuple[int, int, float]], data: st.DataObject
) -> None:
    mixed = data.draw(st.permutations(rows))
    assert content_sha256(table_of(rows)) == content_sha256(table_of(mixed))


def test_that_a_stored_table_is_read_as_it_was() -> None:
    stored = store_events("growth", GROWTH, "a test")

    back = load_events("growth", symbol="GDP")

    assert content_sha256(back) == stored.sha256 == content_sha256(GROWTH)
    assert (stored.rows, stored.symbols, stored.fields) == (4, ("GDP",), ("value",))
    assert (stored.first_known, stored.last_known) == (
        "2020-04-30T06:00:00Z",
        "2020-08-28T06:00:00Z",
    )
    assert event_tables() == (stored,)


def test_that_other_rows_are_a_new_version_and_the_same_are_none() -> None:
    first = store_events("growth", GROWTH.known_at(np.datetime64("2020-05-01")), "a test")
    second = store_events("growth", GROWTH, "a test")
    assert store_events("growth", GROWTH, "again") == second

    assert [version.sha256 for version in event_versions("growth")] == [
        second.sha256,
        first.sha256,
    ]
    assert len(load_events("growth", sha256=first.sha256).times) == 1


def test_that_what_is_not_there_is_told() -> None:
    with pytest.raises(AlphintraError, match="no table of events"):
        load_events("growth")
    store_events("growth", GROWTH, "a test")
    with pytest.raises(AlphintraError, match="no events of 'CPI'"):
        load_events("growth", symbol="CPI")
    with pytest.raises(AlphintraError, match="not in the library"):
        load_events("growth", sha256="0" * 64)
    with pytest.raises(AlphintraError, match="cannot be the name"):
        store_events("../growth", GROWTH, "a test")


def test_that_a_damaged_file_is_told(library_of_this_test) -> None:
    store_events("growth", GROWTH, "a test")
    (file,) = library_of_this_test.rglob("events/*.parquet")
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(AlphintraError, match="missing or damaged"):
        load_events("growth")
