"""What the program has told the user, kept to be read again."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.observe import Signal

KEPT = 500


class Weight(Enum):
    """How much a notice should interrupt."""

    INFO = "info"
    DONE = "done"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Notice:
    """One thing told. `hint` is what to do; `detail` a long text, such as a traceback; `file` what
    was made and can be opened."""

    weight: Weight
    text: str
    hint: str = ""
    detail: str = ""
    place: Place | None = None
    file: Path | None = None
    time: datetime = field(default_factory=datetime.now)


class Notices:
    """Everything told since the start, the newest last. `told` announces each."""

    def __init__(self) -> None:
        self.told: Signal[Notice] = Signal()
        self._kept: deque[Notice] = deque(maxlen=KEPT)

    @property
    def all(self) -> tuple[Notice, ...]:
        """What was told, oldest first."""
        return tuple(self._kept)

    def tell(self, notice: Notice) -> None:
        """Tell it, and keep it."""
        self._kept.append(notice)
        self.told.emit(notice)

    def info(self, text: str, hint: str = "") -> None:
        """Something worth knowing."""
        self.tell(Notice(Weight.INFO, text, hint))

    def done(self, text: str, hint: str = "", *, file: Path | None = None) -> None:
        """Something the user waited for has come out well, perhaps a file that can be opened."""
        self.tell(Notice(Weight.DONE, text, hint, file=file))

    def warning(self, text: str, hint: str = "") -> None:
        """Something that may not be what the user wants."""
        self.tell(Notice(Weight.WARNING, text, hint))

    def error(self, error: AlphintraError, detail: str = "") -> None:
        """Something that did not work."""
        self.tell(Notice(Weight.ERROR, error.message, error.hint, detail, error.place))
