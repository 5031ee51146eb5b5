"""What a run says of luck: by hand, through the ledger of a project, and in words."""

from __future__ import annotations

import json
import math
import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from alphintra_desktop.backtest.luck import chances, luck, luck_in_words
from alphintra_desktop.backtest.task import BacktestSpec, run_spec
from alphintra_desktop.cli.choosing import with_settings
from alphintra_desktop.cli.main import main
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.report import Report
from alphintra_desktop.runs.ledger import Spread, Tried, runs, verify_ledger
from alphintra_desktop.runs.project import Project, create_project
from tests.backtest.made_results import healthy_result
from tests.drawing import sma_crossover

NAN = math.nan
RESULT = healthy_result()  # 1,008 bars


def shown(sharpe: float, **metrics: float) -> Any:
    """A result with an annual Sharpe ratio, and returns that look normal."""
    normal = {"sharpe": sharpe, "skew": 0.0, "kurtosis": 0.0}
    return replace(RESULT, metrics={**RESULT.metrics, **normal, **metrics})


def test_that_one_trial_is_judged_by_its_own_length_and_shape() -> None:
    found = luck(shown(1.0, skew=-1.0, kurtosis=4.0), Tried(1, (0.06,)))
    sharpe = 1.0 / math.sqrt(252)
    error = math.sqrt((1 + sharpe + 1.5 * sharpe**2) / 1006)
    assert found["trials"] == 1
    assert found["bars"] == 1007
    assert found["lucky_sharpe"] == 0.0
    assert found["probabilistic_sharpe"] == pytest.approx(stats.norm.cdf(sharpe / error))
    assert found["deflated_sharpe"] == found["probabilistic_sharpe"]
    enough = 1 + (stats.norm.ppf(0.95) * error * math.sqrt(1006) / sharpe) ** 2
    assert found["minimum_bars"] == math.ceil(enough)


def test_that_many_trials_are_judged_by_how_much_they_differ() -> None:
    alike = luck(shown(1.0), Tried(50, (0.060, 0.061)))
    apart = luck(shown(1.0), Tried(50, (0.060, -0.060)))
    assert alike["deflated_sharpe"] > 0.9
    assert apart["deflated_sharpe"] < 0.1
    assert apart["lucky_sharpe"] / alike["lucky_sharpe"] == pytest.approx(120.0)


def test_that_the_trials_of_a_search_count_with_how_much_they_differ_among_themselves() -> None:
    searched = Tried(101, (), (Spread(101, 0.0004, 1007),))
    short = Tried(101, (), (Spread(101, 0.0016, 1007 // 4),))
    both = Tried(202, (0.05, 0.05), (Spread(101, 0.0004, 1007), Spread(101, 0.0004, 1007)))
    expected = luck(shown(1.0), Tried(101, (0.02 * math.sqrt(0.5), -0.02 * math.sqrt(0.5))))
    assert luck(shown(1.0), searched)["lucky_sharpe"] == pytest.approx(expected["lucky_sharpe"])
    # On a quarter of the bars, ratios spread twice as far: that is no sign of more skill.
    ratio = luck(shown(1.0), short)["lucky_sharpe"] / expected["lucky_sharpe"]
    assert ratio == pytest.approx(1.0, rel=0.002)
    assert luck(shown(1.0), both)["lucky_sharpe"] > expected["lucky_sharpe"]


@pytest.mark.parametrize("sharpes", [(), (0.06,), (0.06, 0.06, 0.06)])
def test_that_trials_which_do_not_differ_have_the_variance_of_no_skill(
    sharpes: tuple[float, ...],
) -> None:
    found = luck(shown(1.0), Tried(200, sharpes))
    assert found["lucky_sharpe"] == pytest.approx(2.7655 * math.sqrt(252 / 1006), rel=1e-4)


def test_that_without_a_sharpe_ratio_there_is_nothing_to_judge() -> None:
    found = luck(shown(NAN, skew=NAN, kurtosis=NAN), Tried(3, ()))
    assert math.isnan(found["probabilistic_sharpe"])
    assert math.isnan(found["deflated_sharpe"])
    assert luck_in_words(found) == [
        "Luck: 3 trials on this data so far; there is no Sharpe ratio to judge."
    ]


@pytest.mark.parametrize(
    ("sharpe", "tried", "words"),
    [
        (
            1.0,
            Tried(1, (0.06,)),
            [
                "Luck: the first trial on this data; the chance that the true Sharpe ratio is "
                "above 0 is 97.7 %.",
                "It takes 685 bars at this Sharpe ratio to be 95 % sure that it is above 0; there "
                "are 1,007.",
            ],
        ),
        (
            9.0,
            Tried(1200, (0.06, 0.02)),
            [
                "Luck: 1,200 trials on this data so far; the chance that the true Sharpe ratio is "
                "above 0 is over 99.9 %.",
                "The best of 1,200 without any skill would show 1.485; the chance that the true "
                "one is above that is over 99.9 %.",
                "It takes 11 bars at this Sharpe ratio to be 95 % sure that it is above 0; there "
                "are 1,007.",
            ],
        ),
        (
            -2.0,
            Tried(2, (0.06, 0.02)),
            [
                "Luck: 2 trials on this data so far; the chance that the true Sharpe ratio is "
                "above 0 is under 0.1 %.",
                "The best of 2 without any skill would show 0.233; the chance that the true one is "
                "above that is under 0.1 %.",
            ],
        ),
    ],
)
def test_that_luck_is_told_in_words(sharpe: float, tried: Tried, words: list[str]) -> None:
    assert luck_in_words(luck(shown(sharpe), tried)) == words


# ------------------------------------------------------------------------- in a project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    noise = np.random.default_rng(1)
    days = np.datetime64("2020-01-01") + np.arange(400)
    close = 100 * np.exp(np.cumsum(noise.normal(0.001, 0.01, 400)))
    lines = [f"{d},{c:.4f},{c:.4f},{c:.4f},{c:.4f},1000" for d, c in zip(days, close, strict=True)]
    (tmp_path / "XYZ.csv").write_text("\n".join(["date,open,high,low,close,volume", *lines]) + "\n")
    import_file(tmp_path / "XYZ.csv", "mine", market="crypto", report=Report())
    return create_project(tmp_path / "project", "Test")


def spec(fast: int = 10) -> BacktestSpec:
    graph = sma_crossover(dataset="mine", symbols="XYZ", market="crypto")
    graph = with_settings(graph, [f"Fast average.period={fast}"])
    return BacktestSpec(graph_to_text(graph), with_report=False)


@pytest.mark.parametrize(
    ("above", "luckless", "words"),
    [(0.93, 0.4149, "PSR 93 %, DSR 41 %"), (0.9999, 1e-9, "PSR >99 %, DSR <1 %"), (NAN, NAN, "")],
)
def test_that_the_short_form_never_calls_anything_certain(
    above: float, luckless: float, words: str
) -> None:
    found = {"probabilistic_sharpe": above, "deflated_sharpe": luckless}
    assert chances(found) == words


def test_that_each_different_trial_of_a_project_counts_once(project: Project) -> None:
    tries = [spec(10), spec(10), spec(5), spec(10), spec(8), spec(5)]
    found = [run_spec(each, project.new_job_folder(), Report()) for each in tries]
    assert [each["luck"]["trials"] for each in found] == [1, 1, 2, 2, 3, 3]
    ratios = [found[i]["metrics"]["sharpe"] / math.sqrt(365) for i in (0, 2, 4)]
    best = (1 - np.euler_gamma) * stats.norm.ppf(2 / 3)
    best += np.euler_gamma * stats.norm.ppf(1 - 1 / (3 * math.e))
    expected = np.std(ratios, ddof=1) * best * math.sqrt(365)
    assert found[-1]["luck"]["lucky_sharpe"] == pytest.approx(expected)


def test_that_the_report_of_a_run_counts_the_run_itself_and_all_before_it(
    project: Project,
) -> None:
    folders = [project.new_job_folder() for _ in range(3)]
    for folder, fast in zip(folders, (10, 5, 5), strict=True):
        run_spec(replace(spec(fast), with_report=True), folder, Report())
    counts = [
        _figure_in_report(folder / "artifacts" / "report.html", "Different trials on this data")
        for folder in folders
    ]
    assert counts == ["1", "2", "2"]
    with closing(project.database()) as database:
        assert verify_ledger(database) == 3  # counting beforehand has left no row


def _figure_in_report(path: Path, name: str) -> str:
    page = path.read_text(encoding="utf-8")
    return re.findall(f'{name}</th><td class="number">(.*?)</td>', page)[0]


def test_that_a_repeated_run_has_the_same_manifest_after_more_trials(project: Project) -> None:
    for fast in (10, 5, 10):
        run_spec(spec(fast), project.new_job_folder(), Report())
    database = project.database()
    last, _, first = runs(database)
    database.close()
    assert last.manifest == first.manifest


def test_that_the_command_says_what_luck_explains(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project.graphs / "one.alphintra"
    path.write_text(spec().graph, encoding="utf-8")
    assert main(["backtest", str(path)]) == 0
    assert "Luck: the first trial on this data; the chance" in capsys.readouterr().out
    assert main(["backtest", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["luck"]["trials"] == 1
    with pytest.raises(SystemExit):
        main(["backtest", "--help"])
    assert "False Strategy theorem" in " ".join(capsys.readouterr().out.split())
