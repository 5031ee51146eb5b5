"""Getting ready before somebody waits: a small backtest of the sample strategy on made-up bars."""

from __future__ import annotations

import threading
from importlib.resources import files

import numpy as np

from alphintra_desktop.backtest import vectorbt_engine
from alphintra_desktop.backtest.run import backtest
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.market.bars import Bars
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.simulation import event_engine

ROWS = 250


def warm_up() -> None:
    """Import and run all that a backtest needs; compile the event engine meanwhile.

    Compiling takes half a minute the first time on a machine and a moment from then on, so it
    goes on in a thread while the first jobs run: those that are small do without it.
    """
    vectorbt_engine.warm_up()
    folder = files("alphintra_desktop.resources") / "templates"
    text = (folder / "sma_crossover.alphintra").read_text("utf-8")
    code = generate(graph_from_text(text, "the sample strategy"))
    backtest(code, _made_up(code.trading.data.symbols))
    threading.Thread(target=event_engine.warm_up, daemon=True).start()


def _made_up(symbols: tuple[str, ...]) -> LoadedBars:
    """A year of bars that nobody will mistake for a market's: a sine."""
    days = (np.datetime64("2000-01-03") + np.arange(ROWS)).astype("datetime64[ns]")
    shape = (ROWS, len(symbols))
    wave = np.broadcast_to(100.0 + np.sin(np.arange(ROWS) / 9.0)[:, None], shape).copy()
    one, none = np.ones(shape), np.zeros(shape)
    prices = dict.fromkeys(("open", "high", "low", "close"), wave)
    columns = {**prices, "volume": one, "adj_factor": one, "split": one, "dividend": none}
    return LoadedBars(Bars(days, symbols, columns), "made up", "1d", "us_equities", {})
