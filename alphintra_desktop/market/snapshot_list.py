"""Every snapshot of bars that the library keeps, what keeps it, and deleting what nothing does.

What keeps a snapshot: a series whose current version it is; a repair that can still be undone;
features that were computed from it; a run or trial of a project, which the caller knows; and that
it was current, or was written, less than a day ago, since somebody may just be reading it.

Steps of deleting: 1. under the catalog's lock, see again what keeps each, and take the others off
the list; 2. under the lock again, remove each file that no version lists. A kill between the two
leaves files that nothing lists: they are found, and can be deleted, as any other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alphintra_desktop.market.catalog import Catalog, ListedVersion, SeriesVersion
from alphintra_desktop.market.feature_store import feature_sets, snapshots_of
from alphintra_desktop.market.library import library

A_DAY = timedelta(days=1)
_ENDING = ".parquet"
_BEFORE_REPAIR = re.compile(r"^Repaired from version ([0-9a-f]{12}):", re.MULTILINE)
_NAMED = 12

Uses = Callable[[], Mapping[str, Collection[Path]]]


@dataclass(frozen=True)
class Snapshot:
    """A file of bars. `versions` list it (none if an import was killed), `kept_by` says in words
    what keeps it, nothing if it may be deleted. `written` is a UTC time, `size` in bytes."""

    sha256: str
    size: int
    written: str
    versions: tuple[SeriesVersion, ...]
    kept_by: tuple[str, ...]

    @property
    def title(self) -> str:
        """Whose bars they are, in a word or two."""
        names = sorted({f"{v.dataset} {v.symbol} {v.timeframe}" for v in self.versions})
        return ", ".join(names) or "no series"


@dataclass(frozen=True)
class Deleted:
    """What was deleted, what something keeps by now, and what the system would not give up."""

    deleted: tuple[Snapshot, ...]
    kept: tuple[Snapshot, ...]
    held: tuple[Snapshot, ...]


def snapshots(
    projects: Mapping[str, Collection[Path]], *, rest: timedelta = A_DAY
) -> tuple[Snapshot, ...]:
    """Every snapshot, the largest first. `projects` are those that need a content, by its hash;
    `rest` is for how long nothing is given up that was in use."""
    place = library()
    files = _files(place.bars)
    listed = Catalog(place.catalog).listed() if place.catalog.exists() else ()
    versions: dict[str, list[ListedVersion]] = {}
    for one in listed:
        versions.setdefault(one.version.sha256, []).append(one)
    reasons = _reasons(listed, projects)
    since = datetime.now(UTC) - rest
    found = [
        _snapshot(sha256, status, versions.get(sha256, []), reasons.get(sha256, []), since)
        for sha256, status in files.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.size, one.sha256)))


def delete_snapshots(hashes: Iterable[str], uses: Uses, *, rest: timedelta = A_DAY) -> Deleted:
    """Delete those snapshots, without what anything keeps by then. `uses` is asked under the lock.

    Raises `AlphintraError` if the catalog cannot be written; then nothing is deleted.
    """
    wanted = frozenset(hashes)
    found: list[Snapshot] = []

    def free() -> list[str]:
        found.extend(one for one in snapshots(uses(), rest=rest) if one.sha256 in wanted)
        return [one.sha256 for one in found if not one.kept_by]

    place = library()
    catalog = Catalog(place.catalog)
    catalog.forget(free)
    gone: set[str] = set()

    def remove(sha256: str) -> None:
        try:
            place.snapshot(sha256).unlink(missing_ok=True)
        except OSError:  # Windows keeps what somebody reads: it is listed, and can be deleted later
            return
        gone.add(sha256)

    catalog.unlisted([one.sha256 for one in found if not one.kept_by], remove)
    return Deleted(
        tuple(one for one in found if one.sha256 in gone),
        tuple(one for one in found if one.kept_by),
        tuple(one for one in found if not one.kept_by and one.sha256 not in gone),
    )


def _files(folder: Path) -> dict[str, os.stat_result]:
    if not folder.is_dir():
        return {}
    return dict(_stats(folder))


def _stats(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(_ENDING):
                try:
                    yield entry.name.removesuffix(_ENDING), entry.stat()
                except FileNotFoundError:  # deleted meanwhile
                    continue


def _reasons(
    listed: Iterable[ListedVersion], projects: Mapping[str, Collection[Path]]
) -> dict[str, list[str]]:
    """What keeps a content, by its hash, as far as it is not a matter of time."""
    reasons: dict[str, list[str]] = {}
    listed = tuple(listed)
    for one in listed:
        if one.is_current:
            version = one.version
            said = f"current {version.timeframe} bars of {version.symbol} in {version.dataset}"
            reasons.setdefault(version.sha256, []).append(said)
    for sha256, said in _undoable(listed):
        reasons.setdefault(sha256, []).append(said)
    for made in feature_sets():
        for sha256 in {sha for snapshot in snapshots_of(made) for sha in snapshot.data.values()}:
            reasons.setdefault(sha256, []).append(f"features {made.name} version {made.version}")
    for sha256, folders in projects.items():
        reasons.setdefault(sha256, []).extend(f"runs of {folder}" for folder in folders)
    return reasons


def _undoable(listed: Collection[ListedVersion]) -> Iterator[tuple[str, str]]:
    """The versions that the current ones were repaired from."""
    by_name = {(one.version.key, one.version.sha256[:_NAMED]): one for one in listed}
    for one in listed:
        for name in _BEFORE_REPAIR.findall(one.version.lineage) if one.is_current else ():
            before = by_name.get((one.version.key, name))
            if before is not None:
                yield before.version.sha256, f"repair of {one.version.symbol}, to be undone"


def _snapshot(
    sha256: str,
    file: os.stat_result,
    listed: Collection[ListedVersion],
    reasons: Collection[str],
    since: datetime,
) -> Snapshot:
    written = datetime.fromtimestamp(file.st_mtime, UTC).isoformat(timespec="seconds")
    last_used = max([written, *(one.left_at for one in listed)])
    if not reasons and last_used > since.isoformat(timespec="seconds"):
        reasons = ("was in use less than a day ago",)
    versions = tuple(one.version for one in listed)
    return Snapshot(sha256, file.st_size, written, versions, tuple(dict.fromkeys(reasons)))
