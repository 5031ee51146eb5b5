"""The traffic lights of nodes: whether their last values are those of the drawing as it is now.

Each output has a fingerprint of what it computes. A node is ready when the fingerprints of its
last values are those of the drawing, and stale when they are others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

Key = tuple[str, str]
Prints = tuple[str, ...]


class Light(Enum):
    """How a node's values are doing."""

    NONE = "none"  # it has no values to show, or its inputs are not whole
    STALE = "stale"
    READY = "ready"
    RUNNING = "running"
    FAILED = "failed"


@dataclass(frozen=True)
class NodeState:
    """A node's light, the seconds it took when it last ran, and why it failed."""

    light: Light = Light.NONE
    seconds: float | None = None
    message: str = ""
    hint: str = ""


NOTHING = NodeState()


class NodeLights:
    """The state of every node. `has` says whether there are values of a fingerprint.

    Methods that change something return the nodes whose state is another one now.
    """

    def __init__(self, has: Callable[[str], bool]) -> None:
        self._has = has
        self._drawn: Mapping[Key, str] = {}
        self._outputs: dict[str, tuple[Key, ...]] = {}
        self._states: dict[str, NodeState] = {}
        self._seconds: dict[str, float] = {}
        self._failures: dict[str, tuple[Prints, str, str]] = {}
        self._running: Mapping[str, Prints] = {}
        self._at_work = ""
        self._done: set[str] = set()

    def __getitem__(self, node: str) -> NodeState:
        return self._states.get(node, NOTHING)

    def fingerprint(self, key: Key) -> str:
        """What an output computes as it is drawn now; "" when it cannot be computed."""
        return self._drawn.get(key, "")

    def drawn(self, fingerprints: Mapping[Key, str]) -> frozenset[str]:
        """The drawing's outputs have these fingerprints now."""
        outputs: dict[str, tuple[Key, ...]] = {}
        for key in fingerprints:
            outputs[key[0]] = (*outputs.get(key[0], ()), key)
        self._drawn, self._outputs = fingerprints, outputs
        return self._changes()

    def begin(self) -> None:
        """The values of the drawing as it is now are being computed."""
        self._running = {node: self._prints(node) for node in self._outputs}

    def at_work(self, node: str) -> frozenset[str]:
        """This node is being computed."""
        before, self._at_work = self._at_work, node
        return self._changes((before, node))

    def done(self, node: str, seconds: float) -> frozenset[str]:
        """This node has its values, and took so long."""
        self._seconds[node] = seconds
        self._done.add(node)
        if self._at_work == node:
            self._at_work = ""
        return self._changes((node,))

    def failed(self, node: str, message: str, hint: str) -> None:
        """This node has no values, as long as it is drawn as it was at the beginning."""
        self._failures[node] = (self._running.get(node, ()), message, hint)

    def end(self, succeeded: Iterable[str] = ()) -> frozenset[str]:
        """Nothing is computed any more; these nodes have values."""
        for node in succeeded:
            self._failures.pop(node, None)
        self._running, self._at_work, self._done = {}, "", set()
        return self._changes()

    def _prints(self, node: str) -> Prints:
        return tuple(self._drawn[key] for key in self._outputs.get(node, ()))

    def _changes(self, nodes: Iterable[str] | None = None) -> frozenset[str]:
        looked_at = {*self._states, *self._outputs} if nodes is None else {*nodes} - {""}
        changed = set()
        for node in looked_at:
            now = self._state_of(node)
            if now != self[node]:
                self._states[node] = now
                changed.add(node)
        return frozenset(changed)

    def _state_of(self, node: str) -> NodeState:
        prints, seconds = self._prints(node), self._seconds.get(node)
        if not prints:
            return NOTHING
        if node == self._at_work:
            return NodeState(Light.RUNNING, seconds)
        failed_as, message, hint = self._failures.get(node, ((), "", ""))
        if failed_as == prints:
            return NodeState(Light.FAILED, seconds, message, hint)
        fresh = node in self._done and self._running.get(node) == prints
        if fresh or all(map(self._has, prints)):
            return NodeState(Light.READY, seconds)
        return NodeState(Light.STALE, seconds)
