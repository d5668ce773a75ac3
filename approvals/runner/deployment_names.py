"""What `prefect.yaml` calls things, for those who ask Prefect about them without importing it."""

ADVANCE = "advance-case/approvals"
SWEEP = "sweep/approvals"
DEPLOYMENTS = (ADVANCE, SWEEP)
POOL = "approvals"
