"""The Research activity: found again, set up, followed, stopped, and looked at."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from alphintra_desktop.errors import Place
from alphintra_desktop.graph.edits import RemoveNode, RenameNode
from alphintra_desktop.graph.tunable import TunableRange, set_tunable
from alphintra_desktop.jobs.events import Finished, Started, State
from alphintra_desktop.jobs.job import Spec, append, write_spec
from alphintra_desktop.research.holdout import release_holdout, set_holdout
from alphintra_desktop.runs.project import open_project
from alphintra_desktop.ui.research.causality_view import CLEAN, CausalityView
from alphintra_desktop.ui.research.page import build
from alphintra_desktop.ui.research.stress_view import StressView
from alphintra_desktop.ui.research.sweep_view import SweepView
from alphintra_desktop.ui.research.walk_view import WalkView
from alphintra_desktop.workspace.research_commands import SET_UP, new_sweep
from alphintra_desktop.workspace.research_runs import (
    CAUSALITY,
    SEARCH,
    STRESS,
    SWEEP,
    WALK_FORWARD,
)
from tests.ui.research.conftest import LONG_MS, show
from tests.workspace.researched import AXES, TEXT, node

FAST, SLOW = node("Fast average"), node("Slow average")


def begin(qtbot, page, workspace, kind, fill=lambda form: None):
    """Set research of a kind up, start it, and wait for its end."""
    workspace.research.draft(kind)
    assert page.form is not None
    fill(page.form)
    qtbot.waitUntil(page.form.start.isEnabled, timeout=LONG_MS)
    qtbot.mouseClick(page.form.start, Qt.MouseButton.LeftButton)
    assert page.shown.currentWidget() is page.running
    qtbot.waitUntil(lambda: not workspace.research.shown.running, timeout=LONG_MS)
    return workspace.research.shown


def vary(form, *ranges: str) -> None:
    """Vary the averages over these values."""
    rows = [row for row in form.params.rows if row.param.param == "period"]
    for row, values in zip(rows, ranges, strict=False):
        row.switch.setChecked(True)
        row.values.setText(values)
        row.values.textEdited.emit(values)


def test_that_research_of_before_is_listed_with_what_it_found(page):
    model = page.list.model
    cells = [[model.index(row, column).data() for column in range(4)] for row in range(2)]
    assert [row[0] for row in cells] == ["Walk-forward", "Sweep"]
    assert all(row[1:3] == ["SMA crossover", "done"] and float(row[3]) for row in cells)


def test_that_search_lists_what_matches(qtbot, page):
    qtbot.keyClicks(page.list.words, "walk sma")
    assert [page.list.model.run_at(0).kind] == [WALK_FORWARD]
    assert page.list.model.rowCount() == 1
    page.list.words.clear()
    assert page.list.model.rowCount() == 2


def test_that_without_a_result_it_says_how_to_begin(page):
    assert page.shown.currentWidget() is page.empty
    assert [button.text() for button in page.empty.buttons] == [one.title for one in SET_UP]


def test_that_the_form_counts_points_as_they_are_typed_and_says_what_is_wrong(qtbot, page):
    page.empty.buttons[0].click()
    form = page.form
    assert not form.start.isEnabled()
    assert form.trouble.text().startswith("No param is varied.")
    vary(form, "10:30:10", "60,120")
    qtbot.waitUntil(lambda: form.told.text().startswith("6 points"), timeout=LONG_MS)
    assert form.start.isEnabled()
    vary(form, "10:30:0")
    qtbot.waitUntil(lambda: "not a range" in form.trouble.text(), timeout=LONG_MS)
    assert form.params.rows[0].count.text() == "not possible"


def test_that_the_form_follows_the_graph_and_keeps_what_is_varied(qtbot, page, workspace):
    workspace.research.draft(SWEEP)
    vary(page.form, "10:30:10", "60,120")
    document = workspace.current.document
    document.apply(RenameNode(FAST, "Quick average"))
    document.apply(set_tunable(document.graph, SLOW, "period", TunableRange(50, 90, 10)))
    qtbot.waitUntil(lambda: page.form.params.rows[0].param.title == "Slow average", timeout=LONG_MS)
    told = {one.param.title: one.param.values for one in page.form.params.rows if one.param.on}
    assert told == {"Slow average": "60,120", "Quick average": "10:30:10"}
    document.apply(RemoveNode(FAST))
    qtbot.waitUntil(lambda: "cannot run" in page.form.trouble.text(), timeout=LONG_MS)
    assert not page.form.start.isEnabled()


def test_that_a_sweep_from_the_form_runs_in_a_worker_and_is_shown(qtbot, page, workspace):
    run = begin(qtbot, page, workspace, SWEEP, lambda form: vary(form, "10:30:10", "60,120"))
    assert run.row.state is State.DONE
    qtbot.waitUntil(lambda: page.shown.currentWidget() is page.view, timeout=LONG_MS)
    assert isinstance(page.view, SweepView)
    assert page.view.found.table.count == 6
    assert page.list.model.run_at(0).id == run.id


def test_that_a_result_on_bars_that_were_cut_says_so(qtbot, page, workspace):
    data = next(n for n in workspace.current.document.graph.nodes.values() if "dataset" in n.type)
    symbols = [one.strip() for one in data.params.get("symbols", "AAPL").split(",")]
    held = set_holdout(workspace.project, "sample", "2012-01-03", symbols).holdout
    try:
        begin(qtbot, page, workspace, SWEEP, lambda form: vary(form, "10:30:10", "60,120"))
        qtbot.waitUntil(lambda: page.shown.currentWidget() is page.view, timeout=LONG_MS)
        assert "held out" in page.marks.text()
        assert page.marks.isVisibleTo(page)
        workspace.research.draft(SWEEP)
        assert not page.marks.isVisibleTo(page)
    finally:
        release_holdout(workspace.project, held.id, sure=True)


def test_that_a_walk_forward_shows_what_was_never_seen(qtbot, page):
    view = show(qtbot, page, WALK_FORWARD, WalkView)
    assert view.stack.count == len(view.found.equity)
    assert len(view.folds.rows) == len(view.found.folds)
    assert view.folds.copied().splitlines()[0].startswith("Fold\tOut of sample")
    assert [view.tabs.tabText(n) for n in range(4)] == [
        "Out of sample",
        "Folds",
        "Params",
        "Windows",
    ]
    view.tabs.setCurrentWidget(view.matrix)
    view.matrix.map.point((1, 0))
    assert view.matrix.told.text().startswith("756 bars in, 252 out of sample")
    for number in range(4):
        view.tabs.setCurrentIndex(number)
        assert not view.grab().isNull()


def test_that_the_params_of_the_last_fold_can_be_used(qtbot, page, workspace):
    view = show(qtbot, page, WALK_FORWARD, WalkView)
    qtbot.mouseClick(view.use, Qt.MouseButton.LeftButton)
    nodes = workspace.current.document.graph.nodes
    chosen = {key: nodes[key[0]].params["period"] for key in view.found.latest}
    assert chosen == view.found.latest
    assert workspace.current.document.undo_label == "Use the params of a search"


def test_that_a_search_can_be_stopped_and_resumed(qtbot, page, workspace):
    def fill(form):
        vary(form, "5:60:1", "50:250:1")
        form.parts.search.sampler.setCurrentIndex(1)
        form.parts.search.trials.setValue(5000)

    workspace.research.draft(SEARCH)
    fill(page.form)
    qtbot.waitUntil(page.form.start.isEnabled, timeout=LONG_MS)
    page.form.begin()
    qtbot.waitUntil(page.running.best.isVisible, timeout=LONG_MS)
    assert page.running.best.text().startswith("Best sharpe so far")
    qtbot.mouseClick(page.running.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.empty.resume.isVisible, timeout=LONG_MS)
    stopped = workspace.research.shown
    assert (stopped.state, stopped.can_resume) == ("cancelled", True)
    qtbot.mouseClick(page.empty.resume, Qt.MouseButton.LeftButton)
    again = workspace.research.shown
    assert again.study == stopped.id
    assert again.running
    workspace.research.cancel(again)
    qtbot.waitUntil(lambda: not workspace.research.shown.running, timeout=LONG_MS)


def test_that_a_finished_search_goes_on_to_more_trials(qtbot, page, workspace, answers):
    def fill(form):
        vary(form, "5:60:1", "50:250:1")
        form.parts.search.sampler.setCurrentIndex(1)
        form.parts.search.trials.setValue(6)

    first = begin(qtbot, page, workspace, SEARCH, fill)
    qtbot.waitUntil(lambda: page.shown.currentWidget() is page.view, timeout=LONG_MS)
    answers.answers = ["3"]
    qtbot.mouseClick(page.view.more, Qt.MouseButton.LeftButton)
    assert workspace.notices.all[-1].text == "'3' is no number of trials to go on to."
    answers.answers = ["9"]
    qtbot.mouseClick(page.view.more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not workspace.research.shown.running, timeout=LONG_MS)
    again = workspace.research.shown
    assert again.study == first.id
    assert again.result["counts"]["trials"] == 9


def test_that_a_check_that_finds_nothing_says_what_that_proves(qtbot, page, workspace):
    begin(qtbot, page, workspace, CAUSALITY, lambda form: form.parts.bars.setValue(3))
    qtbot.waitUntil(lambda: isinstance(page.view, CausalityView), timeout=LONG_MS)
    assert page.view.verdict.text() == CLEAN
    assert "proves nothing about bars that were not tested" in page.view.said.text()
    assert not page.view.show_button.isEnabled()


def test_that_a_guilty_node_is_shown_in_the_graph(qtbot, page, workspace):
    one = {"node": SLOW, "title": "Slow average", "message": "It knows.", "hint": "Mend it."}
    finding = {"code": "caught", "param": None, "bar": "2003-01-02", "cut": 7, "looks_ahead": True}
    result = {
        **{"name": "SMA crossover", "looks_ahead": True, "first_guilty": SLOW},
        **{"findings": [{**one, **finding}], "nodes": [], "tested_bars": 25, "seed": 0, "tests": 0},
        **{"symbols": ["AAPL"], "bars": 9, "all_bars": 9, "warm_up": 1, "never_settle": []},
    }
    folder = open_project(workspace.project.folder).new_job_folder()
    write_spec(folder, Spec("run_causality", {"graph": TEXT, "where": "one.alphintra"}))
    append(folder, Started("run_causality", 1))
    append(folder, Finished(result))
    workspace.research.refresh()
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 3, timeout=LONG_MS)
    view = show(qtbot, page, CAUSALITY, CausalityView)
    assert view.verdict.text() == "Slow average looks ahead."
    panes, places = [], []
    workspace.asked_for.subscribe(panes.append)
    workspace.current.selection.revealed.subscribe(places.append)
    qtbot.mouseClick(view.show_button, Qt.MouseButton.LeftButton)
    assert panes == ["build"]
    assert places == [Place(node=SLOW)]
    assert workspace.current.selection.only == SLOW


def test_that_a_stress_test_shows_its_intervals_and_the_verdict_of_the_controls(
    qtbot, page, workspace
):
    begin(qtbot, page, workspace, STRESS, lambda form: form.parts.paths.setValue(100))
    qtbot.waitUntil(lambda: isinstance(page.view, StressView), timeout=LONG_MS)
    view = page.view
    titles = [figure.title for figure in view.cards.figures]
    assert titles[:2] == ["Negative controls", "Sharpe ratio"]
    assert view.cards.figures[0].value in {"clean", "unknown"}
    assert len(view.disturbed.rows) > 8
    assert "Candle noise" in view.disturbed.accessibleDescription()
    assert len(view.controls.rows) == 3
    for number in range(view.tabs.count()):
        view.tabs.setCurrentIndex(number)
        assert not view.grab().isNull()


def test_that_negative_controls_are_one_click(qtbot, page, workspace):
    menu = page.list.new.menu()
    next(one for one in menu.actions() if one.text() == "Negative controls").trigger()
    assert workspace.research.shown.running
    qtbot.waitUntil(lambda: isinstance(page.view, StressView), timeout=LONG_MS)
    assert [figure.title for figure in page.view.cards.figures] == ["Negative controls"]
    tabs = page.view.tabs
    assert [tabs.tabText(n) for n in range(tabs.count())] == ["In words", "Controls"]


def test_that_work_whose_window_has_gone_says_so(qtbot, page, workspace):
    folder = open_project(workspace.project.folder).new_job_folder()
    write_spec(folder, Spec("run_sweep", {"graph": TEXT, "axes": AXES}))
    append(folder, Started("run_sweep", 1))
    workspace.research.refresh()
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 3, timeout=LONG_MS)
    page.list.table.selectRow(0)
    assert page.empty.title.text() == "Sweep of SMA crossover: not finished"
    assert not page.empty.resume.isVisible()


def test_that_a_run_is_removed_once_that_is_agreed(qtbot, page, workspace, answers):
    view = show(qtbot, page, SWEEP, SweepView)
    folder = view.found.run.folder
    page.list.table.setFocus()
    qtbot.keyClick(page.list.table, Qt.Key.Key_Delete)
    assert answers.asked[-1].startswith("Remove research: Sweep of SMA crossover")
    assert page.list.model.rowCount() == 2
    answers.answers = ["remove"]
    qtbot.keyClick(page.list.table, Qt.Key.Key_Delete)
    assert page.list.model.rowCount() == 1
    assert not folder.exists()
    assert page.shown.currentWidget() is page.empty
    menu = page.list.menu_of(page.list.model.run_at(0))
    assert [(one.text(), one.isEnabled()) for one in menu.actions()] == [
        ("Resume", False),
        ("Cancel", False),
        ("Remove…", True),
    ]


def test_that_a_command_opens_the_form_before_there_is_a_page(qtbot, workspace, page):
    new_sweep.run(workspace)
    again = build(workspace, page._look)
    qtbot.addWidget(again)
    assert again.form is not None
    assert again.form.kind is SWEEP


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_that_everything_takes_on_a_new_look(qtbot, page, workspace, theme):
    from alphintra_desktop.workspace.settings import THEME

    for kind, view in ((SWEEP, SweepView), (WALK_FORWARD, WalkView)):
        show(qtbot, page, kind, view)
        workspace.settings.set(THEME, theme)
        assert not page.grab().isNull()
