"""Each fault, put into clean bars at a random place, is found there, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alphintra_desktop.market.bars import PRICES
from alphintra_desktop.market.calendars import sessions
from alphintra_desktop.market.quality import checked
from alphintra_desktop.market.quality_finding import QualityFinding, Severity, as_plain, from_plain
from alphintra_desktop.market.quality_table import BarTable
from tests.market.quality_bars import (
    MINUTE,
    changed,
    daily,
    in_rows,
    in_sessions,
    minutes,
    scaled_prices,
    without,
)

SEEDS = range(6)


def serious(table: BarTable, **how: str) -> list[QualityFinding]:
    return [one for one in checked(table, **how).findings if one.severity is not Severity.INFO]


def only(table: BarTable) -> QualityFinding:
    (finding,) = serious(table)
    return finding


def remark(table: BarTable, code: str) -> QualityFinding:
    assert serious(table) == []
    (finding,) = [one for one in checked(table).findings if one.code == code]
    return finding


def some_row(seed: int, table: BarTable) -> int:
    return int(np.random.default_rng(seed + 100).integers(60, len(table) - 60))


# --------------------------------------------------------------------------- clean bars


@pytest.mark.parametrize("seed", range(12))
def test_that_clean_walks_of_any_sessions_give_nothing_above_a_remark(seed):
    assert serious(daily(seed)) == []
    assert serious(minutes(seed)) == []
    assert serious(in_sessions(seed=seed)) == []
    assert serious(in_sessions("24/5", last="2019-02-28", seed=seed, step=60)) == []


def test_that_a_clean_walk_has_no_unusual_bar():
    assert [one for seed in range(12) for one in checked(minutes(seed)).findings] == []


@pytest.mark.parametrize("seed", range(60))
def test_that_no_garbage_whatever_stops_the_checks(seed):
    draw = np.random.default_rng(seed)
    count, unit = int(draw.integers(1, 400)), ("m", "h", "D")[seed % 3]
    odd = np.array([np.nan, np.inf, -np.inf, 0.0, -1.0, 1e308, 1e-308, 5.0])
    columns = {
        name: np.where(draw.random(count) < 0.3, draw.choice(odd, count), draw.random(count) * 10)
        for name in (*PRICES, "volume")
    }
    steps = draw.integers(-1 if seed % 2 else 0, 40, count)
    stamps = np.datetime64("1990-01-01", unit) + np.cumsum(steps)
    timeframe = {"m": "1m", "h": "1h", "D": "1d"}[unit]
    table = BarTable("X", timeframe, stamps.astype("datetime64[ns]"), columns)

    for finding in checked(table).findings:
        assert finding.message.endswith((".", "!"))
        assert all(0 <= row < count for row in finding.place.rows)
        assert from_plain(as_plain(finding)) == finding


def test_that_one_bar_or_none_is_checked_without_a_word():
    assert checked(without(daily(), slice(0, None))).findings == ()
    assert checked(without(daily(), slice(1, None))).findings == ()


def test_that_a_finding_survives_the_way_to_json_and_back():
    for finding in checked(scaled_prices(daily(), 500, 20.0)).findings:
        assert from_plain(as_plain(finding)) == finding


# --------------------------------------------------------------------------- times


@pytest.mark.parametrize("seed", SEEDS)
def test_that_a_missing_session_is_named(seed):
    table = daily(seed)
    row = some_row(seed, table)

    found = only(without(table, row))

    day = str(table.stamps[row])[:10]
    assert (found.code, found.place.count, found.place.rows) == ("missing_sessions", 1, (row,))
    assert found.place.first == found.place.last == day
    assert day in found.message


@pytest.mark.parametrize("seed", SEEDS)
def test_that_a_hole_of_many_sessions_is_one_finding_with_its_first_and_last_day(seed):
    table = daily(seed)
    row = some_row(seed, table)

    found = only(without(table, slice(row, row + 8)))

    days = [str(stamp)[:10] for stamp in table.stamps[[row, row + 7]]]
    assert (found.code, found.place.count) == ("gap", 8)
    assert [found.place.first, found.place.last] == days


@pytest.mark.parametrize("seed", SEEDS)
def test_that_bars_missing_within_a_session_are_counted_but_not_the_night(seed):
    table = in_sessions(seed=seed)
    opens = np.flatnonzero(np.diff(table.moments) > 5 * MINUTE) + 1
    row = int(opens[seed * 30 + 3]) + 10

    found = only(without(table, slice(row, row + 20)))

    assert (found.code, found.place.count, found.place.rows) == ("missing_bars", 20, (row,))
    assert str(table.stamps[row])[:19] in found.message


def test_that_a_whole_missing_session_of_intraday_bars_is_named():
    table = in_sessions()
    day = table.stamps.astype("datetime64[D]") == np.datetime64("2019-05-09")

    found = only(without(table, day))

    assert (found.code, found.place.first) == ("missing_sessions", "2019-05-09")


def test_that_a_few_missing_bars_are_thin_trading():
    assert remark(without(minutes(), [5_000, 7_000]), "thin_trading").place.count == 2


def test_that_bars_of_a_holiday_are_told():
    table = daily()
    row = int(np.searchsorted(table.stamps, np.datetime64("2013-07-04")))
    stamps = table.stamps.copy()
    holiday = replace(in_rows(table, np.insert(np.arange(len(table)), row, row - 1)), rows=None)
    stamps = holiday.stamps.copy()
    stamps[row] = np.datetime64("2013-07-04", "ns")

    found = only(replace(holiday, stamps=stamps))

    assert (found.code, found.place.rows) == ("bars_on_closed_days", (row,))


def test_that_bars_after_the_early_close_of_a_half_day_are_told():
    table = in_sessions(last="2019-07-31")
    regular = in_sessions(first="2019-07-02", last="2019-07-02")
    half_day = regular.stamps + np.timedelta64(1, "D")
    outside = half_day >= np.datetime64("2019-07-03T17:00")
    both = np.concatenate([table.stamps, half_day[outside]])
    order = np.argsort(both)
    columns = {
        name: np.concatenate([values, values[-1] + 0 * regular[name][outside]])[order]
        for name, values in table.columns.items()
    }
    columns |= {name: np.full(len(both), 50.0) for name in PRICES}
    found = checked(BarTable("MADE", "5m", both[order], columns)).findings

    (told,) = [one for one in found if one.code == "bars_outside_sessions"]
    assert told.place.count == outside.sum()
    assert "early close of a half day" in told.message


@pytest.mark.parametrize("seed", SEEDS)
def test_that_repeated_rows_are_counted_with_their_rows(seed):
    table = daily(seed)
    row = some_row(seed, table)

    found = only(in_rows(table, np.insert(np.arange(len(table)), row, row)))

    assert (found.code, found.place.count, found.place.rows) == ("repeated_bars", 1, (row + 1,))
    assert found.repair is not None
    assert found.repair.action == "drop_rows"


def test_that_two_different_bars_of_one_time_are_an_error():
    table = in_rows(daily(), np.insert(np.arange(1_000), 500, 500))

    found = only(changed(table, 501, close=lambda old: old * 1.0001))

    assert (found.code, found.severity) == ("conflicting_bars", Severity.ERROR)


@pytest.mark.parametrize("seed", SEEDS)
def test_that_rows_out_of_order_are_told(seed):
    table = daily(seed)
    row, rows = some_row(seed, table), np.arange(len(table))
    rows[[row, row + 1]] = rows[[row + 1, row]]

    found = only(in_rows(table, rows))

    assert (found.code, found.place.rows) == ("unsorted", (row + 1,))


@pytest.mark.parametrize("seed", SEEDS)
def test_that_a_bar_that_starts_in_the_one_before_is_told(seed):
    table = minutes(seed)
    row = some_row(seed, table)
    stamps = table.stamps.copy()
    stamps[row] += np.timedelta64(30, "s")

    found = only(replace(table, stamps=stamps))

    assert (found.code, found.place.rows) == ("overlapping_bars", (row + 1,))


# --------------------------------------------------------------------------- clocks


@pytest.mark.parametrize(("name", "late"), [("XNYS", True), ("XLON", False)])
def test_that_a_summer_an_hour_off_is_told_as_a_shifted_clock(name, late):
    table = in_sessions(name, step=1)
    known = sessions(name, np.datetime64("2019-01-02"), np.datetime64("2019-12-31"))
    summer_days = known.days[known.offsets == known.offsets.max()]
    summer = np.isin(table.stamps.astype("datetime64[D]"), summer_days)
    hour = np.timedelta64(1 if late else -1, "h")
    shifted = replace(table, stamps=np.where(summer, table.stamps + hour, table.stamps))

    found = [one for one in serious(shifted, calendar=name) if one.code == "clock_shift"]

    assert len(found) == 1
    assert found[0].place.count == summer.sum()
    assert ("an hour late" if late else "an hour early") in found[0].message
    assert found[0].repair is not None
    assert found[0].repair.number == (-60 if late else 60)
    assert np.array_equal(found[0].repair.rows, np.flatnonzero(summer))


def test_that_currencies_whose_weeks_open_an_hour_off_in_summer_are_told():
    table = in_sessions("24/5", step=60)
    known = sessions("24/5", np.datetime64("2019-01-02"), np.datetime64("2019-12-31"))
    summer = known.offsets == known.offsets.max()
    first, last = known.opens[summer][0], known.closes[summer][-1]
    rows = (table.moments >= first) & (table.moments < last)
    shifted = table.stamps + rows * np.timedelta64(1, "h")
    _, once = np.unique(shifted, return_index=True)

    codes = [one.code for one in serious(replace(in_rows(table, once), stamps=shifted[once]))]

    assert "clock_shift" in codes


# --------------------------------------------------------------------------- prices


@pytest.mark.parametrize("seed", SEEDS)
def test_that_high_and_low_exchanged_are_told_and_would_be_exchanged_back(seed):
    table = daily(seed)
    row = some_row(seed, table)
    high, low = table["high"][row], table["low"][row]

    found = only(changed(table, row, high=low, low=high))

    assert (found.code, found.place.rows) == ("impossible_bars", (row,))
    assert found.repair is not None
    assert found.repair.action == "swap_high_low"


def test_that_a_close_above_the_high_is_told_with_its_numbers():
    table = changed(daily(), 300, close=lambda old: old * 1.2)

    found = only(table)

    assert found.repair is not None
    assert found.repair.action == "widen_range"
    assert f"its close {table['close'][300]:g} is above its high" in found.message


@pytest.mark.parametrize("wrong", [-5.0, 0.0, np.nan])
def test_that_a_price_that_is_none_is_told(wrong):
    found = only(changed(daily(), 300, close=wrong))

    assert (found.code, found.place.rows) == ("impossible_bars", (300,))
    assert found.repair is not None
    assert found.repair.action == "drop_rows"


def test_that_many_impossible_bars_are_an_error():
    rows = slice(100, 200)

    assert only(changed(daily(), rows, close=-1.0)).severity is Severity.ERROR


@pytest.mark.parametrize("seed", SEEDS)
def test_that_a_price_that_stands_still_for_long_is_told(seed):
    for table, length in ((daily(seed), 8), (minutes(seed), 60)):
        row = some_row(seed, table)
        still = dict.fromkeys(PRICES, table["close"][row - 1])

        found = only(changed(table, slice(row, row + length), **still))

        assert (found.code, found.place.count) == ("stale_prices", length)
        assert found.place.rows == tuple(range(row, row + length))


def test_that_prices_which_often_stand_still_are_not_stale():
    table = minutes()
    draw = np.random.default_rng(5)
    close = 100 + 0.01 * np.cumsum(draw.choice([0, 0, 0, 0, 1, -1], len(table)))

    assert serious(replace(table, columns={**dict.fromkeys(PRICES, close), "volume": close})) == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("ratio", "said"), [(2.0, "2:1"), (3.0, "3:1"), (0.1, "1:10")])
def test_that_a_split_nobody_stated_is_told_and_sure_where_the_volume_agrees(seed, ratio, said):
    table = daily(seed)
    row = some_row(seed, table)
    before = scaled_prices(table, slice(0, row), ratio)

    silent = only(before)
    sure = only(changed(before, slice(0, row), volume=lambda old: np.round(old / ratio)))

    assert silent.code == sure.code == "suspected_split"
    assert silent.place.rows == sure.place.rows == (row,)
    assert f"{said} split" in sure.message
    assert (silent.severity, sure.severity) == (Severity.WARNING, Severity.ERROR)
    assert sure.repair is not None
    assert sure.repair.number == ratio


def test_that_a_known_split_is_none_to_tell():
    table = scaled_prices(daily(), slice(0, 500), 2.0)
    events = np.arange(len(table)) == 500

    assert checked(replace(table, events=events)).findings == ()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("factor", [10.0, 0.1])
def test_that_a_spike_is_an_error_at_its_bar(seed, factor):
    table = minutes(seed)
    row = some_row(seed, table)

    found = only(scaled_prices(table, row, factor))

    assert (found.code, found.severity, found.place.rows) == ("spike", Severity.ERROR, (row,))


@pytest.mark.parametrize("seed", SEEDS)
def test_that_the_forest_finds_a_bar_that_no_rule_forbids(seed):
    table = minutes(seed)
    row = some_row(seed, table)
    odd = changed(table, row, high=lambda old: old * 1.05, volume=lambda old: old * 60)

    assert remark(odd, "unusual_bar").place.rows == (row,)
    assert checked(odd, with_forest=False).findings == ()


def test_that_the_forest_says_the_same_every_time():
    odd = changed(minutes(), [4_000, 6_000], low=lambda old: old * 0.9)

    assert checked(odd) == checked(odd)


# --------------------------------------------------------------------------- volume


@pytest.mark.parametrize("seed", SEEDS)
def test_that_a_few_days_without_volume_are_told(seed):
    table = daily(seed)
    rows = np.sort(np.random.default_rng(seed).choice(len(table), 7, replace=False))

    found = only(changed(table, rows, volume=0.0))

    assert (found.code, found.place.rows) == ("zero_volume", tuple(rows.tolist()))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("factor", [100.0, 1000.0, 0.01])
def test_that_a_change_of_the_volumes_unit_is_told_with_its_bar(seed, factor):
    for table in (daily(seed), minutes(seed, days=10)):
        row = len(table) // 2 + seed * 7

        found = only(changed(table, slice(0, row), volume=lambda old: old * factor))

        assert found.code == "volume_unit"
        assert found.place.count == row
        assert found.repair is not None
        assert found.repair.number == pytest.approx(1 / factor)


def test_that_a_stretch_in_another_unit_is_told_with_both_its_ends():
    found = only(changed(daily(), slice(300, 700), volume=lambda old: old * 100))

    assert (found.place.rows[0], found.place.count) == (300, 400)


def test_that_an_unknown_volume_is_a_remark():
    assert remark(changed(daily(), slice(0, None), volume=np.nan), "unknown_volume")
