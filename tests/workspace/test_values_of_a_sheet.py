"""The traffic lights and values of an open sheet, computed by real workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.edits import RenameNode, SetMode, SetParam
from alphintra_desktop.graph.model import BYPASSED, MUTED, Graph
from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.warm_worker import COLD_WORKER, WarmWorkers
from alphintra_desktop.runs.project import home_folder
from alphintra_desktop.workspace.node_values import Light, NodeValues
from alphintra_desktop.workspace.sheet import Sheet
from tests.drawing import Drawing


@pytest.fixture
def jobs(library_of_this_test: Path) -> Iterator[JobBoard]:
    board = JobBoard(lambda: WarmWorkers(COLD_WORKER, spares=0))
    yield board
    board.close()


def wait_for(what: Callable[[], object]) -> None:
    """Raises after a minute, which no machine needs."""
    give_up = time.monotonic() + 60
    while not what():
        assert time.monotonic() < give_up, "it did not happen"
        time.sleep(0.01)


class Averages:
    """A sheet with two averages of a close and what compares them, that is no strategy yet."""

    def __init__(self, jobs: JobBoard, tmp_path: Path) -> None:
        draw = Drawing()
        data = draw.add("market_data.dataset", symbols="AAPL, MSFT")
        close = draw.add("prices.close", bars=data)
        self.data, self.close = data.id, close.id
        fast = draw.add("talib.sma", "Fast", values=close, period=10)
        slow = draw.add("talib.sma", "Slow", values=close, period=30)
        self.fast, self.slow = fast.id, slow.id
        self.above = draw.add("conditions.above", left=fast, right=slow).id
        self.open = draw.add("conditions.above", left=fast).id
        self.graph: Graph = draw.graph
        self.sheet = Sheet(tmp_path / "averages.alphintra", draw.graph, jobs=jobs)
        self.values: NodeValues = self.sheet.values
        self.told: list[frozenset[str]] = []
        self.values.changed.subscribe(self.told.append)

    def run(self, *upto: str, symbol: str = "") -> None:
        self.values.run(upto, symbol)
        wait_for(lambda: not self.values.running)

    def lights(self) -> dict[str, Light]:
        names = ("data", "close", "fast", "slow", "above", "open")
        return {name: self.values.state(getattr(self, name)).light for name in names}

    def edit(self, param: str, value: float) -> None:
        self.sheet.document.apply(SetParam(self.fast, param, value))
        self.sheet.live_code.settled()
        wait_for(lambda: self.values._compiled is self.sheet.document.graph)


@pytest.fixture
def averages(jobs: JobBoard, tmp_path: Path) -> Iterator[Averages]:
    made = Averages(jobs, tmp_path)
    yield made
    made.sheet.close()


def test_that_nodes_are_stale_until_they_ran_and_then_ready_with_their_time(
    averages: Averages,
) -> None:
    averages.sheet.live_code.settled()
    wait_for(lambda: averages.lights()["fast"] is Light.STALE)
    assert averages.lights()["open"] is Light.NONE
    averages.run()
    assert set(averages.lights().values()) == {Light.READY, Light.NONE}
    assert (averages.values.state(averages.fast).seconds or 0) > 0
    assert averages.values.symbols == ("AAPL", "MSFT")
    assert averages.values.symbol == "AAPL"
    assert set().union(*averages.told) == averages.graph.nodes.keys() - {averages.open}


def test_that_values_can_be_read_by_bar_and_as_a_whole(averages: Averages) -> None:
    values = averages.values
    assert values.last(averages.close, "value") == ()
    assert values.at(averages.close, "value", 0) is None
    assert values.timestamps is None
    averages.run()
    prices = values.series(averages.close, "value")
    stamps = values.timestamps
    assert prices is not None
    assert stamps is not None
    assert isinstance(prices, np.memmap)
    assert len(prices) == len(stamps) == values.bars
    assert values.last(averages.close, "value", 2) == tuple(prices[-2:].tolist())
    assert values.at(averages.close, "value", 7) == prices[7]
    assert values.at(averages.close, "value", -1) is None
    assert values.at(averages.above, "value", values.bars - 1) in (True, False)
    assert values.at(averages.close, "no such output", 7) is None


def test_that_an_edit_makes_what_it_reaches_stale_and_taking_it_back_ready(
    averages: Averages,
) -> None:
    averages.run()
    averages.edit("period", 12)
    lights = averages.lights()
    assert (lights["fast"], lights["above"]) == (Light.STALE, Light.STALE)
    assert (lights["slow"], lights["close"]) == (Light.READY, Light.READY)
    assert averages.values.last(averages.fast, "value"), "old values are better than none"
    averages.sheet.document.undo()
    wait_for(lambda: averages.lights()["above"] is Light.READY)
    averages.sheet.document.apply(RenameNode(averages.fast, "Quick"))
    averages.sheet.live_code.settled()
    assert averages.lights()["fast"] is Light.READY


def test_that_running_up_to_a_node_leaves_the_others_stale_and_keeps_their_values(
    averages: Averages,
) -> None:
    averages.run()
    averages.edit("period", 12)
    averages.run(averages.fast)
    lights = averages.lights()
    assert (lights["fast"], lights["above"]) == (Light.READY, Light.STALE)
    assert averages.values.series(averages.above, "value") is not None
    prices = averages.values.series(averages.close, "value")
    average = averages.values.series(averages.fast, "value")
    assert prices is not None
    assert average is not None
    assert average[-1] == pytest.approx(prices[-12:].mean())


def test_that_another_symbol_has_its_own_values(averages: Averages) -> None:
    averages.run()
    one = averages.values.last(averages.close, "value")
    averages.run(symbol="MSFT")
    assert averages.values.symbol == "MSFT"
    assert averages.values.last(averages.close, "value") != one
    averages.run()
    assert averages.values.symbol == "MSFT"


def test_that_a_node_that_fails_says_why_until_it_is_changed(
    jobs: JobBoard, tmp_path: Path
) -> None:
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols="AAPL")
    code = (
        "def mine(values: Numbers, *, by: float = 0.0) -> Numbers:\n    return values / nothing\n"
    )
    bad = draw.add("custom.python", values=draw.add("prices.close", bars=data), code=code)
    sheet = Sheet(tmp_path / "bad.alphintra", draw.graph, jobs=jobs)
    sheet.values.run()
    wait_for(lambda: sheet.values.state(bad.id).light is Light.FAILED)
    assert "nothing" in sheet.values.state(bad.id).message
    assert sheet.values.state(bad.id).hint
    assert sheet.values.state(data.id).light is Light.READY
    sheet.document.apply(SetParam(bad.id, "by", 2.0))
    wait_for(lambda: sheet.values.state(bad.id).light is Light.STALE)
    sheet.close()


def test_that_missing_data_is_told_once_and_marks_its_node(jobs: JobBoard, tmp_path: Path) -> None:
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols="NOSUCH")
    sheet = Sheet(tmp_path / "bad.alphintra", draw.graph, jobs=jobs)
    told: list[AlphintraError] = []
    sheet.values.failed.subscribe(told.append)
    sheet.values.run()
    wait_for(lambda: told)
    assert sheet.values.state(data.id).light is Light.FAILED
    assert told[0].place is not None
    assert told[0].place.node == data.id
    sheet.close()


def test_that_live_values_follow_the_drawing(averages: Averages) -> None:
    averages.values.live = True
    averages.edit("period", 12)
    wait_for(lambda: averages.lights()["above"] is Light.READY)
    averages.edit("period", 14)
    averages.edit("period", 15)
    wait_for(lambda: averages.lights()["above"] is Light.READY and not averages.values.running)
    prices = averages.values.series(averages.close, "value")
    assert prices is not None
    assert averages.values.last(averages.fast, "value", 1)[0] == pytest.approx(prices[-15:].mean())


def test_that_a_cancelled_run_leaves_nothing_and_the_next_one_works(
    jobs: JobBoard, tmp_path: Path
) -> None:
    draw = Drawing()
    data = draw.add("market_data.dataset", symbols="AAPL")
    close = draw.add("prices.close", bars=data)
    code = "def mine(values: Numbers) -> Numbers:\n    while True:\n        pass\n"
    endless = draw.add("custom.python", values=close, code=code)
    sheet = Sheet(tmp_path / "endless.alphintra", draw.graph, jobs=jobs)
    sheet.values.run()
    wait_for(lambda: sheet.values.state(endless.id).light is Light.RUNNING)
    assert sheet.values.running
    sheet.values.cancel()
    wait_for(lambda: not sheet.values.running)
    assert sheet.values.state(endless.id).light is Light.STALE
    assert list((home_folder() / "values").iterdir()) == []
    sheet.values.run([close.id])
    wait_for(lambda: sheet.values.state(close.id).light is Light.READY)
    sheet.close()
    wait_for(lambda: not list((home_folder() / "values").iterdir()))


def test_that_a_bar_is_looked_at_within_the_bars_there_are(averages: Averages) -> None:
    averages.run()
    values, told = averages.values, list[int | None]()
    values.scrubbed.subscribe(told.append)
    values.scrub(10)
    values.scrub(10)
    assert values.at(averages.close, "value") == values.at(averages.close, "value", 10)
    values.scrub(10**9)
    values.scrub(-5)
    values.scrub(None)
    assert told == [10, values.bars - 1, 0, None]
    assert values.at(averages.close, "value") is None


def test_that_an_inspected_output_is_told(averages: Averages) -> None:
    told: list[tuple[str, str]] = []
    averages.values.inspected.subscribe(told.append)
    averages.values.inspect(averages.close, "value")
    assert averages.values.inspecting == told[0] == (averages.close, "value")


def test_that_a_bypassed_node_shows_what_it_hands_on(averages: Averages) -> None:
    averages.run()
    averages.sheet.document.apply(SetMode((averages.fast,), BYPASSED))
    averages.sheet.live_code.settled()
    wait_for(lambda: averages.lights()["above"] is Light.STALE)
    assert averages.lights()["fast"] is Light.READY
    prices = averages.values.last(averages.close, "value")
    assert averages.values.last(averages.fast, "value") == prices
    averages.sheet.document.apply(SetMode((averages.fast,), MUTED))
    wait_for(lambda: averages.lights()["fast"] is Light.NONE)
