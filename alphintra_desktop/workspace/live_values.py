"""Sheets compute while they are drawn, if the user wants that; what goes wrong is told."""

from __future__ import annotations

from alphintra_desktop.workspace.notices import Notices
from alphintra_desktop.workspace.settings import LIVE_VALUES, Settings
from alphintra_desktop.workspace.sheet import Sheet


class LiveValues:
    """Carries the setting to every sheet, and what fails in one to the notices."""

    def __init__(self, settings: Settings, notices: Notices) -> None:
        self._settings, self._notices = settings, notices
        self._sheets: tuple[Sheet, ...] = ()
        settings.changed.subscribe(self._on_setting)

    def follow(self, sheets: tuple[Sheet, ...]) -> None:
        """These sheets are open now."""
        new = [sheet for sheet in sheets if sheet not in self._sheets]
        self._sheets = sheets
        for sheet in new:
            sheet.values.failed.subscribe(self._notices.error)
        self._set(new)

    def _on_setting(self, key: str) -> None:
        if key == LIVE_VALUES.key:
            self._set(self._sheets)

    def _set(self, sheets: list[Sheet] | tuple[Sheet, ...]) -> None:
        live = bool(self._settings.get(LIVE_VALUES))
        for sheet in sheets:
            sheet.values.live = live
            if live:
                sheet.values.run()
