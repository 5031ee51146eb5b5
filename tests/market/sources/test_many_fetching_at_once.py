"""Several processes that fetch into one library at once, some of them killed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from alphintra_desktop.market.store import describe
from tests.market.library_checks import assert_library_is_whole
from tests.market.sources import truth
from tests.market.sources.fake_vendors import fake
from tests.market.sources.fetching import stored
from tests.market.sources.vendor_server import VendorServer, serving

FETCHING = """
import sys
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.sources.order import Order
from alphintra_desktop.market.sources.fetch import fetch
from alphintra_desktop.report import Report
from tests.market.sources.fake_vendors import fake
from tests.market.sources.fetching import access
vendor = fake("binance")
for end in sys.argv[2:]:
    order = Order((vendor.symbol,), "mine", "1h", "2024-02-26", end)
    try:
        fetch(vendor.source, order, access(vendor, sys.argv[1]), Report())
    except AlphintraError as error:
        assert "somebody else" in error.message, error.message
print("done")
"""
ENDS = ["2024-03-05", "2024-03-20", "2024-04-10", "2024-05-01", "2024-05-31"]


@pytest.fixture
def server() -> Iterator[VendorServer]:
    with serving(fake("binance").answer) as running:
        yield running


def started(server: VendorServer) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", FETCHING, server.url, *ENDS],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_that_several_processes_may_fetch_the_same_at_once(server: VendorServer) -> None:
    for process in [started(server) for _ in range(3)]:
        out, errors = process.communicate(timeout=120)
        assert out.strip() == "done", errors

    hours = truth.coin_hours()
    assert stored("BTCUSDT", "1h")[0].tolist() == truth.stamps(hours).tolist()
    assert stored("BTCUSDT", "1h")[1]["close"].tolist() == truth.column(hours, "close")
    assert len(describe("mine", "BTCUSDT")) <= len(ENDS) * 3
    assert_library_is_whole()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_that_kills_at_any_moment_lose_nothing(server: VendorServer) -> None:
    for number in range(5):
        process = started(server)
        time.sleep(0.6 + 0.13 * number)
        process.kill()
        process.communicate()
        assert_library_is_whole(views=False)

    out, errors = started(server).communicate(timeout=120)

    assert out.strip() == "done", errors
    assert len(stored("BTCUSDT", "1h")[0]) == 2300
    assert_library_is_whole(views=False)
