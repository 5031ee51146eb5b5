"""Cross-validation of a model that lets no label leak: purged, with an embargo, and combinatorial.

Cut the rows, in the order of their bars, into parts; train on all parts but `tested` of them, less
what touches their labels in time and what follows within the embargo (`research.splits`). With one
tested part that is purged k-fold; with more, every choice of parts is a split, and the tests of
each part are put together into several paths over the whole time, each with its own score.

Unlike the schedule, a model here also learns from what came after the bars that it is tested on:
it says how stable a model is, not what it would have earned. Lopez de Prado 2018, "Advances in
Financial Machine Learning", chapters 7 and 12.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from alphintra_desktop.learning.dataset import Dataset, target_of
from alphintra_desktop.learning.schedule import Block
from alphintra_desktop.learning.training import Asked, fitted, scores_of
from alphintra_desktop.learning.weights import uniqueness
from alphintra_desktop.market.bars import Floats
from alphintra_desktop.report import Report
from alphintra_desktop.research.splits import (
    Labels,
    backtest_paths,
    combinatorial_purged,
    equal_parts,
)


@dataclass(frozen=True)
class CrossValidation:
    """Scores a split and a path; with one tested part there is one path. `purged` counts rows."""

    parts: int
    tested: int
    splits: tuple[Mapping[str, float], ...]
    paths: tuple[Mapping[str, float], ...]
    purged: int

    def as_dict(self) -> dict[str, Any]:
        """As JSON can hold it, NaN aside."""
        return {
            "parts": self.parts,
            "tested": self.tested,
            "splits": [dict(one) for one in self.splits],
            "paths": [dict(one) for one in self.paths],
            "purged": self.purged,
        }


def cross_validated(
    rows: Dataset, asked: Asked, parts: int, tested: int, report: Report
) -> CrossValidation:
    """Train and test on every split. The embargo is the schedule's, in bars.

    Raises `AlphintraError` for parts that cannot be, and `Cancelled`.
    """
    known = np.flatnonzero(rows.known)
    labels = Labels(rows.bar[known], rows.end[known])
    spans = equal_parts(len(known), parts)
    splits = combinatorial_purged(labels, spans, tested, asked.schedule.embargo)
    target, unique = target_of(rows.label, asked.target), uniqueness(rows)
    found = np.full((len(splits), len(known)), np.nan)
    for number, split in enumerate(splits):
        report.progress(number, of=len(splits), doing="Cross-validating")
        block = Block(known[split.train], known[split.test], 0, len(rows.timestamps))
        model, _ = fitted(rows, target, unique, block, asked)
        found[number, split.test] = model.predict(rows.features[block.predict])
    report.progress(len(splits), of=len(splits), doing="Cross-validating")

    def judged(prediction: Floats) -> dict[str, float]:
        seen = np.isfinite(prediction)
        rows_seen = known[seen]
        return scores_of(asked.target, target[rows_seen], prediction[seen], unique[rows_seen])

    paths = []
    for chosen in backtest_paths(parts, tested):
        stitched = np.full(len(known), np.nan)
        for part, split_number in enumerate(chosen):
            span = slice(spans[part].first, spans[part].end)
            stitched[span] = found[split_number, span]
        paths.append(judged(stitched))
    used = sum(len(split.train) + len(split.test) for split in splits)
    return CrossValidation(
        parts,
        tested,
        tuple(judged(one) for one in found),
        tuple(paths),
        len(known) * len(splits) - used,
    )
