"""What a user can set about the program, declared as data, and kept in one JSON file.

The file holds only what differs from the defaults, and whatever else somebody wrote there.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alphintra_desktop.disk import text_of_file, write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.observe import Signal
from alphintra_desktop.runs.project import home_folder

FILE_NAME = "settings.json"


@dataclass(frozen=True)
class Setting:
    """One thing a user can set. `low` and `high` are allowed values themselves."""

    key: str
    title: str
    category: str
    default: Any
    help: str = ""
    choices: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf
    unit: str = ""

    def why_not(self, value: Any) -> str | None:
        """What is wrong with `value` for this setting; None when nothing is."""
        wanted = (int, float) if isinstance(self.default, float) else (type(self.default),)
        if not isinstance(value, wanted) or (
            isinstance(value, bool) and not isinstance(self.default, bool)
        ):
            return f"{self.title} cannot be {value!r}."
        if self.choices and value not in self.choices:
            return f"{self.title} is one of {', '.join(self.choices)}, not {value!r}."
        if isinstance(value, int | float) and not self.low <= value <= self.high:
            return f"{self.title} is between {self.low:g} and {self.high:g}, not {value:g}."
        return None


THEME = Setting(
    "appearance.theme",
    "Theme",
    "Appearance",
    "system",
    "Light or dark; 'system' follows the desktop.",
    choices=("system", "light", "dark"),
)
FONT_SCALE = Setting(
    "appearance.font_scale",
    "Font scale",
    "Appearance",
    1.0,
    "How large text is, beside the desktop's own size.",
    low=0.75,
    high=2.0,
)
GAIN_AND_LOSS = Setting(
    "appearance.gain_and_loss",
    "Colours of gain and loss",
    "Appearance",
    "blue and orange",
    "Blue and orange can be told apart by nearly everybody; green and red cannot.",
    choices=("blue and orange", "green and red"),
)
SNAP = Setting(
    "graph.snap", "Snap to grid", "Graph editor", True, "Nodes settle on the grid when moved."
)
MINIMAP = Setting(
    "graph.minimap", "Minimap", "Graph editor", True, "A small map of the graph in the corner."
)
LIVE_VALUES = Setting(
    "graph.live_values",
    "Compute values while drawing",
    "Graph editor",
    False,
    "Run what has changed after every edit, so that wires always show values.",
)
BACKUPS = Setting(
    "files.backups",
    "Backups of a graph",
    "Files",
    20,
    "How many earlier versions of each graph are kept in the project.",
    low=1,
    high=1000,
)
AUTOSAVE = Setting(
    "files.autosave",
    "Save by itself",
    "Files",
    False,
    "Save a graph a moment after each edit. Unsaved edits are kept for recovery either way.",
)
RAY_ADDRESS = Setting(
    "research.ray_address",
    "Address of a Ray cluster",
    "Research",
    "",
    "Where sweeps, searches and walk-forwards run that are spread by Ray, such as 10.0.0.5:6379 or "
    "ray://10.0.0.5:10001. Left empty, it is the cluster that `alphintra cluster start` started on "
    "this machine.",
)
SETTINGS = (
    *(THEME, FONT_SCALE, GAIN_AND_LOSS, SNAP, MINIMAP, LIVE_VALUES, BACKUPS, AUTOSAVE),
    RAY_ADDRESS,
)


class Settings:
    """The user's settings, kept in `file`. `changed` announces the key that has a new value.

    Besides those of `SETTINGS`, `notes` keep what the program wants to remember: recent projects,
    layouts, changed shortcuts.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.changed: Signal[str] = Signal()
        self.trouble: AlphintraError | None = None
        self._file = file or home_folder() / FILE_NAME
        self._kept: dict[str, Any] = self._read()

    def get(self, setting: Setting) -> Any:
        """The value of a setting: the user's, where there is a right one, else the default."""
        value = self._kept.get(setting.key, setting.default)
        if setting.why_not(value) is not None:
            return setting.default
        return float(value) if isinstance(setting.default, float) else value

    def set(self, setting: Setting, value: Any) -> None:
        """Give a setting a value and write it down. Raises `AlphintraError` for a wrong one."""
        wrong = setting.why_not(value)
        if wrong is not None:
            raise AlphintraError(wrong, hint=setting.help or "Choose another value.")
        if value == setting.default:
            self._change(setting.key, None)
        else:
            self._change(setting.key, value)

    def reset(self, setting: Setting) -> None:
        """Give a setting its default again."""
        self._change(setting.key, None)

    def note(self, key: str, default: Any = None) -> Any:
        """What was noted under `key`."""
        return self._kept.get(f"notes.{key}", default)

    def set_note(self, key: str, value: Any) -> None:
        """Note a JSON value under `key`; None forgets it."""
        self._change(f"notes.{key}", value)

    def _change(self, key: str, value: Any) -> None:
        if self._kept.get(key) == value:
            return
        if value is None:
            self._kept.pop(key, None)
        else:
            self._kept[key] = value
        self._write()
        self.changed.emit(key)

    def _read(self) -> dict[str, Any]:
        if not self._file.exists():
            return {}
        try:
            content = json.loads(text_of_file(self._file))
            if not isinstance(content, Mapping):
                raise ValueError("it holds no table")
        except (AlphintraError, ValueError, RecursionError) as error:
            self.trouble = AlphintraError(
                f"{self._file} could not be read, so the defaults are used: {error}.",
                hint="It was kept aside; mend it in a text editor, or set anew what you miss.",
            )
            self._keep_aside()
            return {}
        return dict(content)

    def _keep_aside(self) -> None:
        """The next change would write over what might still be mended."""
        try:
            self._file.replace(self._file.with_suffix(".damaged.json"))
        except OSError as error:
            self.trouble = AlphintraError(
                f"{self._file} can neither be read nor moved: {error.strerror}.",
                hint="Give yourself the right to write there.",
            )

    def _write(self) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise AlphintraError(
                f"{self._file.parent} could not be made: {error.strerror}.",
                hint="Set ALPHINTRA_HOME to a folder that you may write to.",
            ) from error
        write_file(self._file, json.dumps(self._kept, indent=2, sort_keys=True) + "\n")
