"""One vendor over HTTP: a call that can be cancelled at any moment, and that keeps its key.

1. The key goes into the header or the query that the vendor wants, over TLS that is verified (plain
   HTTP is for this machine only), and to the vendor's own address only: no redirect is followed.
2. No error carries an address or what a library says of one, and the libraries log none, because
   the key may be in it. What a vendor says is quoted without it.
3. The call runs in a loop of its own that looks ten times a second whether it is still wanted.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.sources.access import Access
from alphintra_desktop.market.sources.answer_cache import AnswerCache
from alphintra_desktop.market.sources.answers import Answer, said
from alphintra_desktop.market.sources.faults import (
    Passing,
    Refused,
    Throttled,
    Unreachable,
    bad_key,
    ending,
)
from alphintra_desktop.market.sources.limits import CallBook
from alphintra_desktop.market.sources.source import Ask, Vendor

T = TypeVar("T")

_LOOK_S = 0.1
_LARGEST = 128 << 20
_HERE = ("127.0.0.1", "localhost", "::1")
_USER_AGENT = "Mozilla/5.0 (compatible; Alphintra Desktop)"


class HttpClient:
    """Calls to one vendor. `tick` is told what goes on, often; it raises to stop."""

    def __init__(
        self,
        vendor: Vendor,
        access: Access,
        calls: CallBook,
        cache: AnswerCache,
        tick: Callable[[str], None],
    ) -> None:
        _check_address(vendor, access)
        for library in ("httpx", "httpcore"):  # they log addresses, and the key may be in one
            logging.getLogger(library).setLevel(logging.WARNING)
        self._vendor, self._access = vendor, access
        self._calls, self._cache, self._tick = calls, cache, tick
        self._loop = asyncio.new_event_loop()
        self._client = httpx.AsyncClient(
            follow_redirects=False,
            timeout=httpx.Timeout(access.silent_s),
            headers={"User-Agent": _USER_AGENT, **self._key_in("header")},
        )

    def __enter__(self) -> HttpClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()

    def get(self, ask: Ask) -> Answer:
        """The answer, from the cache or the vendor, if it is for the source to read.

        Raises the faults that every vendor states alike: too many calls, a key that is not taken,
        trouble on the way or at the vendor's.
        """
        self._tick("")
        kept = self._cache.get(self._access.base_url, ask)
        if kept is not None:
            return kept
        self._wait_for_turn()
        answer = self._sent(ask)
        self._check(answer)
        return answer

    def keep(self, ask: Ask, answer: Answer) -> None:
        """Put an answer that proved good into the cache. It has no key in it: see `_received`."""
        if answer.status == 200 and not answer.cached:
            self._cache.put(self._access.base_url, ask, answer)

    def pause(self, seconds: float, why: str) -> None:
        """Wait, and look whether it is still wanted."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._tick(why)
            time.sleep(min(left, _LOOK_S))

    def tell(self, doing: str) -> None:
        """Say what goes on, and look whether it is still wanted."""
        self._tick(doing)

    def quoted(self, text: str) -> str:
        """What a vendor says, without the key that it may repeat."""
        return said(without(self._access.key, text.encode()).decode())

    # ------------------------------------------------------------------------ one call

    def _wait_for_turn(self) -> None:
        access, name = self._access, self._vendor.name
        while wait := self._calls.take(name, access.rate, access.a_day, time.time()):
            self.pause(wait, f"Waiting {wait:.0f} s: {self._vendor.title} limits calls")

    def _sent(self, ask: Ask) -> Answer:
        url = self._access.base_url.rstrip("/") + ask.path
        params = {**ask.params, **self._key_in("query")}
        try:
            return self._watched(self._received(url, params))
        except (TimeoutError, httpx.TimeoutException):
            raise Passing("does not answer in time") from None
        except httpx.ConnectError as error:
            raise _no_connection(self._vendor, error) from None
        except httpx.InvalidURL:
            raise Refused(
                f"{self._vendor.title} cannot be asked for that.", hint="Check the symbol."
            ) from None
        except httpx.HTTPError:
            raise Passing("broke off in the middle of an answer") from None

    async def _received(self, url: str, params: dict[str, str]) -> Answer:
        body = bytearray()
        async with (
            asyncio.timeout(self._access.whole_s),
            self._client.stream("GET", url, params=params) as response,
        ):
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _LARGEST:
                    raise Refused(
                        f"{self._vendor.title} answers without end.",
                        hint="Ask for a shorter period.",
                    )
        return _Received(
            response.status_code,
            without(self._access.key, bytes(body)),
            _date(response.headers.get("Date")),
            retry_after=response.headers.get("Retry-After", ""),
        )

    def _watched(self, work: Coroutine[Any, Any, T]) -> T:
        task = self._loop.create_task(work)
        try:
            while True:
                self._loop.run_until_complete(asyncio.wait({task}, timeout=_LOOK_S))
                if task.done():
                    return task.result()
                self._tick("")
        except BaseException:
            if task.cancel():
                self._loop.run_until_complete(asyncio.wait({task}, timeout=_LOOK_S))
            raise

    def _key_in(self, place: str) -> dict[str, str]:
        use, key = self._vendor.key, self._access.key
        return {use.name: use.prefix + key} if use and key and use.place == place else {}

    # ------------------------------------------------------------------------ what it means

    def _check(self, answer: Answer) -> None:
        match answer.status:
            case 429 | 418:
                raise Throttled("asks for fewer calls", _asked_wait(answer))
            case 408 | 425 | 500 | 502 | 503 | 504 | 520 | 521 | 522 | 523 | 524:
                raise Passing(f"has trouble of its own (error {answer.status})")
            case 401 | 403:
                raise self._refusal(answer)
            case status if 300 <= status < 400:
                raise AlphintraError(
                    f"{self._vendor.title} sends us to another address, which is not followed.",
                    hint="The network in use may want a login first, or the vendor has moved: look"
                    " for an update of Alphintra.",
                )

    def _refusal(self, answer: Answer) -> AlphintraError:
        words = self._words(answer)
        if self._vendor.key is not None:
            return bad_key(self._vendor.title, self._vendor.name, words)
        colon = f": {words}" if words else "."
        return AlphintraError(
            f"{self._vendor.title} refuses to answer (error {answer.status}){colon}{ending(words)}",
            hint="It may block this network or country, or too many calls; try again tomorrow, or"
            " take another vendor.",
        )

    def _words(self, answer: Answer) -> str:
        """What the vendor says of its refusal, if it is in words: no page, no long text."""
        text = answer.body.decode(errors="replace").strip()
        return "" if text[:1] in ("", "<") else self.quoted(_sentence(text))


def without(key: str, text: bytes) -> bytes:
    """The text with "…" where the key stood, as it is or as an address writes it."""
    for form in {key, quote(key, safe="")} if key else ():
        text = text.replace(form.encode(), "…".encode())
    return text


@dataclass(frozen=True)
class _Received(Answer):
    retry_after: str = ""


def _check_address(vendor: Vendor, access: Access) -> None:
    url = httpx.URL(access.base_url)
    if url.scheme != "https" and url.host not in _HERE:
        raise Refused(
            f"{vendor.title} would be asked without encryption, which is not done.",
            hint="Use an address that begins with https://.",
        )


def _no_connection(vendor: Vendor, error: httpx.ConnectError) -> Exception:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return AlphintraError(
            f"{vendor.title} does not prove that it is who it is: its certificate is not valid.",
            hint="Something between here and there may listen in. Check the clock of this machine"
            " and the network; a company's own certificate goes into SSL_CERT_FILE.",
        )
    return Unreachable()


def _sentence(text: str) -> str:
    """The sentence in a refusal that comes as JSON; any other is one already."""
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        return text
    names = ("message", "error", "detail", "msg", "error_message")
    told = [facts[name] for name in names if name in facts] if isinstance(facts, dict) else []
    return next((words for words in told if isinstance(words, str)), "")


def _date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _asked_wait(answer: Answer) -> float | None:
    """The seconds of a Retry-After, which is a number or a time by the vendor's own clock."""
    text = answer.retry_after if isinstance(answer, _Received) else ""
    if text.strip().isdecimal():
        return float(text)
    until = _date(text)
    if until is None:
        return None
    return max((until - (answer.date or datetime.now(UTC))).total_seconds(), 0.0)
