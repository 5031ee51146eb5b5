"""Custom code may look ahead without our seeing it in the graph: so it is caught in the act.

1. Run it twice: what chance decides cannot be compared, nor ever be repeated.
2. Take the later bars away at some places. Nothing it said about the bars before may change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from alphintra_desktop.backtest.deciding import decided
from alphintra_desktop.backtest.strategy_file import StrategyFailed, load
from alphintra_desktop.codegen.module import StrategyCode
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.ir.cutting import ChangedPast, first_change_when_cut, spread_cuts
from alphintra_desktop.market.bars import Bars
from alphintra_desktop.nodes.custom import CUSTOM

CUTS = 8
# Sums over windows may be added up in another order when there are fewer bars.
TOLERANCE = 1e-9


def has_custom_code(code: StrategyCode) -> bool:
    """Whether the strategy holds Python of the user."""
    return any(node.type == CUSTOM for node in code.lowered.graph.nodes.values())


def refuse_looking_ahead(code: StrategyCode, bars: Bars) -> None:
    """Raise if taking the future away changes what custom code said, or the strategy did, before.

    Raises as well if custom code says something else every time: no run could be repeated. Does
    nothing for a strategy without custom code, whose ops are known not to look ahead.
    """
    if not has_custom_code(code):
        return
    said = _Said(code, bars)
    again = first_change_when_cut(
        said, bars, until=lambda same, _: replace(same), cuts=[bars.count]
    )
    if again is not None:
        raise said.error(
            again,
            "gives other values each time it runs, so that no run could be repeated",
            "Take its chance away, or give it a fixed seed: np.random.default_rng(1).",
        )
    changed = _changed_past(said, bars)
    if changed is not None:
        day = np.datetime_as_string(bars.timestamps[changed.bar], unit="D")
        raise said.error(
            changed,
            f"looks ahead: what it says for {day} changes when the bars after row "
            f"{changed.cut:,} are taken away",
            "A custom function uses later bars (a negative shift, a centred window, a mean over "
            "all bars, filling backwards). Let it use only bars up to the current one.",
        )


def _changed_past(said: _Said, bars: Bars) -> ChangedPast | None:
    """The first change at any cut. A function may need some bars: but not all of them always."""
    cuts = spread_cuts(bars.count, CUTS)
    failed: list[StrategyFailed] = []
    for cut in cuts:
        try:
            changed = first_change_when_cut(
                said, bars, until=Bars.until, cuts=[cut], tolerance=TOLERANCE
            )
        except StrategyFailed as error:
            failed.append(error)
        else:
            if changed is not None:
                return changed
    if cuts and len(failed) == len(cuts):
        raise StrategyFailed(
            f"{failed[-1].message} That was when it got only the first {cuts[-1]:,} bars.",
            hint="Let the function work with any number of bars, as at the start of the data.",
            place=failed[-1].place,
        ) from failed[-1]
    return None


class _Said:
    """What custom code says, and then what the strategy decides, on bars: arrays by name."""

    def __init__(self, code: StrategyCode, bars: Bars) -> None:
        self._code, self._bars = code, bars
        self._file = load(code, keep_variables=True)
        nodes = code.lowered.graph.nodes
        self._nodes = {
            name: node for name, node in code.variables.items() if nodes[node].type == CUSTOM
        }

        self._whole = self._on(bars)

    def __call__(self, known: Bars) -> Mapping[str, Any]:
        return self._whole if known is self._bars else self._on(known)

    def _on(self, known: Bars) -> Mapping[str, Any]:
        made = decided(self._code, self._file, known)
        wanted = [name for name in (*self._nodes, *self._code.trading.decisions) if name in made]
        return {name: made[name] for name in wanted if np.ndim(made[name]) > 0}

    def error(self, change: ChangedPast, what: str, hint: str) -> AlphintraError:
        """That the node behind a change, or the strategy as a whole, does `what`."""
        node = self._nodes.get(change.name)
        who = self._code.lowered.title(node) if node is not None else "The strategy"
        return AlphintraError(f"{who} {what}.", hint=hint, place=Place(node=node))
