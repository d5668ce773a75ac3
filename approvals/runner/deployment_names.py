"""What `prefect.yaml` calls things, for those who ask Prefect about them without importing it."""

ADVANCE = "advance-case/approvals"
SWEEP = "sweep/approvals"
WATCH_LISTS = "watch-lists/approvals"
DEPLOYMENTS = (ADVANCE, SWEEP, WATCH_LISTS)
POOL = "approvals"
