"""How a file writes numbers: 1234.5, 1.234,5 or 1,234.5."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from alphintra_desktop.market.bars import Booleans, Floats

_POINTS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?")
_COMMAS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_DECIMAL_POINT = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)\.\d+")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+|[+-]?\d{1,3}(\.\d{3})+,\d+")


@dataclass(frozen=True)
class Numerals:
    """`decimal` is a point or comma; `grouped` are the meanings of columns with thousands set
    apart by the other of the two."""

    decimal: str = "."
    grouped: tuple[str, ...] = ()


def numerals(
    samples: Mapping[str, Sequence[str]], *, commas_split_cells: bool, decimal: str = ""
) -> Numerals:
    """How the samples, columns of cells by meaning, write numbers.

    Commas are decimal where most numbers of some column have one, and no number has a point that
    is not before three digits. In a file whose cells commas split, 1,234 is a thousand. `decimal`
    is what somebody says of it.
    """
    if decimal:
        return Numerals(decimal, _columns_with(_COMMAS if decimal == "." else _POINTS, samples))
    cells = [cell for column in samples.values() for cell in column]
    pointed = any(_DECIMAL_POINT.fullmatch(cell) and not _POINTS.fullmatch(cell) for cell in cells)
    mostly = any(
        2 * sum(map(bool, map(_DECIMAL_COMMA.fullmatch, column))) > len(column)
        for column in samples.values()
    )
    grouped = all(map(_COMMAS.fullmatch, [cell for cell in cells if "," in cell]))
    if mostly and not pointed and not (commas_split_cells and grouped):
        return Numerals(",", _columns_with(_POINTS, samples))
    return Numerals(".", _columns_with(_COMMAS, samples))


def _columns_with(
    pattern: re.Pattern[str], samples: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    return tuple(
        meaning for meaning, cells in samples.items() if any(map(pattern.fullmatch, cells))
    )


def ungrouped(column: pa.ChunkedArray, decimal: str) -> tuple[Floats, Booleans]:
    """(R,) numbers of texts with thousands set apart, NaN where empty; and which are no numbers.

    Groups are held to three digits: leaving every separator out would read 46.93 as 4693.
    """
    group = "," if decimal == "." else "."
    written = rf"^\s*[+-]?(\d+|\d{{1,3}}([{group}]\d{{3}})+)([{decimal}]\d*)?\s*$"
    sound = pc.match_substring_regex(column, written)
    plain = pc.if_else(sound, pc.utf8_trim_whitespace(column), None)
    plain = pc.replace_substring(pc.replace_substring(plain, group, ""), decimal, ".")
    values = np.array(plain.cast(pa.float64()).to_numpy(), dtype=np.float64)
    return values, np.asarray(pc.invert(pc.fill_null(sound, True)).to_numpy(), dtype=np.bool_)
