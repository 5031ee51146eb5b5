"""When markets are open, and which calendar a series keeps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.calendars import OWN, checked_calendar, sessions
from alphintra_desktop.market.calendars_guess import UNKNOWN, guessed_calendar
from tests.market.quality_bars import daily, in_sessions, minutes, walk, without

HOUR = 3_600_000_000_000


def day(text: str) -> np.datetime64:
    return np.datetime64(text, "D")


def test_that_new_york_keeps_its_holidays_half_days_and_clock():
    known = sessions("XNYS", day("2019-07-01"), day("2019-07-08"))

    assert [str(one) for one in known.days] == [
        *("2019-07-01", "2019-07-02", "2019-07-03", "2019-07-05", "2019-07-08")
    ]
    assert known.early.tolist() == [False, False, True, False, False]
    hours = (known.last_closes - known.first_opens) / HOUR
    assert hours.tolist() == [6.5, 6.5, 3.5, 6.5, 6.5]
    assert set(known.offsets) == {-4 * HOUR}
    assert str(known.opens.view("datetime64[ns]")[0]).startswith("2019-07-01T13:30")


def test_that_a_lunch_break_parts_a_session_in_two():
    known = sessions("XTKS", day("2019-07-01"), day("2019-07-02"))

    assert known.session.tolist() == [0, 0, 1, 1]
    assert ((known.closes - known.opens) / HOUR).tolist() == [2.5, 2.5, 2.5, 2.5]
    assert len(known.first_opens) == len(known.last_closes) == 2


def test_that_the_week_of_currencies_goes_by_new_yorks_clock():
    known = sessions("24/5", day("2019-03-07"), day("2019-03-12"))

    assert [str(one) for one in known.days] == [
        *("2019-03-07", "2019-03-08", "2019-03-11", "2019-03-12")
    ]
    opens = [str(one)[5:16] for one in known.opens.view("datetime64[ns]")]
    assert opens == ["03-06T22:00", "03-07T22:00", "03-10T21:00", "03-11T21:00"]


def test_that_christmas_and_new_year_are_no_days_of_a_week():
    days = sessions("weekdays", day("2018-12-24"), day("2019-01-02")).days

    assert [str(one)[5:] for one in days] == [
        *("12-24", "12-26", "12-27", "12-28", "12-31", "01-02")
    ]


def test_that_there_are_no_sessions_before_an_exchange_is_known():
    assert len(sessions("XTKS", day("1980-01-01"), day("1980-12-31")).days) == 0


def test_that_a_calendar_that_is_none_is_refused_with_some_that_are():
    with pytest.raises(AlphintraError, match="no calendar 'NYSE-ish'") as told:
        checked_calendar("NYSE-ish")

    assert "XNYS" in told.value.hint
    assert [checked_calendar(name) for name in OWN] == list(OWN)


@pytest.mark.parametrize("name", ["XNYS", "XLON", "XFRA", "XTKS", "XTSE", "XHKG"])
def test_that_an_exchange_is_known_by_its_sessions(name):
    assert guessed_calendar(daily(calendar=name)) == name
    assert guessed_calendar(daily(calendar=name), "us_equities") == name
    assert guessed_calendar(in_sessions(name, step=30)) == name


def test_that_missing_days_do_not_change_the_exchange():
    rows = np.random.default_rng(1).choice(1_000, 250, replace=False)

    assert guessed_calendar(without(daily(), rows)) == "XNYS"


def test_that_the_suffix_of_a_symbol_is_a_hint():
    paris = replace(daily(calendar="XPAR", bars=200), symbol="MC.PA")

    assert guessed_calendar(paris, "us_equities") == "XPAR"


def test_that_markets_without_sessions_are_known():
    assert guessed_calendar(minutes()) == "24/7"
    assert guessed_calendar(minutes(days=2), "us_equities") == "24/7"
    assert guessed_calendar(in_sessions("24/5", last="2019-03-31", step=60)) == "24/5"
    weekdays = np.arange("2019-01-01", "2019-12-31", dtype="M8[D]")
    assert guessed_calendar(walk(weekdays[np.is_busday(weekdays)], "1d", 1)) == "weekdays"


def test_that_what_keeps_no_calendar_is_not_forced_into_one():
    mondays = np.arange("2015-01-05", "2019-12-31", 7, dtype="M8[D]")
    assert guessed_calendar(walk(mondays, "1w", 1)) == UNKNOWN
    assert guessed_calendar(walk(mondays, "1d", 1)) == UNKNOWN
    assert guessed_calendar(daily(bars=3)) == UNKNOWN
    assert guessed_calendar(daily(bars=3), "us_equities") == "XNYS"
