"""Reading the lists of names we screen against, whatever their format, into one shape of record.

Each authority publishes in its own format; `FORMATS` names those we read, and each has a file of its own here. A file
that cannot be trusted whole is refused whole, with one sentence that says why: screening against half a list would
look like screening. Files are read as streams, entry by entry; `read_list` is for those who want all at once.
"""

from approvals.screening.lists.formats import FORMATS, ListFormat
from approvals.screening.lists.reading import ImportedList, ListFile, check_shrinkage, open_list, read_list
from approvals.screening.lists.record import (
    BirthDate,
    Identifier,
    IdentifierKind,
    Listed,
    ListedKind,
    ListedName,
    NameKind,
    NameQuality,
)

__all__ = [
    "FORMATS",
    "BirthDate",
    "Identifier",
    "IdentifierKind",
    "ImportedList",
    "ListFile",
    "ListFormat",
    "Listed",
    "ListedKind",
    "ListedName",
    "NameKind",
    "NameQuality",
    "check_shrinkage",
    "open_list",
    "read_list",
]
