"""Models as files: what was trained is written so that reading it back can run nothing.

A model's folder holds `config.json` (what was trained, on which data, with which versions, and the
SHA-256 of the model's file) and the model: LightGBM's text, XGBoost's UBJSON, or skops for
scikit-learn. No pickle is ever read. A file that is not the one the config names by its hash is
refused before anything in it is looked at, and so is a skops file with a type that is not among
those our own models are made of.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alphintra_desktop.disk import text_of_file, write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.learning.training import Model

CONFIG = "config.json"
# What scikit-learn's models hold beside arrays and estimators that skops trusts by itself.
TRUSTED = (
    "collections.OrderedDict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRegressor",
    "sklearn._loss.link.Interval",
    "sklearn._loss.link.LogitLink",
    "sklearn._loss.loss.HalfBinomialLoss",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.tree._tree.Tree",
    "sklearn.utils._bunch.Bunch",
)
FORMATS = (("lightgbm", "model.txt"), ("xgboost", "model.ubj"))
SKOPS = "model.skops"


def write_model(model: Model, config: Mapping[str, Any], folder: Path) -> Path:
    """Write a model and what is to be known of it. Returns the model's file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _file_of(model.estimator)
    draft = path.with_name(f".{path.name}")
    _dump(model.estimator, draft)
    draft.replace(path)
    told = {
        **config,
        "target": model.target,
        "classes": list(model.classes),
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    write_file(folder / CONFIG, json.dumps(told, indent=2, sort_keys=True) + "\n")
    return path


def read_model(folder: Path) -> tuple[Model, dict[str, Any]]:
    """A model and its config. Raises `AlphintraError` where it is not what was written."""
    try:
        config = json.loads(text_of_file(folder / CONFIG))
        path, expected = folder / str(config["file"]), config["sha256"]
        model = (tuple(int(one) for one in config["classes"]), str(config["target"]))
    except (ValueError, KeyError, TypeError) as error:
        raise AlphintraError(
            f"{folder / CONFIG} is damaged: it does not say what the model is.",
            hint="Train the model again.",
        ) from error
    if path.name not in (SKOPS, *(name for _, name in FORMATS)) or path.parent != folder:
        raise AlphintraError(
            f"{path.name} is no format that models are read from.",
            hint="Models are read from skops, LightGBM's text and XGBoost's UBJSON: no pickles.",
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AlphintraError(
            f"The model's file {path.name} cannot be read: {error.strerror or error}.",
            hint="Train the model again.",
        ) from error
    if hashlib.sha256(content).hexdigest() != expected:
        raise AlphintraError(
            f"The model's file {path.name} is not the one that was trained: its content differs.",
            hint="Somebody or something changed it. Train the model again.",
        )
    return Model(_load(path, content, config), *model), config


def _file_of(estimator: Any) -> str:
    library = type(estimator).__module__.partition(".")[0]
    return dict(FORMATS).get(library, SKOPS)


def _dump(estimator: Any, path: Path) -> None:
    match _file_of(estimator):
        case "model.txt":
            write_file(path, estimator.booster_.model_to_string())
        case "model.ubj":
            path.write_bytes(bytes(estimator.get_booster().save_raw("ubj")))
        case _:
            from skops import io  # noqa: PLC0415 - loaded by who trains

            io.dump(estimator, path)


def _load(path: Path, content: bytes, config: Mapping[str, Any]) -> Any:
    try:
        match path.name:
            case "model.txt":
                import lightgbm  # noqa: PLC0415

                return Boosted(lightgbm.Booster(model_str=content.decode("utf-8")).predict)
            case "model.ubj":
                import xgboost  # noqa: PLC0415

                booster = xgboost.Booster({"nthread": 1})
                booster.load_model(bytearray(content))
                return Boosted(booster.inplace_predict)
            case _:
                return _from_skops(content)
    except AlphintraError:
        raise
    except Exception as error:
        raise AlphintraError(
            f"The model {config.get('name', path.name)!s} cannot be read: {error}.",
            hint="It may be of other versions of its library: train it again.",
        ) from error


def _from_skops(content: bytes) -> Any:
    from skops import io  # noqa: PLC0415 - loaded by who trains

    unknown = sorted(set(io.get_untrusted_types(data=content)) - set(TRUSTED))
    if unknown:
        raise AlphintraError(
            f"The model's file holds {unknown[0]}, which no model of ours does.",
            hint="It is not read. Train the model again.",
        )
    return io.loads(content, trusted=list(TRUSTED))


class Boosted:
    """Boosted trees read back: they predict a number, or the chances of the classes."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def predict(self, rows: Any) -> Any:
        """(R,) numbers."""
        return self._raw(rows)

    def predict_proba(self, rows: Any) -> Any:
        """(R, classes) chances."""
        import numpy as np  # noqa: PLC0415

        found = np.asarray(self._raw(rows), np.float64)
        return found if found.ndim == 2 else np.stack([1.0 - found, found], axis=1)
