"""Drawing graphs in tests with as few words as possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alphintra_desktop.graph.model import Graph, Node, Wire
from alphintra_desktop.graph.node_type import SINGLE_OUTPUT


@dataclass(frozen=True)
class Output:
    """One output of a drawn node."""

    node: str
    output: str


@dataclass(frozen=True)
class Drawn:
    """A drawn node; `drawn["upper"]` is one of several outputs."""

    id: str

    def __getitem__(self, output: str) -> Output:
        return Output(self.id, output)


class Drawing:
    """`close = drawing.add("prices.close", bars=data)`: what is a port becomes a wire."""

    def __init__(self, name: str = "Test") -> None:
        self.graph = Graph(name=name)

    def add(self, kind: str, title: str = "", **given: Any) -> Drawn:
        number = len(self.graph.nodes) + 1
        position = (float(number % 8) * 240, float(number // 8) * 160)
        node = Node(f"{number:08x}", kind, title=title, position=position, params={})
        params: dict[str, Any] = {}
        for name, value in given.items():
            items = value if isinstance(value, list) else [value]
            if all(isinstance(item, Drawn | Output) for item in items):
                self._connect(node.id, name, items)
            else:
                params[name] = value
        node = Node(node.id, kind, title=title, position=position, params=params)
        self.graph = self.graph.with_node(node)
        return Drawn(node.id)

    def _connect(self, target: str, port: str, sources: list[Drawn | Output]) -> None:
        for slot, source in enumerate(sources):
            end = source if isinstance(source, Output) else source[SINGLE_OUTPUT]
            wire = Wire(target=target, input=port, slot=slot, source=end.node, output=end.output)
            self.graph = self.graph.with_wires([wire])


def sma_crossover(**data: Any) -> Graph:
    """The strategy everybody knows, with costs."""
    draw = Drawing("SMA crossover")
    bars = draw.add("market_data.dataset", **data)
    close = draw.add("prices.close", bars=bars)
    fast = draw.add("talib.sma", "Fast average", values=close, period=10)
    slow = draw.add("talib.sma", "Slow average", values=close, period=20)
    up = draw.add("conditions.crosses_above", "Crosses up", left=fast, right=slow)
    down = draw.add("conditions.crosses_below", "Crosses down", left=fast, right=slow)
    rules = [draw.add("signals.enter_long", when=up), draw.add("signals.exit_long", when=down)]
    costs = [draw.add("costs.commission", fraction=0.002)]
    draw.add("strategy.strategy", rules=rules, costs=costs)
    return draw.graph
