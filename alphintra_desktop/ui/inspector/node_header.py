"""The top of a node's page: what it is called, what it is, and whether it counts."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from alphintra_desktop.graph.edits import RenameNode, SetMode
from alphintra_desktop.graph.model import BYPASSED, MUTED
from alphintra_desktop.ui.inspector.subject import Subject
from alphintra_desktop.ui.toned import Tone, ToneLabel, tool_button

_MODES = (
    (MUTED, "mdi6.volume-off", "Mute: as if it were not drawn"),
    (BYPASSED, "mdi6.debug-step-over", "Bypass: hand on what comes in"),
)


class NodeHeader(QWidget):
    """Title, type, and the switches for mute and bypass."""

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subject = subject
        self.title = QLineEdit()
        self.title.setAccessibleName("Title of the node")
        self.title.setPlaceholderText(subject.kind.title)
        self.title.setToolTip("What you call the node; empty for the name of its type")
        self.title.editingFinished.connect(self.settle)
        self.title.setVisible(subject.single)
        count = "" if subject.single else f"{len(subject.nodes)} nodes, "
        about = f"{count}{subject.kind.title} \N{MIDDLE DOT} {subject.kind.category}"
        self.about = ToneLabel(subject.look, Tone.FAINT, about)
        self.about.setToolTip(subject.kind.name)
        self.modes = {mode: self._mode_button(mode, icon, tip) for mode, icon, tip in _MODES}
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """Show title and mode as they are now."""
        title = self._subject.first.title
        if title != self.title.text() and not self.title.isModified():
            self.title.setText(title)
        nodes = [self._subject.graph.nodes[node] for node in self._subject.nodes]
        for mode, button in self.modes.items():
            button.setChecked(all(node.mode == mode for node in nodes))

    def settle(self) -> None:
        """Give the node the title that is written."""
        if not self.title.isModified():
            return
        title = self.title.text().strip()
        self.title.setModified(False)
        if self._subject.single and title != self._subject.first.title:
            self._subject.apply(RenameNode(self._subject.nodes[0], title))

    def _mode_button(self, mode: str, icon: str, tip: str) -> QToolButton:
        button = tool_button(self._subject.look, icon, tip)
        button.setCheckable(True)
        button.clicked.connect(lambda: self._set_mode(mode if button.isChecked() else ""))
        return button

    def _set_mode(self, mode: str) -> None:
        self._subject.apply(SetMode(self._subject.nodes, mode))
        self.refresh()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(2)
        line.addWidget(self.title if self._subject.single else self.about, 1)
        for button in self.modes.values():
            line.addWidget(button)
        layout.addLayout(line)
        if self._subject.single:
            layout.addWidget(self.about)
