"""The parts of a form of research that are more than params: each kind asks for some of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QSpinBox, QWidget

from alphintra_desktop.ui.research.search_box import NUMBER_WIDTH, SearchBox
from alphintra_desktop.ui.research.spread_box import SpreadBox
from alphintra_desktop.ui.research.windows_box import WindowsBox
from alphintra_desktop.workspace.research_runs import (
    AUTOPSY,
    BARS,
    CAUSALITY,
    EXECUTOR,
    MEASURE,
    PATHS,
    RUN,
    SEARCHING,
    WINDOWS,
    Kind,
)
from alphintra_desktop.workspace.research_setup import METRICS, Setup
from alphintra_desktop.workspace.runs import Runs

MOST_PATHS, MOST_BARS, MOST_SEED = 100_000, 10_000, 2**31 - 1


class FormParts:
    """The parts that a kind asks for; `told` hears of every change."""

    def __init__(self, kind: Kind, told: Callable[[], object], runs: Runs) -> None:
        self._kind = kind
        self.measure, self.despite = QComboBox(), QCheckBox("Run although the data has errors")
        self.windows, self.search = WindowsBox(told), SearchBox(told)
        self.runs, self.spread = runs_box(runs), SpreadBox(told)
        self.runs.currentIndexChanged.connect(lambda _: told())
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
            run=str(self.runs.currentData() or ""),
            spread=self.spread.asked(),
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
            (RUN, "Run", self.runs),
            (MEASURE, "Measure", self.measure),
            (PATHS, "Paths", self.paths),
            (BARS, "Bars", self.bars),
        ):
            if part in self._kind.asks:
                form.addRow(name, field)
        form.addRow("Seed", self.seed)
        if EXECUTOR in self._kind.asks:
            form.addRow("Work", self.spread)
        if self._kind not in (CAUSALITY, AUTOPSY):
            form.addRow("Data", self.despite)
        return box


def runs_box(runs: Runs) -> QComboBox:
    """The recorded runs, the one that is looked at in Results chosen."""
    box = QComboBox()
    for run in runs.recorded:
        when = datetime.fromisoformat(run.created).astimezone()
        box.addItem(f"{run.name}, {when:%Y-%m-%d %H:%M}", run.id)
    if runs.shown is not None:
        box.setCurrentIndex(max(box.findData(runs.shown.id), 0))
    box.setAccessibleName("Recorded run")
    box.setToolTip("Which run is taken apart")
    return box


def _number(name: str, help_: str, low: int, high: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setMaximumWidth(NUMBER_WIDTH)
    box.setAccessibleName(name)
    box.setToolTip(help_)
    return box
