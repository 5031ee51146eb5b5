"""An autopsy in the window: of a run that was executed, part by part of its score."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from alphintra_desktop.ui.research.autopsy_view import AutopsyView
from alphintra_desktop.ui.text_table import TextTable
from alphintra_desktop.workspace.research_commands import has_run, new_autopsy
from tests.ui.research.conftest import LONG_MS


def texts_in(widget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def test_that_every_part_of_the_score_opens_its_evidence(qtbot, page, workspace):
    assert not has_run(workspace)
    workspace.runs.execute(workspace.current)
    qtbot.waitUntil(lambda: bool(workspace.runs.recorded), timeout=LONG_MS)
    new_autopsy.run(workspace)
    form = page.form
    assert form.parts.runs.currentData() == workspace.runs.recorded[0].id
    form.parts.paths.setValue(100)
    qtbot.waitUntil(form.start.isEnabled, timeout=LONG_MS)
    form.begin()
    assert workspace.research.shown.name == "SMA crossover"
    qtbot.waitUntil(lambda: isinstance(page.view, AutopsyView), timeout=LONG_MS)
    view = page.view
    assert view.cards.figures[0].value.endswith("of 100")
    assert "repeated to the bit" in view.facts.text()
    seen = set()
    for row, part in enumerate(view.found.parts):
        view.parts.setCurrentItem(view.parts.topLevelItem(row))
        assert view.shown is part or view.shown == part
        assert part["why"] in texts_in(view.evidence)
        seen.add(part["evidence"])
        if part["evidence"] == "lives":
            tables = view.evidence.findChildren(TextTable)
            assert {"Year", "Month"} <= {table.heads[0] for table in tables}
    assert {"tried", "lives", "causality", "holdout", "marks"} <= seen
    assert view.found.page.is_file()
