"""How many rounds a fuzz test runs: few in `make test`, very many in `make fuzz`."""

from __future__ import annotations

import os


def rounds(usual: int) -> int:
    """`usual`, unless `ALPHINTRA_FUZZ_ROUNDS` asks for another number. For tests marked `fuzz`:

    `@settings(max_examples=rounds(200))`, or a plain loop over `range(rounds(200))`.
    """
    return int(os.environ.get("ALPHINTRA_FUZZ_ROUNDS") or usual)
