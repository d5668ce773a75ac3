"""A program of others, kept on a short lead: it learns nothing of us, ends in time, and leaves nobody behind.

LibreOffice and the redline engine read what strangers wrote. Each run gets a folder of its own, an environment of a
few lines and a session of its own, so that what it starts can be ended with it.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ended:
    """How a program ended: its exit code, and all it said."""

    code: int
    said: str


def run_to_its_end(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], timeout_seconds: float
) -> Ended:
    """Run `command` in `folder`, which is also its home, and return how it ended.

    Raises `OSError` if it cannot be started, `TimeoutError` if it did not end in time; it was then ended, with all it
    started.
    """
    log = folder / "said.txt"
    with log.open("wb") as stream:
        process = subprocess.Popen(  # noqa: S603  # a program the administrators installed, and no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={"HOME": str(folder), "TMPDIR": str(folder), **environment},
            start_new_session=True,
        )
        try:
            process.wait(timeout_seconds)
        except subprocess.TimeoutExpired as exc:
            raise TimeoutError(f"{command[0]} did not end within {timeout_seconds:g} seconds") from exc
        finally:
            _end(process)
    return Ended(process.returncode, log.read_text(encoding="utf-8", errors="replace").strip())


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and everything it started; programs start one another, and a killed parent leaves them."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
