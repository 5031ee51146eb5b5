"""Builds everything and opens the window: the only module that knows all the parts."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication


def main() -> int:
    """Run the desktop until its window is closed. Returns the exit code."""
    app = QApplication(sys.argv)
    return app.exec()
