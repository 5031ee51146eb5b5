"""From numbers to yes or no: comparisons, levels and crossings.

A missing number compares as no, so no condition here holds while an indicator warms up.
"""

from __future__ import annotations

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.node_type import node_type, param
from alphintra_desktop.ir.ops import (
    Above,
    AtLeast,
    AtMost,
    Below,
    Between,
    Constant,
    CrossesAbove,
    CrossesBelow,
    Equal,
    Flags,
    Lag,
    Numbers,
)
from alphintra_desktop.nodes.windows import bars_ago

_LEVEL = "The level to compare with, such as 30 for an RSI."


@node_type("Above", category="Conditions", formula="left > right", tags=("greater", "more"))
def above(left: Numbers, right: Numbers) -> Flags:
    """Whether the left number is above the right one. It does not hold while one is missing."""
    return Above(left, right)


@node_type("Below", category="Conditions", formula="left < right", tags=("less", "under"))
def below(left: Numbers, right: Numbers) -> Flags:
    """Whether the left number is below the right one. It does not hold while one is missing."""
    return Below(left, right)


@node_type("At least", category="Conditions", formula="left >= right", tags=("greater", "equal"))
def at_least(left: Numbers, right: Numbers) -> Flags:
    """Whether the left number is above or equal to the right one."""
    return AtLeast(left, right)


@node_type("At most", category="Conditions", formula="left <= right", tags=("less", "equal"))
def at_most(left: Numbers, right: Numbers) -> Flags:
    """Whether the left number is below or equal to the right one."""
    return AtMost(left, right)


@node_type("Equal", category="Conditions", formula="left = right", tags=("same",))
def equal(left: Numbers, right: Numbers) -> Flags:
    """Whether two numbers are exactly the same: for whole numbers, such as pattern signals."""
    return Equal(left, right)


@node_type(
    "Between", category="Conditions", formula="low <= value <= high", tags=("range", "inside")
)
def between(values: Numbers, low: Numbers, high: Numbers) -> Flags:
    """Whether a number lies between two others, the ends included."""
    return Between(values, low, high)


@node_type("Above level", category="Conditions", tags=("overbought", "greater", "threshold"))
def above_level(values: Numbers, *, level: float = param(0.0, help=_LEVEL)) -> Flags:
    """Whether a number is above a fixed level."""
    return Above(values, Constant(level))


@node_type("Below level", category="Conditions", tags=("oversold", "less", "threshold"))
def below_level(values: Numbers, *, level: float = param(0.0, help=_LEVEL)) -> Flags:
    """Whether a number is below a fixed level."""
    return Below(values, Constant(level))


@node_type("Between levels", category="Conditions", tags=("range", "inside", "neutral"))
def between_levels(
    values: Numbers,
    *,
    low: float = param(0.0, help="The lower end of the range, itself inside."),
    high: float = param(1.0, help="The upper end of the range, itself inside."),
) -> Flags:
    """Whether a number lies in a fixed range, the ends included."""
    if low > high:
        raise AlphintraError(
            f"The lower level {low:g} is above the upper level {high:g}.",
            hint="Swap the two.",
            place=Place(param="low"),
        )
    return Between(values, Constant(low), Constant(high))


@node_type("Crosses above", category="Conditions", tags=("crossover", "golden cross"))
def crosses_above(left: Numbers, right: Numbers) -> Flags:
    """Holds on the one bar where left rises above right, having been at or below it before."""
    return CrossesAbove(left, right)


@node_type("Crosses below", category="Conditions", tags=("crossunder", "death cross"))
def crosses_below(left: Numbers, right: Numbers) -> Flags:
    """Holds on the one bar where left falls below right, having been at or above it before."""
    return CrossesBelow(left, right)


@node_type("Crosses above level", category="Conditions", tags=("crossover", "threshold"))
def crosses_above_level(values: Numbers, *, level: float = param(0.0, help=_LEVEL)) -> Flags:
    """Holds on the one bar where the number rises above a fixed level."""
    return CrossesAbove(values, Constant(level))


@node_type("Crosses below level", category="Conditions", tags=("crossunder", "threshold"))
def crosses_below_level(values: Numbers, *, level: float = param(0.0, help=_LEVEL)) -> Flags:
    """Holds on the one bar where the number falls below a fixed level."""
    return CrossesBelow(values, Constant(level))


@node_type("Rising", category="Conditions", tags=("up", "increasing"))
def rising(values: Numbers, *, bars: int = bars_ago()) -> Flags:
    """Whether the number is above what it was some bars ago."""
    return Above(values, Lag(values, bars))


@node_type("Falling", category="Conditions", tags=("down", "decreasing"))
def falling(values: Numbers, *, bars: int = bars_ago()) -> Flags:
    """Whether the number is below what it was some bars ago."""
    return Below(values, Lag(values, bars))
