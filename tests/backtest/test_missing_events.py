"""What a drawing names and the library lacks, told before it is run."""

from __future__ import annotations

from alphintra_desktop.backtest.missing_events import missing_events
from alphintra_desktop.codegen.lower import lower
from alphintra_desktop.codegen.reading_events import reads_events
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.universes import Member, store_universe
from alphintra_desktop.workspace.live_code import compiled
from tests.drawing import Drawing, sma_crossover


def drawn(universe: str = "", **named: str) -> Graph:
    draw = Drawing("Missing")
    bars = draw.add("market_data.dataset", universe=universe)
    if named:
        draw.add("events.last_known", bars=bars, **named)
        draw.add("events.age", bars=bars, **named)
    return draw.graph


def told(graph: Graph) -> list[tuple[str | None, str | None]]:
    found = missing_events(lower(graph), blocking=True)
    return [(problem.place.node, problem.place.param) for problem in found]


def test_that_a_drawing_of_bars_alone_asks_the_library_nothing() -> None:
    assert not reads_events(lower(sma_crossover()))
    assert told(drawn()) == []


def test_that_the_sample_table_is_never_missing() -> None:
    graph = drawn(table="sample_options_flow", field="net_premium")
    assert reads_events(lower(graph))
    assert told(graph) == []


def test_that_a_missing_table_and_a_missing_universe_are_told_once_each_at_their_nodes() -> None:
    assert told(drawn(table="none")) == [("00000002", "table")]
    assert told(drawn(universe="none")) == [("00000001", "universe")]
    store_universe("none", [Member("AAPL", "2000-01-01")], "a test")
    assert told(drawn(universe="none")) == []


def test_that_a_field_and_a_series_that_are_not_there_are_told() -> None:
    store_universe("mine", [Member("AAPL", "2000-01-01")], "a test")
    assert told(drawn(table="universe.mine", field="price")) == [("00000002", "field")]
    series = drawn(table="universe.mine", field="member", series="GDP")
    assert told(series) == [("00000002", "series")]


def test_that_the_window_shows_it_as_a_note_that_keeps_nothing_from_running() -> None:
    problems = [one for one in compiled(drawn(table="none")).problems if one.code == "no_events"]
    assert [one.blocking for one in problems] == [False]
    assert "no table of events 'none'" in problems[0].message
