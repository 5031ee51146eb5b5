"""Which lines of a generated file belong to which node."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from alphintra_desktop.codegen.module import StrategyCode

_SETTING = re.compile(r"([A-Z][A-Z0-9_]*) = ")


@dataclass(frozen=True, eq=False)
class CodeLines:
    """A generated file by its lines, which count from 1."""

    code: StrategyCode

    @cached_property
    def nodes(self) -> Mapping[int, str]:
        """The node of every line that was written for one, settings included."""
        settings = {line: node for line, (node, _) in self._settings.items()}
        return {**settings, **self.code.lines}

    def of_nodes(self, nodes: frozenset[str]) -> tuple[int, ...]:
        """The lines of some nodes, in order."""
        return tuple(line for line, node in sorted(self.nodes.items()) if node in nodes)

    def of_param(self, node: str, param: str) -> int | None:
        """The line of one setting; None for a param that the file has no setting for."""
        found = (line for line, setting in self._settings.items() if setting == (node, param))
        return next(found, None)

    @cached_property
    def _settings(self) -> dict[int, tuple[str, str]]:
        return dict(self._found_settings())

    def _found_settings(self) -> Iterator[tuple[int, tuple[str, str]]]:
        for number, line in enumerate(self.code.text.splitlines(), start=1):
            match = _SETTING.match(line)
            if match is not None and match[1] in self.code.settings:
                yield number, self.code.settings[match[1]]


def body_line(lines: tuple[int, ...], code: StrategyCode) -> int | None:
    """The line to go to: the first where something is computed, else the first of all."""
    computed = [line for line in lines if line in code.lines]
    return next(iter(computed or lines), None)
