"""Everything an autopsy finds, and its format.

One JSON object (`autopsy.json` beside `autopsy.html`, in the artifacts of the job). Numbers that do
not exist are null. Every section has `said`, sentences for a reader.

- `format` 1; `run`, `name`, `period`, `bars`, `symbols`, `identical` (whether repeating the run
  gave the same equity to the bit), `marks`, `headline` (the ten metrics).
- `tried`: `trials`, `by_kind` (trials a kind of work), `sharpe`, `luck` (see `backtest.luck`),
  `discovery_rate` (false discovery rate at which this run counts as found).
- `overfitting`: `probability`, `points`, `params`, `unknown` (why it is not known, or "").
- `lives`: `by_bar`: groups of `name`, `title`, `rows` (`label`, `bars`, `share_of_bars`, `return`,
  `share_of_return`, `sharpe`, `error`); `by_trade`: the same with rows of `label`, `trades`,
  `profit`, `share_of_profit`, `win_rate`; `best_trades`: `count`, `of`, `profit`, `total`,
  `share`, `without`.
- `kills`: a stress result, as `resampling.stress` describes it.
- `causality`: `looks_ahead`, `unknown`. `holdout`: `sharpe`, `unknown`.
- `integrity`: `score` (earned of `out_of`, which is 100), `unknown` (points nobody knows),
  `ruled_out` (why the score is 0 whatever the rest is), `parts`: `name`, `title`, `weight`,
  `formula`, `evidence` (an id on the page: a section here, or `kills-` and a stress test),
  `value` (0 to 1, null if unknown), `points`, `why`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from alphintra_desktop.backtest.figures import are_dates, times
from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.report import Report
from alphintra_desktop.research.autopsy.edge import edge
from alphintra_desktop.research.autopsy.integrity import integrity
from alphintra_desktop.research.autopsy.tried import overfitting, tried
from alphintra_desktop.runs.ledger import DataRange, LedgerRow, Tried
from alphintra_desktop.simulation.metrics import TEN

FORMAT = 1


@dataclass(frozen=True, eq=False)
class Dissected:
    """A run, repeated, with all that is known about how it came to be."""

    result: BacktestResult
    graph: Graph
    loaded: LoadedBars
    identical: bool
    data: DataRange
    counted: Tried
    rows: tuple[LedgerRow, ...]


def findings(
    run: Dissected,
    kills: Mapping[str, Any],
    known: Mapping[str, Mapping[str, Any]],
    report: Report,
) -> dict[str, Any]:
    """All sections in the format above, NaN not yet replaced.

    `kills` is a stress result; `known` has `causality` and `holdout`.
    """
    result: BacktestResult = run.result
    stamps = result.bars.timestamps
    found = {
        "format": FORMAT,
        "run": result.run,
        "name": result.name,
        "period": times(stamps[[0, -1]], daily=are_dates(stamps)),
        "bars": result.bars.count,
        "symbols": list(result.bars.symbols),
        "identical": run.identical,
        "marks": list(result.marks),
        "headline": {name: float(result.metrics[name]) for name in TEN},
        "tried": tried(result, run.counted, run.rows, run.data),
        "overfitting": overfitting(run.graph, run.loaded, run.rows, run.data, report),
        "lives": edge(result),
        "kills": kills,
        **known,
    }
    return {**found, "integrity": integrity(found)}


def headline_words(found: Mapping[str, Any]) -> list[str]:
    """What the score is, in sentences."""
    score = found["integrity"]
    if score["ruled_out"]:
        return [f"Integrity 0 of {score['out_of']}: {' '.join(score['ruled_out'])}"]
    more = f", and {score['unknown']} points are unknown" if score["unknown"] else ""
    said = [f"Integrity {score['score']:.0f} of {score['out_of']}{more}."]
    weak = _weakest(score["parts"])
    if weak:
        said.append(f"It loses most on: {'; '.join(weak)}.")
    return said


def _weakest(parts: Iterable[Mapping[str, Any]]) -> list[str]:
    lost = [
        (part["weight"] - part["points"], f"{part['title'].lower()} ({part['why'].rstrip('.')})")
        for part in parts
        if part["points"] is not None and part["points"] < 0.5 * part["weight"]
    ]
    order = np.argsort([-points for points, _ in lost], kind="stable")
    return [lost[place][1] for place in order[:3]]
