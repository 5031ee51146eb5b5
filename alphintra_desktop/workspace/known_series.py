"""What market data there is, read in a thread, for lists to choose from."""

from __future__ import annotations

import threading

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.catalog import Catalog, SeriesVersion
from alphintra_desktop.market.library import library
from alphintra_desktop.observe import Signal
from alphintra_desktop.workspace.notices import Notices


class KnownSeries:
    """Every series of the market library. `changed` announces, from a thread, what was found."""

    def __init__(self, notices: Notices) -> None:
        self.changed: Signal[tuple[SeriesVersion, ...]] = Signal()
        self._notices = notices
        self._latest: tuple[SeriesVersion, ...] = ()

    @property
    def latest(self) -> tuple[SeriesVersion, ...]:
        """What was found last; nothing before the first time."""
        return self._latest

    @property
    def datasets(self) -> tuple[str, ...]:
        """The names of all datasets."""
        return tuple(sorted({series.dataset for series in self._latest}))

    def symbols(self, dataset: str) -> tuple[str, ...]:
        """The symbols of one dataset."""
        return tuple(sorted({s.symbol for s in self._latest if s.dataset == dataset}))

    def timeframes(self, dataset: str) -> tuple[str, ...]:
        """The bar lengths that one dataset has."""
        return tuple(sorted({s.timeframe for s in self._latest if s.dataset == dataset}))

    def read(self) -> None:
        """Look again. Comes back at once."""
        threading.Thread(target=self._read, name="known series", daemon=True).start()

    def _read(self) -> None:
        path = library().catalog
        try:
            self._latest = Catalog(path).series() if path.exists() else ()
        except AlphintraError as error:
            self._notices.error(error)
            return
        self.changed.emit(self._latest)
