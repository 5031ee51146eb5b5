"""Trades in another order: for drawdown and ruin only.

Each trade's profit as a fraction of the equity before it is taken, and the same fractions are
compounded in random orders. The product, and so the total return, is the same in every order; the
deepest fall on the way is not, and how deep it was is partly luck.

No Sharpe ratio is given for shuffled trades. Mean and deviation of the trades do not depend on
their order, so every order has the same one: a spread of nothing, which says nothing. And an order
by chance takes the dependence between trades away, which real losing streaks are made of: so these
drawdowns are rather too small than too large. `bootstrap` and `paths` keep that dependence.

Drawdowns are those at the ends of trades: what happened within trades is not seen.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from alphintra_desktop.market.bars import Floats
from alphintra_desktop.research.resampling.paths import Paths
from alphintra_desktop.research.resampling.seeding import generator
from alphintra_desktop.research.resampling.subject import Subject, spread_of

PART = "order"
FEWEST = 5
RUINS = (0.2, 0.3, 0.5)  # of the cash at the start
AT_ONCE = 1_000_000  # trades


def order(subject: Subject, asked: Paths) -> dict[str, Any]:
    """Shuffle the trades: see the format in `stress`."""
    if subject.rules.has_weights:
        return {"skipped": "target weights are no single trades"}
    fractions = trade_fractions(subject)
    if len(fractions) < FEWEST:
        return {"skipped": f"{len(fractions)} trades are too few to shuffle"}
    drawdown, lowest = _shuffled(fractions, asked)
    measured = float(deepest(grown(fractions[None, :]))[0])
    ruin = [{"loss": loss, "chance": float(np.mean(lowest <= 1.0 - loss))} for loss in RUINS]
    spread = spread_of(drawdown, measured)
    said = (
        f"At the ends of trades the largest drawdown was {-measured:.1%}; in other orders of the "
        f"same trades it is {-np.median(drawdown):.1%} in the middle, and at least "
        f"{-np.quantile(drawdown, 0.05):.1%} in one of twenty."
    )
    falls = ", ".join(f"{one['loss']:.0%} in {one['chance']:.1%}" for one in ruin)
    more = f"The account falls below its start by {falls} of the orders."
    return {
        "total_return": float(np.prod(1.0 + fractions) - 1.0),
        "max_drawdown": spread,
        "ruin": ruin,
        "overlapping": overlapping(subject),
        "said": [said, more],
    }


def trade_fractions(subject: Subject) -> Floats:
    """Each trade's profit over the equity before its entry bar, in the order of the exits."""
    equity = np.append(subject.rules.cash, subject.simulated.equity)
    before = equity[subject.trades.entry_bar]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = subject.trades.profit / before
    return np.asarray(np.maximum(np.where(before > 0.0, found, -1.0), -1.0))


def overlapping(subject: Subject) -> bool:
    """Whether some trade began before an earlier one ended: then compounding is a simplification.

    A reversal, which leaves and enters on the same bar, is none.
    """
    order = np.argsort(subject.trades.entry_bar, kind="stable")
    first, last = subject.trades.entry_bar[order], subject.trades.exit_bar[order]
    return bool((first[1:] < np.maximum.accumulate(last)[:-1]).any())


def grown(fractions: Floats) -> Floats:
    """(paths, trades + 1): the account after each trade, from 1 on."""
    start = np.ones((len(fractions), 1))
    return np.hstack([start, np.cumprod(1.0 + fractions, axis=1)])


def deepest(account: Floats) -> Floats:
    """(paths,): the largest drawdown of each."""
    lowest: Floats = (account / np.maximum.accumulate(account, axis=1)).min(axis=1) - 1.0
    return lowest


def _shuffled(fractions: Floats, asked: Paths) -> tuple[Floats, Floats]:
    """The largest drawdown and the lowest account of each path."""
    drawdown, lowest = np.empty(asked.paths), np.empty(asked.paths)
    step = max(1, AT_ONCE // len(fractions))
    for first in range(0, asked.paths, step):
        asked.report.progress(first, of=asked.paths, doing="Shuffling trades")
        numbers = range(first, min(first + step, asked.paths))
        rows = [generator(asked.seed, PART, n).permutation(fractions) for n in numbers]
        account = grown(np.array(rows))
        drawdown[numbers.start : numbers.stop] = deepest(account)
        lowest[numbers.start : numbers.stop] = account.min(axis=1)
    return drawdown, lowest
