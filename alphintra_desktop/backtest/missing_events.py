"""Tables of events and universes that a drawing names and the library lacks, as problems."""

from __future__ import annotations

from collections.abc import Iterator

from alphintra_desktop.backtest.event_columns import events_of, node_of
from alphintra_desktop.codegen.lower import Lowered
from alphintra_desktop.codegen.problem import Problem
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import EventColumn
from alphintra_desktop.ir.universe import TABLES, membership
from alphintra_desktop.market.event_store import EventTable, event_tables
from alphintra_desktop.market.sample_events import SAMPLE_TABLE
from alphintra_desktop.market.universes import load_universe
from alphintra_desktop.nodes.models import TABLE as MODELS


def missing_events(lowered: Lowered, *, blocking: bool) -> tuple[Problem, ...]:
    """What a run of the drawing would miss, each at its node.

    A model's predictions are left out: they have a place of their own to be missed. Empty, too,
    when the list of tables cannot be read: whoever runs the drawing is told why.
    """
    wanted = _wanted(lowered)
    if not wanted:
        return ()
    try:
        tables = {table.name.lower(): table for table in event_tables()}
        return tuple(_problems(lowered, wanted, tables, blocking))
    except AlphintraError:
        return ()


def _wanted(lowered: Lowered) -> dict[EventColumn, str | None]:
    """One column of each table, field and series, with its node."""
    ends = [op for op in lowered.outputs.values() if isinstance(op, ops.Dataset) and op.universe]
    columns = (*events_of(lowered.outputs.values()), *(membership(data) for data in ends))
    found: dict[tuple[str, str, str], EventColumn] = {}
    for op in columns:
        found.setdefault((op.table, op.field, op.series), op)
    return {op: node_of(op, lowered) for op in found.values()}


def _problems(
    lowered: Lowered,
    wanted: dict[EventColumn, str | None],
    tables: dict[str, EventTable],
    blocking: bool,
) -> Iterator[Problem]:
    for op, node in wanted.items():
        wrong = _wrong(op, tables)
        if wrong is not None:
            title = lowered.title(node) if node is not None else "The strategy"
            place = Place(node=node, param=wrong.place.param if wrong.place else None)
            message = f"{title}: {wrong.message}"
            yield Problem("no_events", message, wrong.hint, place, blocking)


def _wrong(op: EventColumn, tables: dict[str, EventTable]) -> AlphintraError | None:
    table = tables.get(op.table.lower())
    if table is None and op.table.startswith(TABLES):
        return _universe_error(op.table.removeprefix(TABLES))
    if table is None:
        if op.table == SAMPLE_TABLE or op.table.startswith(MODELS):
            return None
        known = ", ".join(name for name in tables if not name.startswith(TABLES)) or "none yet"
        return AlphintraError(
            f"There is no table of events '{op.table}'.",
            hint=f"There are: {known}. Import one with `alphintra data import-events`.",
            place=Place(param="table"),
        )
    if op.field not in table.fields:
        return AlphintraError(
            f"The table '{op.table}' has no field '{op.field}'.",
            hint=f"It has {', '.join(table.fields)}.",
            place=Place(param="field"),
        )
    if op.series and op.series not in table.symbols:
        return AlphintraError(
            f"The table '{op.table}' has nothing on {op.series}.",
            hint=f"It has {', '.join(table.symbols[:12])}.",
            place=Place(param="series"),
        )
    return None


def _universe_error(name: str) -> AlphintraError | None:
    try:
        load_universe(name)
    except AlphintraError as error:
        return error
    return None
