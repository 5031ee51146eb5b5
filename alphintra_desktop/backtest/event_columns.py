"""What a strategy reads of tables of events, joined to its bars before its file sees them.

1. Find the tables that the drawing names, in the versions that a run has pinned, else the current.
2. Join each to every symbol's own bars: a bar gets what was known when it was over, and no more.
3. Put the columns beside prices and volume, under the names that the file reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from alphintra_desktop.backtest.delisting import with_delistings
from alphintra_desktop.backtest.predictions import predictions_of
from alphintra_desktop.codegen.lower import Lowered
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import EventColumn
from alphintra_desktop.ir.order import inputs_first
from alphintra_desktop.ir.universe import TABLES, is_membership
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.market.event_join import joined
from alphintra_desktop.market.event_store import event_versions, load_events
from alphintra_desktop.market.events import Events, bar_ends
from alphintra_desktop.market.sample_events import ensure_sample_events
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.market.universes import load_universe
from alphintra_desktop.nodes.models import TABLE as MODELS

EVERYBODY = "all"  # whose rows are where a file had no column of symbols


def with_events(
    loaded: LoadedBars, wanted: Iterable[EventColumn], lowered: Lowered | None = None
) -> LoadedBars:
    """The bars with those columns of events, and which versions of the tables they are from.

    A table whose version `loaded` names already is read in that version. Raises `AlphintraError`
    at the node in `lowered` that asks for what is not there.
    """
    columns, tables = dict(loaded.bars.columns), dict(loaded.events)
    read: dict[str, Events] = {}
    for op in sorted(wanted, key=is_membership, reverse=True):  # they may add bars
        if op.name in columns:
            continue
        try:
            if op.table not in read:
                tables[op.table] = _version(op, tables.get(op.table, ""), lowered)
                read[op.table] = load_events(op.table, sha256=tables[op.table])
            if is_membership(op):
                loaded = with_delistings(loaded, read[op.table])
                columns = {**columns, **loaded.bars.columns}
            made = _columns(op, loaded, read[op.table])
        except AlphintraError as error:
            place = error.place or Place()
            node = place.node or node_of(op, lowered)
            raise AlphintraError(
                error.message, hint=error.hint, place=replace(place, node=node)
            ) from error
        columns.update(made)
    if len(columns) == len(loaded.bars.columns):
        return loaded
    return replace(loaded, bars=replace(loaded.bars, columns=columns), events=tables)


def node_of(op: EventColumn, lowered: Lowered | None) -> str | None:
    """The first node whose output is made of the column."""
    if lowered is None:
        return None
    outputs = lowered.outputs.items()
    found = next((node for (node, _), made in outputs if op in inputs_first(made)), None)
    return found or lowered.owner.get(op.data, (None, ""))[0]


def events_of(roots: Iterable[ops.Expr]) -> tuple[EventColumn, ...]:
    """The columns of events that ops depend on, each once."""
    found = {op: None for root in roots for op in inputs_first(root)}
    return tuple(op for op in found if isinstance(op, EventColumn))


def _version(op: EventColumn, pinned: str, lowered: Lowered | None) -> str:
    table = op.table
    if pinned:
        return pinned
    if table.startswith(MODELS):
        return predictions_of(table, lowered)
    ensure_sample_events(table)
    versions = event_versions(table)
    if versions:
        return versions[0].sha256
    if table.startswith(TABLES):
        load_universe(table.removeprefix(TABLES))
    try:
        load_events(table)
    except AlphintraError as error:
        raise AlphintraError(
            error.message,
            hint=f"{error.hint} Import one with `alphintra data import-events`, or fetch series"
            " with `alphintra data fetch fred`.",
            place=Place(param="table"),
        ) from error
    raise AssertionError(table)


def _columns(op: EventColumn, loaded: LoadedBars, events: Events) -> Mapping[str, Floats]:
    """The columns of all kinds that `op` may be of, (T, N), by name."""
    _check(op, loaded.bars.symbols, events)
    parts = [_of_symbol(op, loaded, events, number) for number in range(len(loaded.bars.symbols))]
    return {
        replace(op, kind=kind).name: np.ascontiguousarray(
            np.column_stack([part[kind] for part in parts])
        )
        for kind in ops.EVENT_KINDS
    }


def _of_symbol(
    op: EventColumn, loaded: LoadedBars, events: Events, number: int
) -> Mapping[str, Floats]:
    """The columns of one symbol on the whole calendar, NaN where it has no bar."""
    bars: Bars = loaded.bars
    here = bars.present[:, number]
    stamps = bars.timestamps[here]
    ends = bar_ends(stamps, loaded.timeframe, loaded.market)
    own = events.of(_whose(op, bars.symbols[number], events))
    found = joined(stamps, ends, own, op.field)
    return {kind: _placed(values, here) for kind, values in found.items()}


def _placed(values: Floats, here: np.ndarray) -> Floats:
    wide = np.full(len(here), np.nan)
    wide[here] = values
    return wide


def _whose(op: EventColumn, symbol: str, events: Events) -> str:
    if op.series:
        return op.series
    return EVERYBODY if (events.symbols == EVERYBODY).all() else symbol


def _check(op: EventColumn, symbols: tuple[str, ...], events: Events) -> None:
    """Raises `AlphintraError` for a field or a series that the table does not have."""
    if op.field not in events.fields:
        raise AlphintraError(
            f"The table '{op.table}' has no field '{op.field}'.",
            hint=f"It has {', '.join(events.fields)}.",
            place=Place(param="field"),
        )
    there = set(events.symbols.tolist())
    if not any(_whose(op, symbol, events) in there for symbol in symbols):
        whose = op.series or ", ".join(symbols[:6])
        raise AlphintraError(
            f"The table '{op.table}' has nothing on {whose}.",
            hint=f"It has {', '.join(sorted(there)[:12])}: name one of them as series, or use its"
            " symbols.",
            place=Place(param="series"),
        )
