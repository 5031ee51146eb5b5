"""Where the market library lies: one folder a user, shared by all projects and processes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True)
class Library:
    """The folder of the library and the places in it."""

    folder: Path

    @property
    def catalog(self) -> Path:
        """SQLite: what there is. Open to every process."""
        return self.folder / "catalog.sqlite"

    @property
    def views(self) -> Path:
        """DuckDB: views over the current bars, for DuckDB's own tools. Always replaced whole."""
        return self.folder / "market.duckdb"

    @property
    def bars(self) -> Path:
        """The folder of the Parquet files."""
        return self.folder / "bars"

    def snapshot(self, sha256: str) -> Path:
        """The Parquet file whose decoded content has that hash."""
        return self.bars / f"{sha256}.parquet"


def library() -> Library:
    """The user's library: below `ALPHINTRA_HOME` when that is set, else in the user data folder."""
    home = os.environ.get("ALPHINTRA_HOME") or platformdirs.user_data_dir("alphintra", False)
    return Library(Path(home).expanduser().resolve() / "market")
