"""A Ray cluster on this machine that stays: started, found again and stopped by us, and no other.

It listens on 127.0.0.1 only, and whoever may log in to this machine may use it. Where it is, is
kept in the home folder of the program. It runs as one group of processes, so that stopping it ends
exactly what starting it began. (`ray stop` would end every Ray of this user.)
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from alphintra_desktop.disk import text_of_file, write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.research.executors.ray_crew import (
    HERE,
    LOOPBACK,
    STORE_BYTES,
    answers,
    loaded_ray,
    own_folder,
)
from alphintra_desktop.runs.project import home_folder

FILE_NAME = "cluster.json"
LOG = "cluster.log"
SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 3.0


@dataclass(frozen=True)
class Cluster:
    """A cluster that was started: where it is, the leader of its processes, where it writes."""

    address: str
    process: int
    folder: str
    workers: int

    @property
    def is_running(self) -> bool:
        """Whether its leader lives and somebody answers."""
        return _lives(self.process) and answers(self.address)


def start_cluster(workers: int = 0, *, dashboard: bool = False) -> Cluster:
    """Start a cluster. Raises `AlphintraError` without Ray, and where one runs already."""
    loaded_ray(HERE)
    known = known_cluster()
    if known is not None:
        raise AlphintraError(
            f"A cluster of {known.workers} workers runs already at {known.address}.",
            hint="Use it, or end it with `alphintra cluster stop`.",
        )
    workers = workers or os.cpu_count() or 1
    folder, ports = own_folder(), _free_ports(3)
    log = Path(folder) / LOG
    process = _started(_command(ports, workers, folder, dashboard), log)
    cluster = Cluster(f"{HERE}:{ports[0]}", process.pid, folder, workers)
    _await(cluster, process, log)
    write_file(_file(), json.dumps(asdict(cluster), indent=2) + "\n")
    return cluster


def known_cluster() -> Cluster | None:
    """The cluster that was started on this machine, if it still runs."""
    if not _file().exists():
        return None
    try:
        cluster = Cluster(**json.loads(text_of_file(_file())))
    except (AlphintraError, ValueError, TypeError):
        return None  # not ours, or half of it: what it was about cannot be known
    return cluster if cluster.is_running else None


def stop_cluster() -> Cluster:
    """End the cluster with all that runs on it. Raises `AlphintraError` where none runs."""
    cluster = known_cluster()
    if cluster is None:
        raise AlphintraError(
            "No cluster runs that was started here.",
            hint="`alphintra cluster start` starts one.",
        )
    _end(cluster)
    _file().unlink(missing_ok=True)
    return cluster


def _end(cluster: Cluster) -> None:
    with suppress(ProcessLookupError):
        os.killpg(cluster.process, signal.SIGTERM)
    if not _gone(cluster, SECONDS_TO_STOP):
        with suppress(ProcessLookupError):
            os.killpg(cluster.process, signal.SIGKILL)
        _gone(cluster, SECONDS_TO_STOP)
    shutil.rmtree(cluster.folder, ignore_errors=True)


def _gone(cluster: Cluster, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while _group_lives(cluster.process):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


# ------------------------------------------------------------------------- starting


def _command(ports: list[int], workers: int, folder: str, dashboard: bool) -> list[str]:
    return [
        *(sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block"),
        *(f"--node-ip-address={HERE}", f"--port={ports[0]}", f"--num-cpus={workers}"),
        f"--ray-client-server-port={ports[1]}",
        f"--dashboard-agent-listen-port={ports[2]}",
        *(f"--include-dashboard={str(dashboard).lower()}", f"--dashboard-host={HERE}"),
        *("--disable-usage-stats", f"--object-store-memory={STORE_BYTES}"),
        f"--temp-dir={folder}",
    ]


def _started(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    """A group of its own, which outlives the command that started it."""
    with log.open("wb") as said:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **LOOPBACK},
        )


def _await(cluster: Cluster, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the cluster can be joined. Raises `AlphintraError` where it does not come up."""
    end = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < end:
        if "Ray runtime started" in log.read_text(encoding="utf-8", errors="replace"):
            return
        time.sleep(0.1)
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    _end(cluster)
    raise AlphintraError(
        f"Ray did not start: {said[-1] if said else 'it said nothing'}",
        hint="See that no other program keeps its ports, and that there is memory.",
    )


def _free_ports(count: int) -> list[int]:
    """Ports that are free now; not Ray's usual ones, where another cluster may come up."""
    with ExitStack() as trials:
        sockets = [trials.enter_context(socket.socket()) for _ in range(count)]
        for trial in sockets:
            trial.bind((HERE, 0))
        return [int(trial.getsockname()[1]) for trial in sockets]


def _file() -> Path:
    return home_folder() / FILE_NAME


def _lives(process: int) -> bool:
    """Whether this leads a group: a process that was given the id of a dead one rarely does."""
    try:
        return os.getpgid(process) == process
    except ProcessLookupError:
        return False


def _group_lives(process: int) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(process, os.WNOHANG)  # if we have started it ourselves
    try:
        os.killpg(process, 0)
    except ProcessLookupError:
        return False
    return True
