"""What browsers report against our content security policy: into the log, where administrators find it."""

from __future__ import annotations

import json
import logging
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from approvals.desk.gate import REPORTS
from approvals.desk.visitor import desk_of

router = APIRouter()

LONGEST = 20_000
KEPT = ("document-uri", "documentURL", "violated-directive", "effectiveDirective", "blocked-uri", "blockedURL")

log = logging.getLogger(__name__)


@router.post(REPORTS)
async def keep_report(request: Request) -> Response:
    """Note what a browser held up; what is no report is passed over."""
    security = desk_of(request).security
    who = request.client.host if request.client else ""
    security.pace.keep("report", who, security.rules.limits.report, said="There were too many reports.")
    body = await request.body()
    for report in _reports(body) if len(body) <= LONGEST else []:
        told = {name: str(report[name])[:300] for name in KEPT if name in report}
        log.warning("A browser held up what our pages may not do: %s", json.dumps(told))
    return Response(status_code=204)


def _reports(body: bytes) -> list[dict[str, Any]]:
    """Return what was reported, in the older form of one and in the newer form of several at once."""
    try:
        said = json.loads(body)
    except ValueError:
        return []
    several = said if isinstance(said, list) else [said]
    parts = [one.get("csp-report") or one.get("body") for one in several if isinstance(one, dict)]
    return [part for part in parts if isinstance(part, dict)]
