"""Fetching from vendors and bringing series up to date, each a job that tells what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.board import JobEntry
from alphintra_desktop.jobs.events import Cancelled, Failed, Finished, JobEvent
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.runs.project import home_project
from alphintra_desktop.workspace.fetch_task import (
    FetchSpec,
    UpdateSpec,
    fetch_job,
    orders_of,
    update_job,
)
from alphintra_desktop.workspace.notices import Notice, Weight
from alphintra_desktop.workspace.secrets import Secrets
from alphintra_desktop.workspace.workspace import Workspace

if TYPE_CHECKING:
    from alphintra_desktop.market.sources.source import Vendor

Ended = Callable[[str], object]
SHOWN = 3
KEY_HINT = "Set the right key in Data, Fetch, at that vendor. Some data needs a paid plan."


def vendors() -> tuple[Vendor, ...]:
    """All there are."""
    from alphintra_desktop.market.sources.vendors import SOURCES  # noqa: PLC0415 - brings pyarrow

    return tuple(source.vendor for source in SOURCES)


def vendors_of(spec: UpdateSpec) -> tuple[str, ...]:
    """Whom an update has to ask. Raises `AlphintraError` if nothing came from a vendor."""
    return tuple(dict.fromkeys(update.source.vendor.name for update in orders_of(spec)))


def troubles_of(spec: FetchSpec) -> dict[str, AlphintraError]:
    """What is wrong with an order before anybody is asked, by the field it is about."""
    from alphintra_desktop.market.importing import checked_dataset  # noqa: PLC0415
    from alphintra_desktop.market.sources.order import Order  # noqa: PLC0415
    from alphintra_desktop.market.sources.vendors import source_called  # noqa: PLC0415

    vendor, found = source_called(spec.vendor).vendor, {}
    dates = (("start", spec.start, ""), ("end", "", spec.end))
    checks: list[tuple[str, Callable[[], object]]] = [
        ("symbols", lambda: Order(spec.symbols, "", vendor.timeframes[0]).check(vendor)),
        ("timeframe", lambda: Order((vendor.example or "X",), "", spec.timeframe).check(vendor)),
        ("dataset", lambda: checked_dataset(spec.dataset)),
        *((name, _reading(start, end, vendor)) for name, start, end in dates),
    ]
    for field, check in checks:
        try:
            check()
        except AlphintraError as error:
            found[field] = error
    return found


def _reading(start: str, end: str, vendor: Vendor) -> Callable[[], object]:
    from alphintra_desktop.market.sources.order import Order  # noqa: PLC0415

    order = Order(("X",), "", vendor.timeframes[0], start, end)
    return lambda: order.period(vendor)


class VendorWork:
    """Starts the jobs with the keys that `secrets` hold, and tells what comes of them.

    All methods may be called from threads, and have to be where a key is in a keyring.
    """

    def __init__(self, workspace: Workspace, held: Secrets) -> None:
        self.secrets = held
        self._workspace = workspace

    def fetch(self, spec: FetchSpec, ended: Ended) -> JobEntry:
        """Fetch; `ended` is called with why it failed, or "", from a thread."""
        title = f"Fetch {', '.join(spec.symbols[:SHOWN])} from {spec.vendor.title()}"
        return self._start(fetch_job(spec, self.secrets), title, ended)

    def update(self, spec: UpdateSpec, asked: Sequence[str], ended: Ended) -> JobEntry:
        """Bring series up to date, asking these vendors."""
        what = ", ".join(spec.symbols[:SHOWN]) if spec.symbols else spec.dataset
        return self._start(update_job(spec, asked, self.secrets), f"Update {what}", ended)

    def _start(self, spec: Spec, title: str, ended: Ended) -> JobEntry:
        folder = (self._workspace.project or home_project()).new_job_folder()

        def tell(event: JobEvent) -> None:
            """Called from a thread of the job."""
            if isinstance(event, Finished | Failed | Cancelled):
                ended(self._told(event, title))

        return self._workspace.jobs.start(folder, spec, title, tell)

    def _told(self, event: Finished | Failed | Cancelled, title: str) -> str:
        """Tell of it; what failed, in words."""
        notices = self._workspace.notices
        if isinstance(event, Cancelled):
            notices.info(f"{title}: cancelled.", "What was loaded is kept for the next time.")
            return "Cancelled. What was loaded is kept for the next time."
        if isinstance(event, Failed):
            hint = hint_here(event.hint)
            notices.tell(Notice(Weight.ERROR, event.message, hint, event.traceback))
            return f"{event.message} {hint}".strip()
        failed = event.result["failed"]
        notices.done(f"{title}: {came(event.result)}", " ".join(event.result["notes"][:SHOWN]))
        for one in failed[:SHOWN]:
            notices.error(AlphintraError(one["message"], hint=hint_here(one["hint"])))
        return "\n".join(f"{one['message']} {one['hint']}" for one in failed[:SHOWN])


def hint_here(hint: str) -> str:
    """What to do in a window, where keys are set without a command."""
    return KEY_HINT if "alphintra data key" in hint else hint


def came(result: dict[str, Any]) -> str:
    """What a fetch or an update brought, in a sentence."""
    series, tables = result["series"], result["tables"]
    rows = sum(one["rows"] for one in (*series, *tables))
    count = len(series) + len(tables)
    if not count:
        return "nothing new." if not result["failed"] else "nothing could be had."
    return f"{'1 series' if count == 1 else f'{count:,} series'} with {rows:,} rows now."
