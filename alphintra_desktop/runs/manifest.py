"""A run's manifest: everything that it takes to repeat the run to the bit."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.runs.canonical import value_hash

MANIFEST_FORMAT = 1
# Whose versions may change a result, by the name they are installed under.
DISTRIBUTIONS = (
    "alphintra-desktop",
    "numpy",
    "pandas",
    "TA-Lib",
    "vectorbt",
    "vectorbt-rust",
    "numba",
    "duckdb",
    "pyarrow",
)


@dataclass(frozen=True)
class Recipe:
    """What a run is made from.

    `data_hashes` has one hash a series, by a name that says which ("SPY 1d"). `params` are the
    strategy's as set by node and param, `settings` the backtest's own. `marks` are what a reader
    of the result must know, such as an unsafe fill. `event_hashes` has one hash a table of events.
    """

    graph_hash: str
    code_hash: str
    data_hashes: Mapping[str, str]
    engine: str
    engine_reason: str
    params: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    seeds: Mapping[str, int] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    event_hashes: Mapping[str, str] = field(default_factory=dict)


def manifest(recipe: Recipe) -> dict[str, Any]:
    """The recipe with the versions and the machine of this process.

    It holds no time and no id: a repeated run has the same manifest, and so the same hash.
    """
    return {
        "format": MANIFEST_FORMAT,
        **asdict(recipe),
        "marks": list(recipe.marks),
        "versions": installed_versions(),
        "platform": this_platform(),
    }


def manifest_hash(of: Mapping[str, Any]) -> str:
    """The SHA-256 of a manifest's canonical JSON, in hexadecimal."""
    return value_hash(of)


def equity_hash(equity: npt.ArrayLike) -> str:
    """The SHA-256 of an equity curve as little-endian 64-bit floats, in hexadecimal.

    One bit of difference in one bar gives another hash. All NaNs count as the same NaN.
    """
    curve = np.ascontiguousarray(equity, dtype="<f8")
    return hashlib.sha256(np.where(np.isnan(curve), np.nan, curve).tobytes()).hexdigest()


@cache
def _versions() -> tuple[tuple[str, str | None], ...]:
    return tuple((name, _version(name)) for name in DISTRIBUTIONS)


def installed_versions() -> dict[str, str | None]:
    """The version of Python and of each distribution, None for one that is not installed.

    Read from what the installer wrote down: nothing is imported.
    """
    return {"python": platform.python_version(), **dict(_versions())}


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def this_platform() -> dict[str, Any]:
    """What of this machine may change the last bits of a result."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "python": platform.python_implementation(),
        "threads": os.cpu_count(),
    }
