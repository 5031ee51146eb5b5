"""How long research will take, as far as that can be told honestly before it begins.

Nothing is promised from a table: what is known is how long the same strategy took in this project
before. Without that, the measured speed of this program gives an order of magnitude, and is called
that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.catalog import Catalog, SeriesVersion
from alphintra_desktop.market.library import library
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.nodes.market_data import symbol_list
from alphintra_desktop.nodes.params import checked_params
from alphintra_desktop.workspace.research_runs import WALK_FORWARD, Kind, ResearchRun
from alphintra_desktop.workspace.research_setup import Setup, folds_in, seconds_a_point

DATASET = "market_data.dataset"
# Of one point on one bar, on an ordinary machine: the fast way, and through the generated file.
FAST_SECONDS, SLOW_SECONDS = 1e-8, 2e-5
START_SECONDS = 3.0  # until the data is read, the winner checked and the choice judged


@dataclass(frozen=True)
class DataSize:
    """How many bars the longest series of a strategy has, and of all its series together.

    `about` says in words what a strategy runs on.
    """

    bars: int = 0
    in_all: int = 0
    about: str = ""


def data_size(graph: Graph) -> DataSize:
    """What the library has for a strategy, by its catalog; nothing where that is not known."""
    node = next((one for one in graph.nodes.values() if one.type == DATASET), None)
    path = library().catalog
    kind = node_type_of(node) if node is not None else None
    if node is None or kind is None:
        return DataSize()
    params, _ = checked_params(node, kind)
    symbols = symbol_list(params["symbols"])
    about = f"{', '.join(symbols)}, {params['timeframe']} bars of {params['dataset']}"
    if not path.exists():
        return DataSize(about=about)
    found = Catalog(path).found(params["dataset"], params["timeframe"], symbols)
    rows = [_rows_within(one, params["start"], params["end"]) for one in found.values()]
    span = " to ".join(filter(None, (params["start"], params["end"])))
    bars = f": {sum(rows):,}" if rows else ""
    return DataSize(max(rows, default=0), sum(rows), f"{about}{f', {span}' if span else ''}{bars}")


def _rows_within(version: SeriesVersion, start: str, end: str) -> int:
    """The share of a series' rows that lies in a period, by its days."""
    first, last = version.first[:10], version.last[:10]
    inside = _days(max(start or first, first), min(end or last, last))
    return int(version.rows * min(max(inside / _days(first, last), 0.0), 1.0))


def _days(first: str, last: str) -> float:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days + 1.0


def work_of(kind: Kind, points: int, bars: int, setup: Setup) -> int:
    """How many points are measured in all: in a walk-forward, each one in every fold."""
    return points * max(folds_in(bars, setup.windows), 1) if kind is WALK_FORWARD else points


def past_of(runs: Iterable[ResearchRun], kind: Kind, name: str) -> list[tuple[float, float]]:
    """Seconds and points of earlier research of this kind on the strategy of this name."""
    return [
        (run.seconds, points_of(run))
        for run in runs
        if run.kind is kind and run.name == name and run.result is not None
    ]


def points_of(run: ResearchRun) -> float:
    """How many points a finished run measured."""
    result = run.result or {}
    counted = result.get("counts", {}).get("measured", result.get("points", 1))
    folds = result.get("folds", ())
    return float(counted) * (max(len(folds), 1) if isinstance(folds, list) else 1)


def estimate(work: float, past: list[tuple[float, float]], bars: int, *, slow: bool) -> str:
    """What can be said of the time it takes, in words."""
    known = seconds_a_point(past)
    if math.isfinite(known):
        return f"About {duration_of(known * work)}, as the last one of this strategy went"
    if not bars:
        return "How long it takes is not known before the first one"
    rough = START_SECONDS + work * bars * (SLOW_SECONDS if slow else FAST_SECONDS)
    return f"Roughly {duration_of(rough / 2)} to {duration_of(rough * 3)}: none has run here yet"


def duration_of(seconds: float) -> str:
    """Seconds as somebody would say them."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"


def time_left(done: int, total: int, seconds: float) -> float:
    """The seconds a step of the work still takes, going on as it went; NaN too early to say."""
    if total <= 0 or done <= 0 or seconds < 1.0:
        return math.nan
    return seconds * (total - done) / done
