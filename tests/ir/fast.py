"""Ops evaluated with the fast formulas, in the way a strategy file uses them."""

from __future__ import annotations

from functools import partial

import numpy as np
import talib

from alphintra_desktop.ir import formulas, ops
from alphintra_desktop.ir.order import inputs_first
from alphintra_desktop.ir.reference_across import ACROSS
from tests.ir.tables import Table

ROW_OF_SYMBOLS = {
    ops.RankAcross: lambda op, table, values: formulas.rank_across(values),
    ops.TopAcross: lambda op, table, values: formulas.top_across(values, op.count),
    ops.EqualWeights: lambda op, table, chosen: formulas.equal_weights(chosen),
    ops.InverseWeights: lambda op, table, *both: formulas.inverse_weights(*both),
    ops.OfSymbol: lambda op, table, values: formulas.of_symbol(values, table.symbols, op.symbol),
    ops.IsSymbol: lambda op, table: formulas.is_symbol(table.symbols, op.symbols) & table.present,
}


def custom(op, *series):
    known = {"np": np, "Numbers": None, "Flags": None}
    exec(op.code, known)
    made = known["mine"](*series, **dict(op.settings))
    return np.asarray(made, dtype=bool if isinstance(op, ops.CustomFlags) else float)


def indicator(op, *series):
    made = getattr(talib, op.function)(*map(formulas.filled, series), *op.params)
    return np.asarray(made[op.output] if isinstance(made, tuple | list) else made, dtype=float)


OWN_BARS = {
    ops.Column: lambda op, bars: bars[op.name],
    ops.EventColumn: lambda op, bars: bars[op.name],
    ops.OverDays: lambda op, bars, values: formulas.over_days(bars, values, op.days),
    ops.Constant: lambda op, bars: np.full(len(bars["close"]), float(op.value)),
    ops.Add: lambda op, bars, left, right: left + right,
    ops.Subtract: lambda op, bars, left, right: left - right,
    ops.Multiply: lambda op, bars, left, right: left * right,
    ops.Divide: lambda op, bars, *both: formulas.divide(*both),
    ops.Power: lambda op, bars, *both: formulas.power(*both),
    ops.Smaller: lambda op, bars, *both: np.minimum(*both),
    ops.Larger: lambda op, bars, *both: np.maximum(*both),
    ops.Negative: lambda op, bars, values: -values,
    ops.Absolute: lambda op, bars, values: np.abs(values),
    ops.Sign: lambda op, bars, values: np.sign(values),
    ops.Log: lambda op, bars, values: formulas.log(values),
    ops.SquareRoot: lambda op, bars, values: formulas.square_root(values),
    ops.Choose: lambda op, bars, *parts: np.where(*parts),
    ops.Lag: lambda op, bars, values: formulas.lag(values, op.bars),
    ops.Change: lambda op, bars, values: formulas.change(values, op.bars),
    ops.Returns: lambda op, bars, values: formulas.returns(values, op.bars),
    ops.LogReturns: lambda op, bars, values: formulas.log_returns(values, op.bars),
    ops.Rolling: lambda op, bars, values: formulas.rolling(values, op.window, op.statistic),
    ops.RollingQuantile: lambda op, bars, values: formulas.rolling_quantile(
        values, op.window, op.quantile
    ),
    ops.RollingRank: lambda op, bars, values: formulas.rolling_rank(values, op.window),
    ops.RollingCorrelation: lambda op, bars, *both: formulas.rolling_correlation(*both, op.window),
    ops.ZScore: lambda op, bars, values: formulas.zscore(values, op.window),
    ops.BarsSince: lambda op, bars, condition: formulas.bars_since(condition),
    ops.SessionVwap: lambda op, bars: formulas.session_vwap(bars),
    ops.TaLib: lambda op, bars, *series: indicator(op, *series),
    ops.FutureReturns: lambda op, bars, values: formulas.future_returns(values, op.bars),
    ops.FirstBarrier: lambda op, bars, *series: formulas.first_barrier(*series, op.bars, op.gives),
    ops.TrendAhead: lambda op, bars, values: formulas.trend_ahead(values, op.shortest, op.longest),
    ops.CustomNumbers: lambda op, bars, *series: custom(op, *series),
    ops.CustomFlags: lambda op, bars, *series: custom(op, *series),
    ops.Above: lambda op, bars, left, right: left > right,
    ops.Below: lambda op, bars, left, right: left < right,
    ops.AtLeast: lambda op, bars, left, right: left >= right,
    ops.AtMost: lambda op, bars, left, right: left <= right,
    ops.Equal: lambda op, bars, left, right: left == right,
    ops.Between: lambda op, bars, *parts: formulas.between(*parts),
    ops.CrossesAbove: lambda op, bars, *both: formulas.crosses_above(*both),
    ops.CrossesBelow: lambda op, bars, *both: formulas.crosses_below(*both),
    ops.AllOf: lambda op, bars, *flags: np.all(flags, axis=0),
    ops.AnyOf: lambda op, bars, *flags: np.any(flags, axis=0),
    ops.Not: lambda op, bars, flags: ~flags,
    ops.HeldFor: lambda op, bars, flags: formulas.held_for(flags, op.bars),
    ops.LagFlags: lambda op, bars, flags: formulas.lag_flags(flags, op.bars),
    ops.InSession: lambda op, bars: formulas.in_session(
        bars["timestamp"], op.start, op.end, op.time_zone
    ),
    ops.OnWeekdays: lambda op, bars: formulas.on_weekdays(bars["timestamp"], op.days),
    ops.EveryBars: lambda op, bars: formulas.every_bars(len(bars["timestamp"]), op.bars),
    ops.OnNewPeriod: lambda op, bars: formulas.on_new_period(bars["timestamp"], op.period),
}


def fast(op, table: Table) -> np.ndarray:
    """(T, N), as the reference evaluator gives it."""
    if isinstance(op, ACROSS):
        inputs = [fast(item, table) for item in op.inputs() if not is_market_data(item)]
        return ROW_OF_SYMBOLS[type(op)](op, table, *inputs)
    if any(isinstance(item, ACROSS) for item in inputs_first(op)):
        inputs = [fast(item, table) for item in op.inputs()]
        return formulas.each(partial(OWN_BARS[type(op)], op, None), table.present, *inputs)
    kind = bool if isinstance(op, ops.Flags) else float
    result = np.full(table.present.shape, False if kind is bool else np.nan)
    for symbol in range(len(table.symbols)):
        result[table.present[:, symbol], symbol] = of_one_symbol(op, table.own(symbol))
    return result


def of_one_symbol(op, bars):
    """The op on one symbol's own bars, op after op."""
    values = {}
    for item in inputs_first(op):
        if isinstance(item, ops.Dataset):
            values[item] = bars
        elif isinstance(item, ops.HigherTimeframe):
            weekdays = base(item).market != "crypto"
            values[item] = formulas.longer_bars(
                values[item.data], item.timeframe, item.data.timeframe, weekdays
            )
        elif isinstance(item, ops.OnBarClose):
            values[item] = back_to_base(item, values)
        else:
            own = [values[part] for part in item.inputs() if is_market_data(part)]
            inputs = [values[part] for part in item.inputs() if not is_market_data(part)]
            values[item] = OWN_BARS[type(item)](item, own[0] if own else bars, *inputs)
    return values[op]


def back_to_base(op, values):
    made, data = values[op.values], op.higher
    while data != op.data:
        made, data = formulas.on_bar_close(made, values[data]), data.data
    return made


def base(data):
    while isinstance(data, ops.HigherTimeframe):
        data = data.data
    return data


def is_market_data(item):
    return isinstance(item, ops.MarketData)
