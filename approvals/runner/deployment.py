"""Running the flow through a Prefect deployment: any stock worker of its pool picks the run up."""

from __future__ import annotations

from prefect.deployments import arun_deployment

from approvals.runner.deployment_names import ADVANCE
from approvals.runner.relay import Request


class DeploymentRunner:
    """Asks Prefect for a run; `advance` returns as soon as Prefect has accepted it, before it ran."""

    async def advance(self, request: Request) -> None:
        await arun_deployment(
            ADVANCE,
            parameters={"reference": request.reference},
            idempotency_key=request.key,
            tags=[f"case:{request.reference}", f"stage:{request.stage}"],
            timeout=0,
            as_subflow=False,
        )
