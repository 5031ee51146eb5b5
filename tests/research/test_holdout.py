"""Nothing reads held-out bars until they are opened; then one strategy does, and is stamped."""

from __future__ import annotations

import argparse
import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from alphintra_desktop import worker
from alphintra_desktop.backtest.node_values import Memory, ValuesSpec, values_of
from alphintra_desktop.backtest.report_task import run_report
from alphintra_desktop.backtest.stored_bars import bars_of
from alphintra_desktop.backtest.stored_run import stored_run
from alphintra_desktop.cli.main import parser
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.graph.model import Node, Wire
from alphintra_desktop.market.holdout import all_holdouts, keep_holdout, lifted
from alphintra_desktop.market.library import library
from alphintra_desktop.market.store import current_series, load_bars, query
from alphintra_desktop.report import Report
from alphintra_desktop.research.holdout import run_holdout, set_holdout, statuses
from alphintra_desktop.runs.ledger import ledger, verify_ledger
from alphintra_desktop.runs.project import open_project
from alphintra_desktop.workspace.data_series import read_series
from alphintra_desktop.workspace.data_tasks import run_data_export, run_data_query
from tests.cli.command_line import here, project_with
from tests.drawing import sma_crossover
from tests.research.held_out import (
    BARS,
    START,
    import_bars_with_a_secret,
    secrets_in,
    secrets_in_files,
    secrets_in_text,
)
from tests.research.made_library import import_made_bars

FAST = "00000003"
AXIS = ("--sweep", "Fast average.period=2:6:2")
MARK = "HELD OUT"


def drawn(symbols="AA", **more):
    return graph_to_text(sma_crossover(dataset="made", symbols=symbols, **more))


@pytest.fixture
def project(library_of_this_test, tmp_path):
    import_bars_with_a_secret(library_of_this_test)
    return project_with(tmp_path / "mine", drawn())


@pytest.fixture
def sealed(project):
    set_holdout(project, "made", START)
    return project


@pytest.fixture
def alphintra(capsys) -> Any:
    return here(capsys)


# --------------------------------------------------------- nothing reads what is held out

COMMANDS = {
    "backtest": ("backtest", "{graph}", "--report", "{out}/report.html"),
    "verify": ("verify", "{graph}"),
    "code": ("code", "{graph}", "--bars", "{out}/bars.parquet", "-o", "{out}/code.py"),
    "sweep": ("sweep", "{graph}", *AXIS),
    "search": ("search", "{graph}", "--tune", "Fast average.period=2:6:2", "--trials", "3"),
    "walk-forward": (
        *("walk-forward", "{graph}", *AXIS),
        *("--in-sample", "100", "--out-of-sample", "50"),
    ),
    "stress": ("stress", "{graph}", "--only", "bootstrap,costs", "--paths", "10"),
    "causality": ("causality", "{graph}", "--bars", "5"),
    "data show": ("data", "show", "made", "AA"),
    "data export": ("data", "export", "made", "AA,BB", "{out}/all.parquet"),
    "data query": ("data", "query", "SELECT * FROM made_1d ORDER BY timestamp DESC LIMIT 5"),
    "features": ("features", "save", "mine", "{graph}", "--feature", "fast=Fast average"),
}


def asked(name: str, project: Any, out: Path) -> list[str]:
    graph = project.graphs / "strategy.alphintra"
    return [part.format(graph=graph, out=out) for part in COMMANDS[name]]


@pytest.mark.parametrize("name", COMMANDS)
def test_that_no_command_shows_or_keeps_a_bar_that_is_held_out(name, sealed, alphintra, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    done = alphintra(*asked(name, sealed, out))
    assert done.code == 0, done.err
    assert secrets_in_text(_without_ids(done.out + done.err)) == []
    assert secrets_in_files(out) == []
    assert secrets_in_files(sealed.jobs) == []
    assert secrets_in_files(library().folder / "features") == []


def test_that_every_command_is_walked_above_or_hands_no_bar_out():
    walked = {name.partition(" ")[0] for name in COMMANDS}
    tested_below = {"repeat", "autopsy", "holdout", "train"}
    of_results_and_drawings = {
        *("desktop", "new", "open", "nodes", "check", "runs", "ledger", "models", "cluster"),
    }
    actions = [a for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    (there,) = (set(action.choices) for action in actions)
    assert there - walked - tested_below - of_results_and_drawings == set()


def test_that_models_learn_from_no_bar_that_is_held_out(sealed, alphintra):
    made = sma_crossover(dataset="made", symbols="AA")
    label = Node("0000000f", "labels.future_return", params={"bars": 3})
    wire = Wire("0000000f", "values", 0, "00000002", "value")
    labelled = made.with_node(label).with_wires([wire])
    path = sealed.graphs / "strategy.alphintra"
    path.write_text(graph_to_text(labelled), encoding="utf-8")
    asked = ("--feature", "fast=Fast average", "--label", "0000000f", "--name", "mine")
    done = alphintra("train", path, *asked, "--model", "linear", "--first", 150, "--every", 50)
    assert done.code == 0, done.err
    assert MARK in done.out + done.err
    assert secrets_in_text(_without_ids(done.out + done.err)) == []
    assert secrets_in_files(sealed.jobs) == []


def test_that_features_kept_before_are_closed_until_they_are_computed_again(project, alphintra):
    graph = project.graphs / "strategy.alphintra"
    save = ("features", "save", "mine", graph, "--feature", "fast=Fast average")
    assert alphintra(*save).code == 0
    set_holdout(project, "made", START)
    assert alphintra("features", "read", "mine").code == 1
    assert alphintra("data", "query", "SELECT max(fast) FROM mine_v1").code == 1
    assert alphintra("features", "update", "mine").code == 0
    read = alphintra("features", "read", "mine", "--json")
    assert secrets_in_text(_without_ids(read.out)) == []


def test_that_an_autopsy_of_an_earlier_run_sees_nothing_of_it(project, alphintra, tmp_path):
    graph = project.graphs / "strategy.alphintra"
    run = alphintra("backtest", graph, "--ignore-quality", "--json").json["run"]
    set_holdout(project, "made", START)
    before = set(project.jobs.iterdir())
    page = tmp_path / "page.html"
    given = ("--project", project.folder, "--paths", 20, "--report", page)
    done = alphintra("autopsy", run, *given)
    assert done.code in (0, 1)
    kept = [path for path in project.jobs.iterdir() if path not in before]
    assert [found for folder in kept for found in secrets_in_files(folder)] == []


@pytest.mark.parametrize("name", ["backtest", "data show", "code", "data query"])
def test_that_the_same_commands_show_it_where_nothing_is_held_out(
    name, project, alphintra, tmp_path
):
    done = alphintra(*asked(name, project, tmp_path), *_ignoring(name))
    assert done.code == 0, done.err
    shown = secrets_in_text(_without_ids(done.out + done.err))
    assert shown or secrets_in_files(tmp_path / "mine" / "jobs") or secrets_in_files(tmp_path)


def _ignoring(name: str) -> list[str]:
    return ["--ignore-quality"] if name == "backtest" else []


def _without_ids(text: str) -> str:
    """Without hashes and when it was imported."""
    return re.sub(r"[0-9a-f]{64}", "", text)


@pytest.mark.parametrize(
    "name", ["backtest", "verify", "sweep", "walk-forward", "causality", "data show", "code"]
)
def test_that_what_was_cut_says_so(name, sealed, alphintra, tmp_path):
    done = alphintra(*asked(name, sealed, tmp_path))
    assert MARK in done.out + done.err


def test_that_every_task_of_a_worker_is_known_to_respect_it_or_to_hand_no_bar_out():
    respecting = {
        *("run_backtest", "run_verify", "run_repeat", "run_sweep", "run_search", "run_stress"),
        *("run_walk_forward", "run_causality", "run_report", "run_values", "run_autopsy"),
        *("run_holdout", "run_train", "run_data_query", "run_data_export"),
    }
    handing_out_none = {
        *("run_import", "run_import_events", "run_fetch", "run_fetch_update"),
        *("run_delete_snapshots", "run_data_check", "run_data_repair", "run_data_choose"),
        *(
            "run_data_undo",
            "run_data_answer",
            "run_holdout_set",
            "run_holdout_release",
            "run_data_calendar",
        ),
    }
    new = {task.__name__ for task in worker.TASKS} - respecting - handing_out_none
    assert {name for name in new if "coverage" not in name} == set()


def test_that_bars_are_read_from_files_only_where_it_is_known_how_far():
    reading = re.compile(r"\b(read_bars|read_columns|read_latest_columns)\(|\.snapshot\(")
    known = {
        *("market/store.py", "market/snapshots.py", "market/library.py", "market/latest_rows.py"),
        *("market/readable_views.py", "market/snapshot_list.py"),
        *("backtest/stored_bars.py", "workspace/data_series.py", "workspace/data_tasks.py"),
        *("market/quality_reading.py", "market/repair.py", "market/sources/one_series.py"),
        *("simulation/standalone.py", "codegen/copied.py", "market/quality_table.py"),
    }
    package = Path(worker.__file__).parent
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if reading.search(path.read_text("utf-8"))
    }
    assert found <= known, "ask holdout_fence how far bars may be read, then name the file here"


def test_that_values_of_nodes_end_before_it_even_if_they_were_computed_before(project, tmp_path):
    memory = Memory()
    spec = ValuesSpec(drawn())
    before = values_of(spec, tmp_path / "before", Report(), memory)
    assert before["bars"] == BARS
    set_holdout(project, "made", START)
    told: list[str] = []
    after = values_of(spec, tmp_path / "after", Report(say=told.append), memory)
    assert after["bars"] < BARS
    assert secrets_in_files(tmp_path / "after") == []
    assert any(MARK in text for text in told)


def test_that_charts_of_a_run_made_before_leave_it_out(project, alphintra):
    done = alphintra(
        "backtest", project.graphs / "strategy.alphintra", "--ignore-quality", "--json"
    )
    run = stored_run(project.jobs / done.json["run"])
    assert secrets_in(bars_of(run, "AA").close)
    set_holdout(project, "made", START)
    shown = bars_of(run, "AA")
    assert not any(secrets_in(getattr(shown, name)) for name in ("open", "high", "low", "close"))
    assert len(shown.close) == BARS


def test_that_the_charts_tables_and_files_of_a_series_leave_it_out(sealed, tmp_path):
    (version,) = current_series("made", "AA")
    shown = read_series(version)
    assert not secrets_in(shown.stamps)
    assert not any(secrets_in(values) for values in (*shown.columns.values(), shown.drawn.close))
    for name in ("a.parquet", "a.csv"):
        job = tmp_path / "job"
        job.mkdir(exist_ok=True)
        given = {"version": asdict(version), "path": str(tmp_path / name)}
        assert run_data_export(given, job, Report())["rows"] < version.rows
    run_data_query({"sql": "SELECT * FROM made_1d"}, job, Report())
    assert secrets_in_files(tmp_path / "job") == []
    assert secrets_in_files(tmp_path) == []


def test_that_sql_cannot_open_the_files_themselves(sealed):
    (version,) = current_series("made", "AA")
    path = library().snapshot(version.sha256)
    with pytest.raises(AlphintraError, match="query failed"):
        query(f"SELECT max(close) FROM read_parquet('{path}')")
    rows = query("SELECT count(*) AS n, max(close) AS top FROM made_1d").to_pylist()
    assert rows[0]["top"] < 10_000


def test_that_the_views_for_other_tools_leave_it_out(sealed):
    with duckdb.connect(str(library().views), read_only=True) as db:
        (top,) = db.execute("SELECT max(close) FROM made_1d").fetchone()
    assert top < 10_000


def test_that_reports_and_repetitions_of_earlier_runs_are_cut(project, alphintra, tmp_path):
    graph = project.graphs / "strategy.alphintra"
    run = alphintra("backtest", graph, "--ignore-quality", "--json").json["run"]
    set_holdout(project, "made", START)
    path = tmp_path / "report.html"
    given = {"project": str(project.folder), "run": run, "path": str(path)}
    assert run_report(given, tmp_path, Report())["identical"] is False
    assert secrets_in_text(path.read_text("utf-8")) == []
    again = alphintra("repeat", run, "--project", project.folder)
    assert again.code == 3
    assert MARK in again.out


def test_that_all_symbols_of_a_strategy_end_where_the_first_of_them_is_held_out(project):
    set_holdout(project, "made", START, ["BB"])
    alone = load_bars("made", ("AA",), "1d")
    assert alone.bars.count == BARS
    assert alone.marks == ()
    both = load_bars("made", ("AA", "BB"), "1d")
    assert both.bars.timestamps[-1] < np.datetime64(START)
    assert load_bars("made", ("AA", "BB"), "1d", only="AA").bars.count == both.bars.count


def test_that_a_period_inside_is_refused_and_one_before_is_whole_and_unmarked(sealed):
    with pytest.raises(AlphintraError, match="is held out") as caught:
        load_bars("made", ("AA",), "1d", start="2015-12-15")
    assert "holdout open" in caught.value.hint
    assert load_bars("made", ("AA",), "1d", end="2015-11-30").marks == ()


def test_that_other_projects_cannot_read_it_either(sealed, alphintra, tmp_path):
    other = project_with(tmp_path / "other", drawn())
    done = alphintra("backtest", other.graphs / "strategy.alphintra")
    assert MARK in done.out
    assert secrets_in_files(other.jobs) == []


def test_that_a_damaged_holdout_closes_the_library_and_does_not_open_it(sealed):
    (path,) = (library().folder / "holdouts").glob("*.json")
    path.write_text("{", encoding="utf-8")
    with pytest.raises(AlphintraError, match="damaged"):
        load_bars("made", ("AA",), "1d")


def test_that_what_one_thread_lifts_stays_shut_for_others(sealed):
    (held,) = all_holdouts()
    with lifted({held.id: "opened"}), ThreadPoolExecutor(1) as other:
        assert load_bars("made", ("AA",), "1d").bars.count == BARS
        assert other.submit(load_bars, "made", ("AA",), "1d").result().bars.count < BARS


# ------------------------------------------------------------------------- opening


def test_that_opening_asks_first_and_reads_nothing_without_a_yes(sealed, alphintra):
    done = alphintra("holdout", "open", sealed.graphs / "strategy.alphintra")
    assert done.code == 1
    assert "--yes" in done.err
    assert all_holdouts()[0].openings == ()
    assert secrets_in_files(sealed.jobs) == []


def opened(project, alphintra, *more):
    graph = project.graphs / "strategy.alphintra"
    return alphintra("holdout", "open", graph, "--yes", "--json", *more)


def test_that_one_strategy_is_run_on_it_logged_and_stamped(calm, alphintra):
    done = opened(calm, alphintra)
    assert done.code == 0, done.err
    stamp = done.json["holdout"]["stamp"]
    assert stamp.startswith("HOLDOUT opened on ")
    assert "use 1 of all symbols of made" in stamp
    assert stamp in done.json["marks"]
    run = calm.jobs / done.json["run"]
    assert done.json["holdout"]["bars"] == BARS - read_bars_before()
    manifest = json.loads((run / "artifacts" / "manifest.json").read_text("utf-8"))
    assert stamp in manifest["marks"]
    with closing(calm.database()) as database:
        verify_ledger(database)
        kinds = [row.content["kind"] for row in ledger(database)]
    assert kinds == ["holdout set", "holdout opened", "backtest"]


def test_that_its_report_is_stamped_and_it_can_be_repeated_to_the_bit(calm, alphintra, tmp_path):
    done = opened(calm, alphintra)
    run, stamp = done.json["run"], done.json["holdout"]["stamp"]
    path = tmp_path / "report.html"
    given = {"project": str(calm.folder), "run": run, "path": str(path)}
    assert run_report(given, tmp_path, Report())["identical"] is True
    assert stamp in path.read_text("utf-8")
    assert alphintra("repeat", run, "--project", calm.folder).code == 0
    shown = bars_of(stored_run(calm.jobs / run), "AA")
    assert not np.isnan(shown.close[-1])


def test_that_it_stays_shut_for_everything_else_once_it_was_opened(calm, alphintra):
    opened(calm, alphintra)
    done = alphintra("backtest", calm.graphs / "strategy.alphintra")
    assert MARK in done.out
    assert load_bars("made", ("AA",), "1d").bars.count < BARS


def test_that_another_strategy_is_refused_and_the_same_again_is_a_second_use(calm, alphintra):
    opened(calm, alphintra)
    other = opened(calm, alphintra, "--set", "Fast average.period=5")
    assert other.code == 1
    assert "for that strategy alone" in other.err
    again = opened(calm, alphintra)
    assert "use 2 of" in again.json["holdout"]["stamp"]
    assert len(all_holdouts()[0].openings) == 2


def test_that_a_strategy_that_cannot_run_opens_nothing(calm, alphintra):
    done = opened(calm, alphintra, "--set", "Fast average.period=0")
    assert done.code == 1
    assert all_holdouts()[0].openings == ()


def test_that_a_worker_opens_nothing_without_being_sure(calm):
    with pytest.raises(AlphintraError, match="cannot be undone"):
        run_holdout({"graph": drawn(), "where": "x"}, calm.new_job_folder(), Report())
    assert all_holdouts()[0].openings == ()


@pytest.fixture
def calm(library_of_this_test, tmp_path):
    """As `sealed`, with bars that nothing is wrong with."""
    import_made_bars(library_of_this_test, BARS)
    project = project_with(tmp_path / "calm", drawn())
    set_holdout(project, "made", START)
    return project


def read_bars_before() -> int:
    return load_bars("made", ("AA",), "1d").bars.count


# -------------------------------------------------------------------- setting, status


def test_that_status_tells_what_was_seen_before_and_what_does_not_agree(calm, alphintra):
    assert "all symbols of made" in alphintra("holdout", "status", calm.folder).out
    (held,) = all_holdouts()
    (library().folder / "holdouts" / f"{held.id}.json").unlink()
    (lost,) = statuses(calm)
    assert "by hand" in lost.trouble
    keep_holdout(held)
    assert statuses(calm)[0].trouble == ""


def test_that_trials_made_before_are_counted_when_it_is_set(project, alphintra):
    alphintra("backtest", project.graphs / "strategy.alphintra", "--ignore-quality")
    assert set_holdout(project, "made", START).seen_before == 1
    assert "1 trial was on these bars" in alphintra("holdout", "status", project.folder).out


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (["made", "--from", "soon"], "is not a date"),
        (["made", "--from", "2015-13-40"], "is not a date"),
        (["made", "--from", "2001-01-01"], "leaves none on one side"),
        (["made", "--from", "2031-01-01"], "leaves none on one side"),
        (["nothing", "--from", START], "nothing"),
        (["made", "--from", START, "--symbols", "ZZ"], "ZZ"),
    ],
)
def test_that_nonsense_holds_nothing_out(project, alphintra, given, word):
    done = alphintra("holdout", "set", *given, "--project", project.folder)
    assert done.code == 1
    assert word in done.err
    assert all_holdouts() == ()


def test_that_what_is_held_out_is_not_held_out_twice(sealed):
    with pytest.raises(AlphintraError, match="already"):
        set_holdout(sealed, "made", "2015-11-01", ["AA"])


def test_that_giving_up_asks_is_logged_and_opens_it_for_all(sealed, alphintra):
    (held,) = all_holdouts()
    given = ("holdout", "release", held.id, "--project", sealed.folder)
    assert alphintra(*given).code == 1
    assert load_bars("made", ("AA",), "1d").bars.count < BARS
    assert alphintra(*given, "--yes").code == 0
    assert load_bars("made", ("AA",), "1d").bars.count == BARS
    with closing(sealed.database()) as database:
        assert [row.content["kind"] for row in ledger(database)] == [
            "holdout set",
            "holdout given up",
        ]
    assert "given up on" in alphintra("holdout", "status", sealed.folder).out


def test_that_a_project_that_was_moved_still_may_open_it(calm, alphintra, tmp_path):
    calm.folder.rename(tmp_path / "moved")
    assert opened(open_project(tmp_path / "moved"), alphintra).code == 0


def test_that_only_its_own_project_may_open_or_give_it_up(sealed, alphintra, tmp_path):
    other = project_with(tmp_path / "other", drawn())
    done = opened(other, alphintra)
    assert done.code == 1
    assert "holds them out" in done.err
    (held,) = all_holdouts()
    given = ("holdout", "release", held.id, "--project", other.folder, "--yes")
    assert alphintra(*given).code == 1
    assert all_holdouts()[0].released == ""
