"""Sweeps on real parts: the fast way finds what backtests of the generated file find."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from alphintra_desktop.backtest.run import backtest, load_data
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.report import Cancelled, Report
from alphintra_desktop.research import engine, sweep
from alphintra_desktop.research.executors.choice import PROCESSES, Spread
from alphintra_desktop.research.grid import Grid, axis_of, grid_of
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.sweep import Asked
from tests.drawing import Drawing, sma_crossover
from tests.research.made_library import import_made_bars

FAST, SLOW = "00000003", "00000004"


@pytest.fixture(scope="module")
def made_library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("library")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALPHINTRA_HOME", str(folder))
        import_made_bars(folder)
    return folder


@pytest.fixture(autouse=True)
def library(made_library, monkeypatch):
    monkeypatch.setenv("ALPHINTRA_HOME", str(made_library))


def sma(symbols: str = "AA") -> Graph:
    return sma_crossover(dataset="made", symbols=symbols)


def rsi_with_stops() -> Graph:
    """Stops, longer bars, thresholds and two sides, on two symbols with gaps."""
    draw = Drawing("RSI with stops")
    bars = draw.add("market_data.dataset", dataset="made", symbols="AA, BB")
    weeks = draw.add("market_data.higher_timeframe", bars=bars, timeframe="1w")
    close = draw.add("prices.close", bars=bars)
    rsi = draw.add("talib.rsi", "Strength", values=close, period=5)
    weekly = draw.add("prices.close", bars=weeks)
    rising = draw.add(
        "conditions.above", left=close, right=draw.add("market_data.on_bar_close", values=weekly)
    )
    weak = draw.add("conditions.below_level", "Weak", values=rsi, level=30.0)
    strong = draw.add("conditions.above_level", values=rsi, level=70.0)
    bought = draw.add("logic.all_of", conditions=[weak, rising])
    rules = [
        draw.add("signals.enter_long", when=bought),
        draw.add("signals.exit_long", when=strong),
        draw.add("signals.enter_short", when=strong),
        draw.add("signals.exit_short", when=weak),
    ]
    stops = [draw.add("stops.stop_loss", "Stop", fraction=0.05)]
    draw.add("strategy.strategy", "Strategy", rules=rules, stops=stops)
    return draw.graph


def called(graph: Graph, title: str) -> str:
    return next(node.id for node in graph.nodes.values() if node.title == title)


def grid(graph: Graph, *texts: tuple[str, str, str]) -> Grid:
    return grid_of([axis_of(graph, *text) for text in texts])


def sma_grid(graph: Graph) -> Grid:
    return grid(graph, (FAST, "period", "2:12:2"), (SLOW, "period", "15,25,40"))


def rsi_grid(graph: Graph) -> Grid:
    return grid(
        graph,
        (called(graph, "Strength"), "period", "3,9"),
        (called(graph, "Weak"), "level", "25:45:10"),
        (called(graph, "Stop"), "fraction", "0.02,0.1"),
        (called(graph, "Strategy"), "accounts", "one_per_symbol,shared"),
    )


DRAWN = {
    "one symbol": (sma("AA"), sma_grid),
    "two symbols": (sma("AA, BB"), sma_grid),
    "stops": (rsi_with_stops(), rsi_grid),
}


@pytest.mark.parametrize("drawn", DRAWN)
def test_that_every_point_comes_out_like_its_backtest(drawn):
    graph, grid_for = DRAWN[drawn]
    axes = grid_for(graph)
    found = sweep.sweep(graph, axes)
    assert found.slow_because == ""
    assert len(set(found.column("total_return"))) > axes.size / 2
    loaded = load_data(generate(graph))
    for number in range(axes.size):
        result = backtest(generate(axes.graph_at(graph, number)), loaded)
        expected = [result.metrics[name] for name in Measures._fields]
        np.testing.assert_allclose(found.measures[number], expected, rtol=1e-9, atol=1e-12)


def test_that_the_best_point_is_the_best_and_its_backtest_is_kept():
    graph = sma()
    axes = sma_grid(graph)
    found = sweep.sweep(graph, axes)
    assert found.best is not None
    assert found.best.value == np.nanmax(found.column("sharpe"))
    assert found.ranked()[0] == found.best.point
    assert found.winner is not None
    assert found.winner.metrics["sharpe"] == pytest.approx(found.best.value, rel=1e-9)
    assert {found.best.point, found.best.plateau} <= set(found.checked)


def test_that_a_random_hundredth_is_checked_by_the_seed():
    axes = grid(sma(), (FAST, "period", "2:31:1"), (SLOW, "period", "35:44:1"))
    first, again, other = (sweep._to_check(axes, None, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len(first) == 3


def test_that_a_point_that_differs_from_its_file_is_an_error_that_names_it(monkeypatch):
    graph = sma()
    right = sweep.measure_grid

    def wrong(*given, **options):
        found = right(*given, **options)
        found[:, 0] *= 1.0 + 1e-8
        return found

    monkeypatch.setattr(sweep, "measure_grid", wrong)
    with pytest.raises(AlphintraError, match=r"At Fast average.period = .*total_return"):
        sweep.sweep(graph, sma_grid(graph))


def test_that_several_processes_find_the_same_bits(monkeypatch):
    monkeypatch.setattr(engine, "BLOCK", 4)
    graph = sma("AA, BB")
    axes = sma_grid(graph)
    alone = sweep.sweep(graph, axes, Asked(spread=Spread())).measures
    shared = sweep.sweep(graph, axes, Asked(spread=Spread(PROCESSES, 2))).measures
    np.testing.assert_array_equal(shared, alone)


def test_that_a_sweep_can_be_cancelled_between_blocks(monkeypatch):
    monkeypatch.setattr(engine, "BLOCK", 4)
    told = []
    report = Report(send=told.append, cancelled=lambda: len(told) >= 3)
    graph = sma()
    with pytest.raises(Cancelled):
        sweep.sweep(graph, sma_grid(graph), report=report)
    assert [progress.done for progress in told] == [0, 4, 8]


def test_that_a_strategy_that_compares_symbols_takes_the_slow_way_and_says_so():
    draw = Drawing()
    bars = draw.add("market_data.dataset", dataset="made", symbols="AA, BB")
    close = draw.add("prices.close", bars=bars)
    rise = draw.add("transforms.returns", "Rise", values=close, bars=5)
    top = draw.add("portfolio.top_n", score=rise, count=1)
    weights = draw.add("portfolio.equal_weights", chosen=top)
    days = draw.add("logic.every_bars", bars=bars, count=5)
    draw.add("strategy.portfolio_strategy", weights=weights, rebalance=days)
    said = []
    found = sweep.sweep(
        draw.graph, grid(draw.graph, (rise.id, "bars", "5,10")), report=Report(say=said.append)
    )
    assert "compares symbols" in found.slow_because
    assert "compares symbols" in said[0]
    assert np.isfinite(found.measures).all()


def test_that_an_unknown_metric_is_refused():
    graph = sma()
    with pytest.raises(AlphintraError, match="judged by 'trades'"):
        sweep.sweep(graph, sma_grid(graph), Asked(metric="trades"))


def test_that_settings_that_are_no_numbers_can_be_swept_too():
    graph = sma()
    end = next(n for n, node in graph.nodes.items() if node.type == "strategy.strategy")
    axes = grid(graph, (end, "fill", "next_open,next_close"), (FAST, "period", "5,8"))
    found = sweep.sweep(graph, axes)
    assert len(set(found.column("total_return"))) > 2
    assert dataclasses.astuple(found.best) is not None
