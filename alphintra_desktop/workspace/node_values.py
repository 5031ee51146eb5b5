"""What the nodes of a sheet say, how old that is, and which bar of it is looked at.

1. After every edit the nodes get their traffic lights (`node_lights`).
2. `run` computes what has changed, in a job; nodes light up one by one.
3. The values lie in files (`value_store`): reading one never waits.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.document import GraphDocument
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.events import (
    Advanced,
    Cancelled,
    Failed,
    Finished,
    JobEvent,
    Measured,
    Started,
)
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.observe import Signal
from alphintra_desktop.runs.project import home_folder, new_id
from alphintra_desktop.workspace.custom_code import time_limit_of
from alphintra_desktop.workspace.live_code import Compiled, LiveCode
from alphintra_desktop.workspace.node_lights import Light, NodeLights, NodeState
from alphintra_desktop.workspace.value_store import Key, ValueStore, sweep

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Light", "NodeState", "NodeValues"]


class NodeValues:
    """The values of one sheet.

    `changed` announces the nodes whose state or values changed, `failed` why a whole run did, both
    from any thread. `scrubbed` announces the bar that is looked at, `inspected` the output that is
    looked at closely. With `live`, what has changed is computed after every edit.
    """

    def __init__(self, document: GraphDocument, live_code: LiveCode, jobs: JobBoard) -> None:
        self.changed: Signal[frozenset[str]] = Signal()
        self.failed: Signal[AlphintraError] = Signal()
        self.scrubbed: Signal[int | None] = Signal()
        self.inspected: Signal[Key] = Signal()
        self.live = False
        self._document, self._jobs = document, jobs
        self._lock = threading.RLock()
        self._store = ValueStore()
        self._lights = NodeLights(self._store.has)
        self._compiled: Graph | None = None
        self._job = ""
        self._next: tuple[str, ...] | None = None
        self._wanted_symbol = ""
        self._told = ""
        self._bar: int | None = None
        self._inspecting: Key | None = None
        self._closed = False
        self._subscription = live_code.changed.subscribe(self._on_compiled)
        if live_code.latest is not None:
            self._on_compiled(live_code.latest)

    # ------------------------------------------------------------------------- values

    def state(self, node: str) -> NodeState:
        """How the node's values are doing."""
        return self._lights[node]

    @property
    def symbol(self) -> str:
        """The symbol whose values are shown; "" before there are any."""
        return self._store.symbol

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols that could be shown."""
        return self._store.symbols

    @property
    def bars(self) -> int:
        """How many bars there are values of."""
        return self._store.bars

    @property
    def left_out(self) -> int:
        """How many bars before those were left out, because all would have been too much."""
        return self._store.left_out

    @property
    def timestamps(self) -> npt.NDArray[np.datetime64] | None:
        """The times of the bars that there are values of."""
        return self._store.timestamps

    def series(self, node: str, output: str) -> npt.NDArray[Any] | None:
        """An output's last values, one a bar: floats, or booleans; None when there are none."""
        return self._store.series((node, output), self._lights.fingerprint((node, output)))

    def fresh(self, node: str, output: str) -> bool:
        """Whether an output's values are those of the drawing as it is now."""
        return self._store.has(self._lights.fingerprint((node, output)))

    def last(self, node: str, output: str, count: int = 5) -> tuple[float | bool, ...]:
        """An output's values on the last bars, oldest first; none before it ran."""
        values = self.series(node, output)
        return () if values is None else tuple(values[-count:].tolist())

    def at(self, node: str, output: str, bar: int | None = None) -> float | bool | None:
        """An output's value at a bar, or at the one that is looked at; None where there is none."""
        bar = self._bar if bar is None else bar
        values = self.series(node, output)
        if values is None or bar is None or not 0 <= bar < len(values):
            return None
        found: float | bool = values[bar].item()
        return found

    # ------------------------------------------------------------------------ looking

    @property
    def bar(self) -> int | None:
        """The bar that is looked at, counted in `timestamps`; None for none."""
        return self._bar

    def scrub(self, bar: int | None) -> None:
        """Look at a bar: every wire shows its value there. With None, look at no bar."""
        if bar is not None:
            bar = min(max(bar, 0), max(self.bars - 1, 0))
        if bar != self._bar:
            self._bar = bar
            self.scrubbed.emit(bar)

    @property
    def inspecting(self) -> Key | None:
        """The output that is looked at closely."""
        return self._inspecting

    def inspect(self, node: str, output: str) -> None:
        """Look closely at an output: as a table, a plot and statistics."""
        self._inspecting = (node, output)
        self.inspected.emit((node, output))

    # ------------------------------------------------------------------------ running

    @property
    def running(self) -> bool:
        """Whether values are being computed."""
        return bool(self._job)

    def run(self, upto: Iterable[str] = (), symbol: str = "") -> None:
        """Compute what has changed, of the nodes `upto` and all before them, or of all.

        `symbol` is the one to show from now on. While values are being computed, it is next.
        """
        self._told = ""
        self._run(tuple(upto), symbol)

    def cancel(self) -> None:
        """Stop computing."""
        with self._lock:
            self._next = None
            job = self._job
        self._jobs.cancel(job)

    def close(self) -> None:
        """Stop everything, and clear the values away."""
        self._subscription.cancel()
        self._closed = True
        self.cancel()
        with self._lock:
            self._store.clear()

    def _run(self, upto: tuple[str, ...], symbol: str = "") -> None:
        with self._lock:
            self._wanted_symbol = symbol or self._wanted_symbol
            self._next = upto
            self._start_next()

    def _start_next(self) -> None:
        """Only to be called with the lock. What is drawn but not compiled yet is waited for."""
        graph = self._document.graph
        if self._next is None or self._job or self._closed or graph is not self._compiled:
            return
        upto, self._next = self._next, None
        folder = home_folder() / "values" / new_id()
        name = graph.name or "the graph"
        arguments = {"graph": graph_to_text(graph), "where": name, "upto": list(upto)}
        spec = Spec(
            "run_values", {**arguments, "symbol": self._wanted_symbol}, time_limit_of(graph)
        )
        self._job = folder.name
        self._lights.begin()
        self._jobs.start(folder, spec, f"Values of {name}", partial(self._on_event, folder))

    # ----------------------------------------------------------------- in other threads

    def _on_compiled(self, compiled: Compiled) -> None:
        # In the thread that has just compiled, so that the first window waits for none of it.
        from alphintra_desktop.backtest.shown_series import shown_fingerprints  # noqa: PLC0415

        shown = shown_fingerprints(compiled.lowered)
        with self._lock:
            self._compiled = compiled.graph
            changed = self._lights.drawn(shown)
            if self.live:
                self._next = self._next or ()
            self._start_next()
        self._tell(changed)

    def _on_event(self, folder: Path, event: JobEvent) -> None:
        match event:
            case Started():
                sweep(folder.parent)
            case Advanced(place=Place(node=str(node))):
                with self._lock:
                    changed = self._lights.at_work(node)
                self._tell(changed)
            case Measured(name="seconds", value=seconds, place=Place(node=str(node))):
                with self._lock:
                    changed = self._lights.done(node, seconds)
                self._tell(changed)
            case Finished(result=result):
                self._jobs.forget(folder.name)
                self._finished(folder, result)
            case Failed():
                self._failed(folder, event)
            case Cancelled():
                self._jobs.forget(folder.name)
                self._ended(folder)
            case _:
                pass

    def _finished(self, folder: Path, result: Mapping[str, Any]) -> None:
        if self._closed:
            self._ended(folder)
            return
        with self._lock:
            self._store.take_in(folder, result)
            for told in result["failures"]:
                self._lights.failed(told["node"], told["message"], told["hint"])
            new = frozenset(name.partition(".")[0] for name in result["outputs"])
            self._job = ""
            changed = self._lights.end(new)
            self._start_next()
        self._tell(changed | new)

    def _failed(self, folder: Path, event: Failed) -> None:
        if event.place is not None and event.place.node is not None:
            self._lights.failed(event.place.node, event.message, event.hint)
        self._ended(folder)
        if event.message != self._told and not self._closed:  # live values fail at every edit
            self._told = event.message
            self.failed.emit(AlphintraError(event.message, hint=event.hint, place=event.place))

    def _ended(self, folder: Path) -> None:
        """Without values."""
        shutil.rmtree(folder, ignore_errors=True)
        with self._lock:
            self._job = ""
            changed = self._lights.end()
            self._start_next()
        self._tell(changed)

    def _tell(self, nodes: frozenset[str]) -> None:
        if nodes:
            self.changed.emit(nodes)
