"""What no linter knows: how this package is cut, named and sized."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.shared_files import CHECKOUT

PACKAGE = CHECKOUT / "alphintra_desktop"
FILES = {str(file.relative_to(PACKAGE)): file for file in sorted(PACKAGE.rglob("*.py"))}
PACKAGES = {name: file for name, file in FILES.items() if file.name == "__init__.py"}
TESTS = sorted((CHECKOUT / "tests").rglob("test_*.py"))

LONGEST_FILE = 400
# Lists of small declarations, read entry by entry.
LONG_LISTS = {"ir/ops.py"}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
MAY_PRINT = {"cli", "cli.py"}


def test_that_no_file_is_too_long_to_read():
    lengths = {name: len(_text(file).splitlines()) for name, file in FILES.items()}
    long = {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE}
    assert {name: lines for name, lines in long.items() if name not in LONG_LISTS} == {}


def test_that_every_name_says_what_is_inside():
    assert [name for name in FILES if VAGUE_NAMES & set(Path(name).with_suffix("").parts)] == []


def test_that_only_the_command_line_prints():
    silent = {name: file for name, file in FILES.items() if Path(name).parts[0] not in MAY_PRINT}
    assert [f"{name}:{line}" for name, file in silent.items() for line in _prints(file)] == []


def test_that_nobody_ends_a_connection_by_hand():
    """`watch` ends with its owner; who disconnects by hand forgets one some day."""
    calls = {name: re.findall(r"\.disconnect\(", _text(file)) for name, file in FILES.items()}
    assert [name for name, found in calls.items() if found] == []


def test_that_nothing_is_left_unfinished():
    assert [name for name, file in FILES.items() if re.search("TODO|FIXME", _text(file))] == []


def test_that_every_module_says_what_it_is_for():
    assert [name for name, file in FILES.items() if not ast.get_docstring(_tree(file))] == []


def test_that_a_package_begins_with_one_paragraph_and_no_code():
    assert [name for name, file in PACKAGES.items() if len(_tree(file).body) != 1] == []
    docstrings = {name: ast.get_docstring(_tree(file)) or "" for name, file in PACKAGES.items()}
    assert [name for name, docstring in docstrings.items() if "\n\n" in docstring] == []


def test_that_every_folder_of_code_is_a_package():
    folders = {file.parent for file in FILES.values()}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_that_test_files_have_names_of_their_own():
    names = [file.name for file in TESTS]
    assert sorted(names) == sorted(set(names))


def test_that_only_the_door_to_the_shared_data_knows_where_it_lies():
    telling = re.compile("[.]{2}/shared|ALPHINTRA_SHARED")
    knowing = {file.name for file in TESTS if telling.search(_text(file))}
    assert knowing == {"test_golden_and_shared_files.py", Path(__file__).name}


def _prints(file: Path) -> list[int]:
    """The lines that call `print`."""
    calls = (node for node in ast.walk(_tree(file)) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if getattr(call.func, "id", "") == "print"]


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _tree(file: Path) -> ast.Module:
    return ast.parse(_text(file))
