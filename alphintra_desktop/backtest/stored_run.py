"""A recorded run read back from its folder, as plain arrays and values, without pandas.

What a run leaves behind is written by `artifacts`; runs of earlier versions lack `result.json`
and `luck.json`, so what stands in them is then taken from the job's last event, or left out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from alphintra_desktop.backtest.arrow_columns import numbers_of, times_of
from alphintra_desktop.backtest.figures import are_dates, times
from alphintra_desktop.backtest.result import Finding, Severity
from alphintra_desktop.backtest.stored_trades import StoredTrades, read_trades
from alphintra_desktop.disk import text_of_file
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.jobs.events import Finished
from alphintra_desktop.jobs.job import ARTIFACTS, row_of
from alphintra_desktop.market.bars import Floats

Times = npt.NDArray[np.datetime64]
Facts = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Curves:
    """The account at the close of every bar, as in `BacktestResult`."""

    timestamps: Times
    equity: Floats
    buy_and_hold: Floats
    drawdown: Floats
    exposure: Floats


@dataclass(frozen=True, eq=False)
class StoredRun:
    """Everything that a recorded run left behind.

    `luck` is None where it was not kept. `graph_text` is the graph that ran, `code` its file.
    """

    folder: Path
    name: str
    symbols: tuple[str, ...]
    adjusted: bool
    curves: Curves
    trades: StoredTrades
    metrics: Mapping[str, float]
    benchmark_metrics: Mapping[str, float]
    findings: tuple[Finding, ...]
    luck: Mapping[str, float] | None
    manifest: Facts
    graph_text: str
    code: str

    @property
    def id(self) -> str:
        """The run's id: the name of its folder."""
        return self.folder.name

    @property
    def engine(self) -> str:
        """The engine that ran it."""
        return str(self.manifest["engine"])

    @property
    def engine_reason(self) -> str:
        """Why that engine ran it."""
        return str(self.manifest["engine_reason"])

    @property
    def marks(self) -> tuple[str, ...]:
        """What a reader must know before the first number."""
        return tuple(self.manifest["marks"])

    @property
    def bars(self) -> int:
        """How many bars it ran over."""
        return len(self.curves.timestamps)

    @cached_property
    def daily(self) -> bool:
        """Whether a date says all about a bar's time."""
        return are_dates(self.curves.timestamps)

    def time(self, bar: int) -> str:
        """The time of a bar, for a reader."""
        return times(self.curves.timestamps[[bar]], daily=self.daily)[0]

    @property
    def period(self) -> str:
        """From when to when, and how many bars."""
        return f"{self.time(0)} to {self.time(-1)}, {self.bars:,} bars"

    def snapshot_of(self, symbol: str) -> str:
        """The hash of the bars of a symbol that it ran on."""
        found = (
            str(sha)
            for name, sha in self.manifest["data_hashes"].items()
            if name.rpartition(" ")[0] == symbol
        )
        return next(found)


def stored_run(folder: Path) -> StoredRun:
    """The run whose job's folder is `folder`. Raises AlphintraError when it is not whole."""
    artifacts = folder / ARTIFACTS
    try:
        return _read(folder, artifacts)
    except (OSError, ValueError, KeyError, IndexError, TypeError, pa.ArrowException) as error:
        raise AlphintraError(
            f"The run {folder.name} cannot be shown: its files are missing or damaged ({error}).",
            hint="Execute the strategy again; the graph of the run may still be in its folder.",
        ) from error


def _read(folder: Path, artifacts: Path) -> StoredRun:
    manifest = _json(artifacts / "manifest.json")
    metrics = _json(artifacts / "metrics.json")
    told = _told(folder)
    facts = _facts(artifacts, manifest, told)
    curves = _curves(artifacts / "equity.parquet")
    return StoredRun(
        folder=folder,
        name=str(facts["name"]),
        symbols=tuple(facts["symbols"]),
        adjusted=bool(facts["adjusted"]),
        curves=curves,
        trades=read_trades(artifacts / "trades.csv", curves.timestamps),
        metrics=_numbers(metrics["strategy"]),
        benchmark_metrics=_numbers(metrics["buy_and_hold"]),
        findings=tuple(_finding(finding) for finding in facts["findings"]),
        luck=_luck(artifacts, told),
        manifest=manifest,
        graph_text=text_of_file(artifacts / "graph.alphintra"),
        code=text_of_file(artifacts / "strategy.py"),
    )


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_bytes()))


def _told(folder: Path) -> dict[str, Any]:
    """What the job said at its end; nothing when it ran without a worker."""
    ending = row_of(folder).ending
    return dict(ending.result) if isinstance(ending, Finished) else {}


def _facts(artifacts: Path, manifest: Facts, told: Facts) -> dict[str, Any]:
    names = [name.rpartition(" ")[0] for name in manifest["data_hashes"]]
    guessed = {
        "name": told.get("name", "Strategy"),
        "symbols": names,
        "adjusted": True,
        "findings": told.get("findings", []),
    }
    kept = artifacts / "result.json"
    return {**guessed, **(_json(kept) if kept.exists() else {})}


def _luck(artifacts: Path, told: Facts) -> dict[str, float] | None:
    kept = artifacts / "luck.json"
    found = _json(kept) if kept.exists() else told.get("luck")
    return (
        None
        if found is None
        else {**_numbers(found), **{name: int(found[name]) for name in ("trials", "bars")}}
    )


def _numbers(values: Facts) -> dict[str, float]:
    """What JSON has no number for was written as none."""
    return {name: math.nan if value is None else float(value) for name, value in values.items()}


def _finding(kept: Facts) -> Finding:
    place = kept.get("place")
    return Finding(
        code=str(kept["code"]),
        severity=Severity(kept["severity"]),
        message=str(kept["message"]),
        hint=str(kept["hint"]),
        place=None if place is None else Place(**place),
    )


def _curves(path: Path) -> Curves:
    with pq.ParquetFile(path) as file:  # `read_table` loads pandas
        table = file.read()
    names = ("equity", "buy_and_hold", "drawdown", "exposure")
    return Curves(times_of(table["timestamp"]), *(numbers_of(table[name]) for name in names))
