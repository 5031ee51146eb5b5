"""The last values of a drawing's outputs, in files that jobs have written, mapped into memory.

Reading a value costs the same however many bars there are, and waits for nothing but the disk.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphintra_desktop.jobs.job import ARTIFACTS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Key = tuple[str, str]
VALUES, TIMESTAMPS = "values", "timestamps.npy"
LEFT_BEHIND_SECONDS = 7 * 86_400.0  # by a window that crashed


@dataclass(frozen=True)
class KeptOutput:
    """One output's values: where they lie, and what the output computed then."""

    file: Path
    job: Path
    fingerprint: str


class ValueStore:
    """What the jobs of one drawing have found, of one symbol at a time."""

    def __init__(self) -> None:
        self.symbol = ""
        self.symbols: tuple[str, ...] = ()
        self.bars, self.left_out = 0, 0
        self._outputs: dict[Key, KeptOutput] = {}
        self._by_fingerprint: dict[str, KeptOutput] = {}
        self._maps: dict[Path, npt.NDArray[Any]] = {}
        self._stamps: Path | None = None
        self._jobs: set[Path] = set()

    def take_in(self, job: Path, result: Mapping[str, Any]) -> None:
        """Show what a job found. Outputs it was not asked for stay, if they fit beside it."""
        old = (self.symbol, self.bars, self.left_out)
        new = (str(result["symbol"]), int(result["bars"]), int(result["left_out"]))
        kept = self._outputs if old == new else {}
        folder = job / ARTIFACTS / VALUES
        found = {
            _key(name): KeptOutput(folder / told["file"], job, told["fingerprint"])
            for name, told in result["outputs"].items()
        }
        self.symbol, self.bars, self.left_out = new
        self.symbols = tuple(result["symbols"])
        self._outputs = {**kept, **found}
        self._by_fingerprint = {kept.fingerprint: kept for kept in self._outputs.values()}
        self._stamps = folder / TIMESTAMPS
        self._maps = {}
        self._let_go_of({*self._jobs, job})

    def has(self, fingerprint: str) -> bool:
        """Whether there are values of what has this fingerprint."""
        return fingerprint in self._by_fingerprint

    def series(self, key: Key, fingerprint: str) -> npt.NDArray[Any] | None:
        """The values of what has this fingerprint; without them, the output's last values.

        One a bar, oldest first; None when there are none.
        """
        kept = self._by_fingerprint.get(fingerprint) or self._outputs.get(key)
        return self._mapped(kept.file) if kept is not None else None

    @property
    def timestamps(self) -> npt.NDArray[np.datetime64] | None:
        """The times of the bars."""
        return self._mapped(self._stamps) if self._stamps is not None else None

    def clear(self) -> None:
        """Forget everything, also on disk."""
        self._outputs, self._by_fingerprint = {}, {}
        self._maps, self._stamps = {}, None
        self._let_go_of(self._jobs)

    def _mapped(self, file: Path) -> npt.NDArray[Any] | None:
        import numpy as np  # noqa: PLC0415 - not on the way to the first window

        if file not in self._maps:
            try:
                self._maps[file] = np.load(file, mmap_mode="r")
            except (OSError, ValueError):  # somebody has cleared the folder away
                return None
        return self._maps[file]

    def _let_go_of(self, jobs: set[Path]) -> None:
        used = {kept.job for kept in self._outputs.values()}
        if self._stamps is not None:
            used.add(self._stamps.parents[2])
        for job in jobs - used:
            shutil.rmtree(job, ignore_errors=True)
        self._jobs = jobs & used


def sweep(folder: Path) -> None:
    """Clear away what windows that crashed have left in the folder of all values."""
    with suppress(OSError):
        for job in folder.iterdir():
            if time.time() - job.stat().st_mtime > LEFT_BEHIND_SECONDS:
                shutil.rmtree(job, ignore_errors=True)


def _key(name: str) -> Key:
    node, _, output = name.partition(".")
    return node, output
