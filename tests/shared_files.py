"""The one place that knows where the shared test data lies: `ALPHINTRA_SHARED`, else the folder
`shared` beside the checkout. It is no part of the product; without it those tests are skipped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


class SharedFileMissing(AssertionError):
    """Shared test data was promised (`ALPHINTRA_REQUIRE_SHARED=1`) and is not there."""


def shared(path: str) -> Path:
    """A file or folder of the shared test data, for example `reference/metrics/metrics.csv`.

    Skips the calling test (or module, when called at its top) if it is absent; raises
    `SharedFileMissing` instead where `ALPHINTRA_REQUIRE_SHARED=1` says that it must be there.
    """
    folder = Path(os.environ.get("ALPHINTRA_SHARED") or CHECKOUT.parent / "shared")
    wanted = folder / path
    if wanted.exists():
        return wanted
    reason = (
        f"{path} is not in the shared test data: set ALPHINTRA_SHARED to the folder that has it."
    )
    if os.environ.get("ALPHINTRA_REQUIRE_SHARED") == "1":
        raise SharedFileMissing(reason)
    pytest.skip(reason, allow_module_level=True)
