"""Training by a schedule: every prediction is made by a model that had not seen its bar.

1. The schedule says which rows each model learns from, and which it predicts.
2. A row counts by its uniqueness. Where the target has classes of unequal size, `balanced` lets
   each class count as much as the others.
3. What a model predicts of a direction is the probability of up; of classes, that of 1 less that
   of -1; of a return, the return.
4. How much a feature matters is asked out of sample: by how much a model's predictions get worse
   when its values are shuffled (Breiman 2001, "Random Forests", Machine Learning 45, section 10).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.learning.dataset import CLASSES, DIRECTION, RETURN, Dataset, target_of
from alphintra_desktop.learning.models import CLASSIFY, REGRESS, ModelKind
from alphintra_desktop.learning.schedule import Block, Schedule, blocks_of
from alphintra_desktop.learning.scores import (
    DIRECTION_NAMES,
    calibration,
    direction_scores,
    return_scores,
)
from alphintra_desktop.learning.weights import uniqueness
from alphintra_desktop.market.bars import Floats
from alphintra_desktop.report import Report

SHUFFLES = 3  # of each feature
MOST_ROWS_SHUFFLED = 5_000


@dataclass(frozen=True)
class Asked:
    """What is trained: a kind of model with all its settings, for a target, by a schedule."""

    kind: ModelKind
    settings: Mapping[str, Any]
    target: str
    schedule: Schedule
    seed: int = 0
    balanced: bool = False


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted scikit-learn estimator, and which class each of its numbers stands for."""

    estimator: Any
    classes: tuple[int, ...]
    target: str

    def predict(self, features: Floats) -> Floats:
        """(R,): what the model says of rows (R, F), as its target has it."""
        if self.target == RETURN:
            return np.asarray(self.estimator.predict(features), np.float64)
        chances = np.asarray(self.estimator.predict_proba(features), np.float64)
        of_class = dict(zip(self.classes, chances.T, strict=True))
        nothing = np.zeros(len(features))
        up = of_class.get(1, nothing)
        return up if self.target == DIRECTION else np.asarray(up - of_class.get(-1, nothing))


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model of the schedule: when it was trained, on how much, how it did on what it predicted.

    `begin` and `end` are the bars that it predicts.
    """

    begin: int
    end: int
    learned_from: int
    seconds: float
    scores: Mapping[str, float]
    importance: Mapping[str, float]
    model: Model = field(repr=False)


@dataclass(frozen=True, eq=False)
class Trained:
    """All models of a schedule. `prediction` is (R,), NaN before the first model."""

    asked: Asked
    rows: Dataset
    prediction: Floats
    models: tuple[Fitted, ...]
    scores: Mapping[str, float]
    calibration: tuple[Mapping[str, Any], ...]

    @property
    def importance(self) -> dict[str, float]:
        """Of every feature, the mean over all models, the most important first."""
        found = {
            name: float(np.nanmean([model.importance[name] for model in self.models]))
            for name in self.rows.names
        }
        return dict(sorted(found.items(), key=lambda item: -item[1]))


def train(rows: Dataset, asked: Asked, report: Report) -> Trained:
    """Train every model of a schedule and predict what it had not seen.

    Raises `AlphintraError` where there is too little to learn from, and `Cancelled`.
    """
    blocks = blocks_of(rows, asked.schedule)
    target, unique = target_of(rows.label, asked.target), uniqueness(rows)
    prediction, models = np.full(len(rows), np.nan), []
    for number, block in enumerate(blocks):
        report.progress(number, of=len(blocks), doing="Training")
        model, seconds = fitted(rows, target, unique, block, asked)
        prediction[block.predict] = model.predict(rows.features[block.predict])
        models.append(_judged(rows, target, unique, block, asked, (model, seconds, prediction)))
        _tell(report, number, models[-1].scores)
    report.progress(len(blocks), of=len(blocks), doing="Training")
    seen = np.isfinite(prediction) & np.isfinite(target)
    return Trained(
        asked=asked,
        rows=rows,
        prediction=prediction,
        models=tuple(models),
        scores=scores_of(asked.target, target[seen], prediction[seen], unique[seen]),
        calibration=tuple(calibration(target[seen], prediction[seen]))
        if asked.target == DIRECTION and seen.any()
        else (),
    )


def final_model(rows: Dataset, asked: Asked) -> Model:
    """The model for bars to come: it learns from every label that is known. Not to be judged."""
    target, unique = target_of(rows.label, asked.target), uniqueness(rows)
    oldest = len(rows.timestamps) - asked.schedule.window if asked.schedule.window else 0
    train_on = np.flatnonzero(rows.known & (rows.bar >= oldest))
    bars = len(rows.timestamps)
    return fitted(rows, target, unique, Block(train_on, train_on[:0], bars, bars), asked)[0]


def fitted(
    rows: Dataset, target: Floats, unique: Floats, block: Block, asked: Asked
) -> tuple[Model, float]:
    """A model that has learned from a block's rows, and how many seconds it took.

    Raises `AlphintraError` where all labels are the same.
    """
    import time  # noqa: PLC0415
    import warnings  # noqa: PLC0415

    task = REGRESS if asked.target == RETURN else CLASSIFY
    inputs = rows.features[block.train]
    outputs: Any = target[block.train]
    classes: tuple[int, ...] = ()
    if task == CLASSIFY:
        known, outputs = np.unique(outputs.astype(np.int64), return_inverse=True)
        classes = tuple(known.tolist())
        if len(classes) < 2:
            raise AlphintraError(
                "All labels that the model would learn from are the same.",
                hint="Use another label, or a longer period to learn from.",
            )
    weights = unique[block.train]
    if asked.balanced and task == CLASSIFY:
        weights = weights * _balance(outputs, weights)
    estimator = asked.kind.make(task, asked.settings, asked.seed)
    started = time.perf_counter()
    with warnings.catch_warnings():
        # A network that has not converged is judged by what it predicts, as any other.
        warnings.simplefilter("ignore")
        _fit(estimator, inputs, outputs, weights / weights.mean())
    return Model(estimator, classes, asked.target), time.perf_counter() - started


def _fit(estimator: Any, inputs: Floats, outputs: Any, weights: Floats) -> None:
    """Weights go to the last step of a pipeline; what takes none learns without."""
    from sklearn.utils.validation import has_fit_parameter  # noqa: PLC0415

    last = estimator.steps[-1] if hasattr(estimator, "steps") else None
    if last is not None:
        takes = has_fit_parameter(last[1], "sample_weight")
        estimator.fit(inputs, outputs, **({f"{last[0]}__sample_weight": weights} if takes else {}))
    elif has_fit_parameter(estimator, "sample_weight") and not hasattr(estimator, "estimators"):
        estimator.fit(inputs, outputs, sample_weight=weights)
    else:
        estimator.fit(inputs, outputs)


def _balance(classes: Any, weights: Floats) -> Floats:
    """(R,) factors after which every class weighs the same."""
    _, which = np.unique(classes, return_inverse=True)
    of_class = np.bincount(which, weights=weights)
    return np.asarray(weights.sum() / (len(of_class) * of_class[which]))


def _judged(  # noqa: PLR0913, PLR0917 - a model and all that it is judged by
    rows: Dataset,
    target: Floats,
    unique: Floats,
    block: Block,
    asked: Asked,
    made: tuple[Model, float, Floats],
) -> Fitted:
    model, seconds, prediction = made
    known = block.predict[np.isfinite(target[block.predict])]
    scores = scores_of(asked.target, target[known], prediction[known], unique[known])
    return Fitted(
        begin=block.begin,
        end=block.end,
        learned_from=len(block.train),
        seconds=seconds,
        scores=scores,
        importance=_importance(rows, target, known, asked, (model, prediction)),
        model=model,
    )


def _importance(
    rows: Dataset, target: Floats, known: Any, asked: Asked, made: tuple[Model, Floats]
) -> dict[str, float]:
    """By feature: how much worse the mean loss gets when its values are shuffled."""
    model, prediction = made
    if len(known) < 2:
        return dict.fromkeys(rows.names, math.nan)
    draw = np.random.default_rng(asked.seed)
    if len(known) > MOST_ROWS_SHUFFLED:
        known = np.sort(draw.choice(known, MOST_ROWS_SHUFFLED, replace=False))
    base = _loss(target[known], prediction[known])
    found = {}
    for column, name in enumerate(rows.names):
        losses = []
        for _ in range(SHUFFLES):
            inputs = rows.features[known].copy()
            inputs[:, column] = draw.permutation(inputs[:, column])
            losses.append(_loss(target[known], model.predict(inputs)))
        found[name] = float(np.mean(losses) - base)
    return found


def _loss(target: Floats, prediction: Floats) -> float:
    return float(np.mean((target - prediction) ** 2))


def scores_of(kind: str, target: Floats, prediction: Floats, unique: Floats) -> dict[str, float]:
    """How good predictions of a kind of target are; see `learning.scores`."""
    independent = float(unique.mean()) if len(unique) else 1.0
    if kind == RETURN:
        return return_scores(target, prediction, independent)
    if kind == CLASSES:
        return return_scores(target, prediction, independent)
    if not len(target):
        return dict.fromkeys(DIRECTION_NAMES, math.nan)
    return direction_scores(target, prediction, independent)


def _tell(report: Report, step: int, scores: Mapping[str, float]) -> None:
    for name in ("auc", "log_loss", "ic"):
        if name in scores and math.isfinite(scores[name]):
            report.measure(name, scores[name], step=step)
