"""How long is waited, how often is called: by one process and by several, whatever clocks say."""

from __future__ import annotations

import subprocess
import sys
import time
from email.utils import formatdate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.sources.answer_cache import OLDEST, AnswerCache
from alphintra_desktop.market.sources.answers import Answer
from alphintra_desktop.market.sources.faults import Passing, Throttled
from alphintra_desktop.market.sources.limits import CallBook
from alphintra_desktop.market.sources.retry import Patience, retrying, wait_before
from alphintra_desktop.market.sources.source import Ask, Rate
from tests.market.sources.fake_vendors import fake
from tests.market.sources.fetching import fetched
from tests.market.sources.vendor_server import Given, serving

PATIENCE = Patience(first_s=0.5, longest_s=60.0, all_s=300.0)


# ---------------------------------------------------------------- waits


@given(retry=st.integers(1, 40))
def test_that_a_wait_is_drawn_from_nothing_to_a_bound_that_doubles(retry: int) -> None:
    waits = [wait_before(retry, Passing("fails"), PATIENCE) for _ in range(20)]
    assert all(0 <= wait <= min(60.0, 0.5 * 2**retry) for wait in waits)
    assert len(set(waits)) > 1


def test_that_a_vendor_that_says_how_long_is_waited_for_at_least_that_long() -> None:
    waits = [wait_before(1, Throttled("slows", 7.0), PATIENCE) for _ in range(20)]
    assert all(7.0 <= wait <= 7.2 for wait in waits)


def test_that_all_waits_together_are_bounded() -> None:
    waited: list[float] = []

    def failing() -> None:
        raise Throttled("asks for fewer calls", 100.0)

    with pytest.raises(AlphintraError, match="3 times in a row"):
        retrying(failing, "A vendor", lambda seconds, _: waited.append(seconds), PATIENCE)
    assert sum(waited) <= 300


def test_that_a_mistake_of_ours_is_not_tried_again() -> None:
    calls: list[int] = []

    def mistaken() -> None:
        calls.append(1)
        raise TypeError("ours")

    with pytest.raises(TypeError):
        retrying(mistaken, "A vendor", lambda *_: None, PATIENCE)
    assert calls == [1]


def test_that_a_time_to_come_back_at_is_read_by_the_vendors_clock() -> None:
    vendor = fake("binance")
    three_days = 3 * 86_400
    with serving(vendor.answer) as server:
        server.ahead_s = three_days
        at = formatdate(time.time() + three_days + 1, usegmt=True)
        server.next_answers = [Given("", 429, {"Retry-After": at})]

        fetched(vendor, server)

    assert len(server.asked) == 2


# ---------------------------------------------------------------- calls


def test_that_no_more_calls_are_let_through_than_the_rate_says(tmp_path: Path) -> None:
    book, rate = CallBook(tmp_path / "calls.sqlite"), Rate(3, 10.0)
    assert [book.take("v", rate, None, 100.0 + n) for n in range(3)] == [0, 0, 0]
    assert book.take("v", rate, None, 103.0) == pytest.approx(7.0)
    assert book.take("other", rate, None, 103.0) == 0
    assert book.take("v", rate, None, 110.0) == 0
    assert book.made("v", 110.0) == 4


def test_that_the_budget_is_of_the_last_day(tmp_path: Path) -> None:
    book, rate = CallBook(tmp_path / "calls.sqlite"), Rate(100, 1.0)
    for n in range(2):
        assert book.take("v", rate, 2, 1000.0 + n) == 0
    with pytest.raises(AlphintraError, match="budget of 2 calls"):
        book.take("v", rate, 2, 1000.0 + 86_000)
    assert book.take("v", rate, 2, 1000.0 + 86_401) == 0


def test_that_a_clock_that_was_put_back_does_not_block_for_ever(tmp_path: Path) -> None:
    book, rate = CallBook(tmp_path / "calls.sqlite"), Rate(1, 1.0)
    assert book.take("v", rate, None, 9e9) == 0
    assert book.take("v", rate, None, 1e9) == 0


CALLING = """
import sys, time
from pathlib import Path
from alphintra_desktop.market.sources.limits import CallBook
from alphintra_desktop.market.sources.source import Rate
book = CallBook(Path(sys.argv[1]))
taken = sum(book.take("v", Rate(50, 3600.0), None, time.time()) == 0 for _ in range(40))
print(taken)
"""


def test_that_processes_share_the_rate(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CALLING, tmp_path / "calls.sqlite"], stdout=subprocess.PIPE
        )
        for _ in range(3)
    ]
    taken = [int(process.communicate(timeout=60)[0]) for process in processes]
    assert sum(taken) == 50


def test_that_a_count_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    file = tmp_path / "calls.sqlite"
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(AlphintraError, match="count of calls") as raised:
        CallBook(file).take("v", Rate(1, 1.0), None, 0.0)
    assert "calls.sqlite" in raised.value.hint


# ---------------------------------------------------------------- the cache


def test_that_old_answers_and_drafts_are_swept(tmp_path: Path) -> None:
    import os

    cache, ask = AnswerCache(tmp_path, 60.0), Ask("/x")
    cache.put("https://a.example", ask, Answer(200, b"{}"))
    (kept,) = tmp_path.iterdir()
    cache.sweep()
    assert kept.exists()
    (tmp_path / "x.123").write_text("half")
    for file in tmp_path.iterdir():
        os.utime(file, (0, time.time() - OLDEST - 1))

    cache.sweep()

    assert list(tmp_path.iterdir()) == []


def test_that_the_same_question_to_another_address_is_another_one(tmp_path: Path) -> None:
    cache, ask = AnswerCache(tmp_path, 60.0), Ask("/x", {"a": "1"})
    cache.put("https://a.example", ask, Answer(200, b"{}"))
    assert cache.get("https://a.example", Ask("/x", {"a": "1"})) is not None
    assert cache.get("https://b.example", ask) is None
    assert cache.get("https://a.example", Ask("/x", {"a": "2"})) is None
