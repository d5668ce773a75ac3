"""Files between two pages of one form: sent with the first, needed when the second is confirmed.

They are kept in the home folder under their digest for a day. If one is gone by then, the person is asked for it
again.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from pathlib import Path

KEPT = timedelta(days=1)


def hold(folder: Path, content: bytes, *, now: datetime) -> str:
    """Keep the bytes for a day and return the digest by which they are had back."""
    folder.mkdir(parents=True, exist_ok=True)
    _let_go_of_the_old(folder, now)
    digest = hashlib.sha256(content).hexdigest()
    (folder / digest).write_bytes(content)
    return digest


def held(folder: Path, digest: str) -> bytes | None:
    """Return the bytes kept under this digest; None if there are none any more."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        return None
    try:
        content = (folder / digest).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None


def _let_go_of_the_old(folder: Path, now: datetime) -> None:
    for file in folder.iterdir():
        try:
            if file.stat().st_mtime < (now - KEPT).timestamp():
                file.unlink()
        except OSError:
            continue  # another process was quicker
