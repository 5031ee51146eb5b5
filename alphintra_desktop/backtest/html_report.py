"""The report of a backtest: one HTML file that needs nothing else and holds the graph itself.

The page forbids itself every request by its content security policy, and runs one script only,
named there by its hash. It is readable without that script.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib import resources

from alphintra_desktop.backtest import report_charts as charts
from alphintra_desktop.backtest import report_sections as sections
from alphintra_desktop.backtest.report_luck import luck_section
from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.backtest.svg_charts import escape_in_script
from alphintra_desktop.errors import AlphintraError

GRAPH_OPENS = '<script type="application/json" id="alphintra-graph">'
GRAPH = re.compile(re.escape(GRAPH_OPENS) + r"(.*?)</script>", re.DOTALL)


def html_report(
    result: BacktestResult, *, graph_text: str, code: str, luck: Mapping[str, float] | None = None
) -> str:
    """The whole page. `graph_text` is the graph file as it lies on disk, `code` the strategy's.

    `luck` is what `backtest.luck` found; without it the page says that trials were not counted.
    """
    parts = (
        ("findings", "Findings", sections.findings(result)),
        ("headlines", "At a glance", sections.headlines(result, luck)),
        ("luck", "Skill or luck", luck_section(result, luck)),
        ("equity", "Equity and drawdown", charts.account(result)),
        ("months", "Monthly returns", sections.months(result)),
        ("years", "Years", sections.yearly(result)),
        ("prices", "Trades on price", charts.prices(result)),
        ("returns", "Distribution of returns", charts.distributions(result)),
        ("drawdowns", "Worst drawdowns", sections.drawdowns(result)),
        ("trades", "Trades", sections.trades(result)),
        ("metrics", "All metrics", sections.metrics(result)),
        ("costs", "Costs", sections.costs_paid(result)),
        ("origin", "Where this comes from", _origin(result, code)),
    )
    links = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title, _ in parts)
    body = "".join(
        f'<section id="{name}" aria-labelledby="{name}-title">'
        f'<h2 id="{name}-title">{title}</h2>{content}</section>'
        for name, title, content in parts
    )
    return (
        f"{page_head(result.name)}<body><header>{sections.heading(result)}"
        f"{sections.banner(result)}"
        f'<nav aria-label="Sections"><ul>{links}</ul></nav></header><main>{body}</main>'
        f"{GRAPH_OPENS}{escape_in_script(json.dumps(graph_text))}</script>"
        f"{page_script()}</body></html>\n"
    )


def graph_from_report(text: str) -> str:
    """The graph file that a report holds, as it was, to the byte.

    Raises `AlphintraError` when there is none.
    """
    found = GRAPH.search(text)
    try:
        graph = json.loads(found[1]) if found else None
    except json.JSONDecodeError:
        graph = None
    if not isinstance(graph, str):
        raise AlphintraError(
            "This HTML file holds no Alphintra graph.",
            hint="Choose a report that `alphintra backtest` wrote, whole and unchanged.",
        )
    return graph


def _origin(result: BacktestResult, code: str) -> str:
    words = (
        "This file holds the graph it was made from: <code>alphintra open</code> with this file's"
        " name gives it back."
    )
    return f"<p>{words}</p>{sections.manifest(result)}{sections.generated_code(code)}"


def page_script() -> str:
    """The one script of a page, which sorts tables and zooms charts."""
    return f"<script>{_resource('report.js')}</script>"


def page_head(name: str, kind: str = "backtest report") -> str:
    """The head of a page in this style, with the policy that lets it run nothing else."""
    digest = hashlib.sha256(_resource("report.js").encode()).digest()
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
        f" form-action 'none'; script-src 'sha256-{base64.b64encode(digest).decode()}'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<title>{escape(name)} - {kind}</title>"
        f"<style>{_resource('report.css')}</style></head>"
    )


@cache
def _resource(name: str) -> str:
    """A file that lies beside this module."""
    return resources.files("alphintra_desktop.backtest").joinpath(name).read_text("utf-8")
