"""Negative controls: markets in which nobody can earn. Who still does knows the future.

1. Shuffled returns: the moves overnight and during bars in random order, without drift.
2. Random walk: a fair game with the same volatility.
3. Shifted signal: the decisions of the real bars, moved round the calendar by a random number of
   bars, at least a tenth of all, on the real prices without drift.

All are traded without any cost, for then the expected return of every strategy that does not look
ahead is exactly 0 in the first two, whatever it does and however it sizes; costs would hide a small
leak. Stops are left out of the first and the third: inside real bars they need not be fair.

The verdict is a one-sided test a control at a third of `ERROR`: for the first two of the mean total
return over the paths (t-test: paths are independent), for the third of the mean Sharpe ratio over
the shifts (against the standard error of a single one: shifts of the same bars are not independent,
so it accuses less often than it may). So a pipeline that does not leak is accused in at most about
`ERROR` of all checks. A leak too small for these paths is not seen: `detectable`
says what would be.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.resampling import altered_bars
from alphintra_desktop.research.resampling.costs import with_costs
from alphintra_desktop.research.resampling.paths import Paths, Work
from alphintra_desktop.research.resampling.reruns import Rerun, fewer, spreads
from alphintra_desktop.research.resampling.seeding import generator
from alphintra_desktop.research.resampling.subject import Subject, Trader
from alphintra_desktop.simulation.rules import Decisions, Rules
from alphintra_desktop.simulation.simulated import Prices

ERROR = 0.01
TESTS = 3
LEAST_SHIFT = 0.1  # of all bars
TITLES = {
    "shuffled": "Shuffled returns",
    "random_walk": "Random walk",
    "shifted": "Shifted signal",
}


def shuffled_bars(bars: Bars, chance: np.random.Generator, _: float) -> Bars:
    """`altered_bars.shuffled` as `Rerun` calls it."""
    return altered_bars.shuffled(bars, chance)


def walked_bars(bars: Bars, chance: np.random.Generator, _: float) -> Bars:
    """`altered_bars.random_walk` as `Rerun` calls it."""
    return altered_bars.random_walk(bars, chance)


def without_stops(rules: Rules) -> Rules:
    """The same rules without stops and targets."""
    return rules._replace(has_stop_loss=False, has_take_profit=False, has_trailing_stop=False)


def controls(subject: Subject, asked: Paths) -> dict[str, Any]:
    """Run the controls and give the verdict: see the format in `stress`."""
    free = with_costs(subject.rules, 0.0)._replace(has_events=False)
    bare, count = without_stops(free), fewer(asked)
    works: dict[str, Work] = {
        "shuffled": Rerun(shuffled_bars, 0.0, asked.seed, "shuffled", bare),
        "random_walk": Rerun(walked_bars, 0.0, asked.seed, "random walk", free),
        "shifted": Shifted(asked.seed, bare),
    }
    year = subject.rules.bars_per_year
    found = {}
    for number, (name, work) in enumerate(works.items()):
        told = asked.within(number, len(works))
        measured = told.measured(work, subject, f"Control: {TITLES[name].lower()}", count)
        judged = _of_shifts(measured, subject.bars.count, year) if name == "shifted" else None
        found[name] = {
            "title": TITLES[name],
            **(judged or _of_paths(measured)),
            **spreads(measured, subject.base),
        }
    return {"paths": count, "error_rate": ERROR, "controls": found, **_verdict(found)}


@dataclass(frozen=True)
class Shifted:
    """The work of the third control."""

    seed: int
    rules: Rules

    def prepared(self, subject: Subject) -> Callable[[int], Floats]:
        """The four measures of a shift, by its number."""
        trader, decisions = Trader(without_drift(subject.bars)), subject.decisions
        count = subject.bars.count
        least = max(1, int(count * LEAST_SHIFT))

        def measures(number: int) -> Floats:
            chance = generator(self.seed, "shifted", number)
            by = int(chance.integers(least, count - least + 1))
            return np.array(trader.measures(self.rules, moved_round(decisions, by)))

        return measures


def moved_round(decisions: Decisions, by: int) -> Decisions:
    """Every decision so many bars later; what falls off the end comes first."""
    return Decisions._make(np.roll(values, by, axis=0) for values in decisions)


def without_drift(bars: Bars) -> Prices:
    """The prices with the mean return of each symbol taken out of every bar."""
    bars = bars.adjusted()
    moves = bars["close"] / altered_bars.closes_before(bars)
    mean = np.array([_mean(column[np.isfinite(column)]) for column in moves.T])
    fall = mean ** -np.arange(bars.count, dtype=float)[:, None]
    # The open lies a bar's move before the close, all but the night.
    prices = {name: bars[name] * fall for name in ("open", "high", "low", "close")}
    return Prices(**prices, split=bars["split"], dividend=bars["dividend"])


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 1.0


# ------------------------------------------------------------------------- the verdict


def _of_paths(measured: Floats) -> dict[str, Any]:
    returns = measured[:, Measures._fields.index("total_return")]
    known = returns[np.isfinite(returns)]
    if len(known) < 2 or not known.std() > 0.0:
        return _judged(0.0, 0.0, "total_return")
    return _judged(
        float(known.mean()), float(known.std(ddof=1) / math.sqrt(len(known))), "total_return"
    )


def _of_shifts(measured: Floats, bars: int, bars_per_year: float) -> dict[str, Any]:
    sharpes = measured[:, Measures._fields.index("sharpe")]
    known = sharpes[np.isfinite(sharpes)]
    if len(known) == 0:
        return _judged(0.0, 0.0, "sharpe")
    return _judged(float(known.mean()), math.sqrt(bars_per_year / max(bars - 1, 1)), "sharpe")


def _judged(mean: float, error: float, of: str) -> dict[str, Any]:
    score = mean / error if error > 0.0 else 0.0
    limit = NormalDist().inv_cdf(1.0 - ERROR / TESTS)
    return {
        "tested": of,
        "mean": mean,
        "standard_error": error,
        "p_value": math.erfc(score / math.sqrt(2.0)) / 2.0 if error > 0.0 else math.nan,
        "detectable": limit * error,
        "earns": score > limit,
    }


def _verdict(found: dict[str, Any]) -> dict[str, Any]:
    earning = [one["title"].lower() for one in found.values() if one["earns"]]
    idle = all(math.isnan(one["p_value"]) for one in found.values())
    if earning:
        said = (
            f"It still earns on: {', '.join(earning)}. The pipeline leaks: something in it knows "
            f"the future. Of pipelines that do not, at most about {ERROR:.0%} are accused."
        )
    elif idle:
        said = "It does not trade in the controls, so they say nothing."
    else:
        walk = found["random_walk"]
        said = (
            "It earns nothing where nothing can be earned: no leak is seen. A leak worth more than "
            f"{walk['detectable']:.1%} over the whole random walk would be; of pipelines that do "
            f"not leak, at most about {ERROR:.0%} are accused."
        )
    verdict = "leaks" if earning else "unknown" if idle else "clean"
    return {"verdict": verdict, "said": [said]}
