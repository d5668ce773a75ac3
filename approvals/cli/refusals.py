"""How a refusal reaches a person at the terminal: one clear message, an exit code, never a traceback.

Exit codes are a promise to scripts: change none of them. `docs/using-the-command-line.md` lists them.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError
from rich.text import Text
from sqlalchemy.exc import ProgrammingError

from approvals import errors
from approvals.cli.output import complaint
from approvals.errors import ApprovalError, Fault, Faulty, SourceUnavailable

EXIT_CODES: Mapping[type[BaseException], int] = {
    errors.ApprovalError: 1,
    errors.Faulty: 2,
    errors.RefusedFile: 2,
    errors.NotAllowed: 3,
    errors.NotFound: 4,
    errors.WrongStage: 5,
    errors.StaleForm: 5,
    errors.TemplateError: 6,
    errors.SourceUnavailable: 69,  # EX_UNAVAILABLE of sysexits.h
}
"""The nearest class decides: `AlreadyDecided` is a `WrongStage`, and every other `ApprovalError` is 1."""

USAGE = 2  #: a command that does not exist, an option with a wrong value
UNEXPECTED = 70  #: a fault of ours, EX_SOFTWARE of sysexits.h
INTERRUPTED = 130

TITLES: Mapping[int, str] = {
    2: "Please mend this",
    3: "Not allowed",
    4: "Not found",
    5: "Too late or too early",
    6: "Template",
    69: "Not available",
    70: "A fault of ours",
}

log = logging.getLogger(__name__)


def exit_code(error: BaseException) -> int:
    """Return the code with which the command ends because of `error`."""
    return next((EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES), UNEXPECTED)


def explained(error: Exception) -> ApprovalError | None:
    """Return `error` as a sentence for people, None if it is one nobody foresaw."""
    if isinstance(error, ApprovalError):
        return error
    if isinstance(error, ProgrammingError) and "does not exist" in str(error.orig):
        return SourceUnavailable(
            "The database lacks tables this program needs; bring it up to date with `approvals db upgrade`."
        )
    if isinstance(error, ValidationError) and error.title == "Settings":
        return Faulty("The settings cannot be used.", [_setting_at_fault(one) for one in error.errors()])
    return None


def _setting_at_fault(error: Any) -> Fault:
    name = str(error["loc"][0])
    return Fault(name if name.isupper() else f"APPROVALS_{name.upper()}", error["msg"])


def report(error: Exception, *, as_json: bool, home: Path) -> int:
    """Tell the person what happened and return the exit code."""
    if isinstance(error, typer.TyperException):
        return _report_usage(error, as_json=as_json)
    known = explained(error)
    if known is None:
        where = _keep_traceback(error, home)
        known = ApprovalError(
            f"Something went wrong that should not ({type(error).__name__}). Nothing half-done was kept. "
            f"Please send {where} to your administrators."
        )
        code = UNEXPECTED
    else:
        code = exit_code(known)
    _say(known, code, as_json=as_json)
    return code


def _report_usage(error: typer.TyperException, *, as_json: bool) -> int:
    sentence = getattr(error, "format_message", lambda: str(error))()
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "approvals"
    _say(ApprovalError(f"{sentence} See `{path} --help`."), USAGE, as_json=as_json)
    return USAGE


def _say(error: ApprovalError, code: int, *, as_json: bool) -> None:
    if as_json:
        faults = [{"path": fault.path, "message": fault.message} for fault in getattr(error, "faults", ())]
        summary = error.summary if isinstance(error, Faulty) else str(error)
        answer = {"error": type(error).__name__, "message": summary, "faults": faults, "exit_code": code}
        print(json.dumps(answer, ensure_ascii=False, indent=2), file=sys.stderr)
        return
    title = TITLES.get(code, "Refused")
    complaint(Text.assemble((f"{title}: ", "bold red"), *_sentence(error)))


def _sentence(error: ApprovalError) -> list[tuple[str, str] | str]:
    if not isinstance(error, Faulty):
        return [str(error)]
    parts: list[tuple[str, str] | str] = [error.summary]
    for fault in error.faults:
        parts += ["\n  • ", (f"{fault.path}: ", "bold") if fault.path else "", fault.message]
    return parts


def _keep_traceback(error: Exception, home: Path) -> Path:
    """Write the traceback where administrators find it, and return the file."""
    name = f"fault-{datetime.now():%Y%m%d-%H%M%S}.log"
    text = "".join(traceback.format_exception(error))
    for folder in (home / "faults", Path.cwd()):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / name
            file.write_text(text, encoding="utf-8")
        except OSError:
            continue
        return file
    return Path(name)
