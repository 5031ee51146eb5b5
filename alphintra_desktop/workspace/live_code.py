"""What the drawing compiles to, kept up to date while it is drawn."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alphintra_desktop.graph.document import GraphDocument
from alphintra_desktop.graph.edits import Edit
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.observe import Signal

if TYPE_CHECKING:  # they bring pandas, which the first window does not wait for
    from alphintra_desktop.codegen.lower import Lowered
    from alphintra_desktop.codegen.module import StrategyCode
    from alphintra_desktop.codegen.problem import Problem


@dataclass(frozen=True)
class Compiled:
    """A graph with all that follows from it. `code` is None while a problem blocks it."""

    graph: Graph
    lowered: Lowered
    problems: tuple[Problem, ...]
    code: StrategyCode | None

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """The problems that keep the strategy from running."""
        return tuple(problem for problem in self.problems if problem.blocking)


def compiled(graph: Graph) -> Compiled:
    """Compile a graph as far as it goes."""
    from alphintra_desktop.codegen.lower import lower  # noqa: PLC0415 - see above
    from alphintra_desktop.codegen.module import written  # noqa: PLC0415
    from alphintra_desktop.codegen.problems import problems_of  # noqa: PLC0415
    from alphintra_desktop.codegen.reading_events import reads_events  # noqa: PLC0415

    lowered = lower(graph)
    problems = problems_of(lowered)
    blocked = any(problem.blocking for problem in problems)
    if reads_events(lowered):  # what is imported later is no edit: so this blocks nothing here
        from alphintra_desktop.backtest.missing_events import missing_events  # noqa: PLC0415

        problems = (*problems, *missing_events(lowered, blocking=False))
    return Compiled(graph, lowered, problems, None if blocked else written(lowered))


class LiveCode:
    """Compiles the document's graph after every edit, in a thread of its own.

    Of several edits in a row only the last is compiled. `changed` is announced from that thread;
    views that use `watch` are told on theirs.
    """

    def __init__(self, document: GraphDocument) -> None:
        self.changed: Signal[Compiled] = Signal()
        self._document = document
        self._latest: Compiled | None = None
        self._wanted: Graph | None = document.graph
        self._wake = threading.Condition()
        self._closed = False
        self._subscription = document.edited.subscribe(self._on_edit)
        threading.Thread(target=self._work, name="live code", daemon=True).start()

    @property
    def latest(self) -> Compiled | None:
        """The newest compiled graph, which may be an edit or two behind; None before the first."""
        return self._latest

    def settled(self, timeout: float = 10.0) -> Compiled:
        """The graph as it is now, compiled. Waits; raises TimeoutError after `timeout` seconds."""
        with self._wake:
            if not self._wake.wait_for(self._up_to_date, timeout):
                raise TimeoutError("the graph was not compiled in time")
            assert self._latest is not None
            return self._latest

    def close(self) -> None:
        """Compile no more."""
        self._subscription.cancel()
        with self._wake:
            self._closed = True
            self._wake.notify_all()

    def _up_to_date(self) -> bool:
        return self._latest is not None and self._latest.graph is self._document.graph

    def _on_edit(self, _: Edit) -> None:
        with self._wake:
            self._wanted = self._document.graph
            self._wake.notify_all()

    def _work(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._closed or self._wanted is not None)
                if self._closed:
                    return
                graph, self._wanted = self._wanted, None
            assert graph is not None
            try:
                made = compiled(graph)
            except Exception as error:  # noqa: BLE001 - ours, and told; the next edit may pass
                sys.excepthook(type(error), error, error.__traceback__)
                continue
            with self._wake:
                self._latest = made
                self._wake.notify_all()
            self.changed.emit(made)
