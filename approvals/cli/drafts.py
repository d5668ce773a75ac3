"""`approvals draft …`: what you have typed at the desk and not yet sent."""

from __future__ import annotations

from typing import Annotated

import typer

from approvals.casework.rights import Right, require
from approvals.casework.wording import in_words
from approvals.cli.door import As, Json, visit
from approvals.cli.output import facts, print_json, rows, say
from approvals.errors import NotFound
from approvals.services import drafts
from models.draft import Draft

app = typer.Typer(help="See what you have typed at the desk and not yet sent.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(min=1, help="Number of the draft, from `draft list`.", show_default=False)]


@app.command("list")
def list_drafts(who: As = None, as_json: Json = False) -> None:
    """List your drafts, the newest typing first. Nobody else sees them.

    Example: `approvals draft list`
    """
    with visit(who) as at:
        require(at.by, Right.SUBMIT_PROPOSAL)
        found = drafts.my_drafts(at.store, by=at.by)
    if as_json:
        print_json([{**_facts(draft, reference), "typed": draft.typed} for draft, reference in found])
    elif not found:
        say("You have no drafts. One begins at the desk; a proposal in a file is sent with `approvals submit FILE`.")
    else:
        rows(
            ("Draft", "Title", "What it is", "About", "Last typed"),
            [
                (draft.id, _title(draft), in_words(draft.purpose), reference, draft.updated_at)
                for draft, reference in found
            ],
            right=("Draft",),
        )


@app.command("show")
def show_draft(number: Number, who: As = None, as_json: Json = False) -> None:
    """Show what a draft of yours holds, field by field.

    Example: `approvals draft show 12`
    """
    with visit(who) as at:
        found = next((one for one in drafts.my_drafts(at.store, by=at.by) if one[0].id == number), None)
    if found is None:
        raise NotFound(f"You have no draft {number}. Perhaps it was sent or discarded already.")
    draft, reference = found
    if as_json:
        print_json({**_facts(draft, reference), "typed": draft.typed})
    else:
        facts(sorted(draft.typed.items()))


@app.command("discard")
def discard_draft(number: Number, who: As = None, as_json: Json = False) -> None:
    """Take a draft of yours away, for good.

    Example: `approvals draft discard 12`
    """
    with visit(who) as at:
        drafts.discard_draft(at.store, number, by=at.by, now=at.now)
    print_json({"discarded": number}) if as_json else say(f"Draft {number} is gone.")


def _facts(draft: Draft, reference: str | None) -> dict[str, object]:
    return {
        "draft": draft.id,
        "purpose": draft.purpose,
        "reference": reference,
        "started_at": draft.started_at,
        "updated_at": draft.updated_at,
    }


def _title(draft: Draft) -> str:
    return str(draft.typed.get("title") or draft.typed.get("partner.legal_name") or "without a title")
