"""What the outputs of a node said last, as small lines."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from alphintra_desktop.ui.inspector.param_editor import in_words
from alphintra_desktop.ui.inspector.section import heading
from alphintra_desktop.ui.inspector.sparkline import BARS, Sparkline
from alphintra_desktop.ui.inspector.subject import Subject
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch

DRAWN = ("Numbers", "Flags")


class LastValues(QWidget):
    """A sparkline an output that has values. Hidden while there are none.

    With a bar that is looked at, the lines show the bars around it, and the value there.
    """

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subject = subject
        self._values = subject.sheet.values
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.title = heading(subject.look, "Last values")
        outputs = subject.kind.outputs
        drawn = {name: kind.__name__ for name, kind in outputs.items() if kind.__name__ in DRAWN}
        self.lines = {name: Sparkline(subject.look, kind) for name, kind in drawn.items()}
        self.told = {name: ToneLabel(subject.look, Tone.FAINT) for name in drawn}
        if len(drawn) != 1:
            layout.addWidget(self.title)
        for name in drawn:
            several = len(drawn) > 1
            layout.addLayout(self._line(name, QLabel(in_words(name)) if several else self.title))
            layout.addWidget(self.lines[name])
        watch(self, self._values.changed, self._on_changed)
        watch(self, self._values.scrubbed, lambda _: self.refresh())
        self.refresh()

    def refresh(self) -> None:
        """Show the values as they are now."""
        shown = [self._show(name) for name in self.lines]
        self.setVisible(any(shown))
        stale = self._values.state(self._subject.nodes[0]).light.value == "stale"
        self.title.setText("Last values (of an earlier drawing)" if stale else "Last values")

    def _show(self, name: str) -> bool:
        series = self._values.series(self._subject.nodes[0], name)
        if series is None or not len(series):
            return False
        bar = self._values.bar
        end = len(series) if bar is None else min(len(series), max(bar + BARS // 4, BARS))
        start = max(0, end - BARS)
        values = series[start:end].tolist()
        at = None if bar is None or not start <= bar < end else bar - start
        self.lines[name].show_values(values, at)
        self.told[name].setText(in_short(values[-1 if at is None else at]))
        return True

    def _on_changed(self, nodes: frozenset[str]) -> None:
        if self._subject.nodes[0] in nodes:
            self.refresh()

    def _line(self, name: str, label: QLabel) -> QHBoxLayout:
        line = QHBoxLayout()
        line.addWidget(label, 1)
        self.told[name].setWordWrap(False)
        self.told[name].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        line.addWidget(self.told[name])
        return line


def in_short(value: float | bool) -> str:
    """A value as it is read at a glance."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.6g}" if math.isfinite(value) else "no number"
