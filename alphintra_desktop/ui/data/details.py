"""Everything about the chosen series: its facts on top, and a tab for each way to look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.catalog import SeriesVersion
from alphintra_desktop.market.quality_finding import QualityFinding
from alphintra_desktop.ui.data.bars_table import BarsTable
from alphintra_desktop.ui.data.coverage_map import CoverageMap
from alphintra_desktop.ui.data.dataset_map import DatasetMap
from alphintra_desktop.ui.data.events_view import EventsView
from alphintra_desktop.ui.data.findings_view import FindingsView
from alphintra_desktop.ui.data.sql_view import SqlView
from alphintra_desktop.ui.data.update_button import UpdateButton
from alphintra_desktop.ui.data.versions_view import VersionsView
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.reading import Reading
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.calendar_names import chosen_calendar
from alphintra_desktop.workspace.data_library import SeriesRow
from alphintra_desktop.workspace.data_series import (
    LARGE,
    SeriesShown,
    read_latest,
    read_series,
)
from alphintra_desktop.workspace.data_work import DataWork, Inspection

if TYPE_CHECKING:
    from alphintra_desktop.ui.data.price_chart import PriceChart

WHOLE_AFTER_MS = 400
CHECK_AFTER_MS = 300  # whoever walks through a list wants no check of each


class SeriesDetails(QWidget):
    """Shows one series. Its bars are read in a thread, its quality is checked by a job."""

    def __init__(self, work: DataWork, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work, self._look = work, look
        self.row: SeriesRow | None = None
        self.chart: PriceChart | None = None
        self._latest: Reading[SeriesShown] = Reading()
        self._reading: Reading[SeriesShown] = Reading()
        self._sought: QualityFinding | None = None
        self._calendars: Reading[str] = Reading()
        self.title, self.facts = QLabel(), ToneLabel(look, Tone.FAINT)
        self.update_from, self.export = UpdateButton(look), QPushButton("Export…")
        self.tabs = QTabWidget()
        self.bars, self.coverage = BarsTable(look), CoverageMap(look)
        self.findings, self.versions = FindingsView(look), VersionsView(look)
        self.sql, self.dataset = SqlView(work, look), DatasetMap(work, look)
        self.events = EventsView(look)
        self._place, self._said = QWidget(), ToneLabel(look, Tone.FAINT)
        self._charts = QStackedLayout(self._place)
        self._later, self._whole = QTimer(self), QTimer(self)
        self._lay_out()
        self._connect()
        watch(self, look.changed, lambda _: self._colour())
        self._colour()

    def show_row(self, row: SeriesRow | None) -> None:
        """Show a series. What is shown already is only told anew."""
        before, self.row = self.row, row
        if row is None:
            return
        if before is None or before.version != row.version:
            self._show_version(row.version)
        self._show_facts(row)
        self._show_quality()

    def _show_facts(self, row: SeriesRow) -> None:
        version = row.version
        self.update_from.show_version(version)
        ends = (text[:16].replace("T", " ") for text in (version.first, version.last))
        self.title.setText(f"{version.symbol}  {version.timeframe}")
        many = "1 version" if row.versions == 1 else f"{row.versions} versions"
        self.facts.setText(
            f"{version.dataset}  ·  {version.rows:,} rows  ·  {' to '.join(ends)}"
            f"  ·  from {version.source}  ·  {many}  ·  {row.light.value}"
        )

    def _show_version(self, version: SeriesVersion) -> None:
        self._say_instead_of_a_chart("Reading…")
        self._sought = None
        self._whole.stop()
        if version.rows > LARGE:
            self._reading.forget()
            self._latest.ask(lambda: read_latest(version))
        else:
            self._latest.forget()
            self._reading.ask(lambda: read_series(version))
        self._calendars.ask(lambda: chosen_calendar(version))
        self.sql.suggest(version)
        self._later.start(CHECK_AFTER_MS)

    # ------------------------------------------------------------------ bars

    def _on_latest(self, shown: SeriesShown) -> None:
        """The latest bars of a long series are there: the others are read meanwhile."""
        self.versions.show_versions(shown.versions, shown.version)
        self.bars.show_series(shown)
        self._show_chart(shown)
        self._whole.start(WHOLE_AFTER_MS)

    def _read_whole(self) -> None:
        if self.row is not None:
            version = self.row.version
            self._reading.ask(lambda: read_series(version))

    def _on_read(self, shown: SeriesShown) -> None:
        before = self.chart
        if before is not None and before.series.start and before.series.version == shown.version:
            self.bars.extend(shown)
            self._show_chart(shown).show_as(before)
        else:
            self.versions.show_versions(shown.versions, shown.version)
            self.bars.show_series(shown)
            self._show_chart(shown)
        if self._sought is not None:
            self._look_at(self._sought)

    def _show_chart(self, shown: SeriesShown) -> PriceChart:
        from alphintra_desktop.ui.data.price_chart import PriceChart  # noqa: PLC0415 - heavy

        before, self.chart = self.chart, PriceChart(shown)
        self._charts.addWidget(self.chart)
        self._charts.setCurrentWidget(self.chart)
        if before is not None:
            self._charts.removeWidget(before)
            before.deleteLater()
        self._colour()
        return self.chart

    def _on_unread(self, error: AlphintraError) -> None:
        self._say_instead_of_a_chart(f"{error.message}\n{error.hint}")

    def _say_instead_of_a_chart(self, text: str) -> None:
        self._said.setText(text)
        if text != "Reading…" or self.chart is None:
            self._charts.setCurrentWidget(self._said)

    def _look_at(self, finding: QualityFinding) -> None:
        if not finding.place.rows or self.chart is None:
            return
        self._sought = finding if self.chart.series.start else None
        if self._sought is not None:  # it is shown once all bars have been read
            return
        self.tabs.setCurrentWidget(self._place)
        self.chart.show_rows(finding.place.rows[0], finding.place.rows[-1])
        self.bars.show_row(finding.place.rows[0])

    # ------------------------------------------------------------------ quality

    def _check_if_looked_at(self) -> None:
        """A check is only begun for somebody who wants to see what it finds."""
        if self.row is not None and self.tabs.currentWidget() is self.dataset:
            self.dataset.show_dataset(self.row.version.dataset)
        if self.row is None or self.tabs.currentWidget() not in (self.findings, self.coverage):
            return
        self._work.inspect(self.row.version)
        self._show_quality()

    def _show_quality(self, _: Inspection | None = None) -> None:
        if self.row is None:
            return
        version = self.row.version
        known, checking = self._work.inspection(version), self._work.is_checking(version)
        if known is None:  # what is checked anew may have another calendar
            self._calendars.ask(lambda: chosen_calendar(version))
        self.coverage.show_coverage(known.coverage if known else None, checking)
        self.findings.show_findings(
            known.findings if known else None,
            checking=checking,
            repaired="Repaired from version" in version.lineage,
        )

    def _choose_calendar(self, asked: tuple[str, bool]) -> None:
        if self.row is not None:
            self._work.choose_calendar(self.row.version, asked[0], whole=asked[1])

    def _repair(self, finding: QualityFinding) -> None:
        if self.row is not None:
            self._work.repair(self.row.version, finding)

    def _undo(self) -> None:
        if self.row is not None:
            self._work.undo(self.row.version)

    def _export(self) -> None:
        if self.row is not None:
            self._work.export(self.row.version)

    # ------------------------------------------------------------------ making

    def _connect(self) -> None:
        watch(self, self._reading.done, self._on_read)
        watch(self, self._reading.failed, self._on_unread)
        watch(self, self._calendars.done, self.coverage.show_calendar)
        watch(self, self.coverage.calendar_asked, self._choose_calendar)
        watch(self, self._work.inspected, self._show_quality)
        watch(self, self._latest.done, self._on_latest)
        watch(self, self._latest.failed, self._on_unread)
        self._whole.setSingleShot(True)
        self._whole.timeout.connect(self._read_whole)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._check_if_looked_at)
        self.tabs.currentChanged.connect(lambda _: self._check_if_looked_at())
        watch(self, self.findings.repair_asked, self._repair)
        watch(self, self.findings.undo_asked, lambda _: self._undo())
        watch(self, self.findings.shown, self._look_at)
        watch(self, self.versions.choose_asked, self._work.choose)
        self.export.clicked.connect(self._export)

    def _colour(self) -> None:
        font = QFont(self._look.font)
        self.bars.colour(font)
        self.sql.colour(font)
        if self.chart is not None:
            self.chart.colour(self._look.colours, font)
        font.setPointSizeF(font.pointSizeF() * 1.35)
        font.setWeight(QFont.Weight.DemiBold)
        self.title.setFont(font)

    def _lay_out(self) -> None:
        self._charts.addWidget(self._said)
        self.export.setToolTip("Write every row, as it is stored, as CSV or Parquet")
        self.tabs.setDocumentMode(True)
        for part, title in (
            (self._place, "Chart"),
            (self.bars, "Bars"),
            (self.coverage, "Coverage"),
            (self.findings, "Findings"),
            (self.versions, "Versions"),
            (self.dataset, "Dataset"),
            (self.events, "Events"),
            (self.sql, "SQL"),
        ):
            self.tabs.addTab(part, title)
        head = QHBoxLayout()
        head.setContentsMargins(12, 10, 12, 6)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.facts)
        head.addLayout(words, 1)
        head.addWidget(self.update_from)
        head.addSpacing(6)
        head.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.tabs, 1)
