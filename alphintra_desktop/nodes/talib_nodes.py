"""A node type for every TA-Lib function, made from TA-Lib's own metadata and `talib_help`.

1. Inputs that TA-Lib takes from fixed columns become one port `bars`. Free inputs become ports of
   numbers. A function with both, such as OBV, takes everything from the bars.
2. Params keep TA-Lib's order and get readable names. A kind of average is chosen by name.
3. Each output is a `TaLib` op with its number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import talib
import talib.abstract

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.node_type import SINGLE_OUTPUT, NodeType, Param, Port
from alphintra_desktop.ir.ops import Column, Expr, MarketData, Numbers, TaLib
from alphintra_desktop.nodes.talib_help import CURATED, Curated
from alphintra_desktop.nodes.talib_settings import (
    AVERAGES,
    CATEGORIES,
    OUTPUT_NAMES,
    PARAM_BOUNDS,
    PARAM_HELP,
    PARAM_NAMES,
    PERIODS_FROM_ONE,
)

_NAMES_OF_AVERAGES = {number: name for name, number in AVERAGES.items()}
_FREE_PORTS = {"price": "values", "price0": "left", "price1": "right", "periods": "periods"}
_LONGEST_PERIOD = 100_000


@cache
def talib_node_types() -> tuple[NodeType, ...]:
    """All of TA-Lib's functions, in the order of their names."""
    return tuple(_node_type(function) for function in sorted(talib.get_functions()))  # type: ignore[no-untyped-call]


def _node_type(function: str) -> NodeType:
    info = _info(function)
    curated = CURATED.get(function) or _from_metadata(info)
    outputs = _outputs(info)
    params = _params(function, info["parameters"])
    return NodeType(
        name=f"talib.{function.lower()}",
        title=curated.title,
        category=curated.category,
        help=curated.help,
        inputs={name: Port(name, kind) for name, kind in _ports(info["input_names"]).items()},
        outputs=dict.fromkeys(outputs, Numbers),
        params=params,
        build=_builder(function, info["input_names"], tuple(params), len(outputs)),
        formula=curated.formula,
        tags=("TA-Lib", function, *curated.tags),
    )


def _info(function: str) -> Mapping[str, Any]:
    info: Mapping[str, Any] = talib.abstract.Function(function).info  # type: ignore[attr-defined]
    return info


def _from_metadata(info: Mapping[str, Any]) -> Curated:
    """Title, category and help of a function that nobody wrote a text for."""
    category = CATEGORIES[info["group"]]
    title = info["display_name"]
    if category == "Pattern":
        text = f"The candlestick pattern {title}: 100 where it is bullish, -100 bearish, 0 absent."
        return Curated(title, category, f"{text}\n\nIt is also 0 on the first bars.")
    whole = info["output_names"] == ["integer"]
    first = "It is 0" if whole else "There is no number"
    text = f"{title} (TA-Lib's {info['name']}).\n\n{first} until there are enough bars."
    return Curated(title, category, text)


def _ports(input_names: Mapping[str, Any]) -> dict[str, type[Expr]]:
    if _takes_bars(input_names):
        return {"bars": MarketData}
    return {_FREE_PORTS[name]: Numbers for name in input_names}


def _takes_bars(input_names: Mapping[str, Any]) -> bool:
    return "prices" in input_names


def _outputs(info: Mapping[str, Any]) -> tuple[str, ...]:
    names = info["output_names"]
    if len(names) == 1:
        return (SINGLE_OUTPUT,)
    return tuple(OUTPUT_NAMES.get(name, name) for name in names)


def _params(function: str, defaults: Mapping[str, Any]) -> dict[str, Param]:
    return {
        PARAM_NAMES.get(name, name): _param(function, name, default)
        for name, default in defaults.items()
    }


def _param(function: str, name: str, default: Any) -> Param:
    text = PARAM_HELP.get(name, "")
    if name.endswith("matype"):
        return Param(_NAMES_OF_AVERAGES[default], str, choices=tuple(AVERAGES), help=text)
    if isinstance(default, int):
        low = 1 if function in PERIODS_FROM_ONE or name in PERIODS_FROM_ONE else 2
        return Param(default, int, low, _LONGEST_PERIOD, unit="bars", help=text)
    least, most = PARAM_BOUNDS[name]
    return Param(float(default), float, least, most, help=text)


def _builder(
    function: str, input_names: Mapping[str, Any], params: tuple[str, ...], outputs: int
) -> Callable[..., Any]:
    """What makes the ops: the inputs in TA-Lib's order, the values untouched."""
    columns = _columns(input_names) if _takes_bars(input_names) else ()

    def build(*inputs: Any, **settings: Any) -> Any:
        series = tuple(Column(inputs[0], name) for name in columns) or inputs
        values = tuple(AVERAGES.get(settings[name], settings[name]) for name in params)
        _refuse_swapped_periods(settings)
        made = tuple(TaLib(function, series, values, number) for number in range(outputs))
        return made if outputs > 1 else made[0]

    return build


def _columns(input_names: Mapping[str, Any]) -> tuple[str, ...]:
    names: list[str] = []
    for given in input_names.values():
        names += [given] if isinstance(given, str) else given
    return tuple(names)


def _refuse_swapped_periods(settings: Mapping[str, Any]) -> None:
    """MAVP would run with its limits swapped, and give nothing."""
    if "shortest" in settings and settings["shortest"] > settings["longest"]:
        raise AlphintraError(
            f"The shortest period, {settings['shortest']}, is above the longest, "
            f"{settings['longest']}.",
            hint="Swap the two.",
            place=Place(param="shortest"),
        )
