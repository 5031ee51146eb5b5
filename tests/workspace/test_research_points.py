"""The points of a sweep as maps, slices and tables ask for them."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.workspace.research_points import (
    AT_POINT,
    BEST,
    MEAN,
    WORST,
    PointTable,
    as_text,
    cells_of,
    gathered,
    points_of,
    read_points,
    slice_of,
    varied,
)

FAST, SLOW, STOP = "Fast.period", "Slow.period", "Stop.on"


def cube() -> PointTable:
    """2 x 3 x 2 points whose Sharpe ratio is fast + slow / 10, and 1 more with the stop."""
    rows = [(f, s, on) for f in (1, 2) for s in (10, 20, 30) for on in (False, True)]
    sharpe = np.array([f + s / 10 + on for f, s, on in rows], dtype=np.float64)
    params = tuple(
        varied(name, np.array(column))
        for name, column in zip((FAST, SLOW, STOP), zip(*rows, strict=True), strict=True)
    )
    return PointTable(params, {"sharpe": sharpe, "trades": np.arange(12.0)})


@pytest.mark.parametrize(("way", "more"), [(BEST, 1.0), (WORST, 0.0), (MEAN, 0.5)])
def test_that_a_map_takes_the_other_params_as_asked(way, more):
    cells = cells_of(cube(), (1, 0), "sharpe", way)
    assert cells.x.name == SLOW
    assert cells.values.tolist() == [[2 + more, 3 + more, 4 + more], [3 + more, 4 + more, 5 + more]]


def test_that_a_map_can_hold_the_other_params_at_a_point():
    table = cube()
    at = table.find({FAST: 1, SLOW: 10, STOP: False})
    cells = cells_of(table, (1, 0), "sharpe", AT_POINT, at)
    assert cells.values.tolist() == [[2.0, 3.0, 4.0], [3.0, 4.0, 5.0]]


def test_that_a_cell_knows_the_point_behind_it_and_one_without_a_number_has_none():
    table = cube()
    table.measures["sharpe"][[0, 1]] = math.nan
    cells = cells_of(table, (1, 0), "sharpe", BEST)
    assert math.isnan(cells.values[0, 0])
    assert cells.points[0, 0] == -1
    assert table.values_at(int(cells.points[1, 2])) == {FAST: 2, SLOW: 30, STOP: True}


def test_that_a_slice_tells_the_best_the_middle_and_the_line_through_a_point():
    table = cube()
    at = table.find({FAST: 2, SLOW: 10, STOP: False})
    shown = slice_of(table, 1, "sharpe", at)
    assert shown.best.tolist() == [4.0, 5.0, 6.0]
    assert shown.middle.tolist() == [3.0, 4.0, 5.0]
    assert shown.through.tolist() == [3.0, 4.0, 5.0]


def test_that_a_point_that_does_not_exist_is_not_found():
    assert cube().find({FAST: 3, SLOW: 10, STOP: False}) is None
    assert cube().find({FAST: 1}) is None


def test_that_params_with_very_many_values_are_gathered_for_a_map():
    one = gathered(varied(FAST, np.arange(1000)))
    assert len(one.values) == 200
    assert one.places.max() == 199
    assert one.values[1] == 5


def test_that_points_are_written_so_that_no_cell_is_a_formula():
    text = as_text(cube(), [11, 0])
    assert text.splitlines()[0] == "Fast.period,Slow.period,Stop.on,Sharpe ratio,Trades"
    assert text.splitlines()[1] == "2,30,True,6.0,11.0"
    assert as_text(cube(), [0], "\t").splitlines()[1].split("\t")[0] == "1"


def test_that_trials_on_axes_become_points():
    axes = [{"name": FAST, "values": [5, 7, 9]}, {"name": STOP, "values": [False, True]}]
    one = {"sharpe": 1.0, "total_return": None, "max_drawdown": -0.1, "trades": 3}
    table = points_of(axes, [[2, 1]], [one])
    assert table.values_at(0) == {FAST: 9, STOP: True}
    assert math.isnan(table.measures["total_return"][0])


def test_that_a_table_is_read_and_a_missing_one_is_told_plainly(tmp_path):
    path = tmp_path / "sweep.parquet"
    with pytest.raises(AlphintraError, match=r"sweep\.parquet cannot be read"):
        read_points(path)
    columns = {FAST: [1, 2], "total_return": [0.1, 0.2], "sharpe": [1.0, 2.0]}
    parquet.write_table(pa.table(columns), path)
    table = read_points(path)
    assert table.count == 2
    assert [*table.measures] == ["sharpe", "total_return"]
    assert table.words(1) == "Fast.period 2:  Sharpe ratio 2.000, Total return 20.00%"
