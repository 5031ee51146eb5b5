from __future__ import annotations

import numpy as np
import pytest

from alphintra_desktop.backtest.figures import duration, figure, signed, times


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (0.1234, "fraction", "12.34%"),
        (-0.1234, "fraction", "−12.34%"),  # noqa: RUF001
        (0.0, "fraction", "0%"),
        (-0.0, "fraction", "0%"),
        (0.000123, "fraction", "0.012%"),
        (5.4161, "fraction", "541.6%"),
        (123.4, "fraction", "12,340%"),
        (1234567.8, "money", "1,234,568"),
        (-12.345, "money", "−12.35"),  # noqa: RUF001
        (-0.001, "money", "0.00"),
        (1.05431, "price", "1.0543"),
        (0.000012346, "price", "0.00001235"),
        (430.47, "price", "430.47"),
        (1.8249, "ratio", "1.82"),
        (48.0, "count", "48"),
        (12.5, "count", "12.5"),
        (1.0, "bars", "1 bar"),
        (1059.0, "bars", "1,059 bars"),
        (1028.5, "shares", "1,028.50"),
        (float("nan"), "ratio", "–"),  # noqa: RUF001
        (float("inf"), "ratio", "∞"),
        (float("-inf"), "ratio", "−∞"),  # noqa: RUF001
    ],
)
def test_that_a_figure_is_written_for_a_human(value: float, kind: str, text: str) -> None:
    assert figure(value, kind) == text


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (120_000.0, "money", "120k"),
        (2.5e6, "money", "2.5M"),
        (0.05, "fraction", "5%"),
        (-0.025, "fraction", "−2.5%"),  # noqa: RUF001
    ],
)
def test_that_an_axis_leaves_out_what_it_does_not_need(value: float, kind: str, text: str) -> None:
    assert figure(value, kind, short=True) == text


def test_that_only_gains_get_a_plus() -> None:
    assert [signed(v, "fraction") for v in (0.01, 0.0, float("nan"), float("inf"))] == [
        "+1.00%",
        "0%",
        "–",  # noqa: RUF001
        "∞",
    ]
    assert signed(-0.01, "fraction") == "−1.00%"  # noqa: RUF001


def test_that_times_are_dates_on_daily_bars_and_have_minutes_otherwise() -> None:
    stamps = np.array(["2004-08-19T09:30:00", "NaT"], dtype="M8[ns]")
    assert times(stamps, daily=True) == ["2004-08-19", "–"]  # noqa: RUF001
    assert times(stamps, daily=False) == ["2004-08-19 09:30", "–"]  # noqa: RUF001


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(1, "1 minute"), (90, "90 minutes"), (330, "5.5 hours"), (1440 * 412, "412 days")],
)
def test_that_a_duration_has_its_natural_unit(minutes: int, text: str) -> None:
    assert duration(np.timedelta64(minutes, "m")) == text
