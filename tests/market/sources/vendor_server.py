"""A vendor on this machine: a real server that can be told how to misbehave."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A call as it arrived."""

    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Given:
    """What to answer: `cut` breaks off after so many bytes, `silent_s` waits in the middle of the
    body."""

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    silent_s: float = 0.0


class VendorServer:
    """Answers by `answer`, but first with what `next_answers` holds, or `always` with one thing.

    `ahead_s` is how far its clock is ahead."""

    def __init__(self, answer: Callable[[Asked], Given]) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.next_answers: list[Given] = []
        self.always: Given | None = None
        self.ahead_s = 0.0
        self.gone = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Call)
        self._server.vendor = self
        self._server.daemon_threads = True
        self.thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def socket(self) -> socket.socket:
        return self._server.socket

    @socket.setter
    def socket(self, value: socket.socket) -> None:
        self._server.socket = value

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def respond(self, asked: Asked) -> Given:
        self.asked.append(asked)
        if self.next_answers:
            return self.next_answers.pop(0)
        return self.always or self.answer(asked)

    def close(self) -> None:
        self.gone.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    vendor: VendorServer


class _Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        params = dict(parse_qsl(address.query, keep_blank_values=True))
        self._give(self.server.vendor.respond(Asked(address.path, params, dict(self.headers))))

    def _give(self, given: Given) -> None:
        body = given.body if isinstance(given.body, bytes) else given.body.encode()
        self.send_response_only(given.status)
        now = time.time() + self.server.vendor.ahead_s
        self.send_header("Date", formatdate(now, usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        for name, value in given.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if given.silent_s:
            half = len(body) // 2
            self.wfile.write(body[:half])
            self.wfile.flush()
            self.server.vendor.gone.wait(given.silent_s)
            body = body[half:]
        self.wfile.write(body[: given.cut])
        self.close_connection = given.cut is not None

    def handle(self) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # the client has hung up
            super().handle()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(answer: Callable[[Asked], Given]) -> Iterator[VendorServer]:
    """A server for one test."""
    server = VendorServer(answer)
    server.thread.start()
    try:
        yield server
    finally:
        server.close()
