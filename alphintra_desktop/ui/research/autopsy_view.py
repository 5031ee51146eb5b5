"""An autopsy that is done: an integrity score, and behind each of its parts the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.ui.cards import Cards, Figure
from alphintra_desktop.ui.heading import Heading
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.text_table import TextTable
from alphintra_desktop.ui.toned import Tone, ToneLabel, tone_icon
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.research_autopsy import (
    GOOD,
    POOR,
    AutopsyFound,
    Evidence,
    points_told,
    score_told,
)

HEADS = ("Part of the score", "Points")
ROW = 25  # pixels of a row of a small table


class AutopsyView(QWidget):
    """Shows one autopsy. `page_asked` wants the page in a browser."""

    page_asked = Signal()

    def __init__(self, look: Look, found: AutopsyFound, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self.found = look, found
        self.title = Heading(look, f"Autopsy of {found.whole['name']}")
        self.facts = ToneLabel(look, Tone.FAINT, facts_of(found))
        self.ruled = ToneLabel(look, Tone.ERROR, "\n".join(found.score["ruled_out"]))
        self.cards, self.open = Cards(look), QPushButton("Open as a page")
        self.cards.show_figures(figures_of(found))
        self.parts, self.evidence = QTreeWidget(), QScrollArea()
        self._fill()
        self._lay_out()
        watch(self, look.changed, lambda _: self._colour())
        self._colour()
        self.parts.currentItemChanged.connect(lambda *_: self._show())
        self.parts.setCurrentIndex(self.parts.model().index(0, 0))

    @property
    def shown(self) -> Mapping[str, Any] | None:
        """The part whose evidence is open."""
        row = self.parts.indexOfTopLevelItem(self.parts.currentItem())
        return self.found.parts[row] if row >= 0 else None

    def _show(self) -> None:
        part = self.shown
        if part is not None:
            self.evidence.setWidget(self._evidence_of(part, self.found.evidence(part)))

    def _evidence_of(self, part: Mapping[str, Any], evidence: Evidence) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(7)
        column.addWidget(Heading(self._look, evidence.title))
        column.addWidget(ToneLabel(self._look, Tone.TEXT, part["why"]))
        formula = f"{points_told(part)} points: {part['formula']}"
        column.addWidget(ToneLabel(self._look, Tone.FAINT, formula))
        for sentence in evidence.sentences:
            if sentence != part["why"]:
                column.addWidget(ToneLabel(self._look, Tone.TEXT, sentence))
        for one in evidence.tables:
            table = TextTable(one.title, one.heads, one.rows, range(1, len(one.heads)))
            table.setMinimumHeight((len(one.rows) + 1) * ROW + 6)
            column.addSpacing(4)
            column.addWidget(table)
        column.addStretch(1)
        return inner

    # ------------------------------------------------------------------ making

    def _fill(self) -> None:
        tree = self.parts
        tree.setHeaderLabels(list(HEADS))
        tree.setAccessibleName("Parts of the integrity score")
        tree.setRootIsDecorated(False)
        for part in self.found.parts:
            item = QTreeWidgetItem(tree, [part["title"], points_told(part)])
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            item.setTextAlignment(1, right)
            item.setToolTip(0, part["why"])
        tree.headerItem().setTextAlignment(1, Qt.AlignmentFlag.AlignRight)
        tree.header().setStretchLastSection(False)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def _colour(self) -> None:
        for number, part in enumerate(self.found.parts):
            item = self.parts.topLevelItem(number)
            assert item is not None
            item.setIcon(0, tone_icon(self._look, *sign_of(part)))

    def _lay_out(self) -> None:
        self.open.setToolTip("The whole autopsy as one HTML page, in the browser")
        self.open.clicked.connect(self.page_asked)
        self.ruled.setVisible(bool(self.ruled.text()))
        self.evidence.setWidgetResizable(True)
        self.evidence.setFrameShape(QScrollArea.Shape.NoFrame)
        self.evidence.setAccessibleName("Evidence")
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(14, 12, 14, 8)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        row.addWidget(self.open)
        column.addLayout(row)
        for part in (self.facts, self.cards, self.ruled):
            column.addWidget(part)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.parts)
        split.addWidget(self.evidence)
        split.setSizes([400, 520])
        split.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(split, 1)


def sign_of(part: Mapping[str, Any]) -> tuple[str, Tone]:
    """The icon of a part and its tone: good, poor, or unknown."""
    value = part["value"]
    if value is None:
        return "mdi6.help-circle-outline", Tone.FAINT
    if value >= GOOD:
        return "mdi6.check-circle-outline", Tone.DONE
    if value >= POOR:
        return "mdi6.alert-circle-outline", Tone.WARNING
    return "mdi6.close-circle-outline", Tone.ERROR


def facts_of(found: AutopsyFound) -> str:
    """What was cut open, in a line."""
    whole = found.whole
    first, last = whole["period"]
    same = "repeated to the bit" if whole["identical"] else "NOT the same when repeated"
    symbols = ", ".join(whole["symbols"][:6])
    return f"{symbols}, {whole['bars']:,} bars, {first} to {last}  ·  run {whole['run']}  ·  {same}"


def figures_of(found: AutopsyFound) -> list[Figure]:
    """The cards of an autopsy."""
    score, tried = found.score, found.whole["tried"]
    told = score_told(score).partition(",")
    tone = Tone.ERROR if score["ruled_out"] else Tone.TEXT
    best = found.whole["lives"]["best_trades"]
    figures = [
        Figure("Integrity", told[0], (told[2].strip() or "every part is known",), tone),
        Figure("Trials on this data", f"{tried['trials']:,}", ("counted in the ledger",)),
    ]
    if best["share"] is not None:
        lines = (f"of the profit from the best {best['count']}", f"of {best['of']:,} trades")
        figures.append(Figure("Concentration", f"{best['share']:.0%}", lines))
    return figures
