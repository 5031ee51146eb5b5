"""The generated file: settings, formulas, `signals(bars)`, and a block that can run it alone."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from alphintra_desktop.codegen import copied, emit
from alphintra_desktop.codegen.gaps import may_have_gaps
from alphintra_desktop.codegen.layout import assignment, filled, indented, returned, unparse
from alphintra_desktop.codegen.lower import Lowered, lower
from alphintra_desktop.codegen.names import Names, snake_case
from alphintra_desktop.codegen.plan import Plan, inputs_first, plan
from alphintra_desktop.codegen.presence import only_with_bar
from alphintra_desktop.codegen.problem import GraphHasProblems
from alphintra_desktop.codegen.problems import problems_of
from alphintra_desktop.codegen.trading import Trading, trading
from alphintra_desktop.codegen.writing import PANEL, SYMBOL, Writing
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.graph.node_type import SINGLE_OUTPUT
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import Expr
from alphintra_desktop.simulation.rules import Rules


@dataclass(frozen=True)
class StrategyCode:
    """A graph as Python.

    `lines` tells which node a line (from 1) was written for, `settings` which node and param a
    setting at the top of the file holds, `variables` the node of each variable. `across` says
    that the strategy compares symbols, so that it has two stages. `trading` is what the file's
    last block simulates.
    """

    name: str
    text: str
    lines: Mapping[int, str]
    settings: Mapping[str, tuple[str, str]]
    variables: Mapping[str, str]
    across: bool
    trading: Trading
    lowered: Lowered


def generate(graph: Graph) -> StrategyCode:
    """The Python file of a graph. Raises `GraphHasProblems` with all that keeps it from running."""
    lowered = lower(graph)
    found = problems_of(lowered)
    if any(problem.blocking for problem in found):
        raise GraphHasProblems(found)
    return written(lowered)


def written(lowered: Lowered) -> StrategyCode:
    """The Python file of a graph without blocking problems."""
    strategy = lowered.strategy
    assert strategy is not None
    data = next(op for op in inputs_first([strategy], Expr.inputs) if isinstance(op, ops.Dataset))
    parts = trading(strategy, data)
    named = replace(lowered, owner=_with_sizes_and_stops(strategy, lowered.owner))
    wide = isinstance(strategy, ops.PortfolioStrategy)
    return _File(named, parts, plan(parts.decisions, named.owner, panel=wide)).code()


def written_values(
    lowered: Lowered, data: ops.Dataset, values: Mapping[tuple[str, str], Expr], *, panel: bool
) -> StrategyCode:
    """A file whose `signals` gives these series as "node.output", whatever is made of them.

    For a look into a drawing that need not be a strategy yet. With `panel` the symbols stand side
    by side, as where they share an account.
    """
    named = {**{op: key for key, op in values.items()}, **lowered.owner}
    returned = {f"{node}.{output}": op for (node, output), op in values.items()}
    made = plan(returned, named, panel=panel)
    return _File(replace(lowered, owner=named), Trading(data, returned, Rules()), made).code()


def _with_sizes_and_stops(
    strategy: ops.StrategyOp, owner: Mapping[Expr, tuple[str, str]]
) -> dict[Expr, tuple[str, str]]:
    """The series inside a sizing or stop node get the node's name, unless they have their own."""
    inside = {
        series: owner[part]
        for part in strategy.inputs()
        if isinstance(part, ops.Sizing | ops.StopRule) and part in owner
        for series in part.inputs()
    }
    return {**inside, **owner}


@dataclass
class _File:
    """A file being written."""

    lowered: Lowered
    trading: Trading
    plan: Plan
    text: list[str] = field(default_factory=list)
    lines: dict[int, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = Names({*copied.FORMULA_NAMES, *copied.reserved_names(), "signals", "features"})
        self.setting_names = Names(copied.reserved_names())
        self._settings: dict[tuple[str, str], str] = {}
        self.talib_groups: dict[Any, list[ops.TaLib]] = {}
        for op in (*self.plan.symbol, *self.plan.panel):
            if isinstance(op, ops.TaLib):
                key = (op.function, op.series, op.params)
                self.talib_groups.setdefault(key, []).append(op)
        self.writing = Writing(SYMBOL, self.names, self._setting_name)

    def code(self) -> StrategyCode:
        """Write the body first: it tells which settings, formulas and modules the head needs."""
        body = self._features() + self._signals() if self.plan.across else self._one_symbol()
        last = copied.last_block(self.trading, self.writing, across=self.plan.across)
        functions = copied.formulas(self.writing.formulas)
        custom = self._custom_functions()
        used = copied.modules_in([*functions, *custom, "\n".join(last)])
        self._head(used | self.writing.modules)
        self._write(settings_lines(self.writing.settings))
        for part in (*functions, *custom):
            self._write(["", "", *part.splitlines()])
        for lines, owners in body:
            self._write(["", ""])
            self._write(lines, owners)
        self._write(["", "", *last])
        settings = {name: (node, param) for name, (node, param, _) in self.writing.settings.items()}
        text = "\n".join(self.text) + "\n"
        return StrategyCode(
            name=self.lowered.graph.name,
            text=text,
            lines=self.lines,
            settings=settings,
            variables=self.variables,
            across=self.plan.across,
            trading=self.trading,
            lowered=self.lowered,
        )

    def _write(self, lines: Iterable[str], owners: Mapping[int, str] | None = None) -> None:
        start = len(self.text)
        self.text.extend(lines)
        for offset, node in (owners or {}).items():
            self.lines[start + offset + 1] = node

    def _setting_name(self, node: str, param: str) -> str:
        if (node, param) not in self._settings:
            title = self.lowered.title(node)
            wanted = snake_case(title if param == "value" else f"{title} {param}").upper()
            self._settings[node, param] = self.setting_names.take(wanted)
        return self._settings[node, param]

    # -------------------------------------------------------------------- functions

    def _one_symbol(self) -> list[tuple[list[str], dict[int, str]]]:
        body = _Function(self, "def signals(bars):", _SIGNALS_HELP)
        body.statements(self.plan.symbol)
        body.end((name, op) for name, op in self.trading.decisions.items())
        return [(body.lines, body.owners)]

    def _features(self) -> list[tuple[list[str], dict[int, str]]]:
        body = _Function(self, "def features(bars):", _FEATURES_HELP)
        body.statements(self.plan.symbol)
        body.end((self.writing.variables[op], op) for op in self.plan.features)
        return [(body.lines, body.owners)]

    def _signals(self) -> list[tuple[list[str], dict[int, str]]]:
        per_symbol = self.writing.variables
        self.writing.stage, self.writing.variables = PANEL, {}
        body = _Function(self, "def signals(panel):", _PANEL_HELP)
        for op in self.plan.features:
            name = per_symbol[op]
            self.writing.variables[op] = name
            self.writing.with_bar[op] = True
            body.line(f'{name} = panel["{name}"]', None)
        body.statements(self.plan.panel)
        body.end((name, op) for name, op in self.trading.decisions.items())
        return [(body.lines, body.owners)]

    def _custom_functions(self) -> list[str]:
        return [
            copied.custom_function(name, code) for name, (code, _) in self.writing.functions.items()
        ]

    # ------------------------------------------------------------------------- head

    def _head(self, modules: set[str]) -> None:
        data, graph = self.trading.data, self.lowered.graph
        prices = "adjusted for splits and dividends" if data.adjusted else "as traded"
        period = f", {data.start or 'first bar'} to {data.end or 'last bar'}"
        title = graph.name.replace("\\", "/").replace('"', "'") or "A strategy"
        self._write(
            [
                f'"""{title}',
                "",
                *filled(
                    f"Bars: {', '.join(data.symbols)} ({data.timeframe}{period}) of the dataset "
                    f"'{data.dataset}', {prices}.{self._events()}"
                ),
                "",
                f"    python {snake_case(title)}.py bars.parquet",
                "",
                "runs it without anything but NumPy, pandas (with pyarrow) and TA-Lib.",
                '"""',
                "",
                *copied.import_lines(modules),
            ]
        )

    def _events(self) -> str:
        tables = ", ".join(sorted({op.table for op in self.trading.events}))
        return f" Events, each from when it was known: {tables}." if tables else ""


# What the bars hold already where features are put beside it.
BAR_KEYS = (
    *("timestamp", "symbols", "present", "open", "high", "low", "close", "volume"),
    *("adj_factor", "split", "dividend"),
)

_SIGNALS_HELP = "Decide at the close of every bar of one symbol, knowing no later bar."
_FEATURES_HELP = "What one symbol's own bars say, before symbols are compared."
_PANEL_HELP = (
    "Decide at every close for all symbols: arrays of (bars, symbols), no later bar known."
)


class _Function:
    """A function being written, with the node of each of its lines."""

    def __init__(self, file: _File, head: str, help_: str) -> None:
        self.file = file
        self.lines = [head, f'    """{help_}"""']
        self.owners: dict[int, str] = {}
        self._told: set[str] = set()

    def line(self, text: str, node: str | None) -> None:
        if node is not None:
            self.owners[len(self.lines)] = node
        self.lines.extend(indented([text]))

    def statements(self, variables: Iterable[Expr]) -> None:
        for op in variables:
            if op not in self.file.writing.variables:
                self._statement(op)

    def _statement(self, op: Expr) -> None:
        writing = self.file.writing
        node, output = self.file.lowered.owner.get(op, (None, ""))
        self._comment(node)
        if isinstance(op, ops.TaLib) and self._several_outputs(op):
            return
        value = emit.define(op, writing)
        may_have_gaps(op, writing.gaps)
        only_with_bar(op, writing.with_bar)
        writing.variables[op] = self._variable(op, node, output)
        for text in assignment(writing.variables[op], value):
            self.line(text, node)

    def _comment(self, node: str | None) -> None:
        if node is not None and node not in self._told:
            self._told.add(node)
            title = " ".join(self.file.lowered.title(node).split())
            self.line(f"# {title} ({node})", node)

    def _variable(self, op: Expr, node: str | None, output: str) -> str:
        if node is None:
            return self.file.names.take(f"{snake_case(type(op).__name__)}_values")
        title = self.file.lowered.title(node)
        wanted = snake_case(title if output == SINGLE_OUTPUT else f"{title} {output}")
        is_key = self.file.plan.across and wanted in BAR_KEYS and not isinstance(op, ops.Column)
        if is_key or wanted in copied.FORMULA_NAMES:
            wanted += "_flags" if isinstance(op, ops.Flags) else "_series"
        name = self.file.names.take(wanted)
        self.file.variables[name] = node
        return name

    def _several_outputs(self, op: ops.TaLib) -> bool:
        """Write one call for several outputs that are used. False when this is the only one."""
        writing = self.file.writing
        wanted = self.file.talib_groups[op.function, op.series, op.params]
        if len(wanted) < 2 or writing.stage == PANEL:
            return False
        value = emit.talib_call(op, writing)
        targets = ["_"] * len(emit.talib_outputs(op.function))
        node = None
        for other in wanted:
            node, output = self.file.lowered.owner.get(other, (None, ""))
            writing.variables[other] = targets[other.output] = self._variable(other, node, output)
        for text in assignment(", ".join(targets), value):
            self.line(text, node)
        return True

    def end(self, results: Iterable[tuple[str, Expr]]) -> None:
        entries = [(name, emit.decision(name, op, self.file.writing)) for name, op in results]
        for text in returned(entries):
            self.line(text, None)


def settings_lines(settings: Mapping[str, tuple[str, str, Any]]) -> list[str]:
    """`NAME = value` for every setting, under a heading."""
    if not settings:
        return []
    lines = [f"{name} = {unparse(ast.Constant(value))}" for name, (_, _, value) in settings.items()]
    return ["", "# Settings", *lines]
