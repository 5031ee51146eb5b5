"""Published numbers, other packages, a count by hand, and where there is nothing to tell."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from alphintra_desktop.simulation.metrics import return_metrics
from alphintra_desktop.simulation.sharpe_inference import (
    Measured,
    backtest_overfitting,
    deflated_sharpe,
    expected_maximum_sharpe,
    false_discovery_rates,
    minimum_track_record,
    probabilistic_sharpe,
    variance_without_skill,
)
from tests.shared_files import shared

pytestmark = pytest.mark.filterwarnings("error")
NAN, INFINITE = math.nan, math.inf
MATRICES = ("noise_1000x50_seed42_matrix", "spx_sma_grid_matrix")
PAPER = Measured(2.5 / math.sqrt(250), 1250, -3.0, 10.0)
NORMAL_PAPER = PAPER._replace(skew=0.0, kurtosis=3.0)
MONTHLY = Measured(0.458, 24)


def measured(returns: Any) -> Measured:
    found = return_metrics(returns)
    sharpe = returns.mean() / returns.std(ddof=1)
    return Measured(sharpe, len(returns), found["skew"], found["kurtosis"] + 3.0)


def years(bars: int, **shape: float) -> float:
    """Of a track record with an annual Sharpe ratio of 2, to tell it from 1."""
    of = Measured(2.0 / math.sqrt(bars), 2, **shape)
    return minimum_track_record(of, 1.0 / math.sqrt(bars)) / bars


# ------------------------------------------------------------------------ published numbers


def test_that_the_deflated_sharpe_ratio_is_that_of_the_papers_worked_example() -> None:
    assert round(expected_maximum_sharpe(100, 0.5 / 250), 4) == 0.1132
    assert round(deflated_sharpe(PAPER, 100, 0.5 / 250), 4) == 0.9004


def test_that_the_best_of_200_lucky_strategies_shows_2_77_on_a_year_of_days() -> None:
    assert round(expected_maximum_sharpe(200, 1 / 252) * math.sqrt(252), 2) == 2.77


WORKED = {
    "DSR paper 2014: E[max SR]": expected_maximum_sharpe(100, 0.5 / 250),
    "DSR paper 2014: SR=2.5 ann": deflated_sharpe(PAPER, 100, 0.5 / 250),
    "DSR paper 2014: same with N=46": deflated_sharpe(PAPER, 46, 0.5 / 250),
    "DSR paper 2014: normal returns, N=88": deflated_sharpe(NORMAL_PAPER, 88, 0.5 / 250),
    "PSR paper 2012: monthly SR .458": probabilistic_sharpe(MONTHLY),
    "PSR paper 2012: same, skew": probabilistic_sharpe(Measured(0.458, 24, -2.448, 10.164)),
    "MinTRL 2012: ann SR 2 vs 1, 95 %, IID normal, daily": years(250),
    "MinTRL 2012: ann SR 2 vs 1, 95 %, IID normal, weekly": years(52),
    "MinTRL 2012: ann SR 2 vs 1, 95 %, IID normal, monthly": years(12),
    "MinTRL 2012: monthly, skew -.72": years(12, skew=-0.72, kurtosis=5.78),
    **{f"E[max of N(0,1)] N={n}": expected_maximum_sharpe(n, 1.0) for n in (2, 5, 20, 50, 10_000)},
}


@pytest.mark.parametrize("example", WORKED)
def test_that_worked_examples_come_out_as_published(example: str) -> None:
    table = pd.read_csv(shared("reference/overfitting/psr_dsr_worked_examples.csv"))
    [row] = table[table["example"].str.match(rf"{_plain(example)}(\D|$)")].to_dict("records")
    assert WORKED[example] == pytest.approx(row["formula"], rel=1e-12)
    if not math.isnan(row["published"]):
        digits = len(str(row["published"]).partition(".")[2])
        assert round(WORKED[example], digits) == pytest.approx(row["published"], abs=1e-12)


def _plain(text: str) -> str:
    for character in "[]().":
        text = text.replace(character, "\\" + character)
    return text


@pytest.mark.parametrize("matrix", MATRICES)
@pytest.mark.parametrize("blocks", [8, 10, 16])
def test_that_overfitting_is_exactly_what_other_packages_find(matrix: str, blocks: int) -> None:
    returns, expected = _shared_matrix(matrix)
    found = backtest_overfitting(returns, blocks)
    assert found.probability == expected[f"pbo_S{blocks}_own"]
    assert found.probability == expected[f"pbo_S{blocks}_holdout"]
    assert len(found.logits) == math.comb(blocks, blocks // 2)
    assert found.logits.mean() == pytest.approx(expected[f"logit_mean_S{blocks}_own"], abs=1e-12)


@pytest.mark.parametrize("matrix", MATRICES)
def test_that_the_best_of_a_table_is_deflated_as_by_other_packages(matrix: str) -> None:
    returns, expected = _shared_matrix(matrix)
    sharpes = returns.mean(axis=0) / returns.std(axis=0, ddof=1)
    best = measured(returns[:, sharpes.argmax()])
    found = deflated_sharpe(best, len(sharpes), sharpes.var(ddof=1))
    assert probabilistic_sharpe(best) == pytest.approx(expected["psr_skfolio"], rel=1e-12)
    assert found == pytest.approx(expected["dsr_skfolio"], rel=1e-9)


def _shared_matrix(name: str) -> tuple[Any, Any]:
    table = pd.read_csv(shared("reference/overfitting/pbo_dsr_summary.csv"), index_col="matrix")
    return pd.read_parquet(shared(f"reference/overfitting/{name}.parquet")).to_numpy(), (
        table.loc[name]
    )


# ------------------------------------------------------------------------- what they must mean

SHARPES = st.floats(0.001, 0.5)
SKEWS = st.floats(-3.0, 3.0)
RAW_KURTOSES = st.floats(10.0, 30.0)


@given(SHARPES, SKEWS, RAW_KURTOSES, st.floats(0.55, 0.999))
def test_that_after_the_minimum_track_record_the_probability_is_as_asked(
    sharpe: float, skew: float, kurtosis: float, confidence: float
) -> None:
    of = Measured(sharpe, 2, skew, kurtosis)
    bars = minimum_track_record(of, confidence=confidence)
    assert probabilistic_sharpe(of._replace(bars=bars)) == pytest.approx(confidence, rel=1e-9)


@given(SHARPES, SKEWS, RAW_KURTOSES, st.integers(1, 10**9), st.integers(1, 10**9))
def test_that_more_trials_never_raise_the_deflated_sharpe_ratio(
    sharpe: float, skew: float, kurtosis: float, one: int, other: int
) -> None:
    of = Measured(sharpe, 1000, skew, kurtosis)
    few, many = (deflated_sharpe(of, trials, 0.001) for trials in sorted((one, other)))
    assert 0.0 <= many <= few <= probabilistic_sharpe(of) <= 1.0


def test_that_a_single_trial_is_not_deflated() -> None:
    assert expected_maximum_sharpe(1, 0.5) == 0.0
    assert deflated_sharpe(PAPER, 1, 0.5) == probabilistic_sharpe(PAPER)


def test_that_a_sharpe_ratio_is_above_itself_in_half_of_all_cases() -> None:
    assert probabilistic_sharpe(PAPER, PAPER.sharpe) == 0.5


def test_that_without_skill_one_in_twenty_is_surer_than_95_percent() -> None:
    """Of returns as skewed as those of an exponential distribution."""
    noise = np.random.default_rng(7)
    draws = noise.exponential(size=(4000, 250)) - 1.0
    sure = np.mean([probabilistic_sharpe(measured(row)) > 0.95 for row in draws])
    assert sure == pytest.approx(0.05, abs=0.02)


def test_that_luck_is_as_large_as_simulated_luck() -> None:
    noise = np.random.default_rng(3).normal(size=(400, 50, 250))
    best = (noise.mean(axis=2) / noise.std(axis=2, ddof=1)).max(axis=1)
    expected = expected_maximum_sharpe(50, variance_without_skill(250))
    assert expected == pytest.approx(best.mean(), rel=0.03)


def test_that_a_very_large_number_of_trials_keeps_its_digits() -> None:
    exact = (1 - np.euler_gamma) * stats.norm.isf(1e-300) + np.euler_gamma * stats.norm.isf(
        1e-300 / math.e
    )
    assert expected_maximum_sharpe(10**300, 1.0) == pytest.approx(exact, rel=1e-12)


# -------------------------------------------------------------------------------- overfitting


def test_that_choosing_among_noise_is_overfitting_half_of_the_time() -> None:
    found = [
        backtest_overfitting(np.random.default_rng(seed).normal(size=(320, 20)), 8).probability
        for seed in range(200)
    ]
    assert np.mean(found) == pytest.approx(0.5, abs=0.05)


def test_that_a_strategy_with_an_edge_is_not_overfitting() -> None:
    returns = np.random.default_rng(0).normal(size=(320, 20))
    returns[:, 3] += 1.0
    found = backtest_overfitting(returns, 8)
    assert found.probability == 0.0
    assert np.allclose(found.logits, math.log(20))


def _counted(returns: Any, blocks: int) -> list[float]:
    """The logits as the paper tells it, with each half put together."""
    parts = np.array_split(np.arange(len(returns)), blocks)
    logits = []
    for chosen in combinations(range(blocks), blocks // 2):
        inside = np.concatenate([parts[i] for i in chosen])
        outside = np.setdiff1d(np.arange(len(returns)), inside)
        best = int(np.argmax(_sharpes(returns[inside])))
        rank = stats.rankdata(_sharpes(returns[outside]))[best] / (returns.shape[1] + 1)
        logits.append(math.log(rank / (1 - rank)))
    return logits


def _sharpes(returns: Any) -> Any:
    spread = returns.std(axis=0, ddof=1)
    return np.where(spread > 0, returns.mean(axis=0), 0.0) / np.where(spread > 0, spread, 1.0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(12, 60), st.integers(2, 9), st.sampled_from([2, 4, 6]))
def test_that_overfitting_is_what_one_counts_by_hand(
    seed: int, bars: int, strategies: int, blocks: int
) -> None:
    """With strategies that trade seldom, that never trade, and that are alike."""
    noise = np.random.default_rng(seed)
    returns = noise.normal(1.0, 0.01, size=(bars, strategies))
    returns[noise.random(returns.shape) < 0.3] = 0.0
    returns[:, noise.integers(strategies)] = 0.0
    returns[:, noise.integers(strategies)] = returns[:, noise.integers(strategies)]
    expected = _counted(returns, blocks)
    found = backtest_overfitting(returns, blocks)
    assert np.allclose(found.logits, expected, rtol=0, atol=1e-12)
    assert found.probability == np.mean(np.asarray(expected) <= 1e-12)


@pytest.mark.parametrize("blocks", [-2, 0, 1, 7])
def test_that_blocks_which_cannot_be_halved_are_refused(blocks: int) -> None:
    with pytest.raises(ValueError, match="halved"):
        backtest_overfitting(np.ones((100, 5)), blocks)


def test_that_one_row_of_returns_is_no_table() -> None:
    with pytest.raises(ValueError, match="bars by strategies"):
        backtest_overfitting(np.ones(100), 4)


# ----------------------------------------------------------------------- many hypotheses


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40))
def test_that_false_discovery_rates_are_those_of_another_package(p_values: list[float]) -> None:
    expected = stats.false_discovery_control(p_values)
    assert np.allclose(false_discovery_rates(p_values), expected, rtol=1e-12, atol=0)


def test_that_false_discovery_rates_leave_out_what_was_not_tested() -> None:
    found = false_discovery_rates([0.04, NAN, 0.01, 0.04])
    assert np.allclose(found, [0.04, NAN, 0.03, 0.04], equal_nan=True)
    assert len(false_discovery_rates([])) == 0
    assert np.isnan(false_discovery_rates([NAN])).all()


# ------------------------------------------------------------------------- nothing to tell


@pytest.mark.parametrize(
    "of",
    [
        Measured(NAN, 100),
        Measured(INFINITE, 100),
        Measured(0.1, 100, skew=NAN),
        Measured(0.1, 100, kurtosis=NAN),
        Measured(0.1, 100, kurtosis=INFINITE),
        Measured(1.0, 100, skew=3.0, kurtosis=1.0),
        Measured(1e300, 100),
        Measured(np.float64(1e300), 100, np.float64(1e300), np.float64(1e300)),
    ],
)
def test_that_what_is_no_sharpe_ratio_has_no_probability(of: Measured) -> None:
    assert math.isnan(probabilistic_sharpe(of))
    assert math.isnan(deflated_sharpe(of, 10, 0.01))
    assert math.isnan(minimum_track_record(of))


@pytest.mark.parametrize("bars", [-5, 0, 1, NAN, INFINITE])
def test_that_too_few_returns_tell_nothing(bars: float) -> None:
    assert math.isnan(probabilistic_sharpe(Measured(0.1, bars)))
    assert math.isnan(variance_without_skill(bars))


@pytest.mark.parametrize(("trials", "variance"), [(0, 1.0), (10, NAN), (10, -1.0), (10, INFINITE)])
def test_that_luck_needs_a_trial_and_a_variance(trials: int, variance: float) -> None:
    assert math.isnan(expected_maximum_sharpe(trials, variance))
    assert math.isnan(deflated_sharpe(PAPER, trials, variance))


@pytest.mark.parametrize("sharpe", [0.0, -0.1, 1e-300])
def test_that_no_track_record_proves_skill_that_was_not_shown(sharpe: float) -> None:
    assert math.isnan(minimum_track_record(Measured(sharpe, 1000)))


@pytest.mark.parametrize(
    "returns",
    [np.ones((31, 5)), np.ones((100, 1)), np.full((100, 5), NAN), np.full((100, 5), INFINITE)],
    ids=["too few bars", "nothing to choose", "NaN", "infinite"],
)
def test_that_overfitting_needs_bars_choices_and_numbers(returns: Any) -> None:
    found = backtest_overfitting(returns, 16)
    assert math.isnan(found.probability)
    assert len(found.logits) == 0
