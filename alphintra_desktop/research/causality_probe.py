"""One function of a generated file, a statement at a time: does any of them know the future?

1. Every statement runs once on the bars as they are. What nobody reads any more is dropped.
2. At each sampled bar and for each other future (`causality_futures`) it runs alone on what its
   inputs said until then, continued otherwise. If what it says about the bars before differs, this
   statement looks ahead, whatever those before or after it do.
3. It runs as well on bars that start later, to see how long that is felt.

What was found of a statement on some bars is remembered by its digest: after an edit only what
changed, and what is computed from it, is tested again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from alphintra_desktop.backtest.statements import Function, Statement
from alphintra_desktop.backtest.strategy_file import StrategyFailed, strategy_failures
from alphintra_desktop.codegen.module import StrategyCode
from alphintra_desktop.research.causality_futures import (
    LAST_COMPLETE,
    Future,
    OtherBars,
    differing_rows,
    first_difference,
)

TOLERANCE = 1e-9
SETTLED = (1e-9, 1e-6)
SETTLED_ROWS = 0.75  # of the bars there are, at most, may pass before values count as settled
SECONDS = 5.0  # of tests for one statement that is slow; never fewer than FEWEST
FEWEST = 4
LONGEST_MEMORY = 100_000


@dataclass(frozen=True)
class Caught:
    """What a statement said about row `row` differs, though only rows from `cut` on do."""

    row: int
    cut: int
    future: str


@dataclass(frozen=True)
class Verdict:
    """What testing one statement on one symbol's bars, or on all side by side, came to.

    `drift` is, for each of `SETTLED`, the number of bars after which a later start of the data is
    not felt any more: None if it always is.
    """

    tests: int = 0
    failed_tests: int = 0
    caught: Caught | None = None
    by_chance: bool = False
    failure: StrategyFailed | None = None
    drift: tuple[int | None, ...] = ()


@dataclass
class VerdictMemory:
    """Verdicts that a worker keeps between jobs, by what was tested and on what."""

    kept: dict[tuple[str, str], Verdict] = field(default_factory=dict)

    def keep(self, key: tuple[str, str], verdict: Verdict) -> None:
        """Keep one; when there are too many, all older ones go."""
        if len(self.kept) >= LONGEST_MEMORY:
            self.kept.clear()
        self.kept[key] = verdict


@dataclass(frozen=True)
class Ground:
    """What statements are tested on.

    `bars` is what the function is given and `late` the same from some later bars on, by how many
    rows they lack. `name` says which bars and tests these are.
    """

    name: str
    bars: Mapping[str, Any]
    late: Mapping[int, Mapping[str, Any]]
    futures: Sequence[Future]
    rows: int


class Probe:
    """Tests the statements of a function on one ground."""

    def __init__(
        self,
        code: StrategyCode,
        function: Function,
        names: Mapping[str, Any],
        ground: Ground,
        memory: VerdictMemory,
    ) -> None:
        self._code, self._function, self._ground = code, function, ground
        self._names, self._memory = names, memory
        self._space = {**names, function.argument: ground.bars}
        self._late = {
            skipped: {**names, function.argument: bars} for skipped, bars in ground.late.items()
        }
        self._makers: dict[str, Statement] = {}
        self._longer: dict[str, str] = {}
        self._broken: set[str] = set()

    def verdicts(
        self, chancy: Callable[[Statement], bool], skip: Collection[str] = ()
    ) -> Iterator[tuple[Statement, Verdict]]:
        """Every statement with what was found, in the order of the file.

        `chancy` statements are run twice first. Those with a digest in `skip` are only run, where
        others need them.
        """
        needed = self._needed(skip)
        readers = {name: n for n in needed for name in self._function.statements[n].needs}
        for number, statement in enumerate(self._function.statements):
            known = self._known(statement)
            if known is not None and number not in needed:
                yield statement, known
            elif number in needed and not self._broken.intersection(statement.needs):
                verdict = self._tested(statement, chancy=chancy(statement), skip=skip)
                if known is None:
                    self._memory.keep(self._key(statement), verdict)
                yield statement, known or verdict
                self._drop(statement, number, readers)
            else:
                self._broken.update(statement.digests if number in needed else ())

    def _key(self, statement: Statement) -> tuple[str, str]:
        return " ".join(statement.digests.values()), self._ground.name

    def _known(self, statement: Statement) -> Verdict | None:
        return self._memory.kept.get(self._key(statement))

    def _needed(self, skip: Collection[str]) -> set[int]:
        """The statements to run: those not yet tested, and all that they read."""
        wanted: set[str] = set()
        found: set[int] = set()
        for number in reversed(range(len(self._function.statements))):
            statement = self._function.statements[number]
            fresh = self._known(statement) is None and not self._skipped(statement, skip)
            if fresh or wanted.intersection(statement.digests):
                found.add(number)
                wanted |= statement.needs
        return found

    def _skipped(self, statement: Statement, skip: Collection[str]) -> bool:
        return all(digest in skip for digest in statement.digests.values())

    # ------------------------------------------------------------------- one statement

    def _tested(self, statement: Statement, *, chancy: bool, skip: Collection[str]) -> Verdict:
        started = time.perf_counter()
        try:
            whole = self._run(statement, self._space)
            seconds = time.perf_counter() - started
            again = self._run(statement, self._space) if chancy else whole
        except StrategyFailed as error:
            self._broken.update(statement.digests)
            return Verdict(failure=error)
        self._space.update(whole)
        self._note_calendars(statement, whole)
        drift = self._drift(statement, whole)
        if self._skipped(statement, skip) or self._known(statement) is not None:
            return Verdict()
        if self._differs(again, whole, self._ground.rows) is not None:
            return Verdict(by_chance=True, drift=drift)
        return self._in_other_futures(statement, whole, self._affordable(seconds), drift)

    def _affordable(self, seconds: float) -> Sequence[Future]:
        futures = self._ground.futures
        count = min(len(futures), max(FEWEST, int(SECONDS / max(seconds, 1e-9))))
        return futures[:count]

    def _in_other_futures(
        self,
        statement: Statement,
        whole: Mapping[str, Any],
        futures: Sequence[Future],
        drift: tuple[int | None, ...],
    ) -> Verdict:
        failed: list[StrategyFailed] = []
        for number, future in enumerate(futures):
            try:
                row = self._changed(statement, whole, future)
            except StrategyFailed as error:
                failed.append(error)
                continue
            if row is not None:
                caught = Caught(row, future.cut, future.kind)
                return Verdict(number + 1, len(failed), caught, drift=drift)
        failure = failed[-1] if failed and len(failed) == len(futures) else None
        return Verdict(len(futures), len(failed), failure=failure, drift=drift)

    def _changed(
        self, statement: Statement, whole: Mapping[str, Any], future: Future
    ) -> int | None:
        """The first row before the cut about which the statement says something else."""
        space = self._in(future, statement.needs)
        said = self._run(statement, space)
        rows = {
            name: self._rows_known(name, value, said[name], future, space)
            for name, value in whole.items()
        }
        found = [
            self._differs({name: said[name]}, {name: whole[name]}, rows[name]) for name in rows
        ]
        return min((row for row in found if row is not None), default=None)

    def _rows_known(
        self, name: str, whole: Any, said: Any, future: Future, space: Mapping[str, Any]
    ) -> int:
        """How many rows of a value the future cannot have changed."""
        if isinstance(whole, Mapping):
            return future.complete(said)
        return future.complete(space[self._longer[name]]) if name in self._longer else future.cut

    def _differs(self, said: Mapping[str, Any], whole: Mapping[str, Any], rows: int) -> int | None:
        found = [
            _first_difference(value, said[name], rows, self._ground.rows)
            for name, value in whole.items()
        ]
        return min((row for row in found if row is not None), default=None)

    def _in(self, future: Future, needs: frozenset[str]) -> dict[str, Any]:
        """The names that a statement may read, in another future."""
        bars = OtherBars(self._ground.bars, future)
        space: dict[str, Any] = {**self._names, self._function.argument: bars}
        tables = {self._longer[name] for name in needs if name in self._longer}
        tables |= {name for name in needs if name in self._makers}
        for table in sorted(tables):
            space.update(self._run(self._makers[table], space))
        for name in needs - tables:
            value = self._space[name]
            if name in self._longer:
                space[name] = future.of_longer(value, space[self._longer[name]])
            else:
                space[name] = future.of(value)
        return space

    def _run(self, statement: Statement, space: Mapping[str, Any]) -> dict[str, Any]:
        """What the statement makes of the names in `space`, which stays as it is."""
        own = dict(space)
        with strategy_failures(self._code), np.errstate(all="ignore"):
            exec(statement.run, own)
        return {name: own[name] for name in statement.digests}

    def _note_calendars(self, statement: Statement, made: Mapping[str, Any]) -> None:
        """Remember what has a row a longer bar, and how those are made."""
        tables = [name for name in statement.needs if name in self._makers]
        tables += [self._longer[name] for name in statement.needs if name in self._longer]
        for name, value in made.items():
            if isinstance(value, Mapping):
                self._makers[name] = statement
            elif tables and np.ndim(value) and len(value) != self._ground.rows:
                self._longer[name] = tables[0]

    # ------------------------------------------------------------------ later starts

    def _drift(self, statement: Statement, whole: Mapping[str, Any]) -> tuple[int | None, ...]:
        """How long a later start of the data is felt, at its worst, for each tolerance."""
        worst: list[int | None] = [0] * len(SETTLED)
        for skipped, space in self._late.items():
            try:
                made = self._run(statement, space)
            except StrategyFailed:
                space.update({name: self._cut_late(whole[name], skipped) for name in whole})
                continue
            space.update(made)
            for number, tolerance in enumerate(SETTLED):
                felt = [
                    _felt(self._cut_late(whole[name], skipped), made[name], tolerance)
                    for name in whole
                    if np.ndim(whole[name]) and len(whole[name]) == self._ground.rows
                ]
                worst[number] = _longest([worst[number], *felt])
        return tuple(worst)

    def _cut_late(self, value: Any, skipped: int) -> Any:
        has_rows = np.ndim(value) and len(value) == self._ground.rows
        return value[skipped:] if has_rows else value

    def _drop(self, statement: Statement, number: int, readers: Mapping[str, int]) -> None:
        """Let go of what nobody reads any more, but for longer bars, which are made again."""
        for name in (*statement.needs, *statement.digests):
            if readers.get(name, number) <= number and name not in self._makers:
                for space in (self._space, *self._late.values()):
                    space.pop(name, None)


def _first_difference(whole: Any, said: Any, rows: int, calendar: int) -> int | None:
    if isinstance(whole, Mapping):
        parts = [name for name in whole if name != LAST_COMPLETE]
        found = [_first_difference(whole[n], said[n], rows, calendar) for n in parts]
        return min((row for row in found if row is not None), default=None)
    if np.ndim(whole) == 0 or np.ndim(said) == 0:
        return None if np.array_equal(whole, said, equal_nan=True) else 0
    return first_difference(np.asarray(whole)[:rows], np.asarray(said)[:rows], TOLERANCE)


def _felt(whole: Any, late: Any, tolerance: float) -> int | None:
    """After how many rows two arrays agree for good; None if they do not."""
    if np.ndim(late) == 0 or len(late) == 0:
        return 0
    rows = differing_rows(np.asarray(whole), np.asarray(late), tolerance)
    felt = int(rows[-1]) + 1 if len(rows) else 0
    return felt if felt <= SETTLED_ROWS * len(late) else None


def _longest(felt: Sequence[int | None]) -> int | None:
    """The longest of some drifts, of which None is for ever."""
    known = [one for one in felt if one is not None]
    return max(known) if len(known) == len(felt) else None
