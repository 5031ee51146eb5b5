"""Checking causality from the window: findings become notices, and the guilty node is revealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from alphintra_desktop.errors import Place
from alphintra_desktop.graph.edits import RemoveNode
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.workspace.causality_commands import check_causality
from alphintra_desktop.workspace.notices import Weight
from alphintra_desktop.workspace.run_commands import RUN_COMMANDS
from tests.research.made_library import import_made_bars
from tests.research.seeded_look_ahead import ELEVEN, Strategy
from tests.workspace.test_runs_of_a_workspace import Opened, wait_for


@pytest.fixture
def open_graph(tmp_path: Path, library_of_this_test: Path) -> Iterator[Callable[[Graph], Opened]]:
    import_made_bars(library_of_this_test)
    made: list[Opened] = []

    def opened(graph: Graph) -> Opened:
        made.append(Opened(tmp_path, graph))
        return made[-1]

    yield opened
    for one in made:
        one.close()


def check(opened: Opened) -> None:
    check_causality.run(opened.workspace)
    wait_for(lambda: opened.workspace.notices.all)
    opened.close()  # which waits until whoever listened to the job has done so


def revealed_by(opened: Opened) -> list[Place]:
    found: list[Any] = []
    opened.sheet.selection.revealed.subscribe(found.append)
    return found


def test_that_the_command_is_among_those_that_run_something():
    assert check_causality in RUN_COMMANDS


def test_that_a_guilty_node_is_told_with_its_place_and_revealed(open_graph):
    seeded = ELEVEN["shift(-1)"]()
    opened = open_graph(seeded.graph)
    revealed = revealed_by(opened)
    check(opened)
    (notice,) = opened.workspace.notices.all
    assert notice.weight is Weight.ERROR
    assert "looks ahead" in notice.text
    assert notice.place == Place(node=seeded.guilty, param="code")
    assert revealed == [notice.place]
    assert opened.sheet.selection.only == seeded.guilty
    assert not any(opened.project.jobs.iterdir())


def test_that_a_clean_strategy_is_told_how_much_was_tested_and_the_warm_up(open_graph):
    made = Strategy()
    made.traded(made.before)
    opened = open_graph(made.draw.graph)
    revealed = revealed_by(opened)
    check(opened)
    (notice,) = opened.workspace.notices.all
    assert notice.weight is Weight.DONE
    assert "25 sampled bars" in notice.text
    assert "Suggested warm-up" in notice.hint
    assert revealed == []


def test_that_a_drawing_that_cannot_be_computed_says_why(open_graph):
    made = Strategy()
    made.traded(made.before)
    opened = open_graph(made.draw.graph)
    opened.sheet.document.apply(RemoveNode(made.before.id))
    check(opened)
    (notice,) = opened.workspace.notices.all
    assert notice.weight is Weight.ERROR
    assert "Nothing is connected" in notice.text
