"""Comma-separated tables read row by row, and the rows of one entry brought together."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, TextIO

from approvals.errors import SourceUnavailable

LONGEST_CELL = 131_072
"""Characters; the csv module refuses more, and so do we, before a cell without end fills the memory."""


@contextmanager
def text_of(stream: IO[bytes]) -> Iterator[TextIO]:
    """Give the stream as UTF-8 text, with or without a byte order mark, and leave the stream open afterwards.

    Raises `SourceUnavailable` if it is in another encoding.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        yield text
    except UnicodeDecodeError as exc:
        raise SourceUnavailable("it is not text in UTF-8; save it as UTF-8 and try again.") from exc
    finally:
        text.detach()


class Row:
    """One row of a table with a header. Columns are found whatever the case and punctuation of their names."""

    __slots__ = ("_cells", "_places", "line")

    def __init__(self, line: int, cells: list[str], places: Mapping[str, int]) -> None:
        self.line, self._cells, self._places = line, cells, places

    def __getitem__(self, column: str) -> str:
        """Return the cell, without spaces around it; empty if the table has no such column."""
        place = self._places.get(_folded(column))
        return "" if place is None else self._cells[place].strip()


def rows(stream: IO[bytes], *, needed: tuple[str, ...], delimiter: str = ",", lines_before: int = 0) -> Iterator[Row]:
    """Yield the rows of a table whose header has at least the columns `needed`, after `lines_before` other lines.

    Raises `SourceUnavailable` if a column is missing, a row is longer or shorter than the header, or the file breaks
    off inside a quoted cell.
    """
    with text_of(stream) as text:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        try:
            for _ in range(lines_before):
                next(reader, None)
            header = next(reader, [])
            places = places_of(header, needed)
            for cells in reader:
                if len(cells) == len(header):
                    yield Row(reader.line_num, cells, places)
                elif cells:
                    raise SourceUnavailable(f"line {reader.line_num} has not as many cells as the header.")
        except csv.Error as exc:
            raise SourceUnavailable(f"line {reader.line_num} is not readable as a table ({exc}).") from exc


def header_of(stream: IO[bytes], *, needed: tuple[str, ...]) -> list[str]:
    """Return the names of the columns, and put the stream back to its beginning.

    Raises `SourceUnavailable` if one of `needed` is missing, or if the first line is no header.
    """
    with text_of(stream) as text:
        try:
            header = next(csv.reader(text, strict=True), [])
        except csv.Error as exc:
            raise SourceUnavailable(f"line 1 is not readable as a table ({exc}).") from exc
    stream.seek(0)
    places_of(header, needed)
    return header


def places_of(header: list[str], needed: tuple[str, ...]) -> dict[str, int]:
    """Return where each column of `header` stands. Raises `SourceUnavailable` if one of `needed` is missing."""
    places = {_folded(name): place for place, name in reversed(list(enumerate(header)))}
    missing = [name for name in needed if _folded(name) not in places]
    if missing:
        raise SourceUnavailable(f"the columns {', '.join(sorted(missing))} are missing; were they renamed?")
    return places


def _folded(column: str) -> str:
    return "".join(character for character in column.casefold() if character.isalnum())


def grouped(read: Callable[[], Iterator[Row]], key: str) -> Iterator[tuple[str, list[Row]]]:
    """Yield each key with all of its rows, wherever in the table they stand.

    The table is read twice: first the rows of each key are counted, then a group is given away as soon as it is
    complete. Where the rows of a key stand together, as publishers write them, one group at a time is in memory.
    """
    missing = Counter(row[key] for row in read())
    if "" in missing:
        line = next(row.line for row in read() if not row[key])
        raise SourceUnavailable(f"line {line} has no {key}.")
    waiting = defaultdict[str, list[Row]](list)
    for row in read():
        name = row[key]
        waiting[name].append(row)
        missing[name] -= 1
        if not missing[name]:
            yield name, waiting.pop(name)
