"""What is suspicious about the tables of events that a strategy read, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from alphintra_desktop.backtest.result import Finding, Severity
from alphintra_desktop.ir.universe import TABLES
from alphintra_desktop.market.event_store import EventTable, event_versions
from alphintra_desktop.market.sample_events import SAMPLE_TABLE
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.nodes.models import TABLE as MODELS

LONG_SILENCE = np.timedelta64(31, "D")


def event_findings(loaded: LoadedBars) -> Iterator[Finding]:
    """Everything suspicious about the tables that columns were joined from."""
    for name, sha256 in loaded.events.items():
        if name.lower() == SAMPLE_TABLE:
            yield _made_up(name)
        elif not name.startswith((TABLES, MODELS)):
            yield from _silent_at_the_end(name, sha256, loaded)


def _made_up(name: str) -> Finding:
    return Finding(
        "made_up_events",
        Severity.WARNING,
        f"The events of '{name}' are made up: what was earned on them says nothing about any"
        " market.",
        "Import your own with `alphintra data import-events` and name their table in the nodes.",
    )


def _silent_at_the_end(name: str, sha256: str, loaded: LoadedBars) -> Iterator[Finding]:
    """Where a table ends, sums are 0 and the last value stays, as if nothing had happened."""
    table = next((one for one in event_versions(name) if one.sha256 == sha256), None)
    last = loaded.bars.timestamps[-1]
    if table is None or last - _time(table) < LONG_SILENCE:
        return
    yield Finding(
        "events_end_early",
        Severity.WARNING,
        f"The events of '{name}' end on {table.last_known[:10]}, and the bars on"
        f" {np.datetime_as_string(last, unit='D')}: in between, the strategy sees no news.",
        "Import newer events, or end the period where they end.",
    )


def _time(table: EventTable) -> np.datetime64:
    return np.datetime64(table.last_known.rstrip("Z"))
