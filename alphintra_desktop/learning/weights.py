"""How much each label counts: labels that overlap in time tell partly the same.

Average uniqueness: on each bar that a label is open, one over the number of labels open there, and
of these the mean. Lopez de Prado 2018, "Advances in Financial Machine Learning", chapter 4.
"""

from __future__ import annotations

import numpy as np

from alphintra_desktop.learning.dataset import Dataset
from alphintra_desktop.market.bars import Floats


def uniqueness(rows: Dataset) -> Floats:
    """(R,) average uniqueness in (0, 1], symbol by symbol; 0 where the label is not known.

    A label is open on the bars after its own, until its end.
    """
    found = np.zeros(len(rows))
    bars = len(rows.timestamps)
    for number in range(len(rows.symbols)):
        mine = np.flatnonzero((rows.symbol == number) & rows.known)
        first, end = rows.bar[mine] + 1, rows.end[mine] + 1
        open_now = np.cumsum(
            np.bincount(first, minlength=bars + 1) - np.bincount(end, minlength=bars + 1)
        )
        shares = np.concatenate([[0.0], np.cumsum(1.0 / np.maximum(open_now, 1))])
        found[mine] = (shares[end] - shares[first]) / np.maximum(end - first, 1)
    return found
