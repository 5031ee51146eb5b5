"""Timing ours against a peer, and saying whether the goal was met.

How a pair is timed:
1. Each side runs once unmeasured: what is loaded, compiled or cached once is not what is compared.
   (A benchmark of a cold start runs a new process each time, so there it only warms the disk.)
2. The two sides run in turn, and each goes first in every second round, so that a machine that
   gets slower meanwhile slows both alike.
3. The best time of each side is compared (what else runs on a machine only ever adds), and the
   medians are kept beside it.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import Enum
from importlib import metadata
from pathlib import Path

from rich.console import Console
from rich.table import Table

Work = Callable[[], object]

PEERS = ("vectorbt", "vectorbt-rust")
LIBRARIES = ("numba", "numpy", "pandas", "TA-Lib", "duckdb", "pyarrow")
VERSIONS_OF = ("alphintra-desktop", *PEERS, *LIBRARIES)


class Direction(Enum):
    """Which way a ratio has to go to be good."""

    LOWER = "lower is better"
    HIGHER = "higher is better"


@dataclass(frozen=True)
class Benchmark:
    """What was measured: `ours` and `peer` in `unit`, the best of all rounds.

    `goal` is the ratio ours / peer that has to be met: 1.1 is "at most 1.1 times its time",
    0.04 is "25 times faster".
    """

    name: str
    unit: str
    ours: float
    peer: float
    goal: float
    direction: Direction = Direction.LOWER
    ours_median: float | None = None
    peer_median: float | None = None

    @property
    def ratio(self) -> float:
        """Ours over the peer's: below 1 we are faster."""
        return self.ours / self.peer

    @property
    def passed(self) -> bool:
        """Whether the ratio meets the goal."""
        if self.direction is Direction.LOWER:
            return self.ratio <= self.goal
        return self.ratio >= self.goal

    def row(self) -> dict[str, object]:
        """Everything about it, as bench.json holds it."""
        values = {**asdict(self), "ratio": self.ratio, "passed": self.passed}
        return {**values, "direction": self.direction.name.lower()}


def compare(name: str, ours: Work, peer: Work, *, goal: float, rounds: int = 7) -> Benchmark:
    """Times both, in turn. `goal` is the most that ours / peer may be."""
    ours(), peer()
    ours_seconds: list[float] = []
    peer_seconds: list[float] = []
    for number in range(rounds):
        pair = [(ours, ours_seconds), (peer, peer_seconds)]
        for work, seconds in pair if number % 2 == 0 else reversed(pair):
            seconds.append(_seconds(work))
    return Benchmark(
        name=name,
        unit="s",
        ours=min(ours_seconds),
        peer=min(peer_seconds),
        goal=goal,
        ours_median=statistics.median(ours_seconds),
        peer_median=statistics.median(peer_seconds),
    )


def _seconds(work: Work) -> float:
    """How long the work takes, not counting what the work before it left to collect."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def table(benchmarks: Sequence[Benchmark]) -> Table:
    """One row a benchmark."""
    shown = Table(title="ours / peer, best of all rounds")
    shown.add_column("benchmark")
    for column in ("unit", "ours", "peer", "ratio", "goal", "met"):
        shown.add_column(column, justify="right")
    for one in benchmarks:
        limit = "<=" if one.direction is Direction.LOWER else ">="
        numbers = (
            f"{one.ours:.4g}",
            f"{one.peer:.4g}",
            f"{one.ratio:.3f}",
            f"{limit} {one.goal:g}",
        )
        shown.add_row(one.name, one.unit, *numbers, "yes" if one.passed else "NO")
    return shown


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def _processor() -> str:
    """The processor's name as the kernel tells it, or the architecture where it does not."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def versions() -> dict[str, str]:
    """Of Python and of everything that is measured or measured against."""
    installed = {dist.name: dist.version for dist in metadata.distributions()}
    named = {name: installed[name] for name in VERSIONS_OF if name in installed}
    return {"python": sys.version.split()[0], **named}


def report(benchmarks: Sequence[Benchmark], path: Path, on: dict[str, object]) -> None:
    """Prints the table and writes bench.json. `on` is the machine as it was before the run."""
    Console().print(table(benchmarks))
    content = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": on,
        "versions": versions(),
        "benchmarks": [one.row() for one in benchmarks],
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
