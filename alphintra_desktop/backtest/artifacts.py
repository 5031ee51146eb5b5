"""The files of a run: what ran, what came out, and the report."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from alphintra_desktop.backtest.html_report import html_report
from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.codegen.module import StrategyCode
from alphintra_desktop.disk import write_file


def write_artifacts(
    result: BacktestResult, code: StrategyCode, graph_text: str, folder: Path, *, with_report: bool
) -> None:
    """Write graph, strategy, manifest, metrics, tables and, if wanted, `report.html`."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "graph.alphintra": graph_text,
        "strategy.py": code.text,
        "manifest.json": _json(result.manifest),
        "metrics.json": _json(
            {"strategy": result.metrics, "buy_and_hold": result.benchmark_metrics}
        ),
        "trades.csv": csv_text(result.trades),
        "orders.csv": csv_text(result.orders),
    }
    if with_report:
        texts["report.html"] = html_report(result, graph_text=graph_text, code=code.text)
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


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV. Texts that a spreadsheet would run as a formula get a quote before them."""
    safe = table.copy()
    for name in safe.columns:
        if safe[name].dtype == object or pd.api.types.is_string_dtype(safe[name]):
            safe[name] = safe[name].map(_no_formula)
    return str(safe.to_csv(index=False))


def _no_formula(text: Any) -> Any:
    return f"'{text}" if isinstance(text, str) and text[:1] in "=+-@\t\r" and text[:1] else text


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
