"""The autopsy of a run from the window: a job, then a notice that opens the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from alphintra_desktop.workspace.autopsy_commands import autopsy
from alphintra_desktop.workspace.notices import Weight
from alphintra_desktop.workspace.run_commands import RUN_COMMANDS
from tests.drawing import sma_crossover
from tests.research.made_library import import_made_bars
from tests.workspace.test_runs_of_a_workspace import Opened, wait_for


@pytest.fixture
def opened(tmp_path: Path, library_of_this_test: Path) -> Iterator[Opened]:
    import_made_bars(library_of_this_test)
    one = Opened(tmp_path, sma_crossover(dataset="made", symbols="AA"))
    yield one
    one.close()


def test_that_the_command_is_there_and_wants_a_run(opened: Opened):
    assert autopsy in RUN_COMMANDS
    assert not autopsy.enabled(opened.workspace)


def test_that_the_page_of_the_shown_run_is_written_and_told(opened: Opened):
    opened.execute()
    wait_for(lambda: opened.runs.shown)
    assert autopsy.enabled(opened.workspace)
    autopsy.run(opened.workspace)
    wait_for(lambda: "integrity" in opened.told[-1][1])
    notice = opened.workspace.notices.all[-1]
    assert notice.weight is Weight.DONE
    assert "points are unknown" in notice.text
    assert notice.file is not None
    assert "<h1>Autopsy of SMA crossover</h1>" in notice.file.read_text()


def test_that_a_run_whose_files_are_gone_is_told(opened: Opened):
    opened.execute()
    wait_for(lambda: opened.runs.shown)
    assert opened.runs.shown is not None
    graph = opened.runs.folder_of(opened.runs.shown) / "artifacts" / "graph.alphintra"
    kept = graph.read_text()
    graph.write_text(kept.replace('"talib.sma"', '"talib.nothing"'))
    autopsy.run(opened.workspace)
    wait_for(lambda: opened.told[-1][0] is Weight.ERROR)
