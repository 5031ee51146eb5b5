"""Reading Python text as a tree, one text at a time.

Up to Python 3.12 all threads of a process share the counter with which `ast` bounds how deep a
tree is. When one thread takes over from another amid a tree, as garbage collection lets it, the
counts do not match and `ast` raises a SystemError. Sheets are compiled in threads, so all that
make trees, or make code of them, hold one lock meanwhile.
"""

from __future__ import annotations

import ast
import threading

_ONE_AT_A_TIME = threading.RLock()


def parsed(text: str) -> ast.Module:
    """The tree of a whole text. Raises what `ast.parse` raises."""
    with _ONE_AT_A_TIME:
        return ast.parse(text)


def parsed_expression(text: str) -> ast.expr:
    """The tree of one expression. Raises what `ast.parse` raises."""
    with _ONE_AT_A_TIME:
        return ast.parse(text, mode="eval").body


def refuse_what_cannot_run(module: ast.Module, name: str) -> None:
    """Raises what Python raises when it makes code of the tree. Nothing is run."""
    with _ONE_AT_A_TIME:
        compile(module, name, "exec", dont_inherit=True)
