"""Small lists of the library in SQLite files of their own: what there is of events, of features.

`catalog.sqlite` lists bars and says how such lists are kept: opened for a moment, written in one
short transaction, and read without waiting.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.library import library

BUSY_SECONDS = 30.0


@dataclass(frozen=True)
class Listing:
    """A list in the file `name`, with its `tables` as SQL; `what` it lists is told in errors."""

    name: str
    tables: str
    what: str

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The open list, made where it is not there yet. Raises `AlphintraError`."""
        place = library().folder
        try:
            place.mkdir(parents=True, exist_ok=True)
            file = place / self.name
            db = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
            with closing(db):
                db.executescript(self.tables)
                yield db
        except sqlite3.Error as error:
            raise AlphintraError(
                f"The list of {self.what} cannot be used: {error}.",
                hint=f"Check that {place} is writable and its disk is not full, and try again.",
            ) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The same inside one transaction, which nobody else writes meanwhile."""
        with self.reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise
