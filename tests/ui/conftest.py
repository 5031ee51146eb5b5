"""UI tests run in a window of Qt's own making, without a screen; journeys start an X server."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
