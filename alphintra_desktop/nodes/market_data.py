"""Where bars come from: a dataset of the market library, and longer bars made of it."""

from __future__ import annotations

from datetime import date

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.node_type import node_type, param
from alphintra_desktop.ir.markets import MARKETS, bars_per_year, timeframe_parts
from alphintra_desktop.ir.ops import (
    EVENT_MARK,
    Dataset,
    Expr,
    HigherTimeframe,
    MarketData,
    Numbers,
    OfSymbol,
    OnBarClose,
)


@node_type("Market data", category="Market data", tags=("dataset", "symbols", "prices", "bars"))
def dataset(  # noqa: PLR0913 - one declaration of everything a user may set
    *,
    dataset: str = param(
        "sample", help="The dataset's name in the market library.", meaning="dataset"
    ),
    symbols: str = param(
        "AAPL", help="Symbols, separated by commas: AAPL, MSFT.", meaning="symbols"
    ),
    timeframe: str = param(
        "1d", help="The length of a bar: 1m, 15m, 1h, 4h, 1d, 1w, 1mo.", meaning="timeframe"
    ),
    start: str = param(
        "", help="First day, such as 2010-01-01; empty for all there is.", meaning="day"
    ),
    end: str = param("", help="Last day, itself included; empty for all there is.", meaning="day"),
    prices: str = param(
        "adjusted",
        choices=("adjusted", "raw"),
        help="Adjusted prices have no jumps at splits and dividends. With raw prices, splits and "
        "dividends happen to the account instead.",
    ),
    market: str = param(
        "us_equities",
        choices=tuple(MARKETS),
        help="How many bars a year has, for annualised figures.",
    ),
    universe: str = param(
        "",
        help="Who may be held when: a universe of the library. Empty: all symbols at all times, "
        "which only those are that are still there today.",
        meaning="universe",
    ),
) -> MarketData:
    """Open, high, low, close and volume of one or many symbols.

    A bar becomes known at its close. Signals of one bar are traded on the next. With a universe,
    only its members are bought, ranked and weighted, and what leaves it is sold on the next bar.
    """
    timeframe = _timeframe(timeframe)
    first, last = _day(start, "start"), _day(end, "end")
    if first and last and first > last:
        raise AlphintraError(
            f"The period starts on {first} and ends before that, on {last}.",
            hint="Swap the two days, or leave one of them empty.",
            place=Place(param="start"),
        )
    names = symbol_list(symbols)
    adjusted = prices == "adjusted"
    return Dataset(
        dataset, names, timeframe, first, last, adjusted, market, checked_universe(universe)
    )


def checked_universe(name: str) -> str:
    """The name without spaces around it. Raises `AlphintraError` if none can be called so."""
    if EVENT_MARK in name:
        raise AlphintraError(
            f"No universe can be called '{name}'.",
            hint="`alphintra data universe list` names them all.",
            place=Place(param="universe"),
        )
    return name.strip()


@node_type("Higher timeframe", category="Market data", tags=("resample", "weekly", "daily"))
def higher_timeframe(
    bars: MarketData,
    *,
    timeframe: str = param(
        "1w", help="The length of the longer bars: 1h, 4h, 1d, 1w, 1mo.", meaning="timeframe"
    ),
) -> MarketData:
    """Gather bars into longer ones: hours into days, days into weeks.

    Compute on them as on any bars, then bring the result back with "Value on bar close", so that a
    longer bar is never used before it is complete.
    """
    return HigherTimeframe(bars, _timeframe(timeframe))


@node_type(
    "Value on bar close", category="Market data", tags=("resample", "join", "higher timeframe")
)
def on_bar_close(values: Numbers) -> Numbers:
    """Bring numbers of a higher timeframe back to the bars it was made of.

    Each number counts from the close of its longer bar on. Until then the one before it stands,
    so a strategy never sees a week before the week is over.
    """
    calendars = calendars_of(values)
    higher = calendars[0] if len(calendars) == 1 else None
    if not isinstance(higher, HigherTimeframe):
        raise AlphintraError(
            "The numbers do not come from one higher timeframe.",
            hint="Connect something that is computed from the bars of one Higher timeframe node.",
        )
    return OnBarClose(values, higher, higher.data)


@node_type("Value of a symbol", category="Market data", tags=("benchmark", "pair", "index"))
def of_symbol(
    values: Numbers,
    *,
    symbol: str = param("AAPL", help="The symbol whose numbers all symbols get.", meaning="symbol"),
) -> Numbers:
    """The numbers of one symbol, given to every symbol: a benchmark, or the other leg of a pair.

    There is no number on bars that the named symbol does not have.
    """
    (name,) = symbol_list(symbol, most=1, param="symbol")
    for bars in calendars_of(values):
        check_symbols((name,), bars, param="symbol")
    return OfSymbol(values, name)


def check_symbols(names: tuple[str, ...], bars: MarketData, *, param: str) -> None:
    """Raises `AlphintraError` for a symbol that the bars do not have."""
    there = dataset_of(bars).symbols
    for name in names:
        if name not in there:
            raise AlphintraError(
                f"The market data has no symbol {name}.",
                hint=f"Add {name} to the symbols of the Market data node, or choose one of them: "
                f"{', '.join(there[:10])}{', ...' if len(there) > 10 else ''}.",
                place=Place(param=param),
            )


def symbol_list(text: str, *, most: int = 10_000, param: str = "symbols") -> tuple[str, ...]:
    """The symbols in a comma-separated text. Raises `AlphintraError` for none, or one twice."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    place = Place(param=param)
    if not names or len(names) > most:
        wanted = "One symbol is wanted" if most == 1 else "At least one symbol is wanted"
        raise AlphintraError(
            f"{wanted}, and '{text}' has {len(names)}.",
            hint="Write AAPL." if most == 1 else "Write them with commas between: AAPL, MSFT.",
            place=place,
        )
    for name in names:
        if names.count(name) > 1:
            raise AlphintraError(
                f"The symbol {name} is listed twice.", hint="Take one of them away.", place=place
            )
    return names


def bars_per_year_of(bars: MarketData) -> float:
    """How many of these bars a year has."""
    timeframe = bars.timeframe if isinstance(bars, HigherTimeframe) else dataset_of(bars).timeframe
    return bars_per_year(dataset_of(bars).market, timeframe)


def dataset_of(bars: MarketData) -> Dataset:
    """The dataset that bars, or the shorter bars they are made of, come from."""
    while isinstance(bars, HigherTimeframe):
        bars = bars.data
    assert isinstance(bars, Dataset)
    return bars


def calendars_of(expr: Expr) -> tuple[MarketData, ...]:
    """The different bars on which an op has its values; none for a constant."""
    waiting, seen, found = [expr], set[Expr](), list[MarketData]()
    while waiting:
        op = waiting.pop()
        if op in seen:
            continue
        seen.add(op)
        match op:
            case MarketData():
                found.append(op)
            case OnBarClose():
                waiting.append(op.data)
            case _:
                waiting.extend(op.inputs())
    return tuple(found)


def _timeframe(text: str) -> str:
    try:
        timeframe_parts(text)
    except AlphintraError as error:
        place = Place(param="timeframe")
        raise AlphintraError(error.message, hint=error.hint, place=place) from None
    return text


def _day(text: str, name: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise AlphintraError(
            f"'{text}' is not a day.",
            hint="Write year, month and day: 2010-01-31.",
            place=Place(param=name),
        ) from None
