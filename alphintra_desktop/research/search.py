"""A search: trials that a sampler chooses, kept in a study, until a budget is used up.

1. The sampler is asked for a generation of trials: as many whatever measures them, so that the same
   seed gives the same study on one process and on many.
2. They are measured; those whose early folds are bad are given up (`research.search_pruning`).
3. The generation is counted in the ledger, and then kept: one line, after which its trials are
   tried. The sampler is told of them, in order, when it is asked for the next one.
4. When the budget is used up, the neighbours of the best trials are measured, until the best
   neighbourhood is known as a whole. They are trials like all others.

A search that is cancelled or killed goes on from the last generation that was kept.
"""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from alphintra_desktop.backtest.data_findings import fit_to_run
from alphintra_desktop.backtest.run import load_data
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.report import Report
from alphintra_desktop.research.executors.dealing import Staff
from alphintra_desktop.research.grid import Grid
from alphintra_desktop.research.plateau import nearly_best
from alphintra_desktop.research.points import Points
from alphintra_desktop.research.sampler_choice import sampler_of
from alphintra_desktop.research.samplers import Journal
from alphintra_desktop.research.search_constraints import Constraints
from alphintra_desktop.research.search_history import History
from alphintra_desktop.research.search_measuring import (
    Measured,
    TrialWork,
    spans_of,
)
from alphintra_desktop.research.search_plateau import (
    Neighbourhood,
    Neighbourhoods,
    best_neighbourhoods,
)
from alphintra_desktop.research.search_pruning import Pruning
from alphintra_desktop.research.search_space import Point, number_of, space_of
from alphintra_desktop.research.search_spec import GENERATION, PLATEAU, SearchSpec
from alphintra_desktop.research.splits import Span
from alphintra_desktop.research.studies import (
    JOURNAL,
    NEIGHBOUR,
    SEARCHED,
    Generation,
    Study,
    TrialRecord,
)

STALE = 20  # generations without a new point: there are hardly any left
MOST_BOXES = 20  # neighbourhoods that are measured after the search
LOOKED_AT = 500  # of the best trials, to find the best neighbourhood

Count = Callable[[Generation], None]


@dataclass(frozen=True)
class SearchGround:
    """What is searched, checked and loaded: the drawing, the space, what is allowed, the bars."""

    spec: SearchSpec
    graph: Graph
    space: Grid
    constraints: Constraints
    points: Points
    loaded: LoadedBars

    @property
    def work(self) -> TrialWork:
        """What workers measure trials by."""
        adjusted = self.points.data.adjusted
        bars = self.loaded.bars.adjusted() if adjusted else self.loaded.bars
        return TrialWork(self.graph, self.space, bars)

    @property
    def hashes(self) -> dict[str, str]:
        """A hash for each series, and for each table of events."""
        loaded = self.loaded
        series = {f"{symbol} {loaded.timeframe}": sha for symbol, sha in loaded.sha256.items()}
        return {**series, **loaded.events}

    @property
    def data(self) -> dict[str, str]:
        """Which bars these are: the hashes, and how far they reach, which a holdout changes."""
        stamps = self.loaded.bars.timestamps
        return {**self.hashes, "bars": f"{len(stamps)} from {stamps[0]} to {stamps[-1]}"}


def search_ground(spec: SearchSpec, report: Report) -> SearchGround:
    """Check all that a spec asks for, and load the bars. Raises `AlphintraError`."""
    graph = graph_from_text(spec.graph, spec.where)
    space = space_of(graph, spec.axes)
    constraints = Constraints(space, spec.constraints)
    points = Points(graph, space)
    loaded = fit_to_run(load_data(generate(graph)), report, ignore_quality=spec.ignore_quality)
    spans_of(loaded.bars.count, spec.folds)
    return SearchGround(spec, graph, space, constraints, points, loaded)


class Search:
    """One search while it goes on, or goes on again. The study is held meanwhile."""

    def __init__(
        self, ground: SearchGround, study: Study, workers: Staff, report: Report, count: Count
    ) -> None:
        """`count` is given every generation before it is kept, and those kept before again."""
        spec = ground.spec
        self._spec, self._study, self._report, self._count = spec, study, report, count
        self._started = time.perf_counter()
        self._workers = workers
        *early, self._whole = spans_of(ground.loaded.bars.count, spec.folds)
        self._space = ground.space
        self._neighbourhoods = Neighbourhoods(ground.space, ground.constraints.allows)
        self._pruning = Pruning(spec.objectives[0], early)
        self.history = History(spec.objectives, ground.constraints)
        self._seconds_before = 0.0
        for generation in study.generations():
            count(generation)
            self._take_in(generation)
        journal = Journal(study.folder / JOURNAL, self.history.mark)
        self._sampler = sampler_of(spec, ground.space, ground.constraints.allows, journal)
        self._seconds_before = self.history.seconds
        self._fresh, self._doing = 0, "Searching"
        self.ended_by = ""

    def run(self) -> None:
        """Go on until a budget is used up. Raises `Cancelled`."""
        while not self._is_over():
            self._search_a_generation()
        if self._spec.prefer == PLATEAU:
            self._look_around()

    @property
    def seconds(self) -> float:
        """How long the search has worked, earlier times included."""
        return self._seconds_before + time.perf_counter() - self._started

    def neighbourhoods(self) -> list[Neighbourhood]:
        """What is known around the best trials, the best neighbourhood first."""
        values = self.history.values()
        best = heapq.nlargest(LOOKED_AT, _known(values), key=lambda point: values[point])
        return [self._neighbourhoods.around(point, values) for point in best]

    def peak(self) -> Neighbourhood | None:
        """The best trial, the first of equal ones; None where none has a number."""
        values = self.history.values()
        points = _known(values)
        if not points:
            return None
        best = points[nearly_best([values[point] for point in points])[0]]
        return self._neighbourhoods.around(best, values)

    def plateau(self) -> Neighbourhood | None:
        """The trial with the best neighbourhood of those that are known as a whole."""
        whole = [one for one in self.neighbourhoods() if not one.missing]
        return next(iter(best_neighbourhoods(whole, 1)), None)

    # ------------------------------------------------------------------- going on

    def _is_over(self) -> bool:
        asked, spec = len(self.history.asked), self._spec
        if spec.most_trials is not None and asked >= spec.most_trials:
            self.ended_by = "trials"
        elif spec.seconds is not None and self.seconds >= spec.seconds:
            self.ended_by = "seconds"
        elif self._is_stale():
            self.ended_by = "exhausted"
        return bool(self.ended_by)

    def _is_stale(self) -> bool:
        last = self.history.asked[-STALE * GENERATION :]
        return len(last) == STALE * GENERATION and all(t.repeats is not None for t in last)

    def _search_a_generation(self) -> None:
        asked = self.history.asked
        most = self._spec.most_trials
        count = GENERATION if most is None else min(GENERATION, most - len(asked))
        points = self._sampler.ask(count, asked)
        if not points:
            self.ended_by = "exhausted"
            return
        new = self.history.new(points)
        self._keep(SEARCHED, points, self._measured(SEARCHED, new, self._pruning))
        self._tell_best()

    def _look_around(self) -> None:
        """Measure around the best trial, then around whatever has the best neighbourhood."""
        self._doing = "Measuring neighbours"
        for _ in range(MOST_BOXES - self._boxes()):
            peak = self.peak()
            best = [one for one in (peak,) if one is not None and one.missing]
            best = best or best_neighbourhoods(self.neighbourhoods(), 1)
            if not best or not best[0].missing:
                return
            missing = list(best[0].missing)
            self._keep(NEIGHBOUR, missing, self._measured(NEIGHBOUR, missing, Pruning.none()))

    def _boxes(self) -> int:
        """How many neighbourhoods were measured since the sampler was last asked."""
        kinds = [line.trials[0].kind for line in self.history.generations]
        return next((n for n, kind in enumerate(reversed(kinds)) if kind == SEARCHED), len(kinds))

    # ------------------------------------------------------------------ a generation

    def _measured(
        self, kind: str, points: Sequence[Point], pruning: Pruning
    ) -> dict[Point, TrialRecord]:
        by_number = {number_of(self._space, point): point for point in points}
        early = pruning.thinned(list(by_number), self._measure)
        whole = self._measure(self._whole, early.going)
        found = {**dict(zip(early.going, whole, strict=True)), **early.failed}
        return {
            point: self.history.record(kind, point, found.get(number), early.folds[number])
            for number, point in by_number.items()
        }

    def _measure(self, span: Span, numbers: Sequence[int]) -> list[Measured]:
        payloads = [(span, number) for number in numbers]
        self._fresh = 0
        self._tell_progress()
        return self._workers.map(payloads, self._report, self._one_measured)

    def _one_measured(self, number: int, found: Measured) -> None:
        self._fresh += 1
        self._tell_progress()

    def _keep(self, kind: str, points: Sequence[Point], fresh: Mapping[Point, TrialRecord]) -> None:
        trials = self.history.numbered(kind, points, fresh)
        number = len(self.history.generations)
        generation = Generation(number, self.seconds, self._sampler.mark, trials)
        self._count(generation)
        self._study.append(generation)
        self._take_in(generation)

    def _take_in(self, generation: Generation) -> None:
        self.history.add(generation)
        fresh = [trial for trial in generation.trials if trial.repeats is None]
        self._pruning.learn([trial.folds for trial in fresh if trial.kind == SEARCHED])

    # ----------------------------------------------------------------- how far it is

    def _tell_progress(self) -> None:
        asked, spec = len(self.history.asked) + self._fresh, self._spec
        shares = [(asked, most) for most in (spec.most_trials,) if most]
        shares += [(int(self.seconds), int(s) or 1) for s in (spec.seconds,) if s]
        done, total = max(shares, key=lambda share: share[0] / share[1])
        self._report.progress(min(done, total), of=total, doing=self._doing)

    def _tell_best(self) -> None:
        peak = self.peak()
        if peak is not None:
            name = f"best {self._spec.objectives[0]}"
            self._report.measure(name, peak.value, step=len(self.history.asked))


def _known(values: Mapping[Point, float]) -> list[Point]:
    return [point for point, value in values.items() if math.isfinite(value)]
