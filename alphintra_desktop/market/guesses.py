"""What was found out about a file, and how sure that is, for a user to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from alphintra_desktop.ir.markets import is_intraday
from alphintra_desktop.market.columns import MEANINGS
from alphintra_desktop.market.corrections import Corrections
from alphintra_desktop.market.file_reading import guessed_market
from alphintra_desktop.market.file_series import FileSeries, ReadAs
from alphintra_desktop.market.text_layout import TextLayout
from alphintra_desktop.market.text_source import UTF_8, UTF_16
from alphintra_desktop.market.times import described


class Sure(StrEnum):
    """How far a guess is to be trusted."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNSURE = "please check"
    SAID = "as you said"


@dataclass(frozen=True)
class Guess:
    """`what` is a field of `Corrections`, or a meaning of a column for `column`; `value` is in the
    words of a correction; `why` says what told it."""

    what: str
    value: str
    sure: Sure
    why: str
    column: bool = False


def guesses_of(
    said: Corrections, layout: TextLayout | None, file: FileSeries | None
) -> tuple[Guess, ...]:
    """All of them, as far as the file was understood."""
    found: list[Guess] = []
    if layout is not None:
        found += [*_of_text(layout), *_of_columns(layout, said)]
    if file is not None and file.read_as is not None:
        found += [*_of_bars(file, file.read_as)]
    return tuple(_as_said(guess, said) for guess in found)


def _as_said(guess: Guess, said: Corrections) -> Guess:
    corrected = (
        any(meaning == guess.what for meaning, _ in said.columns)
        if guess.column
        else getattr(said, guess.what) not in ("", None)
    )
    return Guess(guess.what, guess.value, Sure.SAID, "", guess.column) if corrected else guess


def _of_text(layout: TextLayout) -> Iterator[Guess]:
    certain = layout.encoding in (UTF_8, UTF_16)
    yield Guess(
        "encoding",
        layout.encoding,
        Sure.CERTAIN if certain else Sure.LIKELY,
        "every byte fits" if certain else "it is not UTF-8, and Western European is the usual rest",
    )
    known = layout.shape != "columns by name"
    why = f"the rows are those of {layout.shape}" if known else "it splits the header into names"
    yield Guess("delimiter", layout.delimiter, Sure.CERTAIN, why)
    grouped = bool(layout.numerals.grouped)
    yield Guess(
        "decimal",
        layout.numerals.decimal,
        Sure.LIKELY if grouped else Sure.CERTAIN,
        "thousands are set apart" if grouped else "the numbers are readable so only",
    )
    line = layout.skipped_lines
    why = "it names the columns" if line else "the first line is a bar already"
    yield Guess("header_line", str(line), Sure.CERTAIN, why)
    yield Guess(
        "time_format",
        described(layout.time, layout.sample),
        Sure.CERTAIN,
        f"the first time is {layout.sample}",
    )


def _of_columns(layout: TextLayout, said: Corrections) -> Iterator[Guess]:
    for meaning in (*MEANINGS, "clock"):
        if meaning in layout.columns:
            name = layout.names[layout.columns[meaning]]
            yield Guess(meaning, name, Sure.CERTAIN, "by its name", column=True)
        elif meaning in dict(said.columns):
            yield Guess(meaning, "", Sure.SAID, "", column=True)


def _of_bars(file: FileSeries, read: ReadAs) -> Iterator[Guess]:
    intraday = is_intraday(file.timeframe)
    yield _zone(read, intraday)
    yield _bar_stamp(read, intraday)
    named = read.layout is not None and "symbol" in read.layout.columns
    symbols = ", ".join(series.symbol for series in file.series[:3])
    more = ", ..." if len(file.series) > 3 else ""
    yield Guess(
        "symbol",
        symbols + more,
        Sure.CERTAIN if named or len(file.series) > 1 else Sure.LIKELY,
        "a column says it" if named else "the file is named so",
    )
    yield Guess("timeframe", file.timeframe, Sure.CERTAIN, "the most common step between rows")
    market = guessed_market(file)
    usual = market == "us_equities"
    yield Guess(
        "market",
        market,
        Sure.UNSURE if usual else Sure.LIKELY,
        "nothing says otherwise" if usual else "the days that have bars, or the symbol",
    )


def _zone(read: ReadAs, intraday: bool) -> Guess:
    if not intraday:
        return Guess("time_zone", "", Sure.CERTAIN, "days have none")
    if read.time_zone:
        known = read.layout is not None and read.layout.time_zone
        why = "the vendor writes so" if known else "an hour is there twice"
        return Guess("time_zone", read.time_zone, Sure.LIKELY, why)
    if read.zoned:
        return Guess("time_zone", "UTC", Sure.CERTAIN, "the times say their zone themselves")
    return Guess("time_zone", "UTC", Sure.UNSURE, "the times do not say")


def _bar_stamp(read: ReadAs, intraday: bool) -> Guess:
    if not intraday:
        return Guess("bar_stamp", "open", Sure.CERTAIN, "days are named by their date")
    if read.bar_stamp == "close":
        return Guess("bar_stamp", "close", Sure.LIKELY, "the vendor or the hours of the session")
    return Guess("bar_stamp", "open", Sure.LIKELY, "most vendors do so")
