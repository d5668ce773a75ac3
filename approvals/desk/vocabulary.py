"""The words of the house that pages translate: stages, roles, kinds, outcomes, and the sentences of what happened.

They stand in the code once, in English; `extract` hands them, and the texts of the mails, to the translators with the
texts of the pages. It is named in `pyproject.toml` and run by `make texts`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import IO, Any

from jinja2.ext import babel_extract

import models
from approvals.casework import wording
from approvals.casework.clauses import Approver
from approvals.casework.policy.routes import Tier
from approvals.casework.wording import in_words
from approvals.documents.compare import Kind
from approvals.documents.grading import TOPICS
from approvals.services.case_file import Passage
from approvals.services.deviation_register import Reply
from approvals.services.health import NAMES, SAID, Condition
from approvals.services.substitutes import RuleState
from approvals.settings import Settings
from models.agreement import Grade

ENUMS: tuple[type[StrEnum], ...] = (
    *(thing for thing in vars(models).values() if inspect.isclass(thing) and issubclass(thing, StrEnum)),
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
    sentences = {*wording.MEANINGS.values(), *wording.SENTENCES.values(), *SAID.values(), *NAMES.values()}
    return sorted(words | sentences | {*TOPICS, wording.ANSWER_TO})


def extract(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Sequence[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Yield the texts as Babel wants them from a method of extraction; what stands in `file` does not matter."""
    for text in texts():
        yield 1, "gettext", text, []
    for message in sorted(Settings().message_folder.glob("*.jinja")):
        with message.open("rb") as template:
            for _, function, said, comments in babel_extract(template, ["gettext", "ngettext", "_"], [], MAILS):
                yield 1, function, said, comments
