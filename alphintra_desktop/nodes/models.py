"""A model among the nodes: what it learns from goes in, and what it foretells comes out.

The strategy reads predictions, never a model: they are kept in a table of events, each known at the
close of its bar and made by a model that had not seen that bar. So the file that is generated needs
no library of models, and a run names the predictions that it used as it names its bars.
"""

from __future__ import annotations

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.node_type import node_type, param
from alphintra_desktop.ir.ops import (
    Above,
    Choose,
    Constant,
    Dataset,
    Divide,
    EventColumn,
    MarketData,
    Multiply,
    Numbers,
)

MODEL = "models.model"
KINDS = (
    "random_forest", "extra_trees", "lightgbm", "xgboost", "linear", "svm", "mlp", "voting",
)  # fmt: skip
TARGETS = ("direction", "return", "class")
TABLE = "model."  # begins the name of a table with a model's predictions
FIELD = "prediction"
MOST_BARS = 1_000_000
_NAME_CHARACTERS = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_LONGEST_NAME = 50


@node_type(
    "Model",
    category="Models",
    formula="what a model that has not seen the bar foretells of it",
    tags=("machine learning", "prediction", "random forest", "lightgbm", "xgboost", "neural", "ml"),
)
def model(  # noqa: PLR0913 - one declaration of everything a user may set
    bars: MarketData,
    features: tuple[Numbers, ...],
    label: Numbers,
    *,
    name: str = param("my_model", help="What the model is called; its predictions lie under it."),
    algorithm: str = param("random_forest", choices=KINDS, help="Which kind of model learns."),
    target: str = param(
        "direction",
        choices=TARGETS,
        help="What it learns: the probability of a label above 0, the label itself, or its sign.",
    ),
    settings: str = param(
        "", help="Settings of the model as name=value, separated by commas. Empty: its defaults."
    ),
    first: int = param(
        500, low=100, high=MOST_BARS, unit="bars", help="Bars that the first model learns from."
    ),
    every: int = param(
        60, low=0, high=MOST_BARS, unit="bars", help="Bars until it is trained anew. 0: never."
    ),
    window: int = param(
        0, low=0, high=MOST_BARS, unit="bars", help="Bars it learns from. 0: all of the past."
    ),
    embargo: int = param(
        0, low=0, high=MOST_BARS, unit="bars", help="Bars left out before those it foretells."
    ),
    seed: int = param(0, low=0, high=2**31 - 1, help="Of all chance in training."),
    balanced: bool = param(False, help="Let rare labels count as much as frequent ones."),
) -> Numbers:
    """What a trained model foretells at the close of a bar: the probability of up, or a return.

    Features are what it learns from, the label is what it learns to foretell. Train it first; until
    then, and before the first model of its schedule, there is no number. After a change of its
    features, its label or its settings it has to be trained anew.
    """
    del features, label, algorithm, target, settings, first, every, window, embargo, seed, balanced
    if not isinstance(bars, Dataset):
        raise AlphintraError(
            "A model foretells the bars of a Market data node, not longer ones.",
            hint="Connect the Market data node itself.",
        )
    table = EventColumn(bars, table_of(name), FIELD, "last", "")
    news = EventColumn(bars, table_of(name), FIELD, "count", "")
    known = Choose(Above(news, Constant(0.0)), Constant(1.0), Constant(0.0))
    return Divide(Multiply(table, known), known)  # no number on a bar without a prediction


def table_of(name: str) -> str:
    """The table that has the predictions of a model. Raises `AlphintraError` for a bad name."""
    if not name or len(name) > _LONGEST_NAME or not set(name) <= _NAME_CHARACTERS:
        raise AlphintraError(
            f"{name[:80]!r} cannot be the name of a model.",
            hint=f"Use up to {_LONGEST_NAME} letters, digits, dashes and underscores.",
            place=Place(param="name"),
        )
    return f"{TABLE}{name}"
