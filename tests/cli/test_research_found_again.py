"""What the command line has researched is found again by the window, with its result."""

from __future__ import annotations

from alphintra_desktop.workspace.research_results import load_sweep
from alphintra_desktop.workspace.research_runs import SWEEP, read_run
from alphintra_desktop.workspace.templates import template_text
from tests.cli.command_line import here, project_with


def test_that_a_sweep_of_the_command_line_is_found_again(tmp_path, capsys):
    project = project_with(tmp_path / "swept", template_text("sma_crossover"))
    alphintra = here(capsys)
    done = alphintra("sweep", project.folder, "--sweep", "Fast average.period=10:20:5")
    assert done.code == 0, done.err
    (folder,) = project.jobs.iterdir()
    run = read_run(folder)
    assert run is not None
    assert (run.kind, run.name, run.state) == (SWEEP, "SMA crossover", "done")
    assert run.seconds > 0
    assert load_sweep(run).table.count == 3
