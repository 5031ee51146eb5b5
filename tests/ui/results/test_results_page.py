"""The page of results on real runs: what it shows, and what follows from a click."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from alphintra_desktop.backtest.luck import chances
from alphintra_desktop.backtest.result import Finding, Severity
from alphintra_desktop.backtest.result_tables import month_table
from alphintra_desktop.backtest.stored_run import stored_run
from alphintra_desktop.errors import Place
from alphintra_desktop.graph.edits import SetParam
from alphintra_desktop.simulation.metrics import METRICS, TEN, format_metric
from alphintra_desktop.ui.results.decision_values import NodeValue, of_other_bars
from alphintra_desktop.ui.results.findings_view import FindingsView
from alphintra_desktop.ui.results.header import STALE, ResultHeader
from alphintra_desktop.ui.results.metrics_view import GROUPS, Card
from alphintra_desktop.ui.results.results_page import EMPTY, ResultsPage, build
from alphintra_desktop.workspace.run_commands import export_report
from tests.ui.results.conftest import BREAKOUT, FASTER, ROTATION, run_of

ATR = "f675cdd8"
BREAKOUT_NODE = "c1c3779c"


@pytest.fixture
def page(qtbot, workspace, look) -> ResultsPage:
    made = build(workspace, look)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    with qtbot.waitExposed(made):
        made.show()
    return made


def show(qtbot, page, workspace, number: int):
    run = run_of(workspace, number)
    workspace.runs.show(run)
    qtbot.waitUntil(lambda: page.run is not None and page.run.id == run.id, timeout=10_000)
    qtbot.waitUntil(lambda: page.view.filled)
    return page.run


def texts_in(widget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


def test_that_the_page_says_what_to_do_until_there_is_a_result(qtbot, page, workspace):
    show(qtbot, page, workspace, BREAKOUT)
    assert page.currentIndex() == 1
    workspace.runs.show(None)
    assert page.currentIndex() == 0
    assert EMPTY in texts_in(page.currentWidget())


def test_that_the_latest_run_is_seen_when_somebody_comes_to_see_and_not_before(
    qtbot, workspace, look
):
    page = build(workspace, look)
    qtbot.addWidget(page)
    assert workspace.runs.shown is None
    page.show()
    assert workspace.runs.shown == workspace.runs.recorded[0]
    page.hide()
    workspace.runs.show(run_of(workspace, BREAKOUT))
    page.show()
    assert workspace.runs.shown == run_of(workspace, BREAKOUT)


def test_that_the_latest_run_is_seen_once_the_list_is_read(qtbot, page, workspace):
    project = workspace.project.folder
    workspace.close()
    assert workspace.runs.shown is None
    workspace.open(project)
    qtbot.waitUntil(lambda: workspace.runs.shown is not None, timeout=10_000)
    assert workspace.runs.shown == workspace.runs.recorded[0]


def test_that_charts_come_to_the_front_when_comparing_ends(qtbot, page, workspace):
    show(qtbot, page, workspace, BREAKOUT)
    tabs = page.view.tabs
    for before, after in ((None, page.view.charts), (page.view.metrics, page.view.metrics)):
        workspace.runs.compare(workspace.runs.recorded[:2])
        qtbot.waitUntil(lambda: page.view.compare is not None, timeout=10_000)
        tabs.setCurrentWidget(before or page.view.compare)
        workspace.runs.compare(())
        assert tabs.currentWidget() is after


def test_that_a_report_is_asked_for_beside_the_graphs_and_named_after_the_strategy(
    qtbot, page, workspace, answers, tmp_path
):
    run = show(qtbot, page, workspace, BREAKOUT)
    goal = tmp_path / "mine.html"
    answers.answers += [goal.with_suffix(""), None]
    page.view.header.report_asked_for.emit()
    qtbot.waitUntil(lambda: bool(workspace.notices.all), timeout=60_000)
    assert str(goal) in workspace.notices.all[-1].text
    assert goal.is_file()
    export_report.run(workspace)
    assert answers.asked == ["Export report", "Export report"]
    assert answers.starts == [workspace.project.folder / f"{run.name}.html"] * 2


def test_that_the_head_says_whose_result_it_is_over_what_and_by_which_engine(
    qtbot, page, workspace
):
    run = show(qtbot, page, workspace, BREAKOUT)
    told = " ".join(texts_in(page.view.header))
    for expected in (run.name, "GOOG", run.period, run.engine_reason):
        assert expected in told


def test_that_the_ten_are_up_front_beside_buy_and_hold(qtbot, page, workspace):
    run = show(qtbot, page, workspace, BREAKOUT)
    told = texts_in(page.view.cards)
    for name in TEN:
        assert format_metric(name, run.metrics[name]) in told
    assert f"Hold {format_metric('sharpe', run.benchmark_metrics['sharpe'])}" in told


def test_that_every_metric_stands_in_exactly_one_group(qtbot, page, workspace):
    named = [name for _, names in GROUPS for name in names]
    assert sorted(named) == sorted(metric.name for metric in METRICS)
    run = show(qtbot, page, workspace, BREAKOUT)
    tree = page.view.metrics.tree
    groups = [tree.topLevelItem(number) for number in range(tree.topLevelItemCount())]
    rows = [group.child(row) for group in groups for row in range(group.childCount())]
    told = {row.text(0): row.text(1) for row in rows}
    assert told == {m.title: format_metric(m.name, run.metrics[m.name]) for m in METRICS}
    card = next(c for c in page.view.findChildren(Card) if "Sharpe" in c.accessibleName())
    assert card.accessibleName().endswith(chances(run.luck))
    assert "first trial on this data" in page.view.metrics._luck.text() or run.luck["trials"] > 1


def test_that_the_months_are_those_of_the_equity(qtbot, page, workspace):
    run = show(qtbot, page, workspace, BREAKOUT)
    table, months = page.view.months.table, month_table(run.curves.timestamps, run.curves.equity)
    shown = np.array(
        [
            [table.item(row, column).data(Qt.ItemDataRole.UserRole) for column in range(12)]
            for row in range(table.rowCount())
        ]
    )
    np.testing.assert_array_equal(shown[::-1], months.months)
    heads = [table.verticalHeaderItem(row).text() for row in range(table.rowCount())]
    assert heads == [str(year) for year in reversed(months.years)]


def test_that_clicking_a_trade_in_the_table_moves_the_charts_to_its_bars(qtbot, page, workspace):
    run = show(qtbot, page, workspace, BREAKOUT)
    view = page.view
    view.tabs.setCurrentWidget(view.trades)
    index = view.trades.model.index(12, 0)
    place = view.trades.table.visualRect(index).center()
    qtbot.mouseClick(view.trades.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert view.tabs.currentWidget() is view.charts
    first, last = view.charts.chart.stack.shown
    assert first < run.trades.entry_bar[12] < run.trades.exit_bar[12] < last
    assert last - first < run.bars
    assert "Trade 13" in " ".join(texts_in(view.charts.panel))


def test_that_a_trade_tells_the_node_values_that_made_it(qtbot, page, workspace):
    run = show(qtbot, page, workspace, BREAKOUT)
    page._choose(4)
    panel = page.view.charts.panel
    qtbot.waitUntil(lambda: panel.values.topLevelItemCount() > 0, timeout=60_000)
    rows = [panel.values.topLevelItem(row) for row in range(panel.values.topLevelItemCount())]
    told = {row.text(0): (row.text(1), row.text(2)) for row in rows}
    assert told["Breakout"] == ("yes", "no")
    assert told["Enter long"][0] == "yes"
    before = run.time(int(run.trades.entry_bar[4]) - 1)
    assert before in panel._note.text()
    qtbot.mouseClick(panel._buttons[1][0], Qt.MouseButton.LeftButton)
    assert "Trade 6" in panel._title.text()
    assert panel.values.topLevelItemCount() > 0


def test_that_a_trade_of_another_symbol_brings_the_bars_of_that_symbol(qtbot, page, workspace):
    run = show(qtbot, page, workspace, ROTATION)
    chart = page.view.charts.chart
    other = int(np.flatnonzero(run.trades.symbol != chart.charted.bars.symbol)[0])
    page._choose(other)
    charts = page.view.charts
    qtbot.waitUntil(
        lambda: charts.chart.charted.bars.symbol == run.trades.symbol[other], timeout=10_000
    )
    first, last = charts.chart.stack.shown
    assert first < run.trades.entry_bar[other] < last


def test_that_a_result_says_when_the_graph_has_become_another(qtbot, page, workspace):
    show(qtbot, page, workspace, BREAKOUT)
    badge = next(label for label in page.findChildren(QLabel) if label.text() == STALE)
    assert badge.isHidden()
    workspace.current.document.apply(SetParam(ATR, "period", 7))
    qtbot.waitUntil(lambda: not badge.isHidden())
    workspace.current.document.undo()
    qtbot.waitUntil(badge.isHidden)
    show(qtbot, page, workspace, FASTER)
    assert not badge.isHidden()


def test_that_a_click_in_the_charts_has_every_wire_show_its_value_there(qtbot, page, workspace):
    run = show(qtbot, page, workspace, BREAKOUT)
    values = workspace.current.values
    values.run()
    qtbot.waitUntil(lambda: values.bars > 0, timeout=60_000)
    page.view.charts.chart.bar_chosen.emit(700)
    assert values.timestamps[values.bar] == run.curves.timestamps[700]
    values.scrub(values.bar + 5)
    assert page.view.charts.chart.stack.marked == 705


def test_that_the_bars_stay_still_when_the_run_is_of_another_graph(qtbot, page, workspace):
    show(qtbot, page, workspace, FASTER)
    page.view.charts.chart.bar_chosen.emit(700)
    assert page.view.charts.chart.stack.marked == 700
    assert workspace.current.values.bar is None


def test_that_a_run_whose_bars_are_gone_still_shows_its_numbers(
    qtbot, page, workspace, runs, monkeypatch, tmp_path
):
    monkeypatch.setenv("ALPHINTRA_HOME", str(tmp_path / "nothing here"))
    show(qtbot, page, workspace, BREAKOUT)
    assert page.view.charts.chart is None
    assert "missing from the library" in page.view.charts._trouble.text()
    assert page.view.trades.model.rowCount() > 0


def test_that_a_damaged_run_is_told_and_the_one_in_sight_stays(qtbot, page, workspace, runs):
    shown = show(qtbot, page, workspace, BREAKOUT)
    shutil.rmtree(runs.folders[FASTER] / "artifacts")
    workspace.runs.show(run_of(workspace, FASTER))
    qtbot.waitUntil(lambda: len(workspace.notices.all) > 0)
    assert "missing or damaged" in workspace.notices.all[-1].text
    assert page.run is shown


def test_that_trades_are_exported_where_the_user_says(qtbot, page, workspace, answers, tmp_path):
    run = show(qtbot, page, workspace, BREAKOUT)
    file = tmp_path / "trades of mine.csv"
    answers.answers.append(file)
    page.view.trades.export_button.click()
    qtbot.waitUntil(lambda: len(workspace.notices.all) == 1)
    rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 1 + len(run.trades)
    assert str(file) in workspace.notices.all[-1].text
    file.unlink()
    page.view.trades.export_button.click()  # the user thinks better of it
    qtbot.wait(20)
    assert not file.exists()


def test_that_a_finding_leads_to_its_node(qtbot, runs, look):
    found = Finding("x", Severity.WARNING, "Too tight.", "Loosen it.", Place(node=BREAKOUT_NODE))
    gone: list[Place] = []
    view = FindingsView(gone.append)
    qtbot.addWidget(view)
    run = stored_run(runs.folders[BREAKOUT])
    object.__setattr__(run, "findings", (found, *run.findings))
    view.show_run(run)
    view.colour(look.colours, look.font)
    qtbot.mouseClick(view.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert [place.node for place in gone] == [BREAKOUT_NODE]
    assert {"Too tight.", "Loosen it."} <= set(texts_in(view))


def test_that_going_to_a_node_selects_it_in_the_graph(qtbot, page, workspace):
    show(qtbot, page, workspace, BREAKOUT)
    asked: list[str] = []
    subscription = workspace.asked_for.subscribe(asked.append)
    value = NodeValue(BREAKOUT_NODE, "Breakout", "value", True, False)
    panel = page.view.charts.panel
    panel.show_values((value,), "")
    panel.values.itemActivated.emit(panel.values.topLevelItem(0), 0)
    assert asked == ["build"]
    assert workspace.current.selection.only == BREAKOUT_NODE
    subscription.cancel()


def test_that_runs_are_compared_in_a_tab_of_their_own(qtbot, page, workspace):
    show(qtbot, page, workspace, BREAKOUT)
    chosen = [run_of(workspace, number) for number in (BREAKOUT, FASTER, ROTATION)]
    workspace.runs.compare(chosen[:2])
    qtbot.waitUntil(lambda: page.view.compare is not None, timeout=10_000)
    tree = page.view.compare.differences
    groups = [tree.topLevelItem(number) for number in range(tree.topLevelItemCount())]
    told = {
        row.text(0): (row.text(1), row.text(2))
        for group in groups
        for row in (group.child(number) for number in range(group.childCount()))
    }
    assert told == {"ATR.period": ("20", "10")}
    assert page.view.compare._names == ["1  ATR.period 20", "2  ATR.period 10"]
    assert page.view.compare._held is not None
    metrics = page.view.compare.metrics
    sharpe = next(
        metrics.topLevelItem(row)
        for row in range(metrics.topLevelItemCount())
        if metrics.topLevelItem(row).text(0) == "Sharpe ratio"
    )
    expected = [format_metric("sharpe", run.metrics["sharpe"]) for run in chosen[:2]]
    assert [sharpe.text(1), sharpe.text(2)] == expected
    assert not page.view.compare.grab().isNull()
    workspace.runs.compare(chosen)
    qtbot.waitUntil(lambda: len(page.view.compare._names) == 3, timeout=10_000)
    assert page.view.compare._held is None  # not the same symbols
    workspace.runs.compare(())
    assert page.view.compare is None


def test_that_every_tab_can_be_seen_light_and_dark(qtbot, page, workspace, look):
    show(qtbot, page, workspace, BREAKOUT)
    look.changed.emit(look.colours)
    for number in range(page.view.tabs.count()):
        page.view.tabs.setCurrentIndex(number)
        assert not page.grab().isNull()
    assert Path(page.run.folder).is_dir()


def test_that_values_of_other_bars_than_the_run_saw_are_told_apart():
    same = NodeValue("a", "Market data", "bars", 280.5, 279.0, is_bars=True)
    other = NodeValue("b", "Average", "value", 1.0, 2.0)
    assert not of_other_bars((same, other), 280.5)
    assert of_other_bars((same, other), 140.25)


def test_that_the_marks_of_a_run_cannot_be_missed(qtbot, look, runs):
    run = stored_run(runs.folders[BREAKOUT])
    run.manifest["marks"].append("UNSAFE FILL: for this test.")
    header = ResultHeader()
    qtbot.addWidget(header)
    header.show_run(run)
    header.show()
    marks = next(label for label in header.findChildren(QLabel) if "UNSAFE" in label.text())
    assert marks.isVisible()
