"""Cyclic garbage is collected on the GUI thread only.

Python collects in whatever thread happens to allocate. Where that is not the GUI thread, and a
widget is among the garbage, Qt destroys it on the wrong thread, and the program may crash. So the
automatic collector is off, and a timer does its work.

1. Twice a second, the young generations are collected if Python would have done it by now.
2. The old one is collected where that is quick, or while another program is in front.
3. When many modules have been loaded, what is there is frozen: it stays anyway, and looking through
   it takes far longer than through everything else. What little garbage was there then stays, too.
"""

from __future__ import annotations

import gc
import sys
import time

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

EVERY_MS = 500
QUICK_SECONDS = 0.02
MANY_MODULES = 20


class GarbageCollector(QObject):
    """Collects for as long as it lives; then Python does it again as it always does."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._modules = 0
        self._took = 0.0
        self._thresholds = gc.get_threshold()
        gc.disable()
        timer = QTimer(self)
        timer.timeout.connect(self.collect)
        timer.start(EVERY_MS)
        self.destroyed.connect(gc.enable)

    def collect(self) -> None:
        """Collect what is due."""
        self._freeze_what_was_loaded()
        young, middle, old = gc.get_count()
        if old > self._thresholds[2] and (self._took < QUICK_SECONDS or not _in_front()):
            started = time.perf_counter()
            gc.collect()
            self._took = time.perf_counter() - started
        elif middle > self._thresholds[1]:
            gc.collect(1)
        elif young > self._thresholds[0]:
            gc.collect(0)

    def _freeze_what_was_loaded(self) -> None:
        if len(sys.modules) >= self._modules + MANY_MODULES:
            self._modules = len(sys.modules)
            gc.freeze()


def _in_front() -> bool:
    return QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive
