"""The same seed gives the same study, whatever measures its trials."""

from __future__ import annotations

from typing import Any

import pytest

from alphintra_desktop.research.executors.choice import PROCESSES, RAY
from alphintra_desktop.runs.project import Project, create_project
from tests.research.made_library import import_made_bars
from tests.research.search_made import counted, searched, without_time


@pytest.fixture
def project(library_of_this_test, tmp_path) -> Project:
    import_made_bars(library_of_this_test)
    return create_project(tmp_path / "project", "Test")


def check_that_it_is_the_same(project: Project, spread: dict[str, Any]) -> None:
    asked = {"sampler": "tpe", "folds": 3, "trials": 32}
    here = searched(project, **asked)
    there = searched(project, spread=spread, **asked)
    assert without_time(there) == without_time(here)
    assert counted(project) == here["counts"]["measured"]


def test_that_the_same_seed_gives_the_same_study_on_two_processes(project):
    check_that_it_is_the_same(project, {"executor": PROCESSES, "workers": 2})


def test_that_the_same_seed_gives_the_same_study_on_ray(ray_cluster, project):
    spread = {"executor": RAY, "workers": 2, "address": ray_cluster.address}
    check_that_it_is_the_same(project, spread)
