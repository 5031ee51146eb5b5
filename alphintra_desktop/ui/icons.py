"""Icons by name from an icon font, in any colour."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QIcon


@lru_cache(maxsize=512)
def icon(name: str, colour: str) -> QIcon:
    """The icon `name` of qtawesome, for example "mdi6.play", in a colour "#rrggbb"."""
    import qtawesome  # noqa: PLC0415 - reads its fonts when it is first used

    return QIcon(qtawesome.icon(name, color=colour))
