"""Dealing out payloads to workers, and what happens when workers are lost; the same for all crews.

1. Work is sent to each worker once and begun there: what is loaded and prepared serves every
   payload. A worker does one payload at a time, and the next free worker gets the next one.
2. Results are in the order of the payloads, whichever worker was faster. Nothing in a result
   depends on how payloads fell to workers, so all executors find the same, to the bit on machines
   that are alike.
3. A worker that is lost (killed, out of memory, its machine gone) is replaced and its payload given
   again, a few times, and this is told. A payload that fails by itself is not tried again: of
   several that fail, the first one in order is the error.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Hashable, Sequence
from typing import Any, assert_never

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.report import Report
from alphintra_desktop.research.executors.crew import (
    Answer,
    Crew,
    Done,
    Heard,
    Lost,
    Mistaken,
    Ready,
    Refused,
)

MOST_LOSSES = 3  # of one payload, or of workers that end before they begin
POLL = 0.1  # seconds between two looks at whether to stop
LONG = 15.0  # seconds without any worker: told, because somebody may have to free one

OnResult = Callable[[int, Any], None]


def nobody_waits(number: int, value: Any) -> None:
    """The results are only wanted all together."""


class Staff:
    """The workers of one crew, hired as there is something to do."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._hired: set[Hashable] = set()
        self._free: list[Hashable] = []
        self._lost_at_start = 0

    def map(
        self, payloads: Sequence[Any], report: Report, on_result: OnResult = nobody_waits
    ) -> list[Any]:
        """What payloads come to, in their order. `on_result` is told of each when it is done.

        Raises `Cancelled`, the `AlphintraError` of a payload, and one for workers that are lost
        again and again. After that the staff is of no more use.
        """
        deal = _Deal(payloads, report, on_result)
        waiting = _Patience(report)
        while deal.is_going:
            report.stop_if_asked()
            while len(self._hired) < min(self._crew.most, deal.unfinished):
                self._hired.add(self._crew.hire())
            while self._free and deal.waiting:
                worker = self._free.pop()
                self._crew.give(worker, deal.next_for(worker))
            for worker, heard in self._crew.heard(POLL):
                self._take_in(worker, heard, deal)
            waiting.look(bool(deal.busy or self._free))
        return deal.results()

    def _take_in(self, worker: Hashable, heard: Heard, deal: _Deal) -> None:
        match heard:
            case Ready():
                self._lost_at_start = 0
                self._free.append(worker)
            case Lost(why):
                self._lose(worker, why, deal)
            case Done() | Refused() | Mistaken():
                if worker not in deal.busy and not isinstance(heard, Done):
                    raise heard.error()  # the work cannot be begun, here or anywhere
                deal.take_in(worker, heard)
                self._free.append(worker)
            case _:
                assert_never(heard)

    def _lose(self, worker: Hashable, why: str, deal: _Deal) -> None:
        self._hired.discard(worker)
        if worker in deal.busy:
            deal.give_again(worker, why)
            return
        if worker in self._free:
            self._free.remove(worker)
            return
        self._lost_at_start += 1
        if self._lost_at_start >= MOST_LOSSES:
            raise AlphintraError(
                f"{MOST_LOSSES} workers ended before they began. The last one: {why}",
                hint="See that Alphintra runs where the workers are, and that there is memory.",
            )


class _Patience:
    """Tells, once, that no worker has come up for long."""

    def __init__(self, report: Report) -> None:
        self._report, self._since, self._told = report, time.monotonic(), False

    def look(self, is_working: bool) -> None:
        now = time.monotonic()
        if is_working:
            self._since = now
        elif not self._told and now - self._since > LONG:
            self._told = True
            self._report.message("Waiting for a worker: none has a free processor yet.")


class _Deal:
    """One call of `Staff.map` while it goes on."""

    def __init__(self, payloads: Sequence[Any], report: Report, on_result: OnResult) -> None:
        self._payloads, self._report, self._on_result = payloads, report, on_result
        self.waiting = deque(range(len(payloads)))
        self.busy: dict[Hashable, int] = {}
        self._found: dict[int, Any] = {}
        self._failed: dict[int, Exception] = {}
        self._losses = Counter[int]()

    @property
    def unfinished(self) -> int:
        """How many payloads wait or are being done."""
        return len(self.waiting) + len(self.busy)

    @property
    def is_going(self) -> bool:
        """Whether a result is awaited; after a failure only what comes before it."""
        end = min(self._failed, default=len(self._payloads))
        return bool(self.waiting) or any(number < end for number in self.busy.values())

    def next_for(self, worker: Hashable) -> Any:
        """The next payload, which the worker is busy with from now on."""
        self.busy[worker] = number = self.waiting.popleft()
        return self._payloads[number]

    def take_in(self, worker: Hashable, answer: Answer) -> None:
        """A worker has answered."""
        number = self.busy.pop(worker)
        if isinstance(answer, Done):
            self._found[number] = answer.value
            self._on_result(number, answer.value)
        else:
            self._failed[number] = answer.error()
            self.waiting = deque(other for other in self.waiting if other < number)

    def give_again(self, worker: Hashable, why: str) -> None:
        """A worker was lost with its payload."""
        number = self.busy.pop(worker)
        self._losses[number] += 1
        if self._losses[number] >= MOST_LOSSES:
            raise AlphintraError(
                f"Part {number + 1} of {len(self._payloads)} is given up: {MOST_LOSSES} workers "
                f"were lost with it. The last one: {why}",
                hint="It may need more memory than there is: take fewer workers, or less data.",
            )
        self._report.message(f"A worker was lost, and its part is given to another one: {why}")
        self.waiting.appendleft(number)

    def results(self) -> list[Any]:
        """In the order of the payloads. Raises the first failure."""
        if self._failed:
            raise self._failed[min(self._failed)]
        return [self._found[number] for number in range(len(self._payloads))]
