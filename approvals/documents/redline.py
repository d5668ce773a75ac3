"""A redline: one Word file that shows with native tracked changes how the returned text differs from the sent one.

The comparison is made by python-redlines, a program of others in a package of its own. Three things it does not do
are done here. It waits for ever, so it runs as a child process with an end to our patience and to its memory. It
unpacks itself where it stands, so it gets a folder of ours and is moved there whole. And nobody should have to
believe it: what it wrote must say the returned text with every change accepted and the sent text with every change
rejected, or the redline is not given out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

from python_redlines import DocxodusEngine  # type: ignore[import-untyped]  # the package has no type hints

from approvals.documents.gate import admit
from approvals.documents.other_program import run_to_its_end
from approvals.documents.read import read_word
from approvals.documents.revisions import accepted, rejected
from approvals.errors import RefusedFile, SourceUnavailable

TIMEOUT_SECONDS = 60
MAX_HEAP_BYTES = 1_000_000_000

# Formatting does not count in a comparison, and a file saved by another program is full of it. Every space counts
# here, or accepting all changes would not give the returned text to the letter.
_OPTIONS = {"detect_moves": True, "detect_format_changes": False, "conflate_spaces": False}


def redline(
    sent: bytes,
    returned: bytes,
    *,
    author: str,
    at: datetime,
    engine_folder: Path,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> bytes:
    """Return a Word file with what turns `sent` into `returned` as tracked changes of `author`, made `at` that time.

    Tracked changes that either file already holds are read as accepted. The engine is unpacked into `engine_folder`
    when it is first needed. Raises `RefusedFile` if a file may not be opened, `SourceUnavailable` if the engine is
    missing or fails, takes longer than `timeout_seconds`, or made something that does not say exactly the two texts.
    """
    admit(sent)
    admit(returned)
    with TemporaryDirectory(prefix="redline-") as name:
        folder = Path(name)
        original, modified, made = (folder / f"{part}.docx" for part in ("sent", "returned", "redline"))
        original.write_bytes(sent)
        modified.write_bytes(returned)
        _run(_command(engine_folder, author, at, original, modified, made), folder, timeout_seconds)
        try:
            content = made.read_bytes()
        except OSError as exc:
            raise _unavailable("the comparison engine wrote no file") from exc
    _check(content, sent, returned)
    return content


def _unavailable(what: str) -> SourceUnavailable:
    return SourceUnavailable(
        f"No redline could be made: {what}. The comparison clause by clause needs no engine and is complete; "
        "the agreement shows it in the text."
    )


# The engine ---------------------------------------------------------------------------------------------------


def _command(
    engine_folder: Path, author: str, at: datetime, original: Path, modified: Path, made: Path
) -> Sequence[str]:
    try:
        engine = _engine_in(engine_folder)
    except (ImportError, PackageNotFoundError) as exc:
        raise _unavailable("the comparison engine is not installed; an administrator runs `make install`") from exc
    except OSError as exc:
        raise _unavailable(f"the comparison engine cannot be unpacked into {engine_folder} ({exc})") from exc
    moment = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    command: list[str] = engine._build_command(
        author, str(original), str(modified), str(made), date_time=moment, **_OPTIONS
    )
    return command


def _engine_in(folder: Path) -> DocxodusEngine:
    place = folder / f"docxodus-{version('python-redlines-docxodus')}"
    if not place.exists():
        _unpack(place)
    return DocxodusEngine(target_path=str(place))


def _unpack(place: Path) -> None:
    """Unpack the engine beside `place` and move it there at once, so that nobody ever runs half of it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="unpacking-", dir=place.parent) as name:
        fresh = Path(name) / place.name
        DocxodusEngine(target_path=str(fresh))
        try:
            fresh.rename(place)
        except OSError:
            if not place.exists():  # else another process was first, and its copy is as good
                raise


def _run(command: Sequence[str], folder: Path, timeout_seconds: float) -> None:
    environment = {"DOTNET_EnableDiagnostics": "0", "DOTNET_GCHeapHardLimit": f"{MAX_HEAP_BYTES:x}"}
    try:
        ended = run_to_its_end(command, folder=folder, environment=environment, timeout_seconds=timeout_seconds)
    except TimeoutError as exc:
        raise _unavailable(f"the comparison took longer than {timeout_seconds:g} s") from exc
    except OSError as exc:
        raise _unavailable(f"the comparison engine does not start ({exc})") from exc
    if ended.code:
        last = ended.said.splitlines()[-1:] or ["it gave no reason"]
        raise _unavailable(f"the comparison engine ended with code {ended.code} ({last[0][:200]})")


# What it made -------------------------------------------------------------------------------------------------


def _check(content: bytes, sent: bytes, returned: bytes) -> None:
    try:
        admit(content)
    except RefusedFile as exc:
        raise _unavailable(f"what the comparison engine wrote is no sound Word file ({exc})") from exc
    if _said(accepted(content)) != _said(accepted(returned)):
        raise _unavailable("with all changes accepted, what the engine wrote is not the returned text")
    if _said(rejected(content)) != _said(accepted(sent)):
        raise _unavailable("with all changes rejected, what the engine wrote is not the text that was sent")


def _said(content: bytes) -> list[tuple[str, str]]:
    return [(block.place, block.text) for block in read_word(content).blocks]
