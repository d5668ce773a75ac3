"""Every act of the desk is an operation of the API: what a person sends from a page, a program can send.

Whoever adds a form to the desk adds a row: the operations that do the same, or why there is none.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi import APIRouter

from approvals.api.app import nouns
from approvals.desk import routes


@dataclass(frozen=True)
class Without:
    """Why a form of the desk has no operation of its own."""

    why: str


SIGNING_IN = Without("a program has a token; it neither signs in nor has a password")
STEP = Without("a step of a form before it binds; a program sends what binds, and is told every fault")
BROWSER = Without("about the browser in front of a person")

ACTS: Mapping[str, tuple[str, ...] | Without] = {
    # Signing in
    "/sign-in": SIGNING_IN,
    "/sign-in/chosen": SIGNING_IN,
    "/sign-out": SIGNING_IN,
    "/set-password": SIGNING_IN,
    "/account/password": SIGNING_IN,
    "/language": BROWSER,
    "/csp-report": BROWSER,
    # One's own account
    "/account/language": ("change_habits",),
    "/account/sessions/others/end": ("end_sessions",),
    "/account/sessions/{number}/end": ("end_session",),
    "/account/tokens": ("issue_token",),
    "/account/tokens/{number}/revoke": ("revoke_token",),
    # Proposals
    "/precheck": ("precheck",),
    "/proposals": ("begin_draft",),
    "/proposals/{number}/{key}": ("write_draft",),
    "/proposals/{number}/discard": ("discard_draft",),
    "/proposals/{number}/send": ("submit_case", "amend_case", "decide_task"),
    "/answers/{task}": ("read_proposal", "decide_task"),
    # Cases
    "/cases/{reference}/again": ("read_proposal", "begin_draft", "submit_case", "amend_case"),
    "/cases/{reference}/withdraw": ("withdraw_case",),
    "/cases/{reference}/end": ("end_partnership",),
    "/cases/{reference}/documents": ("attach_file",),
    "/cases/{reference}/hold": ("hold_case",),
    "/cases/{reference}/resume": ("resume_case",),
    "/cases/{reference}/comments": ("write_comment",),
    "/cases/{reference}/comments/noted": ("note_comments",),
    "/cases/{reference}/comments/{number}/answer": ("answer_comment",),
    "/cases/{reference}/comments/{number}/resolve": ("resolve_comment",),
    "/cases/{reference}/comments/{number}/reopen": ("reopen_comment",),
    "/cases/{reference}/bundle": ("bundle_case",),
    # Tasks
    "/tasks/{number}": ("decide_task",),
    "/tasks/{number}/check": STEP,
    "/tasks/{number}/change": STEP,
    "/tasks/{number}/claim": ("claim_task",),
    "/tasks/{number}/release": ("release_task",),
    "/tasks/{number}/handover": ("hand_over_task",),
    # Partners
    "/partners/{reference}/evidence": ("record_evidence",),
    "/partners/{reference}/evidence/{number}/withdrawal": ("withdraw_evidence",),
    "/partners/{reference}/{what}": ("add_name", "add_identifier", "add_person", "set_parent", "raise_flag"),
    "/partners/{reference}/flags/{flag}": ("move_flag",),
    # Rules, lists, templates
    "/policy": ("propose_policy",),
    "/policy/{number}/publish": ("publish_policy",),
    "/lists": ("import_list",),
    "/templates": ("propose_template",),
    "/templates/{family}/{language}/{version}/publish": ("publish_template",),
    # People and offices
    "/people": ("add_person_of_ours",),
    "/people/{number}": ("change_person",),
    "/people/{number}/invite": ("invite_person",),
    "/people/{number}/sign-out": ("sign_person_out",),
    "/people/{number}/close": ("close_account",),
    "/substitutes": ("name_substitute",),
    "/substitutes/{number}/end": ("end_substitution",),
    "/offices/{code}/calendar/day": ("change_day",),
    "/offices/{code}/calendar/weekend": ("change_week",),
    "/offices/{code}/calendar/zone": ("change_week",),
    "/offices/{code}/calendar/seed": ("enter_holidays",),
    # The trail
    "/audit/anchor": ("note_anchor",),
    "/audit/export": ("export_events",),
    "/audit/erasure/check": STEP,
    "/audit/erasure": ("erase_personal_data",),
}


def forms_of_the_desk() -> Iterator[str]:
    """The address of every form of the desk."""
    for module in pkgutil.iter_modules(routes.__path__):
        router: APIRouter = importlib.import_module(f"{routes.__name__}.{module.name}").router
        for route in router.routes:
            if "POST" in getattr(route, "methods", ()):
                yield getattr(route, "path", "")


def operations_that_act() -> set[str]:
    return {getattr(route, "name", "") for noun in nouns() for route in noun.routes if "GET" not in route.methods} | {
        "read_proposal"
    }


def test_every_form_of_the_desk_has_a_row_and_every_row_a_form() -> None:
    assert set(forms_of_the_desk()) == set(ACTS), "add the form to ACTS, with the operation that does the same"


def test_every_operation_named_is_there() -> None:
    named = {name for operations in ACTS.values() if isinstance(operations, tuple) for name in operations}

    assert named <= operations_that_act()


def test_what_has_no_operation_says_why() -> None:
    without = {path for path, said in ACTS.items() if isinstance(said, Without)}

    assert without == {
        path for path in without if path.startswith(("/sign-", "/set-password", "/account/password"))
    } | {
        "/language",
        "/csp-report",
        "/tasks/{number}/check",
        "/tasks/{number}/change",
        "/audit/erasure/check",
    }
