"""What `alphintra search` says of what was found, and of the studies there are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from alphintra_desktop.cli.output import Console
from alphintra_desktop.cli.sweep_command import TITLES
from alphintra_desktop.runs.project import Project
from alphintra_desktop.simulation.metrics import format_metric

if TYPE_CHECKING:
    from alphintra_desktop.research.studies import Study


def print_search(found: Mapping[str, Any], console: Console) -> None:
    """The top trials, the plateau, the front, and what luck explains."""
    from alphintra_desktop.backtest.luck import luck_in_words  # noqa: PLC0415 - with the engines
    from alphintra_desktop.research.overfitting import overfitting_in_words  # noqa: PLC0415

    counts = found["counts"]
    console.line(f"{found['name']}: {counts['trials']:,} trials in {found['seconds']:.1f} s")
    console.sentence(_counted(counts))
    if found["slow_because"]:
        console.sentence(f"Every trial ran through the generated file: {found['slow_because']}.")
    for mark in found["marks"]:
        console.sentence(f"! {mark}")
    if found["top"]:
        console.line()
        names = list(found["top"][0]["params"])
        rows = [_row(trial) for trial in found["top"]]
        console.table(("Trial", *names, *TITLES.values()), rows)
        console.line()
        _print_plateau(found, console)
    if found["warning"]:
        console.sentence(f"WARNING: {found['warning']}")
    if found["luck"]:
        known = {n: math.nan if value is None else value for n, value in found["luck"].items()}
        for sentence in luck_in_words(known):
            console.sentence(sentence)
    console.sentence(overfitting_in_words(found["overfitting"]))


def _counted(counts: Mapping[str, int]) -> str:
    parts = [f"{counts['measured']:,} different points were tried, and count as trials"]
    for name, told in (
        ("neighbours", "{:,} of them to see the neighbourhoods of the best"),
        ("pruned", "{:,} were given up on early folds"),
        ("infeasible", "{:,} broke a constraint on results"),
        ("failed", "{:,} could not be measured"),
    ):
        if counts[name]:
            parts.append(told.format(counts[name]))
    return f"{'; '.join(parts)}."


def _print_plateau(found: Mapping[str, Any], console: Console) -> None:
    peak, plateau, metric = found["peak"], found["plateau"], found["objectives"][0]
    if plateau is not None:
        params = ", ".join(f"{name} = {value}" for name, value in plateau["params"].items())
        console.sentence(
            f"Best neighbourhood: {params}, where the mean of {TITLES[metric].lower()} is "
            f"{format_metric(metric, plateau['neighbourhood'])}. Around the best trial it is "
            f"{format_metric(metric, peak['neighbourhood'])}."
        )
    if found["front"]:
        listed = ", ".join(map(str, found["front"]))
        console.sentence(f"None beats these trials in all objectives: {listed}.")


def _row(trial: Mapping[str, Any]) -> list[str]:
    params = [str(value) for value in trial["params"].values()]
    figures = (_figure(name, trial[name]) for name in TITLES)
    return [str(trial["number"]), *params, *figures]


def _figure(name: str, value: float | None) -> str:
    return format_metric(name, math.nan if value is None else value)


def print_studies(project: Project, console: Console) -> None:
    """A line for each study of a project."""
    from alphintra_desktop.research.studies import all_studies  # noqa: PLC0415

    rows = [_study_row(study) for study in all_studies(project)]
    if console.as_json:
        console.result({"studies": rows})
        return
    if not rows:
        console.line("This project has no studies yet.")
        return
    heads = ("Study", "Strategy", "Sampler", "Objectives", "Trials", "State")
    names = ("study", "name", "sampler", "objectives", "trials", "state")
    table = [[str(_joined(row[name])) for name in names] for row in rows]
    console.table(heads, table)


def _study_row(study: Study) -> dict[str, Any]:
    from alphintra_desktop.graph.files import graph_from_text  # noqa: PLC0415

    spec, result = study.spec, study.result()
    asked = sum(t.kind == "search" for line in study.generations() for t in line.trials)
    state = "searching" if study.is_held() else "to resume"
    if result is not None and state != "searching" and result["counts"]["trials"] == asked:
        state = "done"
    return {
        "study": study.id,
        "name": graph_from_text(spec.graph, spec.where).name,
        "sampler": spec.sampler,
        "objectives": list(spec.objectives),
        "trials": asked,
        "state": state,
        "created": study.created,
    }


def _joined(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value
