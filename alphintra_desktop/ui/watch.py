"""Being told of a model's changes on the GUI thread, for as long as a widget lives."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Slot
from PySide6.QtCore import Signal as QtSignal
from shiboken6 import isValid

from alphintra_desktop.observe import Signal

T = TypeVar("T")


class _Post(QObject):
    """Carries values from whatever thread announced them to the GUI thread.

    There is one, and it is never destroyed: a widget may be, in the moment in which another
    thread has found out that it is still there.
    """

    sent = QtSignal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.sent.connect(self._on_sent)

    @Slot(object, object)
    def _on_sent(self, deliver: Any, value: Any) -> None:
        deliver(value)


@cache
def _post() -> _Post:
    return _Post()


def watch(owner: QObject, signal: Signal[T], slot: Callable[[T], object]) -> None:
    """Call `slot` on the GUI thread with every value, until `owner` is destroyed.

    A value that is announced on the GUI thread is delivered before `emit` returns; one that comes
    from another thread is delivered when the event loop gets to it.
    """
    post = _post()
    # Its own end, not the owner's: a child is gone before its owner says that it is destroyed.
    life = QObject(owner)

    def deliver(value: T) -> None:
        if isValid(life):  # type: ignore[no-untyped-call]
            slot(value)

    def send(value: T) -> None:
        post.sent.emit(deliver, value)

    subscription = signal.subscribe(send)
    # A function, not the method itself: of a method Qt keeps its object only while others do.
    life.destroyed.connect(lambda: subscription.cancel())  # noqa: PLW0108
