"""`alphintra causality`: what it prints, its exit code, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from alphintra_desktop import worker
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.research.causality_task import run_causality
from tests.cli.command_line import assert_told_and_nothing_kept, here, project_with, results_in
from tests.drawing import Drawing
from tests.research.made_library import import_made_bars
from tests.research.seeded_look_ahead import ELEVEN, Strategy


@pytest.fixture
def alphintra(capsys, library_of_this_test) -> Any:
    import_made_bars(library_of_this_test)
    return here(capsys)


def of(tmp_path, graph):
    return project_with(tmp_path / "mine", graph_to_text(graph)).folder


def honest():
    made = Strategy()
    made.traded(made.before)
    return made.draw.graph


def test_that_a_worker_knows_the_task():
    assert run_causality in worker.TASKS


def test_that_a_clean_strategy_passes_and_is_told_what_that_is_worth(alphintra, tmp_path):
    folder = of(tmp_path, honest())
    done = alphintra("causality", folder, "--bars", 8, "--seed", 2)
    assert done.code == 0, done.err
    assert "no node was seen to look ahead" in done.out
    assert "8 sampled bars (seed 2) of AA" in " ".join(done.out.split())
    assert "proves nothing about bars that were not tested" in " ".join(done.out.split())
    assert "Suggested warm-up" in done.out
    assert results_in(folder) == []


def test_that_a_guilty_node_is_named_with_the_bar_and_the_exit_code_tells(alphintra, tmp_path):
    seeded = ELEVEN["centred window"]()
    done = alphintra("causality", of(tmp_path, seeded.graph))
    assert done.code == 3, done.err
    said = " ".join(done.out.split())
    assert "1 node looks ahead" in said
    assert f"({seeded.guilty})" in said
    assert "Mine looks ahead: what it says for" in said


def test_that_programs_can_read_the_first_guilty_node(alphintra, tmp_path):
    seeded = ELEVEN["label among features"]()
    done = alphintra("causality", of(tmp_path, seeded.graph), "--json")
    assert done.code == 3
    assert done.json["first_guilty"] == seeded.guilty
    assert done.json["looks_ahead"] is True
    assert done.json["findings"][0]["code"] == "future"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (["--bars", "none"], "'none' is not a whole number above 0"),
        (["--seed", "-1"], "-1"),
        (["--bars", "0"], "'0' is not a whole number above 0"),
    ],
)
def test_that_nonsense_is_not_understood(alphintra, tmp_path, given, word):
    done = alphintra("causality", of(tmp_path, honest()), *given)
    assert done.code == 2
    assert word in done.err


def test_that_too_many_bars_are_refused(alphintra, tmp_path):
    folder = of(tmp_path, honest())
    done = alphintra("causality", folder, "--bars", 1_000_000)
    assert_told_and_nothing_kept(done, ["1 to 10,000 bars"], folder)


def test_that_a_drawing_that_cannot_be_computed_is_refused_with_its_problems(alphintra, tmp_path):
    made = Strategy()
    made.traded(made.draw.add("talib.sma", period=3))
    folder = of(tmp_path, made.draw.graph)
    done = alphintra("causality", folder)
    assert_told_and_nothing_kept(done, ["Nothing is connected"], folder)


def test_that_a_graph_without_market_data_is_refused(alphintra, tmp_path):
    empty = Drawing()
    empty.add("arithmetic.constant", value=1.0)
    folder = of(tmp_path, empty.graph)
    done = alphintra("causality", folder)
    assert_told_and_nothing_kept(done, ["no market data"], folder)


def test_that_too_few_bars_are_no_pass(alphintra, tmp_path):
    folder = of(tmp_path, honest())
    data = "Market data"
    one_day = ("--set", f"{data}.start=2015-02-02", "--set", f"{data}.end=2015-02-02")
    done = alphintra("causality", folder, *one_day)
    assert_told_and_nothing_kept(done, ["too few bars"], folder)


def test_that_custom_code_that_never_ends_is_ended(alphintra, tmp_path):
    made = Strategy()
    made.traded(made.mine("while True:\n    pass\nreturn values", values=made.before))
    folder = of(tmp_path, made.draw.graph)
    done = alphintra("causality", folder, "--time-limit", 8)
    assert done.code == 1
    assert "longer than" in done.err or "seconds" in done.err
    assert results_in(folder) == []
