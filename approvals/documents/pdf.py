"""A PDF of a Word document, made by LibreOffice, which is kept on a short lead.

LibreOffice fetches linked pictures from anywhere, turns plain text into «agreements», ends with code 0 when it made
nothing, and loses a conversion when two share a profile (decision 14). So nothing reaches it but what passed the
gate, each conversion has a profile of its own that forbids links and programs, and only the file it leaves counts.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from xml.sax.saxutils import escape

from approvals.documents.gate import admit
from approvals.documents.other_program import run_to_its_end
from approvals.errors import PdfUnavailable

PROGRAMS = ("soffice", "libreoffice")
AT_ONCE = 2  #: conversions in one process; each takes a core and about 150 MB

_places = BoundedSemaphore(AT_ONCE)


def find_libreoffice(chosen: Path | None) -> Path | None:
    """Return the LibreOffice program: the one `chosen`, or else the first on PATH; None if there is none.

    Raises `PdfUnavailable` if the one chosen is no program.
    """
    if chosen is None:
        found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
        return Path(found) if found else None
    if not (chosen.is_file() and os.access(chosen, os.X_OK)):
        raise PdfUnavailable(f"{chosen} is no program. Let APPROVALS_LIBREOFFICE name LibreOffice's «soffice».")
    return chosen


def as_pdf(content: bytes, *, libreoffice: Path | None, timeout_seconds: float) -> bytes:
    """Return the Word document in `content` as a PDF with at least one page.

    Raises `RefusedFile` if the document does not pass the gate, `PdfUnavailable` saying why there is no PDF.
    """
    admit(content)
    if libreoffice is None:
        raise _failure(
            "LibreOffice is not installed here",
            "Install it (Debian: libreoffice-writer), or let APPROVALS_LIBREOFFICE name its program.",
        )
    return convert_admitted(content, libreoffice=libreoffice, timeout_seconds=timeout_seconds)


def convert_admitted(content: bytes, *, libreoffice: Path, timeout_seconds: float) -> bytes:
    """Return `content`, which has passed the gate, as a PDF. Raises `PdfUnavailable` saying why there is none."""
    with (
        _a_place(timeout_seconds),
        tempfile.TemporaryDirectory(prefix="approvals-pdf-", ignore_cleanup_errors=True) as name,
    ):
        folder = Path(name)
        word, result = folder / "agreement.docx", folder / "out" / "agreement.pdf"
        word.write_bytes(content)
        write_profile(folder / "profile")
        said = _run(_command(libreoffice, folder, word), folder, timeout_seconds)
        return _checked(result, said)


def _failure(what: str, advice: str) -> PdfUnavailable:
    return PdfUnavailable(f"No PDF was made: {what}. {advice} The Word file can be had as before.")


@contextmanager
def _a_place(timeout_seconds: float) -> Iterator[None]:
    """Wait for one of the places at which documents are converted."""
    if not _places.acquire(timeout=timeout_seconds):
        raise _failure(f"{AT_ONCE} others were being made for {timeout_seconds:g} seconds", "Try again.")
    try:
        yield
    finally:
        _places.release()


# The profile: what LibreOffice may do -------------------------------------------------------------------------

_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_UPDATES = "/org.openoffice.Office.Jobs/Jobs/org.openoffice.Office.Jobs:Job['UpdateCheck']/Arguments"

PROFILE: tuple[tuple[str, str, str], ...] = (
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),  # fetch nothing a document points to
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "MacroSecurityLevel", "3"),  # the highest
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "2"),  # never bring linked content up to date
    (_UPDATES, "AutoCheckEnabled", "false"),
    ("/org.openoffice.Office.Common/Filter/PDF/Export", "UseTaggedPDF", "true"),  # for screen readers
    ("/org.openoffice.Office.Common/Filter/PDF/Export", "ExportBookmarks", "true"),
)
"""Where a value stands in LibreOffice's configuration, its name, and what it is set to."""

_NO_JAVA = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<java xmlns="http://openoffice.org/2004/java/framework/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><enabled xsi:nil="false">false</enabled></java>\n'
)


def write_profile(folder: Path) -> None:
    """Write a fresh LibreOffice profile into `folder`: no links, no macros, no Java, no look for updates."""
    items = "".join(
        f'<item oor:path="{escape(path)}">'
        f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
        for path, name, value in PROFILE
    )
    (folder / "user" / "config").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}</oor:items>\n",
        encoding="utf-8",
    )
    java = f"javasettings_{platform.system()}_{platform.machine().upper()}.xml"
    (folder / "user" / "config" / java).write_text(_NO_JAVA, encoding="utf-8")


# The program --------------------------------------------------------------------------------------------------


def _command(libreoffice: Path, folder: Path, word: Path) -> list[str]:
    return [
        str(libreoffice),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
        "--infilter=MS Word 2007 XML",  # never guess: it would read anything
        *("--convert-to", "pdf:writer_pdf_Export", "--outdir", str(folder / "out"), str(word)),
    ]


def _environment() -> dict[str, str]:
    """Return all that LibreOffice learns of us: no address of a database, no proxy, no Java, no display."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}


def _run(command: list[str], folder: Path, timeout_seconds: float) -> str:
    """Run the program to its end and return what it said. Raises `PdfUnavailable` if it cannot start or end."""
    try:
        ended = run_to_its_end(command, folder=folder, environment=_environment(), timeout_seconds=timeout_seconds)
    except TimeoutError as exc:
        raise _failure(
            f"LibreOffice did not end within {timeout_seconds:g} seconds",
            "Try again, or allow it more with APPROVALS_PDF_TIMEOUT_SECONDS.",
        ) from exc
    except OSError as exc:
        raise _failure(
            f"{command[0]} cannot be started ({exc.strerror})", "Let APPROVALS_LIBREOFFICE name LibreOffice."
        ) from exc
    return ended.said


_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


def pages_in(pdf: bytes) -> int:
    """Return the number of pages of a PDF that LibreOffice wrote; 0 if it is none."""
    return len(_PAGE.findall(pdf)) if pdf.startswith(b"%PDF-") and b"%%EOF" in pdf[-1024:] else 0


def _checked(result: Path, said: str) -> bytes:
    """Return the PDF if it is one; the exit code tells nothing, it is 0 when there is no file."""
    try:
        pdf = result.read_bytes()
    except OSError as exc:
        words = f" It said: {said[-300:]}" if said else ""
        raise _failure("LibreOffice left no file", f"See `approvals doctor`.{words}") from exc
    if not pages_in(pdf):
        raise _failure("what LibreOffice left is no PDF with pages", "See `approvals doctor`.")
    return pdf
