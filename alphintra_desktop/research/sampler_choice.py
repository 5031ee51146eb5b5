"""The sampler that a search names: our own for grid and random, Optuna's for all others."""

from __future__ import annotations

from alphintra_desktop.research.grid import Grid
from alphintra_desktop.research.samplers import Allows, Draws, GridOrder, Journal, Sampler
from alphintra_desktop.research.search_spec import SearchSpec


def sampler_of(spec: SearchSpec, space: Grid, allows: Allows, journal: Journal) -> Sampler:
    """The sampler that a spec names. Raises `AlphintraError` where it cannot be had."""
    match spec.sampler:
        case "grid":
            return GridOrder(spec.seed, space, allows)
        case "random":
            return Draws(spec.seed, space, allows)
    from alphintra_desktop.research.optuna_sampling import OptunaSampler  # noqa: PLC0415 - heavy

    return OptunaSampler(spec, space, allows, journal)
