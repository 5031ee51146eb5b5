"""In which range a search may turn a param."""

from __future__ import annotations

from PySide6.QtCore import Signal as QtSignal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.node_type import Param
from alphintra_desktop.graph.tunable import TunableRange
from alphintra_desktop.nodes.param_edits import why_not_tunable
from alphintra_desktop.nodes.params import parse_value
from alphintra_desktop.ui.inspector.number_editor import written
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel

FIELDS = ("from", "to", "step")


class TunableRow(QWidget):
    """Three numbers: from, to and step. `settled` carries a range that may be kept."""

    settled = QtSignal(object)

    def __init__(self, look: Look, name: str, param: Param) -> None:
        super().__init__()
        self._name, self._param = name, param
        self._shown: TunableRange | None = None
        self.fields = tuple(self._field(word) for word in FIELDS)
        self.told = ToneLabel(look, Tone.FAINT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 2)
        layout.setSpacing(2)
        line = QHBoxLayout()
        line.setSpacing(4)
        for word, field in zip(FIELDS, self.fields, strict=True):
            label = QLabel(word)
            label.setForegroundRole(label.palette().ColorRole.PlaceholderText)
            line.addWidget(label)
            line.addWidget(field, 1)
        layout.addLayout(line)
        layout.addWidget(self.told)

    def show_range(self, range: TunableRange) -> None:
        """Show the range that is kept, unless it stands there already."""
        if range == self._shown:
            return
        self._shown = range
        for field, number in zip(self.fields, (range.low, range.high, range.step), strict=True):
            field.setText(written(number))
        self._tell(range)

    def _field(self, word: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(f"Tune {self._name}: {word}")
        field.setMinimumWidth(44)
        field.textEdited.connect(self._check)
        field.editingFinished.connect(self._settle)
        return field

    def _range(self) -> TunableRange:
        """What is written. Raises `AlphintraError`."""
        numbers = [parse_value(self._param, field.text()) for field in self.fields]
        made = TunableRange(*numbers)
        wrong = why_not_tunable(self._name, made, self._param)
        if wrong is not None:
            raise AlphintraError(wrong.message, hint=wrong.hint)
        return made

    def _check(self) -> TunableRange | None:
        try:
            made = self._range()
        except AlphintraError as error:
            self.told.set_tone(Tone.ERROR)
            self.told.setText(f"{error.message} {error.hint}")
            return None
        self._tell(made)
        return made

    def _settle(self) -> None:
        made = self._check()
        if made is not None and made != self._shown:
            self._shown = made
            self.settled.emit(made)

    def _tell(self, range: TunableRange) -> None:
        values = "1 value" if range.count == 1 else f"{range.count:,} values"
        self.told.set_tone(Tone.FAINT)
        self.told.setText(f"{values} for a search to try")
