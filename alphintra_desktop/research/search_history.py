"""All trials of a study by their points, and how a trial that was measured becomes a record."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.search_constraints import Constraints
from alphintra_desktop.research.search_measuring import Measured
from alphintra_desktop.research.search_space import Point
from alphintra_desktop.research.studies import (
    DONE,
    PRUNED,
    SEARCHED,
    UNBUILT,
    Generation,
    TrialRecord,
)


class History:
    """What is known of a study's trials."""

    def __init__(self, objectives: Sequence[str], constraints: Constraints) -> None:
        self._objectives = [Measures._fields.index(name) for name in objectives]
        self._constraints = constraints
        self._worst = [0.0] * len(objectives)
        self._of_point: dict[Point, TrialRecord] = {}
        self.generations: list[Generation] = []
        self.trials: list[TrialRecord] = []
        self.asked: list[TrialRecord] = []  # those of the sampler, in order

    def add(self, generation: Generation) -> None:
        """Take in what is kept."""
        self.generations.append(generation)
        for trial in generation.trials:
            self.trials.append(trial)
            if trial.repeats is None or self._is_more(trial):
                self._of_point[trial.point] = trial
            if trial.kind == SEARCHED:
                self.asked.append(trial)
                self._worst = [min(pair) for pair in zip(self._worst, trial.told, strict=True)]

    @property
    def seconds(self) -> float:
        """How long the search has worked until the last generation that is kept."""
        return self.generations[-1].seconds if self.generations else 0.0

    @property
    def mark(self) -> int:
        """How long the sampler's journal was with the last generation that it was asked for."""
        return self.generations[-1].mark if self.generations else 0

    def measured(self) -> list[TrialRecord]:
        """Every point that was tried once: no repeats."""
        return list(self._of_point.values())

    def new(self, points: Iterable[Point]) -> list[Point]:
        """Those of some points that were not tried yet, each once."""
        return list(dict.fromkeys(point for point in points if point not in self._of_point))

    def values(self, place: int = 0) -> dict[Point, float]:
        """An objective of every point that was measured to the end; NaN where it does not count."""
        column = self._objectives[place]
        return {
            point: trial.measures[column] if trial.measures and trial.is_feasible else math.nan
            for point, trial in self._of_point.items()
            if trial.state != PRUNED
        }

    def of(self, point: Point) -> TrialRecord:
        """The trial that measured a point."""
        return self._of_point[point]

    def _is_more(self, trial: TrialRecord) -> bool:
        """Whether it was measured to the end where the one before had been given up."""
        return self._of_point[trial.point].state == PRUNED and trial.state != PRUNED

    # ------------------------------------------------------------------- new records

    def record(
        self, kind: str, point: Point, found: Measured | None, folds: tuple[float, ...]
    ) -> TrialRecord:
        """A trial with what it came to, None where it was given up. Numbered and told later."""
        if found is None:
            return TrialRecord(0, kind, point, PRUNED, folds=folds)
        if isinstance(found, str):
            return TrialRecord(0, kind, point, UNBUILT, folds=folds, message=found)
        results = dict(zip(Measures._fields, found, strict=True))
        violations = self._constraints.violations(point, results)
        return TrialRecord(0, kind, point, DONE, tuple(found), folds, violations)

    def numbered(
        self, kind: str, points: Sequence[Point], fresh: Mapping[Point, TrialRecord]
    ) -> tuple[TrialRecord, ...]:
        """A trial for each point in order: the fresh ones, and repeats of those known."""
        worst, first = self._worst_with(fresh.values()), len(self.trials)
        seen: dict[Point, TrialRecord] = {}
        records = []
        for number, point in enumerate(points, start=first):
            before = seen.get(point) or self._of_point.get(point)
            source = fresh[point] if point in fresh and point not in seen else before
            assert source is not None
            record = replace(source, number=number, kind=kind)
            if before is not None:
                record = replace(record, repeats=before.number)
            record = replace(record, told=self._told(record, worst))
            seen.setdefault(point, record)
            records.append(record)
        return tuple(records)

    def _worst_with(self, fresh: Iterable[TrialRecord]) -> list[float]:
        rows = [self._worst, *(self._values(one) for one in fresh if one.measures is not None)]
        return [min(v for v in column if math.isfinite(v)) for column in zip(*rows, strict=True)]

    def _values(self, trial: TrialRecord) -> list[float]:
        assert trial.measures is not None
        return [trial.measures[column] for column in self._objectives]

    def _told(self, trial: TrialRecord, worst: Sequence[float]) -> tuple[float, ...]:
        """The objectives; the worst that was seen where a trial does not count."""
        if not trial.is_feasible:
            return tuple(worst)
        values = zip(self._values(trial), worst, strict=True)
        return tuple(value if math.isfinite(value) else least for value, least in values)
