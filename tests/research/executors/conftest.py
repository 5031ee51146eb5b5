"""One Ray cluster of two workers for all tests that need one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from alphintra_desktop.research.executors.cluster import start_cluster, stop_cluster
from tests.shared_files import CHECKOUT


@dataclass(frozen=True)
class RayForTests:
    """Where the cluster is, and the home folder that it was started from."""

    address: str
    home: str


@pytest.fixture(scope="session")
def ray_cluster(tmp_path_factory) -> Iterator[RayForTests]:
    """Started as the command starts it; its workers can import what tests send them."""
    home = tmp_path_factory.mktemp("ray_home")
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("ALPHINTRA_HOME", str(home))
        changed.setenv("PYTHONPATH", str(CHECKOUT))
        changed.setenv("RAY_AUTH_TOKEN_PATH", str(home / "token"))
        changed.setenv("RAY_AUTH_MODE", "token")
        cluster = start_cluster(2)
        changed.delenv("PYTHONPATH")
        yield RayForTests(cluster.address, str(home))
        changed.setenv("ALPHINTRA_HOME", str(home))
        stop_cluster()
    assert not Path(cluster.folder).exists()
