"""Holding bars out from the window, and opening them after a question."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from alphintra_desktop.market.holdout import all_holdouts
from alphintra_desktop.workspace.holdout_commands import (
    HOLDOUT_COMMANDS,
    OPEN,
    give_up,
    holdouts_of,
    holds_out,
    open_holdout,
    set_aside,
)
from alphintra_desktop.workspace.notices import Weight
from alphintra_desktop.workspace.run_commands import RUN_COMMANDS
from tests.drawing import sma_crossover
from tests.research.made_library import import_made_bars
from tests.workspace.answers import Answers
from tests.workspace.test_runs_of_a_workspace import Opened, wait_for

START = "2015-12-01"


@pytest.fixture
def opened(tmp_path: Path, library_of_this_test: Path) -> Iterator[Opened]:
    import_made_bars(library_of_this_test)
    made = Opened(tmp_path, sma_crossover(dataset="made", symbols="AA"))
    yield made
    made.close()


def answered(opened: Opened, command, *answers: object) -> None:
    before = len(opened.workspace.notices.all)
    opened.workspace.questions = Answers(*answers)
    command.run(opened.workspace)
    wait_for(lambda: len(opened.workspace.notices.all) > before)


def test_that_the_commands_are_among_those_that_run_something():
    assert set(HOLDOUT_COMMANDS) <= set(RUN_COMMANDS)


def test_that_bars_are_held_out_from_a_day_on_and_opened_for_one_strategy(opened):
    workspace = opened.workspace
    assert not holds_out(workspace)
    answered(opened, set_aside, START)
    assert [one.start for one in holdouts_of(workspace)] == [START]
    assert holds_out(workspace)
    assert "Held out: AA of made" in workspace.notices.all[-1].text
    answered(opened, open_holdout, OPEN)
    told = workspace.notices.all[-1]
    assert told.weight is Weight.DONE
    assert told.text.startswith("HOLDOUT opened on ")
    assert "bars alone: return" in told.hint
    (held,) = all_holdouts()
    assert len(held.openings) == 1
    answered(opened, give_up, held.id)
    assert "Given up" in workspace.notices.all[-1].text
    assert not holds_out(workspace)


def test_that_values_that_are_shown_end_before_what_is_held_out(opened):
    values = opened.sheet.values
    values.run()
    wait_for(lambda: values.bars)
    before = values.bars
    answered(opened, set_aside, START)
    wait_for(lambda: values.bars < before)
    assert str(values.timestamps[-1])[:10] < START


def test_that_a_wrong_day_is_told_and_holds_nothing_out(opened):
    answered(opened, set_aside, "tomorrow")
    assert opened.workspace.notices.all[-1].weight is Weight.ERROR
    assert all_holdouts() == ()
    assert not any(opened.project.jobs.iterdir())


def test_that_thinking_better_of_it_does_nothing(opened):
    for command in HOLDOUT_COMMANDS:
        opened.workspace.questions = Answers(None)
        command.run(opened.workspace)
    assert opened.workspace.jobs.entries == ()
