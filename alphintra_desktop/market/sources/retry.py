"""Trying again: how often, how long to wait between, and when to tell the user instead.

The wait before the n-th retry is drawn evenly from 0 to 2^n times the first one ("full jitter"), so
that many programs that failed together do not come back together. A vendor that says how long to
wait is waited for that long and a little longer. See M. Brooker, "Exponential Backoff And Jitter".
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.sources.faults import Passing, Throttled

T = TypeVar("T")
Pause = Callable[[float, str], None]


@dataclass(frozen=True)
class Patience:
    """Seconds: of the first wait at most, of any wait at most, and of all waits together."""

    first_s: float = 0.5
    longest_s: float = 60.0
    all_s: float = 300.0


def retrying(
    work: Callable[[], T], title: str, pause: Pause, patience: Patience | None = None
) -> T:
    """The result of `work`, tried again while what fails may pass. `pause` waits and may cancel.

    Raises `AlphintraError` once it has been tried often or long enough.
    """
    patience = patience or Patience()
    waited, tried = 0.0, 0
    while True:
        try:
            return work()
        except Passing as fault:
            tried += 1
            wait = wait_before(tried, fault, patience)
            if tried >= fault.tries or waited + wait > patience.all_s:
                raise _given_up(title, fault, tried, wait) from None
            waited += wait
            pause(wait, f"{title} {fault.said}; trying again in {wait:.0f} s")


def wait_before(retry: int, fault: Passing, patience: Patience) -> float:
    """How long to wait before that retry, the first of which is 1."""
    jitter = random.random() * min(patience.longest_s, patience.first_s * 2.0**retry)
    if isinstance(fault, Throttled) and fault.wait_s is not None:
        return fault.wait_s + jitter * 0.1
    return jitter


def _given_up(title: str, fault: Passing, tried: int, wait: float) -> AlphintraError:
    times = f", {tried} times in a row" if tried > 1 else ""
    hint = fault.hint
    if isinstance(fault, Throttled) and fault.wait_s is not None:
        hint = f"It asks to be left alone for {wait:,.0f} seconds. {hint}"
    return AlphintraError(f"{title} {fault.said}{times}.", hint=hint)
