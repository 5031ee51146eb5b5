"""What every node of a run's own graph said when a trade was decided on.

The graph of the run is computed again by a job, for the trade's symbol, once for all its trades.
"""

from __future__ import annotations

import math
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from alphintra_desktop.backtest.stored_run import StoredRun
from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.events import Cancelled, Failed, Finished, JobEvent
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.nodes.custom import CUSTOM
from alphintra_desktop.observe import Signal
from alphintra_desktop.runs.project import home_folder, new_id
from alphintra_desktop.simulation.rules import SAME_CLOSE
from alphintra_desktop.workspace.value_store import ValueStore

if TYPE_CHECKING:
    import numpy as np

CUSTOM_CODE_SECONDS = 60.0
DATASET = "market_data.dataset"


@dataclass(frozen=True)
class NodeValue:
    """What one output said at a bar, and at the bar before. `is_bars` marks that of market data."""

    node: str
    title: str
    output: str
    value: float | bool
    before: float | bool | None
    is_bars: bool = False


class DecisionValues:
    """The node values of one run. `found` announces the symbol they are of, from a thread."""

    def __init__(self, run: StoredRun, jobs: JobBoard) -> None:
        self.found: Signal[str] = Signal()
        self.failed: Signal[str] = Signal()
        self._run, self._jobs = run, jobs
        self._graph = graph_from_text(run.graph_text, f"the graph of run {run.id}")
        self._store = ValueStore()
        self._lock = threading.Lock()
        self._asked, self._job = "", ""

    def ask(self, symbol: str) -> None:
        """Compute the values of a symbol, unless that is being done or was done before."""
        with self._lock:
            if symbol == self._asked:
                return
            self._asked = symbol
        self._jobs.cancel(self._job)
        folder = home_folder() / "values" / new_id()
        where = f"the graph of run {self._run.id}"
        arguments = {"graph": self._run.graph_text, "where": where, "symbol": symbol}
        spec = Spec("run_values", arguments, _time_limit(self._graph))
        self._job = folder.name
        title = f"Values behind the trades of {self._run.name}"
        self._jobs.start(folder, spec, title, partial(self._on_event, folder, symbol))

    def close(self) -> None:
        """Compute nothing more, and clear the values away."""
        self._jobs.cancel(self._job)
        with self._lock:
            self._asked = ""
            self._store.clear()

    def at_entry(self, trade: int) -> tuple[NodeValue, ...]:
        """What every output said when the trade was decided on; nothing while it is not known."""
        run, time = self._run, decided_at(self._run, trade)
        stamps = self._store.timestamps
        if stamps is None or self._store.symbol != run.trades.symbol[trade]:
            return ()
        bar = int(stamps.searchsorted(time, side="right")) - 1
        if bar < 0:
            return ()
        # As they are drawn, from left to right.
        nodes = sorted(self._graph.nodes, key=lambda node: self._graph.nodes[node].position)
        keys = ((node, output) for node in nodes for output in self._outputs(node))
        found = (self._value(node, output, bar) for node, output in keys)
        return tuple(value for value in found if value is not None)

    def _outputs(self, node: str) -> tuple[str, ...]:
        kind = node_type_of(self._graph.nodes[node])
        return tuple(kind.outputs) if kind is not None else ()

    def _value(self, node: str, output: str, bar: int) -> NodeValue | None:
        values = self._store.series((node, output), "")
        if values is None or not 0 <= bar < len(values):
            return None
        drawn = self._graph.nodes[node]
        kind = node_type_of(drawn)
        title = drawn.title or (kind.title if kind is not None else drawn.type)
        before = values[bar - 1].item() if bar else None
        is_bars = drawn.type == DATASET
        return NodeValue(node, title, output, values[bar].item(), before, is_bars)

    def _on_event(self, folder: Path, symbol: str, event: JobEvent) -> None:
        match event:
            case Finished(result=result):
                self._jobs.forget(folder.name)
                with self._lock:
                    current = symbol == self._asked
                    if current:
                        self._store.take_in(folder, result)
                if current:
                    self.found.emit(symbol)
                else:
                    shutil.rmtree(folder, ignore_errors=True)
            case Failed():
                shutil.rmtree(folder, ignore_errors=True)
                self.failed.emit(event.message)
            case Cancelled():
                self._jobs.forget(folder.name)
                shutil.rmtree(folder, ignore_errors=True)
            case _:
                pass


def decided_at(run: StoredRun, trade: int) -> np.datetime64:
    """The time of the bar whose close decided on the entry: the one before the fill at the open.

    A symbol without a bar there says what it said on its last one before.
    """
    filled = int(run.trades.entry_bar[trade])
    at_close = run.manifest["settings"].get("fill") == SAME_CLOSE
    moment: np.datetime64 = run.curves.timestamps[filled if at_close else max(filled - 1, 0)]
    return moment


def of_other_bars(values: Sequence[NodeValue], close: float) -> bool:
    """Whether the values are of other bars than the run's, which closed at `close` then.

    The library may have been given corrected or newly adjusted bars since.
    """
    shown = [float(value.value) for value in values if value.is_bars]
    return any(not math.isclose(value, close, rel_tol=1e-9) for value in shown)


def _time_limit(graph: Graph) -> float | None:
    """Python of the user may loop for ever."""
    custom = any(node.type == CUSTOM for node in graph.nodes.values())
    return CUSTOM_CODE_SECONDS if custom else None
