"""Style, script and pictures of the desk. Their names change with their content, so that browsers may keep them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """A file as it is served."""

    address: str
    media_type: str
    content: bytes


def read_assets(folder: Path = FOLDER) -> Mapping[str, Asset]:
    """Return the files of the desk by name. The parts of the style sheet become one, `desk.css`, in order of name."""
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in MEDIA_TYPES}
    styles = [name for name in files if name.endswith(".css")]
    files["desk.css"] = b"\n".join(files.pop(name) for name in styles)
    return {name: _asset(Path(name), content) for name, content in files.items()}


def _asset(name: Path, content: bytes) -> Asset:
    digest = hashlib.sha256(content).hexdigest()[:12]
    return Asset(f"/static/{name.stem}.{digest}{name.suffix}", MEDIA_TYPES[name.suffix], content)
