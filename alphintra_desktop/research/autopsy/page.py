"""The autopsy as one HTML page that needs nothing else, in the style of the backtest's report."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import numpy as np

from alphintra_desktop.backtest.figures import figure
from alphintra_desktop.backtest.html_report import page_head, page_script
from alphintra_desktop.backtest.report_elements import Cell, gain, scrolling, table
from alphintra_desktop.backtest.svg_charts import histogram
from alphintra_desktop.research.autopsy.findings import headline_words
from alphintra_desktop.research.autopsy.page_tables import stress_tables
from alphintra_desktop.simulation.metrics import format_metric

Found = Mapping[str, Any]

WRAPPED = "white-space: normal; min-width: 16em"


def autopsy_page(found: Found) -> str:
    """The whole page."""
    sections = (
        ("integrity", "How much to believe", _integrity(found)),
        ("tried", "What was tried", _tried(found)),
        ("overfitting", "Overfitting of the choice", _said(found["overfitting"])),
        ("lives", "Where the edge lives", _lives(found)),
        ("kills", "What kills it", _kills(found)),
        ("causality", "Does it look ahead", _said(found["causality"])),
        ("holdout", "Data that nobody had seen", _said(found["holdout"])),
        ("marks", "Marks of the run", _marks(found)),
    )
    links = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title, _ in sections)
    body = "".join(
        f'<section id="{name}" aria-labelledby="{name}-title">'
        f'<h2 id="{name}-title">{title}</h2>{content}</section>'
        for name, title, content in sections
    )
    return (
        f"{page_head(found['name'], 'autopsy')}<body><header>{_heading(found)}"
        f'<nav aria-label="Sections"><ul>{links}</ul></nav></header><main>{body}</main>'
        f"{page_script()}</body></html>\n"
    )


def _heading(found: Found) -> str:
    first, last = found["period"]
    repeated = "the same to the bit" if found["identical"] else "NOT the same as recorded"
    facts = {
        "Symbols": ", ".join(found["symbols"][:12]),
        "Period": f"{first} to {last}, {found['bars']:,} bars",
        "Run": found["run"],
        "Repeated": repeated,
    }
    items = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts.items())
    return f'<h1>Autopsy of {escape(found["name"])}</h1><dl class="facts">{items}</dl>'


# ----------------------------------------------------------------------- the sections


def _integrity(found: Found) -> str:
    score = found["integrity"]
    words = headline_words(found)
    note = (
        "Each part is a number from 0 to 1 by its formula, times its weight. What is unknown earns "
        "nothing. Weights are judgements, the same for every run; the score is no probability."
    )
    cards = (
        ("Integrity", f"{score['score']:.0f} of {score['out_of']}", "points earned"),
        ("Unknown", f"{score['unknown']}", "points that nobody knows"),
        ("Sharpe ratio", _metric(found, "sharpe"), f"return {_metric(found, 'total_return')}"),
        ("Trials on this data", f"{found['tried']['trials']:,}", "counted in the ledger"),
    )
    return (
        f"{_cards(cards)}{_paragraphs(words)}{_parts(score['parts'])}"
        f'<p class="soft">{escape(note)}</p>'
    )


def _metric(found: Found, name: str) -> str:
    return format_metric(name, found["headline"][name])


def _cards(cards: Iterable[tuple[str, str, str]]) -> str:
    items = "".join(
        f'<div><dt>{escape(title)}</dt><dd class="value">{escape(value)}</dd>'
        f'<dd class="beside">{escape(beside)}</dd></div>'
        for title, value, beside in cards
    )
    return f'<dl class="cards">{items}</dl>'


def _parts(parts: Iterable[Found]) -> str:
    """Every part with a link to its evidence."""
    rows = "".join(
        f'<tr><th scope="row"><a href="#{part["evidence"]}">{escape(part["title"])}</a></th>'
        f'<td class="number">{_points(part)}</td><td class="number">{part["weight"]}</td>'
        f'<td style="{WRAPPED}">{escape(part["why"])}</td>'
        f'<td class="soft" style="{WRAPPED}">{escape(part["formula"])}</td></tr>'
        for part in parts
    )
    heads = ("Part", "Points", "Of", "Why", "Formula")
    head = "".join(
        f'<th scope="col" class="{"number" * (name in ("Points", "Of"))}">{name}</th>'
        for name in heads
    )
    listing = (
        "<table><caption>Every part, with a link to its evidence.</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
    return scrolling(listing, "Parts of the integrity score")


def _points(part: Found) -> str:
    return "unknown" if part["points"] is None else f"{part['points']:.1f}"


def _tried(found: Found) -> str:
    one = found["tried"]
    luck = one["luck"]
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in one["by_kind"].items())
    rows = (
        ("Sharpe ratio of this run", figure(one["sharpe"], "ratio")),
        ("Different trials on this data", f"{one['trials']:,}"),
        ("In the ledger on it, by kind of work", kinds or "none"),
        ("The best of so many without skill", figure(luck["lucky_sharpe"], "ratio")),
        ("Probabilistic Sharpe ratio", figure(luck["probabilistic_sharpe"], "fraction")),
        ("Deflated Sharpe ratio", figure(luck["deflated_sharpe"], "fraction")),
        ("False discovery rate of this run", figure(one["discovery_rate"], "fraction")),
    )
    listing = table(
        "What the ledger of this project counts, and what luck would have given.",
        ("", "Value"),
        [(Cell(name, "", head=True), Cell(text)) for name, text in rows],
    )
    return f"{_paragraphs(one['said'])}{listing}"


def _lives(found: Found) -> str:
    one, parts = found["lives"], []
    for group in one["by_bar"]:
        parts.append(_bar_group(group))
    for group in one["by_trade"]:
        parts.append(_trade_group(group))
    return f"{_paragraphs(one['said'])}{_best(one['best_trades'])}{''.join(parts)}"


def _bar_group(group: Found) -> str:
    note = (
        "The sum of the strategy's bar returns. The error is that of a Sharpe ratio on so many "
        "bars without skill."
    )
    rows = [
        (
            Cell(row["label"], "", head=True),
            Cell(f"{row['bars']:,}"),
            Cell(figure(row["share_of_bars"], "fraction")),
            gain(row["return"], "fraction"),
            Cell(figure(row["share_of_return"], "fraction")),
            Cell(figure(row["sharpe"], "ratio")),
            Cell(f"± {row['error']:.2f}"),
        )
        for row in group["rows"]
    ]
    heads = ("", "Bars", "Of all", "Return", "Of all", "Sharpe", "Error")
    listing = scrolling(table(note, heads, rows), group["title"])
    return f'<h3 id="lives-{group["name"]}">{escape(group["title"])}</h3>{listing}'


def _trade_group(group: Found) -> str:
    rows = [
        (
            Cell(row["label"], "", head=True),
            Cell(f"{row['trades']:,}"),
            gain(row["profit"], "money"),
            Cell(figure(row["share_of_profit"], "fraction")),
            Cell(figure(row["win_rate"], "fraction")),
        )
        for row in group["rows"][:100]
    ]
    heads = ("", "Trades", "Profit", "Of all", "Won")
    listing = scrolling(table("Profit after costs.", heads, rows), group["title"])
    return f'<h3 id="lives-{group["name"]}">{escape(group["title"])}</h3>{listing}'


def _best(best: Found) -> str:
    rows = (
        ("Trades", f"{best['of']:,}"),
        (f"Profit of the best {best['count']}", figure(best["profit"], "money")),
        ("Profit of all", figure(best["total"], "money")),
        ("Share of the best", figure(best["share"], "fraction")),
        ("Profit without them", figure(best["without"], "money")),
    )
    listing = table(
        "If a few trades made it all, there are too few to tell skill from luck.",
        ("", "Value"),
        [(Cell(name, "", head=True), Cell(text)) for name, text in rows],
    )
    return f'<h3 id="best-trades">The best trades</h3>{listing}'


def _kills(found: Found) -> str:
    parts = []
    for name, part in found["kills"]["parts"].items():
        parts.append(
            f'<h3 id="kills-{name}">{escape(part["title"])}</h3>{_paragraphs(part["said"])}'
        )
        if not part["skipped"]:
            parts.append(stress_tables(name, part))
            parts.append(_drawn(name, part))
    return "".join(parts)


def _drawn(name: str, part: Found) -> str:
    """How one measure came out over all paths, where that is worth seeing."""
    told = {
        "paths": ("sharpe", "Sharpe ratios on other paths", "ratio"),
        "entries": ("mean_trade", "Mean trade of random strategies", "fraction"),
        "order": ("max_drawdown", "Largest drawdowns of other orders", "fraction"),
    }.get(name)
    if told is None:
        return ""
    values = np.array([_number(v) for v in part[told[0]]["values"]])
    if not np.isfinite(values).any():
        return ""
    drawn = histogram(told[1], values, told[2])
    return f'<figure class="pair"><div><figcaption>{told[1]}</figcaption>{drawn}</div></figure>'


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _marks(found: Found) -> str:
    return _paragraphs(found["marks"] or ["Nothing marks this run."])


def _said(section: Found) -> str:
    return _paragraphs(section["said"])


def _paragraphs(said: Iterable[str]) -> str:
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in said)
