"""The harness measures what it says. What it measures with it is not tested here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks.harness import Benchmark, Direction, compare, machine, report


def test_that_the_two_sides_run_in_turn_and_each_goes_first_every_second_round():
    ran: list[str] = []
    compare("turns", lambda: ran.append("o"), lambda: ran.append("p"), goal=1.0, rounds=4)
    warm_up, rounds = "".join(ran[:2]), "".join(ran[2:])
    assert (warm_up, rounds) == ("op", "oppooppo")


def test_that_the_best_of_all_rounds_is_compared_and_the_median_kept():
    result = compare("sums", lambda: sum(range(900)), lambda: sum(range(9)), goal=1.0, rounds=3)
    assert result.ratio == result.ours / result.peer
    assert result.ours_median >= result.ours
    assert result.peer_median >= result.peer


@pytest.mark.parametrize(
    ("ours", "direction", "passed"),
    [
        (1.1, Direction.LOWER, True),
        (1.2, Direction.LOWER, False),
        (1.1, Direction.HIGHER, True),
        (1.0, Direction.HIGHER, False),
    ],
)
def test_that_a_goal_is_met_on_the_good_side_of_it(ours, direction, passed):
    result = Benchmark("one", "s", ours=ours, peer=1.0, goal=1.1, direction=direction)
    assert result.passed is passed


def test_that_bench_json_holds_every_field_with_the_machine_and_the_versions(
    tmp_path: Path, capsys
):
    path = tmp_path / "bench.json"
    report([Benchmark("one", "s", ours=1.0, peer=4.0, goal=0.5)], path, machine())

    content = json.loads(path.read_text(encoding="utf-8"))
    (row,) = content["benchmarks"]

    fields = {"name", "unit", "ours", "peer", "ratio", "goal", "direction", "passed"}
    assert fields <= row.keys()
    assert (row["ratio"], row["passed"], row["direction"]) == (0.25, True, "lower")
    assert content["machine"]["cores"] >= 1
    assert content["versions"].keys() >= {"python", "numpy", "vectorbt"}
    assert "0.250" in capsys.readouterr().out
