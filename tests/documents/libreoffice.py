"""The LibreOffice of this machine, for tests that want a real one, and stand-ins that misbehave."""

from __future__ import annotations

import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from approvals.documents.pdf import find_libreoffice, write_profile

LIBREOFFICE = find_libreoffice(None)
WHY = "needs LibreOffice and poppler's pdftotext: apt-get install libreoffice-writer poppler-utils"
needs_libreoffice = pytest.mark.skipif(LIBREOFFICE is None or shutil.which("pdftotext") is None, reason=WHY)


def a_program(folder: Path, script: str) -> Path:
    """Return a program that does what the shell `script` says; `$out` is where LibreOffice would put its file."""
    program = folder / "soffice"
    out = 'while [ "$1" != --outdir ]; do shift; done; out="$2"; mkdir -p "$out"'
    program.write_text(f"#!/bin/sh\n{out}\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def converted(documents: dict[str, bytes], folder: Path) -> dict[str, Path]:
    """Return each document as a PDF file, all made in one call of LibreOffice."""
    for name, content in documents.items():
        (folder / f"{name}.docx").write_bytes(content)
    write_profile(folder / "profile")
    files = [str(folder / f"{name}.docx") for name in documents]
    run_libreoffice(folder / "profile", folder, *files)
    return {name: folder / f"{name}.pdf" for name in documents}


def run_libreoffice(profile: Path, out: Path, *files: str) -> None:
    subprocess.run(
        [str(LIBREOFFICE), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", str(out), *files],
        capture_output=True, check=True, timeout=180,
    )  # fmt: skip


def text_of_pdf(pdf: Path) -> str:
    """Return the text of all pages without any space or line end, as these differ from the Word file's."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, timeout=60)
    return "".join(done.stdout.decode().split())


@contextmanager
def a_listener() -> Iterator[tuple[str, list[str]]]:
    """Give the address of a web server on loopback, and the list of what it was asked for."""
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            asked.append(self.raw_requestline.decode(errors="replace").strip())
            self.wfile.write(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            self.close_connection = True

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
