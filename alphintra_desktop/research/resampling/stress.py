"""All ways to put a strategy under stress, and the format of what they find.

A result is one JSON object (`stress.json` in the artifacts of the job). Numbers that do not exist
are null.

- `format` 1; `name`, `period` (first and last bar), `bars`, `seed`, `paths` (how many were asked
  for; some parts take fewer and say so).
- `base`: the measures of the run as it was: `total_return`, `sharpe`, `max_drawdown`, `trades`.
- `parts`: an object by part, in the order of `PARTS`. Each has `title`, `said` (sentences for a
  reader) and `skipped` (why it could not be done, or ""); where it was done, also:
- `bootstrap`: `coverage`, `block_bars`, `block_trades` (mean lengths of the blocks), `metrics`: by
  name `measured`, `low`, `median`, `high`, `unlucky` (5th percentile), `above_zero` (share of the
  paths), `paths_with_a_value`, `is_interval` (false for extremes, which have a range only).
- `costs`: `has_costs`, `curve` (objects of `multiple` and the four measures),
  `break_even_multiple` and `break_even_slippage` (fraction of the price; null: nothing is earned
  even without it; infinity is null as well, with `said` telling).
- A spread is how one measure came out over paths: `measured` (the run as it was), `mean`, `p05`,
  `p25`, `p50`, `p75`, `p95`, `above_zero` and `at_least_measured` (shares of the paths),
  `paths_with_a_value`, and `values` (one a path, for a histogram; left out of what a job returns).
  The four spreads are those of the four measures, by name.
- `delay`: `curve` (objects of `bars` and the four measures; 0 is the run as it was).
- `skip`: `paths`, `levels` (objects of `share` of trades left out, and the four spreads).
- `noise`: `paths`, `levels` (objects of `level`, a share of a bar's volatility, and the four
  spreads). `jitter`: the same, `level` being a share of each param, with `failed` (paths that could
  not be drawn) and `params` (names).
- `paths`: `paths`, `block_bars`, the four spreads.
- `entries`: `p_value`, `mean_trade` (a spread of the mean return of random strategies' trades).
- `order`: `total_return` (of any order), `max_drawdown` (a spread), `ruin` (objects of `loss`, a
  share of the start, and `chance`), `overlapping`.
- `controls`: `paths`, `verdict` ("clean", "leaks", "unknown"), `error_rate`, `controls`: by name
  (`shuffled`, `random_walk`, `shifted`) `title`, `tested` (which measure), `mean`,
  `standard_error`, `p_value`, `detectable`, `earns`, and the four spreads, whose `measured` is the
  run as it was.

Nothing of this counts as a trial in the ledger: no path is chosen, and nothing is learnt from one
that a strategy could be changed by, but that it may fail. Who changes the strategy after looking
runs it again, and that run counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.nodes.params import did_you_mean
from alphintra_desktop.research.resampling.bootstrap import bootstrap
from alphintra_desktop.research.resampling.controls import controls
from alphintra_desktop.research.resampling.costs import costs
from alphintra_desktop.research.resampling.entries import entries
from alphintra_desktop.research.resampling.jitter import jitter
from alphintra_desktop.research.resampling.order import order
from alphintra_desktop.research.resampling.paths import Paths
from alphintra_desktop.research.resampling.reruns import noise, paths
from alphintra_desktop.research.resampling.subject import (
    Subject,
    Trader,
    same_measures,
)
from alphintra_desktop.research.resampling.timing import delay, skip

FORMAT = 1
FEWEST_BARS = 30


class Part(NamedTuple):
    """One way to put a strategy under stress. `run` may say `skipped` instead of numbers."""

    name: str
    title: str
    run: Callable[[Subject, Paths], dict[str, Any]]


PARTS = (
    Part("bootstrap", "Resampled returns", bootstrap),
    Part("costs", "Costs", costs),
    Part("delay", "Orders that come late", delay),
    Part("skip", "Trades not taken", skip),
    Part("noise", "Candle noise", noise),
    Part("jitter", "Params moved", jitter),
    Part("paths", "Other paths of the same bars", paths),
    Part("entries", "Entries at random", entries),
    Part("order", "Trades in another order", order),
    Part("controls", "Negative controls", controls),
)


def parts_called(names: Sequence[str]) -> tuple[Part, ...]:
    """The parts of these names, all for none. Raises `AlphintraError` for one that is unknown."""
    known = tuple(part.name for part in PARTS)
    for name in names:
        if name not in known:
            raise AlphintraError(
                f"There is no stress test '{name}'.",
                hint=did_you_mean(name, known, f"Choose from: {', '.join(known)}."),
            )
    return tuple(part for part in PARTS if not names or part.name in names)


def stress(subject: Subject, names: Sequence[str], asked: Paths) -> dict[str, Any]:
    """Run some parts: a result in the format above, NaN not yet replaced.

    Raises `AlphintraError` for an unknown part, too few bars, and where the compiled engine does
    not come to what an ordinary run does.
    """
    parts = parts_called(names)
    _refuse_too_few(subject)
    _check_engine(subject)
    stamps = subject.bars.timestamps
    first, last = (np.datetime_as_string(stamps[i], unit="m") for i in (0, -1))
    found = {}
    for number, part in enumerate(parts):
        said = {"said": [], "skipped": "", **part.run(subject, asked.within(number, len(parts)))}
        if said["skipped"]:
            said["said"] = [f"Not done: {said['skipped']}."]
        found[part.name] = {"title": part.title, **said}
    return {
        "format": FORMAT,
        "name": subject.graph.name,
        "period": [str(first), str(last)],
        "bars": subject.bars.count,
        "seed": asked.seed,
        "paths": asked.paths,
        "base": subject.base._asdict(),
        "parts": found,
    }


def _refuse_too_few(subject: Subject) -> None:
    count = subject.bars.count
    if count < FEWEST_BARS:
        raise AlphintraError(
            f"{count} bars are too few to put a strategy under stress.",
            hint=f"Run on a longer period: at least {FEWEST_BARS} bars.",
        )


def _check_engine(subject: Subject) -> None:
    """The variants are measured in one compiled pass; the run as it was has to come out there."""
    again = Trader(subject.prices).measures(subject.rules, subject.decisions)
    if not same_measures(again, subject.base):
        raise AlphintraError(
            f"The compiled measures are {tuple(again)}, and the run's are {tuple(subject.base)}.",
            hint="This is a mistake of the program: report it with the graph.",
        )
