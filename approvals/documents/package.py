"""Word files as what they are: zip archives, written so that the same parts always give the same bytes.

`zipfile` cannot take a part that is compressed already, so the three records of a zip archive are written here
(PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_CENTRAL_HEADER = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _DEFLATED, _MIDNIGHT, _1_JANUARY_1980 = 20, 8, 0, 0x21
_NAME_IS_UTF8 = 0x800


@dataclass(frozen=True, slots=True)
class PackedPart:
    """A part of a package, compressed: ready to be written any number of times."""

    name: bytes
    crc: int
    size: int  #: in bytes, before compression
    packed: bytes


def packed(name: str, content: bytes) -> PackedPart:
    """Return `content` compressed, to stand under `name` in a package."""
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return PackedPart(name.encode(), zlib.crc32(content), len(content), deflate.compress(content) + deflate.flush())


def package_of(parts: Iterable[PackedPart]) -> bytes:
    """Return a zip archive of `parts`, in the order given, each dated 1 January 1980."""
    records: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for part in parts:
        facts = _facts(part)
        record = _LOCAL_HEADER.pack(b"PK\x03\x04", *facts, 0) + part.name + part.packed
        records.append(record)
        directory.append(_CENTRAL_HEADER.pack(b"PK\x01\x02", _VERSION, *facts, 0, 0, 0, 0, 0, offset) + part.name)
        offset += len(record)
    listed = b"".join(directory)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(directory), len(directory), len(listed), offset, 0)
    return b"".join([*records, listed, end])


def _facts(part: PackedPart) -> tuple[int, ...]:
    """Return what both headers of a part say of it."""
    flags = 0 if part.name.isascii() else _NAME_IS_UTF8
    sizes = (part.crc, len(part.packed), part.size, len(part.name))
    return (_VERSION, flags, _DEFLATED, _MIDNIGHT, _1_JANUARY_1980, *sizes)
