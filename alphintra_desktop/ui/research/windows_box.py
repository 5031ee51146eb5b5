"""The windows of a walk-forward in a form."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QSpinBox,
    QWidget,
)

from alphintra_desktop.workspace.research_setup import WindowsAsked

MOST_BARS = 10_000_000


class WindowsBox(QWidget):
    """Lengths, gap, warm-up, anchored or rolling, flat or carried."""

    def __init__(self, told: Callable[[], object]) -> None:
        super().__init__()
        self._told = told
        first = WindowsAsked()
        self.rolling, self.anchored = QRadioButton("Rolling"), QRadioButton("Anchored")
        self.in_sample, self.out_of_sample = QLineEdit(first.in_sample), QLineEdit()
        self.out_of_sample.setText(first.out_of_sample)
        self.gap = _bars("Gap", "none", first.gap)
        self.warm_up = _bars("Warm-up", "as the strategy needs", first.warm_up)
        self.carried = QCheckBox("Carry positions from fold to fold")
        self.carried.setToolTip("Otherwise every fold ends without a position")
        self.rolling.setChecked(not first.anchored)
        self.anchored.setChecked(first.anchored)
        self._lay_out()
        self._connect()

    def asked(self) -> WindowsAsked:
        """What is filled in."""
        return WindowsAsked(
            self.in_sample.text(),
            self.out_of_sample.text(),
            self.gap.value(),
            self.warm_up.value(),
            self.anchored.isChecked(),
            self.carried.isChecked(),
        )

    def _lay_out(self) -> None:
        hint = "Bars; several lengths, 252, 504, give a matrix over all of them"
        self.in_sample.setAccessibleName("Bars in sample")
        self.out_of_sample.setAccessibleName("Bars out of sample")
        for field in (self.in_sample, self.out_of_sample):
            field.setToolTip(hint)
        self.rolling.setToolTip("Every window in sample has the same length")
        self.anchored.setToolTip("Every window in sample begins at the first bar")
        self.gap.setToolTip(
            "Bars between choosing and judging that belong to neither: the horizon of a label, or"
            " how long a position is held"
        )
        ways = QHBoxLayout()
        for way in (self.rolling, self.anchored):
            ways.addWidget(way)
        ways.addStretch(1)
        self._group = QButtonGroup(self)
        self._group.addButton(self.rolling)
        self._group.addButton(self.anchored)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(7)
        form.addRow("Windows", ways)
        form.addRow("In sample", self.in_sample)
        form.addRow("Out of sample", self.out_of_sample)
        form.addRow("Gap", self.gap)
        form.addRow("Warm-up", self.warm_up)
        form.addRow("Edges", self.carried)

    def _connect(self) -> None:
        for field in (self.in_sample, self.out_of_sample):
            field.textEdited.connect(lambda _: self._told())
        for number in (self.gap, self.warm_up):
            number.valueChanged.connect(lambda _: self._told())
        for switch in (self.anchored, self.carried):
            switch.toggled.connect(lambda _: self._told())


def _bars(name: str, none: str, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(0, MOST_BARS)
    box.setMaximumWidth(220)
    box.setValue(value)
    box.setSuffix(" bars")
    box.setSpecialValueText(none)
    box.setAccessibleName(f"{name} in bars")
    return box
