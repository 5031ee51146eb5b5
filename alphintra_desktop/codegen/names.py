"""Python names from what users write on nodes: readable, legal, and never twice."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable

_RESERVED = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "np", "pd", "talib"})


def snake_case(text: str) -> str:
    """`Fast average (10)` is `fast_average_10`; accents are dropped; never empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", "_", plain)
    name = re.sub(r"[^0-9a-z]+", "_", spaced.lower()).strip("_")
    if not name:
        return "node"
    return f"n_{name}" if name[0].isdigit() else name


class Names:
    """Hands out every name once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {*_RESERVED, *taken}

    def take(self, wanted: str) -> str:
        """`wanted`, or with the first free number behind it."""
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}_{number}", number + 1
        self._taken.add(name)
        return name
