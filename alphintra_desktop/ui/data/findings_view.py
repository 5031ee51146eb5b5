"""What a check of a series found, the worst first, with what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.market.quality_finding import QualityFinding, Severity
from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel, tone_icon
from alphintra_desktop.ui.watch import watch

ICONS = {
    Severity.ERROR: ("mdi6.close-octagon", Tone.ERROR, "Error"),
    Severity.WARNING: ("mdi6.alert", Tone.WARNING, "Warning"),
    Severity.INFO: ("mdi6.information-outline", Tone.FAINT, "Note"),
}
HEADS = ("Severity", "What was found", "Where", "Bars")


def where(finding: QualityFinding) -> str:
    """The place of a finding."""
    first, last = (
        text[:16].replace("T", " ") for text in (finding.place.first, finding.place.last)
    )
    return first if first == last else f"{first} to {last}"


class FindingsView(QWidget):
    """The list, and beneath it the hint of the chosen finding and what can be done.

    `repair_asked` and `shown` announce the chosen finding: to mend it, to look at its bars.
    """

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.repair_asked: Signal[QualityFinding] = Signal()
        self.undo_asked: Signal[None] = Signal()
        self.shown: Signal[QualityFinding] = Signal()
        self._look = look
        self.findings: tuple[QualityFinding, ...] = ()
        self.list = QTreeWidget()
        self.told, self.hint = ToneLabel(look, Tone.FAINT), ToneLabel(look, Tone.TEXT)
        self.repair, self.undo = QPushButton("Repair…"), QPushButton("Undo repair")
        self.look_at = QPushButton("Show in chart")
        self._lay_out()
        watch(self, look.changed, lambda _: self._paint_icons())

    def show_findings(
        self, findings: tuple[QualityFinding, ...] | None, *, checking: bool, repaired: bool
    ) -> None:
        """List what was found; None while it is not known. `repaired` bars can be had back."""
        self.findings = findings or ()
        self.list.clear()
        for finding in self.findings:
            texts = ("", finding.message, where(finding), f"{finding.place.count:,}")
            item = QTreeWidgetItem(list(texts))
            item.setTextAlignment(3, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(1, finding.message)
            self.list.addTopLevelItem(item)
        self._paint_icons()
        self.undo.setVisible(repaired)
        self.told.setText(told(findings, checking=checking))
        first = self.list.topLevelItem(0)
        if first is not None:
            self.list.setCurrentItem(first)
        self._on_current()

    @property
    def current(self) -> QualityFinding | None:
        """The chosen finding."""
        row = self.list.indexOfTopLevelItem(self.list.currentItem()) if self.findings else -1
        return self.findings[row] if row >= 0 else None

    def _tell(self, signal: Signal[QualityFinding]) -> None:
        if self.current is not None:
            signal.emit(self.current)

    def _on_current(self) -> None:
        finding = self.current
        self.hint.setText("" if finding is None else f"{finding.message}\n{finding.hint}")
        self.repair.setEnabled(finding is not None and finding.repair is not None)
        does = finding.repair.does if finding is not None and finding.repair else ""
        self.repair.setToolTip(does or "There is no repair for this; see the hint.")
        self.look_at.setEnabled(finding is not None and bool(finding.place.rows))

    def _paint_icons(self) -> None:
        for row, finding in enumerate(self.findings):
            item = self.list.topLevelItem(row)
            assert item is not None
            name, tone, title = ICONS[finding.severity]
            item.setIcon(0, tone_icon(self._look, name, tone))
            item.setText(0, title)

    def _lay_out(self) -> None:
        self.list.setHeaderLabels(list(HEADS))
        self.list.setAccessibleName("Findings")
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for section, width in ((0, 92), (2, 178), (3, 56)):
            header.resizeSection(section, width)
        self.list.currentItemChanged.connect(lambda *_: self._on_current())
        self.list.itemActivated.connect(lambda *_: self._tell(self.shown))
        self.repair.clicked.connect(lambda: self._tell(self.repair_asked))
        self.look_at.clicked.connect(lambda: self._tell(self.shown))
        self.undo.clicked.connect(lambda: self.undo_asked.emit(None))
        self.undo.setToolTip("Make the bars before the last repair the current ones again")
        bar = QHBoxLayout()
        bar.addWidget(self.hint, 1)
        for button in (self.look_at, self.undo, self.repair):
            bar.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.addWidget(self.told)
        column.addWidget(self.list, 1)
        column.addLayout(bar)


def told(findings: tuple[QualityFinding, ...] | None, *, checking: bool) -> str:
    """How it looks, in a few words."""
    if findings is None:
        return "Checking…" if checking else "Not checked yet."
    if not findings:
        return "Checked: nothing was found."
    counts = [
        (sum(finding.severity is severity for finding in findings), title.lower())
        for severity, (_, _, title) in ICONS.items()
    ]
    return ", ".join(f"{n} {title}{'s' * (n != 1)}" for n, title in counts if n)
