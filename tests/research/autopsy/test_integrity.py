"""The integrity score: unknown is not good, a leak rules everything out, formulas are as stated."""

from __future__ import annotations

import math
from copy import deepcopy

import pytest

from alphintra_desktop.research.autopsy.findings import headline_words
from alphintra_desktop.research.autopsy.integrity import PARTS, integrity


def spread(measured: float = 1.0, low: float = 0.8) -> dict:
    return {"sharpe": {"measured": measured, "p05": low}}


GOOD = {
    "tried": {"trials": 3, "luck": {"deflated_sharpe": 0.9}},
    "overfitting": {"probability": 0.1, "unknown": ""},
    "lives": {"best_trades": {"share": 0.25, "count": 5, "of": 80}},
    "marks": [],
    "causality": {"looks_ahead": False, "unknown": "", "said": ["Nothing was found."]},
    "holdout": {"sharpe": 0.5, "unknown": ""},
    "kills": {
        "base": {"sharpe": 1.0},
        "parts": {
            "bootstrap": {"skipped": "", "metrics": {"sharpe": {"above_zero": 0.95}}},
            "costs": {"skipped": "", "has_costs": True, "break_even_multiple": 2.0},
            "delay": {"skipped": "", "curve": [{"sharpe": 1.0}, {"sharpe": 0.7}]},
            "noise": {"skipped": "", "levels": [{}, {"level": 0.1, **spread()}]},
            "jitter": {"skipped": "", "levels": [{}, {"level": 0.1, **spread(low=0.4)}]},
            "entries": {"skipped": "", "p_value": 0.05},
            "controls": {"skipped": "", "verdict": "clean"},
        },
    },
}


def points(found: dict) -> dict[str, float | None]:
    return {part["name"]: part["points"] for part in integrity(found)["parts"]}


def test_that_the_weights_add_up_to_a_hundred_and_every_part_says_its_formula():
    assert sum(part.weight for part in PARTS) == 100
    assert all(part.formula and part.evidence for part in PARTS)
    assert len({part.name for part in PARTS}) == len(PARTS)


def test_that_every_part_follows_its_formula():
    expected = {
        "luck": 25 * 0.9,
        "overfitting": 10 * 0.8,
        "interval": 5 * 0.9,
        "costs": 10 * 0.5,
        "delay": 5 * 0.7,
        "noise": 5 * 0.8,
        "jitter": 5 * 0.4,
        "entries": 5 * 0.9,
        "spread": 5 * 0.75,
        "controls": 5.0,
        "causality": 5.0,
        "holdout": 10 * 0.5,
        "marks": 5.0,
    }
    assert points(GOOD) == pytest.approx(expected)
    assert integrity(GOOD)["score"] == pytest.approx(sum(expected.values()))


def test_that_what_is_unknown_earns_nothing_and_is_counted():
    found = deepcopy(GOOD)
    found["overfitting"] = {"probability": math.nan, "unknown": "nothing was swept"}
    found["holdout"] = {"sharpe": math.nan, "unknown": "nothing was opened"}
    found["kills"]["parts"]["entries"] = {"skipped": "there are two trades"}
    del found["kills"]["parts"]["noise"]
    score = integrity(found)
    assert score["unknown"] == 10 + 10 + 5 + 5
    assert score["score"] < integrity(GOOD)["score"]
    assert "30 points are unknown" in headline_words({"integrity": score})[0]


@pytest.mark.parametrize("who", ["controls", "causality"])
def test_that_who_knows_the_future_scores_nothing_at_all(who):
    found = deepcopy(GOOD)
    found["kills"]["parts"]["controls"]["verdict"] = "leaks" if who == "controls" else "clean"
    found["causality"]["looks_ahead"] = who == "causality"
    score = integrity(found)
    assert score["score"] == 0.0
    assert score["ruled_out"]
    assert headline_words({"integrity": score})[0].startswith("Integrity 0 of 100: ")


def test_that_a_losing_run_has_nothing_that_could_survive():
    found = deepcopy(GOOD)
    found["kills"]["base"]["sharpe"] = -0.3
    found["kills"]["parts"]["noise"]["levels"][1]["sharpe"] = {"measured": -0.3, "p05": -0.6}
    assert {points(found)[name] for name in ("interval", "costs", "delay", "noise")} == {0.0}


def test_that_no_costs_and_marks_earn_nothing():
    found = deepcopy(GOOD)
    found["kills"]["parts"]["costs"] = {
        "skipped": "",
        "has_costs": False,
        "break_even_multiple": None,
    }
    found["marks"] = ["UNSAFE FILL: nobody can trade that."]
    assert points(found)["costs"] == points(found)["marks"] == 0.0
