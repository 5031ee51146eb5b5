"""From one series to another, through time: returns, lags and rolling statistics."""

from __future__ import annotations

from alphintra_desktop.graph.node_type import node_type, param
from alphintra_desktop.ir.ops import (
    Change,
    Lag,
    Log,
    LogReturns,
    Numbers,
    RankAcross,
    Returns,
    Rolling,
    RollingCorrelation,
    RollingQuantile,
    RollingRank,
    ZScore,
)
from alphintra_desktop.nodes.membership import of_members
from alphintra_desktop.nodes.windows import bars_ago, window


@node_type("Returns", category="Transforms", formula="value / value n bars ago - 1")
def returns(values: Numbers, *, bars: int = bars_ago()) -> Numbers:
    """How much the value grew over the last bars, as a fraction: 0.01 is one percent.

    There is no number on the first bars, which have nothing to compare with.
    """
    return Returns(values, bars)


@node_type("Log returns", category="Transforms", formula="ln(value / value n bars ago)")
def log_returns(values: Numbers, *, bars: int = bars_ago()) -> Numbers:
    """The logarithm of the growth over the last bars; these add up over time.

    There is no number on the first bars, which have nothing to compare with.
    """
    return LogReturns(values, bars)


@node_type("Logarithm", category="Transforms", formula="ln(value)")
def logarithm(values: Numbers) -> Numbers:
    """The natural logarithm. There is no number where the value is 0 or below."""
    return Log(values)


@node_type("Lag", category="Transforms", tags=("shift", "previous", "yesterday", "ago"))
def lag(values: Numbers, *, bars: int = bars_ago()) -> Numbers:
    """The value some bars ago. There is no number on the first bars."""
    return Lag(values, bars)


@node_type(
    "Change", category="Transforms", formula="value - value n bars ago", tags=("difference",)
)
def change(values: Numbers, *, bars: int = bars_ago()) -> Numbers:
    """How much the value changed over the last bars, in its own unit.

    There is no number on the first bars, which have nothing to compare with.
    """
    return Change(values, bars)


@node_type("Rolling mean", category="Rolling statistics", tags=("average",))
def rolling_mean(values: Numbers, *, window: int = window(low=1)) -> Numbers:
    """The average of the last values. There is no number until the window is full."""
    return Rolling(values, window, "mean")


@node_type("Rolling standard deviation", category="Rolling statistics", tags=("volatility", "std"))
def rolling_std(values: Numbers, *, window: int = window()) -> Numbers:
    """How far the last values spread around their average, in their own unit (divided by n - 1).

    There is no number until the window is full.
    """
    return Rolling(values, window, "std")


@node_type("Rolling variance", category="Rolling statistics", tags=("var",))
def rolling_variance(values: Numbers, *, window: int = window()) -> Numbers:
    """The square of the rolling standard deviation. No number until the window is full."""
    return Rolling(values, window, "var")


@node_type("Rolling sum", category="Rolling statistics", tags=("total",))
def rolling_sum(values: Numbers, *, window: int = window(low=1)) -> Numbers:
    """The sum of the last values. There is no number until the window is full."""
    return Rolling(values, window, "sum")


@node_type("Rolling minimum", category="Rolling statistics", tags=("lowest", "min"))
def rolling_min(values: Numbers, *, window: int = window(low=1)) -> Numbers:
    """The lowest of the last values, the current one included.

    It can never be broken downwards, because it includes the current bar: for a breakout take
    "Lowest of prior bars". There is no number until the window is full.
    """
    return Rolling(values, window, "min")


@node_type("Rolling maximum", category="Rolling statistics", tags=("highest", "max"))
def rolling_max(values: Numbers, *, window: int = window(low=1)) -> Numbers:
    """The highest of the last values, the current one included.

    It can never be broken upwards, because it includes the current bar: for a breakout take
    "Highest of prior bars". There is no number until the window is full.
    """
    return Rolling(values, window, "max")


@node_type("Rolling median", category="Rolling statistics", tags=("middle",))
def rolling_median(values: Numbers, *, window: int = window(low=1)) -> Numbers:
    """The middle of the last values: half lie above, half below. Outliers do not move it.

    There is no number until the window is full.
    """
    return Rolling(values, window, "median")


@node_type("Rolling skew", category="Rolling statistics", tags=("asymmetry",))
def rolling_skew(values: Numbers, *, window: int = window(60, low=3)) -> Numbers:
    """Whether the last values have a longer tail above (positive) or below (negative) the mean.

    There is no number until the window is full.
    """
    return Rolling(values, window, "skew")


@node_type("Rolling kurtosis", category="Rolling statistics", tags=("fat tails",))
def rolling_kurtosis(values: Numbers, *, window: int = window(60, low=4)) -> Numbers:
    """How fat the tails of the last values are: 0 is a bell curve, above 0 has more extremes.

    There is no number until the window is full.
    """
    return Rolling(values, window, "kurt")


@node_type("Rolling quantile", category="Rolling statistics", tags=("percentile",))
def rolling_quantile(
    values: Numbers,
    *,
    window: int = window(60, low=1),
    quantile: float = param(
        0.9, low=0.0, high=1.0, help="The share of the values that lie below: 0.5 is the median."
    ),
) -> Numbers:
    """The level below which a given share of the last values lies.

    There is no number until the window is full.
    """
    return RollingQuantile(values, window, quantile)


@node_type("Rolling rank", category="Rolling statistics", tags=("percentile",))
def rolling_rank(values: Numbers, *, window: int = window(60)) -> Numbers:
    """Where the value stands among the last ones, 0 to 1: 1 is the highest of them.

    There is no number until the window is full.
    """
    return RollingRank(values, window)


@node_type("Correlation", category="Rolling statistics", tags=("pearson",))
def correlation(left: Numbers, right: Numbers, *, window: int = window(60)) -> Numbers:
    """How closely two series moved together over the last bars, -1 to 1.

    Prices that trend are always correlated; correlate their returns. There is no number until
    the window is full.
    """
    return RollingCorrelation(left, right, window)


@node_type("Z-score", category="Rolling statistics", formula="(value - mean) / standard deviation")
def z_score(values: Numbers, *, window: int = window()) -> Numbers:
    """How many standard deviations the value is from the average of the last ones.

    Only the window's own values count, never the whole history. There is no number until the
    window is full, nor while all its values are the same.
    """
    return ZScore(values, window)


@node_type("Highest of prior bars", category="Rolling statistics", tags=("breakout", "donchian"))
def highest_of_prior(values: Numbers, *, bars: int = bars_ago(20)) -> Numbers:
    """The highest value of the bars before this one: what a breakout has to beat.

    There is no number until there are that many earlier bars.
    """
    return Lag(Rolling(values, bars, "max"), 1)


@node_type("Lowest of prior bars", category="Rolling statistics", tags=("breakout", "donchian"))
def lowest_of_prior(values: Numbers, *, bars: int = bars_ago(20)) -> Numbers:
    """The lowest value of the bars before this one: what a breakdown has to undercut.

    There is no number until there are that many earlier bars.
    """
    return Lag(Rolling(values, bars, "min"), 1)


@node_type("Rank across symbols", category="Transforms", tags=("cross-section", "momentum"))
def rank_across(values: Numbers) -> Numbers:
    """Where a symbol stands among all symbols on the same bar, 0 to 1: 1 is the highest.

    Symbols with the same value share a rank; symbols without a number have none.
    """
    return RankAcross(of_members(values))
