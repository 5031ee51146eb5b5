"""`make pictures`: the window with real content, dark and light, on ordinary and on fine screens.

    python -m tests.pictures [FOLDER]

Draws every picture into FOLDER (default: build/pictures), to be looked at. Those that the README
shows are `docs/*.png`: with `--docs` they are written there.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tests.shared_files import CHECKOUT

THEMES, SCALES = ("dark", "light"), (1, 2)
IN_README = (
    "build-dark", "values-light", "results-light", "trade-dark", "research-heat-map-dark",
)  # fmt: skip


def main() -> int:
    """Draw every theme and scale in a process of its own: Qt reads the scale only at its start."""
    parser = argparse.ArgumentParser(prog="make pictures", description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", default="build/pictures")
    parser.add_argument("--docs", action="store_true", help="write those that the README shows")
    options = parser.parse_args()
    folder = Path(options.folder).absolute()
    for scale in SCALES:
        for theme in THEMES:
            _draw(folder / f"{scale}x", theme, scale)
    if options.docs:
        for name in IN_README:
            picture = folder / "1x" / f"{name}.png"
            (CHECKOUT / "docs" / picture.name).write_bytes(picture.read_bytes())
    return 0


def _draw(folder: Path, theme: str, scale: int) -> None:
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "QT_SCALE_FACTOR": str(scale),
    }
    command = [sys.executable, "-m", "tests.pictures.drawing", str(folder), theme]
    subprocess.run(command, cwd=CHECKOUT, env=environment, check=True)


if __name__ == "__main__":
    raise SystemExit(main())
