"""The snapshots of the library and what keeps them, for a list; deleting those that nothing does.

Both look into every project that is known: those whose runs were noted, the user's home, and the
projects that were opened before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.report import Report
from alphintra_desktop.runs.data_in_use import data_in_use
from alphintra_desktop.workspace.settings import Settings

if TYPE_CHECKING:
    from alphintra_desktop.market.snapshot_list import Deleted, Snapshot


@dataclass(frozen=True)
class StoredSnapshots:
    """Every snapshot, the largest first, and the projects whose folder is not there any more."""

    all: tuple[Snapshot, ...]
    gone: tuple[Path, ...]

    @property
    def unreferenced(self) -> tuple[Snapshot, ...]:
        """Those that nothing keeps."""
        return tuple(one for one in self.all if not one.kept_by)

    @property
    def size(self) -> int:
        """What deleting those would free, in bytes."""
        return sum(one.size for one in self.unreferenced)


def stored_snapshots(
    projects: Iterable[Path] = (), *, without_gone: bool = False
) -> StoredSnapshots:
    """What there is. `projects` are folders of more projects; those that are gone keep what they
    needed, unless `without_gone`. Takes as long as reading every ledger: not for a GUI thread."""
    from alphintra_desktop.market.snapshot_list import snapshots  # noqa: PLC0415 - pyarrow

    use = data_in_use(_known(projects), without_gone=without_gone)
    return StoredSnapshots(snapshots(use.projects), use.gone)


def delete_stored_snapshots(
    hashes: Collection[str], projects: Iterable[Path] = (), *, without_gone: bool = False
) -> Deleted:
    """Delete those that nothing keeps, seen again at that moment. Raises `AlphintraError`."""
    from alphintra_desktop.market.snapshot_list import delete_snapshots  # noqa: PLC0415 - pyarrow

    known = _known(projects)

    def uses() -> Mapping[str, Collection[Path]]:
        return data_in_use(known, without_gone=without_gone).projects

    return delete_snapshots(hashes, uses)


def chosen_snapshots(found: StoredSnapshots, names: Collection[str]) -> tuple[Snapshot, ...]:
    """The unreferenced snapshots, or those of them that the first digits of a hash name.

    Raises `AlphintraError` if a name is of none or of several, or of one that something keeps.
    """
    return tuple(_named(found, name) for name in names) if names else found.unreferenced


def _named(found: StoredSnapshots, name: str) -> Snapshot:
    matching = [one for one in found.all if name and one.sha256.startswith(name.lower())]
    if len(matching) != 1:
        several = f"{len(matching)} snapshots begin" if matching else "No snapshot begins"
        raise AlphintraError(
            f"{several} with {name[:64]!r}.", hint="`alphintra data snapshots` lists them."
        )
    (one,) = matching
    if one.kept_by:
        raise AlphintraError(
            f"The snapshot {one.sha256[:12]} of {one.title} is needed: {one.kept_by[0]}.",
            hint="Only what nothing needs can be deleted: `alphintra data snapshots"
            " --unreferenced` lists it.",
        )
    return one


def _known(projects: Iterable[Path]) -> tuple[Path, ...]:
    opened = Settings().note("recent_projects", [])
    return (*projects, *(Path(folder) for folder in opened))


# ---------------------------------------------------------------- as a job


def delete_job(hashes: Collection[str]) -> Spec:
    """The job that deletes snapshots, for a window that has shown them."""
    return Spec("run_delete_snapshots", {"hashes": sorted(hashes)})


def run_delete_snapshots(
    arguments: Mapping[str, Any], folder: Path, report: Report
) -> dict[str, Any]:
    """The task of a worker: how many snapshots are gone and kept, and the bytes that are free."""
    del folder
    report.progress(0, of=1, doing="Deleting snapshots")
    done = delete_stored_snapshots(arguments["hashes"])
    freed = sum(one.size for one in done.deleted)
    return {"deleted": len(done.deleted), "kept": len(done.kept), "freed": freed}
