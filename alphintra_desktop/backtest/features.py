"""Features: outputs of a drawing as columns, by the same code for research, training, prediction.

A set of features is written as a Python file by the generator that writes strategies, from the
drawing's own nodes. That file is the definition: it computes the values that are stored for
research and training, and the same file computes them for a new bar. What looks into the future is
a label and is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv, parquet

from alphintra_desktop.backtest.deciding import decided
from alphintra_desktop.backtest.event_columns import with_events
from alphintra_desktop.backtest.run import load_data
from alphintra_desktop.backtest.shown_series import Key, series_of, shown_series
from alphintra_desktop.backtest.spreadsheet_text import no_formula
from alphintra_desktop.backtest.strategy_file import load
from alphintra_desktop.codegen.lower import Lowered, lower
from alphintra_desktop.codegen.module import StrategyCode, written_values
from alphintra_desktop.codegen.plan import across_symbols
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.files import graph_from_text, graph_to_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.causality import reach
from alphintra_desktop.ir.ops import Expr
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.market.feature_store import (
    FeatureSet,
    FeatureValues,
    keep_set,
    keep_values,
    read_values,
    snapshot_on,
    table_of,
)
from alphintra_desktop.market.store import LoadedBars, load_pinned
from alphintra_desktop.report import Report
from alphintra_desktop.runs.canonical import text_hash

OPEN_FOR = "bars"
"""The output of a label's node that says for how many bars each label is open."""


def defined(graph: Graph, name: str, features: Mapping[str, str]) -> FeatureSet:
    """The definition of a set, not stored yet. `features` maps names to "node.output".

    Raises `AlphintraError` for an output that there is not, that is no series, that is on other
    bars than the rest, or that looks into the future.
    """
    lowered = lower(graph)
    outputs = {feature: _key(lowered, where) for feature, where in features.items()}
    if not outputs:
        raise AlphintraError(
            "A feature set needs at least one feature.",
            hint="Name them: rsi=<node>.value, one for each output that is to be a feature.",
        )
    shown = shown_series(lowered, {node for node, _ in outputs.values()})
    series = {feature: _series(lowered, shown.series, key) for feature, key in outputs.items()}
    data = shown.data
    if data is None:
        raise AlphintraError(
            "These features are not made of any market data.",
            hint="Connect them to a market data node.",
        )
    code = _code(lowered, data, {outputs[f]: op for f, op in series.items()})
    return FeatureSet(
        name=name,
        version=0,
        dataset=data.dataset,
        timeframe=data.timeframe,
        symbols=tuple(data.symbols),
        adjusted=data.adjusted,
        features={feature: ".".join(key) for feature, key in outputs.items()},
        expressions={feature: expression(op) for feature, op in series.items()},
        graph=graph_to_text(graph),
        code=code.text,
        code_hash=text_hash(code.text),
    )


def computed(made: FeatureSet, bars: Bars) -> FeatureValues:
    """The values of a set on any bars, as loaded: new ones of today, or those of long ago.

    Raises `AlphintraError` when the set was made by another version of the program, whose code it
    is no longer, and `StrategyFailed` when custom code fails.
    """
    code = code_of(made)
    given = bars.adjusted() if made.adjusted else bars
    found = decided(code, load(code), given)
    columns = {
        feature: _as_floats(found[where], bars.present) for feature, where in made.features.items()
    }
    return FeatureValues(bars.timestamps, bars.symbols, bars.present, columns)


def code_of(made: FeatureSet) -> StrategyCode:
    """The file that computes a set. Raises `AlphintraError` where that is no longer the same."""
    lowered = lower(graph_from_text(made.graph, f"the drawing of {made.view}"))
    keys = [_key(lowered, where) for where in made.features.values()]
    shown = shown_series(lowered, {node for node, _ in keys})
    assert shown.data is not None
    code = _code(lowered, shown.data, {key: _series(lowered, shown.series, key) for key in keys})
    if text_hash(code.text) == made.code_hash:
        return code
    raise AlphintraError(
        f"{made.view} was made by another version of Alphintra, which computes it differently.",
        hint=f"`alphintra features update {made.name}` makes a version of today's code.",
    )


def label_values(graph: Graph, where: str, bars: Bars) -> tuple[Floats, int | Floats]:
    """What a label of a drawing says on bars, (T, N), and for how many own bars it is open.

    A label whose node says by itself how long each is open, in an output "bars", is taken at its
    word, (T, N); else it is as far as the label ever looks. Raises `AlphintraError` for what does
    not look into the future.
    """
    lowered = lower(graph)
    key = _key(lowered, where)
    op = series_of(lowered.outputs[key])
    forward = reach(op).forward if op is not None else 0
    if op is None or not forward or forward <= 0:
        raise AlphintraError(
            f"{lowered.title(key[0])} does not look into the future: it is no label.",
            hint="Take a node of the category Research labels.",
            place=Place(node=key[0]),
        )
    shown = shown_series(lowered, {key[0]})
    series: dict[Key, Expr] = {key: op}
    if (open_for := (key[0], OPEN_FOR)) in shown.series and key[1] != OPEN_FOR:
        series[open_for] = shown.series[open_for]
    assert shown.data is not None
    code = _code(lowered, shown.data, series)
    given = bars.adjusted() if shown.data.adjusted else bars
    found = decided(code, load(code), given)
    values = [_as_floats(found[".".join(key)], bars.present) for key in series]
    return values[0], values[1] if len(values) > 1 else int(forward)


def save_features(
    graph: Graph, name: str, features: Mapping[str, str], report: Report
) -> FeatureSet:
    """Store a definition under a name, and its values on the bars there are now."""
    made = keep_set(defined(graph, name, features))
    loaded_features(made, report)
    return made


def updated_features(made: FeatureSet, report: Report) -> FeatureSet:
    """The set by today's code, a new version if that differs, with values on today's bars."""
    graph = graph_from_text(made.graph, f"the drawing of {made.view}")
    today = keep_set(defined(graph, made.name, made.features))
    report.progress(0, of=2, doing="Loading bars")
    _compute_and_keep(today, _bars(today, None), report)
    return today


def loaded_features(
    made: FeatureSet, report: Report, pins: Mapping[str, str] | None = None
) -> FeatureValues:
    """The values of a set on today's bars, or on those of exactly the content `pins` by symbol.

    They are read where they were stored, else computed and stored.
    """
    report.progress(0, of=2, doing="Loading bars")
    loaded = _bars(made, pins)
    known = snapshot_on(made, loaded.sha256)
    if known is not None:
        return read_values(made, known, loaded.bars)
    return _compute_and_keep(made, loaded, report)


def _compute_and_keep(made: FeatureSet, loaded: LoadedBars, report: Report) -> FeatureValues:
    report.progress(1, of=2, doing="Computing features")
    values = computed(made, loaded.bars)
    keep_values(made, loaded.bars, values.columns, loaded.sha256)
    report.progress(2, of=2, doing="Computing features")
    return values


def write_values(values: FeatureValues, path: Path) -> None:
    """Write all values to a .parquet or .csv file, whole or not at all. Raises `AlphintraError`."""
    table = table_of(values, intraday=False)
    if path.suffix.lower() not in (".parquet", ".csv"):
        raise AlphintraError(
            f"{path.name} says no format that features can be written in.",
            hint="Name a .parquet or a .csv file.",
        )
    draft = path.with_name(f".{path.name}.draft")
    try:
        if path.suffix.lower() == ".csv":
            safe = pa.array([no_formula(text) for text in table["symbol"].to_pylist()], pa.string())
            csv.write_csv(table.set_column(1, "symbol", safe), draft)
        else:
            parquet.write_table(table, draft)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise AlphintraError(
            f"{path} cannot be written: {error.strerror or error}.",
            hint="Check that its folder exists, is writable and has room.",
        ) from error


def expression(op: Any) -> str:
    """An op as one line, with all that it is computed from: `Above(TaLib(RSI, ...), 30.0)`."""
    match op:
        case ops.MarketData():
            return f"{op.timeframe} bars" if isinstance(op, ops.HigherTimeframe) else "bars"
        case ops.Column():
            return (
                op.name
                if isinstance(op.data, ops.Dataset)
                else f"{op.name} of {expression(op.data)}"
            )
        case ops.Constant():
            return f"{op.value:g}"
        case Expr():
            values = (getattr(op, field.name) for field in fields(op))  # type: ignore[arg-type]
            return f"{type(op).__name__}({', '.join(map(expression, values))})"
        case tuple():
            return f"({', '.join(map(expression, op))})"
        case _:
            return str(op)


def _bars(made: FeatureSet, pins: Mapping[str, str] | None) -> LoadedBars:
    if pins is not None:
        loaded, code = load_pinned(made.dataset, made.timeframe, pins), code_of(made)
        return with_events(loaded, code.trading.events, code.lowered)
    return load_data(code_of(made))


def _key(lowered: Lowered, where: str) -> Key:
    node, _, output = where.partition(".")
    found = [key for key in lowered.outputs if key[0] == node and output in ("", key[1])]
    if len(found) == 1:
        return found[0]
    raise AlphintraError(
        f"The drawing has no output '{where[:80]}'"
        + (" that is clear: the node has several." if found else "."),
        hint="Name an output as <node>.<output>; the node's inputs must be connected.",
        place=Place(node=node) if node in lowered.graph.nodes else None,
    )


def _series(lowered: Lowered, known: Mapping[Key, Expr], key: Key) -> Expr:
    place = Place(node=key[0])
    title = lowered.title(key[0])
    op = known.get(key)
    if op is None or series_of(lowered.outputs[key]) is None:
        raise AlphintraError(
            f"{title} does not give one number a bar that could be a feature.",
            hint="Take the output of an indicator, a price or a condition on the same bars.",
            place=place,
        )
    forward = reach(op).forward
    if forward is None or forward <= 0:
        return op
    raise AlphintraError(
        f"{title} looks {forward:g} bars into the future: it is a label, and no feature.",
        hint="A model that is given it would learn what nobody can know.",
        place=place,
    )


def _code(lowered: Lowered, data: ops.Dataset, series: Mapping[Key, Expr]) -> StrategyCode:
    panel = bool(across_symbols(series.values(), calendar=False))
    return written_values(lowered, data, series, panel=panel)


def _as_floats(values: Any, present: npt.NDArray[np.bool_]) -> Floats:
    return np.array(np.broadcast_to(np.asarray(values, np.float64), present.shape))
