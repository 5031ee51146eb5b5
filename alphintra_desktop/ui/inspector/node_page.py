"""The page of a node, or of several of one type: everything its declaration says."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from alphintra_desktop.codegen.problem import Problem
from alphintra_desktop.errors import Place
from alphintra_desktop.ui.inspector.last_values import LastValues
from alphintra_desktop.ui.inspector.node_header import NodeHeader
from alphintra_desktop.ui.inspector.param_row import ParamRow
from alphintra_desktop.ui.inspector.ports import PortsView
from alphintra_desktop.ui.inspector.section import formula_block, heading
from alphintra_desktop.ui.inspector.subject import Subject
from alphintra_desktop.ui.inspector.troubles import Troubles
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.missing_series import Missing, missing_dataset, missing_symbols


class NodePage(QWidget):
    """Title, problems, params, ports and help of the subject."""

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self.subject = subject
        self.header = NodeHeader(subject)
        self.trouble = Troubles(subject.look)
        self.rows = {name: ParamRow(subject, name) for name in subject.kind.params}
        self.values = LastValues(subject) if subject.single else None
        self.ports = PortsView(subject) if subject.single else None
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """Show the nodes as they are now."""
        problems = self._problems()
        self.header.refresh()
        for name, row in self.rows.items():
            row.refresh(tuple(p for p in problems if p.place.param == name))
            row.advise(self._missing(name))
        self.trouble.show_problems([p for p in problems if p.place.param not in self.rows])
        if self.ports is not None:
            self.ports.refresh()

    def leave(self) -> None:
        """The user turns to something else: what is written and right is set."""
        self.header.settle()
        for row in self.rows.values():
            row.leave()

    def show_place(self, place: Place) -> None:
        """Take the user to the param that a place names."""
        row = self.rows.get(place.param or "")
        if row is not None:
            row.editor.setFocus()

    def _missing(self, name: str) -> Missing | None:
        """What the library lacks of what a param names."""
        subject, meaning = self.subject, self.subject.kind.params[name].meaning
        if meaning not in ("dataset", "symbols", "symbol"):
            return None
        value = subject.value(name)
        if value is None:
            return None
        if meaning == "dataset":
            return missing_dataset(subject.known, value)
        return missing_symbols(subject.known, subject.dataset(), value)

    def _problems(self) -> Sequence[Problem]:
        latest = self.subject.sheet.live_code.latest
        if latest is None:
            return ()
        return [problem for problem in latest.problems if problem.place.node in self.subject.nodes]

    def _lay_out(self) -> None:
        look, kind = self.subject.look, self.subject.kind
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(7)
        layout.addWidget(self.header)
        layout.addWidget(self.trouble)
        if self.rows:
            layout.addWidget(heading(look, "Settings"))
        for row in self.rows.values():
            layout.addWidget(row)
        for part in (self.values, self.ports):
            if part is not None:
                layout.addWidget(part)
        layout.addWidget(heading(look, "About"))
        if kind.formula:
            layout.addWidget(formula_block(look, kind.formula))
        for paragraph in kind.help.split("\n\n"):
            layout.addWidget(ToneLabel(look, Tone.TEXT, " ".join(paragraph.split())))
        layout.addStretch(1)
