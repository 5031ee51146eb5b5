"""Fetching from a vendor: whom to ask, for what, and where to put it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir.markets import MARKETS
from alphintra_desktop.market.sources.source import Vendor
from alphintra_desktop.ui.data.key_field import KeyField
from alphintra_desktop.ui.field_row import FieldRow, Shown
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.reading import Reading
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.fetch_task import FetchSpec
from alphintra_desktop.workspace.import_fields import Options
from alphintra_desktop.workspace.vendor_keys import KeyState, keep_key, key_states
from alphintra_desktop.workspace.vendor_work import VendorWork, troubles_of, vendors

WIDTH = 560
RELEASES = "releases"
ALL_MARKETS: Options = (
    ("", "what the vendor mostly has"),
    *((name, market.title) for name, market in MARKETS.items()),
)
FIELDS = (
    ("vendor", "Vendor", "Whom to ask", False),
    ("symbols", "Symbols", "As the vendor spells them, with spaces between", True),
    ("timeframe", "Timeframe", "How long a bar is", False),
    ("start", "From", "The first day, such as 2015-06-30; empty is all there is", True),
    ("end", "To", "The last day, itself included; empty is today", True),
    ("dataset", "Dataset", "Where to put it; a new name makes a new dataset", True),
    ("market", "Market", "Says how many bars a year has", False),
)


@dataclass(frozen=True)
class Begun:
    """What came of asking: what was wrong by field, or nothing, and then the job has begun."""

    troubles: Mapping[str, AlphintraError] = field(default_factory=dict)


class FetchDialog(QDialog):
    """Closes once the job has begun, which the page shows. What was typed is kept for next time."""

    def __init__(self, work: VendorWork, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._vendors: dict[str, Vendor] = {}
        self._values: dict[str, str] = {name: "" for name, *_ in FIELDS}
        self._begins: Reading[Begun] = Reading()
        self._loads: Reading[tuple[Vendor, ...]] = Reading()
        self._keys: Reading[tuple[KeyState, ...]] = Reading()
        self.rows = {
            name: self._row(look, name, title, help, free=free)
            for name, title, help, free in FIELDS
        }
        self.serves, self.told = ToneLabel(look, Tone.FAINT), ToneLabel(look, Tone.ERROR)
        self.key, self.other_key = KeyField(look), QPushButton("Use another key…")
        self.repair = QCheckBox("Also ask again for bars that are missing in between")
        self.fetch, self.cancel = QPushButton("Fetch"), QPushButton("Cancel")
        self._lay_out()
        self._connect()
        self._loads.ask(vendors)

    @property
    def vendor(self) -> Vendor | None:
        """The vendor that is chosen."""
        return self._vendors.get(self._values["vendor"])

    def spec(self) -> FetchSpec:
        """What is asked for."""
        said = {name: row.value.strip() for name, row in self.rows.items()}
        symbols = tuple(word for word in re.split(r"[\s,;]+", said["symbols"]) if word)
        return FetchSpec(
            said["vendor"],
            symbols,
            said["dataset"],
            said["timeframe"],
            said["start"],
            said["end"],
            said["market"],
            repair=self.repair.isChecked(),
        )

    # ------------------------------------------------------------------ what is shown

    def _on_vendors(self, found: tuple[Vendor, ...]) -> None:
        self._vendors = {vendor.name: vendor for vendor in found}
        self._say("vendor", self._values["vendor"] or found[0].name)

    def _say(self, name: str, value: str) -> None:
        before = self.vendor
        self._values[name] = value
        vendor = self.vendor
        if vendor is not None and name == "vendor":
            self._take(vendor, before)
        self._show()

    def _take(self, vendor: Vendor, before: Vendor | None) -> None:
        """What fits another vendor stays, and the rest is what is usual there."""
        values = self._values
        if values["timeframe"] not in vendor.timeframes:
            usual = "1d" if "1d" in vendor.timeframes else vendor.timeframes[0]
            values["timeframe"] = usual
        if not values["dataset"] or (before is not None and values["dataset"] == before.name):
            values["dataset"] = vendor.name
        held = self._work.secrets
        self.key.show_state(None)
        self.other_key.hide()
        self._keys.ask(lambda: key_states((vendor.name,), held))

    def _show(self, troubles: Mapping[str, AlphintraError] | None = None) -> None:
        vendor, found = self.vendor, troubles or {}
        for name, row in self.rows.items():
            trouble = found.get(name)
            told = f"{trouble.message} {trouble.hint}" if trouble is not None else ""
            help = row.editor.toolTip()
            shown = Shown(self._values[name], self._options(name), why=help, problem=told)
            row.show_field(shown)
        if vendor is not None:
            self.serves.setText(f"{vendor.serves.rstrip('.')}. Terms: {vendor.terms}")
            line = self.rows["symbols"].line
            assert line is not None
            line.setPlaceholderText(vendor.example)
            self.rows["timeframe"].setVisible(vendor.gives != RELEASES)
            self.rows["market"].setVisible(vendor.gives != RELEASES)

    def _options(self, name: str) -> Options:
        vendor = self.vendor
        if name == "vendor":
            return tuple((one.name, one.title) for one in self._vendors.values())
        if name == "timeframe" and vendor is not None:
            return tuple((one, one) for one in vendor.timeframes)
        return ALL_MARKETS if name == "market" else ()

    def _on_keys(self, states: tuple[KeyState, ...]) -> None:
        (state,) = states
        if state.vendor == self._values["vendor"]:
            self.key.show_state(state)
            self.other_key.setVisible(bool(state.where) and not state.missing)
            self.adjustSize()

    def _ask_for_another_key(self) -> None:
        """The one that is kept is not the right one any more."""
        if self.key.state is not None:
            self.other_key.hide()
            self.key.show_state(replace(self.key.state, missing=True))
            self.key.key.setFocus()

    # ------------------------------------------------------------------ what is done

    def begin(self) -> None:
        """Check the order, keep the key, and begin, all in a thread: a keyring may be slow."""
        spec, state, work = self.spec(), self.key.state, self._work
        self._values.update(symbols=" ".join(spec.symbols))
        key, passphrase = self.key.given

        def start() -> Begun:
            troubles = troubles_of(spec)
            if troubles:
                return Begun(troubles)
            if state is not None and state.missing:
                trouble = keep_key(state, key, passphrase, work.secrets)
                if trouble.endswith("wants a key."):
                    return Begun({"key": AlphintraError(trouble, hint="Type it above.")})
            work.fetch(spec, lambda _: None)
            return Begun()

        self.fetch.setEnabled(False)
        self.told.setText("")
        self._begins.ask(start)

    def _on_begun(self, begun: Begun) -> None:
        self.fetch.setEnabled(True)
        if not begun.troubles:
            self.accept()
            return
        self._show(begun.troubles)
        key = begun.troubles.get("key")
        self.told.setText(f"{key.message} {key.hint}" if key is not None else "")

    def _on_failed(self, error: AlphintraError) -> None:
        self.fetch.setEnabled(True)
        self.told.setText(f"{error.message} {error.hint}")

    # ------------------------------------------------------------------ making

    def _row(self, look: Look, name: str, title: str, help: str, *, free: bool) -> FieldRow:
        row = FieldRow(title, look, free=free)
        row.describe(help)
        row.say_plainly()
        row.said.connect(lambda value: self._say(name, value))
        return row

    def _connect(self) -> None:
        watch(self, self._loads.done, self._on_vendors)
        watch(self, self._keys.done, self._on_keys)
        watch(self, self._begins.done, self._on_begun)
        for reading in (self._loads, self._keys, self._begins):
            watch(self, reading.failed, self._on_failed)
        self.other_key.clicked.connect(self._ask_for_another_key)
        self.fetch.clicked.connect(self.begin)
        self.cancel.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        self.setWindowTitle("Fetch from a vendor")
        self.setMinimumWidth(WIDTH)
        for button in (self.cancel, self.other_key):
            button.setAutoDefault(False)
        self.other_key.hide()
        self.fetch.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(4)
        for name, row in self.rows.items():
            column.addWidget(row)
            if name == "vendor":
                column.addWidget(self.serves)
                column.addWidget(self.other_key, 0, Qt.AlignmentFlag.AlignLeft)
                column.addWidget(self.key)
                column.addSpacing(6)
        column.addWidget(self.repair)
        column.addWidget(self.told)
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.fetch)
        column.addLayout(buttons)
