"""What a causality check has to say about a node, in words, and where."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.codegen.lower import Lowered
from alphintra_desktop.codegen.problems import problems_of
from alphintra_desktop.errors import Place
from alphintra_desktop.ir import ops
from alphintra_desktop.nodes.custom import CUSTOM
from alphintra_desktop.research.causality_futures import GONE, MISSING, OTHER
from alphintra_desktop.research.causality_probe import Caught, Verdict

SAME_CLOSE = "same_close"  # a strategy's fill
STATIC = ("future", "adjusted_price")
_HOW = {
    GONE: "are taken away",
    OTHER: "are other ones",
    MISSING: "have no values",
}


@dataclass(frozen=True)
class CausalityFinding:
    """Something about a node. `looks_ahead`: it uses what cannot be known; else it is a warning.

    `code` is `future` or `adjusted_price` (seen in the drawing), `same_close` (fills at the
    price that decides), `caught` (its past changes with its future), `chance` or `untested`.
    """

    code: str
    node: str
    title: str
    message: str
    hint: str
    param: str | None = None
    bar: str = ""
    cut: int = 0
    looks_ahead: bool = True

    @property
    def place(self) -> Place:
        """Where the window goes when it is clicked."""
        return Place(node=self.node, param=self.param)

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON can hold it."""
        return asdict(self)


def static_findings(lowered: Lowered) -> tuple[CausalityFinding, ...]:
    """What can be told from the drawing alone."""
    found = [
        CausalityFinding(p.code, p.place.node, lowered.title(p.place.node), p.message, p.hint)
        for p in problems_of(lowered)
        if p.code in STATIC and p.place.node is not None
    ]
    strategy = lowered.strategy
    fills = (ops.SignalStrategy, ops.PortfolioStrategy)
    if isinstance(strategy, fills) and strategy.fill == SAME_CLOSE:
        node, _ = lowered.owner[strategy]
        found.append(_same_close(node, lowered.title(node)))
    return tuple(found)


def _same_close(node: str, title: str) -> CausalityFinding:
    return CausalityFinding(
        SAME_CLOSE,
        node,
        title,
        f"{title} fills orders at the close that decided them: when that price is known, it can no "
        "longer be traded.",
        "Set its fill to next_open, or to next_close.",
        param="fill",
    )


def found(
    lowered: Lowered, node: str, verdict: Verdict, stamps: npt.NDArray[np.datetime64]
) -> CausalityFinding | None:
    """What a verdict says about a node; None if it is innocent as far as was tested."""
    title = lowered.title(node)
    param = "code" if lowered.graph.nodes[node].type == CUSTOM else None
    if verdict.caught is not None:
        return _caught(node, title, param, verdict.caught, stamps)
    if verdict.by_chance:
        return CausalityFinding(
            "chance",
            node,
            title,
            f"{title} gives other values each time it runs, so that nothing can be tested.",
            "Take its chance away, or give it a fixed seed: np.random.default_rng(1).",
            param,
            looks_ahead=False,
        )
    if verdict.failure is not None:
        return CausalityFinding(
            "untested",
            node,
            title,
            f"{title} could not be tested: {verdict.failure.message}",
            "Let it work with any number of bars, as at the start of the data.",
            param,
            looks_ahead=False,
        )
    return None


def _caught(
    node: str, title: str, param: str | None, caught: Caught, stamps: npt.NDArray[np.datetime64]
) -> CausalityFinding:
    row, cut = stamps[[caught.row, caught.cut]]
    bar, later = _told(stamps, row), _told(stamps, cut)
    ahead = caught.cut - caught.row
    bars = "the next bar" if ahead == 1 else f"bars {ahead:,} later and on"
    return CausalityFinding(
        "caught",
        node,
        title,
        f"{title} looks ahead: what it says for {bar} changes when the bars from {later} on "
        f"({bars}) {_HOW[caught.future]}.",
        "Let it use only bars up to the current one: no negative shift, no centred window, no mean "
        "or extreme of all bars, no filling backwards.",
        param,
        bar,
        caught.cut,
    )


def _told(stamps: npt.NDArray[np.datetime64], one: np.datetime64) -> str:
    daily = bool((stamps.astype("datetime64[D]") == stamps).all())
    return str(np.datetime_as_string(one, unit="D" if daily else "m"))
