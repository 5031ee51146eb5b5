"""Optuna's samplers, behind one door; nothing else speaks to Optuna.

1. What Optuna knows lies in a journal file in the study's folder. Trials of a generation are asked
   for one after the other, then measured elsewhere, then told in order.
2. With every generation that is kept, the study keeps how long the journal was when all of it had
   been asked for. A search that goes on after a kill cuts the journal off there.
3. Every trial is asked for by a sampler of its own, whose seed follows from the study's seed and
   the trial's number. So what is asked for again after a kill is the same.
4. A point that the constraints on params forbid is told at once, as the worst there is and as one
   that breaks a constraint, and another one is asked for; after `TRIES` in a row, one that is
   allowed is drawn at random.

Params are numbered by their places on the axes.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from optuna.storages import JournalStorage
from optuna.storages.journal import BaseJournalBackend
from optuna.trial import FrozenTrial, TrialState

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.research.grid import Grid
from alphintra_desktop.research.samplers import Allows, Journal, drawn
from alphintra_desktop.research.search_space import Point
from alphintra_desktop.research.search_spec import GENERATION, SearchSpec
from alphintra_desktop.research.studies import PRUNED, TrialRecord

NAME = "study"
KEPT = "constraints"
TRIES = 50


class OptunaSampler:
    """A `research.samplers.Sampler` of Optuna's."""

    def __init__(self, spec: SearchSpec, space: Grid, allows: Allows, journal: Journal) -> None:
        """Raises `AlphintraError` where the sampler wants what is not installed."""
        if spec.sampler == "gp" and find_spec("torch") is None:
            raise AlphintraError(
                "The sampler gp needs PyTorch, which is not installed.",
                hint="Install it with `pip install 'alphintra-desktop[deep]'`, or take tpe.",
            )
        self._spec, self._space, self._allows = spec, space, allows
        self._axes, self._journal = _distributions(space), journal.path
        _cut_off(journal)
        self._worst = [0.0] * len(spec.objectives)
        with _quietly():
            self._study = optuna.create_study(
                storage=JournalStorage(_JournalLines(journal.path)),
                study_name=NAME,
                directions=["maximize"] * len(spec.objectives),
                load_if_exists=True,
            )

    @property
    def mark(self) -> int:
        """See `research.samplers.Sampler`."""
        with self._journal.open("rb") as file:
            os.fsync(file.fileno())
            return file.seek(0, os.SEEK_END)

    def ask(self, count: int, known: Sequence[TrialRecord]) -> list[Point]:
        """See `research.samplers.Sampler`."""
        self._worst = [
            min(values) for values in zip(self._worst, *(t.told for t in known), strict=True)
        ]
        with _quietly():
            asked = [trial for trial in self._trials() if self._allows(self._point(trial))]
            for trial, record in zip(asked, known, strict=True):
                if trial.state is TrialState.RUNNING:
                    self._tell(trial.number, record)
            return [self._allowed() for _ in range(count)]

    # ------------------------------------------------------------------ asking

    def _allowed(self) -> Point:
        for _ in range(TRIES):
            trial = self._one_more()
            point = self._point(trial)
            if self._allows(point):
                return point
            trial.set_constraint(KEPT, 1.0)
            self._study.tell(trial, self._worst)
        point = drawn(self._spec.seed, self._count(), self._space, self._allows)
        self._study.enqueue_trial(dict(zip(self._axes, point, strict=True)))
        self._one_more()
        return point

    def _one_more(self) -> optuna.Trial:
        self._study.sampler = self._sampler(self._count())
        return self._study.ask(dict(self._axes))

    # ------------------------------------------------------------------ telling

    def _tell(self, number: int, record: TrialRecord) -> None:
        live = optuna.trial.Trial(self._study, self._trials()[number]._trial_id)
        over = sum(max(violation, 0.0) for violation in record.violations)
        live.set_constraint(KEPT, over)
        self._study.sampler = self._sampler(number)
        if record.state == PRUNED and len(self._spec.objectives) == 1:
            live.report(float(np.mean(record.folds)), len(record.folds))
            self._study.tell(number, state=TrialState.PRUNED)
        else:
            self._study.tell(number, list(record.told))

    # ------------------------------------------------------------------- its memory

    def _trials(self) -> list[FrozenTrial]:
        return list(self._study.get_trials(deepcopy=False))

    def _count(self) -> int:
        return len(self._trials())

    def _point(self, trial: FrozenTrial | optuna.Trial) -> Point:
        return tuple(int(trial.params[name]) for name in self._axes)

    def _sampler(self, number: int) -> Any:
        samplers = optuna.samplers
        seed = int(np.random.SeedSequence([self._spec.seed, number]).generate_state(1)[0])
        match self._spec.sampler:
            case "tpe":
                return samplers.TPESampler(seed=seed, multivariate=True, constant_liar=True)
            case "gp":
                return samplers.GPSampler(seed=seed, deterministic_objective=True)
            case "cma-es":
                return samplers.CmaEsSampler(
                    seed=seed,
                    popsize=GENERATION,
                    with_margin=True,
                    consider_pruned_trials=True,
                    warn_independent_sampling=False,
                )
        return samplers.NSGAIISampler(seed=seed, population_size=GENERATION)


class _JournalLines(BaseJournalBackend):
    """The format of Optuna's own journal file, for whoever holds the study, and so has it alone.

    What is written is read from memory, and the disk confirms it once a generation.
    """

    def __init__(self, path: Path) -> None:
        path.touch()
        self._path = path
        self._logs = [json.loads(line) for line in path.read_bytes().splitlines()]

    def read_logs(self, log_number_from: int) -> Iterator[dict[str, Any]]:
        """All logs from a number on."""
        return iter(self._logs[log_number_from:])

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        """Add some logs."""
        lines = [json.dumps(log, separators=(",", ":")) for log in logs]
        with self._path.open("ab") as file:
            file.write("".join(f"{line}\n" for line in lines).encode())
        self._logs += (json.loads(line) for line in lines)


def _distributions(space: Grid) -> Mapping[str, BaseDistribution]:
    return {
        f"{axis.node}.{axis.param}": IntDistribution(0, len(axis.values) - 1)
        if axis.is_ordered
        else CategoricalDistribution(tuple(range(len(axis.values))))
        for axis in space.axes
    }


def _cut_off(journal: Journal) -> None:
    """Forget what was asked for after the last generation that is kept."""
    length = journal.path.stat().st_size if journal.path.exists() else 0
    if length < journal.mark:
        raise AlphintraError(
            f"{journal.path} is damaged: its end is missing.",
            hint="Restore it from a backup, or begin a new search.",
        )
    if length > journal.mark:
        os.truncate(journal.path, journal.mark)


@contextmanager
def _quietly() -> Iterator[None]:
    """What is experimental in Optuna is our business, not the user's."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
