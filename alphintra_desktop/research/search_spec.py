"""What a search is asked, as text and numbers that JSON can hold and that a study keeps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.runs.canonical import value_hash

SAMPLERS = ("grid", "random", "tpe", "gp", "cma-es", "nsga-ii")
METRICS = ("sharpe", "total_return", "max_drawdown")  # of each of them, more is better
PLATEAU, PEAK = "plateau", "peak"
GENERATION = 16  # trials that are asked for together, however many processes measure them
TRIALS = 200  # where neither trials nor seconds are given
MOST_FOLDS = 20


@dataclass(frozen=True)
class SearchSpec:
    """A search. `axes` are node id, param and values as text; none are all that is tunable.

    `trials` and `seconds` are budgets, None for none; both None are 200 trials. With `folds` above
    1, time is cut into so many windows, and a trial that is bad on the early ones is not measured
    further. `prefer` says what wins: the best neighbourhood (`plateau`) or the best trial (`peak`).
    """

    graph: str
    axes: tuple[tuple[str, str, str], ...] = ()
    where: str = "the graph"
    sampler: str = "tpe"
    objectives: tuple[str, ...] = ("sharpe",)
    constraints: tuple[str, ...] = ()
    trials: int | None = None
    seconds: float | None = None
    seed: int = 0
    folds: int = 1
    prefer: str = PLATEAU
    ignore_quality: bool = False
    top: int = 10

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise AlphintraError("The seed is negative.", hint="Give a whole number from 0 on.")
        if self.sampler not in SAMPLERS:
            raise AlphintraError(
                f"There is no sampler '{self.sampler}'.",
                hint=f"Choose one of: {', '.join(SAMPLERS)}.",
            )
        self._check_objectives()
        self._check_budgets()
        if self.prefer not in (PLATEAU, PEAK):
            raise AlphintraError(
                f"A search cannot prefer '{self.prefer}'.", hint=f"Choose {PLATEAU} or {PEAK}."
            )

    def _check_objectives(self) -> None:
        for name in self.objectives or ("",):
            if name not in METRICS or self.objectives.count(name) > 1:
                raise AlphintraError(
                    f"A search cannot have the objectives '{', '.join(self.objectives)}'.",
                    hint=f"Name one or more of these once: {', '.join(METRICS)}.",
                )
        if len(self.objectives) > 1 and self.sampler in ("cma-es", "gp"):
            raise AlphintraError(
                f"The sampler {self.sampler} has one objective, not {len(self.objectives)}.",
                hint="Take nsga-ii or tpe for several objectives.",
            )
        if len(self.objectives) > 1 and self.folds > 1:
            raise AlphintraError(
                "Trials with several objectives cannot be given up on early folds.",
                hint="Leave out the folds, or search for one objective.",
            )

    def _check_budgets(self) -> None:
        if self.trials is not None and self.trials < 1:
            raise AlphintraError("A search needs trials.", hint="Ask for at least 1 trial.")
        if self.seconds is not None and not 0.0 < self.seconds < math.inf:
            raise AlphintraError("A search needs time.", hint="Give a number of seconds above 0.")
        if not 1 <= self.folds <= MOST_FOLDS:
            raise AlphintraError(
                f"A search cannot have {self.folds} folds.",
                hint=f"Take 1 for none, and at most {MOST_FOLDS}.",
            )

    @property
    def most_trials(self) -> int | None:
        """How many trials may be asked for; None where only time ends the search."""
        return TRIALS if self.trials is None and self.seconds is None else self.trials

    def arguments(self) -> dict[str, Any]:
        """The spec as a job's JSON arguments."""
        return asdict(self)

    @property
    def fingerprint(self) -> str:
        """The same for searches that try the same things in the same order, however long."""
        left_out = ("where", "trials", "seconds", "top", "prefer", "ignore_quality")
        return value_hash({n: v for n, v in self.arguments().items() if n not in left_out})[:16]


def spec_of(arguments: Mapping[str, Any]) -> SearchSpec:
    """The spec of a job's arguments, in which JSON has made lists of all tuples."""
    tuples = {
        "axes": tuple((node, param, text) for node, param, text in arguments.get("axes", ())),
        "objectives": tuple(arguments.get("objectives", ("sharpe",))),
        "constraints": tuple(arguments.get("constraints", ())),
    }
    return SearchSpec(**{**arguments, **tuples})
