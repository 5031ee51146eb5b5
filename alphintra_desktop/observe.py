"""How a model tells whoever cares that it changed, without knowing who that is, and without Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Subscription:
    """Being told. It ends when it is cancelled, which may be done more than once."""

    def __init__(self, cancel: Callable[[], object]) -> None:
        self._cancel = cancel

    def cancel(self) -> None:
        """Not be told any more, not even of what is being announced at this moment."""
        self._cancel()


class Signal(Generic[T]):
    """Announces values of one type to its subscribers, in the order in which they subscribed."""

    def __init__(self) -> None:
        self._slots: dict[int, Callable[[T], object]] = {}
        self._subscribed = 0

    def subscribe(self, slot: Callable[[T], object]) -> Subscription:
        """Call `slot` with every value announced from now on."""
        self._subscribed += 1
        key = self._subscribed
        self._slots[key] = slot
        return Subscription(lambda: self._slots.pop(key, None))

    def emit(self, value: T) -> None:
        """Tell every subscriber of `value`.

        A subscriber that fails does not keep the news from the others, or they would go on
        showing what is no longer so; its exception is raised once all have been told.
        """
        failures: list[Exception] = []
        for key in tuple(self._slots):
            slot = self._slots.get(key)
            if slot is None:  # cancelled by a slot before it
                continue
            try:
                slot(value)
            except Exception as failure:  # noqa: BLE001 - raised below
                failures.append(failure)
        if len(failures) == 1:
            raise failures[0]
        if failures:
            raise ExceptionGroup("Several subscribers failed", failures)
