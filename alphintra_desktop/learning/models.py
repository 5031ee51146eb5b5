"""The models that can be trained, by name: what each is good for, its settings, how it is made.

Models come from scikit-learn, LightGBM and XGBoost, with one thread each, so that the same seed
gives the same model on any number of cores. What a model needs of its inputs (their scale) is part
of the model and is fitted to the rows it learns from, and to no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from alphintra_desktop.errors import AlphintraError

CLASSIFY, REGRESS = "classify", "regress"


@dataclass(frozen=True)
class Setting:
    """One hyperparameter: its default and the range that is sensible to search."""

    default: float | int | str
    low: float | int | None = None
    high: float | int | None = None
    log: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModelKind:
    """A kind of model. `make(task, settings, seed)` is an unfitted scikit-learn estimator."""

    name: str
    title: str
    help: str
    settings: Mapping[str, Setting]
    make: Callable[[str, Mapping[str, Any], int], Any]


def model_kind(name: str) -> ModelKind:
    """The kind of that name. Raises `AlphintraError`."""
    for kind in KINDS:
        if kind.name == name:
            return kind
    names = ", ".join(kind.name for kind in KINDS)
    raise AlphintraError(f"There is no model '{name[:64]}'.", hint=f"Choose one of: {names}.")


def settings_of(kind: ModelKind, given: Mapping[str, str]) -> dict[str, Any]:
    """All settings of a model, those given as text among them. Raises `AlphintraError`."""
    found: dict[str, Any] = {name: setting.default for name, setting in kind.settings.items()}
    for name, text in given.items():
        if name not in found:
            raise AlphintraError(
                f"A {kind.title.lower()} has no setting '{name[:64]}'.",
                hint=f"It has {', '.join(found)}.",
            )
        found[name] = _checked(name, text, kind.settings[name])
    return found


def _checked(name: str, text: str, setting: Setting) -> Any:
    if setting.choices:
        if text in setting.choices:
            return text
        raise AlphintraError(
            f"{name} cannot be '{text}'.", hint=f"Choose one of: {', '.join(setting.choices)}."
        )
    try:
        value: Any = type(setting.default)(text)
    except ValueError:
        value = None
    low, high = setting.low, setting.high
    if value is None or low is None or high is None or not low <= value <= high:
        raise AlphintraError(
            f"{name} cannot be '{text}'.", hint=f"Take a number from {low:g} to {high:g}."
        )
    return value


def _scaled(estimator: Any) -> Any:
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - loaded by who trains
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

    return make_pipeline(StandardScaler(), estimator)


def _linear(task: str, settings: Mapping[str, Any], seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression, Ridge  # noqa: PLC0415

    strength = float(settings["regularization"])
    if task == REGRESS:
        return _scaled(Ridge(alpha=strength, random_state=seed))
    return _scaled(LogisticRegression(C=1.0 / strength, max_iter=2000, random_state=seed))


def _forest(task: str, settings: Mapping[str, Any], seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor  # noqa: PLC0415

    made = RandomForestRegressor if task == REGRESS else RandomForestClassifier
    return made(**_trees(settings), random_state=seed, n_jobs=1)


def _extra_trees(task: str, settings: Mapping[str, Any], seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor  # noqa: PLC0415

    made = ExtraTreesRegressor if task == REGRESS else ExtraTreesClassifier
    return made(**_trees(settings), random_state=seed, n_jobs=1)


def _trees(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "n_estimators": int(settings["trees"]),
        "max_depth": int(settings["depth"]),
        "min_samples_leaf": int(settings["leaf"]),
        "max_features": float(settings["features"]),
    }


def _vector_machine(task: str, settings: Mapping[str, Any], seed: int) -> Any:
    from sklearn.calibration import CalibratedClassifierCV  # noqa: PLC0415
    from sklearn.svm import SVC, SVR  # noqa: PLC0415

    strength = float(settings["penalty"])
    if task == REGRESS:
        return _scaled(SVR(C=strength))
    return _scaled(CalibratedClassifierCV(SVC(C=strength, random_state=seed), cv=3, n_jobs=1))


def _boosted_light(task: str, settings: Mapping[str, Any], seed: int) -> Any:
    import lightgbm  # noqa: PLC0415

    made = lightgbm.LGBMRegressor if task == REGRESS else lightgbm.LGBMClassifier
    return made(
        n_estimators=int(settings["trees"]),
        max_depth=int(settings["depth"]),
        num_leaves=2 ** int(settings["depth"]),
        learning_rate=float(settings["rate"]),
        min_child_samples=int(settings["leaf"]),
        subsample=float(settings["rows"]),
        subsample_freq=1,
        random_state=seed,
        n_jobs=1,
        deterministic=True,
        force_row_wise=True,
        verbosity=-1,
    )


def _boosted_extreme(task: str, settings: Mapping[str, Any], seed: int) -> Any:
    import xgboost  # noqa: PLC0415

    made = xgboost.XGBRegressor if task == REGRESS else xgboost.XGBClassifier
    return made(
        n_estimators=int(settings["trees"]),
        max_depth=int(settings["depth"]),
        learning_rate=float(settings["rate"]),
        min_child_weight=float(settings["leaf"]),
        subsample=float(settings["rows"]),
        random_state=seed,
        n_jobs=1,
        tree_method="hist",
        device="cpu",
    )


def _perceptron(task: str, settings: Mapping[str, Any], seed: int) -> Any:
    from sklearn.neural_network import MLPClassifier, MLPRegressor  # noqa: PLC0415

    made = MLPRegressor if task == REGRESS else MLPClassifier
    return _scaled(
        made(
            hidden_layer_sizes=(int(settings["neurons"]),) * int(settings["layers"]),
            alpha=float(settings["regularization"]),
            max_iter=int(settings["epochs"]),
            random_state=seed,
        )
    )


def _several(seed: int, task: str) -> list[tuple[str, Any]]:
    members = ("linear", "random_forest", "lightgbm")
    return [
        (name, model_kind(name).make(task, settings_of(model_kind(name), {}), seed))
        for name in members
    ]


def _voting(task: str, settings: Mapping[str, Any], seed: int) -> Any:
    from sklearn.ensemble import VotingClassifier, VotingRegressor  # noqa: PLC0415

    del settings
    if task == REGRESS:
        return VotingRegressor(_several(seed, task), n_jobs=1)
    return VotingClassifier(_several(seed, task), voting="soft", n_jobs=1)


_TREE_SETTINGS = {
    "trees": Setting(200, 10, 2000),
    "depth": Setting(6, 1, 20),
    "leaf": Setting(20, 1, 1000, log=True),
    "features": Setting(0.5, 0.05, 1.0),
}
_BOOST_SETTINGS = {
    "trees": Setting(200, 10, 2000),
    "depth": Setting(4, 1, 12),
    "leaf": Setting(20, 1, 1000, log=True),
    "rate": Setting(0.05, 0.001, 0.5, log=True),
    "rows": Setting(0.8, 0.2, 1.0),
}

KINDS: tuple[ModelKind, ...] = (
    ModelKind(
        "linear",
        "Linear model",
        "Logistic regression for a direction, ridge regression for a return: hard to overfit.",
        {"regularization": Setting(1.0, 1e-4, 1e4, log=True)},
        _linear,
    ),
    ModelKind(
        "random_forest",
        "Random forest",
        "Many deep trees on random parts of rows and features: robust without tuning.",
        _TREE_SETTINGS,
        _forest,
    ),
    ModelKind(
        "extra_trees",
        "Extra trees",
        "As a random forest, with random thresholds too: smoother and faster.",
        _TREE_SETTINGS,
        _extra_trees,
    ),
    ModelKind(
        "lightgbm",
        "LightGBM",
        "Boosted trees that correct each other: strong and quick, and easily overfitted.",
        _BOOST_SETTINGS,
        _boosted_light,
    ),
    ModelKind(
        "xgboost",
        "XGBoost",
        "Boosted trees, as LightGBM, grown level by level.",
        _BOOST_SETTINGS,
        _boosted_extreme,
    ),
    ModelKind(
        "svm",
        "Support vector machine",
        "A wide margin in a curved space: for few thousand rows; slow on more.",
        {"penalty": Setting(1.0, 1e-3, 1e3, log=True)},
        _vector_machine,
    ),
    ModelKind(
        "mlp",
        "Neural network",
        "A small network of dense layers.",
        {
            "neurons": Setting(32, 2, 512),
            "layers": Setting(2, 1, 5),
            "regularization": Setting(1e-3, 1e-6, 10.0, log=True),
            "epochs": Setting(200, 10, 2000),
        },
        _perceptron,
    ),
    ModelKind(
        "voting",
        "Vote of three",
        "The mean of a linear model, a random forest and LightGBM, each with its defaults.",
        {},
        _voting,
    ),
)
