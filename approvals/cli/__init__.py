"""The `approvals` command: one file for each noun."""

from approvals.cli.app import main

__all__ = ["main"]
