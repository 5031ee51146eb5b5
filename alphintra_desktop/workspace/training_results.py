"""What a training has left, read for a page. All of this is slow at first: for a thread."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pyarrow import ArrowException, parquet

from alphintra_desktop.backtest.figures import NOTHING
from alphintra_desktop.codegen.lower import title_of
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.learning.card import MEANINGS
from alphintra_desktop.learning.curves import (
    Bin,
    Confusion,
    Curve,
    Flags,
    binned,
    can_be_told,
    confusion,
    precision_recall,
    roc,
    thinned,
)
from alphintra_desktop.market.bars import Floats
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.workspace.training_commands import in_short
from alphintra_desktop.workspace.training_runs import SCORE_TITLES, TrainingRun

STEPS = 200  # of the threshold, from the lowest to the highest prediction
FEWEST_TO_BIN = 20
BESIDE = {"accuracy": "guess", "log_loss": "log_loss_guess"}
GUESSES = {"auc": 0.5, "ic": 0.0, "r_squared": 0.0}


@dataclass(frozen=True)
class Threshold:
    """Which predictions are called up, and what came of it."""

    value: float
    found: Confusion


@dataclass(frozen=True, eq=False)
class TrainingFound:
    """A training, ready to be shown. What cannot be told is empty or None.

    `scores` are rows of a score, its value, and that of guessing. `lines` are, of each measure,
    points of a model's number and its value; `thresholds` go from the lowest prediction up, and
    `usual` is the place of the one that is used without a reason for another.
    """

    run: TrainingRun
    verdict: str
    sure: bool
    scores: tuple[tuple[str, str, str], ...]
    importance: tuple[tuple[str, float], ...]
    calibration: tuple[tuple[float, float], ...]
    models: tuple[tuple[str, ...], ...]
    lines: Mapping[str, tuple[tuple[float, float], ...]]
    settings: tuple[tuple[str, str], ...]
    card: str
    roc: Curve | None = None
    precision_recall: Curve | None = None
    thresholds: tuple[Threshold, ...] = ()
    usual: int = 0
    bins: tuple[Bin, ...] = ()


def load_training(run: TrainingRun) -> TrainingFound:
    """Read what a training has left. Raises `AlphintraError` where it cannot be read."""
    place = run.folder / "artifacts"
    try:
        told = json.loads((place / "training.json").read_bytes())
        config = json.loads((place / "model" / "config.json").read_bytes())
        card = (place / "model" / "card.md").read_text("utf-8")
        label, prediction = _predictions(place / "predictions.parquet")
        return _found(run, told, config, card, (label, prediction))
    except (OSError, ValueError, KeyError, TypeError, ArrowException) as error:
        raise AlphintraError(
            f"The training of {run.name} cannot be read: {error}.",
            hint="Its files were removed or changed. Train the model again.",
        ) from error


def _found(
    run: TrainingRun,
    told: Mapping[str, Any],
    config: Mapping[str, Any],
    card: str,
    kept: tuple[Floats, Floats],
) -> TrainingFound:
    label, prediction = kept
    up = label > 0
    importance = ((name, _number(value)) for name, value in told["importance"].items())
    chance = told["scores"].get("p_value")
    more: dict[str, Any] = {}
    if len(label) and can_be_told(up):
        more["roc"] = thinned(roc(up, prediction))
        more["precision_recall"] = thinned(precision_recall(up, prediction))
        more["thresholds"], more["usual"] = _thresholds(up, prediction, told["target"])
    if len(label) >= FEWEST_TO_BIN:
        more["bins"] = binned(prediction, label)
    return TrainingFound(
        run=run,
        verdict=_sentence(in_short(told)),
        sure=chance is not None and chance <= 0.05,
        scores=tuple(_scores(told["scores"])),
        importance=tuple((name, value) for name, value in importance if math.isfinite(value)),
        calibration=tuple((one["predicted"], one["observed"]) for one in told["calibration"]),
        models=tuple(_model_row(one, told["scores"]) for one in told["models"]),
        lines=_lines(told["models"]),
        settings=tuple(_settings(config, told, _label(run))),
        card=card,
        **more,
    )


def _predictions(path: Path) -> tuple[Floats, Floats]:
    """Labels and predictions of the rows whose label is known."""
    table = parquet.read_table(path, columns=["label", "prediction"])
    label, prediction = (
        table[name].to_numpy().astype(np.float64) for name in ("label", "prediction")
    )
    known = np.isfinite(label) & np.isfinite(prediction)
    return label[known], prediction[known]


def _thresholds(up: Flags, prediction: Floats, target: str) -> tuple[tuple[Threshold, ...], int]:
    """All that a slider may choose, the usual one among them."""
    usual = 0.5 if target == "direction" else 0.0
    low, high = min(float(prediction.min()), usual), max(float(prediction.max()), usual)
    values = np.linspace(low, high, STEPS + 1)
    nearest = int(np.argmin(np.abs(values - usual)))
    values[nearest] = usual
    found = tuple(Threshold(one, confusion(up, prediction, one)) for one in values.tolist())
    return found, nearest


def _scores(scores: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each score beside what guessing would give."""
    for name, value in scores.items():
        if name in BESIDE.values():
            continue
        guess = scores.get(BESIDE[name]) if name in BESIDE else GUESSES.get(name)
        meaning = MEANINGS.get(name, name).split(" (")[0]
        beside = score_told(name, guess) if guess is not None else ""
        yield meaning, score_told(name, value), beside


def score_told(name: str, value: float | None) -> str:
    """A score as a table prints it."""
    if value is None or math.isnan(value):
        return NOTHING
    if name == "rows":
        return f"{value:,.0f}"
    return f"{value:.2%}" if name in {"accuracy", "guess"} else f"{value:.4f}"


MODEL_HEADS = ("Predicts from", "to", "Learned from", "Seconds")


def _model_row(model: Mapping[str, Any], scores: Mapping[str, Any]) -> tuple[str, ...]:
    """A model of the schedule as a row below `MODEL_HEADS` and the titles of its measures."""
    own = (score_told(name, model["scores"].get(name)) for name in SCORE_TITLES if name in scores)
    return (
        model["from"][:10],
        model["to"][:10],
        f"{model['learned_from']:,}",
        f"{model['seconds']:.2f}",
        *own,
    )


def model_heads(found: TrainingFound) -> tuple[str, ...]:
    """The heads of the table of models."""
    named = {"auc": ("AUC", "Log loss"), "ic": ("IC",)}[found.run.score_name]
    return (*MODEL_HEADS, *named)


def _lines(models: list[Mapping[str, Any]]) -> dict[str, tuple[tuple[float, float], ...]]:
    found = {
        name: tuple(
            (number + 1.0, _number(model["scores"].get(name)))
            for number, model in enumerate(models)
            if math.isfinite(_number(model["scores"].get(name)))
        )
        for name in SCORE_TITLES
    }
    return {name: points for name, points in found.items() if points}


def _label(run: TrainingRun) -> str:
    """What was learned, as it is drawn: its title and its params."""
    asked = run.spec.arguments
    node = graph_from_text(asked["graph"], asked["where"]).nodes[asked["label"].split(".")[0]]
    title = title_of(node, node_type_of(node))
    return ", ".join([title, *(f"{name} {value}" for name, value in node.params.items())])


def _settings(
    config: Mapping[str, Any], told: Mapping[str, Any], label: str
) -> Iterator[tuple[str, str]]:
    """All that was asked for, and with what it was done."""
    yield "Model", str(told["title"])
    yield "Target", str(told["target"])
    yield "Label", label
    yield "Data", f"{config['dataset']} {config['timeframe']}, {', '.join(config['data_hashes'])}"
    yield "Rows", f"{told['rows']:,} ({told['left_out']:,} bars left out)"
    for name, value in {**config["settings"], **config["schedule"]}.items():
        yield name.replace("_", " ").capitalize(), str(value)
    yield "Seed", str(config["seed"])
    yield "Rare labels count as much", "yes" if config["balanced"] else "no"
    for name, expression in config["expressions"].items():
        yield f"Feature {name}", str(expression)
    yield "Threads", str(config["threads"])
    for name, version in config["versions"].items():
        yield f"Version of {name}", str(version)
    yield "Graph", str(config["graph_hash"])


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
