"""Chance that can be repeated: every path has its own generator, wherever it is computed."""

from __future__ import annotations

from zlib import crc32

import numpy as np


def generator(seed: int, part: str, number: int = 0) -> np.random.Generator:
    """The generator of path `number` of a part.

    It depends on nothing else: neither on how many paths there are, nor on which process or in
    which order they are computed.
    """
    return np.random.default_rng([seed, crc32(part.encode()), number])
