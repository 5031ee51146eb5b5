"""What training is asked to do, as a job carries it: light, for windows that only ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class TrainSpec:
    """What training is asked to do. `features` are names and "node.output", `label` is one.

    `settings` are those of the model as text. `first`, `every`, `window` and `embargo` are bars, as
    in `Schedule`. `name` is what the model is called. `folds` above 0 cross-validates as well, in
    so many parts of which `tested` at a time are tested. `fingerprint` is that of the model's node,
    if any: predictions carry it, so that a run can tell when the drawing has changed since.
    """

    graph: str
    features: tuple[tuple[str, str], ...]
    label: str
    name: str
    model: str = "random_forest"
    settings: Mapping[str, str] | None = None
    target: str = "direction"
    first: int = 500
    every: int = 60
    window: int = 0
    embargo: int = 0
    seed: int = 0
    folds: int = 0
    tested: int = 1
    balanced: bool = False
    where: str = "the graph"
    fingerprint: str = ""
    ignore_quality: bool = False

    def arguments(self) -> dict[str, Any]:
        """The spec as a job's JSON arguments."""
        return asdict(self)
