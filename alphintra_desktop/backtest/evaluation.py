"""Running a generated file's statements one by one, and none whose values are known already.

1. Going backwards from what is wanted: a statement whose values are in the cache is not needed,
   nor is what only it would read.
2. Going forwards: run what is needed, tell which node is at work and how long it took, keep each
   value in the cache, and drop it here after its last reader.
3. A statement that fails takes its readers with it, and nothing else.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from alphintra_desktop.backtest.statements import Function, Statement
from alphintra_desktop.backtest.strategy_file import StrategyFailed, strategy_failures
from alphintra_desktop.codegen.module import StrategyCode
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.report import Report

Key = tuple[str, str]


class ValueCache:
    """Values by what they are (a statement's digest) and on which bars, `limit` bytes at most.

    What was not asked for longest goes first.
    """

    def __init__(self, limit: int) -> None:
        self._limit, self._held = limit, 0
        self._values: OrderedDict[Key, Any] = OrderedDict()

    def __contains__(self, key: Key) -> bool:
        return key in self._values

    def get(self, key: Key) -> Any:
        """The value; None when it is not there."""
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def keep(self, key: Key, value: Any) -> None:
        """Keep a value, as long as there is room."""
        size = _size(value)
        if key in self._values or size > self._limit:
            return
        self._values[key] = value
        self._held += size
        while self._held > self._limit:
            self._held -= _size(self._values.popitem(last=False)[1])


def _size(value: Any) -> int:
    """Bytes of an array, or of longer bars, which are a table of arrays."""
    parts = value.values() if isinstance(value, Mapping) else [value]
    return sum(int(getattr(part, "nbytes", 100)) for part in parts)


@dataclass
class Progress:
    """How the evaluation of a drawing goes: which nodes ran, for how long, and which failed."""

    code: StrategyCode
    report: Report
    total: int = 0
    done: int = 0
    failures: dict[str, AlphintraError] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def begin(self, node: str) -> None:
        """Tell that the node is at work."""
        if node:
            title = self.code.lowered.title(node)
            self.report.progress(self.done, of=self.total, doing=title, place=Place(node=node))

    def end(self, node: str, seconds: float, *, last: bool) -> None:
        """Count a statement; tell the node's time when it was its last."""
        self.done += 1
        self.seconds[node] = self.seconds.get(node, 0.0) + seconds
        if node and last:
            self.report.measure("seconds", self.seconds[node], place=Place(node=node))


class Stage:
    """One function, run on some bars: on each of several symbols' own, or on all side by side.

    `bars` are what the function is given, by a name that says which data they are, such as a hash.
    """

    def __init__(
        self,
        function: Function,
        names: Mapping[str, Any],
        bars: Mapping[str, Mapping[str, Any]],
        cache: ValueCache,
    ) -> None:
        self._cache = cache
        self._on = tuple(bars)
        self._spaces = [{**names, function.argument: given} for given in bars.values()]
        self._function = function
        self._wanted: set[str] = set()
        self.needed: list[Statement] = []

    def want(self, variables: Iterable[str]) -> None:
        """Find out what must run for the variables to be known, and take out of the cache what
        need not."""
        self._wanted = missing = set(variables)
        missing = set(missing)
        for statement in reversed(self._function.statements):
            made = missing.intersection(statement.digests)
            if made and not self._taken_from_cache(statement, made):
                self.needed.append(statement)
                missing |= statement.needs
        self.needed.reverse()

    def give(self, values: Mapping[str, Any]) -> None:
        """Put more into the bars, such as what an earlier stage has found."""
        for space in self._spaces:
            space[self._function.argument] = {**space[self._function.argument], **values}

    def run(
        self,
        progress: Progress,
        found: Callable[[str, list[Any]], None],
        missing: Collection[str] = (),
    ) -> None:
        """Run what is needed. `found` is told each wanted variable's values, in the bars' order.

        Variables that are `missing` are known to have failed before.
        """
        for name in self._wanted:
            self._tell(name, found)
        broken = set(missing)
        readers = self._last_readers()
        nodes = [statement.node for statement in self.needed]
        for number, statement in enumerate(self.needed):
            if broken.intersection((*statement.needs, *statement.digests)) or not self._ran(
                statement, progress, last=statement.node not in nodes[number + 1 :]
            ):
                broken.update(statement.digests)
                continue
            for name in self._wanted.intersection(statement.digests):
                self._tell(name, found)
            self._drop(statement, number, readers)

    def _taken_from_cache(self, statement: Statement, made: set[str]) -> bool:
        keys = [(name, statement.digests[name]) for name in made]
        if not all((digest, bars) in self._cache for _, digest in keys for bars in self._on):
            return False
        for name, digest in keys:
            for space, bars in zip(self._spaces, self._on, strict=True):
                space[name] = self._cache.get((digest, bars))
        return True

    def _ran(self, statement: Statement, progress: Progress, *, last: bool) -> bool:
        progress.begin(statement.node)
        started = time.perf_counter()
        try:
            with strategy_failures(progress.code), np.errstate(all="ignore"):
                for space in self._spaces:
                    exec(statement.run, space)
        except StrategyFailed as error:
            node = (error.place and error.place.node) or statement.node
            progress.failures.setdefault(node, error)
            return False
        progress.end(statement.node, time.perf_counter() - started, last=last)
        for name, digest in statement.digests.items():
            for space, bars in zip(self._spaces, self._on, strict=True):
                self._cache.keep((digest, bars), space[name])
        return True

    def _tell(self, name: str, found: Callable[[str, list[Any]], None]) -> None:
        if all(name in space for space in self._spaces):
            found(name, [space[name] for space in self._spaces])

    def _last_readers(self) -> dict[str, int]:
        return {name: n for n, statement in enumerate(self.needed) for name in statement.needs}

    def _drop(self, statement: Statement, number: int, readers: Mapping[str, int]) -> None:
        """Let go of what nobody reads any more. What is wanted has been told."""
        for name in (*statement.needs, *statement.digests):
            if readers.get(name, number) <= number:
                for space in self._spaces:
                    space.pop(name, None)
