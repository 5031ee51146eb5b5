"""The values of a drawing on disk: a NumPy file an output, which the window maps into memory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FOLDER, TIMESTAMPS = "values", "timestamps.npy"
LARGEST = 600_000_000  # bytes of all files of one job
REMEMBERED = 20_000  # places of earlier files
Key = tuple[str, str]


@dataclass
class ValueFiles:
    """Writes the values of one symbol, the newest bars only where all would be too much.

    `present` tells on which rows of values of all symbols side by side the symbol (column
    `column`) has a bar. `earlier` remembers where values were written by jobs before.
    """

    folder: Path
    timestamps: npt.NDArray[np.datetime64]
    outputs: int
    earlier: dict[Key, tuple[Path, int]]
    limit: int = LARGEST
    written: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        rows = max(self.limit // (8 * (self.outputs + 1)), 1)
        self.left_out = max(len(self.timestamps) - rows, 0)
        np.save(self.folder / TIMESTAMPS, self.timestamps[self.left_out :])

    @property
    def bars(self) -> int:
        """How many bars every file holds."""
        return len(self.timestamps) - self.left_out

    def write(self, output: str, values: Any, key: Key) -> None:
        """Keep an output's values, one a bar or one for all. `key` says what they are."""
        kind = "flag" if np.asarray(values).dtype == bool else "number"
        name = f"{output}.npy"
        path = self.folder / name
        if not self._linked(path, key):
            whole = np.broadcast_to(np.asarray(values), self.timestamps.shape)[self.left_out :]
            np.save(path, np.asarray(whole, dtype=bool if kind == "flag" else np.float64))
        if len(self.earlier) >= REMEMBERED:
            self.earlier.clear()
        self.earlier[key] = path, self.bars
        self.written[output] = {"file": name, "kind": kind}

    def _linked(self, path: Path, key: Key) -> bool:
        """Whether the same values lie on this disk already, and got another name."""
        before, bars = self.earlier.get(key, (path, -1))
        if bars != self.bars:
            return False
        with suppress(OSError):
            os.link(before, path)
            return True
        return False


def one_symbol(values: Any, panel: Mapping[str, Any], column: int) -> Any:
    """A symbol's own values from values of all symbols side by side."""
    if np.ndim(values) < 2:  # a number, or one row of the calendar for all
        return values if np.ndim(values) == 0 else values[panel["present"][:, column]]
    wide = np.broadcast_to(values, panel["present"].shape)
    return np.ascontiguousarray(wide[:, column][panel["present"][:, column]])
