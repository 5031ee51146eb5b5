"""One and more examples of every op that has a value on a bar."""

from __future__ import annotations

from alphintra_desktop.ir import ops

HOURS = ops.Dataset("sample", ("AA", "BB", "CC"), "1h", market="crypto")
DAYS = ops.Dataset("sample", ("AA", "BB", "CC"), "1d", market="us_equities")
CLOSE, OPEN = ops.Column(HOURS, "close"), ops.Column(HOURS, "open")
HIGH, LOW = ops.Column(HOURS, "high"), ops.Column(HOURS, "low")
GAPPY = ops.Column(HOURS, "volume")
NEWS = ops.EventColumn(HOURS, "flow", "value", "sum")
RISING = ops.Above(CLOSE, OPEN)
FOUR_HOURS = ops.HigherTimeframe(HOURS, "4h")
WEEKS = ops.HigherTimeframe(DAYS, "1w")
MONTHS = ops.HigherTimeframe(WEEKS, "1mo")
SESSIONS = ops.HigherTimeframe(ops.Dataset("sample", ("AA",), "1h"), "1d")
WEEKS_OF_SESSIONS = ops.HigherTimeframe(SESSIONS, "1w")
QUARTERS = ops.HigherTimeframe(ops.HigherTimeframe(DAYS, "1mo"), "3mo")

NUMBERS_CODE = (
    "def mine(values, *, window):\n    return np.cumsum(np.nan_to_num(values)) * window\n"
)
FLAGS_CODE = "def mine(a, b):\n    return np.logical_and(a > 3, b)\n"


def on_close(column: str, higher: ops.HigherTimeframe) -> ops.OnBarClose:
    return ops.OnBarClose(ops.Column(higher, column), higher, higher.data)


EXACT = (
    *(CLOSE, GAPPY, ops.Constant(2.5), ops.Add(CLOSE, GAPPY), ops.Subtract(CLOSE, GAPPY)),
    *(ops.Multiply(CLOSE, GAPPY), ops.Divide(GAPPY, ops.Subtract(CLOSE, OPEN))),
    *(ops.Smaller(CLOSE, GAPPY), ops.Larger(GAPPY, CLOSE), ops.Negative(GAPPY)),
    *(ops.Absolute(ops.Subtract(GAPPY, CLOSE)), ops.Sign(ops.Subtract(GAPPY, CLOSE))),
    *(ops.SquareRoot(ops.Subtract(GAPPY, CLOSE)), ops.Choose(RISING, GAPPY, CLOSE)),
    *(ops.Lag(GAPPY, 0), ops.Lag(GAPPY, 3), ops.Change(GAPPY, 1), ops.Returns(GAPPY, 2)),
    *(ops.Rolling(GAPPY, window, "mean") for window in (1, 2, 4)),
    *(ops.Rolling(GAPPY, 4, name) for name in ("sum", "min", "max", "median")),
    *(ops.Rolling(CLOSE, 30, name) for name in ("sum", "min", "max", "median")),
    *(ops.RollingQuantile(GAPPY, 3, 0.5), ops.RollingQuantile(CLOSE, 5, 1.0)),
    *(ops.RollingRank(GAPPY, 2), ops.RollingRank(CLOSE, 4), ops.RollingRank(CLOSE, 1)),
    *(ops.BarsSince(RISING), ops.FutureReturns(CLOSE, 2)),
    *(
        ops.FirstBarrier(CLOSE, HIGH, LOW, ops.Constant(0.05), ops.Constant(0.1), 2, gives)
        for gives in ("side", "return", "bars")
    ),
    ops.FirstBarrier(CLOSE, HIGH, LOW, ops.Divide(GAPPY, CLOSE), ops.Constant(0.02), 2, "side"),
    *(ops.CustomNumbers(NUMBERS_CODE, (GAPPY,), (("window", 2),), "Mine"),),
    *(ops.CustomFlags(FLAGS_CODE, (CLOSE, RISING), (), "Mine"),),
    *(ops.TaLib("SMA", (GAPPY,), (3,), 0), ops.TaLib("BBANDS", (CLOSE,), (4, 2.0, 2.0, 0), 2)),
    *(ops.TaLib("RSI", (CLOSE,), (4,), 0), ops.TaLib("CDLDOJI", (OPEN, HIGH, LOW, CLOSE), (), 0)),
    *(ops.TaLib("ATR", (HIGH, LOW, CLOSE), (3,), 0), ops.TaLib("OBV", (CLOSE, GAPPY), (), 0)),
    *(ops.RankAcross(GAPPY), ops.OfSymbol(GAPPY, "AA"), ops.EqualWeights(RISING)),
    *(ops.Lag(ops.RankAcross(CLOSE), 1), ops.HeldFor(ops.TopAcross(CLOSE, 2), 2)),
    *(ops.TopAcross(GAPPY, 1), ops.TopAcross(CLOSE, 2), ops.IsSymbol(HOURS, ("BB", "AA"))),
    *(ops.Above(CLOSE, GAPPY), ops.Below(CLOSE, GAPPY), ops.AtLeast(CLOSE, GAPPY)),
    *(ops.AtMost(CLOSE, GAPPY), ops.Equal(CLOSE, GAPPY), ops.Between(CLOSE, LOW, GAPPY)),
    *(ops.CrossesAbove(CLOSE, GAPPY), ops.CrossesBelow(GAPPY, CLOSE)),
    *(ops.CrossesAbove(CLOSE, ops.Constant(5)), ops.CrossesBelow(ops.Constant(5), CLOSE)),
    *(ops.AllOf((RISING, ops.Above(GAPPY, LOW))), ops.AnyOf((RISING, ops.Above(GAPPY, LOW)))),
    *(ops.Not(RISING), ops.HeldFor(RISING, 1), ops.HeldFor(RISING, 3), ops.LagFlags(RISING, 2)),
    *(ops.InSession(HOURS, "9:30", "16:00", "America/New_York"),),
    *(ops.InSession(HOURS, "22:00", "05:00", "Europe/Berlin"),),
    *(ops.OnWeekdays(HOURS, (0, 4)), ops.EveryBars(HOURS, 3)),
    *(ops.OnNewPeriod(HOURS, name) for name in ("day", "week", "month", "quarter", "year")),
    *(on_close("close", FOUR_HOURS), on_close("high", FOUR_HOURS), on_close("volume", FOUR_HOURS)),
    *(on_close("open", WEEKS), on_close("low", WEEKS)),
    *(NEWS, ops.OverDays(HOURS, NEWS, 1)),
    *(ops.OnBarClose(ops.Lag(ops.Column(WEEKS, "close"), 1), WEEKS, DAYS),),
    *(ops.OnBarClose(ops.Column(MONTHS, "close"), MONTHS, DAYS),),
    *(ops.OnBarClose(ops.Column(WEEKS_OF_SESSIONS, "close"), WEEKS_OF_SESSIONS, SESSIONS.data),),
    *(ops.OnBarClose(ops.Column(QUARTERS, "high"), QUARTERS, DAYS),),
)

ROUNDED = (
    ops.TrendAhead(CLOSE, 2, 2),
    *(ops.Power(GAPPY, ops.Constant(0.5)), ops.Power(ops.Subtract(CLOSE, OPEN), GAPPY)),
    *(ops.Power(ops.Subtract(CLOSE, OPEN), ops.Subtract(HIGH, LOW)),),
    *(ops.Log(ops.Subtract(GAPPY, CLOSE)), ops.LogReturns(GAPPY, 1)),
    *(ops.Rolling(GAPPY, 3, name) for name in ("mean", "std", "var")),
    *(ops.Rolling(CLOSE, 5, name) for name in ("skew", "kurt")),
    *(ops.Rolling(CLOSE, 2, name) for name in ("std", "skew", "kurt")),
    *(ops.Rolling(CLOSE, 1, name) for name in ("std", "var")),
    *(ops.RollingQuantile(CLOSE, 5, 0.3), ops.RollingCorrelation(CLOSE, GAPPY, 4)),
    *(ops.RollingCorrelation(CLOSE, OPEN, 3), ops.RollingCorrelation(CLOSE, OPEN, 1)),
    *(ops.ZScore(GAPPY, 4), ops.ZScore(CLOSE, 2), ops.ZScore(CLOSE, 1)),
    *(ops.SessionVwap(HOURS), ops.InverseWeights(RISING, GAPPY)),
)

ALL = (*EXACT, *ROUNDED)

_MONEY = ops.Constant(1.0)
RULES = (
    *(ops.EnterLong(RISING), ops.ExitLong(RISING), ops.EnterShort(RISING), ops.ExitShort(RISING)),
    *(ops.SharesPerTrade(_MONEY), ops.CashPerTrade(_MONEY), ops.FractionPerTrade(_MONEY)),
    *(ops.StopLoss(_MONEY), ops.TakeProfit(_MONEY), ops.TrailingStop(_MONEY), ops.ExitAfter(3)),
    *(ops.Commission(0.001, 0, 0), ops.Slippage(0.001, 0), ops.BorrowFee(0.01)),
    ops.PortfolioStrategy(ops.EqualWeights(RISING), RISING, (), 1e5, "next_open", False),
    ops.SignalStrategy(
        (ops.EnterLong(RISING), ops.ExitLong(ops.Not(RISING))),
        ops.FractionPerTrade(_MONEY),
        (ops.StopLoss(_MONEY),),
        (),
        *(1e5, "next_open", "entry_bar", "shared", False),
    ),
)


def named(op: ops.Expr) -> str:
    """A short name for a test."""
    settings = [str(value) for value in vars(op).values() if isinstance(value, int | str)]
    return "-".join([type(op).__name__, *(text for text in settings if "\n" not in text)])
