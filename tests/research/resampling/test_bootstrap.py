"""The stationary bootstrap: its rows, how often its intervals hold the truth, its repeatability."""

from __future__ import annotations

import numpy as np
import pytest

from alphintra_desktop.report import Cancelled, Report
from alphintra_desktop.research.executors.choice import PROCESSES, Spread
from alphintra_desktop.research.resampling.bootstrap import (
    account_of,
    bootstrap,
    longer_block,
    stationary_rows,
)
from alphintra_desktop.research.resampling.paths import Paths, shared
from alphintra_desktop.research.resampling.seeding import generator
from alphintra_desktop.simulation.metrics import METRICS
from tests.fuzzing import rounds
from tests.research.resampling.stressed import made_subject


@pytest.fixture(scope="module")
def subject():
    return made_subject()


def test_that_rows_go_on_in_blocks_of_the_asked_mean_length():
    rows = stationary_rows(np.random.default_rng(0), 100_000, 20.0)
    breaks = np.diff(rows) != 1
    breaks &= ~((rows[:-1] == 99_999) & (rows[1:] == 0))
    assert 1.0 / breaks.mean() == pytest.approx(20.0, rel=0.05)
    assert rows.min() >= 0
    assert rows.max() < 100_000
    assert np.bincount(rows // 10_000).std() < 1_500  # every part of the sample alike


def test_that_every_metric_has_an_interval_around_what_was_measured(subject):
    found = bootstrap(subject, Paths(seed=1, paths=200))
    assert set(found["metrics"]) == {metric.name for metric in METRICS}
    for name in ("sharpe", "total_return", "volatility", "win_rate", "expectancy", "exposure"):
        one = found["metrics"][name]
        assert one["low"] < one["measured"] < one["high"], name
    assert found["metrics"]["exposure"]["median"] == pytest.approx(
        subject.metrics["exposure"], abs=0.03
    )
    assert found["metrics"]["turnover"]["median"] == pytest.approx(
        subject.metrics["turnover"], rel=0.2
    )
    assert "Sharpe ratio" in found["said"][0]


def test_that_the_same_seed_gives_the_same_numbers_and_another_others(subject):
    first = bootstrap(subject, Paths(seed=1, paths=50))
    assert first == bootstrap(subject, Paths(seed=1, paths=50))
    assert first != bootstrap(subject, Paths(seed=2, paths=50))
    assert generator(1, "a", 5).random() != generator(1, "b", 5).random()


def test_that_two_processes_give_the_same_numbers_as_one(subject):
    asked = Paths(seed=1, paths=20)
    with shared(asked, subject, Spread(PROCESSES, 2)) as by_two:
        assert bootstrap(subject, by_two) == bootstrap(subject, asked)


def test_that_it_can_be_cancelled(subject):
    stopped = Report(cancelled=lambda: True)
    with pytest.raises(Cancelled):
        bootstrap(subject, Paths(seed=1, paths=50, report=stopped))


def simulated(chance: np.random.Generator, count: int, phi: float) -> np.ndarray:
    values = chance.standard_normal(count + 50)
    for t in range(1, len(values)):
        values[t] += phi * values[t - 1]
    return values[50:] + 0.1


def coverage(phi: float, count: int, samples: int) -> float:
    """How often the 95 % interval of the Sharpe ratio holds the true one."""
    chance, true, held = np.random.default_rng(1), 0.1 * np.sqrt(1 - phi**2), 0
    for _ in range(samples):
        values = simulated(chance, count, phi)
        block = longer_block(values)
        drawn = (values[stationary_rows(chance, count, block)] for _ in range(149))
        low, high = np.quantile([one.mean() / one.std(ddof=1) for one in drawn], [0.025, 0.975])
        held += low <= true <= high
    return held / samples


@pytest.mark.fuzz
@pytest.mark.parametrize(("phi", "least"), [(0.0, 0.92), (0.3, 0.90)])
def test_that_intervals_hold_the_truth_as_often_as_they_say(phi, least):
    samples = min(rounds(200), 2000)
    # Two standard errors of the simulation on either side.
    error = 2.0 * np.sqrt(0.95 * 0.05 / samples)
    assert least - error <= coverage(phi, 400, samples) <= 0.95 + error


def test_that_a_ruined_account_has_no_returns_to_resample(subject):
    ruined = made_subject()
    ruined.__dict__["simulated"] = subject.simulated._replace(equity=np.zeros(500))
    assert len(account_of(ruined).returns) == 0
    assert "ruined" in bootstrap(ruined, Paths(0, 10))["skipped"]
