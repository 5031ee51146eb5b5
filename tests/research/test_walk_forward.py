"""Walk-forward: equal to the slow obvious way, blind to the future, and honest at the edges."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from alphintra_desktop.backtest.deciding import signals_of
from alphintra_desktop.backtest.run import plain_rules, prices_of
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.bars import Bars
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.report import Cancelled, Report
from alphintra_desktop.research.executors.choice import PROCESSES, Spread
from alphintra_desktop.research.grid import Grid, axis_of, grid_of
from alphintra_desktop.research.in_sample import InSample
from alphintra_desktop.research.plateau import best_of
from alphintra_desktop.research.points import Points
from alphintra_desktop.research.splits import Windows
from alphintra_desktop.research.stitching import Deciding, carried
from alphintra_desktop.research.walk_forward import Ground, on_bars, walk_forward
from alphintra_desktop.research.walk_forward_result import CARRIED, FLAT, WalkAsked
from alphintra_desktop.research.windowed_run import decided_in, opened
from alphintra_desktop.simulation import event_engine
from alphintra_desktop.simulation.decisions import decisions_of
from alphintra_desktop.simulation.metrics import TEN, headline
from alphintra_desktop.simulation.rules import Decisions
from alphintra_desktop.simulation.trades import closed_profits
from tests.benchmarks.made_bars import walk
from tests.drawing import Drawing, sma_crossover

FAST, SLOW = "00000003", "00000004"
WINDOWS = Windows(in_sample=80, out_of_sample=40, gap=3)


def bars_of(*closes: np.ndarray) -> Bars:
    """Bars that open where the one before closed; one symbol for each series of closes."""
    close = np.ascontiguousarray(np.array(closes).T)
    opened = np.vstack([close[:1], close[:-1]])
    one, none = np.ones(close.shape), np.zeros(close.shape)
    columns = {
        "open": opened,
        "high": np.maximum(opened, close) * 1.001,
        "low": np.minimum(opened, close) * 0.999,
        "close": close,
        "volume": one,
        "adj_factor": one,
        "split": one,
        "dividend": none,
    }
    days = (np.datetime64("2000-01-03") + np.arange(len(close))).astype("datetime64[ns]")
    return Bars(days, ("AA", "BB")[: len(closes)], columns)


def wandering(bars: int = 420, symbols: int = 1) -> Bars:
    return bars_of(*(walk(bars, "2015-01-05", "D", n)["close"].to_numpy() for n in range(symbols)))


def sma(symbols: str = "AA") -> Graph:
    return sma_crossover(dataset="made", symbols=symbols)


def sma_grid(graph: Graph) -> Grid:
    return grid_of(
        [axis_of(graph, FAST, "period", "2:8:2"), axis_of(graph, SLOW, "period", "10,15,20")]
    )


def ground(bars: Bars, graph: Graph | None = None, grid: Grid | None = None) -> Ground:
    graph = graph or sma()
    grid = grid or sma_grid(graph)
    return on_bars(Points(graph, grid), LoadedBars(bars, "made", "1d", "us_equities", {}))


# ---------------------------------------------------------- the slow obvious way


def slowly(graph: Graph, bars: Bars, first: int, end: int) -> dict[str, float]:
    """The ten metrics of one window, by the event engine in plain Python, marked at the end."""
    code = generate(graph)
    known = bars.until(end)
    decisions = decisions_of(signals_of(code, known), known.present)
    decisions = Decisions(*(column[first - 1 :].copy() for column in decisions))
    prices = prices_of(known)
    prices = prices._make(column[first - 1 :] for column in prices)
    rules = plain_rules(code.trading.rules)
    result = event_engine.simulate(rules, prices, decisions, compiled=False)
    profits = closed_profits(rules, prices, result.fills)
    return headline(rules.cash, result.equity, profits, rules.bars_per_year)


@pytest.mark.parametrize("symbols", ["AA", "AA, BB"])
def test_that_every_fold_chooses_and_earns_what_the_slow_way_says(symbols):
    graph, bars = sma(symbols), wandering(symbols=len(symbols.split(",")))
    grid = sma_grid(graph)
    found = walk_forward(ground(bars, graph, grid), WalkAsked(WINDOWS, edges=CARRIED))
    first = 20  # what 20 bars of the slow average and a crossing need
    assert [f.fold.in_sample.first for f in found.folds] == [first + 40 * n for n in range(7)]
    for fold in found.folds:
        inside, outside = fold.fold.in_sample, fold.fold.out_of_sample
        assert (len(inside), outside.first - inside.end, len(outside)) == (80, 3, 40)
        points = [
            slowly(grid.graph_at(graph, n), bars, inside.first, inside.end)
            for n in range(grid.size)
        ]
        best = best_of(grid, np.array([point["sharpe"] for point in points]))
        assert fold.best is not None
        assert fold.best.plateau == best.plateau
        assert fold.params == grid.named_point(best.plateau)
        assert fold.inside is not None
        for name in TEN:
            np.testing.assert_allclose(
                fold.inside.metrics[name], points[best.plateau][name], rtol=1e-9, atol=1e-12
            )
    assert len({fold.best.plateau for fold in found.folds if fold.best}) > 1


def test_that_carried_folds_with_one_choice_are_one_run_without_edges():
    graph, bars = sma("AA, BB"), wandering(symbols=2)
    grid = grid_of([axis_of(graph, FAST, "period", "4")])
    found = walk_forward(ground(bars, graph, grid), WalkAsked(WINDOWS, edges=CARRIED))
    spans = [fold.fold.out_of_sample for fold in found.folds]
    whole = slowly(grid.graph_at(graph, 0), bars, spans[0].first, spans[-1].end)
    assert len(found.stitched.equity) == len(found.timestamps) == 1 + 40 * len(spans)
    for name in TEN:
        np.testing.assert_allclose(found.stitched.metrics[name], whole[name], rtol=1e-9)
    parts = [fold.outside.metrics for fold in found.folds if fold.outside]
    assert np.prod([1.0 + part["total_return"] for part in parts]) == pytest.approx(
        1.0 + whole["total_return"]
    )
    assert sum(part["trades"] for part in parts) == whole["trades"] > 5


# ----------------------------------------------------------------------- the edges


def always_long(**costs: float) -> Graph:
    """Buys whenever it holds nothing, and has a stop that no bar comes near."""
    draw = Drawing("Always long")
    bars = draw.add("market_data.dataset", dataset="made", symbols="AA")
    close = draw.add("prices.close", bars=bars)
    always = draw.add("conditions.above_level", values=close, level=0.0)
    rules = [draw.add("signals.enter_long", when=always)]
    stops = [draw.add("stops.stop_loss", "Stop", fraction=0.5)]
    paid = [draw.add("costs.commission", **costs)] if costs else []
    draw.add("strategy.strategy", "Strategy", rules=rules, stops=stops, costs=paid)
    return draw.graph


def stop_grid(graph: Graph) -> Grid:
    stop = next(node.id for node in graph.nodes.values() if node.title == "Stop")
    return grid_of([axis_of(graph, stop, "fraction", "0.5:0.9:0.1")])


def test_that_flat_folds_end_at_their_last_close_with_all_costs():
    graph, bars = always_long(fraction=0.01), wandering()
    found = walk_forward(ground(bars, graph, stop_grid(graph)), WalkAsked(WINDOWS))
    grown = 1.0
    for fold in found.folds:
        span, close = fold.fold.out_of_sample, bars["close"][:, 0]
        expected = close[span.end - 1] / bars["open"][span.first, 0] / 1.01 * 0.99
        assert fold.outside is not None
        metrics = fold.outside.metrics
        assert metrics["total_return"] == pytest.approx(expected - 1.0, rel=1e-12)
        assert (metrics["trades"], len(fold.outside.equity)) == (1.0, 41)
        grown *= expected
    assert found.stitched.metrics["total_return"] == pytest.approx(grown - 1.0)
    assert found.stitched.metrics["trades"] == len(found.folds)
    assert found.stitched.profits.sum() == pytest.approx(found.stitched.equity[-1] - 100_000.0)
    assert found.stitched.exits.tolist() == [40 * n for n in range(1, len(found.folds) + 1)]


def test_that_carried_positions_pay_once():
    graph, bars = always_long(fraction=0.01), wandering()
    found = walk_forward(ground(bars, graph, stop_grid(graph)), WalkAsked(WINDOWS, edges=CARRIED))
    first, end = found.folds[0].fold.out_of_sample.first, found.folds[-1].fold.out_of_sample.end
    expected = bars["close"][end - 1, 0] / bars["open"][first, 0] / 1.01
    assert found.stitched.metrics["total_return"] == pytest.approx(expected - 1.0)
    assert found.stitched.metrics["trades"] == 0.0


def poisoned(bars: Bars, first: int) -> Bars:
    """The same bars with wild ones from row `first` on."""
    draw = np.random.default_rng(first)
    columns = {name: values.copy() for name, values in bars.columns.items()}
    for name in ("open", "high", "low", "close"):
        columns[name][first:] *= draw.lognormal(0.0, 0.2, columns[name][first:].shape)
    return replace(bars, columns=columns)


@pytest.mark.parametrize("edges", [FLAT, CARRIED])
def test_that_no_later_bar_changes_what_a_fold_chooses_or_earns(edges):
    bars = wandering()
    asked = WalkAsked(WINDOWS, edges=edges)
    clean = walk_forward(ground(bars), asked)
    for number, fold in enumerate(clean.folds):
        chosen = walk_forward(ground(poisoned(bars, fold.fold.in_sample.end)), asked)
        assert chosen.folds[number].best == fold.best
        judged = walk_forward(ground(poisoned(bars, fold.fold.out_of_sample.end)), asked)
        ours, theirs = fold.outside, judged.folds[number].outside
        assert ours is not None
        assert theirs is not None
        np.testing.assert_array_equal(theirs.equity, ours.equity)
        until = 1 + 40 * (number + 1)
        np.testing.assert_array_equal(judged.stitched.equity[:until], clean.stitched.equity[:until])


# ------------------------------------------------------------------------ figures


def test_that_params_that_cannot_matter_keep_on_stationary_bars_what_they_showed():
    returns = np.random.default_rng(7).normal(0.001, 0.003, 3_000)
    graph, bars = always_long(), bars_of(100.0 * np.exp(np.cumsum(returns)))
    asked = WalkAsked(Windows(in_sample=504, out_of_sample=126))
    found = walk_forward(ground(bars, graph, stop_grid(graph)), asked)
    assert found.efficiency == pytest.approx(1.0, abs=0.1)
    assert found.sharpe_efficiency == pytest.approx(1.0, abs=0.15)


def test_that_a_window_without_trades_counts_as_nothing_earned_not_as_no_window():
    steps = np.random.default_rng(3).normal(0.002, 0.02, 400)
    steps[260:300] = 0.0  # a whole window out of sample in which averages never cross
    found = walk_forward(ground(bars_of(100.0 * np.exp(np.cumsum(steps)))), WalkAsked(WINDOWS))
    pairs = []
    for fold in found.folds:
        assert fold.inside is not None
        assert fold.outside is not None
        pairs.append((fold.inside.metrics["sharpe"], fold.outside.metrics["sharpe"]))
    table = np.array(pairs)
    silent = np.isnan(table[:, 1])
    assert silent.any()
    known = table[np.isfinite(table[:, 0])]
    expected = np.nan_to_num(known[:, 1]).mean() / known[:, 0].mean()
    assert known[:, 0].mean() > 0.0
    assert found.sharpe_efficiency == pytest.approx(expected)


def test_that_drift_counts_changes_and_the_way_between_values():
    found = walk_forward(ground(wandering()), WalkAsked(WINDOWS))
    fast = found.drift["Fast average.period"]
    assert fast["values"] == [fold.params["Fast average.period"] for fold in found.folds]
    pairs = list(pairwise(fast["values"]))
    assert fast["changes"] == pytest.approx(np.mean([a != b for a, b in pairs]))
    assert fast["moved"] == pytest.approx(np.mean([abs(a - b) / 6 for a, b in pairs]))
    assert fast["changes"] > 0.0


# ------------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize("edges", [FLAT, CARRIED])
def test_that_a_fold_without_a_choice_is_shown_and_holds_nothing(edges):
    bars = wandering()
    still = {name: values.copy() for name, values in bars.columns.items()}
    for name in ("open", "high", "low", "close"):
        still[name][:190] = 100.0  # nothing ever crosses
    found = walk_forward(ground(replace(bars, columns=still)), WalkAsked(WINDOWS, edges=edges))
    failed = [bool(fold.failure) for fold in found.folds]
    assert failed == [fold.fold.in_sample.end <= 190 for fold in found.folds]
    assert 0 < sum(failed) < len(failed)
    assert "No point has a sharpe in sample" in found.folds[0].failure
    assert (found.stitched.equity[: 1 + 40 * sum(failed)] == 100_000.0).all()
    assert found.stitched.equity[-1] != 100_000.0


def test_that_a_failed_fold_in_the_middle_leaves_what_was_carried():
    graph, bars = always_long(), wandering()
    here = ground(bars, graph, stop_grid(graph))
    spans = [fold.fold.out_of_sample for fold in walk_forward(here, WalkAsked(WINDOWS)).folds]
    code = generate(graph)
    rules = plain_rules(code.trading.rules)
    decisions = [Deciding(s, rules, decided_in(code, bars, opened(s))) for s in spans[:3]]
    run = carried(bars, spans[:3], [decisions[0], None, decisions[2]])
    # Left at the open of the second window, bought again at that of the third.
    assert np.ptp(run.equity[41:81]) == 0.0
    assert run.exits.tolist() == [41]
    assert run.equity[40] != run.equity[120]


def test_that_only_failures_are_an_error_that_says_the_first():
    still = bars_of(np.full(420, 100.0))
    with pytest.raises(AlphintraError, match=r"Every fold failed. The first: No point has"):
        walk_forward(ground(still), WalkAsked(WINDOWS))


def test_that_positions_are_not_carried_between_different_rules():
    graph, bars = sma(), wandering()
    end = next(n for n, node in graph.nodes.items() if node.type == "strategy.strategy")
    grid = grid_of([axis_of(graph, end, "fill", "next_open,next_close")])
    choices = walk_forward(ground(bars, graph, grid), WalkAsked(WINDOWS)).drift["Strategy.fill"]
    assert choices["changes"] > 0.0
    assert np.isnan(choices["moved"])
    with pytest.raises(AlphintraError, match="cannot be carried from fold to fold: fill is"):
        walk_forward(ground(bars, graph, grid), WalkAsked(WINDOWS, edges=CARRIED))


def test_that_a_symbol_that_is_listed_later_fails_no_fold():
    bars = wandering(symbols=2)
    columns = {name: values.copy() for name, values in bars.columns.items()}
    for values in columns.values():
        values[:200, 1] = np.nan
    graph = sma("AA, BB")
    found = walk_forward(ground(replace(bars, columns=columns), graph), WalkAsked(WINDOWS))
    assert [fold.failure for fold in found.folds] == [""] * len(found.folds)


def test_that_a_portfolio_walks_through_its_file():
    draw = Drawing()
    data = draw.add("market_data.dataset", dataset="made", symbols="AA, BB")
    close = draw.add("prices.close", bars=data)
    rise = draw.add("transforms.returns", "Rise", values=close, bars=5)
    weights = draw.add("portfolio.equal_weights", chosen=draw.add("portfolio.top_n", score=rise))
    days = draw.add("logic.every_bars", bars=data, count=5)
    draw.add("strategy.portfolio_strategy", weights=weights, rebalance=days)
    grid = grid_of([axis_of(draw.graph, rise.id, "bars", "3,9")])
    found = walk_forward(ground(wandering(symbols=2), draw.graph, grid), WalkAsked(WINDOWS))
    assert "compares symbols" in found.slow_because
    assert not any(fold.failure for fold in found.folds)


def test_that_folds_spread_over_processes_come_out_the_same_to_the_bit():
    alone = walk_forward(ground(wandering()), WalkAsked(WINDOWS))
    spread = walk_forward(ground(wandering()), WalkAsked(WINDOWS), spread=Spread(PROCESSES, 2))
    np.testing.assert_array_equal(spread.stitched.equity, alone.stitched.equity)
    assert [fold.best for fold in spread.folds] == [fold.best for fold in alone.folds]
    assert [fold.sharpes for fold in spread.folds] == [fold.sharpes for fold in alone.folds]


def test_that_it_can_be_cancelled_in_any_fold():
    told = []
    report = Report(send=told.append, cancelled=lambda: len(told) >= 3)
    with pytest.raises(Cancelled):
        walk_forward(ground(wandering()), WalkAsked(WINDOWS), report)
    assert [progress.doing for progress in told] == [f"Fold {n} of 7" for n in (1, 1, 2)]


def test_that_a_choice_that_differs_from_its_file_is_an_error(monkeypatch):
    right = InSample.block
    monkeypatch.setattr(InSample, "block", lambda *given: right(*given) * (1.0 + 1e-8))
    with pytest.raises(AlphintraError, match="the fast way finds total_return"):
        walk_forward(ground(wandering()), WalkAsked(WINDOWS))


def test_that_an_account_that_is_all_but_empty_ends_no_walk():
    """Returns divide by what is left, and engines round by the capital there was."""
    graph = sma()
    costs = next(node for node in graph.nodes.values() if node.type == "costs.commission")
    graph = graph.with_node(replace(costs, params={**costs.params, "fraction": 0.5}))
    grid = grid_of([axis_of(graph, FAST, "period", "2"), axis_of(graph, SLOW, "period", "10")])
    windows = Windows(in_sample=350, out_of_sample=40)
    found = walk_forward(ground(wandering(), graph, grid), WalkAsked(windows))
    inside = found.folds[0].inside
    assert inside is not None
    assert inside.equity.min() / inside.cash < 1e-9


def test_that_an_unknown_metric_is_refused():
    with pytest.raises(AlphintraError, match="cannot choose by 'trades'"):
        walk_forward(ground(wandering()), WalkAsked(WINDOWS, metric="trades"))
