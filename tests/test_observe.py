from __future__ import annotations

import pytest

from alphintra_desktop.observe import Signal


def test_that_subscribers_are_told_in_the_order_in_which_they_subscribed():
    told: list[tuple[str, int]] = []
    signal: Signal[int] = Signal()
    signal.subscribe(lambda value: told.append(("first", value)))
    signal.subscribe(lambda value: told.append(("second", value)))
    signal.emit(7)
    assert told == [("first", 7), ("second", 7)]


def test_that_a_cancelled_subscriber_is_not_told_and_may_cancel_again():
    told: list[int] = []
    signal: Signal[int] = Signal()
    subscription = signal.subscribe(told.append)
    signal.emit(1)
    subscription.cancel()
    subscription.cancel()
    signal.emit(2)
    assert told == [1]


def test_that_cancelling_while_a_value_is_announced_takes_effect_at_once():
    told: list[int] = []
    signal: Signal[int] = Signal()
    signal.subscribe(lambda _: second.cancel())
    second = signal.subscribe(told.append)
    signal.emit(1)
    assert told == []


def test_that_who_subscribes_while_a_value_is_announced_hears_the_next_one():
    told: list[int] = []
    signal: Signal[int] = Signal()
    first = signal.subscribe(lambda _: signal.subscribe(told.append))
    signal.emit(1)
    first.cancel()
    signal.emit(2)
    assert told == [2]


def test_that_a_failing_subscriber_does_not_keep_the_news_from_the_others():
    told: list[int] = []
    signal: Signal[int] = Signal()
    signal.subscribe(lambda value: 1 // (value - 1))
    signal.subscribe(told.append)
    with pytest.raises(ZeroDivisionError):
        signal.emit(1)
    assert told == [1]


def test_that_all_failures_are_raised_when_several_subscribers_fail():
    signal: Signal[int] = Signal()
    signal.subscribe(lambda value: 1 // value)
    signal.subscribe(lambda value: [][value])
    with pytest.raises(ExceptionGroup) as caught:
        signal.emit(0)
    assert [type(failure) for failure in caught.value.exceptions] == [
        ZeroDivisionError,
        IndexError,
    ]
