"""The integrity score: how much of a result can be believed, in parts that open their evidence.

Each part is a number from 0 to 1 by a formula that stands beside it, times its weight; the weights
add up to 100. What is unknown earns nothing and is said to be unknown: a strategy that was never
tested does not score as one that passed. A score of 60 of which 20 are unknown is "60, and up to
20 more". If something is known to look ahead, or the pipeline leaks, no other part means anything:
the score is 0.

Weights and bounds are judgements, not statistics; they are the same for every run, so that nobody
can choose them to please. The score is no probability.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Found = Mapping[str, Any]


class Judged(NamedTuple):
    """From 0 to 1, or None for unknown, and why in words."""

    value: float | None
    why: str


class Part(NamedTuple):
    """A part of the score. `evidence` is the place on the page, `judge` reads the findings."""

    name: str
    title: str
    weight: int
    formula: str
    evidence: str
    judge: Callable[[Found], Judged]


def integrity(found: Found) -> dict[str, Any]:
    """The score with all its parts: see the format in `findings`."""
    parts = [_part(part, found) for part in PARTS]
    ruling = [p["why"] for p in parts if p["name"] in RULING and p["value"] == 0.0]
    earned = sum(p["points"] for p in parts if p["points"] is not None)
    unknown = sum(p["weight"] for p in parts if p["points"] is None)
    return {
        "score": 0.0 if ruling else earned,
        "unknown": unknown,
        "out_of": sum(part.weight for part in PARTS),
        "ruled_out": ruling,
        "parts": parts,
    }


def _part(part: Part, found: Found) -> dict[str, Any]:
    value, why = part.judge(found)
    known = value is not None and math.isfinite(value)
    return {
        **{name: getattr(part, name) for name in ("name", "title", "weight", "formula")},
        "evidence": part.evidence,
        "value": value if known else None,
        "points": value * part.weight if known and value is not None else None,
        "why": why,
    }


def within(value: float) -> float:
    """The value, at least 0 and at most 1."""
    return min(max(value, 0.0), 1.0)


# --------------------------------------------------------------------------- the parts


def _luck(found: Found) -> Judged:
    deflated = found["tried"]["luck"]["deflated_sharpe"]
    if math.isnan(deflated):
        return Judged(0.0, "There is no Sharpe ratio.")
    trials = found["tried"]["trials"]
    many = "the first trial" if trials == 1 else f"{trials:,} trials"
    return Judged(deflated, f"{deflated:.2f} after {many} on this data.")


def _overfitting(found: Found) -> Judged:
    one = found["overfitting"]
    if math.isnan(one["probability"]):
        return Judged(None, one["unknown"] or "too few points or bars.")
    value = within(1.0 - 2.0 * one["probability"])
    return Judged(value, f"The probability of overfitting is {one['probability']:.0%}.")


def _test(found: Found, name: str, judge: Callable[[Found], Judged]) -> Judged:
    """Judge one of the stress tests, unless it was not done; without a profit it is 0."""
    part = found["kills"]["parts"].get(name)
    if part is None or part["skipped"]:
        return Judged(None, part["skipped"] if part else "it was not run")
    if not found["kills"]["base"]["sharpe"] > 0.0:
        return Judged(0.0, "The run has no positive Sharpe ratio that could survive anything.")
    return judge(part)


def _interval(found: Found) -> Judged:
    def judge(part: Found) -> Judged:
        share = part["metrics"]["sharpe"]["above_zero"]
        return Judged(within(2.0 * share - 1.0), f"It is above 0 on {share:.0%} of the paths.")

    return _test(found, "bootstrap", judge)


def _costs(found: Found) -> Judged:
    def judge(part: Found) -> Judged:
        multiple = part["break_even_multiple"]
        if not part["has_costs"]:
            return Judged(0.0, "The run has no costs.")
        if multiple is None:
            return Judged(0.0, "It earns nothing even without costs.")
        told = "beyond all that was tried" if multiple == math.inf else f"at {multiple:.2g} times"
        return Judged(within((multiple - 1.0) / 2.0), f"It breaks even {told} its costs.")

    return _test(found, "costs", judge)


def _delay(found: Found) -> Judged:
    def judge(part: Found) -> Judged:
        now, later = (one["sharpe"] for one in part["curve"][:2])
        return _kept(later, now, "one bar later")

    return _test(found, "delay", judge)


def _noise(found: Found) -> Judged:
    return _test(found, "noise", lambda part: _level(part, "level", "with noise of"))


def _jitter(found: Found) -> Judged:
    return _test(found, "jitter", lambda part: _level(part, "level", "with params moved by"))


def _level(part: Found, name: str, words: str) -> Judged:
    level = part["levels"][1]
    spread = level["sharpe"]
    return _kept(spread["p05"], spread["measured"], f"in one of twenty {words} {level[name]:.0%}")


def _kept(after: float, before: float, when: str) -> Judged:
    if not math.isfinite(after) or not before > 0.0:
        return Judged(0.0, f"There is no Sharpe ratio {when}.")
    return Judged(within(after / before), f"{after:.2f} {when}, and {before:.2f} as it was.")


def _entries(found: Found) -> Judged:
    def judge(part: Found) -> Judged:
        chance = part["p_value"]
        return Judged(within(1.0 - 2.0 * chance), f"Chance does as well in {chance:.0%} of draws.")

    return _test(found, "entries", judge)


def _spread(found: Found) -> Judged:
    best = found["lives"]["best_trades"]
    if math.isnan(best["share"]):
        return Judged(0.0, "There is no profit.")
    told = f"The best {best['count']} of {best['of']:,} trades made {best['share']:.0%} of it."
    return Judged(within(1.0 - best["share"]), told)


def _controls(found: Found) -> Judged:
    part = found["kills"]["parts"].get("controls")
    if part is None or part["skipped"] or part["verdict"] == "unknown":
        return Judged(None, "The controls say nothing about it.")
    leaks = part["verdict"] == "leaks"
    told = "It earns where nothing can be earned." if leaks else "It earns nothing there."
    return Judged(0.0 if leaks else 1.0, told)


def _causality(found: Found) -> Judged:
    one = found["causality"]
    if one["unknown"]:
        return Judged(None, one["unknown"])
    return Judged(0.0 if one["looks_ahead"] else 1.0, one["said"][0])


def _holdout(found: Found) -> Judged:
    one = found["holdout"]
    if one["unknown"]:
        return Judged(None, one["unknown"])
    return _kept(one["sharpe"], found["kills"]["base"]["sharpe"], "on data nobody had seen")


def _marks(found: Found) -> Judged:
    marks = [mark for mark in found["marks"] if not mark.startswith(NO_FAULTS)]
    return Judged(0.0 if marks else 1.0, " ".join(marks) or "The run has no marks.")


NO_FAULTS = ("HELD OUT", "HOLDOUT ")  # bars were held out, or opened for this strategy
RULING = ("controls", "causality")

PARTS = (
    Part(
        "luck",
        "Luck does not explain it",
        25,
        "the deflated Sharpe ratio",
        "tried",
        _luck,
    ),
    Part(
        "overfitting",
        "Its choice was no overfitting",
        10,
        "1 - 2 PBO, at least 0",
        "overfitting",
        _overfitting,
    ),
    Part(
        "interval",
        "Other orders of its bars earn too",
        5,
        "2 s - 1 with the share s of resampled Sharpe ratios above 0",
        "kills-bootstrap",
        _interval,
    ),
    Part(
        "costs",
        "It survives higher costs",
        10,
        "(m - 1) / 2 with the break-even multiple m of its costs, at most 1",
        "kills-costs",
        _costs,
    ),
    Part(
        "delay",
        "It survives a late order",
        5,
        "Sharpe ratio one bar later over that of the run",
        "kills-delay",
        _delay,
    ),
    Part(
        "noise",
        "It survives candle noise",
        5,
        "5th percentile of the Sharpe ratio with 10 % noise over that of the run",
        "kills-noise",
        _noise,
    ),
    Part(
        "jitter",
        "It does not hang on exact params",
        5,
        "5th percentile of the Sharpe ratio with params moved by 10 % over that of the run",
        "kills-jitter",
        _jitter,
    ),
    Part(
        "entries",
        "Its entries are better than chance",
        5,
        "1 - 2 p with the p of random entries, at least 0",
        "kills-entries",
        _entries,
    ),
    Part(
        "spread",
        "Its profit is not a few trades",
        5,
        "1 - the share of the profit that the best 5 trades made, at least 0",
        "lives",
        _spread,
    ),
    Part(
        "controls",
        "It earns nothing where nothing can be earned",
        5,
        "1 if no negative control earns, else 0, and then the whole score is 0",
        "kills-controls",
        _controls,
    ),
    Part(
        "causality",
        "It does not look ahead",
        5,
        "1 if the causality check found nothing, else 0, and then the whole score is 0",
        "causality",
        _causality,
    ),
    Part(
        "holdout",
        "It earns on data that nobody had seen",
        10,
        "Sharpe ratio on the opened holdout over that of the run",
        "holdout",
        _holdout,
    ),
    Part(
        "marks",
        "Nothing marks it as unsafe",
        5,
        "1 without marks, else 0",
        "marks",
        _marks,
    ),
)
