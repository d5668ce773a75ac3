"""A mail server on this machine that takes whatever it is sent, for tests."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

ANSWERS = {b"EHLO": b"250 here", b"HELO": b"250 here", b"DATA": b"354 go on", b"QUIT": b"221 bye"}


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say(b"220 here")
        for line in self.rfile:
            verb = line[:4].upper()
            self._say(ANSWERS.get(verb, b"250 well"))
            if verb == b"DATA":
                self._take()
            if verb == b"QUIT":
                return

    def _take(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        content = b"".join(line[1:] if line.startswith(b"..") else line for line in lines)
        self.server.taken.append(message_from_bytes(content, policy=default))  # type: ignore[attr-defined]
        self._say(b"250 taken")

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


@contextmanager
def mail_server() -> Iterator[tuple[int, list[EmailMessage]]]:
    """Give the port of a server, and the mails it takes."""
    with socketserver.TCPServer(("127.0.0.1", 0), _Conversation) as server:
        taken: list[EmailMessage] = []
        server.taken = taken  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1], taken
        server.shutdown()
        thread.join()
