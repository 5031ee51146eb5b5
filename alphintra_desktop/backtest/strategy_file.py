"""The generated file as something to run: loaded, called, its failures traced to nodes."""

from __future__ import annotations

import ast
import builtins
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alphintra_desktop.codegen.copied import MARK
from alphintra_desktop.codegen.module import StrategyCode
from alphintra_desktop.errors import AlphintraError, Place

FILENAME = "<strategy>"
LONGEST_CAUSE = 300


class StrategyFailed(AlphintraError):
    """A line of the generated file raised; `place` names the node it was written for."""


def load(code: StrategyCode, *, keep_variables: bool = False) -> dict[str, Any]:
    """Run the file down to the mark of its last block, which no backtest needs; give its names.

    With `keep_variables`, `signals` and `features` return all their variables as well. Raises
    `StrategyFailed` when the file cannot even be loaded.
    """
    namespace: dict[str, Any] = {"__name__": "strategy", "__builtins__": builtins}
    strategy: str | ast.Module = code.text.rpartition(f"\n{MARK}\n")[0]
    if keep_variables:
        strategy = ast.parse(strategy, FILENAME)
        _return_variables(strategy)
    with strategy_failures(code):
        made = compile(strategy, FILENAME, "exec", dont_inherit=True)
        exec(made, namespace)
    return namespace


def _return_variables(tree: ast.Module) -> None:
    """Let `signals` and `features` return their variables under what they returned before."""
    for part in tree.body:
        if isinstance(part, ast.FunctionDef) and part.name in ("signals", "features"):
            last = part.body[-1]
            assert isinstance(last, ast.Return)
            assert isinstance(last.value, ast.Dict)
            argument = part.args.args[0].arg
            last.value.keys.insert(0, None)
            last.value.values.insert(0, ast.parse(_VARIABLES.format(argument), mode="eval").body)
            ast.fix_missing_locations(tree)


# Longer bars are no variables with a value on every bar.
_VARIABLES = (
    "{{name: value for name, value in locals().items()"
    " if getattr(value, 'shape', None) == {0}['close'].shape}}"
)


@contextmanager
def strategy_failures(code: StrategyCode) -> Iterator[None]:
    """Turn any exception of the generated file, or of custom code in it, into one with a node."""
    try:
        yield
    except AlphintraError:
        raise
    except (Exception, SystemExit) as cause:
        place = _place(code, cause)
        where = f" in {code.lowered.title(place.node)}" if place.node is not None else ""
        raise StrategyFailed(
            f"The strategy stopped{where}: {_in_short(cause)}.",
            hint="Check the node's inputs and settings; mend a custom function in its code.",
            place=place,
        ) from cause


def _in_short(cause: BaseException) -> str:
    """What an exception says, on one line."""
    said = " ".join(str(cause).split()).rstrip(".")
    said = said if len(said) <= LONGEST_CAUSE else f"{said[:LONGEST_CAUSE]} …"
    return f"{type(cause).__name__}: {said}" if said else type(cause).__name__


def _place(code: StrategyCode, cause: BaseException) -> Place:
    """The last line of the file that belongs to a node."""
    stack = traceback.extract_tb(cause.__traceback__)
    lines = [frame.lineno or 0 for frame in stack if frame.filename == FILENAME]
    for line in reversed(lines):
        if line in code.lines:
            return Place(node=code.lines[line], line=line)
    return Place(line=lines[-1] if lines else None)
