"""Which answers an operation may give: said beside it, and published in its description."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi.responses import Response

from approvals.services.files import WORD

Answers = dict[int | str, dict[str, Any]]

MEANINGS: Mapping[int, str] = {
    400: "Malformed: unreadable JSON, or a header that every such request needs is missing",
    401: "No token, or one that is unknown, revoked or has expired",
    403: "Not yours to do: by role, by the scope of the token, or because an earlier act of yours forbids it",
    404: "There is none, or none you may see",
    409: "Too early or too late: somebody was first, or the case is elsewhere in its life",
    412: "Changed since you looked",
    413: "Too large",
    415: "Not JSON",
    422: "Faulty; every fault is named by its place",
    428: "Say in If-Match what you saw",
    429: "Too often; Retry-After says when to try again",
    500: "A fault of ours, with the number under which administrators find it",
    503: "A database, list or program we need is not available",
}
ALWAYS = (400, 401, 403, 422, 429, 500, 503)
WITH_A_BODY = (413, 415)


def refusals(*statuses: int, body: bool = False, headers: Mapping[str, Any] | None = None) -> Answers:
    """Return what an operation documents: these refusals beside those any may give, and the headers of success."""
    known = sorted({*ALWAYS, *statuses, *(WITH_A_BODY if body else ())})
    answers: Answers = {status: {"description": MEANINGS[status]} for status in known}
    if headers is not None:
        answers[200] = {"headers": dict(headers)}
    return answers


class WordFile(Response):
    """A Word document."""

    media_type = WORD


class PdfFile(Response):
    """A PDF."""

    media_type = "application/pdf"


class ZipFile(Response):
    """A zip."""

    media_type = "application/zip"


class TextFile(Response):
    """A text in UTF-8."""

    media_type = "text/plain; charset=utf-8"


class AnyFile(Response):
    """A file somebody added, which no program should open without asking."""

    media_type = "application/octet-stream"


def word_file(content: bytes, name: str) -> WordFile:
    """Return the document, to be kept under this name."""
    return WordFile(content, headers=named(name))


def written(write: Callable[[Path], object]) -> bytes:
    """Return what `write` writes into the file it is given, which is then gone."""
    with tempfile.TemporaryDirectory(prefix="api-") as folder:
        file = Path(folder) / "file"
        write(file)
        return file.read_bytes()


def named(name: str) -> dict[str, str]:
    """Return the header by which a file is kept under this name, which is plain ASCII."""
    return {"content-disposition": f'attachment; filename="{name}"'}
