"""What a model may learn to foretell. These look into the future: for research only."""

from __future__ import annotations

from alphintra_desktop.graph.node_type import node_type
from alphintra_desktop.ir.ops import FutureReturns, Numbers
from alphintra_desktop.nodes.windows import bars_ago


@node_type(
    "Future return",
    category="Research labels",
    formula="value n bars later / value - 1",
    tags=("label", "target", "forward"),
)
def future_return(
    values: Numbers, *, bars: int = bars_ago(5, help="How many bars ahead.")
) -> Numbers:
    """The return over the coming bars, as a fraction: what research tries to foretell.

    It is not known when the bar closes, so it must never lead to an order; a graph where it does
    is refused. There is no number on the last bars.
    """
    return FutureReturns(values, bars)
