"""`alphintra cluster`, and commands that spread their work, with the numbers they find alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from alphintra_desktop.cli.main import main
from alphintra_desktop.graph.files import write_graph
from alphintra_desktop.research.executors.cluster import FILE_NAME
from alphintra_desktop.runs.project import Project, create_project
from alphintra_desktop.workspace.settings import RAY_ADDRESS, Settings
from tests.drawing import sma_crossover
from tests.research.made_library import import_made_bars

SWEPT = ["--sweep", "Fast average.period=2:8:2", "--sweep", "Slow average.period=15,25,40"]


@pytest.fixture
def project(library_of_this_test, tmp_path) -> Project:
    import_made_bars(library_of_this_test)
    made = create_project(tmp_path / "project", "Test")
    write_graph(made.graphs / "sma.alphintra", sma_crossover(dataset="made", symbols="AA, BB"))
    return made


def found_by(command: str, project: Project, capsys, *more: str) -> dict:
    assert main([command, str(project.folder), *SWEPT, "--json", *more]) == 0
    found: dict = json.loads(capsys.readouterr().out)
    return found


def test_that_a_sweep_finds_the_same_bits_on_processes_and_on_the_cluster_of_the_settings(
    project, ray_cluster, capsys
):
    Settings().set(RAY_ADDRESS, ray_cluster.address)
    tables = [
        pd.read_parquet(found_by("sweep", project, capsys, *more)["table"])
        for more in ((), ("--executor", "processes", "--workers", "2"), ("--executor", "ray"))
    ]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0], check_exact=True)


def test_that_a_walk_forward_finds_the_same_bits_on_a_cluster(project, ray_cluster, capsys):
    windows = ("--in-sample", "120", "--out-of-sample", "60")
    alone = found_by("walk-forward", project, capsys, *windows)
    spread = found_by(
        *("walk-forward", project, capsys, *windows),
        *("--address", ray_cluster.address, "--workers", "2"),
    )
    tables = [pd.read_parquet(found["table"]) for found in (alone, spread)]
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_that_a_cluster_that_runs_is_found_and_not_started_twice(
    ray_cluster, library_of_this_test, capsys
):
    started_in = Path(ray_cluster.home)
    shutil.copy(started_in / FILE_NAME, library_of_this_test / FILE_NAME)
    assert main(["cluster", "status"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"The cluster at {ray_cluster.address} has 1 machine with 2 workers" in said
    assert main(["cluster", "start"]) == 1
    assert "runs already" in capsys.readouterr().err


def test_that_what_was_left_of_a_cluster_that_is_gone_counts_for_nothing(
    library_of_this_test, capsys
):
    gone = {"address": "127.0.0.1:1", "process": 2**22, "folder": "gone", "workers": 2}
    for text in (json.dumps(gone), "{", json.dumps({"else": 1})):
        (library_of_this_test / FILE_NAME).write_text(text)
        assert main(["cluster", "status"]) == 1
        assert "`alphintra cluster start` starts one" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        (["cluster", "stop"], 1, "No cluster runs"),
        (["cluster", "status"], 1, "No cluster runs here"),
        (["cluster", "status", "--address", "127.0.0.1:1"], 1, "Nothing answers at 127.0.0.1:1"),
        (["cluster", "begin"], 2, "invalid choice: 'begin'"),
        (["cluster", "start", "--workers", "0"], 2, "not a whole number above 0"),
        (["sweep", *SWEPT, "--executor", "threads"], 2, "invalid choice: 'threads'"),
    ],
)
def test_that_what_cannot_be_done_is_told(line, code, says, capsys):
    assert main(line) == code
    assert says in " ".join(capsys.readouterr().err.split())


def test_that_an_address_needs_ray_and_somebody_there(project, capsys):
    line = ["sweep", str(project.folder), *SWEPT, "--address", "127.0.0.1:1"]
    assert main([*line, "--executor", "processes"]) == 1
    assert "'processes' has none" in capsys.readouterr().err
    assert main(line) == 1
    assert "Nothing answers at 127.0.0.1:1" in capsys.readouterr().err
    assert list(project.jobs.iterdir()) == []
