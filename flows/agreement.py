"""The step that drafts the agreement."""

from __future__ import annotations

import asyncio

from prefect import task
from prefect.artifacts import acreate_markdown_artifact

from approvals.services.agreements import draft_agreement as draft
from approvals.wiring import lasting_parts
from models.base import now_utc


@task(name="draft agreement")
async def draft_agreement(reference: str) -> str:
    """Draft the agreement, show where it stands on Prefect's dashboard and return the digest of the document."""
    agreement = await asyncio.to_thread(draft, lasting_parts().store, reference, now=now_utc())
    if agreement is None:
        return "not drafted"
    await acreate_markdown_artifact(
        key=f"agreement-{reference.lower()}",
        description=f"Agreement of {reference}, version {agreement.version}",
        markdown=(
            f"**{agreement.title}** ({agreement.language}), version {agreement.version}\n\n"
            f"- template {agreement.family} {agreement.template_version}\n- digest `{agreement.file_hash}`\n\n"
            f"`approvals agreement export {reference}` writes the Word file."
        ),
    )
    return agreement.file_hash
