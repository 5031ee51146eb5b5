"""Asking the user about work that would otherwise be lost, and doing what was answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import write_graph
from alphintra_desktop.workspace.notices import Notices
from alphintra_desktop.workspace.questions import Option, Questions
from alphintra_desktop.workspace.recovery import (
    Decision,
    Found,
    Unsaved,
    forget,
    in_words,
    put_among_backups,
    recover,
)
from alphintra_desktop.workspace.safekeeping import Safekeeping
from alphintra_desktop.workspace.sheet import ChangedOnDisk, Sheet

AskRecovery: TypeAlias = Callable[[Sequence[Unsaved]], Sequence[Decision]]

RECOVERY = (
    Option("recover", "Recover", "Bring the edits back; you can undo that, and save when ready."),
    Option("saved", "Show what is saved", "The edits are kept among the backups of the graph."),
    Option("later", "Decide later", "The edits are kept, and you are asked again next time."),
)
CHANGED = (
    Option("overwrite", "Overwrite", "Save what is here; the other version becomes a backup."),
    Option("reload", "Reload", "Show the other version; undo brings back what is here."),
    Option("copy", "Save a copy", "Keep both: what is here goes into another file."),
)
GRAPHS = "Graphs (*.alphintra)"


def asking(questions: Questions) -> AskRecovery:
    """Ask about all graphs at once, in a plain question."""

    def ask(unsaved: Sequence[Unsaved]) -> Sequence[Decision]:
        text = "\n\n".join(
            (
                "The program ended before these edits were saved:",
                *(in_words(one) for one in unsaved),
            )
        )
        answer = questions.choose("Recover unsaved work", text, RECOVERY)
        return [Decision(answer) if answer else Decision.LATER] * len(unsaved)

    return ask


class Rescue:
    """Brings unsaved work back into the sheets that `sheet_of` gives."""

    def __init__(
        self,
        ask: AskRecovery,
        keeping: Safekeeping,
        notices: Notices,
        sheet_of: Callable[[Path], Sheet],
    ) -> None:
        self._ask = ask
        self._keeping = keeping
        self._notices = notices
        self._sheet_of = sheet_of

    def offer(self, found: Found) -> None:
        """Tell what was found, ask, and do it. What fails can be recovered the next time."""
        for error in found.damaged:
            self._notices.error(error)
        if not found.unsaved:
            return
        for unsaved, decision in zip(found.unsaved, self._ask(found.unsaved), strict=True):
            try:
                self._settle(unsaved, decision)
            except AlphintraError as error:
                self._notices.error(error)

    def _settle(self, unsaved: Unsaved, decision: Decision) -> None:
        if decision is Decision.RECOVER:
            sheet = self._sheet_of(unsaved.path)
            recover(sheet.document, unsaved)
            if sheet.journal is not None and sheet.journal.flush():
                forget(unsaved)
        elif decision is Decision.SHOW_SAVED:
            put_among_backups(unsaved, self._keeping.backups, self._keeping.backups_kept)


def save(sheet: Sheet, questions: Questions, notices: Notices) -> bool:
    """Save a sheet; if its file was changed meanwhile, ask. Whether what is drawn is safe now.

    Raises `AlphintraError`.
    """
    try:
        sheet.save()
    except ChangedOnDisk as changed:
        match questions.choose("The file has changed", changed.message, CHANGED):
            case "overwrite":
                sheet.save(over_changes=True)
            case "reload":
                sheet.reload()
            case "copy":
                return _save_copy(sheet, questions, notices)
    return not sheet.document.modified


def _save_copy(sheet: Sheet, questions: Questions, notices: Notices) -> bool:
    start = sheet.path.with_name(f"{sheet.path.stem} copy.alphintra")
    path = questions.file_to_save("Save a copy", start, GRAPHS)
    if path is None:
        return False
    write_graph(path, sheet.document.graph)
    notices.done(f"Saved a copy as {path.name}.")
    return True
