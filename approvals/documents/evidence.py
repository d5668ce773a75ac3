"""The gate for supporting documents: which files may come with a case, told by what they hold, not by their name.

We keep them and hand them out again, and open none of them; what a reader's program might run is refused all the
same, as far as it can be seen. Word files pass the stricter gate of agreements.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from approvals.documents.gate import MAX_BYTES, admit
from approvals.errors import RefusedFile

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

ENDINGS = {PDF: ".pdf", WORD: ".docx", PNG: ".png", JPEG: ".jpg"}
"""How the name of a file of each kind ends."""

_ACTIVE_IN_PDF = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA|GoToE|ImportData)\b")


def media_type_of(content: bytes) -> str:
    """Return what kind of file `content` is. Raises `RefusedFile`, saying why, if it may not come with a case."""
    if not content:
        raise _refusal("it is empty", "Choose it again.")
    if len(content) > MAX_BYTES:
        raise _refusal(f"it is larger than {MAX_BYTES // 1_000_000} MB", "Scan it with fewer points, or split it.")
    for begins, media_type, check in _KINDS:
        if content.startswith(begins):
            check(content)
            return media_type
    raise _refusal("it is no PDF, Word document (.docx), PNG or JPEG", "Print it to PDF and add that.")


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-2048:]:
        raise _refusal("the PDF is damaged or incomplete", "Ask for it again, or print it to PDF.")
    found = _ACTIVE_IN_PDF.search(content)
    if found is not None:
        what = found[1].decode()
        raise _refusal(f"the PDF holds a part that a reader may run ({what})", "Print it to PDF and add that.")


def _check_png(content: bytes) -> None:
    if not content.rstrip(b"\0").endswith(b"IEND\xaeB`\x82"):
        raise _refusal("the picture is damaged or incomplete", "Save it again.")


def _check_jpeg(content: bytes) -> None:
    if b"\xff\xd9" not in content[-64:]:
        raise _refusal("the picture is damaged or incomplete", "Save it again.")


_KINDS: tuple[tuple[bytes, str, Callable[[bytes], None]], ...] = (
    (b"%PDF-", PDF, _check_pdf),
    (b"PK\x03\x04", WORD, admit),
    (b"\x89PNG\r\n\x1a\n", PNG, _check_png),
    (b"\xff\xd8\xff", JPEG, _check_jpeg),
)


def _refusal(what: str, advice: str) -> RefusedFile:
    return RefusedFile(f"The file was refused: {what}. {advice}")
