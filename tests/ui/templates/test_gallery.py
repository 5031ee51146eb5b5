"""The gallery makes a real project from a template, and opens it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from alphintra_desktop.codegen.module import generate
from alphintra_desktop.runs.project import open_project
from alphintra_desktop.ui.templates.gallery import Gallery, open_gallery
from tests.drawing import sma_crossover
from tests.ui.open_workspace import opened


@pytest.fixture
def shown(tmp_path: Path, qtbot: QtBot):
    with opened(tmp_path, sma_crossover()) as (workspace, look):
        gallery = Gallery(workspace, look)
        qtbot.addWidget(gallery)
        gallery.folder.setText(str(tmp_path / "projects"))
        gallery.show()
        qtbot.waitUntil(lambda: gallery.cards.count() > 0)
        yield workspace, gallery
        workspace.close()


def titles(gallery: Gallery) -> list[str]:
    return [gallery.cards.item(row).text() for row in range(gallery.cards.count())]


def test_that_every_template_has_a_card_that_says_what_it_does(shown):
    _, gallery = shown
    assert titles(gallery)[0] == "SMA crossover"
    assert titles(gallery)[-1] == "Empty graph"
    assert "Donchian breakout with ATR stop" in titles(gallery)
    assert all(gallery.cards.template(row).about for row in range(gallery.cards.count()))


def test_that_enter_on_a_card_makes_a_project_that_compiles_and_opens_it(
    shown, tmp_path: Path, qtbot: QtBot
):
    workspace, gallery = shown
    gallery.cards.setCurrentRow(titles(gallery).index("Donchian breakout with ATR stop"))
    qtbot.keyClick(gallery.cards, Qt.Key.Key_Return)
    folder = tmp_path / "projects" / "donchian_breakout_with_atr_stop"
    assert open_project(folder).name == "Donchian breakout with ATR stop"
    assert workspace.project.folder == folder
    assert "def signals" in generate(workspace.current.document.graph).text
    assert not gallery.isVisible()


def test_that_the_arrow_keys_go_from_card_to_card_and_the_name_follows(shown, qtbot: QtBot):
    _, gallery = shown
    assert gallery.name.text() == "SMA crossover"
    qtbot.keyClick(gallery.cards, Qt.Key.Key_Right)
    assert gallery.name.text() == titles(gallery)[1]


def test_that_a_name_of_ones_own_stays_when_another_card_is_chosen(shown, qtbot: QtBot):
    _, gallery = shown
    gallery.name.selectAll()
    qtbot.keyClicks(gallery.name, "Mine")
    gallery.cards.setCurrentRow(2)
    assert gallery.name.text() == "Mine"


def test_that_a_folder_that_is_taken_is_told_and_another_name_offered(shown, tmp_path: Path):
    _, gallery = shown
    taken = tmp_path / "projects" / "sma_crossover"
    taken.mkdir(parents=True)
    (taken / "work.txt").write_text("mine")
    gallery.name.setText("sma CROSSOVER")
    assert "is already there" in gallery.told.text()
    assert not gallery.make_button.isEnabled()
    gallery.cards.setCurrentRow(1)
    gallery.cards.setCurrentRow(0)
    assert gallery.name.text() == "SMA crossover 2"
    assert gallery.make_button.isEnabled()
    assert (taken / "work.txt").read_text() == "mine"


def test_that_an_empty_graph_is_a_template_too(shown):
    workspace, gallery = shown
    gallery.cards.setCurrentRow(gallery.cards.count() - 1)
    gallery.make()
    assert workspace.current.document.graph.nodes == {}


def test_that_what_cannot_be_made_is_told_and_the_open_graph_stays(shown, tmp_path: Path):
    workspace, gallery = shown
    (tmp_path / "file").write_text("")
    gallery.folder.setText(str(tmp_path / "file"))
    gallery.make()
    assert "could not be made" in gallery.told.text()
    assert gallery.isVisible()
    assert workspace.current is not None


def test_that_the_gallery_opens_over_the_window(shown, qtbot: QtBot):
    workspace, gallery = shown
    other = open_gallery(workspace, gallery._look)
    assert other.isVisible()
    qtbot.waitUntil(lambda: other.cards.count() > 0)
    other.reject()
