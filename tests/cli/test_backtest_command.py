"""`backtest`, `runs`, `repeat`, `verify`, `code`, `new`, `open`: what is kept, and where."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alphintra_desktop.cli.project_commands import template_names, template_text
from alphintra_desktop.graph.files import graph_from_text, graph_to_text
from alphintra_desktop.runs.ledger import runs
from alphintra_desktop.runs.project import Project
from alphintra_desktop.workspace.templates import TO_TRAIN
from tests.cli.command_line import (
    assert_clear,
    assert_told_and_nothing_kept,
    here,
    process,
    project_with,
    results_in,
    rows_of,
)

GOOD = template_text("sma_crossover")
KEPT = {"graph.alphintra", "strategy.py", "manifest.json", "metrics.json", "trades.csv"}


@pytest.fixture
def alphintra(capsys) -> Any:
    return here(capsys)


@pytest.fixture
def project(tmp_path) -> Project:
    return project_with(tmp_path / "mine", GOOD)


# ------------------------------------------------------------------------- what it gives


def test_that_the_same_backtest_twice_is_identical_and_a_changed_param_is_not(project, alphintra):
    first, second = (alphintra("backtest", project.folder, "--json").json for _ in range(2))
    in_a_process = process("backtest", project.folder, "--json").json
    other = alphintra("backtest", project.folder, "--json", "--set", "Fast average.period=21").json
    assert first["equity_hash"] == second["equity_hash"] == in_a_process["equity_hash"]
    assert first["metrics"] == second["metrics"] == in_a_process["metrics"]
    assert other["equity_hash"] != first["equity_hash"]
    assert len({told["run"] for told in (first, second, in_a_process, other)}) == 4
    assert rows_of(project.folder) == (4, 4)


def test_that_a_run_is_kept_whole_and_can_be_repeated(project, alphintra):
    told = alphintra("backtest", project.folder, "--json").json
    kept = Path(told["artifacts"])
    assert {path.name for path in kept.iterdir()} >= KEPT
    assert (kept / "graph.alphintra").read_text("utf-8") == GOOD
    assert json.loads((kept / "metrics.json").read_text())["strategy"] == told["metrics"]
    listed = alphintra("runs", "--project", project.folder)
    assert told["run"] in listed.out
    assert "1 run in" in listed.out
    again = alphintra("repeat", told["run"], "--project", project.folder, "--json")
    assert again.code == 0
    assert again.json == {"run": told["run"], "identical": True, "differences": {}}
    assert rows_of(project.folder) == (1, 1)
    assert set(results_in(project.folder)) == set(kept.iterdir())


def test_that_a_setting_is_for_this_run_only_and_belongs_to_what_is_kept(project, alphintra):
    setting = ("--set", "Fast average.period=21", "--set", "Market data.symbols=MSFT")
    told = alphintra("backtest", project.folder, "--json", *setting).json
    assert told["symbols"] == "MSFT"
    assert (project.graphs / "strategy.alphintra").read_text("utf-8") == GOOD
    kept = graph_from_text((Path(told["artifacts"]) / "graph.alphintra").read_text("utf-8"), "kept")
    assert {n.params["period"] for n in kept.nodes.values() if n.type == "talib.sma"} == {21, 100}
    ids = [node.id for node in kept.nodes.values() if node.title == "Fast average"]
    by_id = ("--set", f"{ids[0]}.period=21", "--set", "Market data.symbols=MSFT")
    same = alphintra("backtest", project.folder, "--json", *by_id).json
    assert same["equity_hash"] == told["equity_hash"]


@pytest.mark.parametrize("template", [n for n in template_names() if n not in TO_TRAIN])
def test_that_every_template_is_checked_run_and_verified(template, tmp_path, alphintra):
    folder = tmp_path / "mine"
    made = alphintra("new", folder, "--template", template)
    assert made.code == 0
    assert alphintra("check", folder).code == 0
    run = alphintra("backtest", folder)
    assert run.code == 0
    assert run.err == ""
    assert "nan" not in run.out
    verified = alphintra("verify", folder, "--json")
    assert verified.code == 0, verified.out
    assert verified.json["agree"] is True
    assert verified.json["fills"] > 0
    assert rows_of(folder) == (1, 1)


def test_that_the_code_runs_without_us_and_prints_the_same_ten(project, alphintra, tmp_path):
    code, bars = tmp_path / "strategy.py", tmp_path / "bars.parquet"
    said = alphintra("code", project.folder, "--output", code, "--bars", bars)
    assert said.code == 0
    assert f"python {code} {bars}" in said.out
    alone = subprocess.run(
        [sys.executable, "-I", code, bars], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    printed = {line.split()[0]: line.split()[1] for line in alone.stdout.splitlines()}
    shown = alphintra("backtest", project.folder).out
    assert len(printed) == 10
    assert all(value in shown for value in printed.values())
    on_screen = alphintra("code", project.folder)
    assert on_screen.out == code.read_text("utf-8")
    assert alphintra("code", project.folder, "--json").json["code"] == on_screen.out


def test_that_all_metrics_are_shown_with_their_units(project, alphintra):
    shown = alphintra("backtest", project.folder, "--all").out
    assert "Longest drawdown, bars" in shown
    assert len([line for line in shown.splitlines() if line.startswith("Final equity")]) == 1


# ---------------------------------------------------------------------------- reports


def test_that_open_gives_the_graph_back_byte_for_byte(tmp_path, alphintra):
    by_hand = GOOD.replace("\n", "\r\n").replace("SMA crossover", "Größer als </script> & 'so'")
    project = project_with(tmp_path / "mine", "")
    graph = project.graphs / "strategy.alphintra"
    graph.write_bytes(by_hand.encode())
    report = tmp_path / "report.html"
    assert alphintra("backtest", project.folder, "--report", report).code == 0
    opened = alphintra("open", report)
    assert opened.code == 0
    assert f"Next:     alphintra backtest {tmp_path / 'report'} --report" in opened.out
    back = tmp_path / "report" / "graphs" / "report.alphintra"
    assert back.read_bytes() == graph.read_bytes()
    again = alphintra("open", report, tmp_path / "other", "--json")
    assert Path(again.json["graph"]).read_bytes() == graph.read_bytes()


@pytest.mark.parametrize(
    "content", [b"", b"<html><body>hello</body></html>", b"\xff\xfe\x00", GOOD.encode()]
)
def test_that_a_report_without_a_graph_is_told_and_no_project_is_made(content, tmp_path, alphintra):
    report = tmp_path / "report.html"
    report.write_bytes(content)
    said = alphintra("open", report)
    assert said.code == 1
    assert_clear(said)
    assert list(tmp_path.iterdir()) == [report]


def test_that_a_report_with_a_damaged_graph_makes_no_project(project, tmp_path, alphintra):
    report = tmp_path / "report.html"
    alphintra("backtest", project.folder, "--report", report)
    whole = report.read_text("utf-8")
    report.write_text(whole[: len(whole) // 2])
    said = alphintra("open", report)
    assert said.code == 1
    assert_clear(said)
    assert not (tmp_path / "report").exists()


def test_that_nothing_is_opened_over_something_else(project, tmp_path, alphintra):
    report = tmp_path / "mine.html"
    assert alphintra("backtest", project.folder, "--report", report).code == 0
    before = tree(project.folder)
    for said in (alphintra("open", report), alphintra("new", project.folder)):
        assert said.code == 1
        assert "is not empty" in said.error
        assert_clear(said)
    assert alphintra("new", report).code == 1
    assert tree(project.folder) == before


def tree(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ------------------------------------------------------------- where nothing can be written


@pytest.mark.parametrize("place", ["nowhere/report.html", ".", "mine"])
def test_that_a_report_that_cannot_be_written_is_told_before_the_run(place, project, alphintra):
    said = alphintra("backtest", project.folder, "--report", project.folder.parent / place)
    assert_told_and_nothing_kept(said, ["folder"], project.folder)


def test_that_neither_report_nor_code_replaces_the_graph(project, alphintra):
    graph = project.graphs / "strategy.alphintra"
    for arguments in (("backtest", graph, "--report"), ("code", graph, "-o")):
        said = alphintra(*arguments, graph)
        assert_told_and_nothing_kept(said, ["is the graph itself"], project.folder)
    assert graph.read_text("utf-8") == GOOD


def test_that_a_template_that_does_not_exist_makes_no_folder(tmp_path, alphintra):
    said = alphintra("new", tmp_path / "mine", "--template", "sma_crosover")
    assert said.code == 1
    assert "Did you mean sma_crossover?" in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["garbage", "foreign", "zeroed page"])
def test_that_a_damaged_database_is_told_and_nothing_is_kept(damage, project, alphintra):
    alphintra("backtest", project.folder)
    shutil.rmtree(project.jobs)
    database = project.folder / "project.sqlite"
    for beside in project.folder.glob("project.sqlite-*"):
        beside.unlink()
    content = bytearray(database.read_bytes())
    if damage == "garbage":
        content[:] = b"no database at all" * 500
    elif damage == "zeroed page":
        content[4096:8192] = bytes(4096)
    database.write_bytes(content)
    if damage == "foreign":
        foreign(database)
    before = database.read_bytes()
    said = alphintra("backtest", project.folder)
    assert said.code == 1, said
    assert_clear(said)
    assert "project.sqlite" in said.error
    assert results_in(project.folder) == []
    assert database.read_bytes() == before


def foreign(path: Path) -> None:
    import sqlite3

    path.unlink()
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE songs (title TEXT)")
    database.commit()
    database.close()


def test_that_a_project_whose_jobs_cannot_be_made_is_told(project, alphintra):
    project.jobs.rmdir()
    project.jobs.write_text("a file")
    said = alphintra("backtest", project.folder)
    assert said.code == 1
    assert_clear(said)
    assert str(project.jobs) in said.error
    assert rows_of(project.folder) == (0, 0)


def ordinary_user() -> None:
    """Take away what lets root write where nobody may (Linux)."""
    if os.geteuid() == 0:
        drop_from_bounding_set, may_write_everywhere = 24, 1
        ctypes.CDLL(None).prctl(drop_from_bounding_set, may_write_everywhere)


@pytest.fixture
def read_only(project) -> Iterator[Project]:
    folders = [project.folder, *(path for path in project.folder.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    yield project
    for folder in folders:
        folder.chmod(0o755)


@pytest.mark.skipif(sys.platform != "linux", reason="rights work in another way there")
def test_that_a_read_only_project_is_told_and_can_still_be_verified(read_only):
    before = tree(read_only.folder)
    said = process("backtest", read_only.folder, preexec_fn=ordinary_user)
    assert said.code == 1
    assert_clear(said)
    assert str(read_only.folder) in said.err
    assert process("verify", read_only.folder, preexec_fn=ordinary_user).code == 0
    goal = read_only.folder / "report.html"
    refused = process("backtest", read_only.folder, "--report", goal, preexec_fn=ordinary_user)
    assert "cannot be written" in refused.error
    assert tree(read_only.folder) == before


# ------------------------------------------------------------------------- runs and repeat


def test_that_runs_and_repeat_say_when_there_is_nothing(project, tmp_path, alphintra):
    assert "0 runs in" in alphintra("runs", "--project", project.folder).out
    said = alphintra("repeat", "20260101-000000000-abcdef", "--project", project.folder)
    assert said.code == 1
    assert_clear(said)
    for command in (("runs",), ("repeat", "x")):
        said = alphintra(*command, "--project", tmp_path / "nowhere", "--json")
        assert said.code == 1
        assert "is not an Alphintra project" in said.json["error"]["message"]


def test_that_a_run_whose_graph_was_deleted_cannot_be_repeated(project, alphintra):
    told = alphintra("backtest", project.folder, "--json").json
    (Path(told["artifacts"]) / "graph.alphintra").unlink()
    said = alphintra("repeat", told["run"], "--project", project.folder)
    assert said.code == 1
    assert_clear(said)


def test_that_a_ledger_that_was_tampered_with_is_told(project, alphintra):
    alphintra("backtest", project.folder)
    database = project.database()
    assert len(runs(database)) == 1
    database.execute("UPDATE runs SET equity_hash = 'better'")
    database.close()
    said = alphintra("runs", "--project", project.folder)
    assert said.code == 1
    assert_clear(said)


def test_that_a_moved_project_keeps_its_runs_where_it_lies_now(project, tmp_path, alphintra):
    other = project_with(tmp_path / "other", graph_to_text(graph_from_text(GOOD, "a test")))
    moved = shutil.move(project.folder, tmp_path / "moved")
    assert alphintra("backtest", Path(moved) / "graphs" / "strategy.alphintra").code == 0
    assert rows_of(Path(moved)) == (1, 1)
    assert rows_of(other.folder) == (0, 0)
