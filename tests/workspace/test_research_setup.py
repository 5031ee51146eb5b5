"""Setting research up: what can be varied, what is asked of the worker, and how much it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.graph.tunable import TunableRange, set_tunable
from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.research.search_spec import spec_of
from alphintra_desktop.workspace.research_estimate import (
    DataSize,
    data_size,
    duration_of,
    estimate,
    time_left,
)
from alphintra_desktop.workspace.research_plan import plan
from alphintra_desktop.workspace.research_runs import (
    AUTOPSY,
    CAUSALITY,
    SEARCH,
    STRESS,
    SWEEP,
    WALK_FORWARD,
)
from alphintra_desktop.workspace.research_setup import (
    SearchAsked,
    Setup,
    SpreadAsked,
    WindowsAsked,
    folds_in,
    variable_params,
)
from alphintra_desktop.workspace.sheet import Sheet
from tests.workspace.researched import GRAPH, node

BARS = DataSize(3270, 3270)


def noted() -> Graph:
    """The strategy with its fast average tunable."""
    return set_tunable(GRAPH, node("Fast average"), "period", TunableRange(5, 50, 5)).apply(GRAPH)


@pytest.fixture
def sheet(tmp_path):
    made = Sheet(tmp_path / "one.alphintra", noted())
    made.live_code.settled()
    yield made
    made.close()


def setup_of(graph: Graph) -> Setup:
    return Setup(variable_params(graph))


def both(graph: Graph) -> Setup:
    """Both averages varied: 10 values of the fast one, 3 of the slow one."""
    setup = setup_of(graph)
    slow = next(one for one in setup.params if one.title == "Slow average")
    return setup.with_param(replace(slow, on=True, values="60,80,100"))


def test_that_what_the_graph_notes_as_tunable_comes_first_and_is_varied():
    params = variable_params(noted())
    assert (params[0].title, params[0].values, params[0].on) == ("Fast average", "5:50:5", True)
    assert not any(one.on for one in params[1:])


def test_that_without_notes_nothing_is_varied_and_frames_come_last():
    params = variable_params(GRAPH)
    assert not any(one.on for one in params)
    frames = [one.frame for one in params]
    assert frames == sorted(frames)
    switches = {one.param: one.values for one in params}
    assert switches["whole_shares"] == "false,true"
    assert switches["fill"] == "next_open,next_close,same_close"


def test_that_a_sweep_is_planned_with_its_number_of_points(sheet):
    found = plan(SWEEP, sheet, both(sheet.document.graph), BARS, ())
    assert found.spec is not None
    assert found.spec.task == "run_sweep"
    assert [axis[2] for axis in found.spec.arguments["axes"]] == ["5:50:5", "60,80,100"]
    assert found.words.startswith("30 points, each counted as a trial. Roughly ")


def test_that_nothing_to_vary_and_wrong_values_are_in_the_way(sheet):
    setup = setup_of(GRAPH)
    assert plan(SWEEP, sheet, setup, BARS, ()).trouble.startswith("No param is varied.")
    wrong = replace(both(sheet.document.graph).params[0], values="5:50:0")
    found = plan(SWEEP, sheet, setup.with_param(wrong), BARS, ())
    assert found.spec is None
    assert "not a range" in found.trouble


def test_that_a_walk_forward_counts_its_folds_and_refuses_too_few_bars(sheet):
    windows = WindowsAsked("504, 756", "126", gap=5)
    setup = replace(both(sheet.document.graph), windows=windows)
    found = plan(WALK_FORWARD, sheet, setup, BARS, ())
    assert found.words.startswith("30 points in each of 21 folds, and 1 more pairs of lengths.")
    assert found.spec is not None
    assert found.spec.arguments["in_sample"] == (504, 756)
    assert found.spec.arguments["edges"] == "flat"
    few = plan(WALK_FORWARD, sheet, setup, DataSize(400, 400), ())
    assert few.trouble == "400 bars do not hold one fold. Take shorter windows."
    assert folds_in(3270, WindowsAsked("504", "126")) == 21


def test_that_a_length_that_is_none_is_refused():
    with pytest.raises(AlphintraError, match="no length of a window in sample"):
        WindowsAsked("five hundred").lengths()


def test_that_a_search_is_asked_for_and_checks_its_constraints(sheet):
    asked = SearchAsked(
        sampler="random", trials=12, minutes=0.5, constraints=("fast_average < slow_average",)
    )
    setup = replace(both(sheet.document.graph), search=asked)
    found = plan(SEARCH, sheet, setup, BARS, ())
    assert found.words.startswith("30 points, of which 12 are tried.")
    assert found.spec is not None
    spec = spec_of(found.spec.arguments)
    assert (spec.sampler, spec.trials, spec.seconds) == ("random", 12, 30.0)
    wrong = replace(asked, constraints=("fast_average is small",))
    assert (
        "is not a constraint" in plan(SEARCH, sheet, replace(setup, search=wrong), BARS, ()).trouble
    )
    none = replace(asked, objectives=())
    assert "objectives" in plan(SEARCH, sheet, replace(setup, search=none), BARS, ()).trouble


def test_that_checks_need_no_params(sheet):
    setup = replace(setup_of(GRAPH), paths=200, bars=7)
    stress, check = (plan(kind, sheet, setup, BARS, ()) for kind in (STRESS, CAUSALITY))
    assert stress.spec is not None
    assert stress.spec.arguments["paths"] == 200
    assert check.spec is not None
    assert check.spec.arguments["bars"] == 7
    assert check.words.endswith("How long it takes is not known before the first one.")


def test_that_work_is_spread_as_asked_and_as_fits_where_nothing_is(sheet):
    spread = SpreadAsked("processes", 3)
    for kind in (SWEEP, WALK_FORWARD, SEARCH):
        setup = both(sheet.document.graph)
        assert "spread" not in plan(kind, sheet, setup, BARS, ()).spec.arguments
        spec = plan(kind, sheet, replace(setup, spread=spread), BARS, ()).spec
        assert spec.arguments["spread"] == {"executor": "processes", "workers": 3, "address": ""}
    spec = plan(STRESS, sheet, replace(setup_of(GRAPH), spread=spread), BARS, ()).spec
    assert spec.arguments["workers"] == 3


def test_that_an_autopsy_is_of_a_run(sheet):
    setup = replace(setup_of(GRAPH), project="somewhere", run="20260101-000000000-abcdef")
    found = plan(AUTOPSY, sheet, setup, BARS, ())
    assert found.spec is not None
    assert found.spec.arguments["run"] == setup.run
    assert plan(AUTOPSY, sheet, setup_of(GRAPH), BARS, ()).trouble.startswith("No run is chosen.")


def test_that_an_estimate_says_where_it_comes_from():
    assert estimate(100, [(10.0, 50.0)], 3000, slow=False).startswith("About 20 s, as the last")
    assert estimate(100, [], 0, slow=False).startswith("How long it takes is not known")
    assert estimate(10_000, [], 3000, slow=True).startswith("Roughly 5 min to 30 min")
    assert duration_of(7200) == "2.0 h"


def test_that_the_time_that_is_left_is_told_once_it_can_be():
    assert time_left(50, 100, 30.0) == 30.0
    assert not time_left(0, 100, 30.0) > 0
    assert not time_left(50, 100, 0.1) > 0


def test_that_the_library_tells_how_much_data_a_strategy_has():
    assert data_size(GRAPH) == DataSize(about="AAPL, 1d bars of sample")
    ensure_sample_data()
    assert data_size(GRAPH) == DataSize(3270, 3270, "AAPL, 1d bars of sample: 3,270")
