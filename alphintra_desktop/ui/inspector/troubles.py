"""What is wrong with a node: a block for each problem, in the colour of how bad it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from alphintra_desktop.codegen.problem import Problem
from alphintra_desktop.ui.inspector.section import Block
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone


class Troubles(QWidget):
    """The blocks, the worst first. Hidden when nothing is wrong."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._problems: tuple[Problem, ...] = ()
        self.blocks: list[Block] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(5)
        self.hide()

    @property
    def told(self) -> list[str]:
        """What the blocks say."""
        return [block.label.text() for block in self.blocks]

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show these and no others."""
        sorted_ = tuple(sorted(problems, key=lambda problem: not problem.blocking))
        if sorted_ == self._problems:
            return
        self._problems = sorted_
        for old in self.blocks:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.blocks = [Block(self._look, tone_of(one), in_full(one)) for one in sorted_]
        for block in self.blocks:
            self._column.addWidget(block)
        self.setVisible(bool(sorted_))


def tone_of(problem: Problem) -> Tone:
    """Red for what keeps the strategy from running, amber for what does not."""
    return Tone.ERROR if problem.blocking else Tone.WARNING


def in_full(problem: Problem) -> str:
    """What is wrong, and what to do."""
    return f"{problem.message} {problem.hint}"
