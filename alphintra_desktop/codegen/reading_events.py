"""Whether a drawing reads anything but bars, told without a look into the library."""

from __future__ import annotations

from alphintra_desktop.codegen.lower import Lowered
from alphintra_desktop.codegen.plan import inputs_first
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import Expr


def reads_events(lowered: Lowered) -> bool:
    """Whether it reads a table of events, or names a universe."""
    return any(
        isinstance(op, ops.EventColumn) or (isinstance(op, ops.Dataset) and op.universe)
        for op in inputs_first(lowered.outputs.values(), Expr.inputs)
    )
