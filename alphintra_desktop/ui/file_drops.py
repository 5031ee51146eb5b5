"""Files that are dropped on a window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDropEvent

from alphintra_desktop.workspace.import_file import importable


def dropped_files(event: QDropEvent) -> tuple[Path, ...]:
    """The files of a drop that an import may be tried on; of a folder, those right in it."""
    urls = event.mimeData().urls() if event.mimeData().hasUrls() else []
    return importable([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])
