"""The two ways in which a person does the same thing: by forms at the desk, or by a program at the API.

Each act returns the answer, whatever it is; `was_done` reads off it whether the system says that it did it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from approvals.casework.outcomes import Answer
from approvals.desk.proposing.typed import typed_of
from tests.api.calling import Program
from tests.desk.page_checker import check_page
from tests.desk.visiting import Page, Visitor

ANY = "*"
"""The mark of a program that decides whatever it finds."""


def was_done(answer: Any) -> bool:
    """The answer says that what was asked for is done."""
    return int(answer.status_code) < 400


class Way(Protocol):
    """How a person goes about the acts that both doors offer."""

    def submit(self, proposal: Mapping[str, Any], key: str) -> tuple[Any, str]:
        """Submit a proposal; returns the answer, and the reference of the case, empty if there is none."""

    def decide(self, task: int, answer: Answer, *, seen: str | None = None) -> Any:
        """Look at the task and answer it."""

    def act_on_task(self, task: int, act: str) -> Any:
        """Claim or release the task."""

    def hand_over(self, task: int, to: str, reason: str) -> Any:
        """Give the task to a colleague."""

    def finish(self, reference: str, how: str, reason: str) -> Any:
        """Withdraw the case, or end the partnership."""

    def attach(self, reference: str, content: bytes, title: str) -> Any:
        """Add a document to the case."""

    def look(self, task: int) -> str:
        """Look at the task and return its mark, or one that means nothing."""


@dataclass(frozen=True)
class AtTheDesk:
    """A person with a browser."""

    visitor: Visitor
    csrf: str

    def submit(self, proposal: Mapping[str, Any], key: str) -> tuple[Any, str]:
        typed = typed_of({name: value for name, value in proposal.items() if value is not None})
        begun = self.post("/proposals", typed)
        if not was_done(begun):
            return begun, ""
        draft = begun.headers["location"].split("/")[2]
        sent = self.post(f"/proposals/{draft}/send")
        return sent, sent.headers["location"].partition("case=")[2] if was_done(sent) else ""

    def answer_a_return(self, task: int, reason: str) -> Any:
        """Begin the answer to a return, say it and send it."""
        begun = self.post(f"/answers/{task}")
        if not was_done(begun):
            return begun
        draft = begun.headers["location"]
        self.post(f"{draft}/answer", {"answer.reason": reason, "then": "list"})
        return self.post(f"{draft}/send", {"about": ""})

    def amend(self, reference: str, reason: str) -> Any:
        """Begin an amendment, change a page of it and send it."""
        begun = self.post(f"/cases/{reference}/again", {"how": "amend"})
        if not was_done(begun):
            return begun
        draft = begun.headers["location"]
        self.post(f"{draft}/amendment", {"amendment.kind": "correction", "amendment.reason": reason})
        self.visitor.client.get(f"{draft}/check")
        return self.post(f"{draft}/send")

    def decide(self, task: int, answer: Answer, *, seen: str | None = None) -> Any:
        """Fill in the form of the task, check it and record it; who gets no form sends one all the same."""
        address, files = f"/tasks/{task}", {"file": ("a.docx", answer.content)} if answer.content else None
        shown = self._page(address)
        if shown is None or not shown.tree.xpath("//form[@action=$to]", to=f"{address}/check"):
            return self.post(address, _typed(answer), files=files)
        form = {**shown.form(f"{address}/check"), **_typed(answer)}
        checked = self.post(f"{address}/check", form, files=files)
        if checked.status_code != 200:
            return checked
        return self.post(address, Page(address, checked.text, check_page(checked.text)).form(address))

    def act_on_task(self, task: int, act: str) -> Any:
        return self.post(f"/tasks/{task}/{act}")

    def hand_over(self, task: int, to: str, reason: str) -> Any:
        return self.post(f"/tasks/{task}/handover", {"to": to, "reason": reason})

    def finish(self, reference: str, how: str, reason: str) -> Any:
        return self.post(f"/cases/{reference}/{how}", {"reason": reason, "step": "do"})

    def attach(self, reference: str, content: bytes, title: str) -> Any:
        files = {"file": ("statutes.docx", content)}
        return self.post(f"/cases/{reference}/documents", {"title": title}, files=files)

    def look(self, task: int) -> str:
        self._page(f"/tasks/{task}")
        return "none"

    def post(self, address: str, values: Mapping[str, Any] | None = None, *, files: Any = None) -> Any:
        """Send a form with the person's token, and look at the page it leads to."""
        sent = {"csrf": self.csrf, **(values or {})}
        answer = self.visitor.client.post(address, data=sent, files=files, follow_redirects=False)
        if answer.status_code == 303:
            self.visitor.client.get(answer.headers["location"])
        return answer

    def _page(self, address: str) -> Page | None:
        answer = self.visitor.client.get(address)
        return Page(address, answer.text, check_page(answer.text)) if answer.status_code == 200 else None


@dataclass(frozen=True)
class ByProgram:
    """A person's program."""

    program: Program

    def submit(self, proposal: Mapping[str, Any], key: str) -> tuple[Any, str]:
        made = self.program.answered("POST", "/cases", proposal, Idempotency_Key=key)
        return made, made.json()["reference"] if was_done(made) else ""

    def amend(self, reference: str, amendment: Mapping[str, Any], key: str) -> Any:
        """Amend a case in force."""
        return self.program.answered("POST", f"/cases/{reference}/amendments", amendment, Idempotency_Key=key)

    def decide(self, task: int, answer: Answer, *, seen: str | None = None) -> Any:
        """Decide, saying what was seen: the task as it is now, unless another mark is given."""
        mark = seen if seen is not None else self.look(task)
        return self.program.answered("POST", f"/tasks/{task}/decision", _as_json(answer), If_Match=mark)

    def act_on_task(self, task: int, act: str) -> Any:
        return self.program.answered("POST", f"/tasks/{task}/{act}")

    def hand_over(self, task: int, to: str, reason: str) -> Any:
        return self.program.answered("POST", f"/tasks/{task}/hand-over", {"to": to, "reason": reason})

    def finish(self, reference: str, how: str, reason: str) -> Any:
        names = {"withdraw": "withdrawal", "end": "end"}
        return self.program.answered("POST", f"/cases/{reference}/{names[how]}", {"reason": reason})

    def attach(self, reference: str, content: bytes, title: str) -> Any:
        sent = {"title": title, "file_name": "statutes.docx", "file": base64.b64encode(content).decode()}
        return self.program.answered("POST", f"/cases/{reference}/attachments", sent)

    def look(self, task: int) -> str:
        looked = self.program.answered("GET", f"/tasks/{task}")
        return str(looked.headers.get("etag", '"none"'))


def _typed(answer: Answer) -> dict[str, Any]:
    """Return the answer as fields of the form."""
    judged = {f"hit-{one.hit}": one.reason for one in answer.judgements}
    return {
        "outcome": str(answer.outcome),
        "reason": answer.reason,
        "risk": str(answer.risk or ""),
        "conditions": "\n".join(answer.conditions),
        "file_hash": answer.file_hash or "",
        **judged,
    }


def _as_json(answer: Answer) -> dict[str, Any]:
    """Return the answer as programs send it."""
    given = {
        "risk": answer.risk,
        "conditions": list(answer.conditions),
        "file_hash": answer.file_hash,
        "file": base64.b64encode(answer.content).decode() if answer.content is not None else None,
        "proposal": answer.proposal,
        "judgements": [{"hit": one.hit, "reason": one.reason} for one in answer.judgements],
    }
    return {"outcome": answer.outcome, "reason": answer.reason} | {name: kept for name, kept in given.items() if kept}
