"""Tables of events in strategies: joined, pinned, told when missing, and never from the future."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alphintra_desktop.backtest.deciding import signals_of
from alphintra_desktop.backtest.event_columns import with_events
from alphintra_desktop.backtest.node_values import Memory, ValuesSpec, values_of
from alphintra_desktop.backtest.repeat import repeat
from alphintra_desktop.backtest.run import backtest, load_data
from alphintra_desktop.backtest.task import BacktestSpec, run_spec
from alphintra_desktop.backtest.verify import verify
from alphintra_desktop.codegen.module import StrategyCode, generate
from alphintra_desktop.codegen.problems import problems
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.reference import evaluate
from alphintra_desktop.market.event_store import event_tables, store_events
from alphintra_desktop.market.events import Events, bar_ends, ordered
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.report import Report
from alphintra_desktop.research.grid import axis_of, grid_of
from alphintra_desktop.research.sweep import sweep
from alphintra_desktop.runs.ledger import runs
from alphintra_desktop.runs.project import create_project
from tests.drawing import Drawing
from tests.strategy_graphs import loaded, random_bars

SYMBOLS = ("AA", "BB")
HOUR = np.timedelta64(1, "h")


def flow(seed: int, symbols: tuple[str, ...] = SYMBOLS, first: str = "2019-05-20") -> Events:
    """Values at random hours of half a year."""
    random = np.random.default_rng(seed)
    count = 400
    times = np.datetime64(first, "ns") + random.integers(0, 24 * 180, count) * HOUR
    return ordered(
        times + random.integers(0, 90, count) * HOUR,
        times,
        random.choice(symbols, count),
        {"score": np.round(random.normal(0, 10, count), 1)},
    )


def strategy(table: str = "flow", field: str = "score", series: str = "", **data: str) -> Graph:
    """Decisions that hang on every kind of node that reads events."""
    draw = Drawing("Events")
    bars = draw.add("market_data.dataset", **{"symbols": ", ".join(SYMBOLS), **data})
    named = {"bars": bars, "table": table, "field": field, "series": series}
    last = draw.add("events.last_known", **named)
    total = draw.add("events.over_bars", **named, window=3)
    mean = draw.add("events.over_days", **named, days=10, statistic="mean")
    age = draw.add("events.age", **named)
    fresh = draw.add("conditions.below_level", values=age, level=2.0)
    up = draw.add("conditions.above_level", values=total, level=0.0)
    entry = draw.add("logic.all_of", conditions=[fresh, up])
    above = draw.add("conditions.above", left=mean, right=last)
    rules = [
        draw.add("signals.enter_long", when=entry),
        draw.add("signals.exit_long", when=above),
    ]
    draw.add("strategy.strategy", rules=rules)
    return draw.graph


def signals_on(code: StrategyCode, data: LoadedBars, events: Events) -> dict[str, np.ndarray]:
    store_events("flow", events, "a test")
    made = with_events(data, code.trading.events).bars
    return {n: np.broadcast_to(v, made.present.shape) for n, v in signals_of(code, made).items()}


def poisoned(events: Events, moment: np.datetime64) -> Events:
    """All that became known after a moment has other values, and there is more of it."""
    later = events.known_from > moment
    worse = np.where(later, 1e9, events.fields["score"])
    kept = Events(events.known_from, events.times, events.symbols, {"score": worse})
    extra = moment + np.arange(1, 30) * HOUR
    return ordered(
        np.concatenate([kept.known_from, extra]),
        np.concatenate([kept.times, extra - 500 * HOUR]),
        np.concatenate([kept.symbols, np.resize(np.array(SYMBOLS), len(extra))]),
        {"score": np.concatenate([worse, np.full(len(extra), -1e9)])},
    )


@pytest.mark.parametrize("step", ["1d", "1h"])
def test_that_no_decision_knows_an_event_that_became_known_after_its_bar(step: str) -> None:
    data = loaded(random_bars(4, 90, SYMBOLS, step=step), step)
    code, events = generate(strategy()), flow(1, first="2019-05-20")
    ends = bar_ends(data.bars.timestamps, step, data.market)
    whole = signals_on(code, data, events)
    assert whole["long_entry"].any()
    assert whole["long_exit"].any()
    for row in (0, 11, 47, 88):
        for future in (events.known_at(ends[row]), poisoned(events, ends[row])):
            known = signals_on(code, data, future)
            cut = signals_on(code, replace(data, bars=data.bars.until(row + 1)), future)
            for name, values in whole.items():
                np.testing.assert_array_equal(known[name][: row + 1], values[: row + 1])
                np.testing.assert_array_equal(cut[name], values[: row + 1])


def test_that_the_test_above_would_see_an_event_an_hour_too_early() -> None:
    data = loaded(random_bars(4, 90, SYMBOLS))
    code, events = generate(strategy()), flow(1)
    early = Events(events.known_from - 24 * HOUR, events.times, events.symbols, events.fields)
    honest, wrong = (signals_on(code, data, one) for one in (events, early))
    assert any((honest[name] != wrong[name]).any() for name in ("long_entry", "long_exit"))


def test_that_a_series_is_the_same_for_all_symbols_and_needs_no_rows_of_theirs() -> None:
    store_events("fred", flow(2, ("GDP", "CPI")), "a test")
    code = generate(strategy("fred", series="GDP"))
    data = with_events(loaded(random_bars(4, 60, SYMBOLS, gaps=0.0)), code.trading.events)
    column = data.bars["fred|score|last|GDP"]
    np.testing.assert_array_equal(column[:, 0], column[:, 1])
    assert data.events.keys() == {"fred"}


def test_that_a_table_without_symbols_is_everybodys() -> None:
    store_events("news", flow(2, ("all",)), "a test")
    code = generate(strategy("news"))
    data = with_events(loaded(random_bars(4, 60, SYMBOLS, gaps=0.0)), code.trading.events)
    assert not np.isnan(data.bars["news|score|last"][-1]).any()


@pytest.mark.parametrize(
    ("wrong", "says", "hint", "param"),
    [
        ({"table": "none"}, "no table of events 'none'", "import-events", "table"),
        ({"field": "volume"}, "no field 'volume'", "It has score", "field"),
        ({"series": "GDP"}, "nothing on GDP", "AA, BB", "series"),
    ],
)
def test_that_what_is_not_there_is_told_at_its_node(wrong, says, hint, param) -> None:
    store_events("flow", flow(1), "a test")
    code = generate(strategy(**wrong))
    with pytest.raises(AlphintraError, match=says) as caught:
        with_events(loaded(random_bars(4, 60, SYMBOLS)), code.trading.events, code.lowered)
    assert hint in caught.value.hint
    place = caught.value.place
    assert place is not None
    assert place.param == param
    assert place.node is not None
    assert code.lowered.graph.nodes[place.node].type.startswith("events.")


def test_that_events_are_not_joined_to_longer_bars() -> None:
    draw = Drawing()
    weeks = draw.add("market_data.higher_timeframe", bars=draw.add("market_data.dataset"))
    draw.add("events.age", bars=weeks)
    told = [problem for problem in problems(draw.graph) if "longer ones" in problem.message]
    assert len(told) == 1
    assert "Market data node itself" in told[0].hint


def test_that_engines_agree_and_symbols_may_be_compared() -> None:
    """On the sample data, with the sample table, which come into the library by themselves."""
    draw = Drawing("Ranked")
    bars = draw.add("market_data.dataset", symbols="AAPL, MSFT, IBM", end="2003-01-01")
    total = draw.add("events.over_bars", bars=bars)
    best = draw.add("portfolio.top_n", score=total, count=1)
    weights = draw.add("portfolio.equal_weights", chosen=best)
    weekly = draw.add("logic.on_new_period", bars=bars, period="week")
    draw.add("strategy.portfolio_strategy", weights=weights, rebalance=weekly)
    assert verify(generate(draw.graph)).agree
    signals = generate(strategy("sample_options_flow", "net_premium", symbols="AAPL, MSFT"))
    assert verify(signals).agree
    (table,) = event_tables()
    assert "made up" in table.source


def test_that_the_reference_reads_the_same_columns() -> None:
    store_events("flow", flow(1), "a test")
    code = generate(strategy())
    bars = with_events(loaded(random_bars(4, 60, SYMBOLS)), code.trading.events).bars
    made = signals_of(code, bars)
    for name in ("long_entry", "long_exit"):
        op = code.trading.decisions[name]
        assert isinstance(op, ops.Flags)
        np.testing.assert_array_equal(evaluate(op, bars), made[name])


def test_that_a_run_is_repeated_on_the_events_it_saw(tmp_path) -> None:
    text = graph_to_text(strategy(symbols="AAPL", start="2005-01-01", end="2007-01-01"))
    first = store_events("flow", flow(1, ("AAPL",), "2005-03-01"), "a test")
    project = create_project(tmp_path / "project", "Test")
    run_spec(BacktestSpec(text), project.new_job_folder(), Report())
    database = project.database()
    (run,) = runs(database)
    database.close()
    assert run.manifest["event_hashes"] == {"flow": first.sha256}
    store_events("flow", flow(2, ("AAPL",), "2005-03-01"), "a test")
    again = repeat(run, text)
    assert again.identical
    assert again.differences == {}


def test_that_a_sweep_finds_what_the_file_finds() -> None:
    store_events("flow", flow(1, ("AAPL",), "2005-03-01"), "a test")
    graph = strategy(symbols="AAPL", start="2005-01-01", end="2006-01-01")
    node = next(n.id for n in graph.nodes.values() if n.type == "events.over_bars")
    days = next(n.id for n in graph.nodes.values() if n.type == "events.over_days")
    grid = grid_of(
        [axis_of(graph, node, "window", "2:6:1"), axis_of(graph, days, "days", "5:20:5")]
    )
    found = sweep(graph, grid)
    assert found.slow_because == ""
    assert found.winner is not None
    assert len(found.checked) > 0


def test_that_the_values_of_its_nodes_follow_a_new_version_of_the_table(tmp_path) -> None:
    graph = strategy(symbols="AAPL", start="2005-01-01", end="2006-01-01")
    node = next(n.id for n in graph.nodes.values() if n.type == "events.last_known")
    spec, memory = ValuesSpec(graph_to_text(graph), upto=(node,)), Memory()
    unchanged: list[bool] = []
    for seed in (1, 1, 2):
        store_events("flow", flow(seed, ("AAPL",), "2005-03-01"), "a test")
        told = values_of(spec, tmp_path / str(len(unchanged)), Report(), memory)
        assert told["failures"] == []
        unchanged.append(node in told["cached"])
    assert unchanged == [False, True, False]


def test_that_a_backtest_joins_what_was_not_joined_before() -> None:
    store_events("flow", flow(1), "a test")
    result = backtest(generate(strategy()), loaded(random_bars(4, 90, SYMBOLS)))
    assert len(result.trades) > 0
    assert result.manifest["event_hashes"].keys() == {"flow"}


def test_that_made_up_events_and_those_that_end_early_are_told_in_the_result() -> None:
    store_events("flow", flow(1), "a test")
    late = random_bars(4, 300, SYMBOLS)
    codes = {f.code for f in backtest(generate(strategy()), loaded(late)).findings}
    assert "events_end_early" in codes
    soon = backtest(generate(strategy()), loaded(random_bars(4, 90, SYMBOLS)))
    assert not {"events_end_early", "made_up_events"} & {f.code for f in soon.findings}
    graph = strategy("sample_options_flow", "net_premium", symbols="AAPL", end="2002-01-01")
    code = generate(graph)
    assert "made_up_events" in {f.code for f in backtest(code, load_data(code)).findings}


def test_that_a_bar_sees_an_economic_figure_as_it_was_published_and_not_as_it_was_revised() -> None:
    """A quarter's growth, published a month after it and revised a month later, as FRED tells."""
    known = np.array(["2019-07-31T06:00", "2019-08-30T06:00"], dtype="datetime64[ns]")
    quarter = np.array(["2019-04-01", "2019-04-01"], dtype="datetime64[ns]")
    figures = {"value": np.array([2.1, 2.0])}
    store_events("economy", ordered(known, quarter, np.array(["GDP", "GDP"]), figures), "FRED")
    code = generate(strategy("economy", "value", "GDP"))
    bars = with_events(loaded(random_bars(4, 80, SYMBOLS, gaps=0.0)), code.trading.events).bars
    days = bars.timestamps.astype("datetime64[D]").astype(str)
    seen = dict(zip(days.tolist(), bars["economy|value|last|GDP"][:, 0].tolist(), strict=True))
    assert np.isnan(seen["2019-07-30"])
    assert (seen["2019-07-31"], seen["2019-08-29"], seen["2019-08-30"]) == (2.1, 2.1, 2.0)
    news = bars["economy|value|count|GDP"][:, 0]
    assert days[news == 1.0].tolist() == ["2019-07-31", "2019-08-30"]
