"""What charts are drawn with takes a while to load: it is done in a thread, before it is needed."""

from __future__ import annotations

import threading


def load_charts() -> None:
    """Load pyqtgraph and all that draws with it, for whoever asks for it next."""
    import alphintra_desktop.ui.results.chart  # noqa: PLC0415
    import alphintra_desktop.ui.results.compare_view  # noqa: F401, PLC0415


def load_charts_meanwhile() -> None:
    """The same in a thread: while a strategy runs, its result will want to be drawn."""
    threading.Thread(target=load_charts, name="charts", daemon=True).start()
