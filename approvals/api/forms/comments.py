"""Comments on a case and on the clauses of its agreement."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from approvals.api.forms.base import Given, Sent
from approvals.services.comments import AT_MOST, Comments, Remark, Thread

Text = Annotated[str, Field(min_length=1, max_length=AT_MOST, pattern=r"^[^\x00]*$", description="What you say")]


class RemarkForm(Given):
    """A comment or an answer; `text` is null once it was erased."""

    number: int
    by: str
    at: datetime
    text: str | None
    is_new: bool

    @classmethod
    def of(cls, remark: Remark) -> RemarkForm:
        """Return the comment or answer."""
        return cls.model_validate(remark)


class ThreadForm(RemarkForm):
    """A comment with its answers, oldest first. Without a clause, it is about the case."""

    clause: str | None
    version: int | None
    is_open: bool
    resolved_by: str | None
    resolved_at: datetime | None
    answers: list[RemarkForm]

    @classmethod
    def of_thread(cls, thread: Thread) -> ThreadForm:
        """Return the comment."""
        own = ("clause", "version", "is_open", "resolved_by", "resolved_at")
        return cls(
            **RemarkForm.of(thread.first).model_dump(),
            **{name: getattr(thread, name) for name in own},
            answers=[RemarkForm.of(one) for one in thread.answers],
        )


class CommentsForm(Given):
    """The comments on a case as the caller sees them; `newest` is what to send when one has taken note of all."""

    open: int
    new: int
    newest: int
    threads: list[ThreadForm]

    @classmethod
    def of(cls, found: Comments) -> CommentsForm:
        """Return the comments."""
        threads = [ThreadForm.of_thread(one) for one in found.threads]
        return cls(open=found.open, new=found.new, newest=found.newest, threads=threads)


class NewComment(Sent):
    """A comment on the case; or, with clause and version, on a clause of that version of its agreement."""

    text: Text
    clause: Annotated[str | None, Field(max_length=500, description="Heading of the clause, as it stands there")] = (
        None
    )
    version: Annotated[int | None, Field(ge=1, le=10_000, description="Version of the agreement")] = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.clause is None) != (self.version is None):
            raise ValueError("send clause and version together, or neither")
        return self


class NewAnswer(Sent):
    """An answer to a comment."""

    text: Text


class Noted(Sent):
    """Up to which comment the caller has taken note."""

    up_to: Annotated[int, Field(ge=0, le=2**63 - 1, description="`newest` of what was read")]
