"""What if trading cost more: multiples of all costs, and the cost at which nothing is left.

Costs are commissions, slippage, spread and the borrow fee together. The break-even multiple is the
largest at which the total return is above 0, found by halving an interval and running at each end:
running at it earns something, running at a ten-thousandth more does not. The break-even slippage is
found alike, with every cost left as it is: what each fill may cost more, as a fraction of its
price. It exists for strategies without costs as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from alphintra_desktop.research.resampling.paths import Paths
from alphintra_desktop.research.resampling.subject import Subject, Trader
from alphintra_desktop.simulation.rules import Rules

MULTIPLES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
COSTS = (
    "commission",
    "commission_per_share",
    "commission_per_order",
    "slippage",
    "half_spread",
    "borrow_rate",
)
MOST = 1024.0  # times the costs
MOST_SLIPPAGE = 0.5
PRECISE = 1e-4  # of the break-even


def with_costs(rules: Rules, multiple: float) -> Rules:
    """The rules with all costs times `multiple`. A price never falls by half for slippage."""
    changed = {name: getattr(rules, name) * multiple for name in COSTS}
    changed["slippage"] = min(changed["slippage"], MOST_SLIPPAGE)
    return rules._replace(**changed)


def with_slippage(rules: Rules, more: float) -> Rules:
    """The rules with slippage that is larger by a fraction of the price."""
    return rules._replace(slippage=rules.slippage + more)


def costs(subject: Subject, asked: Paths) -> dict[str, Any]:
    """The curve over multiples, and both break-even costs: see the format in `stress`."""
    rules, trader = subject.rules, Trader(subject.prices)

    def earned(changed: Rules) -> float:
        asked.report.progress(0, of=0, doing="Raising costs")
        return trader.measures(changed, subject.decisions).total_return

    costly = any(getattr(rules, name) > 0.0 for name in COSTS)
    curve = [
        {"multiple": multiple}
        | trader.measures(with_costs(rules, multiple), subject.decisions)._asdict()
        for multiple in (MULTIPLES if costly else (1.0,))
    ]
    multiple = break_even(lambda m: earned(with_costs(rules, m)), 1.0, MOST) if costly else None
    more = break_even(lambda s: earned(with_slippage(rules, s)), 1e-4, MOST_SLIPPAGE)
    return {
        "has_costs": costly,
        "curve": curve,
        "break_even_multiple": multiple,
        "break_even_slippage": more,
        "said": _said(costly, multiple, more),
    }


def break_even(earned: Callable[[float], float], step: float, most: float) -> float | None:
    """The largest cost at which something is earned; None when nothing is even at 0.

    Infinity when something is left at `most`. A sum that does not fall steadily (whole shares,
    stops) may have several zeros; one of them is found.
    """
    if not earned(0.0) > 0.0:
        return None
    low, high = 0.0, step
    while earned(high) > 0.0:
        if high >= most:
            return math.inf
        low, high = high, min(high * 2.0, most)
    while high - low > PRECISE * high:
        middle = (low + high) / 2.0
        low, high = (middle, high) if earned(middle) > 0.0 else (low, middle)
    return low


def _said(costly: bool, multiple: float | None, more: float | None) -> list[str]:
    if more is None and multiple is None:
        return ["It earns nothing, so there is no cost at which it would break even."]
    said = []
    if not costly:
        said.append("The run has no costs at all: no real account trades like that.")
    elif multiple == math.inf:
        said.append(f"Even at {MOST:g} times its costs it earns something.")
    elif multiple is not None:
        said.append(f"It breaks even at {multiple:.3g} times its costs.")
    if more is None:
        said.append("At its own costs it earns nothing.")
    elif more < math.inf:
        said.append(f"Each fill may cost {more * 1e4:.3g} basis points more until nothing is left.")
    return said
