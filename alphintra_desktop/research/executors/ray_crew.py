"""A crew of Ray actors; the only file that speaks to Ray, which is an extra and loaded when used.

1. With an address, this process joins that cluster. Without one it starts Ray on this machine,
   bound to 127.0.0.1, for itself alone, and ends it afterwards.
2. A worker is an actor with a processor of its own, which it gets as soon as one is free. It must
   have the same versions as this machine, or else it would find other numbers.
3. Actors die with the process that started them, so killing it cancels them, too. Ray itself never
   tries anything again: that is done for all executors alike.
"""

from __future__ import annotations

import logging
import os
import platform
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.research.executors.crew import Heard, Lost, Refused, Work, Worker

OFFER = "Install it with: pip install 'alphintra-desktop[ray]'"
HERE = "127.0.0.1"
START = "`alphintra cluster start` starts a cluster on this machine and says its address."
STORE_BYTES = 256 * 2**20  # of objects; bars are sent once and results are small
# What Ray does of itself on macOS and Windows: to listen on 127.0.0.1 and nowhere else.
LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
SAME_VERSIONS = ("alphintra-desktop", "numpy", "numba", "TA-Lib")


class RayCrew:
    """Actors on a Ray cluster."""

    def __init__(self, work: Work, most: int, address: str) -> None:
        """Raises `AlphintraError` without Ray, and where no cluster answers."""
        self._ray = loaded_ray(address)
        self._is_ours = not self._ray.is_initialized()
        self._folder = "" if address or not self._is_ours else own_folder()
        if self._is_ours:
            _join(self._ray, address, most, self._folder)
        processors = int(self._ray.cluster_resources().get("CPU", 1))
        self.most = min(most, processors) if most else processors
        self._work = self._ray.put(work)
        self._actor = self._ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(Station)
        self._actors: set[Any] = set()
        self._awaited: dict[Any, Any] = {}

    def hire(self) -> Any:
        """Ask for an actor; where no processor is free, it begins when one is."""
        actor = self._actor.remote()
        self._actors.add(actor)
        self._awaited[actor.begin.remote(self._work, versions())] = actor
        return actor

    def give(self, worker: Any, payload: Any) -> None:
        """Send a payload."""
        self._awaited[worker.answer.remote(payload)] = worker

    def heard(self, seconds: float) -> Iterable[tuple[Any, Heard]]:
        """What actors have answered; one that Ray has lost says so."""
        ready, _ = self._ray.wait(list(self._awaited), num_returns=1, timeout=seconds)
        for answer in ready:
            actor = self._awaited.pop(answer)
            yield actor, self._said(actor, answer)

    def _said(self, actor: Any, answer: Any) -> Heard:
        try:
            heard: Heard = self._ray.get(answer)
        except self._ray.exceptions.RayError as error:
            self._actors.discard(actor)
            with suppress(self._ray.exceptions.RayError):
                self._ray.kill(actor)
            return Lost(_in_a_line(error))
        return heard

    def stop(self) -> None:
        """Kill all actors, and leave the cluster, or end the one that was started here."""
        for actor in self._actors:
            with suppress(self._ray.exceptions.RayError):
                self._ray.kill(actor)
        self._actors.clear()
        self._awaited.clear()
        if self._is_ours:
            self._ray.shutdown()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


class Station(Worker):
    """A worker as a Ray actor."""

    def begin(self, work: Work, expected: dict[str, str]) -> Heard:  # type: ignore[override]
        """Begin the work, on a machine that would find the same numbers."""
        for name, version in versions().items():
            if version != expected[name]:
                return Refused(
                    f"A machine of the cluster has {name} {version}, and this one "
                    f"{expected[name]}.",
                    "Install the same version there: another one may find other numbers.",
                )
        return super().begin(work)


class Seen(NamedTuple):
    """What a cluster has: machines, workers on them, and how many of these are free."""

    machines: int
    workers: int
    free: int


def look_at(address: str) -> Seen:
    """What the cluster at an address has. Raises `AlphintraError` where none answers."""
    ray = loaded_ray(address)
    _join(ray, address, 0)
    try:
        machines = sum(1 for node in ray.nodes() if node["Alive"])
        every, free = ray.cluster_resources(), ray.available_resources()
        return Seen(machines, int(every.get("CPU", 0)), int(free.get("CPU", 0)))
    finally:
        ray.shutdown()


def loaded_ray(address: str) -> Any:
    """Ray, silent and without usage statistics. Raises `AlphintraError` where it is missing.

    It looks at its settings once, so that the first `address` decides whether it leaves this
    machine.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # else it warns of a default
    if not address or address.startswith(("127.0.0.1", "localhost")):
        os.environ.update(LOOPBACK)
    _identify(is_new=address in ("", HERE))
    try:
        import ray  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise AlphintraError("Ray is not installed.", hint=OFFER) from error
    return ray


def _identify(*, is_new: bool) -> None:
    """Let a cluster tell its user from others, by Ray's token; a new cluster may bring a new one.

    Ray of itself asks for it in some cases only, and without it whoever reaches a port can run code
    as the user.
    """
    file = Path(os.environ.get("RAY_AUTH_TOKEN_PATH") or Path.home() / ".ray" / "auth_token")
    if is_new and not file.exists() and "RAY_AUTH_TOKEN" not in os.environ:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32), encoding="ascii")
    if file.exists() or "RAY_AUTH_TOKEN" in os.environ:
        os.environ.setdefault("RAY_AUTH_MODE", "token")


def versions() -> dict[str, str]:
    """What has to be the same wherever numbers are to be the same."""
    found = {name: metadata.version(name) for name in SAME_VERSIONS}
    return {**found, "Python": platform.python_version(), "the processor": platform.machine()}


def _join(ray: Any, address: str, most: int, folder: str = "") -> None:
    if address and not answers(address):
        raise AlphintraError(f"Nothing answers at {address}.", hint=START)
    quiet = {"logging_level": logging.ERROR, "log_to_driver": False}
    try:
        if address:
            ray.init(address=address, **quiet)
            return
        ray.init(
            address="local",
            num_cpus=most or os.cpu_count(),
            include_dashboard=False,
            object_store_memory=STORE_BYTES,
            _node_ip_address=HERE,
            _temp_dir=folder,
            **quiet,
        )
    except (ConnectionError, ValueError, RuntimeError, TimeoutError) as error:
        raise AlphintraError(
            f"No Ray cluster answers at {address or 'this machine'}: {_in_a_line(error)}",
            hint=START,
        ) from error


def answers(address: str) -> bool:
    """Whether anything listens at `host:port`, or `ray://host:port`. Ray would try for long."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=5.0):
            return True
    except (OSError, ValueError, OverflowError):
        return False


def own_folder() -> str:
    """Where a Ray of ours writes. Short, because its sockets lie in there, and only ours."""
    return tempfile.mkdtemp(prefix="alphintra-ray-")


def _in_a_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:300]
