"""`alphintra features`: outputs of a drawing as named, versioned columns over the market data."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from alphintra_desktop.cli.arguments import add_command, add_graph, add_json, whole_number
from alphintra_desktop.cli.choosing import chosen, node_called
from alphintra_desktop.cli.output import Console, counted_things
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph

SHOWN_ROWS = 8


def add_features(commands: Any) -> None:
    """`alphintra features` and its commands."""
    command = add_command(
        commands,
        "features",
        "keep outputs of a graph as named, versioned columns",
        about="Research, training and prediction then take the same values, computed by the same "
        "code. Each version of a set is a view in SQL, `alphintra data query` answers it.",
        examples=(
            'features save momentum my_strategy --feature "rsi=RSI"',
            "features list",
            "features read momentum --out momentum.parquet",
        ),
    )
    parts = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_add_save, _add_list, _add_show, _add_update, _add_read):
        add(parts)


COMMANDS = (add_features,)


def _add_save(parts: Any) -> None:
    command = add_command(
        parts,
        "save",
        "define a feature set, and compute it on the bars there are",
        about="The same definition again is no new version. What looks into the future is refused.",
        examples=('features save momentum my_strategy --feature "rsi=RSI" --feature "fast=SMA"',),
    )
    command.add_argument("name", help="of the set: letters, digits and underscores")
    add_graph(command)
    command.add_argument(
        "--feature",
        action="append",
        default=[],
        metavar="NAME=NODE[.OUTPUT]",
        dest="features",
        help="a feature and where it comes from; NODE is a title or an id",
    )
    command.set_defaults(run=run_save)


def _add_list(parts: Any) -> None:
    command = add_command(parts, "list", "list all feature sets", examples=("features list",))
    add_json(command)
    command.set_defaults(run=run_list)


def _add_show(parts: Any) -> None:
    command = add_command(
        parts,
        "show",
        "what a feature set is made of, and on which data it was computed",
        examples=("features show momentum", "features show momentum --version 1 --json"),
    )
    _add_name(command)
    command.set_defaults(run=run_show)


def _add_update(parts: Any) -> None:
    command = add_command(
        parts,
        "update",
        "compute a feature set on the bars there are now",
        examples=("features update momentum",),
    )
    _add_name(command)
    command.set_defaults(run=run_update)


def _add_read(parts: Any) -> None:
    command = add_command(
        parts,
        "read",
        "show the last values of a feature set, or write all of them to a file",
        examples=("features read momentum", "features read momentum --out momentum.csv"),
    )
    _add_name(command)
    command.add_argument("--out", default="", metavar="FILE", help="a .parquet or .csv file")
    command.set_defaults(run=run_read)


def _add_name(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", help="of the set, as `alphintra features list` names it")
    command.add_argument(
        "--version", type=whole_number, default=0, help="which one (default: the newest)"
    )
    add_json(command)


def run_save(options: argparse.Namespace, console: Console) -> None:
    """Define, compute, and say what came of it."""
    from alphintra_desktop.backtest.features import save_features  # noqa: PLC0415 - brings NumPy

    graph = chosen(Path(options.graph), options.settings).graph
    features = dict(named_feature(graph, text) for text in options.features)
    with console.progress() as report:
        made = save_features(graph, options.name, features, report)
    _tell(made, console)


def named_feature(graph: Graph, text: str) -> tuple[str, str]:
    """Name and "node.output" of `name=node.output`. Raises `AlphintraError` for other texts."""
    name, equals, where = text.partition("=")
    node, dot, output = where.strip().rpartition(".")
    if not equals or not where.strip():
        raise AlphintraError(
            f"'{text}' does not say what the feature is.",
            hint='Write name=node, or name=node.output: --feature "rsi=RSI".',
        )
    try:
        return name.strip(), node_called(graph, where.strip()).id
    except AlphintraError:
        if not dot:
            raise
        return name.strip(), f"{node_called(graph, node).id}.{output}"


def run_list(options: argparse.Namespace, console: Console) -> None:
    """Every version of every set."""
    from alphintra_desktop.market.feature_store import feature_sets, snapshots_of  # noqa: PLC0415

    found = feature_sets()
    if console.as_json:
        console.result([{**asdict(one), "view": one.view} for one in found])
        return
    rows = [
        (
            *(one.view, one.dataset, one.timeframe, str(len(one.symbols))),
            *(", ".join(one.features), f"{len(snapshots_of(one))}", one.created[:10]),
        )
        for one in found
    ]
    heads = ("View", "Dataset", "Timeframe", "Symbols", "Features", "Computed on", "Made")
    console.table(heads, rows)


def run_show(options: argparse.Namespace, console: Console) -> None:
    """The lineage: expressions, code hash, and the data of each snapshot."""
    from alphintra_desktop.market.feature_store import find_set, snapshots_of  # noqa: PLC0415

    made = find_set(options.name, options.version)
    snapshots = snapshots_of(made)
    if console.as_json:
        told = {**asdict(made), "view": made.view}
        console.result({**told, "snapshots": [asdict(one) for one in snapshots]})
        return
    _tell(made, console)
    console.line()
    for snapshot in snapshots:
        data = ", ".join(f"{symbol} {sha[:10]}" for symbol, sha in snapshot.data.items())
        console.sentence(
            f"Computed {snapshot.made_at} on {data}: {counted_things(snapshot.rows, 'row')}, "
            f"{snapshot.first[:10]} to {snapshot.last[:10]}, content {snapshot.sha256[:10]}."
        )


def _tell(made: Any, console: Console) -> None:
    if console.as_json:
        console.result({**asdict(made), "view": made.view})
        return
    console.line(
        f"{made.view}: {counted_things(len(made.features), 'feature')} on {made.dataset} "
        f"{made.timeframe}, {counted_things(len(made.symbols), 'symbol')}; code "
        f"{made.code_hash[:10]}"
    )
    console.table(("Feature", "Is"), [(name, text) for name, text in made.expressions.items()])


def run_update(options: argparse.Namespace, console: Console) -> None:
    """Compute the set on the current bars, by today's code."""
    from alphintra_desktop.backtest.features import updated_features  # noqa: PLC0415
    from alphintra_desktop.market.feature_store import find_set  # noqa: PLC0415

    with console.progress() as report:
        made = updated_features(find_set(options.name, options.version), report)
    _tell(made, console)


def run_read(options: argparse.Namespace, console: Console) -> None:
    """The values of the set on the current bars."""
    from alphintra_desktop.backtest.features import loaded_features, write_values  # noqa: PLC0415
    from alphintra_desktop.market.feature_store import find_set, table_of  # noqa: PLC0415

    made = find_set(options.name, options.version)
    with console.progress() as report:
        values = loaded_features(made, report)
    if options.out:
        write_values(values, Path(options.out))
        if not console.as_json:
            console.line(f"{made.view} is written to {options.out}.")
            return
    table = table_of(values)
    last = table.slice(max(0, table.num_rows - SHOWN_ROWS)).to_pylist()
    if console.as_json:
        rows = [{**row, "timestamp": str(row["timestamp"])} for row in last]
        console.result({"view": made.view, "rows": table.num_rows, "last": rows})
        return
    shown = [tuple(_shown(value) for value in row.values()) for row in last]
    console.table(tuple(table.column_names), shown)
    console.line(f"{counted_things(table.num_rows, 'row')} in all.")


def _shown(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
