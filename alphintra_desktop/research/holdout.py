"""Setting bars aside, opening them for one strategy, and the log of both.

1. Setting is written into the project's ledger, then into the library (`market.holdout`): from
   that moment no bar of it is read.
2. Opening names one strategy. It is written into the ledger before anything is read, so that a
   run that fails or is cancelled has used the holdout as well. From then on the holdout is that
   strategy's: another one is refused, and running the same again is another use.
3. The one run that may read it is stamped, and so is its report.
4. Giving it up is logged too, and ends it for everybody.

In the ledger these are rows about the dataset `holdout of ...`, so that they are part of its chain
of hashes but no trial on the bars themselves.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from alphintra_desktop.backtest.data_findings import fit_to_run
from alphintra_desktop.backtest.run import load_data
from alphintra_desktop.backtest.task import BacktestSpec, run_spec
from alphintra_desktop.codegen.module import StrategyCode, generate
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import content_hash, graph_from_text
from alphintra_desktop.market.catalog import SeriesVersion
from alphintra_desktop.market.holdout import (
    Holdout,
    Opening,
    all_holdouts,
    holdouts,
    keep_holdout,
    lifted,
)
from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.market.store import current_series, rewrite_views
from alphintra_desktop.report import Report
from alphintra_desktop.research.splits import Span
from alphintra_desktop.research.windowed_run import run_window
from alphintra_desktop.runs.ledger import DataRange, Trial, ledger, record_trials, trials_on
from alphintra_desktop.runs.project import Project, find_project, home_project, new_id

SET, OPENED, GIVEN_UP = "holdout set", "holdout opened", "holdout given up"
LAST_DAY = "9999-12-31"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class HoldoutStatus:
    """A holdout as its project sees it. `seen_before` is how many trials of the project were on
    its bars already when it was set; `trouble` says what does not agree with the ledger."""

    holdout: Holdout
    seen_before: int
    trouble: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The status as JSON can hold it."""
        return {
            **asdict(self.holdout),
            "told": self.holdout.told,
            "seen_before": self.seen_before,
            "trouble": self.trouble,
        }


# ------------------------------------------------------------------ setting, giving up


def set_holdout(
    project: Project, dataset: str, start: str, symbols: Sequence[str] = ()
) -> HoldoutStatus:
    """Hold out the bars of a dataset, or of some of its symbols, from a date on.

    Raises `AlphintraError` where that leaves a symbol without bars, or none is left to hold out,
    and where bars of the symbols are held out already.
    """
    ensure_sample_data()
    wanted: Sequence[str | None] = symbols or [None]
    versions = [version for one in wanted for version in current_series(dataset, one)]
    _refuse_dates(start, versions)
    dataset, named = versions[0].dataset, tuple(sorted({v.symbol for v in versions}))
    for one in holdouts():
        if one.dataset == dataset and any(one.covers(dataset, symbol) for symbol in named):
            raise AlphintraError(
                f"Bars are held out already: {one.told}.",
                hint=f"Open it, or give it up first: `alphintra holdout release {one.id} --yes`.",
            )
    made = Holdout(
        *(new_id(), dataset, named if symbols else (), start),
        *(str(project.folder), project.created, _now()),
    )
    with closing(project.database()) as database:
        seen = _seen(database, made, versions)
        record_trials(database, [_row(SET, made, seen_before=seen)])
    keep_holdout(made)
    rewrite_views()
    return HoldoutStatus(made, seen)


def run_holdout_set(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: hold out the bars that the strategy `graph` names, from `start` on."""
    report.progress(0, of=0, doing="Holding bars out")
    code = generate(graph_from_text(arguments["graph"], arguments["where"]))
    data, project = code.trading.data, find_project(folder) or home_project()
    return set_holdout(project, data.dataset, arguments["start"], data.symbols).as_dict()


def run_holdout_release(
    arguments: Mapping[str, Any], folder: Path, report: Report
) -> dict[str, Any]:
    """The task of a worker: give up the holdout `id`; `sure` must be true."""
    report.progress(0, of=0, doing="Giving a holdout up")
    project = find_project(folder) or home_project()
    sure = arguments.get("sure") is True
    return {"told": release_holdout(project, arguments["id"], sure=sure).told}


def release_holdout(project: Project, id: str, *, sure: bool) -> Holdout:
    """Give a holdout up: its bars are like all others from now on."""
    held = _holdout(id)
    if held.owner != project.created and Path(held.project).exists():
        raise AlphintraError(
            f"The holdout {id} belongs to the project {held.project}.",
            hint=f"Give it up from there: `alphintra holdout release {id} --project FOLDER --yes`.",
        )
    if not sure:
        raise AlphintraError(
            f"After that, every strategy may be fitted to {held.told}.",
            hint="Say that you are sure with --yes. It is written into the ledger.",
        )
    with closing(project.database()) as database:
        record_trials(database, [_row(GIVEN_UP, held)])
    held = replace(held, released=_now())
    keep_holdout(held)
    rewrite_views()
    return held


def statuses(project: Project) -> list[HoldoutStatus]:
    """The holdouts of a project, the oldest first, held against its ledger."""
    with closing(project.database()) as database:
        rows = [row.content for row in ledger(database)]
    logged = [row for row in rows if row["kind"] in (SET, OPENED, GIVEN_UP)]
    mine = [one for one in all_holdouts() if one.owner == project.created]
    found = [_status(one, logged) for one in mine]
    known = {one.id for one in mine}
    return [*found, *(_missing(row) for row in logged if _is_lost(row, known))]


def _status(held: Holdout, logged: Sequence[Mapping[str, Any]]) -> HoldoutStatus:
    of_it = [row for row in logged if row["params"]["holdout"] == held.id]
    seen = sum(int(row["params"]["seen_before"]) for row in of_it if row["kind"] == SET)
    opened = sum(row["kind"] == OPENED for row in of_it)
    released = any(row["kind"] == GIVEN_UP for row in of_it)
    trouble = ""
    if opened != len(held.openings) or released != bool(held.released):
        trouble = f"The ledger tells of {opened} openings, the library of {len(held.openings)}."
    if not any(row["kind"] == SET for row in of_it):
        trouble = "The ledger does not know when it was set."
    return HoldoutStatus(held, seen, trouble)


def _is_lost(row: Mapping[str, Any], known: set[str]) -> bool:
    return row["kind"] == SET and row["params"]["holdout"] not in known


def _missing(row: Mapping[str, Any]) -> HoldoutStatus:
    facts = row["params"]
    symbols = tuple(facts["symbols"])
    dataset = row["dataset"].removeprefix("holdout of ")
    gone = Holdout(facts["holdout"], dataset, symbols, facts["start"], "", "", row["created"])
    return HoldoutStatus(gone, facts["seen_before"], "It was taken out of the library by hand.")


def _refuse_dates(start: str, versions: Sequence[SeriesVersion]) -> None:
    try:
        known = bool(_DATE.fullmatch(start)) and not np.isnat(np.datetime64(start))
    except ValueError:
        known = False
    if not known:
        raise AlphintraError(
            f"'{start[:40]}' is not a date.", hint="Write it as year-month-day: 2024-01-01."
        )
    for version in versions:
        if not version.first[:10] < start <= version.last[:10]:
            raise AlphintraError(
                f"The bars of {version.symbol} run from {version.first[:10]} to "
                f"{version.last[:10]}: holding out those from {start} on leaves none on one side.",
                hint="Choose a date between them; the last fifth of the bars is a usual choice.",
            )


def _seen(database: Any, held: Holdout, versions: Sequence[SeriesVersion]) -> int:
    symbols = tuple(version.symbol for version in versions)
    data = DataRange(held.dataset, symbols, versions[0].timeframe, held.start, LAST_DAY)
    return trials_on(database, data).count


# ------------------------------------------------------------------------- opening


def run_holdout(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: open the holdout for the strategy `graph` and run it, once.

    `sure` must be true. Returns the summary of the run, with the metrics of the held-out bars
    alone. Raises `AlphintraError` before anything is opened where the strategy cannot run.
    """
    project = find_project(folder) or home_project()
    spec = BacktestSpec(arguments["graph"], arguments["where"])
    code = generate(graph_from_text(spec.graph, spec.where))
    graph = content_hash(code.lowered.graph)
    held = _to_open(project, code)
    _refuse_another(held, graph)
    if code.trading.data.start < held.start:  # what would stop the run stops it before it is opened
        fit_to_run(load_data(code), report)
    if arguments.get("sure") is not True:
        raise AlphintraError(
            f"Opening it is for {code.name or 'this strategy'} alone, and cannot be undone: "
            f"{held.told}, {_times(len(held.openings))} opened before.",
            hint="Say that you are sure with --yes. It is written into the ledger.",
        )
    opened = _opened(project, held, graph, code.name)
    with lifted({held.id: opened.openings[-1].stamp}):
        found = run_spec(spec, folder, report)
        return {**found, "holdout": _on_holdout(opened, code, report)}


def _to_open(project: Project, code: StrategyCode) -> Holdout:
    data = code.trading.data
    found = [one for one in holdouts() if any(one.covers(data.dataset, s) for s in data.symbols)]
    mine = [one for one in found if one.owner == project.created]
    if not mine:
        other = f" It is the project {found[0].project} that holds them out." if found else ""
        raise AlphintraError(
            f"This project holds out no bars of {', '.join(data.symbols[:5])} of "
            f"{data.dataset}.{other}",
            hint="`alphintra holdout status` tells what is held out.",
        )
    if len(found) > 1:
        raise AlphintraError(
            f"The strategy's symbols are in {len(found)} holdouts, and one is opened at a time.",
            hint="Evaluate it on the symbols of one holdout.",
        )
    return mine[0]


def _refuse_another(held: Holdout, graph: str) -> None:
    first = held.openings[0] if held.openings else None
    if first is not None and first.graph != graph:
        raise AlphintraError(
            f"The holdout was opened for {first.name} on {first.at[:10]}, and is for that "
            "strategy alone.",
            hint="What another strategy earns on these bars proves nothing any more: give it up "
            "with `alphintra holdout release`, and hold out later bars.",
        )


def _opened(project: Project, held: Holdout, graph: str, name: str) -> Holdout:
    at, use = _now(), len(held.openings) + 1
    stamp = f"HOLDOUT opened on {at[:10]}, use {use} of {held.told} (set on {held.set_at[:10]})."
    with closing(project.database()) as database:
        record_trials(database, [_row(OPENED, held, graph=graph, use=use)])
    opening = Opening(graph, name or "Strategy", at, stamp)
    opened = replace(held, openings=(*held.openings, opening))
    keep_holdout(opened)
    return opened


def _on_holdout(held: Holdout, code: StrategyCode, report: Report) -> dict[str, Any]:
    """The metrics of trading in the held-out bars alone, with all before to warm up on."""
    loaded = fit_to_run(load_data(code), report, ignore_quality=True)
    bars = loaded.bars.adjusted() if code.trading.data.adjusted else loaded.bars
    first = int(np.searchsorted(bars.timestamps, np.datetime64(held.start)))
    run = run_window(code, bars, Span(first, bars.count), flat=False)
    return {
        "id": held.id,
        "told": held.told,
        "use": len(held.openings),
        "stamp": held.openings[-1].stamp,
        "bars": bars.count - first,
        "metrics": dict(run.metrics),
    }


def _holdout(id: str) -> Holdout:
    found = next((one for one in holdouts() if one.id == id), None)
    if found is None:
        known = ", ".join(one.id for one in holdouts()) or "none"
        raise AlphintraError(f"There is no holdout '{id[:60]}'.", hint=f"There are: {known}.")
    return found


def _row(kind: str, held: Holdout, **more: Any) -> Trial:
    data = DataRange(f"holdout of {held.dataset}", held.symbols, "1d", held.start, LAST_DAY, {})
    params = {"holdout": held.id, "start": held.start, "symbols": list(held.symbols), **more}
    return Trial(kind, str(more.get("graph", "")), data, math.nan, 0, params)


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
