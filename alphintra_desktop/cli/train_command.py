"""`alphintra train | models`: a model on the features and the label of a graph."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphintra_desktop.cli.arguments import (
    add_command,
    add_graph,
    add_ignore_quality,
    add_json,
    add_time_limit,
    whole_number,
)
from alphintra_desktop.cli.choosing import Chosen, chosen
from alphintra_desktop.cli.features_command import named_feature
from alphintra_desktop.cli.guarded import run_task
from alphintra_desktop.cli.output import Console, counted_things, shown_path
from alphintra_desktop.errors import AlphintraError

if TYPE_CHECKING:
    from alphintra_desktop.learning.spec import TrainSpec

ABOUT = (
    "Features and the label are outputs of the graph's nodes, computed by the code that strategies "
    "run by. The first model learns from --first bars, predicts the next --every, and is then "
    "trained anew; none sees what it predicts, nor a label that was open then.\n\n"
    "Without --feature, --label and --name, every Model node of the graph is trained as it is "
    "drawn. The node gives the predictions to the strategy, whose backtest then uses only what was "
    "known. The model for bars to come, its card and its features' code are kept with the job."
)


def add_train(commands: Any) -> None:
    """`alphintra train`."""
    command = add_command(
        commands,
        "train",
        "train a model on a graph's features and label",
        about=ABOUT,
        examples=(
            "train my_strategy",
            'train learn.alphintra --feature "rsi=RSI" --label "Future return" --name up5',
            "train my_strategy --feature rsi=RSI --label 0000000a --model lightgbm --set-model "
            "trees=400 --name up5",
        ),
    )
    add_graph(command)
    command.add_argument(
        "--feature",
        action="append",
        default=[],
        metavar="NAME=NODE[.OUTPUT]",
        dest="features",
        help="a feature and where it comes from; NODE is a title or an id",
    )
    command.add_argument("--label", default="", metavar="NODE", help="what is to be foretold")
    command.add_argument("--name", default="", help="what the model is called")
    command.add_argument(
        "--model", default="random_forest", help="which kind, see `models` (random_forest)"
    )
    command.add_argument(
        "--set-model",
        action="append",
        default=[],
        metavar="SETTING=VALUE",
        dest="model_settings",
        help="a setting of the model, see `models`",
    )
    command.add_argument(
        "--target",
        default="direction",
        choices=("direction", "return", "class"),
        help="up or not, the label itself, or its sign (default: direction)",
    )
    _add_schedule(command)
    _add_folds(command)
    command.add_argument("--seed", type=int, default=0, help="of all chance (default: 0)")
    command.add_argument(
        "--balanced", action="store_true", help="let rare classes count as much as frequent ones"
    )
    add_ignore_quality(command)
    add_time_limit(command)
    command.set_defaults(run=run_train)


def _add_schedule(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--first", type=whole_number, default=500, help="bars the first model learns from (500)"
    )
    command.add_argument(
        "--every", type=_bars, default=60, help="bars until it is trained anew; 0: never (60)"
    )
    command.add_argument(
        "--window", type=_bars, default=0, help="bars to learn from; 0: all of the past (0)"
    )
    command.add_argument(
        "--embargo", type=_bars, default=0, help="bars left out before those predicted (0)"
    )


def _add_folds(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--folds",
        type=whole_number,
        default=0,
        help="cross-validate as well, purged, in so many parts",
    )
    command.add_argument(
        "--tested",
        type=whole_number,
        default=1,
        help="how many parts at a time are tested; more than 1 is combinatorial (1)",
    )


def add_models(commands: Any) -> None:
    """`alphintra models`."""
    command = add_command(
        commands, "models", "list the models that can be trained", examples=("models",)
    )
    add_json(command)
    command.set_defaults(run=run_models)


COMMANDS = (add_train, add_models)


def _bars(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of bars")
    return int(text)


def run_models(options: argparse.Namespace, console: Console) -> None:
    """Every model with its settings and their ranges."""
    from alphintra_desktop.learning.models import KINDS  # noqa: PLC0415 - with NumPy

    if console.as_json:
        console.result(
            [
                {
                    "name": kind.name,
                    "title": kind.title,
                    "help": kind.help,
                    "settings": {name: one.default for name, one in kind.settings.items()},
                }
                for kind in KINDS
            ]
        )
        return
    for kind in KINDS:
        console.line(f"{kind.name}: {kind.title}")
        console.sentence(f"  {kind.help}")
        for name, one in kind.settings.items():
            console.line(f"    {name} = {one.default} ({one.low:g} to {one.high:g})")


def run_train(options: argparse.Namespace, console: Console) -> None:
    """Train, and say how good it was on what it had not seen."""
    asked = chosen(Path(options.graph), options.settings)
    found = [_train(spec, asked, options, console) for spec in _specs(asked, options)]
    if console.as_json:
        console.result(found if len(found) > 1 else found[0])


def _specs(asked: Chosen, options: argparse.Namespace) -> tuple[TrainSpec, ...]:
    """What to train: as the options say, or every Model node."""
    from alphintra_desktop.learning.from_graph import trainings_of  # noqa: PLC0415
    from alphintra_desktop.learning.spec import TrainSpec  # noqa: PLC0415

    where = shown_path(asked.path)
    given = [name for name in ("features", "label", "name") if getattr(options, name)]
    if not given:
        _refuse_options_of_nodes(options)
        specs = trainings_of(asked.graph, where)
        more = {name: getattr(options, name) for name in ("folds", "tested", "ignore_quality")}
        return tuple(replace(spec, **more) for spec in specs)
    if len(given) < 3:
        raise AlphintraError(
            "A training by options needs --feature, --label and --name, all three.",
            hint="Or leave all of them out to train the graph's Model nodes.",
        )
    spec = TrainSpec(
        graph=asked.text,
        features=tuple(named_feature(asked.graph, text) for text in options.features),
        label=_node(asked, options.label),
        name=options.name,
        model=options.model,
        settings=dict(_setting(text) for text in options.model_settings),
        target=options.target,
        first=options.first,
        every=options.every,
        window=options.window,
        embargo=options.embargo,
        seed=options.seed,
        folds=options.folds,
        tested=options.tested,
        balanced=options.balanced,
        where=where,
        ignore_quality=options.ignore_quality,
    )
    return (spec,)


def _refuse_options_of_nodes(options: argparse.Namespace) -> None:
    """A Model node says how it is trained: an option that would be ignored is refused."""
    usual = {
        **{"model": "random_forest", "model_settings": [], "target": "direction", "first": 500},
        **{"every": 60, "window": 0, "embargo": 0, "seed": 0, "balanced": False},
    }
    said = [name for name, value in usual.items() if getattr(options, name) != value]
    if said:
        raise AlphintraError(
            "The graph's Model nodes say how they are trained, and --"
            f"{said[0].replace('model_settings', 'set-model')} would change nothing.",
            hint='Change the node: --set "<its title>.algorithm=linear", or name --feature, '
            "--label and --name for a training of its own.",
        )


def _train(
    spec: TrainSpec, asked: Chosen, options: argparse.Namespace, console: Console
) -> dict[str, Any]:
    from alphintra_desktop.learning.task import run_train as train_task  # noqa: PLC0415
    from alphintra_desktop.research.task import has_custom_code  # noqa: PLC0415

    folder = asked.project.new_job_folder()
    limit = options.time_limit if has_custom_code(asked.graph) else None
    with console.progress() as report:
        found = run_task(train_task, spec.arguments(), folder, report, time_limit=limit)
    kept = folder / "artifacts"
    if console.as_json:
        return {**found, "folder": str(kept)}
    print_training(found, console)
    console.line()
    console.pairs(
        ("Model", shown_path(kept / "model")),
        ("Predictions", f"the table '{found['table']}', field '{found['field']}'"),
    )
    return found


def _node(asked: Chosen, text: str) -> str:
    _, where = named_feature(asked.graph, f"label={text}")
    return where


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise AlphintraError(
            f"'{text}' does not say what a setting of the model is to be.",
            hint="Write setting=value, for example --set-model trees=400.",
        )
    return name.strip(), value.strip()


def print_training(found: Mapping[str, Any], console: Console) -> None:
    """The scores beside guessing, model by model, and what mattered."""
    from alphintra_desktop.learning.card import MEANINGS  # noqa: PLC0415

    models = counted_things(len(found["models"]), "model")
    console.line(
        f"{found['title']} for a {found['target']}: {models} by the schedule, "
        f"{found['rows']:,} rows"
    )
    console.line()
    rows = [(MEANINGS[name], _figure(name, value)) for name, value in found["scores"].items()]
    console.table(("Out of sample", "Value"), rows)
    console.line()
    told = [(name, f"{value:+.6f}") for name, value in list(found["importance"].items())[:15]]
    console.table(("Feature", "Loss without it"), told)
    console.line()
    console.sentence(_verdict(found["scores"]))
    if "cross_validation" in found:
        console.sentence(_cross_validated(found["cross_validation"]))


def _verdict(scores: Mapping[str, float]) -> str:
    chance = scores["p_value"]
    if math.isnan(chance):
        return "There is too little to judge the predictions by."
    if chance > 0.05:
        return (
            f"Chance alone gives as much in {chance * 100:.0f} % of cases: nothing was shown to be "
            "foretold."
        )
    return f"Chance alone gives as much in {max(chance * 100, 0.01):.2g} % of cases."


def _cross_validated(found: Mapping[str, Any]) -> str:
    name = "auc" if "auc" in found["splits"][0] else "ic"
    values = [one[name] for one in found["splits"] if not math.isnan(one[name])]
    paths = [one[name] for one in found["paths"] if not math.isnan(one[name])]
    if not values or not paths:
        return "Cross-validation: too few rows a part to judge by."
    return (
        f"Purged cross-validation, {found['tested']} of {found['parts']} parts tested: {name} "
        f"{min(values):.3f} to {max(values):.3f} over {len(values)} splits, "
        f"{min(paths):.3f} to {max(paths):.3f} over {len(paths)} paths; "
        f"{found['purged']:,} rows were left out of training because of their labels."
    )


def _figure(name: str, value: float) -> str:
    if math.isnan(value):
        return "unknown"
    return f"{value:,.0f}" if name == "rows" else f"{value:.4g}"
