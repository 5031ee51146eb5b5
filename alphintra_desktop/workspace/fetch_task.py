"""Fetching from a vendor as a job, so that a window need not wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.report import Report
from alphintra_desktop.workspace.secrets import Secrets, sealed, unsealed


@dataclass(frozen=True)
class FetchSpec:
    """What to fetch: the fields of `market.sources.order.Order`, and from whom.

    `key` is sealed (`secrets.sealed`); empty, the keyring of this system is asked. `a_day` is
    another budget of calls than the vendor's.
    """

    vendor: str
    symbols: tuple[str, ...]
    dataset: str
    timeframe: str = "1d"
    start: str = ""
    end: str = ""
    market: str = ""
    repair: bool = False
    full: bool = False
    key: str = ""
    a_day: int | None = None


def fetch_job(spec: FetchSpec, held: Secrets) -> Spec:
    """The job for a worker, with the vendor's key sealed if this session has one."""
    key = held.get(spec.vendor)
    return Spec("run_fetch", asdict(replace(spec, key=sealed(key) if key else "")))


def run_fetch(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: what is in the library now, notes, findings and failures."""
    from alphintra_desktop.market.sources.access import access_to  # noqa: PLC0415 - brings pyarrow
    from alphintra_desktop.market.sources.fetch import fetch  # noqa: PLC0415 - brings httpx
    from alphintra_desktop.market.sources.order import Order  # noqa: PLC0415
    from alphintra_desktop.market.sources.vendors import source_called  # noqa: PLC0415

    del folder
    spec = FetchSpec(**{**arguments, "symbols": tuple(arguments["symbols"])})
    source = source_called(spec.vendor)
    names = ("symbols", "dataset", "timeframe", "start", "end", "market", "repair", "full")
    order = Order(**{name: getattr(spec, name) for name in names})
    key = unsealed(spec.key) if spec.key else key_for(spec.vendor, source.vendor.key is not None)
    fetched = fetch(source, order, access_to(source.vendor, key, a_day=spec.a_day), report)
    for finding in fetched.findings:
        report.message(finding)
    return asdict(fetched)


def key_for(vendor: str, wanted: bool) -> str:
    """The key of a vendor that wants one, as far as it is to be had without asking anybody."""
    return Secrets().get(vendor) if wanted else ""
