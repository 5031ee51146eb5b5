"""What a ledger says of all that was tried, against SciPy and against simulated nothing."""

from __future__ import annotations

import json
import math
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from alphintra_desktop.backtest.ledger_review import review
from alphintra_desktop.cli.main import main
from alphintra_desktop.runs.ledger import DataRange, Trial, ledger, record_trials
from alphintra_desktop.runs.project import Project, create_project

DATA = DataRange("mine", ("XYZ",), "1d", "2020-01-01", "2021-01-01")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return create_project(tmp_path / "project", "Test")


def tried(name: str, sharpe: float, bars: int = 1001, **more: Any) -> Trial:
    return Trial("backtest", name, DATA, sharpe, bars, **more)


def reviewed(project: Project, *trials: Trial) -> Any:
    with closing(project.database()) as database:
        record_trials(database, trials)
        return review(ledger(database))


def test_that_a_p_value_is_the_chance_of_so_good_a_ratio_without_skill(project: Project) -> None:
    shape = {"skew": -0.5, "kurtosis": 2.0}
    found = reviewed(project, tried("one", 0.1, metrics=shape)).hypotheses[0]
    error = math.sqrt((1 + 0.05 + (5 - 1) / 4 * 0.01) / 1000)
    assert found.p_value == pytest.approx(stats.norm.sf(0.1 / error))


def test_that_rates_are_those_of_scipy_and_the_best_come_first(project: Project) -> None:
    ratios = [0.02, 0.1, -0.05, 0.07, 0.01]
    found = reviewed(project, *(tried(str(n), ratio) for n, ratio in enumerate(ratios)))
    p_values = np.array([one.p_value for one in found.hypotheses])
    assert (np.diff(p_values) > 0).all()
    expected = stats.false_discovery_control(p_values)
    assert [one.discovery_rate for one in found.hypotheses] == pytest.approx(expected)
    assert [one.sharpe for one in found.hypotheses] == sorted(ratios, reverse=True)


def test_that_the_best_of_a_sweep_is_judged_by_how_many_it_is_the_best_of(
    project: Project,
) -> None:
    spread = {"sharpe_per_bar_variance": 0.001}
    alone = tried("alone", 0.1)
    best = Trial("sweep", "grid", DATA, 0.1, 1001, metrics=spread, trials=500)
    found = {one.kind: one.p_value for one in reviewed(project, alone, best).hypotheses}
    assert found["backtest"] < 0.001
    assert found["sweep"] > 0.3


def test_that_running_the_same_again_is_no_new_hypothesis_but_other_params_are(
    project: Project,
) -> None:
    again = [tried("a", 0.1), tried("a", 0.1), tried("a", 0.1, params={"n": 2})]
    found = reviewed(project, *again)
    assert (found.rows, found.trials, len(found.hypotheses)) == (3, 3, 2)


def test_that_what_is_noted_of_holdouts_is_no_trial(project: Project) -> None:
    noted = Trial("holdout set", "", DATA, math.nan, 0)
    found = reviewed(project, tried("a", 0.1), noted)
    assert (found.rows, found.trials, dict(found.kinds)) == (1, 1, {"backtest": 1})


def test_that_what_had_no_sharpe_ratio_is_listed_last_and_not_tested(project: Project) -> None:
    found = reviewed(project, tried("none", math.nan), tried("bad", -0.2)).hypotheses
    assert [one.strategy_hash for one in found] == ["bad", "none"]
    assert math.isnan(found[1].p_value)
    assert found[0].discovery_rate == found[0].p_value  # of one hypothesis


def test_that_of_strategies_without_skill_next_to_none_stand_out(project: Project) -> None:
    noise = np.random.default_rng(3).normal(0.0, 0.01, (1000, 200))
    ratios = noise.mean(axis=0) / noise.std(axis=0, ddof=1)
    trials = [tried(str(n), ratio, 1000) for n, ratio in enumerate(ratios.tolist())]
    found = reviewed(project, *trials).hypotheses
    assert sum(one.p_value < 0.05 for one in found) > 5  # chance alone
    assert not any(one.discovery_rate < 0.05 for one in found)


def test_that_the_command_lists_what_was_tried_and_checks_the_chain(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    reviewed(project, tried("a" * 20, 0.1), tried("b" * 20, 0.0))
    where = ["--project", str(project.folder)]
    assert main(["ledger", *where]) == 0
    told = capsys.readouterr().out
    assert "The ledger is whole: 2 trials (2 by backtest)." in told
    assert "false discovery rate of 0.05: 1 of 2 that differ." in told
    assert main(["ledger", *where, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["hypotheses"]) == 2
    assert main(["ledger", *where, "--rate", "5"]) == 2
    assert "a rate is between 0 and 1, not '5'" in capsys.readouterr().err


def test_that_the_command_names_the_trial_that_was_changed(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    reviewed(project, tried("a", 0.1), tried("b", 0.0))
    with closing(project.database()) as database:
        database.execute("DROP TRIGGER trials_are_never_changed")
        database.execute("UPDATE trials SET content = replace(content, '0.1', '0.9')")
    assert main(["ledger", "--project", str(project.folder)]) == 1
    assert "trial 1 does not match its hash" in capsys.readouterr().err
