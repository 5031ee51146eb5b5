"""What causality checks and stress tests have found, as pages and tables want it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alphintra_desktop.research.causality_task import said_of
from alphintra_desktop.workspace.research_results import metric_text
from alphintra_desktop.workspace.research_runs import ResearchRun


@dataclass(frozen=True, eq=False)
class CausalityFound:
    """A causality check: its findings, the worst first, and what of each node was tested."""

    run: ResearchRun
    looks_ahead: bool
    first_guilty: str
    findings: tuple[Mapping[str, Any], ...]
    sentences: tuple[str, ...]
    node_rows: tuple[tuple[str, ...], ...]


def load_causality(run: ResearchRun) -> CausalityFound:
    """Read a finished check."""
    result = run.result or {}
    guilty = {one["node"] for one in result["findings"] if one["looks_ahead"]}
    findings = sorted(result["findings"], key=lambda one: not one["looks_ahead"])
    return CausalityFound(
        run,
        bool(result["looks_ahead"]),
        result["first_guilty"],
        tuple(findings),
        said_of(result),
        tuple(_node_row(one, guilty) for one in result["nodes"]),
    )


def _node_row(one: Mapping[str, Any], guilty: set[str]) -> tuple[str, ...]:
    settles = ("never" if bars is None else f"{bars:,}" for bars in one["settles"])
    verdict = "looks ahead" if one["node"] in guilty else "no change seen"
    return one["title"], verdict, f"{one['tests']:,}", f"{one['failed_tests']:,}", *settles


# ------------------------------------------------------------------------------ stress


@dataclass(frozen=True)
class SpreadRow:
    """How one measure came out over many paths: a row of an interval chart."""

    title: str
    measured: float
    low: float
    middle: float
    high: float
    about: str = ""


@dataclass(frozen=True, eq=False)
class StressFound:
    """A stress test: `parts` as `research.resampling.stress` describes them."""

    run: ResearchRun
    whole: Mapping[str, Any]
    parts: Mapping[str, Mapping[str, Any]]

    def part(self, name: str) -> Mapping[str, Any] | None:
        """A part that was done."""
        found = self.parts.get(name)
        return found if found is not None and not found["skipped"] else None

    @property
    def interval_rows(self) -> list[list[str]]:
        """The interval of every metric, as a table."""
        found = self.part("bootstrap")
        return [_interval_row(*pair) for pair in found["metrics"].items()] if found else []

    def disturbed(self, measure: str) -> list[SpreadRow]:
        """How a measure came out over all kinds of disturbed runs."""
        rows = []
        for name, key, words in LEVELS:
            found = self.part(name)
            if found is None:
                continue
            about = f"{found['paths']:,} paths"
            for level in found["levels"]:
                rows.append(_spread_row(words.format(level[key]), level[measure], about))
        found = self.part("paths")
        if found:
            rows.append(_spread_row("Other paths of the same bars", found[measure], ""))
        return rows

    def controls(self, measure: str) -> list[SpreadRow]:
        """How a measure came out where nobody can earn."""
        found = self.part("controls")
        if not found:
            return []
        return [
            _spread_row(one["title"], one[measure], "earns" if one["earns"] else "does not earn")
            for one in found["controls"].values()
        ]


LEVELS = (
    ("skip", "share", "{:.0%} of trades not taken"),
    ("noise", "level", "Candle noise, {:.0%} of the volatility"),
    ("jitter", "level", "Params moved by up to {:.0%}"),
)
INTERVAL_HEADS = ("Metric", "Measured", "Low", "Middle", "High", "Unlucky", "Above 0")


def load_stress(run: ResearchRun) -> StressFound:
    """Read a finished stress test."""
    result = run.result or {}
    return StressFound(run, result, result["parts"])


def _interval_row(name: str, one: Mapping[str, Any]) -> list[str]:
    figures = (one[key] for key in ("measured", "low", "median", "high", "unlucky"))
    above = one["above_zero"]
    title = name.replace("_", " ").capitalize()
    shown = title if one["is_interval"] else f"{title} (range only)"
    share = "" if above is None else f"{above:.0%}"
    return [shown, *(metric_text(name, value) for value in figures), share]


def _spread_row(title: str, spread: Mapping[str, Any], about: str) -> SpreadRow:
    names = ("measured", "p05", "p50", "p95")
    measured, low, middle, high = (
        math.nan if spread[name] is None else float(spread[name]) for name in names
    )
    return SpreadRow(title, measured, low, middle, high, about)
