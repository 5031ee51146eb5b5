"""Every node type we ship, found by name or by words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

from alphintra_desktop.graph.model import Node
from alphintra_desktop.graph.node_type import Arity, NodeType, Param, Port
from alphintra_desktop.nodes import (
    arithmetic,
    channels,
    conditions,
    costs,
    custom,
    events,
    labels,
    logic,
    market_data,
    models,
    portfolio,
    prices,
    signals,
    sizing,
    stops,
    strategy,
    transforms,
)

NODES: tuple[NodeType, ...] = (
    market_data.dataset,
    market_data.higher_timeframe,
    market_data.on_bar_close,
    market_data.of_symbol,
    events.last_known,
    events.over_bars,
    events.over_days,
    events.age,
    events.in_universe,
    prices.open,
    prices.high,
    prices.low,
    prices.close,
    prices.volume,
    prices.typical_price,
    prices.median_price,
    prices.average_price,
    prices.dollar_volume,
    transforms.returns,
    transforms.log_returns,
    transforms.logarithm,
    transforms.lag,
    transforms.change,
    transforms.rank_across,
    transforms.rolling_mean,
    transforms.rolling_std,
    transforms.rolling_variance,
    transforms.rolling_sum,
    transforms.rolling_min,
    transforms.rolling_max,
    transforms.rolling_median,
    transforms.rolling_skew,
    transforms.rolling_kurtosis,
    transforms.rolling_quantile,
    transforms.rolling_rank,
    transforms.correlation,
    transforms.z_score,
    transforms.highest_of_prior,
    transforms.lowest_of_prior,
    channels.donchian_channel,
    channels.keltner_channel,
    channels.session_vwap,
    channels.realised_volatility,
    arithmetic.constant,
    arithmetic.add,
    arithmetic.subtract,
    arithmetic.multiply,
    arithmetic.divide,
    arithmetic.power,
    arithmetic.minimum,
    arithmetic.maximum,
    arithmetic.negative,
    arithmetic.absolute,
    arithmetic.sign,
    arithmetic.square_root,
    arithmetic.choose,
    arithmetic.clip,
    conditions.above,
    conditions.below,
    conditions.at_least,
    conditions.at_most,
    conditions.equal,
    conditions.between,
    conditions.above_level,
    conditions.below_level,
    conditions.between_levels,
    conditions.crosses_above,
    conditions.crosses_below,
    conditions.crosses_above_level,
    conditions.crosses_below_level,
    conditions.rising,
    conditions.falling,
    logic.all_of,
    logic.any_of,
    logic.not_,
    logic.held_for,
    logic.was_true,
    logic.bars_since,
    logic.is_symbol,
    logic.in_session,
    logic.on_weekdays,
    logic.every_bars,
    logic.on_new_period,
    signals.enter_long,
    signals.exit_long,
    signals.enter_short,
    signals.exit_short,
    sizing.shares,
    sizing.cash,
    sizing.fraction_of_equity,
    sizing.volatility_target,
    stops.stop_loss,
    stops.take_profit,
    stops.trailing_stop,
    stops.stop_loss_at_distance,
    stops.take_profit_at_distance,
    stops.trailing_stop_at_distance,
    stops.exit_after,
    costs.commission,
    costs.slippage,
    costs.borrow_fee,
    portfolio.top_n,
    portfolio.equal_weights,
    portfolio.inverse_volatility_weights,
    portfolio.inverse_weights,
    strategy.strategy,
    strategy.portfolio_strategy,
    labels.future_return,
    labels.triple_barrier,
    labels.meta_label,
    labels.trend_scan,
    models.model,
    custom.custom_node_type(custom.EXAMPLE),
)

_OURS: Mapping[str, NodeType] = MappingProxyType({made.name: made for made in NODES})
_ARITIES = {Arity.ONE: "", Arity.OPTIONAL: ", may stay open", Arity.MANY: ", any number of wires"}


@cache
def catalog() -> Mapping[str, NodeType]:
    """Every node type by name: ours, then TA-Lib's."""
    # TA-Lib brings pandas with it, 0.2 s that a graph without indicators need not wait for.
    from alphintra_desktop.nodes.talib_nodes import talib_node_types  # noqa: PLC0415

    return MappingProxyType({**_OURS, **{made.name: made for made in talib_node_types()}})


def node_type_of(node: Node) -> NodeType | None:
    """The node's type, or None for one that is not known here.

    The ports and params of custom code are those of the code on the node. Raises
    `AlphintraError` if that code does not declare a node.
    """
    if node.type == custom.CUSTOM:
        code = node.params.get("code", custom.EXAMPLE)
        return custom.custom_node_type(code) if isinstance(code, str) else _OURS[node.type]
    return _OURS.get(node.type) or catalog().get(node.type)


def search(text: str) -> tuple[NodeType, ...]:
    """The node types that hold every word of `text`, best first: title, then tags, then help."""
    words = text.lower().split()
    scored = [(_score(made, words), made) for made in catalog().values()]
    found = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])
    return tuple(made for _, made in found)


def suggestion(text: str) -> str:
    """What to try when a search or a name finds nothing."""
    known = {word.lower(): word for made in catalog().values() for word in (made.name, made.title)}
    near = get_close_matches(text.lower(), known, n=1)
    return f"Did you mean {known[near[0]]}?" if near else "Run `alphintra nodes` for all of them."


def describe(made: NodeType) -> str:
    """Everything about a node type, for the terminal."""
    return "\n".join(_lines(made))


def _lines(made: NodeType) -> Iterator[str]:
    yield f"{made.title}  ({made.name}, {made.category})"
    yield ""
    yield from made.help.splitlines()
    if made.formula:
        yield from ("", f"Formula: {made.formula}")
    if made.inputs:
        yield from ("", "Inputs")
        yield from (_port_line(port) for port in made.inputs.values())
    yield from ("", "Outputs")
    yield from (f"  {name}: {kind.__name__}" for name, kind in made.outputs.items())
    if made.params:
        yield from ("", "Params")
        yield from (_param_line(name, setting) for name, setting in made.params.items())


def _port_line(port: Port) -> str:
    return f"  {port.name}: {port.type.__name__}{_ARITIES[port.arity]}"


def _param_line(name: str, setting: Param) -> str:
    if setting.language:
        return f"  {name}: {setting.help}"
    parts = [f"  {name} = {setting.default!r}"]
    if setting.choices:
        parts.append(f"one of {', '.join(str(choice) for choice in setting.choices)}")
    elif setting.low is not None and setting.high is not None:
        parts.append(f"{setting.low:g} to {setting.high:g}")
    if setting.unit:
        parts.append(setting.unit)
    return "  ".join([*parts, setting.help]).rstrip()


def _score(made: NodeType, words: list[str]) -> int:
    """0 unless every word is found; more for a word in a better place."""
    scores = [_word_score(made, word) for word in words]
    return sum(scores) if all(scores) else 0


def _word_score(made: NodeType, word: str) -> int:
    tags = " ".join(made.tags).lower()
    title = made.title.lower()
    if word in (*title.split(), *tags.split()):
        return 16
    places = (
        (title, 8),
        (made.name, 4),
        (tags, 4),
        (made.category.lower(), 2),
        (made.help.lower(), 1),
    )
    return max((score for where, score in places if word in where), default=0)
