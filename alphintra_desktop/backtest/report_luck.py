"""The report's section on luck: what a Sharpe ratio is worth after all that was tried."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from html import escape

from alphintra_desktop.backtest.figures import figure
from alphintra_desktop.backtest.luck import CONFIDENCE, chance, luck_in_words
from alphintra_desktop.backtest.report_elements import Cell, table
from alphintra_desktop.backtest.result import BacktestResult


def luck_section(result: BacktestResult, luck: Mapping[str, float] | None) -> str:
    """The sentences and the figures behind them; `luck` None: trials were not counted."""
    if luck is None:
        return "<p>The trials on this data were not counted for this page.</p>"
    words = " ".join(escape(sentence) for sentence in luck_in_words(luck))
    return f"<p>{words}</p>{_figures(result, luck)}"


def _figures(result: BacktestResult, luck: Mapping[str, float]) -> str:
    rows = [(Cell(name, "", head=True), Cell(text)) for name, text in _rows(result, luck)]
    caption = (
        "Of the Sharpe ratio, by Bailey and Lopez de Prado (2012, 2014). Every different trial of "
        "this project on any of these bars counts, in its ledger, which nobody can shorten unseen."
    )
    return table(caption, ("", "Value"), rows)


def _rows(result: BacktestResult, luck: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    sure = f"{CONFIDENCE * 100:.0f} %"
    yield "Sharpe ratio", figure(result.metrics["sharpe"], "ratio")
    yield "Different trials on this data", figure(luck["trials"], "count")
    if math.isnan(luck["probabilistic_sharpe"]):
        return
    yield "Probabilistic Sharpe ratio: true one above 0", chance(luck["probabilistic_sharpe"])
    yield "The best of so many trials without skill", figure(luck["lucky_sharpe"], "ratio")
    yield "Deflated Sharpe ratio: true one above that", chance(luck["deflated_sharpe"])
    shortest = luck["minimum_bars"]
    yield (
        f"Minimum track record to be {sure} sure of more than 0",
        "no length is enough" if math.isnan(shortest) else f"{figure(shortest, 'count')} bars",
    )
    yield "Bars there are", figure(luck["bars"], "count")
