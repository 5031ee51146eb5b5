"""The parts of a search: its space, constraints, samplers, neighbourhoods, pruning and records."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.tunable import TunableRange, set_tunable
from alphintra_desktop.research.grid import Axis, Grid
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.plateau import best_of
from alphintra_desktop.research.sampler_choice import sampler_of
from alphintra_desktop.research.samplers import Journal
from alphintra_desktop.research.search_constraints import Constraints
from alphintra_desktop.research.search_plateau import (
    Neighbourhoods,
    best_neighbourhoods,
    lone_peak,
)
from alphintra_desktop.research.search_pruning import Pruning
from alphintra_desktop.research.search_space import number_of, space_of, tunable_axes
from alphintra_desktop.research.search_spec import SAMPLERS, SearchSpec, spec_of
from alphintra_desktop.research.splits import Span
from alphintra_desktop.research.studies import DONE, SEARCHED, TrialRecord
from tests.drawing import sma_crossover
from tests.shared_files import CHECKOUT

FAST, SLOW = "00000003", "00000004"
SPACE = Grid(
    (
        Axis("a", "period", "Fast average", tuple(range(2, 12))),
        Axis("b", "period", "Slow average", tuple(range(4, 24, 2))),
    )
)
WAY = Grid((*SPACE.axes, Axis("c", "way", "Way", ("up", "down"))))
OPTUNAS = ("tpe", "cma-es", "nsga-ii")


def everything(_) -> bool:
    return True


def rising(_) -> bool:
    return SPACE.axes[0].values[_[0]] < SPACE.axes[1].values[_[1]]


# --------------------------------------------------------------------------- the space


def test_that_a_search_turns_what_is_marked_tunable():
    graph = sma_crossover(dataset="made", symbols="AA")
    graph = set_tunable(graph, SLOW, "period", TunableRange(20, 100, 20)).apply(graph)
    graph = set_tunable(graph, FAST, "period", TunableRange(2, 4, 1)).apply(graph)
    assert tunable_axes(graph) == ((FAST, "period", "2:4:1"), (SLOW, "period", "20:100:20"))
    space = space_of(graph, ())
    assert [axis.values for axis in space.axes] == [(2, 3, 4), (20, 40, 60, 80, 100)]


def test_that_named_params_stand_in_for_the_marked_ones_and_are_sorted():
    graph = sma_crossover(dataset="made", symbols="AA")
    space = space_of(graph, ((FAST, "period", "8,2,4"),))
    assert space.axes[0].values == (2, 4, 8)


def test_that_a_search_of_nothing_says_how_to_mark_a_param():
    with pytest.raises(AlphintraError, match="nothing to search") as told:
        space_of(sma_crossover(dataset="made", symbols="AA"), ())
    assert "--tune" in told.value.hint


def test_that_a_param_named_twice_is_refused():
    graph = sma_crossover(dataset="made", symbols="AA")
    with pytest.raises(AlphintraError, match="named twice"):
        space_of(graph, ((FAST, "period", "8,2"), (FAST, "period", "3")))


def test_that_points_are_numbered_as_in_a_grid():
    assert all(number_of(SPACE, SPACE.places(n)) == n for n in range(SPACE.size))


# ---------------------------------------------------------------------------- the spec


def test_that_a_spec_survives_json():
    spec = SearchSpec("{}", ((FAST, "period", "2:4:1"),), constraints=("fast < slow",), trials=3)
    assert spec_of(json.loads(json.dumps(spec.arguments()))) == spec


def test_that_a_longer_search_is_the_same_search():
    assert SearchSpec("{}", trials=3).fingerprint == SearchSpec("{}", seconds=9.0).fingerprint
    assert SearchSpec("{}", seed=1).fingerprint != SearchSpec("{}").fingerprint


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"sampler": "luck"}, "no sampler 'luck'"),
        ({"objectives": ("fame",)}, "objectives 'fame'"),
        ({"objectives": ("sharpe", "sharpe")}, "objectives 'sharpe, sharpe'"),
        ({"objectives": ()}, "objectives ''"),
        ({"sampler": "cma-es", "objectives": ("sharpe", "total_return")}, "one objective, not 2"),
        ({"folds": 3, "objectives": ("sharpe", "total_return")}, "given up on early folds"),
        ({"trials": 0}, "needs trials"),
        ({"seconds": float("nan")}, "needs time"),
        ({"folds": 0}, "cannot have 0 folds"),
        ({"prefer": "luck"}, "cannot prefer 'luck'"),
        ({"seed": -1}, "seed is negative"),
    ],
)
def test_that_what_cannot_be_searched_for_is_refused(asked, says):
    with pytest.raises(AlphintraError, match=says):
        SearchSpec("{}", **asked)


# ------------------------------------------------------------------------- constraints


@pytest.mark.parametrize(
    "text",
    [
        "fast < slow",
        "slow>fast",
        "Fast average.period < Slow average.period",
        "a.period < b.period",
        "fast_average < slow_average",
        "2 * fast < slow + fast",
    ],
)
def test_that_a_param_goes_by_any_name_that_fits_only_it(text):
    constraints = Constraints(SPACE, [text])
    allowed = [constraints.allows(SPACE.places(n)) for n in range(SPACE.size)]
    assert allowed == [rising(SPACE.places(n)) for n in range(SPACE.size)]


def test_that_equal_sides_keep_at_most_but_not_less():
    same = (2, 0)  # 4 and 4
    assert Constraints(SPACE, ["fast <= slow"]).allows(same)
    assert not Constraints(SPACE, ["fast < slow"]).allows(same)


def test_that_results_are_judged_after_and_a_missing_figure_is_far_off():
    constraints = Constraints(SPACE, ["trades >= 30", "sharpe > 0"])
    assert constraints.allows((0, 0))
    few = {"trades": 10.0, "sharpe": float("nan")}
    assert constraints.violations((0, 0), few) == (20.0, 1e9)
    assert max(constraints.violations((0, 0), {"trades": 30.0, "sharpe": 0.1})) <= 0.0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("fast", "is not a constraint"),
        ("fast < slow < 3", "is not a constraint"),
        ("1 < 2", "compares only numbers"),
        ("period < 3", "fits more than one param"),
        ("volume < 3", "No param of the search and no figure is called 'volume'"),
        ("way < 3", "Way.way is not a number"),
        ("fast + slow + fast < 3", "more than can be compared"),
        ("fast < inf", "not a finite number"),
    ],
)
def test_that_what_is_no_constraint_is_told(text, says):
    with pytest.raises(AlphintraError, match=says):
        Constraints(WAY, [text])


# ---------------------------------------------------------------------------- samplers


def told(number: int, point: tuple[int, ...], objectives: int = 1) -> TrialRecord:
    value = -float((point[0] - 6) ** 2 + (point[1] - 3) ** 2)
    return TrialRecord(number, SEARCHED, point, DONE, told=(value, -float(point[0]))[:objectives])


def spec_for(sampler: str) -> SearchSpec:
    several = ("sharpe", "max_drawdown") if sampler == "nsga-ii" else ("sharpe",)
    return SearchSpec("{}", sampler=sampler, objectives=several, seed=5)


def asked(sampler: str, journal: Path, *, generations: int, again: bool) -> list:
    """The points of some generations; `again`: after each one the process was killed."""
    spec, known, mark = spec_for(sampler), [], 0
    mine = sampler_of(spec, SPACE, rising, Journal(journal, 0))
    for _ in range(generations):
        if again:
            mine.ask(5, known)  # killed while it was asked
            mine = sampler_of(spec, SPACE, rising, Journal(journal, mark))
        points = mine.ask(8, known)
        mark, first = mine.mark, len(known)
        more = [told(n, p, len(spec.objectives)) for n, p in enumerate(points, first)]
        known = [*known, *more]
    return [record.point for record in known]


@pytest.mark.parametrize("sampler", [s for s in SAMPLERS if s != "gp"])
def test_that_a_sampler_asks_for_the_same_after_a_kill(sampler, tmp_path):
    straight = asked(sampler, tmp_path / "one", generations=5, again=False)
    assert asked(sampler, tmp_path / "other", generations=5, again=True) == straight
    assert len(straight) == 40
    assert all(map(rising, straight))


@pytest.mark.parametrize("sampler", ["tpe", "cma-es"])
def test_that_what_is_told_draws_a_sampler_to_where_it_is_good(sampler, tmp_path):
    points = asked(sampler, tmp_path / "one", generations=12, again=False)
    early = [told(0, point).told[0] for point in points[:24]]
    late = [told(0, point).told[0] for point in points[-24:]]
    assert sum(late) > sum(early)


def test_that_a_grid_asks_for_every_allowed_point_once(tmp_path):
    sampler = sampler_of(spec_for("grid"), SPACE, rising, Journal(tmp_path / "none", 0))
    points = sampler.ask(1_000, ())
    assert sorted(points) == [p for p in map(SPACE.places, range(SPACE.size)) if rising(p)]
    assert sampler.ask(8, [told(n, p) for n, p in enumerate(points)]) == []


@pytest.mark.parametrize("sampler", ["random", *OPTUNAS])
def test_that_constraints_nothing_keeps_to_are_told(sampler, tmp_path):
    mine = sampler_of(spec_for(sampler), SPACE, lambda _: False, Journal(tmp_path / "one", 0))
    with pytest.raises(AlphintraError, match="hardly any point"):
        mine.ask(1, ())


@pytest.mark.parametrize("sampler", OPTUNAS)
def test_that_a_point_few_keep_to_is_found_in_the_end(sampler, tmp_path):
    mine = sampler_of(spec_for(sampler), SPACE, lambda p: p == (1, 2), Journal(tmp_path / "j", 0))
    assert mine.ask(2, ()) == [(1, 2), (1, 2)]


def test_that_a_journal_without_its_end_is_refused(tmp_path):
    with pytest.raises(AlphintraError, match="its end is missing"):
        sampler_of(spec_for("tpe"), SPACE, rising, Journal(tmp_path / "j", 10))


def test_that_gp_without_torch_says_how_to_get_it(tmp_path):
    if find_spec("torch") is not None:
        assert sampler_of(spec_for("gp"), SPACE, rising, Journal(tmp_path / "j", 0)).ask(1, ())
        return
    with pytest.raises(AlphintraError, match="needs PyTorch") as error:
        sampler_of(spec_for("gp"), SPACE, rising, Journal(tmp_path / "j", 0))
    assert "alphintra-desktop[deep]" in error.value.hint


# ---------------------------------------------------------------------- neighbourhoods


def test_that_a_neighbourhood_is_the_mean_of_what_is_measured_and_names_the_rest():
    here = Neighbourhoods(SPACE, everything).around((0, 0), {(0, 0): 3.0, (0, 1): 1.0})
    assert here.mean == 2.0
    assert here.missing == ((1, 0), (1, 1))
    assert here.beside == 1.0


def test_that_forbidden_points_are_nobodys_neighbours():
    assert Neighbourhoods(SPACE, rising).beside((3, 1)) == [(2, 1), (2, 2), (3, 2), (4, 2)]


def test_that_neighbours_without_a_number_count_like_the_worst_and_no_better_than_0():
    hoods = Neighbourhoods(Grid(SPACE.axes[:1]), everything)
    nothing = float("nan")
    assert hoods.around((1,), {(0,): nothing, (1,): 3.0, (2,): 3.0}).mean == 2.0
    assert hoods.around((1,), {(0,): nothing, (1,): 3.0, (9,): -3.0}).mean == 0.0


def test_that_a_choice_has_no_neighbours():
    assert all(there[2] == 0 for there in Neighbourhoods(WAY, everything).beside((4, 4, 0)))


def test_that_many_axes_have_no_diagonals():
    axes = tuple(Axis(str(n), "x", str(n), (1, 2, 3)) for n in range(4))
    assert len(Neighbourhoods(Grid(axes), everything).beside((1, 1, 1, 1))) == 8


def test_that_of_equal_neighbourhoods_the_first_tried_is_the_best():
    hoods = Neighbourhoods(Grid(SPACE.axes[:1]), everything)
    values = {(5,): 0.1 + 0.2, (2,): 0.3, (8,): 0.2}
    order = best_neighbourhoods((hoods.around(p, values) for p in values), 3)
    assert [one.point for one in order] == [(5,), (2,), (8,)]


def test_that_a_lone_peak_is_warned_about_and_a_hill_is_not():
    hoods = Neighbourhoods(Grid(SPACE.axes[:1]), everything)
    peak = {(0,): 0.0, (1,): 3.0, (2,): 0.0, (3,): 0.0, (4,): 0.5}
    assert "lone peak" in lone_peak(hoods.around((1,), peak), peak.values())
    hill = {(0,): 2.5, (1,): 3.0, (2,): 2.6, (3,): 0.0, (4,): 0.5}
    assert lone_peak(hoods.around((1,), hill), hill.values()) == ""


def test_that_rounding_chooses_no_plateau():
    metric = [0.1, 0.2, 0.3, 0.0, 0.3, 0.2, 0.1]  # two hills, one the other's mirror
    for shift in (0.0, 0.7, 1e-3):
        best = best_of(Grid((Axis("a", "x", "A", tuple(range(7))),)), np.array(metric) + shift)
        assert best is not None
        assert (best.point, best.plateau) == (2, 1)


# ----------------------------------------------------------------------------- pruning


def test_that_below_the_median_of_all_so_far_a_trial_is_given_up():
    early = (Span(0, 50), Span(50, 100))
    looked_at: list[tuple[Span, int]] = []

    def measure(span, numbers):
        looked_at.extend((span, number) for number in numbers)
        return [Measures(0.0, float(number), 0.0, 1.0) for number in numbers]

    pruning = Pruning("sharpe", early)
    first = pruning.thinned([1, 2, 3, 4], measure)
    assert first.going == [1, 2, 3, 4]  # nothing to compare with yet
    pruning.learn(first.folds.values())
    looked_at.clear()
    second = pruning.thinned([0, 3, 9], measure)
    assert second.going == [3, 9]
    assert second.folds == {0: (0.0,), 3: (3.0, 3.0), 9: (9.0, 9.0)}
    assert (early[1], 0) not in looked_at


def test_that_a_point_that_cannot_be_measured_goes_no_further():
    found = Pruning("sharpe", (Span(0, 50),)).thinned([1], lambda _, numbers: ["no"] * len(numbers))
    assert (found.going, found.failed) == ([], {1: "no"})


# ------------------------------------------------------------------------ what it loads


def test_that_optuna_is_loaded_only_for_its_own_samplers(tmp_path):
    code = """
import sys
from pathlib import Path
from alphintra_desktop.research import search_task, studies
from alphintra_desktop.research.sampler_choice import sampler_of
from alphintra_desktop.research.samplers import Journal
from tests.research.test_search_parts import SPACE, everything, spec_for
for name in ("grid", "random", "tpe"):
    sampler_of(spec_for(name), SPACE, everything, Journal(Path(sys.argv[1]), 0))
    print(name, "optuna" in sys.modules)
"""
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "journal")],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.split() == ["grid", "False", "random", "False", "tpe", "True"]
