"""Being told of a model's changes on the GUI thread, for as long as a widget lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Slot
from PySide6.QtCore import Signal as QtSignal

from alphintra_desktop.observe import Signal

T = TypeVar("T")


class _Courier(QObject):
    """Carries values from whatever thread announced them to the GUI thread."""

    sent = QtSignal(object)

    def __init__(self, owner: QObject, deliver: Callable[[Any], object]) -> None:
        super().__init__(owner)
        self._deliver = deliver
        self.sent.connect(self._on_sent)

    @Slot(object)
    def _on_sent(self, value: Any) -> None:
        self._deliver(value)


def watch(owner: QObject, signal: Signal[T], slot: Callable[[T], object]) -> None:
    """Call `slot` on the GUI thread with every value, until `owner` is destroyed.

    A value that is announced on the GUI thread is delivered before `emit` returns; one that comes
    from another thread is delivered when the event loop gets to it.
    """
    courier = _Courier(owner, slot)

    def send(value: T) -> None:
        courier.sent.emit(value)

    subscription = signal.subscribe(send)
    # Its own end, not the owner's: a courier is gone before its owner says that it is destroyed.
    courier.destroyed.connect(subscription.cancel)
