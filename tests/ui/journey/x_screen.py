"""A screen of our own, and somebody at its keyboard and mouse: Xvfb and xdotool."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SIZE = "1600x1000x24"
LONGEST_SECONDS = 60.0


@dataclass(frozen=True)
class Screen:
    """An X display that nobody else uses."""

    display: str

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to show its windows there."""
        return {**os.environ, "DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}

    def windows(self, title: str) -> list[str]:
        """The ids of the visible windows whose title holds `title`."""
        found = self._xdotool("search", "--onlyvisible", "--name", title, check=False)
        return found.split()

    def turn_to(self, title: str) -> None:
        """Wait for a window and give it the keyboard, as a window manager would by itself."""
        found = wait_for(lambda: self.windows(title), f"the window {title}")
        self._xdotool("windowfocus", "--sync", found[-1])
        time.sleep(0.3)

    def press(self, *keys: str) -> None:
        """Press keys as xdotool names them: "ctrl+s", "Return"."""
        self._xdotool("key", "--clearmodifiers", "--delay", "40", *keys)
        time.sleep(0.15)

    def type(self, text: str) -> None:
        """Type a text."""
        self._xdotool("type", "--clearmodifiers", "--delay", "15", text)
        time.sleep(0.15)

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click at a spot of the screen."""
        self._xdotool("mousemove", "--sync", str(x), str(y), "click", str(button))
        time.sleep(0.15)

    def picture(self, path: Path) -> None:
        """What is on the screen, as a PNG; nothing where ImageMagick is absent."""
        if shutil.which("import"):
            subprocess.run(
                ["import", "-window", "root", str(path)], env=self.environment, check=False
            )

    def _xdotool(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            ["xdotool", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
            check=check,
        )
        return done.stdout


@contextmanager
def screen() -> Iterator[Screen]:
    """A new screen. Skips the test where there is no X server or no xdotool to drive it."""
    lacking = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    if lacking:
        reason = f"{' and '.join(lacking)} not found: `make screen` says how to install"
        if os.environ.get("ALPHINTRA_REQUIRE_SHARED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    reads, writes = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writes), "-screen", "0", SIZE, "-nolisten", "tcp"],
        pass_fds=[writes],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writes)
    try:
        with os.fdopen(reads) as told:
            number = told.readline().strip()
        yield Screen(f":{number}")
    finally:
        server.terminate()
        server.wait(10)


def wait_for(seen: Callable[[], Any], what: str, seconds: float = LONGEST_SECONDS) -> Any:
    """What `seen` gives, once it is something. Fails with `what` when it never is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = seen()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:g} s in vain for {what}")
