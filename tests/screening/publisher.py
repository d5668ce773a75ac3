"""A publisher on this machine that answers as it is told, for tests of fetching."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

MOST_DRIPS = 100
"""A slow answer ends after that many bytes, so that no test hangs."""


@dataclass
class Answer:
    """What the publisher says to one address."""

    content: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None
    """Length the headers promise, if it is not that of `content`: the connection then ends too early."""
    seconds_a_byte: float = 0


@dataclass
class Publisher:
    """A server on loopback. `answers` are by path; `asked` holds path and headers of every question."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def a_publisher() -> Iterator[Publisher]:
    """Give a publisher that answers 404 until it is told otherwise."""
    publisher = Publisher()

    class Handler(BaseHTTPRequestHandler):
        protocol_version: ClassVar[str] = "HTTP/1.0"

        def do_GET(self) -> None:  # the name http.server calls
            _answer(self, publisher)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    publisher.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def _answer(request: BaseHTTPRequestHandler, publisher: Publisher) -> None:
    path = request.path.partition("?")[0]
    publisher.asked.append((request.path, dict(request.headers.items())))
    answer = publisher.answers.get(path, Answer(status=404))
    if answer.headers.get("ETag") and request.headers.get("If-None-Match") == answer.headers["ETag"]:
        answer = Answer(status=304, headers=answer.headers)
    request.send_response(answer.status)
    for name, value in answer.headers.items():
        request.send_header(name, value)
    length = len(answer.content) if answer.promised is None else answer.promised
    request.send_header("Content-Length", str(length))
    request.end_headers()
    with suppress(BrokenPipeError, ConnectionResetError):  # the reader had enough
        _write(request, answer)


def _write(request: BaseHTTPRequestHandler, answer: Answer) -> None:
    if not answer.seconds_a_byte:
        request.wfile.write(answer.content)
        return
    for number in range(min(len(answer.content), MOST_DRIPS)):
        request.wfile.write(answer.content[number : number + 1])
        request.wfile.flush()
        time.sleep(answer.seconds_a_byte)
