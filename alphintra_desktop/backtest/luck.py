"""What luck alone would have given, beside the Sharpe ratio of a run.

1. Count the different trials that ever looked at the same data, this run among them.
2. Take the variance of their Sharpe ratios per bar. Sweeps and searches have kept that of theirs;
   all are pooled by their degrees of freedom, each as it would be on as many bars as this run has
   (the variance of a Sharpe ratio goes with one over the bars). As long as there are no two
   different ones, that of strategies without skill on as many bars, 1 / (T - 1).
3. From both follows what the best of so many shows without any skill; the deflated Sharpe ratio is
   the probability that this run's true one is above that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.runs.ledger import Tried
from alphintra_desktop.simulation.sharpe_inference import (
    NORMAL_KURTOSIS,
    Measured,
    deflated_sharpe,
    expected_maximum_sharpe,
    minimum_track_record,
    probabilistic_sharpe,
    variance_without_skill,
)

CONFIDENCE = 0.95


def sharpe_per_bar(result: BacktestResult) -> float:
    """The Sharpe ratio, not annualised."""
    return result.metrics["sharpe"] / math.sqrt(result.bars_per_year)


def luck(result: BacktestResult, tried: Tried) -> dict[str, float]:
    """How much of a run's Sharpe ratio luck explains, after all that was `tried` on its data.

    - `trials`: how many different ones, this run included.
    - `probabilistic_sharpe`: the probability that the true Sharpe ratio is above 0.
    - `lucky_sharpe`: what the best of `trials` without skill would show, annualised.
    - `deflated_sharpe`: the probability that the true Sharpe ratio is above `lucky_sharpe`.
    - `minimum_bars`: how many returns it takes to be 95 % sure that it is above 0; `bars`: how many
      there are.

    NaN where there is no Sharpe ratio, and `minimum_bars` where it is not above 0.
    """
    metrics, bars = result.metrics, result.bars.count - 1
    measured = Measured(
        sharpe_per_bar(result), bars, metrics["skew"], metrics["kurtosis"] + NORMAL_KURTOSIS
    )
    variance = _variance(tried, bars)
    lucky = expected_maximum_sharpe(tried.count, variance)
    shortest = minimum_track_record(measured, confidence=CONFIDENCE)
    return {
        "trials": tried.count,
        "probabilistic_sharpe": probabilistic_sharpe(measured),
        "lucky_sharpe": lucky * math.sqrt(result.bars_per_year),
        "deflated_sharpe": deflated_sharpe(measured, tried.count, variance),
        "minimum_bars": float(np.ceil(shortest)),
        "bars": bars,
    }


def luck_in_words(found: Mapping[str, float]) -> list[str]:
    """What `luck` found, a sentence or two a line."""
    count = int(found["trials"])
    tries = (
        "the first trial on this data" if count == 1 else f"{count:,} trials on this data so far"
    )
    if math.isnan(found["probabilistic_sharpe"]):
        return [f"Luck: {tries}; there is no Sharpe ratio to judge."]
    above = chance(found["probabilistic_sharpe"])
    lines = [f"Luck: {tries}; the chance that the true Sharpe ratio is above 0 is {above}."]
    if count > 1:
        lines.append(
            f"The best of {count:,} without any skill would show {found['lucky_sharpe']:.3f}; the "
            f"chance that the true one is above that is {chance(found['deflated_sharpe'])}."
        )
    if not math.isnan(found["minimum_bars"]):
        lines.append(
            f"It takes {found['minimum_bars']:,.0f} bars at this Sharpe ratio to be 95 % sure that "
            f"it is above 0; there are {found['bars']:,}."
        )
    return lines


def chances(found: Mapping[str, float]) -> str:
    """The probabilistic and the deflated Sharpe ratio as short as can be; empty without one."""
    if math.isnan(found["probabilistic_sharpe"]):
        return ""
    above, luckless = found["probabilistic_sharpe"], found["deflated_sharpe"]
    return f"PSR {_percent(above)}, DSR {_percent(luckless)}"


def _percent(probability: float) -> str:
    if probability > 0.995:
        return ">99 %"
    return "<1 %" if probability < 0.005 else f"{probability * 100:.0f} %"


def _variance(tried: Tried, bars: int) -> float:
    parts = [(one.trials - 1, one.variance * one.bars / max(bars, 1)) for one in tried.spreads]
    if len(set(tried.sharpes)) > 1:
        parts.append((len(tried.sharpes) - 1, float(np.var(tried.sharpes, ddof=1))))
    freedom = sum(weight for weight, _ in parts)
    pooled = sum(weight * variance for weight, variance in parts)
    return pooled / freedom if pooled > 0.0 else variance_without_skill(bars)


def chance(probability: float) -> str:
    """A percentage that never says that something is certain."""
    if probability > 0.999:
        return "over 99.9 %"
    return "under 0.1 %" if probability < 0.001 else f"{probability * 100:.1f} %"
