"""What an autopsy has found: a score whose every part opens its evidence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alphintra_desktop.workspace.research_checks import StressFound
from alphintra_desktop.workspace.research_points import read_json
from alphintra_desktop.workspace.research_results import metric_text
from alphintra_desktop.workspace.research_runs import ResearchRun

KILLS = "kills-"
SECTIONS = {
    "tried": "What was tried",
    "overfitting": "Overfitting of the choice",
    "lives": "Where the edge lives",
    "causality": "Does it look ahead",
    "holdout": "Data that nobody had seen",
    "marks": "Marks of the run",
}
GOOD, POOR = 0.66, 0.33


@dataclass(frozen=True)
class EvidenceTable:
    """A table of evidence."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Evidence:
    """What stands behind a part of the score."""

    title: str
    sentences: tuple[str, ...]
    tables: tuple[EvidenceTable, ...] = ()


@dataclass(frozen=True, eq=False)
class AutopsyFound:
    """An autopsy: `whole` is what `research.autopsy.findings` describes."""

    run: ResearchRun
    whole: Mapping[str, Any]
    page: Path

    @property
    def score(self) -> Mapping[str, Any]:
        """The integrity score."""
        score: Mapping[str, Any] = self.whole["integrity"]
        return score

    @property
    def parts(self) -> tuple[Mapping[str, Any], ...]:
        """The parts of the score, what costs the most points first."""
        found = self.score["parts"]
        return tuple(sorted(found, key=lambda part: (part["points"] or 0.0) - part["weight"]))

    @property
    def kills(self) -> StressFound:
        """The stress test within."""
        return StressFound(self.run, self.whole["kills"], self.whole["kills"]["parts"])

    def evidence(self, part: Mapping[str, Any]) -> Evidence:
        """What stands behind a part."""
        where = part["evidence"]
        if where.startswith(KILLS):
            stress = self.whole["kills"]["parts"][where.removeprefix(KILLS)]
            return Evidence(stress["title"], tuple(stress["said"]))
        if where == "marks":
            return Evidence(SECTIONS[where], tuple(self.whole["marks"]) or ("There are none.",))
        section = self.whole[where]
        tables = {"tried": _tried_tables, "lives": _lives_tables}.get(where, _no_tables)
        return Evidence(SECTIONS.get(where, where), tuple(section["said"]), tables(section))


def load_autopsy(run: ResearchRun) -> AutopsyFound:
    """Read a finished autopsy. Raises `AlphintraError`."""
    kept = run.folder / "artifacts"
    return AutopsyFound(run, read_json(kept / "autopsy.json"), kept / "autopsy.html")


def points_told(part: Mapping[str, Any]) -> str:
    """The points of a part, of those there are."""
    if part["points"] is None:
        return f"unknown, of {part['weight']}"
    return f"{part['points']:.1f} of {part['weight']}"


def score_told(score: Mapping[str, Any]) -> str:
    """The whole score, with what nobody knows."""
    unknown = score["unknown"]
    more = f", and up to {unknown} more that nobody knows" if unknown else ""
    return f"{score['score']:.0f} of {score['out_of']}{more}"


def _no_tables(_: Mapping[str, Any]) -> tuple[EvidenceTable, ...]:
    return ()


def _tried_tables(section: Mapping[str, Any]) -> tuple[EvidenceTable, ...]:
    rows = tuple((kind, f"{count:,}") for kind, count in section["by_kind"].items())
    return (EvidenceTable("Trials on this data", ("Kind of work", "Trials"), rows),)


def _lives_tables(section: Mapping[str, Any]) -> tuple[EvidenceTable, ...]:
    by_bar = (
        EvidenceTable(
            group["title"],
            (group["title"], "Bars", "Return", "Share of return", "Sharpe ratio"),
            tuple(_bar_row(row) for row in group["rows"]),
        )
        for group in section["by_bar"]
    )
    by_trade = (
        EvidenceTable(
            group["title"],
            (group["title"], "Trades", "Profit", "Share of profit", "Won"),
            tuple(_trade_row(row) for row in group["rows"]),
        )
        for group in section["by_trade"]
    )
    return (*by_bar, *by_trade)


def _bar_row(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        str(row["label"]),
        f"{row['bars']:,}",
        metric_text("total_return", row["return"]),
        _share(row["share_of_return"]),
        metric_text("sharpe", row["sharpe"]),
    )


def _trade_row(row: Mapping[str, Any]) -> tuple[str, ...]:
    profit = row["profit"]
    return (
        str(row["label"]),
        f"{row['trades']:,}",
        "" if profit is None else f"{profit:,.0f}",
        _share(row["share_of_profit"]),
        _share(row["win_rate"]),
    )


def _share(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.0%}"
