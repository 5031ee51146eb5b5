"""The texts of the TA-Lib functions that people use most, in a trader's words.

The others get theirs from TA-Lib's metadata.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Curated:
    """How a function is presented."""

    title: str
    category: str
    help: str
    formula: str = ""
    tags: tuple[str, ...] = ()


_WARM_UP = "There is no number until there are enough bars."


def _about(text: str) -> str:
    return f"{text}\n\n{_WARM_UP}"


CURATED: dict[str, Curated] = {
    "SMA": Curated(
        "Simple moving average",
        "Trend",
        _about("The average of the last values, each counting the same."),
        "sum of the last n values / n",
        ("ma", "mean"),
    ),
    "EMA": Curated(
        "Exponential moving average",
        "Trend",
        _about("An average in which recent values count more. It starts from a simple average."),
        "EMA before + 2 / (n + 1) * (value - EMA before)",
        ("ma",),
    ),
    "WMA": Curated(
        "Weighted moving average",
        "Trend",
        _about("An average in which each value counts one step more than the one before it."),
        "(1 * oldest + ... + n * newest) / (1 + ... + n)",
        ("ma",),
    ),
    "DEMA": Curated(
        "Double exponential moving average",
        "Trend",
        _about("An exponential average with a part of its delay taken out."),
        "2 * EMA - EMA of EMA",
        ("ma",),
    ),
    "TEMA": Curated(
        "Triple exponential moving average",
        "Trend",
        _about("An exponential average with most of its delay taken out; it may overshoot."),
        "3 * EMA - 3 * EMA of EMA + EMA of EMA of EMA",
        ("ma",),
    ),
    "TRIMA": Curated(
        "Triangular moving average",
        "Trend",
        _about("An average in which the middle of the window counts most: smooth and late."),
        "simple average of a simple average",
        ("ma",),
    ),
    "KAMA": Curated(
        "Kaufman's adaptive moving average",
        "Trend",
        _about("An average that follows quickly in a trend and hardly moves in noise."),
        "smoothing from net change / sum of changes",
        ("ma", "adaptive"),
    ),
    "T3": Curated(
        "T3 moving average",
        "Trend",
        _about("Tillson's very smooth average, made of six exponential ones."),
        tags=("ma", "tillson"),
    ),
    "HMA": Curated(
        "Hull moving average",
        "Trend",
        _about("A smooth average with little delay; it may overshoot at turns."),
        "WMA(2 * WMA(n / 2) - WMA(n), square root of n)",
        ("ma",),
    ),
    "BBANDS": Curated(
        "Bollinger bands",
        "Volatility",
        _about("A moving average, and bands some standard deviations (divided by n) from it."),
        "average +- deviations * standard deviation",
        ("bb", "channel", "mean reversion"),
    ),
    "SAR": Curated(
        "Parabolic SAR",
        "Trend",
        _about("Wilder's stop and reverse: a stop in price that follows faster and faster."),
        tags=("psar", "stop", "wilder"),
    ),
    "SUPERTREND": Curated(
        "Supertrend",
        "Trend",
        _about("A trailing band a multiple of the average true range from the middle of the bar.")
        + "\n\nThe output 'trend' tells the direction: 1 is up, -1 is down.",
        tags=("atr", "stop"),
    ),
    "ADX": Curated(
        "Average directional index (ADX)",
        "Trend",
        _about("How strong a trend is, in either direction, 0 to 100. Many call 25 a trend."),
        "Wilder's average of |+DI - -DI| / (+DI + -DI) * 100",
        ("trend strength", "wilder"),
    ),
    "PLUS_DI": Curated(
        "Plus directional indicator (+DI)",
        "Trend",
        _about("How much of the recent range was movement upwards, 0 to 100."),
        tags=("dmi", "wilder"),
    ),
    "MINUS_DI": Curated(
        "Minus directional indicator (-DI)",
        "Trend",
        _about("How much of the recent range was movement downwards, 0 to 100."),
        tags=("dmi", "wilder"),
    ),
    "AROON": Curated(
        "Aroon",
        "Trend",
        _about("How recently the highest high and the lowest low came: 100 is on this bar."),
        "100 * (n - bars since the extreme) / n",
        ("new high",),
    ),
    "LINEARREG_SLOPE": Curated(
        "Regression slope",
        "Trend",
        _about("How much a straight line through the last values rises a bar, in their unit."),
        tags=("linear regression", "least squares"),
    ),
    "LINEARREG": Curated(
        "Regression line",
        "Trend",
        _about("Where a straight line through the last values stands on this bar."),
        tags=("linear regression", "least squares"),
    ),
    "RSI": Curated(
        "Relative strength index (RSI)",
        "Momentum",
        _about(
            "Wilder's measure of gains against losses, 0 to 100. Below 30 is called oversold, "
            "above 70 overbought."
        ),
        "100 * average gain / (average gain + average loss)",
        ("overbought", "oversold", "wilder"),
    ),
    "MACD": Curated(
        "MACD",
        "Momentum",
        _about(
            "The gap between a quick and a slow average, in the unit of the price, with a "
            "smoothed signal line and the histogram of their difference."
        ),
        "EMA(fast) - EMA(slow); signal = EMA of that",
        ("convergence", "divergence"),
    ),
    "PPO": Curated(
        "Percentage price oscillator (PPO)",
        "Momentum",
        _about(
            "The gap between a quick and a slow average in percent of the slow one, so that "
            "symbols can be compared."
        ),
        "100 * (fast average - slow average) / slow average",
        ("macd",),
    ),
    "STOCH": Curated(
        "Stochastic",
        "Momentum",
        _about(
            "Where the close lies in the recent high-low range, 0 to 100, smoothed (K), and "
            "smoothed again (D)."
        ),
        "100 * (close - lowest low) / (highest high - lowest low)",
        ("overbought", "oversold"),
    ),
    "STOCHF": Curated(
        "Fast stochastic",
        "Momentum",
        _about(
            "Where the close lies in the recent high-low range, 0 to 100 (K), and its average (D)."
        ),
        "100 * (close - lowest low) / (highest high - lowest low)",
        ("overbought", "oversold"),
    ),
    "STOCHRSI": Curated(
        "Stochastic RSI",
        "Momentum",
        _about("Where the RSI lies in its own recent range, 0 to 100: quicker than the RSI."),
        tags=("overbought", "oversold"),
    ),
    "CCI": Curated(
        "Commodity channel index (CCI)",
        "Momentum",
        _about("How far the typical price is from its average; most values lie within 100."),
        "(typical price - average) / (0.015 * mean deviation)",
        ("overbought", "oversold"),
    ),
    "WILLR": Curated(
        "Williams %R",
        "Momentum",
        _about("How far the close is below the recent high, -100 to 0: -100 is at the low."),
        "-100 * (highest high - close) / (highest high - lowest low)",
        ("overbought", "oversold"),
    ),
    "MOM": Curated(
        "Momentum",
        "Momentum",
        _about("How much the value changed over some bars, in its own unit."),
        "value - value n bars ago",
        ("change",),
    ),
    "ROC": Curated(
        "Rate of change (percent)",
        "Momentum",
        _about("How much the value changed over some bars, in percent: 5 is five percent."),
        "100 * (value / value n bars ago - 1)",
        ("returns",),
    ),
    "CMO": Curated(
        "Chande momentum oscillator (CMO)",
        "Momentum",
        _about("Gains minus losses over their sum, -100 to 100."),
        tags=("overbought", "oversold"),
    ),
    "TRIX": Curated(
        "TRIX",
        "Momentum",
        _about("How much a triple smoothed average changed since the last bar, in percent."),
        tags=("ema",),
    ),
    "ULTOSC": Curated(
        "Ultimate oscillator",
        "Momentum",
        _about("Buying pressure over three look-backs at once, 0 to 100."),
        tags=("overbought", "oversold", "williams"),
    ),
    "ATR": Curated(
        "Average true range (ATR)",
        "Volatility",
        _about(
            "How far the price usually moves in a bar, gaps included, in the unit of the price."
        ),
        "Wilder's average of the true range",
        ("wilder", "risk"),
    ),
    "NATR": Curated(
        "Normalised average true range (NATR)",
        "Volatility",
        _about("The average true range in percent of the close, so that symbols can be compared."),
        "100 * ATR / close",
        ("risk",),
    ),
    "TRANGE": Curated(
        "True range",
        "Volatility",
        "How far the price moved in this bar, the gap to the last close included.\n\n"
        "There is no number on the first bar.",
        "largest of high - low, |high - last close|, |low - last close|",
    ),
    "STDDEV": Curated(
        "Standard deviation (population)",
        "Volatility",
        _about(
            "How far the last values spread around their average. It divides by n; "
            "'Rolling standard deviation' divides by n - 1."
        ),
        tags=("std",),
    ),
    "OBV": Curated(
        "On-balance volume (OBV)",
        "Volume",
        "Volume added up on bars that close higher and subtracted on bars that close lower.\n\n"
        "It starts at the first bar's volume, so only its changes mean something.",
        tags=("accumulation",),
    ),
    "AD": Curated(
        "Accumulation/distribution line",
        "Volume",
        "Volume added up, weighted by where in its range each bar closes: 1 at the high, -1 at "
        "the low.\n\nIt starts at the first bar, so only its changes mean something.",
        tags=("chaikin",),
    ),
    "ADOSC": Curated(
        "Chaikin oscillator",
        "Volume",
        _about("A quick minus a slow average of the accumulation/distribution line."),
        tags=("accumulation",),
    ),
    "MFI": Curated(
        "Money flow index (MFI)",
        "Volume",
        _about("An RSI weighted by volume, 0 to 100."),
        tags=("overbought", "oversold"),
    ),
    "CMF": Curated(
        "Chaikin money flow (CMF)",
        "Volume",
        _about("Whether volume came near the highs (above 0) or near the lows, -1 to 1."),
        tags=("accumulation",),
    ),
    "VWAP": Curated(
        "Cumulative VWAP",
        "Volume",
        "The average price paid since the first bar of the data, weighted by volume.\n\n"
        "It never starts anew, so it depends on where the data begins; 'Session VWAP' starts "
        "every day.",
        tags=("volume-weighted average price",),
    ),
    "CDLENGULFING": Curated(
        "Engulfing",
        "Pattern",
        "A body that swallows the one before: 100 where bullish, -100 where bearish, 0 absent.\n\n"
        "It is also 0 on the first bars.",
        tags=("candlestick",),
    ),
    "CDLHAMMER": Curated(
        "Hammer",
        "Pattern",
        "A small body on a long lower shadow after a fall: 100 where it appears, 0 elsewhere.\n\n"
        "It is also 0 on the first bars.",
        tags=("candlestick", "reversal"),
    ),
    "CDLDOJI": Curated(
        "Doji",
        "Pattern",
        "A bar that closes where it opened: 100 where it appears, 0 elsewhere.\n\n"
        "It is also 0 on the first bars.",
        tags=("candlestick", "indecision"),
    ),
}
