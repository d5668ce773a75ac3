"""The firms and individuals the World Bank has debarred, as its service answers in JSON.

The answer is one object of some 1,400 rows and is read whole. Other names stand inside the name, or in the remarks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import IO, Any

from approvals.errors import SourceUnavailable
from approvals.screening.lists.record import Entries, Listed, ListedKind, ListedName, NameKind
from approvals.screening.lists.values import countries, day, names, parted, unique

KINDS = {"I": ListedKind.PERSON, "F": ListedKind.ORGANISATION}
NO_END = 2999
"""The year the bank writes for a debarment without end, or one that is going on."""

_KNOWN_AS = re.compile(
    r"\(?\b(?:a[./]?k[./]?a\b\.?|also known as|f[./]?k[./]?a\b\.?|formerly(?: known as)?|now known as)[.:,]?",
    re.IGNORECASE,
)
_FORMER = re.compile(r"f[./]?k[./]?a\b|formerly", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\*\s*\d+")


def read(stream: IO[bytes]) -> Entries:
    """Yield the firms and individuals; return the day the bank last refreshed them."""
    try:
        rows = json.load(stream)["response"]["ZPROCSUPP"]
        for row in rows:
            yield _entry(row)
        refreshed = max((row.get("LAST_REFRESH_DATE") or "" for row in rows), default="")
    except UnicodeDecodeError as exc:
        raise SourceUnavailable("it is not text in UTF-8.") from exc
    except json.JSONDecodeError as exc:
        raise SourceUnavailable(f"the JSON breaks off or is damaged near line {exc.lineno}.") from exc
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as exc:
        raise SourceUnavailable(f"it does not have the fields of the World Bank's answer ({exc}).") from exc
    return day(refreshed)


def _entry(row: dict[str, Any]) -> Listed:
    known_as = names([*_names(row["SUPP_NAME"]), *_other_names(row.get("ADD_SUPP_INFO") or "")])
    if not known_as or not row["SUPP_ID"]:
        raise SourceUnavailable("an entry has no SUPP_ID or no SUPP_NAME; the format has changed.")
    return Listed(
        key=str(row["SUPP_ID"]),
        source="",
        kind=KINDS.get(row["SUPP_TYPE_CODE"], ListedKind.UNKNOWN),
        names=known_as,
        countries=countries([row["COUNTRY_NAME"]]),
        programmes=unique([row["DEBAR_REASON"] or ""]),
        reference=str(row["SUPP_ID"]),
        listed_on=day(row["DEBAR_FROM_DATE"]),
        updated_on=day(row.get("UPD_DATE")),
        ends_on=_end(row.get("DEBAR_TO_DATE")),
    )


def _end(said: object) -> date | None:
    last = day(said)
    return last if last and last.year < NO_END else None


def _names(said: str) -> Iterator[ListedName]:
    """Yield the name that comes first, then those it is parted from by «a.k.a.» and the like."""
    found = _KNOWN_AS.search(said)
    for text in _bare(said[: found.start()] if found else said):
        yield ListedName(text)
    yield from _other_names(said)


def _other_names(said: str) -> Iterator[ListedName]:
    """Yield the names that follow «a.k.a.», «formerly» and the like, each up to the bracket that closes."""
    marks = list(_KNOWN_AS.finditer(said))
    ends = [*(mark.start() for mark in marks[1:]), len(said)]
    for mark, end in zip(marks, ends, strict=False):  # without a mark there is one end too many
        kind = NameKind.FORMER if _FORMER.search(mark[0]) else NameKind.ALIAS
        for text in _bare(said[mark.end() : end].split(")")[0]):
            yield ListedName(text, kind=kind)


def _bare(text: str) -> list[str]:
    """Return the names in `text`, without footnotes and brackets."""
    bare = _FOOTNOTE.sub("", text).strip(" ,()")
    return [name for part in parted(bare) if (name := part.strip(" ,()"))]
