"""The slow, obvious evaluator: the meaning of a strategy, to measure fast code against.

1. Market data becomes a list of bars a symbol, and longer bars are gathered from them.
2. Op after op, symbol after symbol, bar after bar, `reference_rules.now` gives the value on that
   bar from nothing but the bars until then. Only what looks ahead is shown what comes later.
3. Ops that compare symbols take one row of the calendar at a time.

It shares no code with `ir.formulas`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import Expr, MarketData
from alphintra_desktop.ir.order import inputs_first
from alphintra_desktop.ir.reference_across import ACROSS, across
from alphintra_desktop.ir.reference_ahead import ahead
from alphintra_desktop.ir.reference_bars import Frame, History, frame_of_history, longer_frame
from alphintra_desktop.ir.reference_rules import NAN, OF_CALENDAR, Result, now

Own = list[list[Any]]


def evaluate(
    op: ops.Numbers | ops.Flags, history: History, *, common_calendar: bool = False
) -> npt.NDArray[Any]:
    """(T, N): the op for every symbol on its own bars; NaN or False where it has none.

    `history` holds the prices of every dataset as the op should see them, so already adjusted or
    not. For an op of longer bars the rows are those of the longer bars. With `common_calendar`,
    `EveryBars` and `OnNewPeriod` count the rows of the calendar, as the rebalancing of one account
    does, instead of the symbol's own bars; those of longer bars are always a symbol's own.
    """
    return _Evaluation(history, common_calendar).run(op)


class _Evaluation:
    """The values found so far, by op and the market data it is evaluated on."""

    def __init__(self, history: History, common_calendar: bool) -> None:
        self._base = frame_of_history(history)
        self._common_calendar = common_calendar
        self._frames: dict[int, Frame] = {}
        self._longer: dict[MarketData, Frame] = {}
        self._values: dict[tuple[int, int], Own] = {}

    def run(self, root: Expr) -> npt.NDArray[Any]:
        in_order = inputs_first(root)
        made = {id(self._base): self._base}
        for op in in_order:
            frame = self._frame(op)
            if frame is not None:
                self._frames[id(op)] = frame
                made[id(frame)] = frame
        for op in in_order:
            for frame in self._frames_to_run(op, made.values()):
                self._values[id(op), id(frame)] = self._run(op, frame)
        frame = self._frames.get(id(root), self._base)
        return _table(frame, self._values[id(root), id(frame)], isinstance(root, ops.Flags))

    def _frame(self, op: Expr) -> Frame | None:
        """The market data whose bars the op has one value for. Constants fit on any."""
        match op:
            case ops.Dataset():
                return self._base
            case ops.HigherTimeframe():
                if op not in self._longer:
                    self._longer[op] = longer_frame(self._frames[id(op.data)], op)
                return self._longer[op]
            case ops.OnBarClose():
                return self._frames[id(op.data)]
        found = {id(f): f for item in op.inputs() if (f := self._frames.get(id(item))) is not None}
        if len(found) > 1:
            raise AlphintraError(
                f"{type(op).__name__} mixes numbers of different timeframes.",
                hint="Bring the longer bars' numbers back with On bar close first.",
            )
        return next(iter(found.values()), None)

    def _frames_to_run(self, op: Expr, frames: Any) -> Sequence[Frame]:
        if isinstance(op, MarketData):
            return ()
        own = self._frames.get(id(op))
        return [own] if own is not None else list(frames)

    def _run(self, op: Expr, frame: Frame) -> Own:
        if isinstance(op, ACROSS):
            return self._run_across(op, frame)
        return [
            [self._on_bar(op, frame, symbol, t) for t in range(len(bars))]
            for symbol, bars in enumerate(frame.bars)
        ]

    def _on_bar(self, op: Expr, frame: Frame, symbol: int, t: int) -> Result:
        if isinstance(op, ops.OnBarClose):
            return self._on_bar_close(op, symbol, t)
        if isinstance(op, ops.AHEAD):
            return ahead(op, t, *(self._own(item, frame)[symbol] for item in op.inputs()))
        if isinstance(op, OF_CALENDAR):
            return now(op, self._calendar(frame, symbol, t))
        return now(op, *(self._own(item, frame)[symbol][: t + 1] for item in op.inputs()))

    def _own(self, op: Expr, frame: Frame) -> Own:
        return frame.bars if isinstance(op, MarketData) else self._values[id(op), id(frame)]

    def _calendar(self, frame: Frame, symbol: int, t: int) -> list[Any]:
        if not self._common_calendar or frame is not self._base:
            return [bar.stamp for bar in frame.bars[symbol][: t + 1]]
        today = frame.bars[symbol][t].stamp
        return [stamp for stamp in frame.calendar if stamp <= today]

    def _on_bar_close(self, op: ops.OnBarClose, symbol: int, t: int) -> float:
        """Down from the data of `op` to its longer bars, one change of timeframe at a time."""
        steps: list[Frame] = []
        data = op.higher
        while self._frames[id(data)] is not self._frames[id(op.data)]:
            if not isinstance(data, ops.HigherTimeframe):
                raise AlphintraError(
                    "The longer bars are not made of the bars they are brought back to.",
                    hint="Use a Higher timeframe of the same market data.",
                )
            steps.append(self._frames[id(data)])
            data = data.data
        for frame in reversed(steps):
            t = frame.known[symbol][t] if t >= 0 else t
        longer = self._own(op.values, self._frames[id(op.higher)])
        return float(longer[symbol][t]) if t >= 0 else NAN

    def _run_across(self, op: Expr, frame: Frame) -> Own:
        made: Own = [[] for _ in frame.symbols]
        inputs = [item for item in op.inputs() if not isinstance(item, MarketData)]
        for places in _rows(frame):
            row = [_row(self._own(item, frame), places, item) for item in inputs]
            values = across(op, frame.symbols, *row)
            for symbol, place in enumerate(places):
                if place is not None:
                    made[symbol].append(values[symbol])
        return made


def _rows(frame: Frame) -> Iterator[list[int | None]]:
    """For every stamp of the calendar, the number of each symbol's own bar, None without one."""
    numbers = [{bar.stamp: t for t, bar in enumerate(bars)} for bars in frame.bars]
    for stamp in frame.calendar:
        yield [own.get(stamp) for own in numbers]


def _row(values: Own, places: list[int | None], op: Expr) -> list[Any]:
    missing = False if isinstance(op, ops.Flags) else NAN
    return [missing if t is None else own[t] for own, t in zip(values, places, strict=True)]


def _table(frame: Frame, values: Own, flags: bool) -> npt.NDArray[Any]:
    shape = (len(frame.calendar), len(frame.symbols))
    table = np.zeros(shape, dtype=bool) if flags else np.full(shape, np.nan)
    for row, places in enumerate(_rows(frame)):
        for symbol, t in enumerate(places):
            if t is not None:
                table[row, symbol] = values[symbol][t]
    return table
