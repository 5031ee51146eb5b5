"""Being told of changes lasts exactly as long as the widget that is told."""

from __future__ import annotations

import threading

from PySide6.QtCore import QEvent, QThread
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.watch import watch


def destroy(widget: QWidget) -> None:
    widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_that_nothing_is_told_once_the_owner_is_gone(qtbot: QtBot):
    signal: Signal[int] = Signal()
    told: list[int] = []
    parent, other = QWidget(), QWidget()
    qtbot.addWidget(other)
    watch(QLabel(parent), signal, told.append)
    watch(other, signal, told.append)
    signal.emit(1)
    destroy(parent)
    signal.emit(2)
    assert told == [1, 1, 2]


def test_that_what_another_thread_announces_is_told_on_the_gui_thread(qtbot: QtBot):
    signal: Signal[int] = Signal()
    owner = QWidget()
    qtbot.addWidget(owner)
    threads: list[QThread] = []
    watch(owner, signal, lambda _: threads.append(QThread.currentThread()))
    teller = threading.Thread(target=lambda: signal.emit(1))
    teller.start()
    teller.join()
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [owner.thread()]


def test_that_a_thread_may_go_on_announcing_to_what_is_being_destroyed(qtbot: QtBot):
    signal: Signal[int] = Signal()
    failures: list[BaseException] = []

    def tell() -> None:
        try:
            for number in range(2000):
                signal.emit(number)
        except BaseException as failure:
            failures.append(failure)

    owners = [QWidget() for _ in range(50)]
    for owner in owners:
        watch(owner, signal, lambda _: None)
    teller = threading.Thread(target=tell)
    teller.start()
    for owner in owners:
        destroy(owner)
    teller.join()
    QApplication.processEvents()
    assert failures == []
