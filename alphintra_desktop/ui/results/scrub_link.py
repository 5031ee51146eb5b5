"""The bar that is looked at, between the charts of a run and the drawing that it came from.

Both count bars on their own: the charts those of all symbols, the drawing those of one symbol,
perhaps without the oldest. So a bar is passed on by its time.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer

from alphintra_desktop.observe import Signal
from alphintra_desktop.runs.ledger import Run
from alphintra_desktop.ui.results.following import Following
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace

Times = npt.NDArray[np.datetime64]
SETTLED_MS = 120  # of several edits in a row, only the last is looked at


class ScrubLink(QObject):
    """The current sheet, as the results see it.

    `looked_at` announces the time of the bar that it is looked at, None for none; `edited` that it
    computes something else now, or is another sheet.
    """

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self.looked_at: Signal[np.datetime64 | None] = Signal()
        self.edited: Signal[None] = Signal()
        self._workspace = workspace
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settled.timeout.connect(lambda: self.edited.emit(None))
        Following(workspace, self._follow, self)

    def belongs(self, run: Run | None) -> bool:
        """Whether the run is one of what the current sheet computes."""
        sheet = self._workspace.current
        return (
            run is not None
            and sheet is not None
            and not self._workspace.runs.stale(run, sheet.document.graph)
        )

    def look_at(self, time: np.datetime64) -> None:
        """Have every wire of the current sheet show its value then."""
        sheet = self._workspace.current
        stamps = sheet.values.timestamps if sheet is not None else None
        if sheet is not None and stamps is not None and len(stamps):
            sheet.values.scrub(bar_at(stamps, time))

    def _follow(self, sheet: Sheet | None, follower: QObject) -> None:
        if sheet is not None:
            watch(follower, sheet.values.scrubbed, lambda bar: self._tell(sheet, bar))
            watch(follower, sheet.document.edited, lambda _: self._settled.start())
        self.edited.emit(None)

    def _tell(self, sheet: Sheet, bar: int | None) -> None:
        stamps = sheet.values.timestamps
        if bar is None or stamps is None or bar >= len(stamps):
            self.looked_at.emit(None)
        else:
            self.looked_at.emit(np.datetime64(stamps[bar]))


def bar_at(stamps: Times, time: np.datetime64) -> int:
    """The last bar that begins at or before a time; the first where none does."""
    return max(int(np.searchsorted(stamps, time, side="right")) - 1, 0)
