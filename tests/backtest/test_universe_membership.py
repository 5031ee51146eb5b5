"""Point-in-time universes in runs, against a slow simulation of who may be held when."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.backtest.event_columns import with_events
from alphintra_desktop.backtest.repeat import repeat
from alphintra_desktop.backtest.run import backtest
from alphintra_desktop.backtest.task import BacktestSpec, run_spec
from alphintra_desktop.backtest.verify import verify
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.codegen.problems import problems
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.universes import Member, store_universe
from alphintra_desktop.report import Report
from alphintra_desktop.runs.ledger import runs
from alphintra_desktop.runs.project import create_project
from tests.drawing import Drawing
from tests.strategy_graphs import loaded, picked, random_bars

SYMBOLS = ("AA", "BB", "CC")
SHARES = 10.0
CASH = 100_000.0


def always_in(universe: str = "made", stop: float = 0.0, prices: str = "adjusted") -> Graph:
    """Buy ten shares whenever allowed, and never sell of one's own accord."""
    draw = Drawing("Always in")
    data = {"symbols": ", ".join(SYMBOLS), "universe": universe, "prices": prices}
    bars = draw.add("market_data.dataset", **data)
    close = draw.add("prices.close", bars=bars)
    up = draw.add("conditions.above_level", values=draw.add("transforms.returns", values=close))
    down = draw.add("conditions.below_level", values=draw.add("transforms.returns", values=close))
    rule = draw.add("signals.enter_long", when=draw.add("logic.any_of", conditions=[up, down]))
    stops = [draw.add("stops.stop_loss", fraction=stop)] if stop else []
    size = draw.add("sizing.shares", shares=SHARES)
    draw.add("strategy.strategy", rules=[rule], sizing=size, stops=stops, accounts="shared")
    return draw.graph


@dataclass
class Slow:
    """One symbol after the other, one day after the other, in plain words."""

    days: list[str]
    member: Member | None
    held: float = 0.0
    order: str = ""
    fills: list[tuple[str, float, float]] = field(default_factory=list)
    moved: bool = False

    def day(self, day: str, opened: float, close: float, before: float) -> None:
        if self.order == "buy" and self.held == 0:
            self.held = SHARES
            self.fills.append((day, SHARES, opened))
        if self.order == "sell" and self.held > 0:
            self.fills.append((day, -SHARES, opened))
            self.held = 0.0
        joined = self.member is not None and self.member.first <= day
        leaving = joined and self.member.last != "" and day >= friday(self.member.last)
        self.order = "sell" if leaving else "buy" if joined and close != before else ""


def friday(day: str) -> str:
    return str(np.busday_offset(day, 0, roll="backward"))


def slowly(bars, members: dict[str, Member]) -> list[tuple[str, str, float, float]]:
    """All fills. What was delisted is worth something once more, on the next row of the bars."""
    calendar = [str(day) for day in bars.timestamps.astype("datetime64[D]")]
    found = []
    for number, symbol in enumerate(bars.symbols):
        slow = Slow(calendar, members.get(symbol))
        own = [
            (day, bars["open"][row, number], bars["close"][row, number])
            for row, day in enumerate(calendar)
            if bars.present[row, number]
        ]
        own += after_the_end(calendar, own, members.get(symbol))
        before = own[0][2] if own else np.nan
        for day, opened, close in own:
            slow.day(day, opened, close, before)
            before = close
        found += [(day, symbol, shares, price) for day, shares, price in slow.fills]
    return sorted(found)


def after_the_end(calendar, own, member) -> list[tuple[str, float, float]]:
    if member is None or member.delisting_return is None or not member.last:
        return []
    last, _, close = own[-1]
    if last > member.last:
        return []
    worth = close * max(1 + member.delisting_return, 1e-6)
    later = [day for day in calendar if day > last]
    if last >= friday(member.last):
        return [(day, worth, worth) for day in later[:1]]
    return [(day, worth, worth) for day in later if day >= friday(member.last)][:2]


def fills_of(result) -> list[tuple[str, str, float, float]]:
    orders = result.orders
    days = result.bars.timestamps.astype("datetime64[D]").astype(str)[orders["bar"]]
    signs = np.where(orders["side"] == "buy", 1.0, -1.0)
    rows = zip(days, orders["symbol"], orders["shares"] * signs, orders["price"], strict=True)
    return sorted((str(d), str(s), float(n), float(p)) for d, s, n, p in rows)


def market(seed: int, ends: dict[int, int], gaps: float = 0.1):
    """Bars in raw prices; some symbols end early."""
    bars = random_bars(seed, 60, SYMBOLS, gaps=gaps)
    columns = {name: values.copy() for name, values in bars.columns.items()}
    for number, row in ends.items():
        for values in columns.values():
            values[row:, number] = np.nan
    columns["adj_factor"] = np.where(np.isnan(columns["close"]), np.nan, 1.0)
    made = type(bars)(bars.timestamps, bars.symbols, columns)
    return picked(made, made.present.any(axis=1))


DAYS = st.integers(0, 110).map(lambda n: str(np.datetime64("2019-05-25") + n))
MEMBERSHIPS = st.tuples(DAYS, DAYS, st.sampled_from([None, -1.0, -0.4, 0.0, 0.25])).map(
    lambda made: (min(made[:2]), max(made[:2]), made[2])
)


@given(
    seed=st.integers(0, 30),
    spans=st.lists(MEMBERSHIPS, min_size=3, max_size=3),
    ends=st.lists(st.sampled_from([60, 60, 20, 41]), min_size=3, max_size=3),
    forever=st.booleans(),
)
def test_that_members_are_bought_and_what_leaves_is_sold_as_slowly_simulated(
    seed, spans, ends, forever
) -> None:
    bars = market(seed, dict(enumerate(ends)))
    members = {
        symbol: Member(symbol, first, "" if forever and symbol == "AA" else last, lost)
        for symbol, (first, last, lost) in zip(SYMBOLS, spans, strict=True)
    }
    store_universe("made", list(members.values()), "a test")
    result = backtest(generate(always_in()), loaded(bars))
    assert fills_of(result) == slowly(bars, members)


@pytest.mark.parametrize("prices", ["adjusted", "raw"])
def test_that_a_position_held_at_its_delisting_loses_what_it_lost_there(prices: str) -> None:
    bars = market(3, {1: 30}, gaps=0.0)
    last = str(bars.timestamps[29].astype("datetime64[D]"))
    members = [Member("AA", "2000-01-01"), Member("BB", "2000-01-01", last, -0.4)]
    store_universe("made", members, "a test")
    result = backtest(generate(always_in(prices=prices)), loaded(bars))
    (trade,) = result.trades[result.trades["symbol"] == "BB"].to_dict("records")
    assert trade["status"] == "closed"
    assert trade["exit_price"] == pytest.approx(bars["close"][29, 1] * 0.6)
    assert trade["exit_bar"] == 30
    assert set(result.orders["symbol"]) == {"AA", "BB"}


@pytest.mark.parametrize("stop", [0.0, 0.05])
def test_that_both_engines_and_the_file_know_members(stop: float, tmp_path) -> None:
    """On vectorbt, and on the event engine where stops need it."""
    rows = [
        Member("AAPL", "2001-01-01", "2002-06-01"),
        Member("MSFT", "2001-06-01", "2001-09-10"),
        Member("MSFT", "2002-01-01"),
    ]
    store_universe("made", rows, "a test")
    graph = always_in(stop=stop)
    node = next(n for n in graph.nodes.values() if n.type == "market_data.dataset")
    params = {**node.params, "symbols": "AAPL, MSFT, IBM", "end": "2004-01-01"}
    graph = graph.with_node(type(node)(node.id, node.type, position=node.position, params=params))
    assert verify(generate(graph)).agree
    project = create_project(tmp_path / "project", "Test")
    run_spec(BacktestSpec(graph_to_text(graph)), project.new_job_folder(), Report())
    database = project.database()
    (run,) = runs(database)
    database.close()
    assert "universe.made" in run.manifest["event_hashes"]
    store_universe("made", rows[:1], "a test")
    again = repeat(run, graph_to_text(graph))
    assert again.identical
    assert again.differences == {}


def portfolio(universe: str, period: str = "month") -> Graph:
    draw = Drawing("Equal parts")
    bars = draw.add("market_data.dataset", symbols=", ".join(SYMBOLS), universe=universe)
    close = draw.add("prices.close", bars=bars)
    best = draw.add("portfolio.top_n", score=close, count=2)
    weights = draw.add("portfolio.equal_weights", chosen=best)
    when = draw.add("logic.on_new_period", bars=bars, period=period)
    draw.add("strategy.portfolio_strategy", weights=weights, rebalance=when)
    return draw.graph


@given(seed=st.integers(0, 20), spans=st.lists(MEMBERSHIPS, min_size=3, max_size=3))
def test_that_a_portfolio_holds_members_only(seed, spans) -> None:
    bars = market(seed, {2: 45}, gaps=0.05)
    members = {s: Member(s, *span) for s, span in zip(SYMBOLS, spans, strict=True)}
    store_universe("made", list(members.values()), "a test")
    code = generate(portfolio("made", "week"))
    data = with_events(loaded(bars), code.trading.events)
    result = backtest(code, data)
    days = data.bars.timestamps.astype("datetime64[D]").astype(str)
    held = {symbol: np.zeros(len(days)) for symbol in SYMBOLS}
    for row in result.orders.to_dict("records"):
        signed = row["shares"] if row["side"] == "buy" else -row["shares"]
        held[row["symbol"]][row["bar"] :] += signed
    for number, symbol in enumerate(SYMBOLS):
        one = members[symbol]
        own = np.flatnonzero(data.bars.present[:, number])
        for before, row in pairwise(own):
            bought = held[symbol][row] > held[symbol][before] + 1e-9
            may = one.first <= days[before] < friday(one.last)
            assert may or not bought
            if days[before] >= friday(one.last):
                assert abs(held[symbol][row]) < 1e-9  # sold on the bar after it left


def test_that_the_reference_rebalances_the_same_members() -> None:
    rows = [Member("AAPL", "2001-01-01", "2002-06-01"), Member("MSFT", "2001-06-01")]
    store_universe("made", [*rows, Member("GOOG", "2004-12-01")], "a test")
    graph = portfolio("made")
    node = next(n for n in graph.nodes.values() if n.type == "market_data.dataset")
    params = {**node.params, "symbols": "AAPL, MSFT, GOOG", "end": "2005-06-01"}
    graph = graph.with_node(type(node)(node.id, node.type, position=node.position, params=params))
    found = verify(generate(graph))
    assert found.agree
    assert found.fills > 10


def test_that_only_members_are_ranked() -> None:
    bars = market(1, {}, gaps=0.0)
    highest = SYMBOLS[int(np.argmax(bars["close"][20]))]
    others = [Member(s, "2000-01-01") for s in SYMBOLS if s != highest]
    store_universe("made", others, "a test")
    result = backtest(generate(portfolio("made", "week")), loaded(bars))
    assert set(result.orders["symbol"]) == {one.symbol for one in others}
    held = result.exposure[np.flatnonzero(result.exposure > 0)]
    assert held.min() > 0.9  # two members share the account, nobody takes a place for nothing


def test_that_a_run_on_todays_universe_says_so_and_one_in_time_does_not() -> None:
    bars = market(1, {}, gaps=0.0)
    store_universe("made", [Member(s, "2000-01-01") for s in SYMBOLS], "a test")
    told = {}
    for universe in ("", "made"):
        result = backtest(generate(always_in(universe)), loaded(bars))
        told[universe] = [f for f in result.findings if f.code == "universe_of_today"]
    assert told["made"] == []
    (finding,) = told[""]
    assert "survivorship" in finding.message
    assert "universe import" in finding.hint


def test_that_the_membership_node_names_a_universe_of_its_own() -> None:
    draw = Drawing("By hand")
    bars = draw.add("market_data.dataset", symbols=", ".join(SYMBOLS))
    here = draw.add("events.in_universe", bars=bars, universe="made")
    rules = [
        draw.add("signals.enter_long", when=here),
        draw.add("signals.exit_long", when=draw.add("logic.not_", condition=here)),
    ]
    draw.add("strategy.strategy", rules=rules)
    store_universe("made", [Member("AA", "2000-01-01", "2019-07-01", -0.5)], "a test")
    result = backtest(generate(draw.graph), loaded(market(1, {}, gaps=0.0)))
    assert set(result.orders["symbol"]) == {"AA"}
    assert len(result.orders) == 2


def test_that_a_universe_that_is_not_there_is_told_at_the_market_data() -> None:
    code = generate(always_in("none"))
    with pytest.raises(AlphintraError, match="no universe 'none'") as caught:
        backtest(code, loaded(market(1, {})))
    place = caught.value.place
    assert place is not None
    assert place.node is not None
    assert code.lowered.graph.nodes[place.node].type == "market_data.dataset"
    assert place.param == "universe"
    draw = Drawing()
    draw.add("events.in_universe", bars=draw.add("market_data.dataset"), universe="")
    assert [p.place.param for p in problems(draw.graph) if p.code == "param"] == ["universe"]
