"""Executing sheets with real workers: results are shown and kept, what fails leaves nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alphintra_desktop.backtest.html_report import graph_from_report
from alphintra_desktop.cli.project_commands import template_text
from alphintra_desktop.codegen.problem import GraphHasProblems
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.edits import RemoveNode, RenameNode, SetParam
from alphintra_desktop.graph.files import graph_from_text, write_graph
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.warm_worker import COLD_WORKER, WarmWorkers
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.report import Report
from alphintra_desktop.runs.project import Project, create_project
from alphintra_desktop.workspace.node_values import Light
from alphintra_desktop.workspace.notices import Weight
from alphintra_desktop.workspace.runs import Runs
from alphintra_desktop.workspace.settings import LIVE_VALUES, Settings
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace
from tests.drawing import Drawing
from tests.market.quality_bars import daily, scaled_prices


class NoQuestions:
    """Answers every question with the first thing that comes to mind: nothing."""

    def choose(self, *_: Any) -> None: ...
    def text(self, *_: Any) -> None: ...
    def folder(self, *_: Any) -> None: ...
    def file_to_open(self, *_: Any) -> None: ...

    def files_to_open(self, *_: Any) -> tuple[()]:
        return ()

    def file_to_save(self, *_: Any) -> None: ...


def wait_for(what: Callable[[], object]) -> None:
    """Raises after a minute, which no machine needs."""
    give_up = time.monotonic() + 60
    while not what():
        assert time.monotonic() < give_up, "it did not happen"
        time.sleep(0.01)


class Opened:
    """A workspace with one project of one graph."""

    def __init__(self, tmp_path: Path, graph: Graph) -> None:
        self.project: Project = create_project(tmp_path / "project", "Test")
        write_graph(self.project.graphs / "one.alphintra", graph)
        jobs = JobBoard(lambda: WarmWorkers(COLD_WORKER, spares=0))
        self.workspace = Workspace(Settings(tmp_path / "settings.json"), NoQuestions(), jobs)
        self.workspace.open(self.project.folder)
        self.runs: Runs = self.workspace.runs
        assert self.workspace.current is not None
        self.sheet: Sheet = self.workspace.current

    def execute(self) -> None:
        self.runs.execute(self.sheet)
        wait_for(lambda: self.runs.current is None)

    @property
    def told(self) -> list[tuple[Weight, str]]:
        return [(notice.weight, notice.text) for notice in self.workspace.notices.all]

    def close(self) -> None:
        self.workspace.close()
        self.workspace.jobs.close()


@pytest.fixture
def opened(tmp_path: Path, library_of_this_test: Path) -> Iterator[Opened]:
    made = Opened(tmp_path, graph_from_text(template_text("sma_crossover"), "a test"))
    yield made
    made.close()


def custom(tmp_path: Path, body: str) -> Opened:
    draw = Drawing("Custom")
    data = draw.add("market_data.dataset", symbols="AAPL")
    close = draw.add("prices.close", bars=data)
    code = f"def mine(values: Numbers) -> Flags:\n{body}\n"
    when = draw.add("custom.python", "Mine", values=close, code=code)
    rule = draw.add("signals.enter_long", when=when)
    size = draw.add("sizing.fraction_of_equity", fraction=1.0)
    draw.add("strategy.strategy", rules=[rule], sizing=size)
    return Opened(tmp_path, draw.graph)


def test_that_an_executed_strategy_is_recorded_shown_and_told(opened: Opened) -> None:
    shown: list[object] = []
    opened.runs.shown_changed.subscribe(shown.append)
    entry = opened.runs.execute(opened.sheet)
    assert opened.runs.current is not None
    assert opened.runs.current.id == entry.id
    with pytest.raises(AlphintraError, match="going on"):
        opened.runs.execute(opened.sheet)
    wait_for(lambda: opened.runs.current is None)
    wait_for(lambda: opened.runs.shown)
    run = opened.runs.shown
    assert run is not None
    assert shown == [run]
    assert opened.runs.recorded == (run,)
    assert run.id == entry.id
    wait_for(lambda: opened.told)
    assert opened.told[-1][0] is Weight.DONE
    artifacts = opened.runs.folder_of(run) / "artifacts"
    assert (artifacts / "equity.parquet").exists()
    assert not (artifacts / "report.html").exists()


def test_that_data_with_errors_is_refused_unless_they_are_to_be_ignored(
    tmp_path: Path, library_of_this_test: Path
) -> None:
    table = scaled_prices(daily(), 700, 10.0)
    lines = ["date,open,high,low,close,volume"]
    for row, stamp in enumerate(table.stamps):
        values = ",".join(f"{column[row]:.2f}" for column in table.columns.values())
        lines.append(f"{str(stamp)[:10]},{values}")
    (tmp_path / "ACME.csv").write_text("\n".join(lines), encoding="utf-8")
    import_file(tmp_path / "ACME.csv", "mine", report=Report())
    graph = graph_from_text(template_text("sma_crossover"), "a test")
    data = next(node for node in graph.nodes.values() if node.type == "market_data.dataset")
    span = {"dataset": "mine", "symbols": "ACME", "start": "2012-01-03", "end": "2015-12-01"}
    opened = Opened(tmp_path, graph.with_node(replace(data, params={**data.params, **span})))
    opened.execute()
    assert opened.runs.recorded == ()
    wait_for(lambda: opened.told)
    assert opened.told[-1][0] is Weight.ERROR
    assert "not fit for a run" in opened.told[-1][1]
    opened.runs.execute(opened.sheet, ignore_quality=True)
    wait_for(lambda: opened.runs.recorded)
    (run,) = opened.runs.recorded
    assert any("QUALITY IGNORED" in mark for mark in run.manifest["marks"])
    opened.close()


def test_that_a_run_is_stale_once_the_graph_computes_something_else(opened: Opened) -> None:
    opened.execute()
    wait_for(lambda: opened.runs.shown)
    run, document = opened.runs.shown, opened.sheet.document
    assert run is not None
    assert not opened.runs.stale(run, document.graph)
    node = next(n.id for n in document.graph.nodes.values() if n.type == "talib.sma")
    document.apply(RenameNode(node, "Another name"))
    assert not opened.runs.stale(run, document.graph)
    document.apply(SetParam(node, "period", 77))
    assert opened.runs.stale(run, document.graph)
    opened.execute()
    wait_for(lambda: len(opened.runs.recorded) == 2)
    second, first = opened.runs.recorded
    (difference,) = opened.runs.differences(first, second)
    assert (difference.about, difference.name, difference.second) == (
        *("param", "Another name.period"),
        77,
    )


def test_that_runs_of_other_drawings_tell_the_nodes_that_came_and_went(opened: Opened) -> None:
    opened.execute()
    document = opened.sheet.document
    data = next(n for n in document.graph.nodes.values() if n.type == "market_data.dataset")
    costs = next(n for n in document.graph.nodes.values() if n.type.startswith("costs."))
    document.apply(RemoveNode(costs.id))
    document.apply(SetParam(data.id, "symbols", "MSFT"))
    opened.execute()
    wait_for(lambda: len(opened.runs.recorded) == 2)
    second, first = opened.runs.recorded
    rows = opened.runs.differences(first, second)
    assert {row.about for row in rows} == {"graph", "param", "setting", "data"}
    assert any(row.about == "graph" and row.second is None for row in rows)


def test_that_a_blocked_graph_is_refused_with_its_problems(opened: Opened) -> None:
    document = opened.sheet.document
    data = next(n for n in document.graph.nodes.values() if n.type == "market_data.dataset")
    document.apply(RemoveNode(data.id))
    opened.sheet.live_code.settled()
    with pytest.raises(GraphHasProblems) as caught:
        opened.runs.execute(opened.sheet)
    assert caught.value.problems
    assert list(opened.project.jobs.iterdir()) == []


def test_that_a_graph_not_compiled_yet_is_refused_by_the_worker(opened: Opened) -> None:
    document = opened.sheet.document
    data = next(n for n in document.graph.nodes.values() if n.type == "market_data.dataset")
    opened.sheet.live_code.close()
    document.apply(RemoveNode(data.id))
    opened.execute()
    wait_for(lambda: opened.told)
    assert opened.workspace.notices.all[-1].weight is Weight.ERROR
    assert opened.workspace.notices.all[-1].place is not None
    assert list(opened.project.jobs.iterdir()) == []


def test_that_a_failed_run_leaves_nothing_but_what_it_printed(tmp_path: Path) -> None:
    opened = custom(tmp_path, "    print('here')\n    return values > nothing")
    opened.execute()
    wait_for(lambda: opened.told)
    notice = opened.workspace.notices.all[-1]
    assert notice.weight is Weight.ERROR
    assert "nothing" in notice.text
    assert notice.place is not None
    assert opened.sheet.document.graph.nodes[notice.place.node or ""].type == "custom.python"
    (folder,) = opened.project.jobs.iterdir()
    assert (folder / "log.txt").read_text() == "here\n"
    assert str(folder / "log.txt") in notice.hint
    assert not (folder / "artifacts").exists()
    assert opened.runs.recorded == ()
    opened.close()


def test_that_a_cancelled_run_leaves_nothing(tmp_path: Path) -> None:
    opened = custom(tmp_path, "    while True:\n        pass")
    opened.runs.execute(opened.sheet)
    wait_for(lambda: (now := opened.runs.current) and now.row.progress.doing == "Deciding")
    opened.runs.cancel()
    wait_for(lambda: opened.runs.current is None)
    wait_for(lambda: opened.told)
    assert opened.told[-1][0] is Weight.INFO
    assert list(opened.project.jobs.iterdir()) == []
    opened.close()


def test_that_a_report_can_be_made_of_a_recorded_run(opened: Opened, tmp_path: Path) -> None:
    opened.execute()
    wait_for(lambda: opened.runs.shown)
    assert opened.runs.shown is not None
    goal = tmp_path / "report.html"
    opened.runs.export_report(opened.runs.shown, goal)
    wait_for(lambda: "report is written" in opened.told[-1][1])
    graph = graph_from_text(graph_from_report(goal.read_text("utf-8")), "the report")
    assert graph == opened.sheet.document.graph
    assert [folder.name for folder in opened.project.jobs.iterdir()] == [opened.runs.shown.id]


def test_that_a_report_that_cannot_be_written_is_told(opened: Opened, tmp_path: Path) -> None:
    opened.execute()
    wait_for(lambda: opened.runs.shown)
    assert opened.runs.shown is not None
    opened.runs.export_report(opened.runs.shown, tmp_path / "no such folder" / "report.html")
    wait_for(lambda: opened.told[-1][0] is Weight.ERROR)


def test_that_a_reopened_project_lists_its_runs(opened: Opened) -> None:
    opened.execute()
    wait_for(lambda: opened.runs.recorded)
    run = opened.runs.recorded[0]
    opened.workspace.close()
    assert opened.runs.shown is None
    opened.workspace.open(opened.project.folder)
    wait_for(lambda: opened.runs.recorded == (run,))
    assert opened.runs.shown is None
    opened.runs.show_latest()
    assert opened.runs.shown == run


def test_that_a_run_that_was_waited_for_ends_comparing(opened: Opened) -> None:
    finished: list[object] = []
    opened.runs.finished.subscribe(finished.append)
    opened.execute()
    opened.execute()
    wait_for(lambda: len(opened.runs.recorded) == 2)
    second, first = opened.runs.recorded
    opened.runs.show(first)
    opened.runs.compare((first, second))
    assert opened.runs.compared
    opened.execute()
    wait_for(lambda: len(opened.runs.recorded) == 3)
    wait_for(lambda: len(finished) == 3)
    third = opened.runs.recorded[0]
    assert opened.runs.compared == ()
    assert opened.runs.shown == third
    assert finished == [first, second, third]


def test_that_the_setting_makes_every_sheet_compute_while_it_is_drawn(opened: Opened) -> None:
    values = opened.sheet.values
    opened.workspace.settings.set(LIVE_VALUES, True)
    node = next(n.id for n in opened.sheet.document.graph.nodes.values() if n.type == "talib.sma")
    wait_for(lambda: values.state(node).light is Light.READY)
    opened.workspace.settings.set(LIVE_VALUES, False)
    opened.sheet.document.apply(SetParam(node, "period", 77))
    wait_for(lambda: values.state(node).light is Light.STALE)
    assert not values.live


def test_that_values_that_cannot_be_computed_are_told(opened: Opened) -> None:
    graph = opened.sheet.document.graph
    data = next(n.id for n in graph.nodes.values() if n.type == "market_data.dataset")
    opened.sheet.document.apply(SetParam(data, "symbols", "NOSUCH"))
    opened.sheet.values.run()
    wait_for(lambda: opened.told)
    assert opened.told[-1][0] is Weight.ERROR
