"""Charts as inline SVG: lines over bars on shared time axes, and histograms.

How a chart of many bars stays small:
1. Rows of the calendar are thinned to at most `KEPT`, keeping the lowest and the highest value of
   every line in every stretch, and the first and last row. These go into the page as numbers,
   for the script that zooms and reads off values.
2. Each line is thinned again to at most `DRAWN` points and drawn, so that the page is readable
   without a script and prints.

The horizontal axis counts bars, not time: nights and weekends take no room.
Colours and dashes come from the page's style sheet, by class name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.backtest.chart_scales import (
    Rows,
    Times,
    bins,
    nice_ticks,
    thinned,
    time_ticks,
)
from alphintra_desktop.backtest.figures import figure
from alphintra_desktop.market.bars import Floats

KEPT = 6_000
DRAWN = 2_000
# One unit of the picture is a pixel. The script lays out by the same frame, at the width it finds.
FRAME = {"width": 1000, "left": 72, "right": 14, "top": 26, "gap": 34, "bottom": 24}
# What is drawn at a mark, relative to it: the tip of a triangle, the centre of a ring.
SHAPES = {
    "up": "m0 3l-5 9h10z",
    "down": "m0-3l-5-9h10z",
    "ring": "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0",
}


@dataclass(frozen=True)
class Line:
    """Values over all bars of a chart, NaN where there are none. `style` is a class name.

    A filled line is shaded down to zero.
    """

    title: str
    style: str
    values: Floats
    filled: bool = False


@dataclass(frozen=True)
class Marks:
    """Signs at some bars of a chart. `shape` is a name of `SHAPES`, `style` a class name."""

    style: str
    shape: str
    rows: Rows
    values: Floats


@dataclass(frozen=True)
class Panel:
    """One plot of a chart: lines and marks on one vertical axis. `kind` is a kind of figure."""

    title: str
    kind: str
    height: int
    lines: tuple[Line, ...]
    marks: tuple[Marks, ...] = ()
    with_zero: bool = False
    can_be_logarithmic: bool = False


@dataclass(frozen=True)
class Chart:
    """Panels one under the other on one time axis. `kept` rows at most are kept as numbers."""

    title: str
    timestamps: Times
    panels: tuple[Panel, ...]
    kept: int = KEPT


def time_chart(chart: Chart) -> str:
    """The chart as SVG with its numbers as JSON beside it, to be put into a `<figure>`."""
    numbers = json.dumps(_numbers(chart), separators=(",", ":"))
    return (
        f"{_picture(chart)}"
        f'<script type="application/json" class="numbers">{escape_in_script(numbers)}</script>'
    )


def escape_in_script(text: str) -> str:
    """JSON that no HTML parser can mistake for the end of a script or the start of a comment."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def histogram(title: str, values: Floats, kind: str = "fraction") -> str:
    """How often which value came up, as SVG."""
    width, height, left, foot, top = 480, 210, 16, 184, 8
    edges, counts = bins(values[np.isfinite(values)])
    step = (width - 2 * left) / len(counts)
    tall = (foot - top) / max(int(counts.max()), 1)
    bars = [
        f'<rect class="{"gain" if edges[i] >= 0 else "loss"}" x="{left + i * step:.1f}"'
        f' y="{foot - count * tall:.1f}" width="{step - 1:.1f}" height="{count * tall:.1f}">'
        f"<title>{_bin_in_words(edges, i, kind)}: {count:,}</title></rect>"
        for i, count in enumerate(counts.tolist())
    ]
    across = (width - 2 * left) / (edges[-1] - edges[0])
    ticks = [
        f'<text class="tick middle" x="{left + (tick - edges[0]) * across:.1f}"'
        f' y="{height - 8}">{figure(tick, kind, short=True)}</text>'
        for tick in nice_ticks(float(edges[0]), float(edges[-1]))
    ]
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">'
        f'<path class="axis" d="M{left} {foot}H{width - left}"/>{"".join(bars + ticks)}</svg>'
    )


def _bin_in_words(edges: Floats, i: int, kind: str) -> str:
    low, high = figure(float(edges[i]), kind), figure(float(edges[i + 1]), kind)
    if i == len(edges) - 2:
        return f"{low} and more"
    return f"{high} and less" if i == 0 else f"{low} to {high}"


def _picture(chart: Chart) -> str:
    count, top, parts = len(chart.timestamps), FRAME["top"], []
    ticks = _apart(time_ticks(chart.timestamps), count)
    for panel in chart.panels:
        parts.append(_panel(panel, top, [x for x, _ in ticks]))
        top += panel.height + FRAME["gap"]
    height = top - FRAME["gap"] + FRAME["bottom"]
    parts += [
        f'<text class="tick middle" x="{x:.1f}" y="{height - 6}">{label}</text>'
        for x, label in ticks
    ]
    return (
        f'<svg class="plot" viewBox="0 0 {FRAME["width"]} {height}" role="img"'
        f' aria-label="{escape(chart.title)}">{"".join(parts)}</svg>'
    )


def _panel(panel: Panel, top: int, ticks: Sequence[float]) -> str:
    low, high = _limits(panel)
    foot, left, right = top + panel.height, FRAME["left"], FRAME["width"] - FRAME["right"]

    def down(values: Floats) -> Floats:
        return foot - (values - low) / (high - low) * panel.height

    grid = "".join(f"M{x:.1f} {top}V{foot}" for x in ticks)
    levels = []
    for tick in nice_ticks(low, high, max(2, panel.height // 48)):
        y = float(down(np.array(tick)))
        grid += f"M{left} {y:.1f}H{right}"
        text = figure(tick, panel.kind, short=True)
        levels.append(f'<text class="tick end" x="{left - 7}" y="{y + 4:.1f}">{text}</text>')
    zero = float(down(np.array(0.0)))
    return (
        f'<text class="panel-title" x="{left}" y="{top - 9}">{escape(panel.title)}</text>'
        f'<path class="grid" d="{grid}"/>{"".join(levels)}'
        f"{''.join(_line(line, down(line.values), zero) for line in panel.lines)}"
        f"{''.join(_marks(marks, down(marks.values), panel) for marks in panel.marks)}"
    )


def _line(line: Line, ys: Floats, zero: float) -> str:
    rows = thinned([ys], DRAWN)
    xs = across(rows, len(ys))
    shape = _path(xs, ys[rows])
    stroke = f'<path class="line {line.style}" d="{shape}"/>'
    if not line.filled or np.isnan(ys).any():
        return stroke
    inside = f"M{xs[0]:.1f} {zero:.1f}L{shape[1:]}L{xs[-1]:.1f} {zero:.1f}Z"
    return f'<path class="area {line.style}" d="{inside}"/>{stroke}'


def _marks(marks: Marks, ys: Floats, panel: Panel) -> str:
    xs = across(marks.rows, len(panel.lines[0].values)).tolist()
    places = zip(xs, ys.tolist(), strict=True)
    shape = "".join(f"M{x:.1f} {y:.1f}{SHAPES[marks.shape]}" for x, y in places)
    return f'<path class="mark {marks.style}" d="{shape}"/>'


def _limits(panel: Panel) -> tuple[float, float]:
    """The lowest and highest value of the vertical axis, with a little air."""
    columns = [line.values for line in panel.lines] + [marks.values for marks in panel.marks]
    values = np.concatenate([*columns, np.zeros(int(panel.with_zero))])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    flat = high - low <= 1e-5 * abs(high)  # what varies less is rounding
    air = (0.04 * abs(high) or 1.0) if flat else 0.04 * (high - low)
    at_zero = panel.with_zero
    return low - air * (not (at_zero and low == 0.0)), high + air * (
        not (at_zero and high == 0.0 and low < 0.0)
    )


def across(rows: Rows, count: int) -> Floats:
    """Where rows lie from left to right."""
    inside = FRAME["width"] - FRAME["left"] - FRAME["right"]
    places: Floats = FRAME["left"] + rows / max(count - 1, 1) * inside
    return places


def _apart(ticks: Sequence[tuple[int, str]], count: int) -> list[tuple[float, str]]:
    """Places of the ticks, without those whose label would touch another or leave the picture."""
    kept: list[tuple[float, str]] = []
    free = 0.0
    for row, label in ticks:
        x, half = float(across(np.array(row), count)), 3.5 * len(label)
        if x - half > free and x + half < FRAME["width"]:
            kept.append((x, label))
            free = x + half + 6
    return kept


def _path(xs: Floats, ys: Floats) -> str:
    """A line through the points, broken where a value is missing."""
    words, word = [], "M"
    for x, y, here in zip(xs.tolist(), ys.tolist(), np.isfinite(ys).tolist(), strict=True):
        if here:
            words.append(f"{word}{x:.1f} {y:.1f}")
        word = "L" if here else "M"
    return "".join(words)


def _numbers(chart: Chart) -> dict[str, Any]:
    """What the script draws from; rows and times as differences to the one before."""
    rows = thinned([line.values for panel in chart.panels for line in panel.lines], chart.kept)
    seconds = chart.timestamps[rows].astype("datetime64[s]").astype(np.int64)
    unit = next(unit for unit in (86_400, 60, 1) if not (seconds % unit).any())
    return {
        "frame": FRAME,
        "unit": unit,
        "rows": _differences(rows),
        "times": _differences(seconds // unit),
        "panels": [_panel_numbers(panel, rows) for panel in chart.panels],
    }


def _panel_numbers(panel: Panel, rows: Rows) -> dict[str, Any]:
    positive = all(np.nanmin(line.values, initial=np.inf) > 0 for line in panel.lines)
    return {
        "title": panel.title,
        "kind": panel.kind,
        "height": panel.height,
        "zero": panel.with_zero,
        "log": panel.can_be_logarithmic and positive,
        "lines": [
            {
                "title": line.title,
                "style": line.style,
                "filled": line.filled,
                "values": _six_digits(line.values[rows]),
            }
            for line in panel.lines
        ],
        "marks": [
            {
                "style": marks.style,
                "shape": SHAPES[marks.shape],
                "rows": marks.rows.tolist(),
                "values": _six_digits(marks.values),
            }
            for marks in panel.marks
        ],
    }


def _differences(values: npt.NDArray[Any]) -> list[int]:
    differences: list[int] = np.diff(values, prepend=0).tolist()
    return differences


def _six_digits(values: Floats) -> list[float | None]:
    here = np.isfinite(values).tolist()
    return [float(f"{v:.6g}") if ok else None for v, ok in zip(values.tolist(), here, strict=True)]
