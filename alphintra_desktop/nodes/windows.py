"""Params that many node types share: how many bars to look back, and how far away."""

from __future__ import annotations

from typing import Any

from alphintra_desktop.graph.node_type import param

MOST_BARS = 100_000


def window(default: int = 20, *, low: int = 2) -> Any:
    """Declare a look-back that includes the current bar."""
    text = "How many bars to look at, the current one included."
    return param(default, low=low, high=MOST_BARS, unit="bars", help=text)


def bars_ago(default: int = 1, *, help: str = "How many bars back.") -> Any:
    """Declare a distance in bars."""
    return param(default, low=1, high=MOST_BARS, unit="bars", help=help)
