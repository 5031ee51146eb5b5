"""What a search is asked, in a form: sampler, objectives, constraints and budgets."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from alphintra_desktop.workspace.research_setup import METRICS, SearchAsked

SAMPLERS = {
    "tpe": "TPE: where good ones were likely so far",
    "random": "Random points",
    "grid": "Every point of the grid",
    "gp": "Gaussian process: few and costly trials",
    "cma-es": "CMA-ES: smooth numbers",
    "nsga-ii": "NSGA-II: several objectives",
}
PREFERENCES = {"plateau": "The best neighbourhood", "peak": "The best single trial"}
NUMBER_WIDTH = 180
MOST_TRIALS, MOST_MINUTES, MOST_FOLDS = 1_000_000, 10_000.0, 20


class SearchBox(QWidget):
    """Sampler, objectives, constraints and budgets."""

    def __init__(self, told: Callable[[], object]) -> None:
        super().__init__()
        self._told = told
        first = SearchAsked()
        self.sampler, self.prefer = _choice(SAMPLERS), _choice(PREFERENCES)
        self.objectives = {name: QCheckBox(title) for name, title in METRICS.items()}
        self.objectives["sharpe"].setChecked(True)
        self.constraints = QLineEdit()
        self.trials, self.minutes, self.folds = QSpinBox(), QDoubleSpinBox(), QSpinBox()
        self.trials.setRange(0, MOST_TRIALS)
        self.trials.setValue(first.trials)
        self.trials.setSpecialValueText("no limit")
        self.minutes.setRange(0.0, MOST_MINUTES)
        self.minutes.setSpecialValueText("no limit")
        self.minutes.setSuffix(" min")
        self.folds.setRange(1, MOST_FOLDS)
        self.folds.setSpecialValueText("none")
        self._lay_out()
        self._connect()

    def asked(self) -> SearchAsked:
        """What is filled in."""
        written = self.constraints.text().replace(",", ";").split(";")
        return SearchAsked(
            sampler=str(self.sampler.currentData()),
            objectives=tuple(n for n, box in self.objectives.items() if box.isChecked()),
            constraints=tuple(text.strip() for text in written if text.strip()),
            trials=self.trials.value(),
            minutes=self.minutes.value(),
            folds=self.folds.value(),
            prefer=str(self.prefer.currentData()),
        )

    def _lay_out(self) -> None:
        objectives = QHBoxLayout()
        for box in self.objectives.values():
            objectives.addWidget(box)
        objectives.addStretch(1)
        self.constraints.setPlaceholderText("fast < slow; trades >= 30")
        for part, name, help_ in (
            (self.sampler, "Sampler", "Which points are tried next"),
            (self.prefer, "What wins", "A lone peak is rarely more than luck"),
            (self.constraints, "Constraints", "Separated by ;, of params or of the result"),
            (self.trials, "Trials", "How many points are tried in all"),
            (self.minutes, "Time", "The search ends after so long"),
            (self.folds, "Early folds", "A trial that is bad on the first ones is given up"),
        ):
            part.setAccessibleName(name)
            part.setToolTip(help_)
        for number in (self.trials, self.minutes, self.folds):
            number.setMaximumWidth(NUMBER_WIDTH)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(7)
        form.addRow("Sampler", self.sampler)
        form.addRow("Objectives", objectives)
        form.addRow("Constraints", self.constraints)
        form.addRow("Trials", self.trials)
        form.addRow("Time", self.minutes)
        form.addRow("Early folds", self.folds)
        form.addRow("Wins", self.prefer)

    def _connect(self) -> None:
        for box in (self.sampler, self.prefer):
            box.currentIndexChanged.connect(lambda _: self._told())
        for switch in self.objectives.values():
            switch.toggled.connect(lambda _: self._told())
        self.constraints.textEdited.connect(lambda _: self._told())
        for number in (self.trials, self.folds, self.minutes):
            number.valueChanged.connect(lambda _: self._told())


def _choice(titles: dict[str, str]) -> QComboBox:
    box = QComboBox()
    for name, title in titles.items():
        box.addItem(title, name)
    return box
