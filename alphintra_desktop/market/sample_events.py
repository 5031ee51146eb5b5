"""The bundled table of events: options flow that was made up, so that its node can be tried.

No trade in it ever happened: what earns on it says nothing about any market.
"""

from __future__ import annotations

from importlib.resources import as_file, files

from alphintra_desktop.market.event_import import read_events, read_table
from alphintra_desktop.market.event_store import event_versions, store_events

SAMPLE_TABLE = "sample_options_flow"
MADE_UP = "made up, no real trades"
_FILE = "made_up_options_flow.parquet"


def ensure_sample_events(table: str) -> None:
    """Store the sample unless it is there, or another table is meant."""
    if table != SAMPLE_TABLE or event_versions(SAMPLE_TABLE):
        return
    folder = files("alphintra_desktop.resources").joinpath("sample_data")
    with as_file(folder.joinpath(_FILE)) as path:
        events, _ = read_events(read_table(path), path.name, None)
    store_events(SAMPLE_TABLE, events, MADE_UP)
