"""Packages written by hand are zip archives like any other."""

import io
import zipfile

import pytest

from approvals.documents.package import package_of, packed

PARTS = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"text " * 20_000, "word/media/été.png": b""}


def _package(parts):
    return package_of(packed(name, content) for name, content in parts.items())


def test_another_program_reads_every_part_in_the_order_written():
    with zipfile.ZipFile(io.BytesIO(_package(PARTS))) as package:
        assert package.testzip() is None
        assert {name: package.read(name) for name in package.namelist()} == PARTS
        assert package.namelist() == list(PARTS)


def test_nothing_tells_when_it_was_written():
    with zipfile.ZipFile(io.BytesIO(_package(PARTS))) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_that_was_damaged_is_noticed(name):
    whole = _package({name: PARTS["word/document.xml"]})
    place = len(whole) // 3

    spoiled = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]

    with zipfile.ZipFile(io.BytesIO(spoiled)) as package, pytest.raises((zipfile.BadZipFile, zipfile.zlib.error)):
        package.read(name)
