"""The files of a run: what ran, what came out, and the report."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from alphintra_desktop.backtest.html_report import html_report
from alphintra_desktop.backtest.result import BacktestResult, Finding
from alphintra_desktop.backtest.spreadsheet_text import no_formula
from alphintra_desktop.codegen.module import StrategyCode
from alphintra_desktop.disk import write_file


def write_artifacts(
    result: BacktestResult, code: StrategyCode, graph_text: str, folder: Path
) -> None:
    """Write graph, strategy, manifest, metrics, facts and tables."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "graph.alphintra": graph_text,
        "strategy.py": code.text,
        "manifest.json": _json(result.manifest),
        "metrics.json": _json(
            {"strategy": result.metrics, "buy_and_hold": result.benchmark_metrics}
        ),
        "result.json": _json(_facts(result, code)),
        "trades.csv": csv_text(result.trades),
        "orders.csv": csv_text(result.orders),
    }
    for name, text in texts.items():
        write_file(folder / name, text)
    equity = pd.DataFrame(
        {
            "timestamp": result.bars.timestamps,
            "equity": result.equity,
            "drawdown": result.drawdown,
            "exposure": result.exposure,
            "buy_and_hold": result.benchmark,
        }
    )
    equity.to_parquet(folder / "equity.parquet", index=False)


def write_report(
    result: BacktestResult,
    code: StrategyCode,
    graph_text: str,
    folder: Path,
    luck: Mapping[str, float] | None,
) -> None:
    """Write `report.html`."""
    page = html_report(result, graph_text=graph_text, code=code.text, luck=luck)
    write_file(folder / "report.html", page)


def write_luck(found: Mapping[str, float], folder: Path) -> None:
    """Write down what `luck` found, which is known only once the run has been recorded."""
    write_file(folder / "luck.json", _json(found))


def _facts(result: BacktestResult, code: StrategyCode) -> dict[str, Any]:
    """What a reader wants to know before the numbers, and which bars were traded on."""
    return {
        "name": result.name,
        "symbols": list(result.bars.symbols),
        "adjusted": code.trading.data.adjusted,
        "bars_per_year": result.bars_per_year,
        "findings": [_finding(finding) for finding in result.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    place = None if finding.place is None else asdict(finding.place)
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
        "place": place,
    }


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV. Texts that a spreadsheet would run as a formula get a quote before them."""
    safe = table.copy()
    for name in safe.columns:
        if safe[name].dtype == object or pd.api.types.is_string_dtype(safe[name]):
            safe[name] = safe[name].map(no_formula)
    return str(safe.to_csv(index=False))


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(_finite(dict(value)), indent=2, default=str) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
