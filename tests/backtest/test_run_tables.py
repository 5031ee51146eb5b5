"""The tables of a recorded run, against pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from alphintra_desktop.backtest.run_tables import spread


def test_that_a_spread_counts_every_return_but_those_of_nothing():
    values = np.array([0.01, -0.02, 0.0, 0.0, 0.03, np.nan, 0.005, -0.001, 0.0])
    found = spread(values)
    known = pd.Series(values).dropna()
    assert (found.count, found.idle) == (8, 3)
    assert found.counts.sum() == 5
    assert found.mean == pytest.approx(known.mean())
    assert found.deviation == pytest.approx(known.std())
    assert found.tail == pytest.approx(known.quantile(0.05))


@pytest.mark.parametrize("values", [np.empty(0), np.zeros(5), np.array([0.1])])
def test_that_a_spread_of_few_returns_is_one_too(values):
    found = spread(values)
    assert found.counts.sum() == np.count_nonzero(values)
    assert len(found.edges) == len(found.counts) + 1
