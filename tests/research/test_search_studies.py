"""Searches as jobs: what a study keeps, what resumes it, and that every trial counts once."""

from __future__ import annotations

import os
import random
import time
from contextlib import closing

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.report import Cancelled, Report
from alphintra_desktop.research.executors.choice import Spread, staff
from alphintra_desktop.research.grid import Axis, Grid
from alphintra_desktop.research.holdout import set_holdout
from alphintra_desktop.research.search import Search, search_ground
from alphintra_desktop.research.search_ledger import StudyLedger
from alphintra_desktop.research.search_space import number_of
from alphintra_desktop.research.search_spec import SearchSpec
from alphintra_desktop.research.search_task import run_search
from alphintra_desktop.research.studies import all_studies, create_study, open_study
from alphintra_desktop.research.sweep import cold
from alphintra_desktop.runs.project import Project, create_project
from tests.drawing import Drawing
from tests.research.made_library import import_made_bars
from tests.research.search_made import (
    counted,
    rows,
    searched,
    spec,
    start,
    without_time,
)

KILLS = int(os.environ.get("ALPHINTRA_KILLS", "3"))
SEVERAL = ("sharpe", "max_drawdown")


@pytest.fixture
def project(library_of_this_test, tmp_path) -> Project:
    import_made_bars(library_of_this_test)
    return create_project(tmp_path / "project", "Test")


# ---------------------------------------------------------------------- what is found


def test_that_a_search_tells_all_its_trials_and_the_best_neighbourhood(project):
    found = searched(project)
    assert [trial["number"] for trial in found["trials"]] == list(range(len(found["trials"])))
    assert found["counts"]["trials"] == 48
    assert found["ended_by"] == "trials"
    good = [trial for trial in found["trials"] if trial["feasible"]]
    assert found["peak"]["sharpe"] == max(trial["sharpe"] for trial in good)
    assert found["winner"] == "plateau"
    assert found["plateau"]["neighbourhood"] >= found["peak"]["neighbourhood"]
    assert found["luck"]["trials"] == found["counts"]["measured"]
    assert set(found["importance"]) == {"Fast average.period", "Slow average.period"}


def test_that_the_neighbourhood_of_the_winner_is_known_as_a_whole(project):
    found = searched(project)
    tried = {tuple(trial["point"]) for trial in found["trials"]}
    shape = [len(axis["values"]) for axis in found["axes"]]
    fast, slow = (axis["values"] for axis in found["axes"])
    here = found["plateau"]["point"]
    steps = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)]
    near = [(here[0] + a, here[1] + b) for a, b in steps]
    near = [p for p in near if 0 <= p[0] < shape[0] and 0 <= p[1] < shape[1]]
    assert {p for p in near if fast[p[0]] < slow[p[1]]} <= tried


def test_that_constraints_are_kept(project):
    found = searched(project, sampler="random")
    fast, slow = (axis["values"] for axis in found["axes"])
    assert all(fast[t["point"][0]] < slow[t["point"][1]] for t in found["trials"])
    broken = [t for t in found["trials"] if not t["feasible"]]
    assert broken
    assert all(t["trades"] < 5 for t in broken)
    assert found["peak"]["trades"] >= 5


def test_that_a_trial_is_what_its_generated_file_comes_to(project):
    ground = search_ground(spec(), Report())
    found = searched(project)
    trial = found["trials"][11]
    result = cold(ground.graph, ground.space, _number(found, trial), ground.loaded)
    assert trial["sharpe"] == pytest.approx(result.metrics["sharpe"], rel=1e-9)


def _number(found, trial) -> int:
    axes = [Axis(a["node"], a["param"], a["name"], tuple(a["values"])) for a in found["axes"]]
    return number_of(Grid(tuple(axes)), tuple(trial["point"]))


def test_that_the_peak_wins_where_it_is_preferred_and_nobody_looks_around(project):
    found = searched(project, prefer="peak")
    assert (found["winner"], found["plateau"]) == ("peak", None)
    assert found["counts"]["neighbours"] == 0


def test_that_several_objectives_give_a_front_that_none_beats(project):
    found = searched(project, sampler="nsga-ii", objectives=SEVERAL, trials=64)
    good = [trial for trial in found["trials"] if trial["feasible"]]
    values = {t["number"]: (t["sharpe"], t["max_drawdown"]) for t in good}
    for number in found["front"]:
        assert not any(
            all(a >= b for a, b in zip(other, values[number], strict=True))
            for other in values.values()
            if other != values[number]
        )


def test_that_trials_with_bad_early_folds_are_given_up(project):
    found = searched(project, folds=3, trials=64, sampler="random")
    states = [trial["state"] for trial in found["trials"] if trial["kind"] == "search"]
    assert states[:16].count("pruned") == 0  # nothing to compare with yet
    assert found["counts"]["pruned"] > 0
    for trial in found["trials"]:
        if trial["state"] == "pruned":
            assert trial["sharpe"] is None
            assert 1 <= len(trial["folds"]) <= 2
    assert counted(project) == found["counts"]["measured"]


def test_that_a_search_ends_when_there_is_nothing_left(project):
    alone = {"axes": (("00000003", "period", "2:6:1"),), "constraints": ()}
    found = searched(project, sampler="grid", trials=999, **alone)
    assert found["ended_by"] == "exhausted"
    assert found["counts"]["measured"] == 5


def test_that_a_search_ends_with_its_time(project):
    found = searched(project, sampler="random", trials=None, seconds=0.2)
    assert found["ended_by"] in ("seconds", "exhausted")
    assert found["counts"]["trials"] >= 16


def test_that_constraints_nothing_keeps_to_leave_no_winner(project):
    found = searched(project, constraints=("trades > 100000",), trials=16)
    assert (found["winner"], found["peak"], found["luck"]) == ("", None, None)
    assert "nothing to choose" in found["warning"]
    assert found["counts"]["infeasible"] == found["counts"]["measured"] == counted(project)


def test_that_custom_code_is_searched_through_its_file(project):
    draw = Drawing()
    bars = draw.add("market_data.dataset", dataset="made", symbols="AA")
    close = draw.add("prices.close", bars=bars)
    code = "def mine(values: Numbers, *, level: float = 1.0) -> Flags:\n    return values > level\n"
    yes = draw.add("custom.python", "Mine", code=code, values=close)
    draw.add("strategy.strategy", rules=[draw.add("signals.enter_long", when=yes)])
    asked = {"graph": graph_to_text(draw.graph), "axes": ((yes.id, "level", "90:110:5"),)}
    more = SearchSpec(**asked, sampler="grid").arguments()
    found = run_search(more, project.new_job_folder(), Report())
    assert "custom code" in found["slow_because"]
    assert found["counts"]["measured"] == 5


# --------------------------------------------------------------- the same, and once


@pytest.mark.parametrize(
    "asked",
    [
        {"sampler": "grid"},
        {"sampler": "random", "folds": 3},
        {"sampler": "tpe", "folds": 3},
        {"sampler": "cma-es"},
        {"sampler": "nsga-ii", "objectives": SEVERAL},
    ],
    ids=lambda asked: asked["sampler"],
)
def test_that_a_search_cancelled_anywhere_goes_on_as_if_it_had_not_been(project, asked):
    straight = searched(project, **asked)
    before = counted(project)
    study, steps = None, 0
    for stop in (3, 40, 1, 25, 60):
        left = iter(range(stop))
        report = Report(cancelled=lambda left=left: next(left, None) is None)
        try:
            searched(project, report, **({"study": study.id} if study else asked))
            break
        except Cancelled:
            steps += 1
            study = all_studies(project)[0]
    resumed = searched(project, study=study.id)
    assert steps >= 3
    assert without_time(resumed) == without_time(straight)
    assert counted(project) == before == straight["counts"]["measured"]  # no other trials


def test_that_a_generation_counted_just_before_a_kill_is_not_counted_again(project):
    asked = spec()
    ground = search_ground(asked, Report())
    study = create_study(project, "cut-off", asked, ground.data)
    with closing(project.database()) as database:
        ledger = StudyLedger(database, ground)

        def count_and_die(generation):
            ledger.count(generation)
            if generation.number == 1:
                raise KeyboardInterrupt

        with study.held(), staff(Spread(), ground.work) as work, pytest.raises(KeyboardInterrupt):
            Search(ground, study, work, Report(), count_and_die).run()
    assert (len(study.generations()), len(rows(project))) == (1, 2)
    found = searched(project, study="cut-off")
    assert counted(project) == found["counts"]["measured"]
    assert len(rows(project)) == len(study.generations())


def test_that_what_is_kept_and_not_counted_is_counted_when_the_search_goes_on(project):
    asked = spec()
    ground = search_ground(asked, Report())
    study = create_study(project, "uncounted", asked, ground.data)
    with study.held(), staff(Spread(), ground.work) as workers:
        Search(ground, study, workers, Report(), lambda _: None).run()
    assert counted(project) == 0
    found = searched(project, study="uncounted")
    assert counted(project) == found["counts"]["measured"]


def test_that_half_a_line_is_measured_again(project):
    straight = searched(project, prefer="peak")
    study = all_studies(project)[0]
    kept = study.folder / "trials.jsonl"
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) - 40])
    assert without_time(searched(project, study=study.id)) == without_time(straight)
    assert counted(project) == straight["counts"]["measured"]


def test_that_a_longer_search_goes_on_where_the_shorter_one_ended(project):
    short = searched(project, trials=32)
    longer = searched(project, study=short["study"], trials=64)
    straight = searched(project, trials=64)
    points = [
        [t["point"] for t in f["trials"] if t["kind"] == "search"] for f in (longer, straight)
    ]
    assert points[0] == points[1]
    assert len(points[0]) == 64


def test_that_other_bars_are_no_reason_to_go_on(project, library_of_this_test):
    first = searched(project, trials=16)
    import_made_bars(library_of_this_test, bars=450)
    with pytest.raises(AlphintraError, match="bars have changed since"):
        searched(project, study=first["study"], trials=32)


def test_that_a_holdout_ends_the_bars_of_a_search_and_is_told(project):
    first = searched(project, trials=16)
    set_holdout(project, "made", "2016-01-01", ("AA",))
    with pytest.raises(AlphintraError, match="bars have changed since"):
        searched(project, study=first["study"], trials=32)
    found = searched(project, trials=16)
    assert any("HELD OUT" in mark for mark in found["marks"])
    assert found["trials"][0]["point"] == first["trials"][0]["point"]
    assert found["trials"][0]["sharpe"] != first["trials"][0]["sharpe"]


# ------------------------------------------------------------------- in processes


def killed_and_resumed(project: Project, asked: dict, kills: int, seed: int) -> dict:
    """A search killed at random moments until it has been killed often enough, then finished."""
    draw = random.Random(seed)
    study, done = None, 0
    while done < kills:
        arguments = {"study": study} if study else spec(**asked).arguments()
        search = start(project, arguments)
        assert search.stdout is not None
        most = draw.randrange(1, 60)
        lines = [line for line, _ in zip(search.stdout, range(most), strict=False)]
        time.sleep(draw.random() * 0.02)
        search.kill()
        search.stdout.close()
        search.wait()
        if lines and lines[-1].startswith("done"):
            break
        done += 1
        study = study or next((one.id for one in all_studies(project)), None)
    assert done >= min(kills, 3)
    return searched(project, study=study)


def check_kills(project: Project, kills: int) -> None:
    asked = {"trials": 192, "sampler": "tpe", "folds": 3}
    resumed = killed_and_resumed(project, asked, kills, seed=kills)
    numbers = [trial["number"] for trial in resumed["trials"]]
    assert numbers == list(range(len(numbers)))
    assert counted(project) == resumed["counts"]["measured"]
    straight = searched(project, **asked)
    assert without_time(resumed) == without_time(straight)
    assert counted(project) == straight["counts"]["measured"]  # the same trials, no others


@pytest.mark.soak
def test_that_a_search_killed_again_and_again_loses_no_trial_and_counts_none_twice(project):
    check_kills(project, min(KILLS, 20))


def test_that_a_study_is_searched_by_one_at_a_time_and_others_go_on_beside_it(project):
    first = searched(project, trials=16)
    search = start(project, {"study": first["study"], "trials": 100_000})
    assert search.stdout is not None
    assert next(search.stdout)
    while not all_studies(project)[0].is_held():
        assert search.poll() is None
    with pytest.raises(AlphintraError, match="is being searched already"):
        searched(project, study=first["study"])
    other = searched(project, trials=16, seed=8)
    assert search.poll() is None
    search.kill()
    search.stdout.close()
    search.wait()
    assert other["counts"]["trials"] == 16
    assert not open_study(project, first["study"]).is_held()


def test_that_a_study_is_found_by_how_its_id_begins_and_a_wrong_one_is_told(project):
    first = searched(project, trials=16)
    assert open_study(project, first["study"][:-2]).id == first["study"]
    with pytest.raises(AlphintraError, match="no study 'nothing'"):
        open_study(project, "nothing")
    (all_studies(project)[0].folder / "study.json").write_text("{}")
    with pytest.raises(AlphintraError, match="cannot be read"):
        open_study(project, first["study"])
    assert all_studies(project) == []
