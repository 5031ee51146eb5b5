"""The door to NodeGraphQt: what the canvas takes from it, and how it is loaded.

NodeGraphQt imports `distutils`, which Python lost in 3.12, and for which setuptools puts a hook
into the import system. That hook loads half of setuptools while it holds Python's one import lock;
if another thread is loading pandas at that moment, both wait for each other for ever. So
`distutils` is put in its place first, from the files of setuptools and without the hook.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType


def provide_distutils() -> None:
    """Let `import distutils` find the copy that comes with setuptools, and load nothing else."""
    if "distutils" in sys.modules:
        return
    spec = find_spec("setuptools")
    assert spec is not None
    assert spec.origin is not None
    package = ModuleType("distutils")
    package.__path__ = [str(Path(spec.origin).parent / "_distutils")]
    sys.modules["distutils"] = package


provide_distutils()

from NodeGraphQt.constants import Z_VAL_PIPE  # noqa: E402
from NodeGraphQt.qgraphics.node_abstract import AbstractNodeItem  # noqa: E402
from NodeGraphQt.qgraphics.pipe import PipeItem  # noqa: E402
from NodeGraphQt.qgraphics.port import PortItem  # noqa: E402
from NodeGraphQt.widgets.viewer import NodeViewer  # noqa: E402

__all__ = ["Z_VAL_PIPE", "AbstractNodeItem", "NodeViewer", "PipeItem", "PortItem"]
