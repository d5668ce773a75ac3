"""Files that the services write, handed to the browser and kept nowhere."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask


def written_file(name: str, media_type: str, write: Callable[[Path], object]) -> Response:
    """Return what `write` writes into the path it is given, under `name`; the file is gone when it was sent."""
    folder = tempfile.TemporaryDirectory(prefix="desk-")
    file = Path(folder.name) / name
    try:
        write(file)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(file, media_type=media_type, filename=name, background=BackgroundTask(folder.cleanup))
