"""A causality check as a job: a graph comes in, and which nodes look ahead, and how it is known.

It says as well how much was tested, because a pass says nothing about bars that were not. What
was found is remembered by the worker, so that after an edit only what changed is tested again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from alphintra_desktop.backtest.event_columns import events_of, with_events
from alphintra_desktop.codegen.lower import Lowered, lower
from alphintra_desktop.codegen.problem import GraphHasProblems
from alphintra_desktop.codegen.problems import problems_of
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.ir import ops
from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.market.store import LoadedBars, load_bars
from alphintra_desktop.report import Report
from alphintra_desktop.research.causality_check import (
    BARS,
    Causality,
    CheckAsked,
    check_causality,
    checked_series,
)
from alphintra_desktop.research.causality_findings import STATIC
from alphintra_desktop.research.causality_probe import VerdictMemory

MOST_BARS = 10_000
_MEMORY = VerdictMemory()


@dataclass(frozen=True)
class CausalitySpec:
    """What a check is asked to do: at how many sampled `bars`, drawn by which `seed`."""

    graph: str
    where: str = "the graph"
    bars: int = BARS
    seed: int = 0

    def arguments(self) -> dict[str, Any]:
        """The spec as a job's JSON arguments."""
        return asdict(self)


def run_causality(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: check, and return what was found. Keeps nothing in `folder`.

    Raises `GraphHasProblems` when the drawing cannot be computed, and `AlphintraError` when
    there are no bars for it.
    """
    del folder
    return checked(CausalitySpec(**arguments), report, _MEMORY)


def checked(spec: CausalitySpec, report: Report, memory: VerdictMemory) -> dict[str, Any]:
    """The findings as JSON can hold them, the node nearest to the data first."""
    if not 0 < spec.bars <= MOST_BARS or spec.seed < 0:
        raise AlphintraError(
            f"A check tests 1 to {MOST_BARS:,} bars, drawn by a seed that is not below 0.",
            hint=f"Leave both out to test {BARS} bars.",
        )
    graph = graph_from_text(spec.graph, spec.where)
    lowered = lower(graph)
    _refuse_broken(lowered)
    report.progress(0, of=0, doing="Loading bars")
    loaded = _loaded(lowered)
    for mark in loaded.marks:
        report.message(mark)
    found = check_causality(lowered, loaded, CheckAsked(spec.bars, spec.seed), report, memory)
    if not found.guilty and not any(one.tests for one in found.nodes):
        raise AlphintraError(
            "There are too few bars to test anything on.", hint="Choose a longer period."
        )
    return {"name": graph.name, "marks": list(loaded.marks), **summary(found)}


def summary(found: Causality) -> dict[str, Any]:
    """A check as JSON can hold it."""
    first = found.guilty[0] if found.guilty else None
    return {
        "looks_ahead": first is not None,
        "first_guilty": first.node if first is not None else "",
        "findings": [one.as_dict() for one in found.findings],
        "nodes": [asdict(one) for one in found.nodes],
        "tested_bars": found.tested.bars,
        "seed": found.tested.seed,
        "tests": sum(one.tests for one in found.nodes),
        "symbols": list(found.symbols),
        "bars": found.bars,
        "all_bars": found.all_bars,
        "warm_up": found.warm_up,
        "never_settle": list(found.never_settle),
    }


def said_of(found: Mapping[str, Any]) -> tuple[str, ...]:
    """A check in sentences: what was tested, what that proves, and how long to warm up."""
    said = [_tested(found)]
    if not found["looks_ahead"]:
        said.append(
            "That no past value changed proves nothing about bars that were not tested, nor about "
            "data that was already wrong when it came in."
        )
    if found["nodes"] and any(None not in one["settles"] for one in found["nodes"]):
        bars = "1 bar" if found["warm_up"] == 1 else f"{found['warm_up']:,} bars"
        said.append(f"Suggested warm-up: {bars}. After that, nothing tells where the data began")
        titles = [one["title"] for one in found["nodes"] if one["node"] in found["never_settle"]]
        said[-1] += f", but in {', '.join(titles)}, which always does." if titles else "."
    return tuple(said)


def _tested(found: Mapping[str, Any]) -> str:
    if not found["nodes"]:
        return "There is nothing that could be tested on bars."
    symbols = ", ".join(found["symbols"])
    part = "" if found["bars"] == found["all_bars"] else f" out of {found['all_bars']:,}"
    return (
        f"{len(found['nodes'])} nodes were tested {found['tests']:,} times, at "
        f"{found['tested_bars']} sampled bars (seed {found['seed']}) of {symbols} among "
        f"{found['bars']:,} bars{part}, with later bars taken away, exchanged and made empty."
    )


def _refuse_broken(lowered: Lowered) -> None:
    """Mistakes that keep nodes from being computed; a missing strategy does not."""
    known = (*STATIC, "no_strategy")
    blocking = tuple(p for p in problems_of(lowered) if p.blocking and p.code not in known)
    if blocking:
        raise GraphHasProblems(blocking)


def _loaded(lowered: Lowered) -> LoadedBars:
    data = checked_series(lowered).data
    if not isinstance(data, ops.Dataset):
        raise AlphintraError(
            "The graph has no market data, so there is nothing to test it on.",
            hint="Add a Market data node and connect its columns.",
        )
    ensure_sample_data()
    try:
        loaded = load_bars(data.dataset, data.symbols, data.timeframe, data.start, data.end)
    except AlphintraError as error:
        place = error.place or Place(node=lowered.owner[data][0])
        raise AlphintraError(error.message, hint=error.hint, place=place) from error
    return with_events(loaded, events_of(lowered.outputs.values()), lowered)
