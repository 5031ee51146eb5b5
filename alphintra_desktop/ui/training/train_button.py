"""A button that trains the models of the open graph, and says why it cannot."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.training_commands import train_models
from alphintra_desktop.workspace.workspace import Workspace


class TrainButton(QPushButton):
    """Follows the open graph."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(train_models.title)
        self._workspace = workspace
        self.clicked.connect(self._train)
        watch(self, workspace.switched, lambda _: self.look_again())
        self.look_again()

    def look_again(self) -> None:
        """See whether the open graph has something to train."""
        possible = train_models.enabled(self._workspace)
        self.setEnabled(possible)
        self.setToolTip(train_models.help if possible else train_models.why_not)

    def _train(self) -> None:
        try:
            train_models.run(self._workspace)
        except AlphintraError as error:
            self._workspace.notices.error(error)
