"""What somebody meets who has never seen it: bare runs, help, wrong commands, pipes."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from alphintra_desktop.cli.main import main, parser
from tests.cli.command_line import COMMAND, assert_clear, environment, here, process, rows_of

TEN = (
    *("Total return", "Growth a year", "Volatility", "Sharpe ratio", "Sortino ratio"),
    *("Largest drawdown", "Calmar ratio", "Closed trades", "Win rate", "Profit factor"),
)
FULL = Path("/dev/full")
COMMANDS = (
    *(
        "desktop",
        "new",
        "open",
        "nodes",
        "backtest",
        "verify",
        "code",
        "check",
        "sweep",
        "runs",
        "repeat",
    ),
    *("data", "data import", "data list", "data show", "data export", "data query"),
)


@pytest.fixture(autouse=True)
def no_screen(monkeypatch):
    """A bare command opens the window where there is a screen."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


def test_that_without_a_command_the_sample_strategy_runs_and_its_report_is_named(
    library_of_this_test,
):
    shown = process()
    assert shown.code == 0
    assert shown.err == ""
    for title in TEN:
        assert title in shown.out
    named = next(line for line in shown.out.splitlines() if line.startswith("Report:"))
    report = Path(named.removeprefix("Report:").strip())
    assert "<html" in report.read_text(encoding="utf-8")[:2_000]
    assert rows_of(library_of_this_test / "sample project") == (1, 1)


def test_that_numbers_stand_below_each_other(capsys):
    assert main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    table = [line for line in lines if line.startswith(TEN)]
    assert len(table) == 10
    assert len({len(line) for line in table}) == 1
    assert all(len(line) <= 80 for line in table)


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_that_help_fits_a_terminal_and_gives_an_example(name, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([*name.split(), "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert all(len(line) <= 88 for line in said.splitlines())
    assert f"  alphintra {name}".rstrip() in said.partition("xamples:" if name else "to begin")[2]


def test_that_every_example_of_the_help_can_be_parsed(capsys):
    for name in COMMANDS:
        with pytest.raises(SystemExit):
            parser().parse_args([*name.split(), "--help"])
        examples = capsys.readouterr().out.partition("examples:\n")[2].splitlines()
        for example in examples:
            words = shlex.split(example)
            assert words[0] == "alphintra"
            assert parser().parse_args(words[1:]).run is not None


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("backtes", "There is no command 'backtes'.", "Did you mean backtest?"),
        ("frobnicate", "There is no command 'frobnicate'.", "`alphintra --help`"),
        ("data improt", "There is no command 'improt'.", "Did you mean import?"),
        ("data", "required: COMMAND", "`alphintra data --help`"),
        ("new", "required: folder", "`alphintra new --help`"),
        ("backtest --frob", "--frob", "--help`"),
        ("backtest --time-limit soon", "'soon' is not a number of seconds", "backtest --help`"),
        ("backtest --time-limit -1", "'-1' is not a number of seconds", "backtest --help`"),
        ("sweep --top -3", "'-3' is not a whole number above 0", "sweep --help`"),
        ("data import a.csv --bad-rows hide", "'hide'", "data import --help`"),
    ],
)
def test_that_a_misspelt_command_line_ends_with_2_and_says_what_explains_it(
    line, message, hint, capsys
):
    alphintra = here(capsys)
    said = alphintra(*line.split())
    assert said.code == 2
    assert_clear(said)
    assert message in said.err
    assert hint in said.err
    as_json = alphintra(*line.split(), "--json")
    assert as_json.code == 2
    assert message in as_json.json["error"]["message"]


def test_that_who_stops_reading_is_not_an_error():
    reader, writer = os.pipe()
    command = subprocess.Popen([*COMMAND, "nodes"], stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    os.close(reader)
    _, said = command.communicate(timeout=60)
    assert command.returncode == 0
    assert said == b""


def test_that_a_terminal_without_our_letters_gets_others(tmp_path):
    shown = process("data", "list", env=environment(PYTHONIOENCODING="ascii"))
    assert shown.code == 0
    assert shown.out.isascii()
    assert "AAPL" in shown.out


@pytest.mark.skipif(not FULL.exists(), reason="there is no disk that is always full")
def test_that_output_to_a_full_disk_is_one_sentence():
    with FULL.open("w") as full:
        done = subprocess.run(
            [*COMMAND, "nodes"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_that_a_mistake_of_our_own_is_loud_and_still_json(capsys, monkeypatch):
    from alphintra_desktop.cli import project_commands

    def broken(name):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(project_commands, "template_text", broken)
    said = here(capsys)("new", "anywhere", "--json")
    assert said.code == 70
    assert "Traceback" in said.err
    assert "please report it" in said.err.lower()
    assert "ZeroDivisionError" in said.json["error"]["message"]


def test_that_the_command_and_the_module_are_the_same():
    assert process("--version").out.strip() == _version()
    assert sys.executable == COMMAND[0]


def _version() -> str:
    from importlib.metadata import version

    return version("alphintra-desktop")
