"""Setting research up: which params are varied in which range, and how it is judged.

What a graph notes as tunable is varied at first; every other number, switch and choice can be.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from alphintra_desktop.codegen.lower import title_of
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.graph.node_type import NodeType, Param
from alphintra_desktop.graph.tunable import tunable_of
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.nodes.param_edits import suggested_range
from alphintra_desktop.research.grid import Grid, axis_of, grid_of
from alphintra_desktop.research.search_constraints import Constraints
from alphintra_desktop.research.search_space import space_of
from alphintra_desktop.research.search_spec import SearchSpec

METRICS = {
    "sharpe": "Sharpe ratio",
    "total_return": "Total return",
    "max_drawdown": "Drawdown",
}

# Node types that say what a strategy is run on and how, not what it decides.
FRAME = ("market_data.", "costs.", "strategy.")


@dataclass(frozen=True)
class VariedParam:
    """A param that can be varied. `values` are written as a range, `5:50:5`, or a list, `5,9`.

    `now` is what the graph has, `noted` whether the graph says that it is tunable, `on` whether it
    is varied, and `frame` whether it says how the strategy is run, not what it decides.
    """

    node: str
    param: str
    title: str
    now: Any
    values: str
    noted: bool = False
    on: bool = False
    frame: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others."""
        return self.node, self.param

    @property
    def axis(self) -> tuple[str, str, str]:
        """As the spec of a job wants it."""
        return self.node, self.param, self.values


def variable_params(graph: Graph) -> tuple[VariedParam, ...]:
    """Every param that can be varied, what the graph notes as tunable first, frames last."""
    found = [one for node in graph.nodes.values() for one in _of_node(node)]
    return tuple(sorted(found, key=lambda one: (not one.noted, one.frame)))


def read_again(graph: Graph, before: Sequence[VariedParam]) -> tuple[VariedParam, ...]:
    """The params of a graph that has changed; what was varied before still is, as it was."""
    varied = {one.key: one for one in before if one.on}
    return tuple(
        replace(one, on=True, values=varied[one.key].values) if one.key in varied else one
        for one in variable_params(graph)
    )


def _of_node(node: Node) -> Iterator[VariedParam]:
    kind = node_type_of(node)
    if kind is None:
        return
    for name, param in kind.params.items():
        made = _param_of(node, kind, name, param)
        if made is not None:
            yield made


def _param_of(node: Node, kind: NodeType, name: str, param: Param) -> VariedParam | None:
    noted = tunable_of(node).get(name)
    now, title = node.params.get(name, param.default), title_of(node, kind)
    if param.kind is bool:
        values = "false,true"
    elif param.choices:
        values = ",".join(str(choice) for choice in param.choices)
    elif param.kind in (int, float) and isinstance(now, int | float):
        range = noted or suggested_range(now, param)
        values = ":".join(_plain(number) for number in (range.low, range.high, range.step))
    else:
        return None
    is_noted, frame = noted is not None, node.type.startswith(FRAME)
    return VariedParam(node.id, name, title, now, values, is_noted, is_noted, frame)


def _plain(number: float) -> str:
    return f"{number:.12g}" if number != int(number) else str(int(number))


# ------------------------------------------------------------------------- what is asked


@dataclass(frozen=True)
class WindowsAsked:
    """The windows of a walk-forward, as a form has them: lengths as text, in bars."""

    in_sample: str = "504"
    out_of_sample: str = "126"
    gap: int = 0
    warm_up: int = 0
    anchored: bool = False
    carried: bool = False

    def lengths(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """All lengths in and out of sample. Raises `AlphintraError`."""
        return _lengths(self.in_sample, "in sample"), _lengths(self.out_of_sample, "out of sample")


def _lengths(text: str, where: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise AlphintraError(
            f"'{text}' is no length of a window {where}.",
            hint="Write a number of bars, such as 504, or several: 252, 504.",
        )
    return tuple(int(part) for part in parts)


@dataclass(frozen=True)
class SearchAsked:
    """What a search is asked besides its params: see `research.search_spec`. 0 is no budget."""

    sampler: str = "tpe"
    objectives: tuple[str, ...] = ("sharpe",)
    constraints: tuple[str, ...] = ()
    trials: int = 200
    minutes: float = 0.0
    folds: int = 1
    prefer: str = "plateau"


@dataclass(frozen=True)
class SpreadAsked:
    """By what work is done: see `research.executors.choice`. 0 workers are one a processor.

    Without an executor's name the work decides by itself.
    """

    executor: str = ""
    workers: int = 0
    address: str = ""

    def arguments(self) -> dict[str, Any]:
        """As a job's JSON arguments; none where the work decides."""
        return asdict(self) if self.executor else {}

    def nested(self) -> dict[str, Any]:
        """The same for tasks that take them as one."""
        return {"spread": self.arguments()} if self.executor else {}


@dataclass(frozen=True)
class Setup:
    """What is asked for: the params and how points are judged.

    `paths` is how many a stress test draws, `bars` at how many a causality check looks, `run` the
    recorded run of `project`, a folder, that an autopsy takes apart.
    """

    params: tuple[VariedParam, ...]
    metric: str = "sharpe"
    seed: int = 0
    ignore_quality: bool = False
    windows: WindowsAsked = WindowsAsked()
    search: SearchAsked = SearchAsked()
    paths: int = 1000
    bars: int = 25
    run: str = ""
    project: str = ""
    spread: SpreadAsked = SpreadAsked()

    @property
    def varied(self) -> tuple[VariedParam, ...]:
        """The params that are varied."""
        return tuple(one for one in self.params if one.on)

    def with_param(self, changed: VariedParam) -> Setup:
        """The same with another range or switch of one param."""
        params = tuple(changed if one.key == changed.key else one for one in self.params)
        return replace(self, params=params)


def grid_of_setup(graph: Graph, setup: Setup) -> Grid:
    """All points. Raises `AlphintraError` for values that a param cannot have, and for none."""
    if not setup.varied:
        raise AlphintraError(
            "No param is varied.", hint="Tick one, or make params tunable in the inspector."
        )
    return grid_of([axis_of(graph, *one.axis) for one in setup.varied])


def space_of_setup(graph: Graph, setup: Setup) -> Grid:
    """All points of a search, with its constraints checked. Raises `AlphintraError`."""
    if not setup.varied:
        grid_of_setup(graph, setup)
    space = space_of(graph, [one.axis for one in setup.varied])
    Constraints(space, setup.search.constraints)
    return space


def sweep_arguments(graph_text: str, where: str, setup: Setup) -> dict[str, Any]:
    """The arguments of the task `run_sweep`."""
    return {
        "graph": graph_text,
        "axes": [one.axis for one in setup.varied],
        "where": where,
        "metric": setup.metric,
        "seed": setup.seed,
        "top": 10,
        "ignore_quality": setup.ignore_quality,
        **setup.spread.nested(),
    }


def search_arguments(graph_text: str, where: str, setup: Setup) -> dict[str, Any]:
    """The arguments of the task `run_search`. Raises `AlphintraError` for what is no search."""
    asked = setup.search
    spec = SearchSpec(
        graph=graph_text,
        axes=tuple(one.axis for one in setup.varied),
        where=where,
        sampler=asked.sampler,
        objectives=asked.objectives,
        constraints=asked.constraints,
        trials=asked.trials or None,
        seconds=asked.minutes * 60 or None,
        seed=setup.seed,
        folds=asked.folds,
        prefer=asked.prefer,
        ignore_quality=setup.ignore_quality,
    )
    return {**spec.arguments(), **setup.spread.nested()}


def stress_arguments(graph_text: str, where: str, setup: Setup) -> dict[str, Any]:
    """The arguments of the task `run_stress`."""
    return {
        "graph": graph_text,
        "where": where,
        "seed": setup.seed,
        "paths": setup.paths,
        "ignore_quality": setup.ignore_quality,
        **setup.spread.arguments(),
    }


def autopsy_arguments(_: str, where: str, setup: Setup) -> dict[str, Any]:
    """The arguments of the task `run_autopsy`. Raises `AlphintraError` without a run."""
    del where
    if not setup.run:
        raise AlphintraError("No run is chosen.", hint="Execute the strategy first: F5.")
    return {
        "project": setup.project,
        "run": setup.run,
        "seed": setup.seed,
        "paths": setup.paths,
        **setup.spread.arguments(),
    }


def causality_arguments(graph_text: str, where: str, setup: Setup) -> dict[str, Any]:
    """The arguments of the task `run_causality`."""
    return {"graph": graph_text, "where": where, "bars": setup.bars, "seed": setup.seed}


def walk_forward_arguments(graph_text: str, where: str, setup: Setup) -> dict[str, Any]:
    """The arguments of the task `run_walk_forward`. Raises `AlphintraError`."""
    inside, outside = setup.windows.lengths()
    return {
        "graph": graph_text,
        "axes": [one.axis for one in setup.varied],
        "in_sample": inside,
        "out_of_sample": outside,
        "gap": setup.windows.gap,
        "anchored": setup.windows.anchored,
        "warm_up": setup.windows.warm_up,
        "edges": "carried" if setup.windows.carried else "flat",
        "metric": setup.metric,
        "where": where,
        "ignore_quality": setup.ignore_quality,
        **setup.spread.nested(),
    }


# ------------------------------------------------------------------------ how much it is


def folds_in(bars: int, windows: WindowsAsked) -> int:
    """How many folds the first lengths give on so many bars; 0 where there are too few bars."""
    inside, outside = (lengths[0] for lengths in windows.lengths())
    room = bars - windows.warm_up - inside - windows.gap
    return max(room // outside, 0)


def seconds_a_point(past: Sequence[tuple[float, float]]) -> float:
    """The middle of what points took, from pairs of seconds and points; NaN from none."""
    found = sorted(seconds / points for seconds, points in past if seconds > 0 and points > 0)
    return found[len(found) // 2] if found else math.nan
