"""The words of the house that pages translate: stages, roles, kinds, outcomes, and the sentences of what happened.

They stand in the code once, in English; `extract` hands them, the texts of the mails and every sentence that is
`told` anywhere in the house to the translators with the texts of the pages. It is named in `pyproject.toml` and run
by `make texts`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from babel.messages.extract import extract_from_file
from jinja2.ext import babel_extract

import approvals
import models
from approvals.casework import fields, sentences, wording
from approvals.casework.clauses import Approver
from approvals.casework.policy.routes import Tier
from approvals.casework.rights import Right
from approvals.casework.wording import in_words
from approvals.documents.compare import Kind
from approvals.documents.grading import TOPICS
from approvals.reporting.populations import POPULATIONS
from approvals.screening.lists import FORMATS
from approvals.services.case_file import Passage
from approvals.services.deviation_register import Reply
from approvals.services.health import NAMES, SAID, Condition
from approvals.services.substitutes import RuleState
from approvals.settings import Settings
from models.agreement import Grade

ENUMS: tuple[type[StrEnum], ...] = (
    *(thing for thing in vars(models).values() if inspect.isclass(thing) and issubclass(thing, StrEnum)),
    Right,
    Tier,
    Passage,
    RuleState,
    Condition,
    Approver,
    Grade,
    Kind,
    Reply,
)
"""Whatever a page shows a member of."""
MAILS: dict[str, Any] = {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "trimmed": "true"}
"""How the templates of mails are read."""


def texts() -> list[str]:
    """Return every word and sentence, sorted, each once."""
    words = {in_words(member.value) for enum in ENUMS for member in enum}
    columns = {in_words(name) for one in POPULATIONS.values() for name in one.source.columns}
    happenings = {*wording.MEANINGS.values(), *wording.SENTENCES.values(), *SAID.values(), *NAMES.values()}
    files = {one.file for one in FORMATS.values() if "." not in one.file}
    faults = {*sentences.sentences(), *fields.SHAPES.values()}
    return sorted(words | columns | files | happenings | faults | {*TOPICS, wording.ANSWER_TO, wording.OF_A_UNIT})


def extract(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Sequence[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Yield the texts as Babel wants them from a method of extraction; what stands in `file` does not matter."""
    for text in texts():
        yield 1, "gettext", text, []
    for module in sorted(Path(approvals.__file__).parent.rglob("*.py")):
        if "told(" in module.read_text(encoding="utf-8"):
            for _, pattern, comments, _ in extract_from_file("python", module, keywords={"told": None}):
                yield 1, "gettext", pattern, comments
    for message in sorted(Settings().message_folder.glob("*.jinja")):
        with message.open("rb") as template:
            for _, function, said, comments in babel_extract(template, ["gettext", "ngettext", "_"], [], MAILS):
                yield 1, function, said, comments
