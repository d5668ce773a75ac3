"""Prefect only: flows and their steps. No rule, no query, no Word, no HTML; each step calls one service."""
