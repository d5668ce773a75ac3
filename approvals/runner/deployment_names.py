"""What `prefect.yaml` calls things, for those who ask Prefect about them without importing it."""

ADVANCE = "advance-case/approvals"
SWEEP = "sweep/approvals"
WATCH_LISTS = "watch-lists/approvals"
WRITE_REPORTS = "write-reports/approvals"
DEPLOYMENTS = (ADVANCE, SWEEP, WATCH_LISTS, WRITE_REPORTS)
POOL = "approvals"
