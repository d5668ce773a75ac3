"""A list that somebody sends through a door: one file, or every file of a list that comes in several."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath

from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.errors import Fault, Faulty
from approvals.screening.lists import FORMATS
from approvals.services.watchlists import import_list
from approvals.store.engine import Store
from models.user import User
from models.watchlist import WatchlistVersion


@dataclass(frozen=True)
class SentFile:
    """A file as it was sent."""

    name: str
    content: bytes


def import_sent_list(
    store: Store,
    files: Sequence[SentFile],
    *,
    list_format: str,
    source: str | None = None,
    although_smaller: bool = False,
    although_older: str = "",
    by: User,
    now: datetime,
) -> WatchlistVersion:
    """Put the list in these files in force, and return the version. Raises as `import_list` does, and `Faulty` if the
    format is unknown or takes one file only.
    """
    require(by, Right.IMPORT_LIST)
    _refuse_misfits(files, list_format)
    with tempfile.TemporaryDirectory(prefix="list-") as folder:
        for file in files:
            (Path(folder) / _plain(file.name)).write_bytes(file.content)
        place = Path(folder) if len(files) > 1 else Path(folder) / _plain(files[0].name)
        return import_list(
            store,
            place,
            list_format=list_format,
            source=source,
            although_smaller=although_smaller,
            although_older=although_older,
            by=by,
            now=now,
        )


def _refuse_misfits(files: Sequence[SentFile], list_format: str) -> None:
    known = FORMATS.get(list_format)
    faults = []
    if known is None:
        formats = ", ".join(sorted(FORMATS))
        faults.append(
            Fault("format", told("«{given}» is unknown; choose from {formats}", given=list_format, formats=formats))
        )
    if not files:
        faults.append(Fault("file", told("choose the file")))
    elif len(files) > 1 and known is not None and not known.files:
        one = told("{list} comes in one file, {file}; choose that one alone", list=known.title, file=known.file)
        faults.append(Fault("file", one))
    if faults:
        raise Faulty(told("The list was not imported."), faults)


def _plain(name: str) -> str:
    """Return the name of a file without any folder, however the sender's machine writes folders."""
    return PureWindowsPath(PurePosixPath(name).name).name or "list"
