"""The code pane shows the file that would run, and keeps step with the graph both ways."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from alphintra_desktop.codegen.module import generate
from alphintra_desktop.errors import Place
from alphintra_desktop.graph.edits import SetParam
from alphintra_desktop.ui.code_view.commands import CODE_COMMANDS, copy_code, export_code
from alphintra_desktop.ui.code_view.pane import build
from alphintra_desktop.ui.code_view.view import CodeView
from tests.drawing import sma_crossover
from tests.ui.open_workspace import opened, titled


class Shown:
    """A code pane of one open graph, and short ways to it."""

    def __init__(self, workspace, pane, qtbot: QtBot) -> None:
        self.workspace, self.pane, self.qtbot = workspace, pane, qtbot
        self.sheet = workspace.current

    @property
    def view(self) -> CodeView:
        return self.pane.inner

    @property
    def lines(self) -> list[str]:
        return self.view.text.text.splitlines()

    def line_of(self, start: str) -> int:
        return next(n for n, line in enumerate(self.lines, 1) if line.strip().startswith(start))

    def click(self, line: int) -> None:
        edit = self.view.text._edit
        position = edit.positionFromLine(line - 1) + 6
        at = QPoint(edit.pointXFromPosition(position), edit.pointYFromPosition(position) + 4)
        self.qtbot.mouseClick(edit.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def set_period(self, value: int) -> None:
        node = titled(self.sheet, "Fast average")
        self.sheet.document.apply(SetParam(node, "period", value))


@pytest.fixture
def shown(tmp_path: Path, qtbot: QtBot):
    with opened(tmp_path, sma_crossover()) as (workspace, look):
        pane = build(workspace, look)
        qtbot.addWidget(pane)
        pane.resize(700, 260)
        pane.show()
        qtbot.waitExposed(pane)
        yield Shown(workspace, pane, qtbot)


def test_that_the_file_is_the_one_that_would_run(shown: Shown):
    assert shown.view.text.text == generate(shown.sheet.document.graph).text
    assert shown.view.name.text() == "sma_crossover.py"


def test_that_the_file_follows_the_drawing_and_stays_where_it_was_scrolled_to(shown: Shown):
    shown.view.text.reveal(shown.line_of("def signals"))
    top = shown.view.text.first_line
    assert top > 1
    shown.set_period(33)
    shown.qtbot.waitUntil(lambda: "FAST_AVERAGE_PERIOD = 33" in shown.lines)
    assert shown.view.text.first_line == top
    edit = shown.view.text._edit
    assert bytes(edit.getText(edit.textLength() + 1)).decode().rstrip("\0") == shown.view.text.text


def test_that_selecting_a_node_marks_its_lines_and_scrolls_to_them(shown: Shown):
    shown.sheet.selection.choose([titled(shown.sheet, "Fast average")])
    marked = [shown.lines[line - 1].strip() for line in shown.view.text.marked]
    assert marked[0] == "FAST_AVERAGE_PERIOD = 10"
    assert marked[-1].startswith("fast_average = ")
    computed = shown.line_of("fast_average = ")
    assert shown.view.text.first_line <= computed <= shown.view.text.first_line + 20
    shown.sheet.selection.choose([])
    assert shown.view.text.marked == ()


def test_that_a_click_on_a_line_selects_its_node_and_the_text_stays_where_it_is(shown: Shown):
    line = shown.line_of("slow_average = ")
    shown.view.text.reveal(line)
    top = shown.view.text.first_line
    shown.click(line)
    assert shown.sheet.selection.only == titled(shown.sheet, "Slow average")
    assert shown.view.text.first_line == top


def test_that_a_click_on_a_setting_selects_the_node_it_belongs_to(shown: Shown):
    line = shown.line_of("SLOW_AVERAGE_PERIOD")
    shown.view.text.reveal(line)
    shown.click(line)
    assert shown.sheet.selection.only == titled(shown.sheet, "Slow average")


def test_that_a_click_on_a_line_of_no_node_keeps_the_selection(shown: Shown):
    node = titled(shown.sheet, "Fast average")
    shown.sheet.selection.choose([node])
    shown.view.text.reveal(1)
    shown.click(1)
    assert shown.sheet.selection.only == node


def test_that_revealing_a_param_scrolls_to_its_setting(shown: Shown):
    shown.view.text.reveal(len(shown.lines))
    node = titled(shown.sheet, "Fast average")
    shown.sheet.selection.reveal(Place(node=node, param="period"))
    setting = shown.line_of("FAST_AVERAGE_PERIOD")
    assert shown.view.text.first_line <= setting <= shown.view.text.first_line + 20


def test_that_a_blocked_file_stays_in_grey_with_a_way_to_what_blocks_it(shown: Shown):
    before = shown.view.text.text
    shown.set_period(0)
    shown.qtbot.waitUntil(lambda: shown.view.text.faded)
    assert shown.view.text.text == before
    assert "'period' is 0" in shown.view.bar.told.text()
    shown.view.bar.go.click()
    assert shown.sheet.selection.only == titled(shown.sheet, "Fast average")
    shown.sheet.document.undo()
    shown.qtbot.waitUntil(lambda: not shown.view.text.faded)
    assert not shown.view.bar.isVisible()


def test_that_the_file_is_copied_whole(shown: Shown):
    copy_code.run(shown.workspace)
    assert QGuiApplication.clipboard().text() == shown.view.text.text


def test_that_the_file_is_exported_where_the_user_says(shown: Shown, tmp_path: Path):
    class Answers:
        def file_to_save(self, title: str, start: Path, kinds: str) -> Path:
            return tmp_path / f"mine_{start.name}"

    shown.workspace.questions = Answers()
    export_code.run(shown.workspace)
    written = (tmp_path / "mine_sma_crossover.py").read_text("utf-8")
    assert written == shown.view.text.text


def test_that_nothing_is_exported_while_problems_block_the_file(shown: Shown):
    assert all(command.enabled(shown.workspace) for command in CODE_COMMANDS)
    shown.set_period(0)
    shown.sheet.live_code.settled()
    assert not any(command.enabled(shown.workspace) for command in CODE_COMMANDS)


def test_that_the_pane_goes_back_to_the_selected_node_after_an_edit(shown: Shown):
    node = titled(shown.sheet, "Fast average")
    shown.sheet.selection.choose([node])
    top = shown.view.text.first_line
    assert top > 1
    shown.view.text.reveal(1)
    assert shown.view.text.first_line == 1
    shown.set_period(33)
    shown.qtbot.waitUntil(lambda: "FAST_AVERAGE_PERIOD = 33" in shown.lines)
    assert shown.view.text.first_line == top
