"""Every trial of a study in the ledger, once, however often the search was killed.

A generation is one row, which stands for its new points. The row says which search it belongs to,
by what is searched and on which bars, and which points they are: it is written unless the ledger
has one like it, and before the study keeps what was found. So a generation that was counted just
before a kill is measured again, comes out the same and is not counted again, and neither is that of
another study which searches the same.
"""

from __future__ import annotations

import math
import sqlite3
from typing import Any

import numpy as np

from alphintra_desktop.backtest.run import plain_rules
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.search import SearchGround
from alphintra_desktop.research.studies import Generation, TrialRecord
from alphintra_desktop.runs.canonical import text_hash, value_hash
from alphintra_desktop.runs.ledger import DataRange, Trial, Tried, record_trials, trials_on

KIND = "search"
_KNOWN = """
    SELECT json_extract(content, '$.params.points') FROM trials
    WHERE json_extract(content, '$.kind') = ? AND json_extract(content, '$.params.search') = ?
"""


class StudyLedger:
    """Writes the generations of a study down."""

    def __init__(self, database: sqlite3.Connection, ground: SearchGround) -> None:
        self._database, self._ground = database, ground
        self._search = value_hash([ground.spec.fingerprint, ground.data])[:16]
        code = generate(ground.graph)
        self._strategy = text_hash(code.text)
        self.bars_per_year = plain_rules(code.trading.rules).bars_per_year
        self._known = {row[0] for row in database.execute(_KNOWN, (KIND, self._search))}

    def count(self, generation: Generation) -> None:
        """Count the new points of a generation, unless they are counted already."""
        new = [trial for trial in generation.trials if trial.repeats is None]
        points = value_hash([list(trial.point) for trial in new])[:16]
        if new and points not in self._known:
            record_trials(self._database, [self._row(new, points)])
            self._known.add(points)

    def tried(self) -> Tried:
        """What was ever tried on these bars."""
        return trials_on(self._database, self._range)

    @property
    def _range(self) -> DataRange:
        data, stamps = self._ground.points.data, self._ground.loaded.bars.timestamps
        hashes = self._ground.hashes
        return DataRange(data.dataset, data.symbols, data.timeframe, stamps[0], stamps[-1], hashes)

    def _row(self, new: list[TrialRecord], points: str) -> Trial:
        sharpes = sharpes_per_bar(new, self.bars_per_year)
        spread = float(np.var(sharpes, ddof=1)) if len(sharpes) > 1 else math.nan
        return Trial(
            kind=KIND,
            strategy_hash=self._strategy,
            data=self._range,
            sharpe_per_bar=float(sharpes.max()) if len(sharpes) else math.nan,
            bars=self._ground.loaded.bars.count - 1,
            params={"search": self._search, "points": points, **self._axes()},
            metrics={"sharpe_per_bar_variance": spread},
            trials=len(new),
        )

    def _axes(self) -> dict[str, Any]:
        axes = self._ground.space.axes
        return {f"{axis.node}.{axis.param}": list(axis.values) for axis in axes}


def sharpes_per_bar(trials: list[TrialRecord], bars_per_year: float) -> Any:
    """The Sharpe ratios of all trials that have one, not annualised."""
    place = Measures._fields.index("sharpe")
    found = np.array([trial.measures[place] for trial in trials if trial.measures is not None])
    return found[np.isfinite(found)] / math.sqrt(bars_per_year)
