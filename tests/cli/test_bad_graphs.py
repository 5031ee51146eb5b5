"""Bad graphs and settings: one clear sentence, a hint, no traceback, and nothing half-written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alphintra_desktop.cli.project_commands import template_text
from alphintra_desktop.graph.files import graph_to_text
from tests.cli.command_line import (
    assert_clear,
    assert_told_and_nothing_kept,
    here,
    process,
    project_with,
)
from tests.drawing import Drawing, sma_crossover

GOOD = template_text("sma_crossover")


def changed(change: Callable[[dict[str, Any]], None]) -> str:
    content = json.loads(GOOD)
    change(content)
    return json.dumps(content)


def node_of(content: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(node for node in content["nodes"] if node["type"] == kind)


def with_param(kind: str, name: str, value: Any) -> str:
    def change(content: dict[str, Any]) -> None:
        node_of(content, kind).setdefault("params", {})[name] = value

    return changed(change)


def with_field(name: str, value: Any) -> str:
    return changed(lambda content: content.update({name: value}))


def unknown_type() -> str:
    def change(content: dict[str, Any]) -> None:
        node_of(content, "talib.sma")["type"] = "talib.smaa"

    return changed(change)


BAD_FILES = {
    "truncated": (GOOD[: len(GOOD) // 2], ["ends in the middle"]),
    "empty": ("", ["strategy.alphintra"]),
    "foreign": ('{"cells": [], "nbformat": 4}', ["is not a graph of Alphintra Desktop"]),
    "no json": ("import numpy as np\n", ["strategy.alphintra"]),
    "a list": ("[1, 2]", ["is not a graph of Alphintra Desktop"]),
    "newer": (with_field("version", 99), ["version 99", "Update Alphintra"]),
    "no nodes": (with_field("nodes", []), ["hint"]),
    "nodes of text": (with_field("nodes", "many"), ["nodes"]),
    "unknown type": (unknown_type(), ["talib.smaa"]),
    "text for a number": (with_param("talib.sma", "period", "twelve"), ["whole number", "period"]),
    "half a bar": (with_param("talib.sma", "period", 2.5), ["whole number", "period"]),
    "a switch for a number": (with_param("talib.sma", "period", True), ["whole number"]),
    "a list for a text": (with_param("market_data.dataset", "symbols", ["AAPL"]), ["symbols"]),
    "too small": (with_param("talib.sma", "period", 0), ["2 is the least"]),
    "huge": (with_param("talib.sma", "period", 10**30), ["100000 is the most"]),
    "unknown param": (with_param("talib.sma", "perid", 3), ["perid", "Did you mean period?"]),
    "unknown symbol": (with_param("market_data.dataset", "symbols", "APPL"), ["'APPL'", "AAPL"]),
    "no symbol": (with_param("market_data.dataset", "symbols", " , "), ["symbol"]),
    "unknown dataset": (with_param("market_data.dataset", "dataset", "none"), ["'none'", "sample"]),
    "no such bars": (with_param("market_data.dataset", "timeframe", "1h"), ["no 1h bars", "1d"]),
    "no timeframe": (with_param("market_data.dataset", "timeframe", "soon"), ["'soon'"]),
    "no day": (with_param("market_data.dataset", "start", "2010-13-01"), ["'2010-13-01'"]),
    "after the data": (with_param("market_data.dataset", "start", "2030-01-01"), ["after"]),
    "before the data": (with_param("market_data.dataset", "end", "1980-01-01"), ["before"]),
    "no market": (with_param("market_data.dataset", "market", "moon"), ["moon", "crypto"]),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_that_a_bad_graph_file_is_told_and_nothing_is_kept(name, tmp_path, capsys):
    text, words = BAD_FILES[name]
    project = project_with(tmp_path / "mine", text)
    alphintra = here(capsys)
    said = alphintra("backtest", project.folder)
    assert_told_and_nothing_kept(said, words, project.folder)
    assert said.out == ""
    as_json = alphintra("backtest", project.folder, "--json")
    assert as_json.code == 1
    told = as_json.json["error"]
    assert f"error: {told['message']}" in said.err
    assert told["hint"] in said.err
    assert (project.graphs / "strategy.alphintra").read_text("utf-8") == text


@pytest.mark.parametrize("command", ["verify", "code", "check"])
@pytest.mark.parametrize("name", ["truncated", "newer", "too small"])
def test_that_every_command_on_a_graph_tells_the_same(name, command, tmp_path, capsys):
    text, words = BAD_FILES[name]
    project = project_with(tmp_path / "mine", text)
    said = here(capsys)(command, project.folder)
    assert said.code == 1
    for word in words:
        assert word in said.out + said.err


def test_that_files_that_are_no_text_are_refused(tmp_path, capsys):
    project = project_with(tmp_path / "mine", GOOD)
    path = project.graphs / "strategy.alphintra"
    alphintra = here(capsys)
    for content in (b"\x7fELF\x00\xff\xfe", b"\xff\xfe" + GOOD.encode("utf-16-le")):
        path.write_bytes(content)
        said = alphintra("backtest", project.folder)
        assert_told_and_nothing_kept(said, ["UTF-8"], project.folder)
    path.unlink()
    path.mkdir()
    said = alphintra("backtest", path)
    assert said.code == 1
    assert_clear(said)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("fast", ["'fast' does not set a param", "node.param=value"]),
        ("Fast average.period", ["does not set a param"]),
        ("=", ["does not set a param"]),
        ("Quick average.period=3", ["No node is called 'Quick average'", "Did you mean"]),
        ("nothing.period=3", ["No node is called 'nothing'", "The nodes are:", "Slow average"]),
        ("Fast average.perod=3", ["has no param 'perod'", "Did you mean period?"]),
        ("Fast average.period=x", ["'x' is not a whole number", "from 2 to 100000"]),
        ("Fast average.period=2.5", ["'2.5' is not a whole number"]),
        ("Fast average.period=", ["is not a whole number"]),
        ("Fast average.period=1", ["2 is the least"]),
        ("Commission.fraction=nan", ["finite"]),
        ("Commission.fraction=cheap", ["'cheap' is not a number"]),
        ("Strategy.whole_shares=maybe", ["'maybe' is not true or false"]),
        ("Strategy.fill=yesterday", ["'yesterday'", "next_open"]),
        ("Market data.symbols=NOPE", ["'NOPE'"]),
        ("Market data.start=2013-03-02", ["after 2013-03-01"]),
        ("Market data.end=1999-01-01", ["1999-01-01"]),
    ],
)
def test_that_a_bad_setting_is_told_and_nothing_is_kept(setting, words, tmp_path, capsys):
    project = project_with(tmp_path / "mine", GOOD)
    said = here(capsys)("backtest", project.folder, "--set", setting)
    assert_told_and_nothing_kept(said, words, project.folder)


def test_that_an_empty_period_is_told(tmp_path, capsys):
    project = project_with(tmp_path / "mine", GOOD)
    alphintra = here(capsys)
    period = ("--set", "Market data.start=2010-01-01", "--set", "Market data.end=2009-01-01")
    said = alphintra("backtest", project.folder, *period)
    assert_told_and_nothing_kept(said, ["ends before"], project.folder)
    weekend = ("--set", "Market data.start=2010-01-02", "--set", "Market data.end=2010-01-03")
    said = alphintra("backtest", project.folder, *weekend)
    assert_told_and_nothing_kept(said, ["AAPL", "2010-01-02", "2010-01-03"], project.folder)


def test_that_two_nodes_of_one_name_must_be_told_apart_by_id(tmp_path, capsys):
    def same_names(content: dict[str, Any]) -> None:
        for node in content["nodes"]:
            if node["type"] == "talib.sma":
                node["title"] = "Average"

    text = changed(same_names)
    ids = [n["id"] for n in json.loads(text)["nodes"] if n["type"] == "talib.sma"]
    project = project_with(tmp_path / "mine", text)
    alphintra = here(capsys)
    said = alphintra("backtest", project.folder, "--set", "Average.period=12")
    assert_told_and_nothing_kept(said, ["2 nodes are called 'Average'", *ids], project.folder)
    assert alphintra("check", project.folder, "--set", f"{ids[0]}.period=12").code == 0


def broken_in_four_ways() -> str:
    draw = Drawing("Broken")
    bars = draw.add("market_data.dataset", timeframe="soon")
    close = draw.add("prices.close", bars=bars)
    fast = draw.add("talib.sma", "Fast", values=close, period=1)
    slow = draw.add("talib.sma", "Slow", period=20)
    up = draw.add("conditions.crosses_above", "Up", left=fast, right=slow)
    draw.add("strategy.strategy", rules=[draw.add("signals.enter_long", when=up)])
    draw.add("strategy.strategy")
    return graph_to_text(draw.graph)


def test_that_check_lists_every_problem_with_its_node(tmp_path, capsys):
    project = project_with(tmp_path / "mine", broken_in_four_ways())
    alphintra = here(capsys)
    said = alphintra("check", project.folder)
    listed = [line for line in said.out.splitlines() if line.startswith("PROBLEM")]
    assert said.code == 1
    assert said.err == ""
    assert len(listed) >= 4
    for words in ("'soon'", "2 is the least", "Slow"):
        assert any(words in line for line in listed), said.out
    assert f"{len(listed)} problems keep" in said.out
    as_json = alphintra("check", project.folder, "--json")
    assert as_json.code == 1
    assert as_json.json["can_run"] is False
    assert len([p for p in as_json.json["problems"] if p["blocking"]]) == len(listed)
    assert all(problem["hint"] for problem in as_json.json["problems"])


def test_that_a_backtest_tells_all_problems_too(tmp_path, capsys):
    project = project_with(tmp_path / "mine", broken_in_four_ways())
    alphintra = here(capsys)
    said = alphintra("backtest", project.folder)
    assert_told_and_nothing_kept(said, ["'soon'", "2 is the least", "Slow"], project.folder)
    as_json = alphintra("backtest", project.folder, "--json").json["error"]
    assert len(as_json["more"]) >= 3
    assert as_json["place"]["node"]


def test_that_check_lists_what_can_be_set(tmp_path, capsys):
    project = project_with(tmp_path / "mine", GOOD)
    alphintra = here(capsys)
    said = alphintra("check", project.folder, "--params", "--set", "Fast average.period=12")
    assert said.code == 0
    row = next(line for line in said.out.splitlines() if "Fast average" in line)
    assert row.split()[3:5] == ["period", "12"]
    listed = alphintra("check", project.folder, "--params", "--json").json["params"]
    for param in listed:
        setting = f"{param['node']}.{param['param']}={param['value']}"
        assert alphintra("check", project.folder, "--set", setting).code == 0, setting


def test_that_a_folder_with_no_graph_or_with_several_is_told(tmp_path, capsys):
    project = project_with(tmp_path / "mine", GOOD)
    alphintra = here(capsys)
    (project.graphs / "second.alphintra").write_text(GOOD)
    said = alphintra("backtest", project.folder)
    assert_told_and_nothing_kept(said, ["2 graphs", "second.alphintra"], project.folder)
    for folder in (tmp_path, project.jobs):
        said = alphintra("check", folder)
        assert said.code == 1
        assert_clear(said)
    assert alphintra("check", project.graphs / "second.alphintra").code == 0


def test_that_a_graph_that_is_not_there_is_told(tmp_path):
    said = process("backtest", "nowhere.alphintra", "--json", cwd=tmp_path)
    assert said.code == 1
    assert_clear(said)
    assert said.json["error"]["message"] == said.error
    assert list(tmp_path.iterdir()) == []


def test_that_a_strategy_that_never_trades_runs_and_says_why(tmp_path, capsys):
    project = project_with(tmp_path / "mine", graph_to_text(sma_crossover(symbols="AAPL")))
    period = ("--set", "Market data.start=2013-02-27")
    said = here(capsys)("backtest", project.folder, *period, "--json")
    assert said.code == 0
    assert said.json["metrics"]["trades"] == 0
    assert "no_trades" in {finding["code"] for finding in said.json["findings"]}


def test_that_a_copy_of_the_graph_outside_of_projects_runs_in_the_users_own(
    tmp_path, capsys, library_of_this_test
):
    path = Path(tmp_path / "alone.alphintra")
    path.write_text(GOOD)
    said = here(capsys)("backtest", path, "--json")
    assert said.code == 0
    assert Path(said.json["artifacts"]).is_relative_to(library_of_this_test)
