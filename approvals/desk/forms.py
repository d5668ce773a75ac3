"""What a person typed into a form, and what is wrong with it: enough to show the form again as it was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from starlette.datastructures import FormData, UploadFile

from approvals.errors import Fault


@dataclass(frozen=True)
class Form:
    """The values of a form by field, as text, and its faults, whose `path` is the name of a field."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def text(self, name: str) -> str:
        """Return what stands in the field, without space around it; empty if nothing does."""
        return next(iter(self.values.get(name, ())), "").strip()

    def texts(self, name: str) -> list[str]:
        """Return everything that was given under this name and is not empty, in the order of the page."""
        return [text.strip() for text in self.values.get(name, ()) if text.strip()]

    def fault(self, name: str) -> str:
        """Return what is wrong with the field; empty if nothing is."""
        return next((fault.message for fault in self.faults if fault.path == name), "")

    def with_faults(self, faults: Sequence[Fault], fields: Mapping[str, str] | None = None) -> Form:
        """Return the form with these faults; `fields` names the field for each path that is called otherwise."""
        names = fields or {}
        found = tuple(Fault(names.get(fault.path, fault.path), fault.message) for fault in faults)
        return replace(self, faults=found)


def filled(**values: str | Sequence[str]) -> Form:
    """Return a form with these values in it."""
    return Form({name: [value] if isinstance(value, str) else list(value) for name, value in values.items()})


@dataclass(frozen=True)
class SentForm(Form):
    """A form as it came, with its files."""

    files: Mapping[str, UploadFile] = field(default_factory=dict)
    """The file of each field; the last one where several were chosen."""
    all_files: Sequence[tuple[str, UploadFile]] = ()
    """Every file with the name of its field, in the order they were chosen."""

    def contents(self, name: str, *, at_most: int) -> list[tuple[str, bytes]]:
        """Return name and bytes of each file chosen in this field; of larger ones one byte more than `at_most`."""
        chosen = [file for field_name, file in self.all_files if field_name == name]
        return [(file.filename or "", file.file.read(at_most + 1)) for file in chosen]

    def content(self, name: str, *, at_most: int) -> bytes | None:
        """Return the bytes of the file in this field, None if none was chosen.

        Of a larger file one byte more than `at_most` is read, which is enough to see that it is too large.
        """
        file = self.files.get(name)
        return file.file.read(at_most + 1) if file is not None else None

    def file_name(self, name: str) -> str:
        """Return what the sender calls the file; empty if none was chosen."""
        file = self.files.get(name)
        return (file.filename or "") if file is not None else ""


_LAST_OF_EACH_PLANE = (plane << 16 | last for plane in range(17) for last in (0xFFFE, 0xFFFF))
UNPRINTABLE = dict.fromkeys(
    {*range(0x20), *range(0x7F, 0xA0), *range(0xFDD0, 0xFDF0), *_LAST_OF_EACH_PLANE} - set(map(ord, "\t\n\r"))
)
"""Control characters and numbers that are no character, which come along in copied text: no page can show them."""


def as_sent(data: FormData) -> SentForm:
    """Return what came with a request."""
    values: dict[str, list[str]] = {}
    files: list[tuple[str, UploadFile]] = []
    for name, value in data.multi_items():
        if isinstance(value, str):
            values.setdefault(name, []).append(value.translate(UNPRINTABLE))
        elif value.filename:
            files.append((name, value))
    return SentForm(values, files=dict(files), all_files=files)
