"""What was run, and the ledger of every trial, in which nothing can be changed unnoticed.

The ledger is a chain of hashes:

1. A trial's content is canonical JSON: its number, when, what was tried on which data, the
   headline numbers, and the hash of the trial before it.
2. Its hash is the SHA-256 of that text.
3. A run and its trial are written in one transaction, which no other writer can enter, so numbers
   have no gaps and a killed process leaves either both rows or neither.

Changing, removing or inserting a trial breaks the chain at that place, and taking trials off the
end leaves numbers given to nobody; `broken_row` finds the first. A chain is evidence against
accidents and second thoughts, not against someone who writes the whole ledger anew.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.runs.canonical import canonical_json, text_hash, value_hash
from alphintra_desktop.runs.data_in_use import note_data
from alphintra_desktop.runs.database import folder_of, transaction

if TYPE_CHECKING:
    import numpy as np

START_OF_CHAIN = "0" * 64


@dataclass(frozen=True)
class DataRange:
    """Which data something was tried on: the first and the last bar, by their time stamps.

    `start` and `end` are ISO 8601 without a zone (UTC, or the exchange's date), or NumPy times.
    `hashes` has one hash a series.
    """

    dataset: str
    symbols: tuple[str, ...]
    timeframe: str
    start: str | np.datetime64
    end: str | np.datetime64
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """Something tried on some data: a backtest, a point of a sweep, a tweak by hand.

    `sharpe_per_bar` is not annualised, over `bars` returns: what deflating a Sharpe ratio needs.
    `trials` is how many this row stands for, where a search writes one row for many.
    """

    kind: str
    strategy_hash: str
    data: DataRange
    sharpe_per_bar: float
    bars: int
    params: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    trials: int = 1


@dataclass(frozen=True)
class Run:
    """One run as the project keeps it. `job_folder` is relative to the project, or empty."""

    id: str
    name: str
    graph_hash: str
    code_hash: str
    data_hashes: Mapping[str, str]
    settings: Mapping[str, Any]
    engine: str
    metrics: Mapping[str, float]
    equity_hash: str
    seconds: float
    manifest: Mapping[str, Any]
    state: str = "done"
    job_folder: str = ""
    created: str = ""


class Spread(NamedTuple):
    """The variance of the Sharpe ratios per bar of many trials, each over so many `bars`."""

    trials: int
    variance: float
    bars: int


@dataclass(frozen=True)
class Tried:
    """How much was tried on some data: the number of different trials, and what they showed.

    `sharpes` are the Sharpe ratios per bar of those with the asked timeframe, since those of other
    timeframes cannot be compared with them. Trials without a Sharpe ratio are left out. Of a row
    that stands for many only the best ratio is known, which tells nothing of how much they differ:
    it is left out too, and the variance that the row has kept of them all is among `spreads`.
    """

    count: int
    sharpes: tuple[float, ...]
    spreads: tuple[Spread, ...] = ()


@dataclass(frozen=True)
class LedgerRow:
    """A trial as it stands in the ledger."""

    number: int
    hash: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class BrokenRow:
    """The first trial that is not as it was written, and how that shows."""

    number: int
    reason: str


def record_run(database: sqlite3.Connection, run: Run, trial: Trial) -> LedgerRow:
    """Write the run and its trial, both or neither. Returns the trial's row."""
    events = run.manifest.get("event_hashes", {})
    _note_data(database, (run.data_hashes, events, trial.data.hashes))
    with transaction(database):
        row = _append(database, trial, run)
        database.execute(
            """INSERT INTO runs (id, created, name, graph_hash, code_hash, data_hashes, settings,
               engine, metrics, equity_hash, state, job_folder, seconds, manifest, trial)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (*_stored(run, row.content["created"]), row.number),
        )
    return row


def record_trials(database: sqlite3.Connection, trials: Iterable[Trial]) -> list[LedgerRow]:
    """Write trials that have no run of their own, all or none of them."""
    trials = list(trials)
    _note_data(database, (trial.data.hashes for trial in trials))
    with transaction(database):
        return [_append(database, trial, None) for trial in trials]


def _note_data(database: sqlite3.Connection, hashes: Iterable[Mapping[str, str]]) -> None:
    """Before it is recorded, so that nothing that is recorded can be deleted as unused."""
    used = {sha256 for named in hashes for sha256 in named.values()}
    if used:
        note_data(folder_of(database), used)


def runs(database: sqlite3.Connection) -> list[Run]:
    """Every run of the project, the latest first."""
    rows = database.execute("SELECT * FROM runs ORDER BY created DESC, id DESC")
    return [_run_of(row) for row in rows]


def find_run(database: sqlite3.Connection, run: str) -> Run:
    """The run whose id is `run`. Raises AlphintraError when there is none."""
    row = database.execute("SELECT * FROM runs WHERE id = ?", (run,)).fetchone()
    if row is None:
        raise AlphintraError(
            f"This project has no run {run}.", hint="`alphintra runs` lists the runs of a project."
        )
    return _run_of(row)


def ledger(database: sqlite3.Connection) -> list[LedgerRow]:
    """Every trial, in the order in which they were made."""
    rows = database.execute("SELECT number, hash, content FROM trials ORDER BY number")
    return [LedgerRow(row["number"], row["hash"], json.loads(row["content"])) for row in rows]


def trials_on(database: sqlite3.Connection, data: DataRange) -> Tried:
    """The different trials that looked at any of this data.

    That is: the same dataset, at least one of its symbols, and a period that overlaps, whatever
    the timeframe was. Running the same strategy with the same params on the same bars again is no
    other trial, however often and by whatever kind of run. Bars that are newer or were corrected,
    and other dates, are other bars.
    """
    rows = database.execute(
        """SELECT MAX(number), trials, json_extract(content, '$.timeframe') AS timeframe,
                  json_extract(content, '$.sharpe_per_bar') AS sharpe,
                  json_extract(content, '$.bars') AS bars,
                  json_extract(content, '$.metrics.sharpe_per_bar_variance') AS variance
           FROM trials
           WHERE dataset = ? AND start <= ? AND "end" >= ? AND EXISTS (
               SELECT 1 FROM json_each(content, '$.symbols')
               WHERE value IN (SELECT value FROM json_each(?)))
           GROUP BY trials, json_extract(content, '$.strategy_hash', '$.params', '$.symbols',
               '$.timeframe', '$.start', '$.end', '$.data_hashes')""",
        (data.dataset, _moment(data.end), _moment(data.start), canonical_json(data.symbols)),
    ).fetchall()
    alike = [row for row in rows if row["timeframe"] == data.timeframe]
    return Tried(
        count=sum(row["trials"] for row in rows),
        # What JSON has no number for is a text in the ledger: there was no Sharpe ratio.
        sharpes=tuple(
            float(row["sharpe"])
            for row in alike
            if row["trials"] == 1 and not isinstance(row["sharpe"], str)
        ),
        spreads=tuple(
            Spread(row["trials"], float(row["variance"]), row["bars"])
            for row in alike
            if row["trials"] > 1 and isinstance(row["variance"], float | int)
        ),
    )


def tried_with(database: sqlite3.Connection, trial: Trial) -> Tried:
    """What `trials_on` will count once `trial` is written, which it is not yet."""
    with transaction(database):
        database.execute("SAVEPOINT as_if")
        _append(database, trial, None)
        found = trials_on(database, trial.data)
        database.execute("ROLLBACK TO as_if")
    return found


def broken_row(database: sqlite3.Connection) -> BrokenRow | None:
    """The first trial that is not as it was written; None when all is well."""
    database.execute("BEGIN")  # one look at it all, whoever writes meanwhile
    try:
        return _broken_link(database) or _broken_run(database)
    finally:
        database.execute("COMMIT")


def verify_ledger(database: sqlite3.Connection) -> int:
    """The number of trials in the ledger, all as they were written.

    Raises AlphintraError that names the first one that is not.
    """
    if broken := broken_row(database):
        raise AlphintraError(
            f"The trial ledger was changed: trial {broken.number} {broken.reason}.",
            hint="Restore project.sqlite from a backup: until then, no count of trials, and no "
            "deflated Sharpe ratio, can be trusted.",
        )
    return int(database.execute("SELECT COUNT(*) FROM trials").fetchone()[0])


def _append(database: sqlite3.Connection, trial: Trial, run: Run | None) -> LedgerRow:
    """Only to be called inside a transaction."""
    last = database.execute(
        "SELECT number, hash FROM trials ORDER BY number DESC LIMIT 1"
    ).fetchone()
    number, previous = (last["number"] + 1, last["hash"]) if last else (1, START_OF_CHAIN)
    content = canonical_json(_content(trial, run, number, previous))
    row = LedgerRow(number, text_hash(content), json.loads(content))
    database.execute(
        "INSERT INTO trials (number, content, hash) VALUES (?, ?, ?)", (number, content, row.hash)
    )
    return row


def _content(trial: Trial, run: Run | None, number: int, previous: str) -> dict[str, Any]:
    if trial.trials < 1:
        raise ValueError("a row of the ledger stands for at least one trial")
    return {
        "number": number,
        "previous": previous,
        "created": (run and run.created) or datetime.now(UTC).isoformat(),
        "kind": trial.kind,
        "run": run.id if run else None,
        "run_hash": _run_hash(run) if run else None,
        "strategy_hash": trial.strategy_hash,
        "params": trial.params,
        "dataset": trial.data.dataset,
        "symbols": sorted(trial.data.symbols),
        "timeframe": trial.data.timeframe,
        "start": _moment(trial.data.start),
        "end": _moment(trial.data.end),
        "data_hashes": trial.data.hashes,
        "metrics": _floats(trial.metrics),
        "sharpe_per_bar": trial.sharpe_per_bar,
        "bars": trial.bars,
        "trials": trial.trials,
    }


def _moment(time: str | np.datetime64) -> str:
    """A time to the second, spelt so that an earlier one sorts first."""
    import numpy as np  # noqa: PLC0415 - a window that only lists runs need not wait for it

    return str(np.datetime64(time).astype("datetime64[s]"))


def _floats(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Numbers of one type, so that what is read back is spelt as what was written."""
    return {name: float(value) for name, value in metrics.items()}


def _run_hash(run: Run) -> str:
    """Of what a run found and was made from: what may never change about it."""
    return value_hash(
        {
            "equity_hash": run.equity_hash,
            "engine": run.engine,
            "metrics": _floats(run.metrics),
            "graph_hash": run.graph_hash,
            "code_hash": run.code_hash,
            "data_hashes": run.data_hashes,
            "settings": run.settings,
            "manifest": run.manifest,
        }
    )


def _stored(run: Run, created: str) -> tuple[str | float, ...]:
    return (
        run.id,
        created,
        run.name,
        run.graph_hash,
        run.code_hash,
        canonical_json(run.data_hashes),
        canonical_json(run.settings),
        run.engine,
        canonical_json(_floats(run.metrics)),
        run.equity_hash,
        run.state,
        run.job_folder,
        run.seconds,
        canonical_json(run.manifest),
    )


def _run_of(row: sqlite3.Row) -> Run:
    values = {column.name: row[column.name] for column in fields(Run)}
    for name in ("data_hashes", "settings", "manifest"):
        values[name] = json.loads(values[name])
    values["metrics"] = _floats(json.loads(values["metrics"]))
    return Run(**values)


def _broken_link(database: sqlite3.Connection) -> BrokenRow | None:
    previous, number = START_OF_CHAIN, 0
    for row in database.execute("SELECT number, content, hash FROM trials ORDER BY number"):
        number += 1
        if reason := _flaw(row, number, previous):
            return BrokenRow(number, reason)
        previous = row["hash"]
    # SQLite itself remembers the highest number it ever gave, which shows a cut-off end.
    given = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'trials'").fetchone()
    if given and given["seq"] != number:
        return BrokenRow(number + 1, "is missing")
    return None


def _flaw(row: sqlite3.Row, number: int, previous: str) -> str | None:
    """What is wrong with a row that should be number `number` and follow `previous`."""
    if row["number"] != number:
        return "is missing"
    if text_hash(str(row["content"])) != row["hash"]:
        return "does not match its hash"
    content = json.loads(row["content"])
    if content["number"] != number:
        return "was moved from another place"
    if content["previous"] != previous:
        return "does not follow the trial before it"
    return None


def _broken_run(database: sqlite3.Connection) -> BrokenRow | None:
    """The first run that its trial does not bear out. A run may be deleted, its trial not."""
    rows = database.execute(
        """SELECT runs.*, json_extract(content, '$.run') AS its_run,
                  json_extract(content, '$.run_hash') AS its_hash
           FROM runs LEFT JOIN trials ON trials.number = runs.trial ORDER BY runs.trial"""
    )
    for row in rows:
        if row["its_run"] != row["id"]:
            return BrokenRow(row["trial"], f"of the run {row['id']} is missing")
        if row["its_hash"] != _run_hash(_run_of(row)):
            return BrokenRow(row["trial"], f"differs from what the run {row['id']} says now")
    return None
