"""Mails arrive as text and as a page, in the words of their reader, and nobody can write into their heads."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import html5lib
import pytest

from approvals.casework.languages import OWN_NAMES
from approvals.errors import SourceUnavailable
from approvals.notify.mail import Mail, SmtpSender
from approvals.settings import Settings
from tests.notify.mail_server import mail_server
from tests.postman import DESK, MESSAGES

EVIL = '<img src="https://evil.example/x.png" onerror="alert(1)">\r\nBcc: all@example.org'
TASK: dict[str, Any] = {
    "reference": "PA-2026-0001", "title": EVIL, "task": 12, "kind": "legal_review", "prompt": EVIL,
    "due_on": "2026-09-28", "absent": EVIL,
}  # fmt: skip
LIST: dict[str, Any] = {"key": "un_sc", "title": EVIL, "source": EVIL, "problem": EVIL, "format": None}
LINE = {**TASK, "slot": "answer:consultation:finance", "days_left": -1.5}
MAILS: dict[str, dict[str, Any]] = {
    "task_opened": TASK,
    "task_handed_over": {**TASK, "by": EVIL, "reason": EVIL},
    "task_let_in": TASK,
    "task_opened_to_you": TASK,
    "task_opened_to_others": {**TASK, "role": "committee", "office": None},
    "task_overdue": {**TASK, "role": "area_director", "office": EVIL},
    "nobody_answers": TASK,
    "case_ended": {"reference": "PA-2026-0001", "title": EVIL, "ending": "withdrawn"},
    "comment_written": {
        "reference": "PA-2026-0001", "title": EVIL, "by": EVIL, "comment": 3, "clause": EVIL, "is_answer": False,
    },
    "digest": {
        "lines": [LINE, {**LINE, "days_left": 0, "absent": None}, {**LINE, "days_left": 1}],
        "remarks": [{"reference": "PA-2026-0001", "title": EVIL, "new": 2}],
    },
    "list_too_old": {**LIST, "age_days": 40, "allowed_days": 30},
    "list_missing": {**LIST, "problem": None},
    "substitute_named": {
        "substitution": 3, "absent": EVIL, "acting": EVIL, "roles": ["finance", "legal_reviewer"],
        "when_overdue": False, "from_on": "2026-09-21", "until_on": "2026-10-02",
    },
    "report_ready": {"kind": "weekly", "of": "2026-W09"},
    "personal_data_erased": {"by": EVIL, "event": 7, "reason": EVIL},
    "anchor_noted": {"event": 7, "line": "anchor 7 " + "0" * 64, "at": "2026-09-21", "time": "08:00"},
}  # fmt: skip
SHARED = {"task", "list"}
"""Templates that others extend."""

each_mail = pytest.mark.parametrize(("name", "language"), [(name, tag) for name in MAILS for tag in OWN_NAMES])


def arrived(mail: Mail) -> EmailMessage:
    with mail_server() as (port, taken):
        SmtpSender("127.0.0.1", port, "approvals@example.org")(mail)
    [message] = taken
    return message


def test_every_message_is_tried_here() -> None:
    there = {path.stem for path in Settings().message_folder.glob("*.jinja") if "." not in path.stem}

    assert there - SHARED == set(MAILS)


@each_mail
def test_a_mail_says_the_same_as_text_and_as_a_page_without_anything_from_elsewhere(name: str, language: str) -> None:
    written = MESSAGES.write(name, MAILS[name], language=language)

    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(written.html)
    assert page.get("lang") == language == written.language
    assert [len(page.findall(f".//{tag}")) for tag in ("h1", "title", "table", "img", "script", "link")] == [
        1, 1, 0, 0, 0, 0,
    ]  # fmt: skip
    assert all(link.get("href", "").startswith(f"{DESK}/") for link in page.iter("a"))
    heading = " ".join("".join(page.find(".//h1").itertext()).split())
    assert heading in " ".join(written.text.split())
    assert "&lt;" not in written.text
    assert "\n" not in written.subject


@each_mail
def test_only_english_mails_are_in_english(name: str, language: str) -> None:
    english = MESSAGES.write(name, MAILS[name], language="en")

    written = MESSAGES.write(name, MAILS[name], language=language)

    assert language == "en" or english.text.splitlines()[-1] != written.text.splitlines()[-1]


def test_a_reader_of_another_language_gets_english() -> None:
    assert MESSAGES.write("task_opened", TASK, language="tlh").language == "en"


def test_both_parts_arrive_and_the_text_comes_first() -> None:
    written = MESSAGES.write("task_opened", TASK, language="zh")

    message = arrived(Mail("mei@example.org", written.subject, written.text, written.html, "zh", "event-5"))

    assert message.get_content_type() == "multipart/alternative"
    text, page = message.iter_parts()
    assert [text.get_content_type(), page.get_content_type()] == ["text/plain", "text/html"]
    assert text.get_content().splitlines() == written.text.splitlines()
    assert page.get_content().splitlines() == written.html.splitlines()
    assert (message["Content-Language"], message["Auto-Submitted"]) == ("zh", "auto-generated")
    assert f"{DESK}/tasks/12" in text.get_content()


def test_a_title_of_several_lines_adds_no_head() -> None:
    written = MESSAGES.write("substitute_named", MAILS["substitute_named"], language="fr")

    message = arrived(Mail("rosa@example.org", written.subject, written.text, written.html, "fr", "event-5"))

    assert message["Bcc"] is None
    assert message["To"] == "rosa@example.org"


@pytest.mark.parametrize("to", ["rosa@example.org\r\nBcc: all@example.org", "rosa@example.org\nX: y"])
def test_an_address_of_several_lines_is_refused(to: str) -> None:
    with pytest.raises(ValueError, match=r"linefeed|newline"):
        SmtpSender("127.0.0.1", 1, "approvals@example.org").message_of(Mail(to, "s", "t", "", "en", "event-1"))


def test_a_server_that_is_away_is_named() -> None:
    sender = SmtpSender("127.0.0.1", 1, "approvals@example.org")

    with pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1:1 did not take a mail to rosa@example\.org"):
        sender(Mail("rosa@example.org", "s", "t", "", "en", "event-1"))
