"""The contract of every node type: what palette, inspector, file format and compiler rely on."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from alphintra_desktop.graph.model import Node
from alphintra_desktop.graph.node_type import SINGLE_OUTPUT, Arity, NodeType, Param, Port
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import Expr, NamedFloat, NamedInt, named
from alphintra_desktop.nodes.catalog import NODES, catalog
from alphintra_desktop.nodes.params import checked_params

BARS = ops.Dataset("sample", ("AAPL", "MSFT"))
WEEKS = ops.HigherTimeframe(BARS, "1w")
CLOSE = ops.Column(BARS, "close")
RISING = ops.Above(CLOSE, ops.Lag(CLOSE, 1))
GIVEN: dict[type[Expr], Expr] = {
    ops.MarketData: BARS,
    ops.Numbers: CLOSE,
    ops.Flags: RISING,
    ops.OrderRule: ops.EnterLong(RISING),
    ops.Sizing: ops.SharesPerTrade(ops.Constant(1.0)),
    ops.StopRule: ops.StopLoss(ops.Constant(0.1)),
    ops.TradingCosts: ops.Commission(0.0, 0.0, 0.0),
}
KINDS = (int, float, bool, str)


@pytest.fixture(params=list(catalog().values()), ids=lambda made: made.name)
def made(request: pytest.FixtureRequest) -> NodeType:
    return request.param


def given(made: NodeType, port: Port) -> Any:
    """Something to plug in, of the port's type."""
    if made.name == "market_data.on_bar_close":
        return ops.Column(WEEKS, "close")
    op = GIVEN[port.type]
    return (op,) if port.arity is Arity.MANY else op


def defaults(made: NodeType) -> dict[str, Any]:
    values, problems = checked_params(Node("00000001", made.name), made)
    assert problems == ()
    return values


def built(made: NodeType, **settings: Any) -> tuple[Expr, ...]:
    """The ops of all outputs, everything wired, params at their defaults but for `settings`."""
    wired = (given(made, port) for port in made.inputs.values())
    result = made.build(*wired, **{**defaults(made), **settings})
    return (result,) if SINGLE_OUTPUT in made.outputs else tuple(result)


def ops_in(op: Expr) -> set[Expr]:
    return {op}.union(*(ops_in(item) for item in op.inputs()))


def test_that_it_builds_ops_of_the_types_it_declares(made: NodeType):
    assert [
        isinstance(op, kind) for op, kind in zip(built(made), made.outputs.values(), strict=True)
    ]
    for op, kind in zip(built(made), made.outputs.values(), strict=True):
        assert isinstance(op, kind)
        hash(op)


def test_that_it_builds_with_its_optional_and_many_wire_ports_open(made: NodeType):
    wired = []
    for port in made.inputs.values():
        match port.arity:
            case Arity.ONE:
                wired.append(given(made, port))
            case Arity.OPTIONAL:
                wired.append(None)
            case Arity.MANY:
                needed = port.name in ("rules", "conditions")
                wired.append(given(made, port) if needed else ())
    assert isinstance(made.build(*wired, **defaults(made)), Expr | tuple)


# What a model is trained on shapes its predictions, which come to the strategy as a column.
TRAINED_ON = {"features", "label"}
TRAINED_BY = {"first", "every", "window", "embargo", "seed"}


def test_that_every_wire_reaches_an_op(made: NodeType):
    reached = set().union(*(ops_in(op) for op in built(made)))
    ports = set(made.inputs) - (TRAINED_ON if made.name == "models.model" else set())
    for port in map(made.inputs.__getitem__, ports):
        plugged = given(made, port)
        assert (plugged[0] if port.arity is Arity.MANY else plugged) in reached


def test_that_every_param_that_is_a_number_reaches_an_op_with_its_name(made: NodeType):
    # Generated files name their settings by it. An optional wire takes the place of its param.
    wired = [
        None if port.arity is Arity.OPTIONAL else given(made, port) for port in made.inputs.values()
    ]
    settings = {name: named(value, "00000001", name) for name, value in defaults(made).items()}
    numbers = {name for name, value in settings.items() if isinstance(value, NamedInt | NamedFloat)}
    numbers -= TRAINED_BY if made.name == "models.model" else set()
    assert _names_in(made.build(*wired, **settings)) == numbers


def _names_in(op: Any) -> set[str]:
    if isinstance(op, NamedInt | NamedFloat):
        return {op.param}
    if isinstance(op, tuple):
        return set().union(*(_names_in(item) for item in op))
    if isinstance(op, Expr):
        return set().union(*(_names_in(getattr(op, name)) for name in op.__dataclass_fields__))
    return set()


def test_that_its_help_is_a_sentence(made: NodeType):
    first = made.help.splitlines()[0]
    assert first[0].isupper() or first[0].isdigit()
    assert made.help.rstrip().endswith(".")
    assert made.title.strip() == made.title != ""
    assert made.category in CATEGORIES


def test_that_a_series_that_may_start_late_says_so(made: NodeType):
    windowed = {"window", "period", "bars"} & made.params.keys()
    if not windowed or ops.Numbers not in made.outputs.values() or made.category in NEVER_LATE:
        return
    assert re.search(r"no number|[Nn]o number|0 on the first|It is 0", made.help)


# Weights are 0 where there is nothing to weigh; custom code says what it likes.
NEVER_LATE = {"Portfolio", "Custom"}


def test_that_its_ports_and_params_have_different_plain_names(made: NodeType):
    names = [*made.inputs, *made.params]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in [*names, *made.outputs])
    assert all(port.name == name for name, port in made.inputs.items())
    assert all(issubclass(port.type, Expr) for port in made.inputs.values())


def test_that_its_params_are_of_plain_kinds_with_defaults_inside_their_bounds(made: NodeType):
    for name, param in made.params.items():
        assert param.kind in KINDS, name
        assert type(param.default) is param.kind
        assert not param.choices or param.default in param.choices
        assert param.low is None or param.low <= param.default
        assert param.high is None or param.default <= param.high


def test_that_no_whole_number_is_without_bounds(made: NodeType):
    if made.name == "custom.python":
        return
    whole = {name: param for name, param in made.params.items() if param.kind is int}
    assert [name for name, param in whole.items() if None in (param.low, param.high)] == []


def test_that_it_builds_at_both_ends_of_every_bound(made: NodeType):
    for name, param in made.params.items():
        for value in _ends(param):
            if (made.name, name) not in NOT_ALONE:
                built(made, **{name: value})


# Two limits that must not pass each other: one of them cannot be moved to its end alone.
NOT_ALONE = {("talib.mavp", "shortest"), ("talib.mavp", "longest")}


def _ends(param: Param) -> list[Any]:
    ends = [end for end in (param.low, param.high) if end is not None]
    return [*(param.kind(end) for end in ends), *param.choices]


CATEGORIES = {
    *("Market data", "Prices", "Transforms", "Rolling statistics", "Channels", "Arithmetic"),
    *("Conditions", "Logic", "Calendar", "Signals", "Sizing", "Stops", "Costs", "Portfolio"),
    *(
        "Strategy",
        "Research labels",
        "Models",
        "Custom",
        "Trend",
        "Momentum",
        "Volatility",
        "Volume",
    ),
    *("Pattern", "Cycles", "Bar averages", "Statistics", "Mathematics"),
}


def test_that_titles_are_unique_in_their_category():
    titles = Counter((made.category, made.title.lower()) for made in catalog().values())
    assert [title for title, count in titles.items() if count > 1] == []


def test_that_names_are_unique_over_our_modules():
    assert len({made.name for made in NODES}) == len(NODES)


def test_that_every_node_type_declared_in_a_module_is_listed():
    modules = [
        sys.modules[name] for name in sys.modules if name.startswith("alphintra_desktop.nodes.")
    ]
    declared = {
        made.name
        for module in modules
        for made in vars(module).values()
        if isinstance(made, NodeType)
    }
    assert declared <= {made.name for made in NODES}


def test_that_every_op_can_be_drawn():
    drawn = {type(op) for made in catalog().values() for op in built(made)}
    drawn |= {type(op) for made in NODES for whole in built(made) for op in ops_in(whole)}
    kinds = {
        kind for kind in vars(ops).values() if isinstance(kind, type) and issubclass(kind, Expr)
    }
    concrete = {kind for kind in kinds if not kind.__subclasses__() and kind is not Expr}
    # Custom code that gives flags has ports of its own: see test_custom_code.
    assert concrete - drawn == {ops.CustomFlags}


def test_that_every_rolling_statistic_can_be_drawn():
    drawn = {
        op.statistic
        for made in NODES
        for whole in built(made)
        for op in ops_in(whole)
        if isinstance(op, ops.Rolling)
    }
    assert drawn == set(ops.ROLLING_STATISTICS)


def test_that_names_versions_ports_and_params_of_node_types_are_stable(
    golden: Callable[[str, str], None],
):
    # Graph files hold these. A change here needs a new version and a migration.
    golden("node_types.txt", "".join(f"{_signature(made)}\n" for made in catalog().values()))


def _signature(made: NodeType) -> str:
    ports = [
        port.name + {"one": "", "optional": "?", "many": "*"}[port.arity.value]
        for port in made.inputs.values()
    ]
    settings = [f"{name}: {param.kind.__name__}" for name, param in made.params.items()]
    outputs = [f"{name}: {kind.__name__}" for name, kind in made.outputs.items()]
    given = f"{', '.join(ports)}; {', '.join(settings)}".strip("; ")
    return f"{made.name} {made.version} ({given}) -> {', '.join(outputs)}"
