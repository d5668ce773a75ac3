"""`python -m approvals` is the `approvals` command."""

from approvals.cli import main

main()
