"""Work for workers of tests, in a module that they can import."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alphintra_desktop.errors import AlphintraError


@dataclass(frozen=True)
class Squares:
    """Numbers squared, the later ones faster."""

    def begin(self) -> Callable[[int], int]:
        return self._square

    def _square(self, number: int) -> int:
        time.sleep(max(0.0, 0.05 - number / 100))
        return number * number


@dataclass(frozen=True)
class Refusing:
    """Refuses some numbers, the later ones at once."""

    numbers: tuple[int, ...]

    def begin(self) -> Callable[[int], int]:
        return self._do

    def _do(self, number: int) -> int:
        if number in self.numbers:
            time.sleep(0.3 if number == min(self.numbers) else 0.0)
            raise AlphintraError(f"{number} is refused.", hint="Take another one.")
        return number


@dataclass(frozen=True)
class Mistaken:
    """Has a mistake."""

    def begin(self) -> Callable[[Any], Any]:
        return lambda number: 1 / number


@dataclass(frozen=True)
class NotBegun:
    """Cannot be begun."""

    def begin(self) -> Callable[[Any], Any]:
        raise AlphintraError("There is nothing to begin.", hint="Bring something.")


@dataclass(frozen=True)
class Killed:
    """Kills its own process on one number, until a file says that it has done so often enough."""

    number: int
    times: int
    file: str

    def begin(self) -> Callable[[int], int]:
        return self._do

    def _do(self, number: int) -> int:
        file = Path(self.file)
        so_far = len(file.read_text()) if file.exists() else 0
        if number == self.number and so_far < self.times:
            with file.open("a") as kept:
                kept.write("x")
            os.kill(os.getpid(), signal.SIGKILL)
        return number + 100


@dataclass(frozen=True)
class Endless:
    """Never ends, and says under which process number."""

    folder: str

    def begin(self) -> Callable[[int], None]:
        return self._do

    def _do(self, number: int) -> None:
        (Path(self.folder) / str(os.getpid())).touch()
        while True:
            time.sleep(0.01)
