"""From what `signals(bars)` returns to decisions that a simulation can follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from alphintra_desktop.simulation.rules import Booleans, Decisions

SIDES = ("long_entry", "long_exit", "short_entry", "short_exit", "rebalance")


def as_panel(signals: Sequence[Mapping[str, Any]], present: Booleans) -> dict[str, Any]:
    """The signals of single symbols, each on its own bars, as (T, N) arrays on one calendar.

    `present` (T, N) tells which bars a symbol has. Scalars stay scalars where all symbols agree.
    """
    panel: dict[str, Any] = {}
    for name in signals[0]:
        columns = [one[name] for one in signals]
        if all(np.ndim(column) == 0 and column == columns[0] for column in columns):
            panel[name] = columns[0]
        elif present.all() and all(np.ndim(column) == 1 for column in columns):
            panel[name] = np.ascontiguousarray(np.array(columns).T)
        else:
            empty = False if np.asarray(columns[0]).dtype == bool else np.nan
            panel[name] = np.full(present.shape, empty)
            for n, column in enumerate(columns):
                panel[name][present[:, n], n] = column
    return panel


def decisions_of(panel: Mapping[str, Any], present: Booleans) -> Decisions:
    """Signals as (T, N) arrays or scalars, by name, as settled decisions.

    A signal that is not there is never given. Without a bar there is nothing to decide, except for
    weights: they belong to the calendar.
    """
    found = {}
    for name in Decisions._fields:
        value = np.asarray(panel.get(name, False if name in SIDES else np.nan))
        if name in SIDES and name != "rebalance" and value.any():
            value = value & present
        whole = value.shape == present.shape
        found[name] = value if whole else np.broadcast_to(value, present.shape)
    return settle(Decisions(**found))


def settle(decisions: Decisions) -> Decisions:
    """Decide what to do about decisions that contradict each other.

    An exit cancels an entry of its side on the same bar; then a long and a short entry on the same
    bar cancel each other. A size or a stop that is not a positive number is none.
    """
    long_entry = without(decisions.long_entry, decisions.long_exit)
    short_entry = without(decisions.short_entry, decisions.short_exit)
    return decisions._replace(
        long_entry=without(long_entry, short_entry),
        short_entry=without(short_entry, long_entry),
        size=positive(decisions.size),
        stop_loss=positive(decisions.stop_loss),
        take_profit=positive(decisions.take_profit),
        trailing_stop=positive(decisions.trailing_stop),
    )


def without(flags: Any, others: Any) -> Any:
    """Where `flags` hold and `others` do not."""
    return flags if never(flags) or never(others) else flags & ~others


def never(flags: Any) -> bool:
    """Whether flags are one "no" for all bars, which takes no time to see."""
    return bool(flags.strides == (0, 0) and not flags[:1, :1].any())


def positive(values: Any) -> Any:
    """The values that are above 0 and finite, else NaN. One value for all bars stays one value."""
    few = values[:1, :1] if values.strides == (0, 0) else values
    good = (few > 0.0) & (few < np.inf)
    return values if good.all() else np.broadcast_to(np.where(good, few, np.nan), values.shape)
