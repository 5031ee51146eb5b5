"""What each node output computes, as a digest: equal for equal ops, whatever they are called."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from alphintra_desktop.codegen.lower import Lowered
from alphintra_desktop.codegen.plan import inputs_first
from alphintra_desktop.ir.ops import Expr


def digests_of(lowered: Lowered) -> dict[tuple[str, str], str]:
    """A digest for every output that could be built."""
    known: dict[Expr, str] = {}
    for op in inputs_first(lowered.outputs.values(), Expr.inputs):
        values = [_spelt(getattr(op, f.name), known) for f in fields(op)]  # type: ignore[arg-type]
        text = f"{type(op).__name__}({', '.join(values)})"
        known[op] = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return {key: known[op] for key, op in lowered.outputs.items()}


def _spelt(value: Any, known: Mapping[Expr, str]) -> str:
    if isinstance(value, Expr):
        return known[value]
    if isinstance(value, tuple):
        return f"({', '.join(_spelt(part, known) for part in value)},)"
    return repr(value)
