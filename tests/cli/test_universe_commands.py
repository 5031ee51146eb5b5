"""`alphintra data universe` and `alphintra data actions`, and what they say to bad input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import here

TEXT = """symbol,from,to,delisting_return
AAPL,2000-01-03,,
LEH,1994-05-31,2008-09-16,-0.95
AIG,1980-01-02,2008-09-19,
AIG,2009-03-02,,
"""


@pytest.fixture
def alphintra(capsys) -> Any:
    return here(capsys)


def written(folder: Path, text: str = TEXT, name: str = "index.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_that_a_universe_is_imported_listed_and_shown_as_it_was_written(alphintra, tmp_path):
    said = alphintra("data", "universe", "import", written(tmp_path), "--name", "sp500")
    assert said.code == 0, said.err
    assert "sp500: 4 memberships of 3 symbols, 1 of them delisted." in said.out
    assert alphintra("data", "universe", "list", "--json").json[0]["name"] == "sp500"
    shown = alphintra("data", "universe", "show", "sp500", "--json").json
    assert [tuple(row.values()) for row in shown] == [
        ("AAPL", "2000-01-03", "", None),
        ("AIG", "1980-01-02", "2008-09-19", None),
        ("AIG", "2009-03-02", "", None),
        ("LEH", "1994-05-31", "2008-09-16", -0.95),
    ]
    assert alphintra("data", "events", "--json").json == []  # they have a list of their own
    there = alphintra("data", "universe", "show", "sp500", "--on", "2008-10-01")
    assert "AAPL" in there.out
    assert "LEH" not in there.out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,from,to\n", ["symbol, from and to"]),
        ("symbol,from,to\n", ["no rows"]),
        ("symbol,from,to\nA,soon,\n", ["Line 2", "'soon'", "2010-01-31"]),
        ("symbol,from,to\n,2010-01-01,\n", ["Line 2", "no symbol"]),
        ("symbol,from,to\nA,2010-01-02,2010-01-01\n", ["Line 2", "before it joins"]),
        ("symbol,from,to,delisting_return\nA,2010-01-01,,-2\n", ["'-2'", "-0.3"]),
        ("symbol,from,to\nA,2010-01-01,\nA,2011-01-01,\n", ["member already"]),
        ("symbol,from,to\nA,2010-01-01,2012-01-01\nA,2011-01-01,\n", ["member already"]),
    ],
)
def test_that_a_bad_universe_is_told_and_nothing_is_kept(alphintra, tmp_path, text, words):
    said = alphintra("data", "universe", "import", written(tmp_path, text))
    assert said.code == 1
    for word in words:
        assert word in said.err
    assert alphintra("data", "universe", "list", "--json").json == []


def test_that_a_universe_or_a_day_that_is_not_there_is_told(alphintra, tmp_path):
    assert "no universe 'none'" in alphintra("data", "universe", "show", "none").err
    alphintra("data", "universe", "import", written(tmp_path))
    said = alphintra("data", "universe", "show", "index", "--on", "now")
    assert said.code == 1
    assert "'now' is not a day" in said.err
    gone = alphintra("data", "universe", "import", tmp_path / "gone.csv")
    assert gone.code == 1
    assert "gone.csv cannot be read" in gone.err


def test_that_the_splits_and_dividends_of_a_symbol_are_listed(alphintra):
    listed = alphintra("data", "actions", "sample", "AAPL", "--json").json
    splits = {row["day"]: row["split"] for row in listed if row["split"] != 1.0}
    assert splits == {"2000-06-21": 2.0, "2005-02-28": 2.0}
    said = alphintra("data", "actions", "sample", "AAPL")
    assert "2 for 1" in said.out
    none = alphintra("data", "actions", "sample", "SPX")
    assert "no splits and no dividends" in none.out
    assert alphintra("data", "actions", "sample", "NONE").code == 1


def test_that_a_check_names_the_universe_that_is_missing(alphintra, tmp_path):
    project = tmp_path / "mine"
    alphintra("new", project, "--template", "momentum_rotation")
    (graph,) = (project / "graphs").glob("*.alphintra")
    text = graph.read_text("utf-8")
    graph.write_text(text.replace('"symbols":', '"universe": "sp500",\n        "symbols":', 1))
    said = alphintra("check", project)
    assert said.code == 1
    assert "no universe 'sp500'" in said.out
    assert "universe import" in said.out
