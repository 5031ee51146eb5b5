"""Training as a job: a drawing comes in as text, models, predictions and a model card are left.

1. The features and the label become rows, on the bars that the drawing names.
2. Models are trained by the schedule, and what each had not seen is predicted.
3. The predictions are stored as a table of events: each is known at the close of its bar, so that
   a strategy reads them as it reads any event, and never one of a model that had seen the bar.
4. One more model, for bars to come, learns from every label that is known. It is kept with its
   card; its own quality is what the models before it showed out of sample.
"""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from alphintra_desktop.backtest.data_findings import fit_to_run
from alphintra_desktop.backtest.features import code_of, defined
from alphintra_desktop.backtest.run import load_data
from alphintra_desktop.disk import write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import content_hash, graph_from_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.learning.card import model_card
from alphintra_desktop.learning.cross_validation import cross_validated
from alphintra_desktop.learning.dataset import TARGETS, dataset_of
from alphintra_desktop.learning.model_files import write_model
from alphintra_desktop.learning.models import model_kind, settings_of
from alphintra_desktop.learning.schedule import Schedule
from alphintra_desktop.learning.spec import TrainSpec
from alphintra_desktop.learning.training import Asked, Trained, final_model, train
from alphintra_desktop.market.event_store import FINGERPRINT, EventTable, store_events
from alphintra_desktop.market.events import bar_ends, ordered
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.nodes.models import FIELD, table_of
from alphintra_desktop.report import Report
from alphintra_desktop.runs.canonical import finite

LIBRARIES = ("numpy", "scikit-learn", "lightgbm", "xgboost-cpu", "ta-lib")


def run_train(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: train, keep models and predictions, and return a summary.

    The summary can be held by JSON. What fails, or is cancelled, leaves nothing.
    """
    features = tuple((name, where) for name, where in arguments["features"])
    spec = TrainSpec(**{**arguments, "features": features})
    asked = _asked(spec)
    graph = graph_from_text(spec.graph, spec.where)
    report.progress(0, of=0, doing="Loading bars")
    code = code_of(defined(graph, "training", dict(spec.features)))
    loaded = fit_to_run(load_data(code), report, ignore_quality=spec.ignore_quality)
    made, rows = dataset_of(graph, dict(spec.features), spec.label, loaded)
    trained = train(rows, asked, report)
    report.progress(0, of=0, doing="Keeping the model")
    place = folder / "artifacts"
    try:
        config = _config(spec, graph, loaded, trained)
        config["expressions"] = dict(made.expressions)
        write_model(final_model(rows, asked), config, place / "model")
        write_file(place / "features.py", made.code)
        write_file(place / "graph.alphintra", spec.graph)
        _write_predictions(trained, place / "predictions.parquet")
        found = {**summary(trained), "name": spec.name, "run": folder.name}
        if spec.folds:
            checked = cross_validated(rows, asked, spec.folds, spec.tested, report)
            found["cross_validation"] = checked.as_dict()
        write_file(place / "model" / "card.md", model_card(spec.name, config, found))
        write_file(place / "training.json", json.dumps(finite(found), indent=2) + "\n")
        table = _store(spec, loaded, trained)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return {**found, "table": table.name, "predictions": table.rows, "field": FIELD}


def _asked(spec: TrainSpec) -> Asked:
    if spec.target not in TARGETS:
        raise AlphintraError(
            f"A model cannot be trained for '{spec.target}'.",
            hint=f"Choose one of: {', '.join(TARGETS)}.",
        )
    kind = model_kind(spec.model)
    settings = settings_of(kind, spec.settings or {})
    schedule = Schedule(spec.first, spec.every, spec.window, spec.embargo)
    return Asked(kind, settings, spec.target, schedule, spec.seed, spec.balanced)


def summary(trained: Trained) -> dict[str, Any]:
    """What a terminal or another program wants to know of a training."""
    rows, stamps = trained.rows, trained.rows.timestamps
    return {
        "model": trained.asked.kind.name,
        "title": trained.asked.kind.title,
        "target": trained.asked.target,
        "settings": dict(trained.asked.settings),
        "rows": len(rows),
        "left_out": rows.left_out,
        "features": list(rows.names),
        "scores": dict(trained.scores),
        "importance": trained.importance,
        "calibration": [dict(part) for part in trained.calibration],
        "models": [
            {
                "from": str(stamps[model.begin].astype("datetime64[s]")),
                "to": str(stamps[model.end - 1].astype("datetime64[s]")),
                "learned_from": model.learned_from,
                "seconds": model.seconds,
                "scores": dict(model.scores),
            }
            for model in trained.models
        ],
    }


def _config(spec: TrainSpec, graph: Graph, loaded: LoadedBars, trained: Trained) -> dict[str, Any]:
    """Everything that is needed to train the same model again."""
    return {
        "name": spec.name,
        "model": spec.model,
        "settings": dict(trained.asked.settings),
        "features": dict(spec.features),
        "label": spec.label,
        "schedule": asdict(trained.asked.schedule),
        "seed": spec.seed,
        "balanced": spec.balanced,
        "threads": 1,
        "graph_hash": content_hash(graph),
        "dataset": loaded.dataset,
        "timeframe": loaded.timeframe,
        "data_hashes": dict(loaded.sha256),
        "versions": {name: _version(name) for name in LIBRARIES},
        "platform": {"python": platform.python_version(), "machine": platform.machine()},
    }


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError  # noqa: PLC0415

    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def _write_predictions(trained: Trained, path: Path) -> None:
    """One row a prediction: the bar, the symbol, what was predicted, and the label once known."""
    rows = trained.rows
    made = np.flatnonzero(np.isfinite(trained.prediction))
    table = pa.table(
        {
            "timestamp": pa.array(rows.timestamps[rows.bar[made]]),
            "symbol": pa.array([rows.symbols[number] for number in rows.symbol[made]]),
            FIELD: pa.array(trained.prediction[made]),
            "label": pa.array(rows.label[made]),
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(table, path)


def _store(spec: TrainSpec, loaded: LoadedBars, trained: Trained) -> EventTable:
    """The predictions as events, each known at the close of the bar it is about."""
    rows = trained.rows
    made = np.flatnonzero(np.isfinite(trained.prediction))
    stamps = rows.timestamps[rows.bar[made]].astype("datetime64[ns]")
    known = bar_ends(stamps, loaded.timeframe, loaded.market)
    names = np.array(rows.symbols)[rows.symbol[made]]
    events = ordered(known, stamps, names, {FIELD: trained.prediction[made]})
    source = f"{trained.asked.kind.title}, out of sample"
    mark = f", {FINGERPRINT}{spec.fingerprint}" if spec.fingerprint else ""
    return store_events(table_of(spec.name), events, f"{source}{mark}")
