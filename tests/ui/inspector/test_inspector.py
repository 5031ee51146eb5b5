"""The inspector sets what is selected, says why it does not, and shows what others set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from alphintra_desktop.codegen.problem import Problem
from alphintra_desktop.errors import Place
from alphintra_desktop.graph.edits import (
    AddNode,
    Connect,
    Disconnect,
    PutInGroup,
    RemoveNode,
    SetMode,
    SetParam,
)
from alphintra_desktop.graph.edits_of_groups import AddGroup
from alphintra_desktop.graph.model import Group, Node, Wire
from alphintra_desktop.graph.tunable import TunableRange, tunable_of
from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.ui.inspector.node_page import NodePage
from alphintra_desktop.ui.inspector.pane import build
from alphintra_desktop.ui.inspector.param_row import ParamRow
from alphintra_desktop.ui.inspector.strategy_page import StrategyPage
from tests.drawing import Drawing, sma_crossover
from tests.ui.open_workspace import opened, titled


class Shown:
    """An inspector of one open graph, and short ways to it."""

    def __init__(self, workspace, pane, qtbot: QtBot) -> None:
        self.workspace, self.pane, self.qtbot = workspace, pane, qtbot
        self.sheet = workspace.current
        self.document = self.sheet.document

    @property
    def page(self):
        return self.pane.inner.page

    def select(self, *titles: str) -> None:
        self.sheet.selection.choose([titled(self.sheet, title) for title in titles])

    def row(self, name: str) -> ParamRow:
        assert isinstance(self.page, NodePage)
        return self.page.rows[name]

    def write(self, name: str, text: str, *, done: bool = True) -> None:
        field = self.row(name).editor.field
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClicks(field, text)
        if done:
            self.qtbot.keyClick(field, Qt.Key.Key_Return)

    def param(self, title: str, name: str):
        return self.document.graph.nodes[titled(self.sheet, title)].params.get(name)


@pytest.fixture
def shown(tmp_path: Path, qtbot: QtBot):
    with opened(tmp_path, sma_crossover(symbols="AAPL")) as (workspace, look):
        pane = build(workspace, look)
        qtbot.addWidget(pane)
        pane.resize(380, 900)
        pane.show()
        yield Shown(workspace, pane, qtbot)


def test_that_a_written_number_becomes_one_step_of_the_document(shown: Shown):
    shown.select("Fast average")
    shown.write("period", "35")
    assert shown.param("Fast average", "period") == 35
    assert shown.document.history == ("Set period of Fast average to 35",)


def test_that_a_wrong_number_is_told_in_place_and_kept_out_of_the_graph(shown: Shown):
    shown.select("Fast average")
    shown.write("period", "1")
    row = shown.row("period")
    assert shown.param("Fast average", "period") == 10
    assert row.told.text().startswith("'period' is 1, and 2 is the least.")
    assert row.told.text().endswith("10 stays in force.")
    assert row.editor.field.text() == "1"
    shown.write("period", "12")
    assert not row.told.isVisibleTo(row)
    assert shown.param("Fast average", "period") == 12


def test_that_what_is_no_number_is_told_while_it_is_written(shown: Shown):
    shown.select("Fast average")
    shown.write("period", "1x", done=False)
    assert "'1x' is not a whole number." in shown.row("period").told.text()


def test_that_escape_gives_up_what_is_written(shown: Shown):
    shown.select("Fast average")
    shown.write("period", "1")
    row = shown.row("period")
    shown.qtbot.keyClick(row.editor.field, Qt.Key.Key_Escape)
    assert row.editor.field.text() == "10"
    assert not row.told.isVisibleTo(row)
    assert shown.document.history == ()


def test_that_bounds_and_unit_are_told(shown: Shown):
    shown.select("Fast average")
    assert "From 2 to 100,000 bars." in shown.row("period").editor.field.toolTip()


def test_that_undo_shows_in_the_editor(shown: Shown):
    shown.select("Fast average")
    shown.write("period", "35")
    shown.document.undo()
    assert shown.row("period").editor.field.text() == "10"
    shown.document.redo()
    assert shown.row("period").editor.field.text() == "35"


def test_that_steps_in_quick_succession_are_one_change(shown: Shown):
    shown.select("Fast average")
    field = shown.row("period").editor.field
    for _ in range(5):
        shown.qtbot.keyClick(field, Qt.Key.Key_Up)
    shown.qtbot.waitUntil(lambda: shown.param("Fast average", "period") == 15)
    assert len(shown.document.history) == 1


def test_that_dragging_the_name_of_a_number_is_one_change(shown: Shown):
    shown.select("Fast average")
    row = shown.row("period")
    label = next(w for w in row.children() if hasattr(w, "dragged"))
    start = label.rect().center()
    shown.qtbot.mousePress(label, Qt.MouseButton.LeftButton, pos=start)
    for x in (12, 30, 60):
        shown.qtbot.mouseMove(label, start + type(start)(x, 0))
    shown.qtbot.mouseRelease(label, Qt.MouseButton.LeftButton, pos=start + type(start)(60, 0))
    assert shown.param("Fast average", "period") == 20
    assert len(shown.document.history) == 1


def test_that_reset_is_offered_only_where_a_value_differs_and_gives_the_default(shown: Shown):
    shown.select("Market data")
    assert not shown.row("prices").reset.isVisibleTo(shown.page)
    shown.select("Fast average")
    reset = shown.row("period").reset
    assert reset.isVisibleTo(shown.page)
    reset.click()
    assert shown.param("Fast average", "period") is None
    assert not reset.isVisibleTo(shown.page)


def test_that_a_value_written_as_the_default_is_no_longer_kept(shown: Shown):
    shown.select("Fast average")
    default = shown.page.subject.kind.params["period"].default
    shown.write("period", str(default))
    assert shown.param("Fast average", "period") is None


def test_that_choices_and_switches_are_set(shown: Shown):
    shown.select("Strategy")
    shown.row("whole_shares").editor.field.click()
    assert shown.param("Strategy", "whole_shares") is True
    box = shown.row("fill").editor.field
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert shown.param("Strategy", "fill") == "next_close"


def test_that_a_day_that_is_none_is_told_and_a_right_one_is_set(shown: Shown):
    shown.select("Market data")
    shown.write("start", "2010-13-01")
    assert "'2010-13-01' is not a day." in shown.row("start").told.text()
    assert shown.param("Market data", "start") is None
    shown.write("start", "2010-01-31")
    assert shown.param("Market data", "start") == "2010-01-31"
    shown.write("end", "2009-01-31")
    assert "ends before that" in shown.row("end").told.text()
    assert shown.param("Market data", "end") is None


def test_that_symbols_are_added_and_taken_away_one_by_one(shown: Shown):
    shown.select("Market data")
    editor = shown.row("symbols").editor
    shown.qtbot.keyClicks(editor._line, "MSFT")
    shown.qtbot.keyClick(editor._line, Qt.Key.Key_Return)
    assert shown.param("Market data", "symbols") == "AAPL, MSFT"
    chips = [b for b in editor.findChildren(QToolButton) if b.isVisible()]
    chip = next(chip for chip in chips if chip.text() == "AAPL")
    chip.click()
    assert shown.param("Market data", "symbols") == "MSFT"


def test_that_symbols_of_the_library_are_offered(shown: Shown):
    ensure_sample_data()
    shown.select("Market data")
    symbols = shown.row("symbols").editor._line
    shown.qtbot.waitUntil(lambda: "MSFT" in symbols.offered)
    assert "AAPL" not in symbols.offered
    frames = shown.row("timeframe").editor.field
    assert frames.offered[:3] == ["1d", "1h", "1m"]


def test_that_a_click_or_the_down_key_opens_the_list_whatever_is_written(shown: Shown):
    ensure_sample_data()
    shown.pane.activateWindow()
    shown.select("Market data")
    frames = shown.row("timeframe").editor.field
    shown.qtbot.waitUntil(lambda: "1h" in frames.offered)
    shown.qtbot.mouseClick(frames, Qt.MouseButton.LeftButton, pos=frames.rect().center() / 2)
    popup = frames.list.popup()
    assert popup.isVisible()
    assert popup.model().rowCount() == len(frames.offered)
    popup.hide()
    shown.qtbot.keyClick(frames, Qt.Key.Key_Down)
    assert popup.isVisible()
    for _ in frames.offered:
        shown.qtbot.keyClick(popup, Qt.Key.Key_Down)
        if popup.currentIndex().data() == "1h":
            break
    shown.qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert shown.param("Market data", "timeframe") == "1h"


def test_that_what_the_library_lacks_is_told_under_it_and_replaced_by_a_click(shown: Shown):
    ensure_sample_data()
    shown.select("Market data")
    row = shown.row("symbols")
    shown.qtbot.waitUntil(lambda: "MSFT" in row.editor._line.offered)
    data = titled(shown.sheet, "Market data")
    shown.document.apply(SetParam(data, "symbols", "AAPL, MSFTT"))
    assert row.advice.told.text() == "'sample' has no MSFTT."
    row.advice.use.click()
    assert shown.param("Market data", "symbols") == "AAPL, MSFT"
    assert not row.advice.isVisibleTo(row)
    shown.document.apply(SetParam(data, "dataset", "simple"))
    assert row.editor._line.offered == []
    row = shown.row("dataset")
    assert row.advice.told.text() == "The library has no dataset 'simple'."
    row.advice.use.click()
    assert shown.param("Market data", "dataset") is None
    assert not row.advice.isVisibleTo(row)


def test_that_an_input_names_the_output_it_comes_from_where_there_are_several(shown: Shown):
    draw = Drawing()
    close = draw.add("prices.close", bars=draw.add("market_data.dataset"))
    macd = draw.add("talib.macd", "MACD", values=close)
    shown.document.apply(AddNode(replace(draw.graph.nodes[macd.id], id="000000aa")))
    up = titled(shown.sheet, "Crosses up")
    wire = next(w for w in shown.document.graph.wires_of(up) if w.input == "left")
    shown.document.apply(Disconnect(wire))
    shown.document.apply(Connect(Wire(up, "left", source="000000aa", output="signal", slot=0)))
    shown.select("Crosses up")
    links = [b.text() for b in shown.page.ports.findChildren(QToolButton)]
    assert links[0] == "MACD.signal"


def test_that_a_param_is_tuned_within_a_range_that_fits_its_bounds(shown: Shown):
    shown.select("Fast average")
    row = shown.row("period")
    node = titled(shown.sheet, "Fast average")
    row.tune.click()
    assert tunable_of(shown.document.graph.nodes[node]) == {"period": TunableRange(6, 20, 2)}
    low = row.range.fields[0]
    low.selectAll()
    shown.qtbot.keyClicks(low, "1")
    shown.qtbot.keyClick(low, Qt.Key.Key_Return)
    assert "2 is the least" in row.range.told.text()
    low.selectAll()
    shown.qtbot.keyClicks(low, "4")
    shown.qtbot.keyClick(low, Qt.Key.Key_Return)
    assert tunable_of(shown.document.graph.nodes[node]) == {"period": TunableRange(4, 20, 2)}
    assert row.range.told.text() == "9 values for a search to try"
    row.tune.click()
    assert tunable_of(shown.document.graph.nodes[node]) == {}
    for _ in range(3):
        shown.document.undo()
    assert shown.document.graph.nodes[node].extra == {}


def test_that_several_nodes_of_a_type_are_set_at_once(shown: Shown):
    shown.select("Fast average", "Slow average")
    assert shown.row("period").editor.field.placeholderText() == "several values"
    assert shown.row("period").editor.field.text() == ""
    shown.write("period", "33")
    assert shown.param("Fast average", "period") == shown.param("Slow average", "period") == 33
    assert shown.document.history == ("Set period of 2 nodes",)
    shown.document.undo()
    assert shown.param("Slow average", "period") == 20


def test_that_looking_at_what_differs_changes_nothing(shown: Shown):
    draw = [Node(shown.document.new_node_id(), "logic.is_symbol") for _ in range(2)]
    draw += [Node(shown.document.new_node_id(), "logic.on_new_period") for _ in range(2)]
    draw += [Node(shown.document.new_node_id(), "logic.in_session") for _ in range(2)]
    for node in draw:
        shown.document.apply(AddNode(node))
    for node, name, value in zip(
        draw[::2],
        ("symbols", "period", "start"),
        ("MSFT", "year", "10:00"),
        strict=True,
    ):
        shown.document.apply(SetParam(node.id, name, value))
    before = shown.document.graph
    for pair in (draw[:2], draw[2:4], draw[4:]):
        shown.sheet.selection.choose([node.id for node in pair])
        for row in shown.page.rows.values():
            row.editor.setFocus()
            shown.qtbot.keyClick(row.editor.field, Qt.Key.Key_Tab)
    shown.sheet.selection.choose([])
    assert shown.document.graph == before


def test_that_nodes_of_different_types_are_listed(shown: Shown):
    shown.select("Fast average", "Strategy")
    assert shown.page.names.text() == "Fast average\nStrategy"


def test_that_a_node_of_an_unknown_type_is_named(shown: Shown):
    node = Node(shown.document.new_node_id(), "plugin.gone", title="Mine")
    shown.document.apply(AddNode(node))
    shown.sheet.selection.choose([node.id])
    assert shown.page.counts.text() == "A node that this version does not know"
    assert shown.page.names.text() == "plugin.gone Mine"


def test_that_a_group_is_renamed_and_its_nodes_are_listed(shown: Shown):
    node = titled(shown.sheet, "Fast average")
    group = Group(shown.document.new_node_id(), title="Averages")
    shown.document.apply(AddGroup(group))
    shown.document.apply(PutInGroup((node,), group.id))
    shown.sheet.selection.choose([group.id])
    assert (shown.page.counts.text(), shown.page.names.text()) == ("Group of 1", "Fast average")
    shown.page.title.selectAll()
    shown.qtbot.keyClicks(shown.page.title, "Trend")
    shown.qtbot.keyClick(shown.page.title, Qt.Key.Key_Return)
    assert shown.document.graph.groups[group.id].title == "Trend"
    shown.document.undo()
    assert shown.page.title.text() == "Averages"


def test_that_a_node_is_renamed_muted_and_bypassed(shown: Shown):
    shown.select("Fast average")
    node = titled(shown.sheet, "Fast average")
    header = shown.page.header
    header.title.selectAll()
    shown.qtbot.keyClicks(header.title, "Quick")
    shown.qtbot.keyClick(header.title, Qt.Key.Key_Return)
    assert shown.document.graph.nodes[node].title == "Quick"
    header.modes["muted"].click()
    assert shown.document.graph.nodes[node].mode == "muted"
    header.modes["bypassed"].click()
    assert shown.document.graph.nodes[node].mode == "bypassed"
    shown.document.apply(SetMode((node,), ""))
    assert not header.modes["bypassed"].isChecked()


def test_that_what_is_written_is_set_when_the_user_turns_to_another_node(shown: Shown):
    shown.select("Fast average")
    shown.write("period", "17", done=False)
    shown.select("Slow average")
    assert shown.param("Fast average", "period") == 17


def test_that_a_removed_node_leaves_the_page_though_something_was_half_written(shown: Shown):
    shown.select("Fast average")
    shown.write("period", "99", done=False)
    shown.document.apply(RemoveNode(titled(shown.sheet, "Fast average")))
    assert isinstance(shown.page, StrategyPage)
    QApplication.processEvents()
    assert shown.document.history[-1] == "Remove Fast average"


def test_that_a_problem_of_the_node_stands_in_it_and_one_of_a_param_under_the_param(shown: Shown):
    shown.select("Crosses up")
    node = titled(shown.sheet, "Crosses up")
    wire = next(w for w in shown.document.graph.wires_of(node) if w.input == "left")
    shown.document.apply(Disconnect(wire))
    trouble = shown.page.trouble
    shown.qtbot.waitUntil(lambda: any("connected to 'left'" in told for told in trouble.told))
    shown.document.undo()
    shown.qtbot.waitUntil(lambda: not trouble.isVisibleTo(shown.page))
    slow = titled(shown.sheet, "Slow average")
    shown.sheet.selection.choose([slow])
    shown.document.apply(SetParam(slow, "period", 0))
    row = shown.row("period")
    shown.qtbot.waitUntil(lambda: "'period' is 0" in row.told.text())


def test_that_each_problem_has_a_block_of_its_own_red_only_where_it_blocks(shown: Shown):
    page = open_problems(shown)
    assert len(page.trouble.told) == 2
    colours = page.subject.look.colours
    red, amber = page.trouble.blocks
    assert (colours.error in red.styleSheet(), colours.warning in amber.styleSheet()) == (True,) * 2
    page.trouble.show_problems([])
    assert not page.trouble.isVisibleTo(page)


def open_problems(shown: Shown) -> NodePage:
    shown.select("Crosses up")
    place = Place(node=titled(shown.sheet, "Crosses up"))
    shown.page.trouble.show_problems(
        [
            Problem("late", "Looks ahead.", "Lag it.", place, blocking=False),
            Problem("open", "Nothing is connected.", "Draw a wire.", place),
        ]
    )
    return shown.page


def test_that_ports_lead_to_the_nodes_they_are_wired_with(shown: Shown):
    shown.select("Crosses up")
    links = {b.text(): b for b in shown.page.ports.findChildren(QToolButton)}
    assert list(links) == ["Fast average", "Slow average", "Enter long"]
    links["Slow average"].click()
    assert shown.sheet.selection.only == titled(shown.sheet, "Slow average")


def test_that_revealing_a_param_puts_the_cursor_there(shown: Shown):
    node = titled(shown.sheet, "Slow average")
    shown.pane.activateWindow()
    shown.sheet.selection.reveal(Place(node=node, param="period"))
    assert shown.row("period").editor.field.hasFocus()


def test_that_the_strategy_is_told_in_plain_words_while_nothing_is_selected(shown: Shown):
    shown.qtbot.waitUntil(lambda: "AAPL" in shown.page.data.text())
    assert "Buy when SMA(10) crosses above SMA(20)." in shown.page.rules.text()
    assert shown.page.counts.text() == "10 nodes, 12 wires"
    shown.page.name.selectAll()
    shown.qtbot.keyClicks(shown.page.name, "Mine")
    shown.qtbot.keyClick(shown.page.name, Qt.Key.Key_Return)
    assert shown.document.graph.name == "Mine"


def test_that_code_marks_the_wrong_line_and_new_settings_get_editors(shown: Shown):
    node = Node(shown.document.new_node_id(), "custom.python")
    shown.document.apply(AddNode(node))
    shown.sheet.selection.choose([node.id])
    field = shown.row("code").editor.field
    field.setPlainText("def twice(values: Numbers) -> Numbers:\n    return values +\n")
    assert field.wrong_line == 2
    assert "Python cannot read line 2" in shown.row("code").told.text()
    assert "code" not in shown.document.graph.nodes[node.id].params
    field.setPlainText("def by(values: Numbers, *, factor: int = 3) -> Numbers:\n    return values")
    assert field.wrong_line is None
    shown.row("code").settle()
    assert list(shown.page.rows) == ["code", "factor"]


def test_that_half_written_code_is_kept_when_the_user_turns_away(shown: Shown):
    node = Node(shown.document.new_node_id(), "custom.python")
    shown.document.apply(AddNode(node))
    shown.sheet.selection.choose([node.id])
    shown.row("code").editor.field.setPlainText("def unfinished(")
    shown.sheet.selection.choose([])
    assert shown.document.graph.nodes[node.id].params["code"] == "def unfinished("
    shown.sheet.selection.choose([node.id])
    assert shown.row("code").editor.value() == "def unfinished("


def test_that_the_last_values_of_a_node_are_drawn_once_they_are_computed(shown: Shown):
    from alphintra_desktop.market.samples import ensure_sample_data

    ensure_sample_data()
    shown.select("Fast average")
    values = shown.page.values
    assert not values.isVisibleTo(shown.page)
    shown.sheet.values.run()
    shown.qtbot.waitUntil(lambda: values.isVisibleTo(shown.page), timeout=60_000)
    line = values.lines["value"]
    assert len(line.values) == 250
    assert values.told["value"].text() == f"{line.values[-1]:,.6g}"
    shown.sheet.values.scrub(1000)
    at = shown.sheet.values.at(titled(shown.sheet, "Fast average"), "value")
    assert values.told["value"].text() == f"{at:,.6g}"
    assert line.grab().toImage().size() == line.size()
