"""The most memory that one sweep takes, in a process that does nothing else. Linux only.

Run as a program with the name of a case, on a library that holds its bars.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alphintra_desktop.report import Report
from alphintra_desktop.research.engine import measure_grid
from tests.benchmarks.sweep_cases import CASES, Case


def peak_of(case: Case) -> float:
    """Megabytes, all libraries included."""
    command = [sys.executable, "-m", "tests.benchmarks.sweep_memory", case.name]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(said.stdout)


def main() -> None:
    """Sweep, and print the most that was resident at once."""
    case = next(case for case in CASES if case.name == sys.argv[1])
    measure_grid(case.task(), Report())
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    print(int(line.split()[1]) / 1024)


if __name__ == "__main__":
    main()
