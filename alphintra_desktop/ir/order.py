"""Walking a tree of ops without recursion: strategies may be thousands of ops deep."""

from __future__ import annotations

from alphintra_desktop.ir.ops import Expr


def inputs_first(root: Expr) -> list[Expr]:
    """Every op below `root` and `root` itself, each object once, after all of its inputs."""
    done: dict[int, Expr] = {}
    waiting = [root]
    while waiting:
        op = waiting[-1]
        missing = [item for item in op.inputs() if id(item) not in done]
        if missing:
            waiting.extend(reversed(missing))
        else:
            done[id(waiting.pop())] = op
    return list(done.values())
