from __future__ import annotations

import json
import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.backtest.svg_charts import (
    FRAME,
    Chart,
    Line,
    Marks,
    Panel,
    escape_in_script,
    histogram,
    time_chart,
)
from tests.backtest.html_outline import Element, outline

DAYS = np.datetime64("2004-01-01", "ns") + np.arange(6) * np.timedelta64(1, "D")


def _chart(*panels: Panel) -> Element:
    return outline(time_chart(Chart("A & B", DAYS, panels)))


def _panel(*values: float, **more: bool) -> Panel:
    return Panel("P", "money", 100, (Line("L", "strategy", np.array(values, dtype=float)),), **more)


def _line(chart: Element) -> str:
    (path,) = [p for p in chart.all("path") if p.attributes["class"] == "line strategy"]
    return str(path.attributes["d"])


def test_that_a_line_spans_the_frame_and_higher_values_lie_higher() -> None:
    points = re.findall(r"[ML]([\d.]+) ([\d.]+)", _line(_chart(_panel(1, 2, 3, 4, 5, 6))))
    xs, ys = np.array(points, dtype=float).T
    assert xs[0] == FRAME["left"]
    assert xs[-1] == FRAME["width"] - FRAME["right"]
    assert (np.diff(xs) > 0).all()
    assert (np.diff(ys) < 0).all()


def test_that_a_line_is_broken_where_a_value_is_missing() -> None:
    nan = float("nan")
    assert re.sub(r"[\d. ]", "", _line(_chart(_panel(nan, 2, 3, nan, 5, 6)))) == "MLML"


def test_that_a_chart_without_any_value_is_drawn_empty() -> None:
    nan = float("nan")
    assert _line(_chart(_panel(*[nan] * 6))) == ""


def test_that_an_account_that_went_below_zero_cannot_be_shown_logarithmic() -> None:
    for values, possible in (((1, 2, 3, 4, 5, 6), True), ((1, 2, 0, 4, 5, 6), False)):
        chart = _chart(_panel(*values, can_be_logarithmic=True))
        assert json.loads(chart.all("script")[0].text)["panels"][0]["log"] is possible


def test_that_marks_stand_at_their_bar_and_value() -> None:
    marks = Marks("entry", "up", np.array([5]), np.array([6.0]))
    panel = Panel("P", "price", 100, _panel(1, 2, 3, 4, 5, 6).lines, (marks,))
    chart = _chart(panel)
    (mark,) = [p for p in chart.all("path") if p.attributes["class"] == "mark entry"]
    end = _line(chart).rsplit("L", 1)[1]
    assert str(mark.attributes["d"]).startswith(f"M{end}m")


def test_that_a_histogram_has_a_bar_for_every_bin_and_says_its_count() -> None:
    picture = outline(histogram("H", np.array([-0.02, 0.01, 0.011, 0.03, np.nan])))
    counts = [int(t.text.rsplit(": ", 1)[1]) for t in picture.all("title")]
    assert sum(counts) == 4
    sides = {rect.attributes["class"] for rect in picture.all("rect")}
    assert sides == {"gain", "loss"}


@given(st.text())
def test_that_escaped_json_is_the_same_json_and_safe_in_a_script(text: str) -> None:
    escaped = escape_in_script(json.dumps(text))
    assert json.loads(escaped) == text
    assert not set("<>&") & set(escaped)
