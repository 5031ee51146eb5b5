"""The node types as the canvas may use them: without ever waiting for TA-Lib to load."""

from __future__ import annotations

import threading

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Node
from alphintra_desktop.graph.node_type import NodeType
from alphintra_desktop.nodes.catalog import NODES, catalog, node_type_of
from alphintra_desktop.observe import Signal

_OURS = frozenset(made.name for made in NODES)


class NodeTypes:
    """Loads the catalogue in a thread of its own. `loaded` is announced from that thread."""

    def __init__(self) -> None:
        self.loaded: Signal[None] = Signal()
        self._ready = threading.Event()
        self._begun = False
        if catalog.cache_info().currsize:
            self._ready.set()

    def load(self) -> None:
        """Begin to load what is not known yet; to be called when nobody waits for anything else."""
        if not self.ready and not self._begun:
            self._begun = True
            threading.Thread(target=self._load, name="node catalogue", daemon=True).start()

    @property
    def ready(self) -> bool:
        """Whether every node type is known by now."""
        return self._ready.is_set()

    def wait(self, timeout: float = 30.0) -> None:
        """Return when every type is known. Raises TimeoutError after `timeout` seconds."""
        self.load()
        if not self._ready.wait(timeout):
            raise TimeoutError("the node types were not loaded in time")

    def of(self, node: Node) -> NodeType | None:
        """The node's type, or None for one that is not known, or not yet."""
        if node.type not in _OURS and not self.ready:
            return None
        try:
            return node_type_of(node)
        except AlphintraError:  # custom code that does not parse: the problems say so
            return None

    def _load(self) -> None:
        catalog()
        self._ready.set()
        self.loaded.emit(None)
