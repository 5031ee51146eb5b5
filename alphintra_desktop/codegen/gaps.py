"""Which series may have a gap, over which TA-Lib would stumble."""

from __future__ import annotations

from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import Constant, Expr, Numbers
from alphintra_desktop.ir.talib_facts import talib_info

_LEAVES_GAPS = ("Math Transform", "Math Operators")
_KEEP_GAPLESS = (
    *(ops.TaLib, ops.Lag, ops.Change, ops.Rolling, ops.RollingQuantile, ops.OnBarClose),
    *(ops.Add, ops.Subtract, ops.Multiply, ops.Smaller, ops.Larger),
    *(ops.Negative, ops.Absolute, ops.Sign),
)


def may_have_gaps(op: Expr, known: dict[Expr, bool]) -> bool:
    """Whether a number may be missing after the first one. Answers are kept in `known`."""
    if op not in known:
        kept = _is_gapless_source(op) or (
            isinstance(op, _KEEP_GAPLESS)
            and not _makes_gaps(op)
            and not any(may_have_gaps(p, known) for p in op.inputs() if isinstance(p, Numbers))
        )
        known[op] = not kept
    return known[op]


def _is_gapless_source(op: Expr) -> bool:
    if isinstance(op, ops.Column):
        return op.name != "volume"
    return isinstance(op, Constant | ops.EventColumn)


def _makes_gaps(op: Expr) -> bool:
    """Whether the op itself may have no number between two that it has."""
    if isinstance(op, ops.Rolling):
        return op.statistic in ("skew", "kurt") or op.window < 2
    if isinstance(op, ops.TaLib):
        return talib_info(op.function)["group"] in _LEAVES_GAPS
    return False
