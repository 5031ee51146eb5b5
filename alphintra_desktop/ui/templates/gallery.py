"""Starting a project from a template: look at the cards, give it a name, and it is there."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.templates.cards import TemplateCards
from alphintra_desktop.ui.templates.offered import Offered, offered
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.new_project import (
    folder_for,
    projects_folder,
    start_project,
    why_not_here,
)
from alphintra_desktop.workspace.workspace import Workspace


def open_gallery(workspace: Workspace, look: Look, parent: QWidget | None = None) -> Gallery:
    """Show the gallery over `parent`. It opens the project that is made, and goes by itself."""
    gallery = Gallery(workspace, look, parent)
    gallery.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    gallery.open()
    return gallery


class Gallery(QDialog):
    """Cards of all templates, and where the project goes. Enter on a card makes it."""

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._look = workspace, look
        self._loaded: Signal[tuple[Offered, ...]] = Signal()
        self.setWindowTitle("New project")
        self.cards = TemplateCards(look)
        self.cards.currentRowChanged.connect(self._on_card)
        self.cards.itemDoubleClicked.connect(self.make)
        self.cards.installEventFilter(self)
        self.more = ToneLabel(look, Tone.TEXT)
        self.more.setMinimumHeight(2 * self.more.fontMetrics().lineSpacing())
        self.loading = ToneLabel(look, Tone.FAINT, "Loading templates ...")
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the project")
        self.name.textChanged.connect(self._check)
        self.folder = QLineEdit(str(projects_folder(workspace.settings)))
        self.folder.setAccessibleName("Folder in which the project is made")
        self.folder.textChanged.connect(self._check)
        self.browse = QPushButton("Browse...")
        self.browse.setAutoDefault(False)
        self.browse.clicked.connect(self._browse)
        self.told = ToneLabel(look, Tone.FAINT)
        self._lay_out()
        watch(self, self._loaded, self._on_loaded)
        threading.Thread(target=self._load, name="templates", daemon=True).start()

    def make(self) -> None:
        """Make the project and open it, unless something stands against it."""
        template = self.cards.chosen
        if template is None or not self._check() or not self._workspace.can_close():
            return
        try:
            start_project(self._workspace, template.text, self._within(), self.name.text())
        except AlphintraError as error:
            self._tell(f"{error.message} {error.hint}", Tone.ERROR)
            return
        self.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter on a card makes the project: the list itself would swallow the key."""
        if isinstance(event, QKeyEvent) and _is_enter(event):
            self.make()
            return True
        return super().eventFilter(watched, event)

    def _load(self) -> None:
        self._loaded.emit(offered())

    def _on_loaded(self, templates: tuple[Offered, ...]) -> None:
        self.loading.hide()
        self.cards.show_templates(templates)
        self.cards.show()
        self.cards.setFocus()

    def _on_card(self, _: int) -> None:
        template = self.cards.chosen
        self.more.setText(template.more if template is not None else "")
        if template is not None and not self.name.isModified():
            self.name.setText(self._free_name(template.title))
        self._check()

    def _free_name(self, title: str) -> str:
        """The template's title, with a number where there is such a project already."""
        names = (title, *(f"{title} {number}" for number in range(2, 100)))
        return next((name for name in names if not why_not_here(self._within(), name)), title)

    def _check(self) -> bool:
        wrong = why_not_here(self._within(), self.name.text())
        place = folder_for(self._within(), self.name.text())
        self._tell(wrong or f"Will be made in {place}", Tone.ERROR if wrong else Tone.FAINT)
        possible = not wrong and self.cards.chosen is not None
        self.make_button.setEnabled(possible)
        return possible

    def _tell(self, text: str, tone: Tone) -> None:
        self.told.set_tone(tone)
        self.told.setText(text)

    def _within(self) -> Path:
        return Path(self.folder.text().strip()).expanduser()

    def _browse(self) -> None:
        chosen = self._workspace.questions.folder("Folder for projects", self._within())
        if chosen is not None:
            self.folder.setText(str(chosen))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(10)
        self.loading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.cards.hide()
        layout.addWidget(self.loading, 1)
        layout.addWidget(self.cards, 1)
        layout.addWidget(self.more)
        layout.addLayout(self._form())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.make_button = buttons.addButton(
            "Create project", QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.make_button.setDefault(True)
        self.make_button.setEnabled(False)
        buttons.accepted.connect(self.make)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.resize(856, 760)

    def _form(self) -> QGridLayout:
        form = QGridLayout()
        form.setHorizontalSpacing(10)
        line = QHBoxLayout()
        line.addWidget(self.folder, 1)
        line.addWidget(self.browse)
        for row, (text, buddy) in enumerate((("&Name", self.name), ("&Folder", self.folder))):
            label = QLabel(text)
            label.setBuddy(buddy)
            form.addWidget(label, row, 0)
        form.addWidget(self.name, 0, 1)
        form.addLayout(line, 1, 1)
        form.addWidget(self.told, 2, 1)
        return form


def _is_enter(event: QKeyEvent) -> bool:
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return enter and event.type() == QEvent.Type.KeyPress
