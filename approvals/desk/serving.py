"""Serving the desk from a thread of its own, so that neither the machine nor a reader waits for the other."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.types import ASGIApp

from approvals.errors import SourceUnavailable

START_SECONDS = 10.0
LAST_ANSWERS_SECONDS = 3
"""How long answers that have begun may take after we were asked to stop."""


@contextmanager
def served(app: ASGIApp, *, host: str, port: int, trusted_proxies: str = "") -> Iterator[str]:
    """Serve `app` until the end and give its address on this machine; port 0 takes any free one.

    What a request says about the visitor's own address is believed only from `trusted_proxies`, with commas between.
    Raises `SourceUnavailable` if the port is taken or the server does not start.
    """
    listening = _listening(host, port)
    # Our own log keeps what matters; uvicorn's would print tracebacks over what people read.
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        proxy_headers=bool(trusted_proxies),  # uvicorn itself would believe every proxy on this machine
        forwarded_allow_ips=trusted_proxies,
        timeout_graceful_shutdown=LAST_ANSWERS_SECONDS,
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, name="desk", daemon=True)
    thread.start()
    try:
        _wait_for(server, thread)
        yield address_of(host, listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(LAST_ANSWERS_SECONDS * 2)
        listening.close()


def address_of(host: str, port: int) -> str:
    """Return the address a browser on this machine opens."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)  # noqa: S104  # is only looked up
    return f"http://{name}:{port}"


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048
        )
    except OSError as exc:
        raise SourceUnavailable(
            f"The desk cannot be served at {host}:{port}: {exc.strerror}. "
            "Let APPROVALS_DESK_PORT name a free port, or 0 for any."
        ) from exc


def _wait_for(server: uvicorn.Server, thread: Thread) -> None:
    until = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > until:
            raise SourceUnavailable("The desk did not start; the log says why.")
        time.sleep(0.02)
