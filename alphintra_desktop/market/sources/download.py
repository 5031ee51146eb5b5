"""The pages of one symbol, loaded one after the other, and kept on disk as they come.

1. A folder named after what is wanted notes when the download began, so that whoever goes on after
   a kill asks for the same, and a token.
2. Each page that could be read is written there under token and number, with the name of the next.
3. What goes on reads the pages of the token and asks from the first one missing.
4. Once the bars are in the library, the folder goes. Another process that was at the same loses
   nothing by it: it has its pages in memory, and only its own kill would cost more.
"""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import shutil
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.snapshots import Stamps
from alphintra_desktop.market.sources.answers import Answer
from alphintra_desktop.market.sources.faults import Refused
from alphintra_desktop.market.sources.http_client import HttpClient
from alphintra_desktop.market.sources.retry import Patience, retrying
from alphintra_desktop.market.sources.source import NO_STAMPS, BarSource, Event, Page, Wanted

_RESUMED_FOR = 24 * 3600.0
_KEPT_FOR = 7 * 24 * 3600.0
_BEGUN = "begun.json"
_MOST_PAGES = 100_000
_DAMAGED = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True, eq=False)
class Downloaded:
    """All pages of what was wanted. `clock` is the vendor's, if it told the time on the way."""

    wanted: Wanted
    pages: tuple[Page, ...]
    clock: datetime | None

    @property
    def stamps(self) -> Stamps:
        """(R,), page after page."""
        return np.concatenate([NO_STAMPS, *(page.stamps for page in self.pages)])

    @property
    def events(self) -> tuple[Event, ...]:
        """Of all pages."""
        return tuple(event for page in self.pages for event in page.events)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the source had to say, each once."""
        return tuple(dict.fromkeys(note for page in self.pages for note in page.notes))

    @property
    def symbol(self) -> str:
        """What the vendor calls it; empty if it does not say."""
        return next((page.symbol for page in self.pages if page.symbol), "")


class Downloads:
    """Downloads from one vendor, resumed where an earlier one left off."""

    def __init__(
        self, source: BarSource, client: HttpClient, folder: Path, patience: Patience
    ) -> None:
        self._source, self._client = source, client
        self._folder, self._patience = folder, patience
        self._used: list[Path] = []

    def load(self, wanted: Wanted, name: str) -> Downloaded:
        """Everything that is wanted. `name` is the same for what may go on from each other."""
        place = self._folder / hashlib.sha256(name.encode()).hexdigest()[:32]
        wanted, token = _begun(place, wanted)
        pages = list(_kept_pages(place, token))
        clock = None
        while not pages or pages[-1].next:
            cursor = pages[-1].next if pages else ""
            answer, page = self._page(wanted, cursor)
            clock = clock or (None if answer.cached else answer.date)
            if page.next and (page.next == cursor or len(pages) >= _MOST_PAGES):
                raise Refused(
                    f"{self._source.vendor.title} gives the same page again and again.",
                    hint="Look for an update of Alphintra; the vendor may have changed.",
                )
            _keep(place / f"{token}-{len(pages):06}.npz", page)
            pages.append(page)
            loaded = sum(len(page.stamps) for page in pages)
            self._client.tell(f"Loading {wanted.symbol}: {loaded:,} rows")
        self._used.append(place)
        return Downloaded(wanted, tuple(pages), clock)

    def forget(self) -> None:
        """Remove the pages of what was loaded whole: it is in the library now."""
        for place in self._used:
            shutil.rmtree(place, ignore_errors=True)
        _sweep(self._folder)

    def _page(self, wanted: Wanted, cursor: str) -> tuple[Answer, Page]:
        ask = self._source.ask(wanted, cursor)

        def once() -> tuple[Answer, Page]:
            answer = self._client.get(ask)
            page = self._source.read(answer, wanted, cursor)
            self._client.keep(ask, answer)
            return answer, page

        return retrying(once, self._source.vendor.title, self._client.pause, self._patience)


def _begun(place: Path, wanted: Wanted) -> tuple[Wanted, str]:
    """What was wanted when this download began, if that was not long ago, and its token."""
    file = place / _BEGUN
    with suppress(*_DAMAGED):
        if time.time() - file.stat().st_mtime < _RESUMED_FOR:
            told = json.loads(file.read_bytes())
            end, now = (np.datetime64(told[name], "s") for name in ("end", "now"))
            return replace(wanted, end=end, now=now), str(told["token"])
    shutil.rmtree(place, ignore_errors=True)
    token = secrets.token_hex(4)
    facts = {"end": str(wanted.end), "now": str(wanted.now), "token": token}
    _write(file, json.dumps(facts).encode())
    return wanted, token


def _write(file: Path, content: bytes) -> None:
    """Write a file whole, unless another process removes its folder at this moment."""
    draft = file.with_name(f"{secrets.token_hex(4)}.draft")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            draft.write_bytes(content)
            draft.replace(file)
    except OSError as error:
        raise AlphintraError(
            f"Pages cannot be kept while they are loaded: {error.strerror or error}.",
            hint=f"Check that {file.parent.parent} is writable and its disk is not full.",
        ) from error


def _kept_pages(place: Path, token: str) -> Iterator[Page]:
    """The pages from the first on, up to the first that is missing or damaged."""
    for number in range(_MOST_PAGES):
        try:
            yield _read(place / f"{token}-{number:06}.npz")
        except _DAMAGED:
            return


def _keep(file: Path, page: Page) -> None:
    facts = {
        "next": page.next,
        "symbol": page.symbol,
        "notes": page.notes,
        "events": [{**asdict(event), "at": str(event.at)} for event in page.events],
        "columns": list(page.columns),
    }
    arrays: dict[str, Any] = {f"column_{name}": values for name, values in page.columns.items()}
    if page.known_from is not None:
        arrays["known_from"] = page.known_from.astype("datetime64[ns]").astype(np.int64)
    stamps = page.stamps.astype("datetime64[ns]").astype(np.int64)
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, facts=np.array(json.dumps(facts)), stamps=stamps, **arrays)
    _write(file, packed.getvalue())


def _read(file: Path) -> Page:
    with np.load(file, allow_pickle=False) as kept:
        facts = json.loads(str(kept["facts"]))
        known = kept["known_from"].astype("datetime64[ns]") if "known_from" in kept else None
        return Page(
            kept["stamps"].astype("datetime64[ns]"),
            {name: kept[f"column_{name}"] for name in facts["columns"]},
            _events(facts["events"]),
            facts["next"],
            facts["symbol"],
            known,
            tuple(facts["notes"]),
        )


def _events(told: Sequence[dict[str, str | float]]) -> tuple[Event, ...]:
    return tuple(
        Event(np.datetime64(str(e["at"]), "ns"), float(e["split"]), float(e["dividend"]))
        for e in told
    )


def _sweep(folder: Path) -> None:
    with suppress(OSError):
        for place in folder.iterdir():
            if time.time() - place.stat().st_mtime > _KEPT_FOR:
                shutil.rmtree(place, ignore_errors=True)
