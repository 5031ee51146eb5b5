"""The gate before a run: errors within the period block, and ignoring them leaves a mark."""

from __future__ import annotations

import pytest

from alphintra_desktop.market.gate import UNJUDGED, gate, most_telling
from alphintra_desktop.market.quality_finding import BarSpan, QualityFinding, Severity


def finding(
    severity: Severity = Severity.ERROR,
    first: str = "2004-05-03",
    last: str = "2004-05-07",
    code: str = "spike",
) -> QualityFinding:
    place = BarSpan("ACME", first, last, 1)
    return QualityFinding(code, severity, "A price is a spike.", "Look it up.", place)


def test_that_an_error_blocks_and_says_what_to_do():
    verdict = gate([finding()])

    assert verdict.blocked
    error = verdict.refusal()
    assert error.message == "The data is not fit for a run: ACME: A price is a spike."
    assert "data repair" in error.hint
    assert "--ignore-quality" in error.hint
    assert verdict.marks == ()


def test_that_ignored_errors_do_not_block_but_mark():
    verdict = gate([finding(), finding()], ignore=True)

    assert not verdict.blocked
    (mark,) = verdict.marks
    assert mark.startswith("QUALITY IGNORED: the data has 2 faults")
    assert "ACME: A price is a spike." in mark


@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.INFO])
def test_that_less_than_an_error_neither_blocks_nor_marks(severity):
    assert not gate([finding(severity)]).blocked
    assert gate([finding(severity)], ignore=True).marks == ()


@pytest.mark.parametrize(
    ("first", "last", "inside"),
    [
        ("2004-01-02", "2004-12-31", True),
        ("2004-05-07", "2004-12-31", True),
        ("2004-01-02", "2004-05-03", True),
        ("2004-05-10", "2004-12-31", False),
        ("2004-01-02", "2004-04-30", False),
        ("", "", True),
        ("2004-05-07T13:30:00Z", "2004-05-07T20:00:00Z", True),
        ("2004-05-10T13:30:00Z", "2004-05-11T20:00:00Z", False),
    ],
)
def test_that_only_what_touches_the_period_counts(first, last, inside):
    assert bool(gate([finding()], first=first, last=last).findings) is inside


def test_that_many_faults_are_counted_and_the_first_are_told():
    message = gate([finding() for _ in range(10)]).refusal().message

    assert message.count("A price is a spike.") == 3
    assert message.endswith("There are 7 more.")


def test_that_a_result_is_told_the_first_few_of_each_kind_and_no_mere_remarks():
    many = [finding(code=code) for code in ("spike", "spike", "spike", "spike", "gap")]

    told = most_telling([*many, finding(Severity.INFO)])

    assert [one.code for one in told] == ["spike", "spike", "spike", "gap"]


def test_that_bars_nobody_judged_have_no_verdict():
    assert UNJUDGED.findings == ()
    assert not UNJUDGED.blocked
