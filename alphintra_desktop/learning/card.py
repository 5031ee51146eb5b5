"""The model card: what a model is, what it learned from, how good it was, what it is not for.

After Mitchell and others 2019, "Model Cards for Model Reporting".
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

MEANINGS = {
    "rows": "Predictions judged",
    "accuracy": "Accuracy",
    "guess": "Accuracy of always naming the more frequent one",
    "auc": "Area under the ROC curve (0.5 is guessing)",
    "p_value": "Chance of so much without any skill",
    "log_loss": "Log loss",
    "log_loss_guess": "Log loss of the base rate",
    "brier": "Brier score",
    "ic": "Information coefficient (rank correlation)",
    "r_squared": "R squared against predicting 0",
}


def model_card(name: str, config: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    return "\n".join(_lines(name, config, found)) + "\n"


def _lines(name: str, config: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    yield f"# {name}: {found['title'].lower()} for a {found['target']}"
    yield ""
    yield (
        f"Trained on {config['dataset']} {config['timeframe']} "
        f"({', '.join(list(config['data_hashes'])[:8])}), {found['rows']:,} rows, "
        f"{len(found['models'])} models by the schedule and one for bars to come."
    )
    yield ""
    yield "## Out of sample"
    yield ""
    yield "Each prediction was made by a model that had not seen its bar."
    yield ""
    yield "| Score | Value |"
    yield "| --- | ---: |"
    for score, value in found["scores"].items():
        yield f"| {MEANINGS.get(score, score)} | {_figure(score, value)} |"
    yield ""
    yield "## Features, by how much worse it gets without them"
    yield ""
    yield "| Feature | Is | Loss without it |"
    yield "| --- | --- | ---: |"
    for feature, value in found["importance"].items():
        yield f"| {feature} | `{config['expressions'][feature]}` | {value:+.5f} |"
    yield ""
    yield "## Settings"
    yield ""
    for setting, value in {**config["settings"], **config["schedule"]}.items():
        yield f"- {setting}: {value}"
    yield f"- seed: {config['seed']}, threads: {config['threads']}"
    yield ""
    yield "## Limits"
    yield ""
    yield (
        "The scores are of the past and of these symbols. Labels overlap in time, which the chance "
        "above allows for; that symbols move together, it does not. How often models were tried on "
        "this data is not counted here: the deflated Sharpe ratio of a strategy built on the "
        "predictions counts its own trials."
    )


def _figure(score: str, value: float) -> str:
    if math.isnan(value):
        return "unknown"
    return f"{value:,.0f}" if score == "rows" else f"{value:.4g}"
