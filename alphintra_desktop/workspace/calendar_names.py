"""The calendars that a window offers, with what they are; any other may be typed by its code."""

from __future__ import annotations

from alphintra_desktop.market.catalog import Catalog, SeriesVersion
from alphintra_desktop.market.library import library

CALENDARS: tuple[tuple[str, str], ...] = (
    ("", "guessed from the bars"),
    ("XNYS", "XNYS  New York"),
    ("XLON", "XLON  London"),
    ("XFRA", "XFRA  Frankfurt"),
    ("XPAR", "XPAR  Paris"),
    ("XAMS", "XAMS  Amsterdam"),
    ("XMIL", "XMIL  Milan"),
    ("XSWX", "XSWX  Zurich"),
    ("XSTO", "XSTO  Stockholm"),
    ("XTSE", "XTSE  Toronto"),
    ("XTKS", "XTKS  Tokyo"),
    ("XHKG", "XHKG  Hong Kong"),
    ("XSHG", "XSHG  Shanghai"),
    ("XASX", "XASX  Sydney"),
    ("XKRX", "XKRX  Seoul"),
    ("XBOM", "XBOM  Mumbai"),
    ("BVMF", "BVMF  Sao Paulo"),
    ("24/7", "24/7  coins"),
    ("24/5", "24/5  currencies, futures"),
    ("weekdays", "weekdays"),
)


def chosen_calendar(version: SeriesVersion) -> str:
    """The calendar that somebody chose for a series; "" if it is guessed."""
    return Catalog(library().catalog).calendars(version.dataset).get(version.symbol, "")
