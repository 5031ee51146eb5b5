"""The parts of a form of research that are more than params: each kind asks for some of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QSpinBox, QWidget

from alphintra_desktop.ui.research.search_box import NUMBER_WIDTH, SearchBox
from alphintra_desktop.ui.research.windows_box import WindowsBox
from alphintra_desktop.workspace.research_runs import (
    BARS,
    CAUSALITY,
    MEASURE,
    PATHS,
    SEARCHING,
    WINDOWS,
    Kind,
)
from alphintra_desktop.workspace.research_setup import METRICS, Setup

MOST_PATHS, MOST_BARS, MOST_SEED = 100_000, 10_000, 2**31 - 1


class FormParts:
    """The parts that a kind asks for; `told` hears of every change."""

    def __init__(self, kind: Kind, told: Callable[[], object]) -> None:
        self._kind = kind
        self.measure, self.despite = QComboBox(), QCheckBox("Run although the data has errors")
        self.windows, self.search = WindowsBox(told), SearchBox(told)
        self.paths = _number("Paths", "How often the strategy is resampled", 100, MOST_PATHS)
        self.bars = _number("Bars", "At how many sampled bars every node is tested", 1, MOST_BARS)
        self.seed = _number("Seed", "The same seed draws the same", 0, MOST_SEED)
        self.paths.setValue(1000)
        self.bars.setValue(25)
        self.seed.setValue(0)
        for name, title in METRICS.items():
            self.measure.addItem(title, name)
        self.measure.setAccessibleName("What points are compared by")
        self.measure.setToolTip("The point with the best neighbourhood by this is proposed")
        self.despite.setToolTip("The result is marked")
        self.measure.currentIndexChanged.connect(lambda _: told())
        self.despite.toggled.connect(lambda _: told())
        for number in (self.paths, self.bars, self.seed):
            number.valueChanged.connect(lambda _: told())

    def applied(self, setup: Setup) -> Setup:
        """The setup with what is filled in here."""
        return replace(
            setup,
            metric=str(self.measure.currentData()),
            seed=self.seed.value(),
            ignore_quality=self.despite.isChecked(),
            windows=self.windows.asked(),
            search=self.search.asked(),
            paths=self.paths.value(),
            bars=self.bars.value(),
        )

    def shown(self) -> list[tuple[str, QWidget]]:
        """What is to be seen, with what stands above it."""
        parts: list[tuple[str, QWidget]] = []
        if SEARCHING in self._kind.asks:
            parts.append(("Search", self.search))
        if WINDOWS in self._kind.asks:
            parts.append(("Windows", self.windows))
        parts.append(("Judged by" if MEASURE in self._kind.asks else "Run", self._running()))
        return parts

    def _running(self) -> QWidget:
        box = QWidget()
        form = QFormLayout(box)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(7)
        for part, name, field in (
            (MEASURE, "Measure", self.measure),
            (PATHS, "Paths", self.paths),
            (BARS, "Bars", self.bars),
        ):
            if part in self._kind.asks:
                form.addRow(name, field)
        form.addRow("Seed", self.seed)
        if self._kind is not CAUSALITY:
            form.addRow("Data", self.despite)
        return box


def _number(name: str, help_: str, low: int, high: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setMaximumWidth(NUMBER_WIDTH)
    box.setAccessibleName(name)
    box.setToolTip(help_)
    return box
