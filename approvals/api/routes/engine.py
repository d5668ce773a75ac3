"""How the engine is, for those who watch over it."""

from __future__ import annotations

from fastapi import APIRouter

from approvals.api.answers import refusals
from approvals.api.caller import Calling
from approvals.api.forms.engine import EngineForm
from approvals.services.health import engine_health

router = APIRouter(prefix="/engine", tags=["engine"])


@router.get("", name="read_engine", responses=refusals())
def read(call: Calling) -> EngineForm:
    """Tell how every part of the engine is, and which cases the machine cannot carry on."""
    return EngineForm.of(engine_health(call.store, by=call.by, now=call.now))
