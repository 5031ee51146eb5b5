"""UI tests run in a window of Qt's own making, without a screen; journeys start an X server."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def garbage_stays_on_this_thread() -> Iterator[None]:
    """As in the program: a widget freed by the collector of another thread may crash."""
    was_on = gc.isenabled()
    gc.disable()
    yield
    gc.collect(1)
    if was_on:
        gc.enable()
