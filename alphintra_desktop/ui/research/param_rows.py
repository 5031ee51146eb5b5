"""The params of a strategy in the form of a search: which are varied, and over which values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QWidget

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.research.grid import axis_of
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.research_points import told
from alphintra_desktop.workspace.research_setup import VariedParam

HEADS = ("Param", "Now", "Values", "")
HINT = "first:last:step, such as 5:50:5, or a list: 20,50,100"


class ParamRow:
    """One param: a switch, what it is now, the values, and how many they are."""

    def __init__(self, look: Look, param: VariedParam, told: Callable[[VariedParam], None]) -> None:
        self.param = param
        self._told = told
        self.switch = QCheckBox(f"{param.title} · {param.param.replace('_', ' ')}")
        self.now, self.values = QLabel(), QLineEdit(param.values)
        self.count = ToneLabel(look, Tone.FAINT)
        self.switch.setChecked(param.on)
        self.switch.setToolTip("Vary this param")
        self.values.setAccessibleName(f"Values of {param.title}, {param.param}")
        self.values.setToolTip(HINT)
        self.values.setEnabled(param.on)
        self.values.setMinimumWidth(130)
        self.count.setWordWrap(False)
        self.switch.toggled.connect(self._on_switch)
        self.values.textEdited.connect(self._on_text)

    def _on_switch(self, on: bool) -> None:
        self.values.setEnabled(on)
        self._settle(replace(self.param, on=on))

    def _on_text(self, text: str) -> None:
        self._settle(replace(self.param, values=text))

    def _settle(self, param: VariedParam) -> None:
        self.param = param
        self._told(param)

    def check(self, graph: Graph) -> None:
        """Say how many values are written, or what is wrong with them."""
        self.count.setToolTip("")
        if not self.param.on:
            self.count.setText("")
            return
        try:
            axis = axis_of(graph, *self.param.axis)
        except AlphintraError as error:
            self.count.set_tone(Tone.ERROR)
            self.count.setText("not possible")
            self.count.setToolTip(f"{error.message} {error.hint}")
            return
        self.count.set_tone(Tone.FAINT)
        self.count.setText("1 value" if len(axis.values) == 1 else f"{len(axis.values):,} values")


class ParamRows(QWidget):
    """All params that can be varied; those that the graph notes as tunable come first."""

    def __init__(
        self,
        look: Look,
        graph: Graph,
        params: tuple[VariedParam, ...],
        told: Callable[[VariedParam], None],
    ) -> None:
        super().__init__()
        self.graph = graph
        self.rows = [ParamRow(look, one, told) for one in params]
        self._noted = any(one.noted for one in params)
        self.all = QCheckBox("Show all params")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(2, 1)
        for column, head in enumerate(HEADS):
            self._grid.addWidget(ToneLabel(look, Tone.FAINT, head), 0, column)
        for number, row in enumerate(self.rows, start=1):
            self._add(number, row)
        self._grid.addWidget(self.all, len(self.rows) + 1, 0)
        self.all.setToolTip(
            "Also costs, cash and data, and what the graph does not note as tunable"
        )
        self.all.setVisible(any(not self._is_usual(one) for one in params))
        self.all.toggled.connect(lambda _: self._show())
        self._show()

    def _is_usual(self, param: VariedParam) -> bool:
        """Whether a param is shown at first: what is noted, or else what the strategy decides."""
        return param.noted if self._noted else not param.frame

    def check(self) -> None:
        """Say of every param how many values it takes."""
        for row in self.rows:
            row.check(self.graph)

    def _add(self, number: int, row: ParamRow) -> None:
        row.now.setText(told(row.param.now))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for column, part in enumerate((row.switch, row.now, row.values, row.count)):
            self._grid.addWidget(part, number, column)
        row.now.setAlignment(right)

    def _show(self) -> None:
        for row in self.rows:
            seen = row.param.on or self.all.isChecked() or self._is_usual(row.param)
            for part in (row.switch, row.now, row.values, row.count):
                part.setVisible(seen)
