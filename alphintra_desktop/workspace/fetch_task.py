"""Fetching from a vendor as a job, so that a window need not wait for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.report import Report
from alphintra_desktop.workspace.secrets import Secrets, sealed, unsealed

if TYPE_CHECKING:
    from alphintra_desktop.market.sources.updating import Update


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


@dataclass(frozen=True)
class UpdateSpec:
    """What to bring up to date: all of a dataset that came from vendors, or only some symbols of a
    timeframe. `keys` pairs vendors with their sealed keys."""

    dataset: str
    symbols: tuple[str, ...] = ()
    timeframe: str = ""
    repair: bool = False
    full: bool = False
    keys: tuple[tuple[str, str], ...] = ()


def update_job(spec: UpdateSpec, vendors: Sequence[str], held: Secrets) -> Spec:
    """The job for a worker, with the keys of these vendors sealed as far as there are any."""
    keys = ((name, held.get(name)) for name in vendors)
    given = tuple((name, sealed(key)) for name, key in keys if key)
    return Spec("run_fetch_update", asdict(replace(spec, keys=given)))


def orders_of(spec: UpdateSpec) -> tuple[Update, ...]:
    """What is asked of whom. Raises `AlphintraError` if nothing of it came from a vendor."""
    from alphintra_desktop.market.sources.updating import updates_of  # noqa: PLC0415 - pyarrow

    found = []
    for update in updates_of(spec.dataset, repair=spec.repair, full=spec.full):
        order = update.order
        wanted = tuple(s for s in order.symbols if not spec.symbols or s in spec.symbols)
        if wanted and spec.timeframe in ("", order.timeframe):
            found.append(replace(update, order=replace(order, symbols=wanted)))
    if not found:
        raise AlphintraError(
            f"{', '.join(spec.symbols[:3])} of {spec.dataset} came from no vendor.",
            hint="Import a newer file, or fetch the symbol from a vendor.",
        )
    return tuple(found)


def run_fetch_update(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker. What fails keeps no other vendor back; raises if all of it fails."""
    from alphintra_desktop.market.sources.access import access_to  # noqa: PLC0415 - brings pyarrow
    from alphintra_desktop.market.sources.fetch import fetch  # noqa: PLC0415 - brings httpx
    from alphintra_desktop.market.sources.order import Failure, Fetched  # noqa: PLC0415

    del folder
    names = {"symbols": tuple(arguments["symbols"]), "keys": tuple(map(tuple, arguments["keys"]))}
    spec = UpdateSpec(**{**arguments, **names})
    sealed_keys, every, errors = dict(spec.keys), Fetched(), []
    for update in orders_of(spec):
        vendor = update.source.vendor
        try:
            given = sealed_keys.get(vendor.name, "")
            key = unsealed(given) if given else key_for(vendor.name, vendor.key is not None)
            fetched = fetch(update.source, update.order, access_to(vendor, key), report)
        except AlphintraError as error:
            errors.append(error)
            every.failed.append(Failure(vendor.title, error.message, error.hint))
            continue
        every.series += fetched.series
        every.tables += fetched.tables
        every.notes += fetched.notes
        every.findings += fetched.findings
        every.failed += fetched.failed
    if errors and not every.series and not every.notes:
        raise errors[0]
    for finding in every.findings:
        report.message(finding)
    return asdict(every)


def key_for(vendor: str, wanted: bool) -> str:
    """The key of a vendor that wants one, as far as it is to be had without asking anybody."""
    return Secrets().get(vendor) if wanted else ""
