"""Garbage with widgets in it is collected on the thread of the widgets, and still collected."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject

from alphintra_desktop.ui.garbage import GarbageCollector


class Knot:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self
        self.thread_of_the_end: list[int] = []


@pytest.fixture
def collector(qapp) -> Iterator[GarbageCollector]:
    was_on, thresholds = gc.isenabled(), gc.get_threshold()
    gc.set_threshold(50, 5, 5)
    parent = QObject()
    made = GarbageCollector(parent)
    made.collect()  # freezes what was loaded by now
    yield made
    parent.deleteLater()
    gc.set_threshold(*thresholds)
    (gc.enable if was_on else gc.disable)()


def test_that_a_thread_that_makes_much_garbage_frees_none_of_it_itself(collector, qtbot):
    freed_in: list[str] = []

    def work() -> None:
        for _ in range(2000):
            knot = Knot()
            weakref.finalize(knot, lambda: freed_in.append(threading.current_thread().name))

    thread = threading.Thread(target=work, name="elsewhere")
    thread.start()
    thread.join()
    assert "elsewhere" not in freed_in
    for _ in range(30):
        collector.collect()
    assert len(freed_in) == 2000
    assert set(freed_in) == {threading.main_thread().name}
