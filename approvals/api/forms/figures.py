"""What stands behind a figure."""

from __future__ import annotations

from approvals.api.forms.base import Given
from approvals.reporting.measuring import Listing

Cell = str | int | float | bool | None


class BehindForm(Given):
    """The rows behind a figure, each with as many cells as there are columns."""

    key: str
    title: str
    columns: list[str]
    rows: list[list[Cell]]

    @classmethod
    def of(cls, found: Listing) -> BehindForm:
        """Return the rows, days and moments as texts."""
        rows = [[_plain(cell) for cell in row] for row in found.rows]
        return cls(key=str(found.key), title=found.title, columns=list(found.columns), rows=rows)


def _plain(cell: object) -> Cell:
    return cell if isinstance(cell, Cell) else str(cell)
