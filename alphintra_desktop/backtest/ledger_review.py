"""The trial ledger as a whole: how much was tried, and which strategies chance does not explain.

Every different strategy that was tried is a hypothesis: that its true Sharpe ratio is above 0.

1. The p-value of a backtest is 1 less its probabilistic Sharpe ratio. A row that stands for the
   best of many trials, of a sweep say, is judged as such: 1 less its deflated Sharpe ratio.
2. Who looks at many strategies finds some with a small p-value, whatever they are worth. The false
   discovery rate of Benjamini and Hochberg says so: keeping every strategy whose rate is at most
   0.05 leaves on average 5 % of those kept that are worth nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from alphintra_desktop.runs.canonical import canonical_json
from alphintra_desktop.runs.ledger import LedgerRow
from alphintra_desktop.simulation.sharpe_inference import (
    NORMAL_KURTOSIS,
    Measured,
    deflated_sharpe,
    false_discovery_rates,
    variance_without_skill,
)

NOTED = "holdout "  # begins the kinds of rows that only note what was done


@dataclass(frozen=True)
class Hypothesis:
    """A strategy that was tried: the last row of the ledger that tells of it.

    `sharpe` is per bar, as in the ledger. `p_value` and `discovery_rate` are NaN where there was no
    Sharpe ratio. `run` is empty for what left no run.
    """

    number: int
    kind: str
    run: str
    strategy_hash: str
    dataset: str
    symbols: tuple[str, ...]
    timeframe: str
    start: str
    end: str
    trials: int
    sharpe: float
    bars: int
    p_value: float
    discovery_rate: float


@dataclass(frozen=True)
class LedgerReview:
    """What a ledger comes to. `rows` and `trials` count its trials; `kinds` the trials of a kind.

    `hypotheses` begin with the least likely to be chance; those without a Sharpe ratio end them.
    """

    rows: int
    trials: int
    kinds: Mapping[str, int]
    hypotheses: tuple[Hypothesis, ...]

    def as_dict(self) -> dict[str, Any]:
        """All of it as JSON can hold it, NaN aside."""
        return asdict(self)


def review(rows: Sequence[LedgerRow]) -> LedgerReview:
    """What the rows of a ledger come to, in any order. What is noted of holdouts is no trial."""
    rows = [row for row in rows if not row.content["kind"].startswith(NOTED)]
    kinds: Counter[str] = Counter()
    for row in rows:
        kinds[row.content["kind"]] += row.content["trials"]
    latest = list(_latest(rows))
    p_values = [_p_value(row.content) for row in latest]
    rates = false_discovery_rates(p_values)
    found = [
        _hypothesis(row, p_value, float(rate))
        for row, p_value, rate in zip(latest, p_values, rates, strict=True)
    ]
    found.sort(key=lambda one: (math.isnan(one.p_value), one.p_value, one.number))
    return LedgerReview(len(rows), kinds.total(), dict(kinds), tuple(found))


def _latest(rows: Iterable[LedgerRow]) -> Iterable[LedgerRow]:
    """The last row of every different strategy with its params, on its symbols and timeframe."""
    names = ("kind", "strategy_hash", "params", "dataset", "symbols", "timeframe")
    found = {
        canonical_json([row.content[name] for name in names]): row
        for row in sorted(rows, key=lambda row: row.number)
    }
    return found.values()


def _p_value(content: Mapping[str, Any]) -> float:
    sharpe, metrics = _number(content["sharpe_per_bar"]), content["metrics"]
    bars, trials = content["bars"], content["trials"]
    measured = Measured(
        sharpe,
        bars,
        _number(metrics.get("skew", 0.0)),
        _number(metrics.get("kurtosis", 0.0)) + NORMAL_KURTOSIS,
    )
    variance = _number(metrics.get("sharpe_per_bar_variance", math.nan))
    if not variance > 0.0:
        variance = variance_without_skill(bars)
    return 1.0 - deflated_sharpe(measured, trials, variance)


def _number(value: Any) -> float:
    """What JSON has no number for is a text in the ledger."""
    return math.nan if isinstance(value, str) else float(value)


def _hypothesis(row: LedgerRow, p_value: float, rate: float) -> Hypothesis:
    content = row.content
    same = ("kind", "strategy_hash", "dataset", "timeframe", "start", "end", "trials", "bars")
    return Hypothesis(
        number=row.number,
        run=content["run"] or "",
        symbols=tuple(content["symbols"]),
        sharpe=_number(content["sharpe_per_bar"]),
        p_value=p_value,
        discovery_rate=rate,
        **{name: content[name] for name in same},
    )
