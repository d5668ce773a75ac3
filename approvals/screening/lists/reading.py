"""Opening a list and reading it entry by entry, with the checks that every format shares."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import IO

from approvals.errors import SourceUnavailable
from approvals.screening.lists.formats import FORMATS, ListFormat
from approvals.screening.lists.record import Listed

LONGEST_KEY = 200
PIECE = 1 << 20
_NO_TEXT = re.compile(r"\\u0000|[\ud800-\udfff]")
"""In JSON: the character zero, and halves of characters. No database keeps them."""


@dataclass(frozen=True)
class ImportedList:
    """One version of a list as received. `dated_on` is the authority's own date, None if the file bears none."""

    source: str
    title: str
    dated_on: date | None
    sha256: str
    entries: tuple[Listed, ...]


@dataclass
class ListFile:
    """A list that lies open: its digest is known, its entries are read one by one.

    `dated_on` is what the reader was told, or else the authority's own date once all entries are read.
    """

    source: str
    title: str
    list_format: str
    sha256: str
    dated_on: date | None
    _stream: IO[bytes] = field(repr=False)

    def entries(self) -> Iterator[Listed]:
        """Yield the entries in the order of the file, each key once.

        Raises `SourceUnavailable`, in one sentence, as soon as the file shows that it cannot be used.
        """
        try:
            yield from self._checked()
        except SourceUnavailable as exc:
            raise SourceUnavailable(f"The list «{self.title}» was not imported: {exc}") from exc
        except OSError as exc:
            raise SourceUnavailable(f"The list «{self.title}» cannot be read: {exc.strerror or exc}.") from exc

    def pieces(self) -> Iterator[bytes]:
        """Yield the file as received, in pieces of a megabyte."""
        self._stream.seek(0)
        while piece := self._stream.read(PIECE):
            yield piece

    def _checked(self) -> Iterator[Listed]:
        seen = set[str]()
        for entry in self._read():
            _refuse_what_cannot_be_kept(entry)
            if entry.key in seen:
                raise SourceUnavailable(f"entry {entry.key} stands in it twice; ask the publisher for a sound file.")
            seen.add(entry.key)
            yield replace(entry, source=self.source)
        if not seen:
            raise SourceUnavailable("the file holds no entry.")

    def _read(self) -> Iterator[Listed]:
        self._stream.seek(0)
        dated_on = yield from FORMATS[self.list_format].read(self._stream)
        self.dated_on = self.dated_on or dated_on


@contextmanager
def open_list(
    list_format: str,
    file: Path | IO[bytes],
    *,
    source: str | None = None,
    title: str | None = None,
    dated_on: date | None = None,
) -> Iterator[ListFile]:
    """Give the list in `file`, a path or an open binary stream, written in `list_format`, a key of `FORMATS`.

    `source` (the short name stored with every hit), `title` and `dated_on` replace what the format itself says.
    Raises `SourceUnavailable` if there is no such format, or the file cannot be opened.
    """
    if list_format not in FORMATS:
        raise SourceUnavailable(f"There is no list format «{list_format}»; known are {', '.join(sorted(FORMATS))}.")
    chosen = FORMATS[list_format]
    title = title or chosen.title
    try:
        opened = _opened(file, chosen)
        stream = opened.__enter__()
        digest = _digest(stream)
    except OSError as exc:
        raise SourceUnavailable(f"The list «{title}» cannot be read: {exc.strerror or exc}.") from exc
    try:
        yield ListFile(source or chosen.source, title, list_format, digest, dated_on, stream)
    finally:
        opened.__exit__(None, None, None)


def read_list(
    list_format: str,
    file: Path | IO[bytes],
    *,
    source: str | None = None,
    title: str | None = None,
    dated_on: date | None = None,
) -> ImportedList:
    """Return the whole list in `file` at once; `open_list` explains what is given. For lists that fit in memory.

    Raises `SourceUnavailable`, in one sentence, if the file is missing, damaged, not of that format, empty, unsafe
    to read, or names an entry twice.
    """
    with open_list(list_format, file, source=source, title=title, dated_on=dated_on) as opened:
        entries = tuple(opened.entries())
        return ImportedList(opened.source, opened.title, opened.dated_on, opened.sha256, entries)


def check_shrinkage(title: str, *, before: int, now: int, largest_share: float, of: str = "entries") -> None:
    """Raise `SourceUnavailable` if the list lost more than `largest_share` (0 to 1) of what it had `before`.

    Published lists do lose parts by mistake; the version before stays in force until a person has looked.
    """
    if before and (before - now) / before > largest_share:
        raise SourceUnavailable(
            f"The list «{title}» fell from {before} to {now} {of}, more than {largest_share:.0%} at once; "
            "the version before stays in force. Look at the file; if it is right, import it with --smaller-is-right."
        )


def _refuse_what_cannot_be_kept(entry: Listed) -> None:
    """Refuse an entry with a key no index holds, or with characters that are no text."""
    if len(entry.key) > LONGEST_KEY:
        raise SourceUnavailable(f"the key {entry.key[:40]}… is longer than {LONGEST_KEY} characters.")
    if _NO_TEXT.search(json.dumps(entry.as_dict(), ensure_ascii=False)):
        raise SourceUnavailable(f"entry {entry.key!r} holds characters that are no text; fetch the file again.")


# Opening ------------------------------------------------------------------------------------------------------


def _opened(file: Path | IO[bytes], chosen: ListFormat) -> AbstractContextManager[IO[bytes]]:
    if isinstance(file, Path):
        return _zipped(file, chosen.files) if file.is_dir() else file.open("rb")
    return nullcontext(file) if file.seekable() else _spooled(file)


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


@contextmanager
def _spooled(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """A stream that cannot be read twice, kept in a file meanwhile."""
    with tempfile.TemporaryFile() as kept:
        shutil.copyfileobj(stream, kept, PIECE)
        kept.seek(0)
        yield kept


@contextmanager
def _zipped(folder: Path, endings: tuple[str, ...]) -> Iterator[IO[bytes]]:
    """The files of a folder as one zip, equal bytes for equal files."""
    with tempfile.TemporaryFile() as kept:
        with zipfile.ZipFile(kept, "w") as archive:
            for path in sorted(folder.iterdir()):
                if path.name.lower().endswith(endings):
                    with path.open("rb") as file, archive.open(zipfile.ZipInfo(path.name), "w") as member:
                        shutil.copyfileobj(file, member, PIECE)
        kept.seek(0)
        yield kept
