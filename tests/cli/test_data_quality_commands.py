"""`alphintra data check | repair`, and runs that stop at errors unless they are told not to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from alphintra_desktop.cli.project_commands import template_text
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.report import Report
from tests.cli.command_line import assert_clear, here, project_with, rows_of
from tests.market.quality_bars import daily, scaled_prices

DATA = ("--set", "Market data.dataset=mine", "--set", "Market data.symbols=ACME")
ALL = ("--set", "Market data.start=2012-01-03", "--set", "Market data.end=2015-12-01")


@pytest.fixture
def alphintra(capsys) -> Any:
    return here(capsys)


@pytest.fixture
def spiked(tmp_path: Path) -> str:
    """ACME in the dataset `mine`, with a spike on the day that is returned."""
    table = scaled_prices(daily(), 700, 10.0)
    lines = [
        ",".join([str(stamp)[:10], *(f"{values[row]:.2f}" for values in table.columns.values())])
        for row, stamp in enumerate(table.stamps)
    ]
    path = tmp_path / "ACME.csv"
    path.write_text("\n".join(["date,open,high,low,close,volume", *lines]), encoding="utf-8")
    import_file(path, "mine", report=Report())
    return str(table.stamps[700])[:10]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return project_with(tmp_path / "tried", template_text("sma_crossover")).folder


def test_that_a_check_lists_findings_with_what_to_do_and_fails_on_errors(spiked, alphintra):
    told = alphintra("data", "check", "mine", "ACME")

    assert told.code == 1
    assert "mine ACME 1d: 1 finding, calendar XNYS" in told.out
    assert f"ERROR spike: The price of {spiked} is a spike" in told.out
    assert "Next: alphintra data repair mine ACME" in told.out


def test_that_a_check_of_everything_is_json_for_programs(spiked, alphintra):
    told = alphintra("data", "check", "--json")

    assert told.code == 1
    found = {(one["dataset"], one["symbol"]): one for one in told.json}
    (spike,) = found["mine", "ACME"]["findings"]
    assert (spike["code"], spike["severity"], spike["place"]["rows"]) == ("spike", "error", [700])
    assert spike["repair"]["action"] == "drop_rows"
    assert found["sample", "EURUSD"]["calendar"] == "24/5"


def test_that_the_sample_data_has_no_error(alphintra):
    assert alphintra("data", "check", "sample").code == 0


def test_that_a_named_calendar_is_remembered(spiked, alphintra):
    first = alphintra("data", "check", "mine", "ACME", "--calendar", "XLON")
    again = alphintra("data", "check", "mine", "ACME")
    guessed = alphintra("data", "check", "mine", "ACME", "--calendar", "guess")

    assert "calendar XLON" in first.out
    assert again.out == first.out
    assert "calendar XNYS" in guessed.out


def test_that_a_repair_is_told_and_undone(spiked, alphintra):
    done = alphintra("data", "repair", "mine", "ACME")
    assert f"leave out the bar of {spiked}" in done.out
    assert "ACME 1d has 999 bars now." in done.out
    assert alphintra("data", "check", "mine", "ACME").code == 0

    undone = alphintra("data", "repair", "mine", "ACME", "--undo")
    assert "with 1,000 bars." in undone.out
    assert alphintra("data", "check", "mine", "ACME").code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("data", "check", "nowhere"), "no dataset 'nowhere'"),
        (("data", "check", "mine", "ACM"), "no symbol 'ACM'"),
        (("data", "check", "mine", "ACME", "--calendar", "XXXX"), "no calendar 'XXXX'"),
        (("data", "check", "--calendar", "XNYS"), "No symbol is named"),
        (("data", "check", "mine", "ACME", "--timeframe", "1h"), "not clear"),
        (("data", "repair", "mine", "ACME", "--only", "gap"), "nothing about ACME"),
        (("data", "repair", "mine", "ACME", "--undo"), "not the result of a repair"),
    ],
)
def test_that_what_cannot_be_done_is_one_clear_sentence(arguments, words, spiked, alphintra):
    told = alphintra(*arguments)

    assert told.code != 0
    assert words in told.err
    assert_clear(told)


def test_that_a_run_on_data_with_errors_is_refused_and_leaves_nothing(spiked, project, alphintra):
    told = alphintra("backtest", project, *DATA, *ALL)

    assert told.code == 1
    assert f"not fit for a run: ACME: The price of {spiked} is a spike" in told.err
    assert_clear(told)
    assert rows_of(project) == (0, 0)


def test_that_ignoring_quality_marks_the_run_its_report_and_its_repetition(
    spiked, project, tmp_path, alphintra
):
    report = tmp_path / "report.html"
    told = alphintra(
        "backtest", project, *DATA, *ALL, "--ignore-quality", "--json", "--report", report
    )

    assert told.code == 0, told.err
    (mark,) = told.json["marks"]
    assert mark.startswith("QUALITY IGNORED: the data has 1 fault")
    assert "QUALITY IGNORED" in report.read_text(encoding="utf-8")
    assert [f["code"] for f in told.json["findings"]].count("spike") == 1
    manifest = Path(told.json["artifacts"]) / "manifest.json"
    assert json.loads(manifest.read_text(encoding="utf-8"))["marks"] == [mark]
    again = alphintra("repeat", told.json["run"], "--project", project, "--json")
    assert (again.json["identical"], again.json["differences"]) == (True, {})


def test_that_an_error_outside_the_period_of_a_run_does_not_block_it(spiked, project, alphintra):
    period = ("--set", "Market data.start=2012-01-03", "--set", "Market data.end=2014-06-30")

    told = alphintra("backtest", project, *DATA, *period, "--json")

    assert told.code == 0, told.err
    assert told.json["marks"] == []


def test_that_a_sweep_is_refused_and_can_be_told_not_to_mind(spiked, project, alphintra):
    sweep = ("sweep", project, *DATA, *ALL, "--sweep", "Fast average.period=5,10")

    refused = alphintra(*sweep)
    assert "not fit for a run" in refused.err

    assert alphintra(*sweep, "--ignore-quality").code == 0
